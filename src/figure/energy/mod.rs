//! Energy and its rate over time: the picture of Lyapunov descent.

mod axes;
mod check;
mod curve;
mod descent;
mod logged;
mod look;

use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::figure::canvas::PAGE;
use crate::figure::error::FigureError;
use crate::figure::heading::Heading;
use crate::figure::legend::Legend;
use crate::figure::page::draw;
use crate::figure::panel::{self, Panel};
use crate::figure::stroke::thinned;
use logged::{mark, stroke};

/// Energy of one trajectory.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct EnergyCurve {
    /// What the legend calls it.
    pub label: String,
    /// Times, not decreasing.
    pub time: Vec<f64>,
    /// E at these times.
    pub energy: Vec<f64>,
    /// dE/dt at these times.
    pub rate: Vec<f64>,
    /// By how much E changed in the step since the time before, or in that of several which came nearest to its
    /// allowance. Empty for the differences of `energy`.
    pub change: Vec<f64>,
    /// By how much E may rise in that step by rounding and by the method's error; a rise beyond is marked. Both 0 where
    /// there was no step. Empty if unknown: then nothing is marked.
    pub allowance: Vec<f64>,
}

/// Energy over time above, the rate at which it falls below on an axis of powers of ten, and below that, where the
/// allowance is known, the change in each step beside the largest rise allowed; for one trajectory or many.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct EnergyPlot {
    /// What is shown.
    pub title: String,
    /// The parameters.
    pub subtitle: String,
    /// Title of the time axis, with its unit.
    pub time_label: String,
    /// The trajectories. Up to eight are told apart; of more, all are drawn faintly and one is highlighted.
    pub curves: Vec<EnergyCurve>,
    /// Index of the highlighted trajectory; matters only if there are more than eight.
    pub highlight: Option<usize>,
    /// Times at which the input is switched: E jumps there by the work that the input does.
    pub switches: Vec<f64>,
}

const MARGIN: f64 = 24.0;
const ENERGY: f64 = 240.0;
const RATE: f64 = 190.0;
const CHANGE: f64 = 170.0;
const GAP: f64 = 30.0;

impl EnergyPlot {
    /// Draws it; the file's ending, `.png` or `.svg`, says how.
    ///
    /// # Errors
    /// If there is no data, lengths differ, a value is not finite or time runs backwards (the message says which curve and
    /// index), or the file cannot be written.
    pub fn draw(&self, path: impl AsRef<Path>) -> Result<(), FigureError> {
        self.check()?;
        let axes = self.axes();
        let heading = Heading::new(&self.title, &self.subtitle, PAGE - 2.0 * MARGIN);
        let legend = Legend::new(self.entries(), PAGE - 2.0 * MARGIN);
        let numbers = panel::margin(&axes.energy).max(panel::margin(&axes.rate.axis));
        let change = axes.change.as_ref();
        let left = MARGIN + change.map_or(0.0, |c| panel::margin(&c.axis)).max(numbers);
        let top = MARGIN + heading.height() + legend.height() + 30.0;
        let upper = Panel {
            left,
            right: PAGE - 30.0,
            top,
            bottom: top + ENERGY,
            x: &axes.time,
            y: &axes.energy,
        };
        let rate = axes.rate.below(&upper, upper.bottom + GAP, RATE);
        let mut floor = rate.bottom + axes.rate.strip();
        let change = change.map(|c| (c, c.below(&upper, floor + GAP, CHANGE)));
        if let Some((axis, panel)) = &change {
            floor = panel.bottom + axis.strip();
        }
        draw(
            path.as_ref(),
            (PAGE, floor + 56.0 + MARGIN / 2.0),
            |canvas| {
                heading.draw(canvas, (MARGIN, MARGIN - 4.0))?;
                legend.draw(canvas, (MARGIN, MARGIN + heading.height() + 2.0))?;
                let title = |words| (words, MARGIN - 4.0);
                upper.draw(canvas, title("energy E"), None, 0.0)?;
                let any_up = self.curves.iter().any(|c| c.positive().next().is_some());
                let what = if any_up { "|dE/dt|" } else { "−dE/dt" };
                let last = change.is_none().then_some(self.time_label.as_str());
                axes.rate.draw(canvas, &rate, title(what), last)?;
                if let Some((axis, panel)) = &change {
                    let time = Some(self.time_label.as_str());
                    axis.draw(canvas, panel, title("|ΔE|, each step"), time)?;
                    self.draw_allowance(canvas, (axis, panel))?;
                }
                for t in self.switches_shown() {
                    let x = upper.at(t, 0.0).0;
                    let panels = [Some(&upper), Some(&rate), change.as_ref().map(|c| &c.1)];
                    for panel in panels.into_iter().flatten() {
                        stroke(canvas, &[(x, panel.top), (x, panel.bottom)], look::SWITCH)?;
                    }
                }
                for i in self.order() {
                    let (curve, style) = (&self.curves[i], self.style(i));
                    let energy = curve.smooth(&upper);
                    stroke(canvas, &thinned(energy.into_iter()), style)?;
                    let sizes = curve
                        .time
                        .iter()
                        .zip(&curve.rate)
                        .map(|(&t, r)| (t, r.abs()));
                    axes.rate.curve(canvas, &rate, sizes, style)?;
                    if let Some((axis, panel)) = &change {
                        let sizes = curve
                            .steps()
                            .map(|n| (curve.time[n], curve.change(n).abs()));
                        axis.curve(canvas, panel, sizes, style)?;
                    }
                }
                // What went wrong lies on top of everything.
                for curve in &self.curves {
                    let up = curve.beyond();
                    mark(canvas, up.map(|n| upper.at(curve.time[n], curve.energy[n])))?;
                    let up = curve.positive();
                    let place =
                        |n: usize| axes.rate.place(&rate, (curve.time[n], curve.rate[n].abs()));
                    mark(canvas, up.map(place))?;
                }
                match &change {
                    Some((axis, panel)) => self.mark_rises(canvas, (axis, panel)),
                    None => Ok(()),
                }
            },
        )
    }
}
