//! Energy and its rate over time: the picture of Lyapunov descent.

mod axes;
mod look;

use std::collections::HashSet;
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::figure::canvas::{Canvas, PAGE};
use crate::figure::error::FigureError;
use crate::figure::heading::Heading;
use crate::figure::legend::{LABEL, Legend};
use crate::figure::page::draw;
use crate::figure::palette::{FAILURE, Ink, SOFT, TEXT};
use crate::figure::panel::{self, Panel};
use crate::figure::stroke::thinned;
use crate::figure::surface::Align;
use axes::{Axes, STRIP};

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
    /// By how much E may rise from the time before to this one by rounding and by the method's error; a rise beyond is
    /// marked. Empty if unknown: then nothing is marked.
    pub allowance: Vec<f64>,
}

/// Energy over time above, the rate at which it falls below on an axis of powers of ten, for one trajectory or many.
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
}

const MARGIN: f64 = 24.0;
const UPPER: f64 = 250.0;
const LOWER: f64 = 210.0;
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
        let strip = if axes.strip.is_some() { STRIP } else { 0.0 };
        let left = MARGIN + panel::margin(&axes.energy).max(panel::margin(&axes.rate));
        let top = MARGIN + heading.height() + legend.height() + 30.0;
        let upper = Panel {
            left,
            right: PAGE - 30.0,
            top,
            bottom: top + UPPER,
            x: &axes.time,
            y: &axes.energy,
        };
        let top = upper.bottom + GAP;
        let lower = Panel {
            top,
            bottom: top + LOWER - strip,
            y: &axes.rate,
            ..upper
        };
        let height = lower.bottom + strip + 56.0 + MARGIN / 2.0;
        draw(path.as_ref(), (PAGE, height), |canvas| {
            heading.draw(canvas, (MARGIN, MARGIN - 4.0))?;
            legend.draw(canvas, (MARGIN, MARGIN + heading.height() + 2.0))?;
            upper.draw(canvas, ("energy E", MARGIN - 4.0), None, 0.0)?;
            lower.draw(
                canvas,
                ("−dE/dt", MARGIN - 4.0),
                Some(&self.time_label),
                strip,
            )?;
            if let Some(label) = &axes.strip {
                let y = lower.bottom + STRIP / 2.0;
                let ends = [(left, lower.bottom), (lower.right, lower.bottom)];
                canvas.dashed(&ends, 1.0, SOFT)?;
                let at = (left - 9.0, y + 0.36 * LABEL);
                canvas.text(label, LABEL, at, Align::Right, TEXT)?;
            }
            for i in self.order() {
                let (ink, width, dashed) = self.style(i);
                self.draw_energy(canvas, &upper, i, (ink, width, dashed))?;
                self.draw_rate(canvas, &lower, i, &axes, (ink, width, dashed))?;
            }
            // What went wrong lies on top of everything.
            for curve in &self.curves {
                mark(
                    canvas,
                    curve
                        .rises()
                        .map(|n| upper.at(curve.time[n], curve.energy[n])),
                )?;
                let positive = curve.positive().map(|n| axes.place(&lower, curve, n));
                mark(canvas, positive)?;
            }
            Ok(())
        })
    }

    fn check(&self) -> Result<(), FigureError> {
        if self.curves.iter().all(|curve| curve.time.is_empty()) {
            return Err(FigureError::data("energy over time", "there are no values"));
        }
        if let Some(i) = self.highlight.filter(|&i| i >= self.curves.len()) {
            let why = format!("there are only {} curves", self.curves.len());
            return Err(FigureError::data(format!("highlighted curve {i}"), why));
        }
        for (i, curve) in self.curves.iter().enumerate() {
            let n = curve.time.len();
            let columns = [
                ("time", &curve.time, true),
                ("energy", &curve.energy, true),
                ("rate", &curve.rate, true),
                ("allowance", &curve.allowance, !curve.allowance.is_empty()),
            ];
            for (name, values, needed) in columns {
                let place = format!("curve {i} (\"{}\"), {name}", curve.label);
                if needed && values.len() != n {
                    let why = format!("{} values for {n} times", values.len());
                    return Err(FigureError::data(place, why));
                }
                // Half of what f64 reaches, so that differences are finite.
                if let Some(k) = values
                    .iter()
                    .position(|v| !v.is_finite() || v.abs() > f64::MAX / 4.0)
                {
                    let why = format!("the value {} is not finite or too large", values[k]);
                    return Err(FigureError::data(format!("{place}, index {k}"), why));
                }
            }
            if let Some(k) = (1..n).find(|&k| curve.time[k] < curve.time[k - 1]) {
                let place = format!("curve {i} (\"{}\"), time, index {k}", curve.label);
                return Err(FigureError::data(place, "time runs backwards"));
            }
        }
        Ok(())
    }

    fn draw_energy(
        &self,
        canvas: &mut Canvas<'_>,
        panel: &Panel<'_>,
        i: usize,
        style: (Ink, f64, bool),
    ) -> Result<(), FigureError> {
        let curve = &self.curves[i];
        let points = (0..curve.time.len()).map(|n| panel.at(curve.time[n], curve.energy[n]));
        stroke(canvas, &thinned(points), style)
    }

    /// Joins neighbours whose rates have a logarithm; the others are dots in the strip.
    fn draw_rate(
        &self,
        canvas: &mut Canvas<'_>,
        panel: &Panel<'_>,
        i: usize,
        axes: &Axes,
        style: (Ink, f64, bool),
    ) -> Result<(), FigureError> {
        let curve = &self.curves[i];
        let size = |n: usize| curve.rate[n].abs();
        let mut dots = Vec::new();
        let mut n = 0;
        while n < curve.time.len() {
            let end = (n..curve.time.len())
                .find(|&k| size(k) < axes.floor)
                .unwrap_or(curve.time.len());
            let run = (n..end).map(|k| panel.at(curve.time[k], size(k)));
            stroke(canvas, &thinned(run), style)?;
            if end < curve.time.len() {
                dots.push(axes.place(panel, curve, end));
            }
            n = end + 1;
        }
        let mut last = f64::NEG_INFINITY;
        for (x, y) in dots {
            if x - last >= 2.0 {
                canvas.dot((x, y), 2.2, style.0.faint(style.0.alpha.max(0.6)))?;
                last = x;
            }
        }
        Ok(())
    }
}

impl EnergyCurve {
    fn positive(&self) -> impl Iterator<Item = usize> {
        (0..self.rate.len()).filter(|&n| self.rate[n] > 0.0)
    }

    fn rises(&self) -> impl Iterator<Item = usize> {
        let checked = 1..self.allowance.len();
        checked.filter(|&n| self.energy[n] - self.energy[n - 1] > self.allowance[n])
    }
}

fn stroke(
    canvas: &mut Canvas<'_>,
    points: &[(f64, f64)],
    (ink, width, dashed): (Ink, f64, bool),
) -> Result<(), FigureError> {
    match points {
        [] => Ok(()),
        [only] => canvas.dot(*only, 1.2 * width, ink),
        _ if dashed => canvas.dashed(points, width, ink),
        _ => canvas.line(points, width, ink),
    }
}

fn mark(
    canvas: &mut Canvas<'_>,
    points: impl Iterator<Item = (f64, f64)>,
) -> Result<(), FigureError> {
    // Of thousands in one place one is enough; more would be drawn for ever and look the same.
    let mut marked = HashSet::new();
    for (x, y) in points {
        if marked.insert(((x / 2.0) as i32, (y / 2.0) as i32)) {
            canvas.dot((x, y), 3.2, FAILURE)?;
        }
    }
    Ok(())
}
