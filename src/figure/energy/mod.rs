//! Energy and its rate over time: the picture of Lyapunov descent.

mod axes;
mod check;
mod curve;
mod descent;
mod logged;
mod look;

use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::figure::{
    Axis, Canvas, Drawn, FigureError, Frame, Heading, INNER, Legend, Look, Page, Palette, Panel,
    Pen, SWITCH, clipped, page, refused, thinned, words,
};
use axes::Axes;
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
    /// dE/dt at these times, the input standing still.
    pub rate: Vec<f64>,
    /// What the slope of E has besides just before and just after: the power of a changing input, `−Σ_A d_A İ_A·g_A`, which differs
    /// where the input bends. Empty if it has nothing.
    pub power: Vec<[f64; 2]>,
    /// By how much E changed in the step since the time before, or in that of several which came nearest to its
    /// allowance. Empty for the differences of `energy`.
    pub change: Vec<f64>,
    /// By how much E may rise in that step by rounding and by the method's error; a rise beyond is marked. Both 0 where
    /// there was no step. Empty if unknown: then nothing is marked.
    pub allowance: Vec<f64>,
}

/// Energy over time above, and below the rate at which it falls on an axis of powers of ten; for one trajectory or many. The
/// time axis ends where all have settled, unless a range is asked for.
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
    /// Whether the change in each step is shown, beside the largest rise allowed, in place of E and its rate.
    pub steps: bool,
    /// Whether units flip: E stays as it is from one state that is known to the next, and has no rate.
    pub jumps: bool,
    /// Whether nothing is known between the times, as of steps of Euler's: lines are straight.
    pub straight: bool,
    /// Times at which the input is switched: E jumps there by the work that the input does.
    pub switches: Vec<f64>,
}

const ENERGY: f64 = 240.0;
const RATE: f64 = 190.0;
const CHANGE: f64 = 260.0;
const GAP: f64 = 30.0;
const BELOW: f64 = 56.0;

/// What both figures have in common.
struct Sheet {
    axes: Axes,
    /// Curves that look like one are drawn once.
    groups: Vec<Vec<usize>>,
    heading: Heading,
    legend: Legend,
    margin: f64,
    key: f64,
    /// The upper frame; its height counts only where it is drawn.
    frame: Frame,
    below: f64,
    /// Heights over what they are on a page of their own.
    scale: f64,
}

impl Page for EnergyPlot {
    words!();

    fn drawn(&self, path: &Path, look: &Look) -> Drawn {
        match self.steps {
            true => self.draw_steps(path, look),
            false => self.draw_energy(path, look),
        }
    }
}

impl EnergyPlot {
    fn sheet(&self, look: &Look) -> Result<Sheet, FigureError> {
        self.check()?;
        let axes = self.axes(look)?;
        let (margin, inner) = (look.margin(), look.inner(INNER));
        let (numbers, natural) = match (self.steps, &axes.change) {
            (false, _) if self.jumps => (axes.energy.margin(), (CHANGE, 0.0)),
            (false, _) => (
                axes.energy.margin().max(axes.rate.axis.margin()),
                (ENERGY + RATE, GAP),
            ),
            (true, Some(change)) => (change.axis.margin(), (CHANGE, 0.0)),
            (true, None) => {
                let why = "no step is known with what the monitor allows";
                return refused("the monitor", why);
            }
        };
        let (left, right) = (
            margin + numbers,
            margin + inner - axes.time.overhang().max(6.0),
        );
        let mut frame = Frame {
            left,
            right,
            top: 0.0,
            bottom: ENERGY,
        };
        let nominal = Panel {
            frame,
            x: &axes.time,
            y: &axes.energy,
        };
        let lines: Vec<_> = self
            .curves
            .iter()
            .map(|c| c.line(&nominal, self.jumps, self.straight))
            .collect();
        let groups = self.order(&look.palette, &lines);
        let entries = self.entries(&axes, (&groups, &look.palette));
        let heading = Heading::new(look, self.words(), inner);
        let legend = Legend::new(entries, inner);
        let key = margin + heading.height() + 2.0;
        let note = if axes.energy.note.is_empty() {
            10.0
        } else {
            28.0
        };
        frame.top = key + legend.height() + note;
        let below = BELOW + margin / 2.0;
        let scale = match look.height {
            Some(height) => (height - frame.top - below - natural.1) / natural.0,
            None if inner < 500.0 => 0.7,
            None => 1.0,
        };
        let lowest = if self.jumps { CHANGE } else { RATE };
        look.fits(frame.width(), scale * lowest)?;
        Ok(Sheet {
            axes,
            groups,
            heading,
            legend,
            margin,
            key,
            frame,
            below,
            scale,
        })
    }

    fn draw_energy(&self, path: &Path, look: &Look) -> Drawn {
        let sheet = self.sheet(look)?;
        let (axes, palette) = (&sheet.axes, &look.palette);
        if self.jumps {
            return self.draw_jumps(path, look, &sheet);
        }
        let upper = sheet.panel(ENERGY, &axes.energy);
        let rate = axes
            .rate
            .below(&upper, upper.bottom + GAP, sheet.scale * RATE);
        let floor = rate.bottom + axes.rate.strip();
        let size = (sheet.frame.right + 30.0, floor + sheet.below);
        page::draw(path, look, size, |canvas| {
            sheet.head(canvas);
            let title = |words| (words, sheet.margin - 4.0);
            upper.draw(canvas, title("energy E"), None, 0.0);
            let any_up = self.curves.iter().any(|c| c.positive().next().is_some());
            let driven = self.curves.iter().any(|c| !c.power.is_empty());
            let what = match (any_up, driven) {
                (true, _) => "|dE/dt|",
                (false, false) => "−dE/dt",
                (false, true) => "−dE/dt at fixed input",
            };
            let time = Some(self.time_label.as_str());
            axes.rate.draw(canvas, &rate, title(what), time);
            self.draw_switches(canvas, axes, &[&upper, &rate]);
            let seen = |curve: &EnergyCurve, n: usize| axes.shows(curve.time[n]);
            for (curve, style) in sheet.drawn(self, palette) {
                self.draw_curve(canvas, curve, &upper, style);
                let inside = (0..curve.time.len()).filter(|n| seen(curve, *n));
                let sizes = inside.map(|n| (curve.time[n], curve.rate[n].abs()));
                axes.rate.curve(canvas, &rate, sizes, style);
            }
            // What went wrong lies on top of everything.
            self.mark_energies(canvas, axes, &upper);
            for curve in &self.curves {
                let up = curve.positive().filter(|n| seen(curve, *n));
                let place = |n: usize| axes.rate.place(&rate, (curve.time[n], curve.rate[n].abs()));
                mark(canvas, up.map(place));
            }
        })
    }

    /// E where units flip.
    fn draw_jumps(&self, path: &Path, look: &Look, sheet: &Sheet) -> Drawn {
        let axes = &sheet.axes;
        let panel = sheet.panel(CHANGE, &axes.energy);
        let size = (sheet.frame.right + 30.0, panel.bottom + sheet.below);
        page::draw(path, look, size, |canvas| {
            sheet.head(canvas);
            let title = ("energy E", sheet.margin - 4.0);
            panel.draw(canvas, title, Some(self.time_label.as_str()), 0.0);
            self.draw_switches(canvas, axes, &[&panel]);
            for (curve, style) in sheet.drawn(self, &look.palette) {
                self.draw_curve(canvas, curve, &panel, style);
            }
            self.mark_energies(canvas, axes, &panel);
        })
    }

    fn draw_curve(
        &self,
        canvas: &mut Canvas<'_>,
        curve: &EnergyCurve,
        panel: &Panel<'_>,
        style: Pen,
    ) {
        let energy = thinned(curve.line(panel, self.jumps, self.straight).into_iter());
        match energy[..] {
            [only] if panel.frame.holds(only) => stroke(canvas, &energy, style),
            _ => {
                for piece in clipped(&energy, panel.frame) {
                    stroke(canvas, &piece, style);
                }
            }
        }
    }

    /// Marks where E rose by more than is allowed.
    fn mark_energies(&self, canvas: &mut Canvas<'_>, axes: &Axes, panel: &Panel<'_>) {
        for curve in &self.curves {
            let up = curve.beyond().filter(|n| axes.shows(curve.time[*n]));
            let up = up.map(|n| panel.at(curve.time[n], curve.energy[n]));
            mark(canvas, up.filter(|p| panel.frame.holds(*p)));
        }
    }

    /// The change of the energy in each step beside the largest rise allowed, a figure of its own.
    fn draw_steps(&self, path: &Path, look: &Look) -> Drawn {
        let sheet = self.sheet(look)?;
        let axes = &sheet.axes;
        let Some(change) = &axes.change else {
            return Ok(());
        };
        let whole = sheet.panel(CHANGE, &change.axis);
        let panel = change.below(&whole, whole.top, sheet.scale * CHANGE);
        let size = (sheet.frame.right + 30.0, whole.bottom + sheet.below);
        page::draw(path, look, size, |canvas| {
            sheet.head(canvas);
            let title = ("|ΔE|, each step", sheet.margin - 4.0);
            change.draw(canvas, &panel, title, Some(&self.time_label));
            self.draw_allowance(canvas, (change, &panel));
            self.draw_switches(canvas, axes, &[&panel]);
            for (curve, style) in sheet.drawn(self, &look.palette) {
                let steps = curve.steps().filter(|n| axes.shows(curve.time[*n]));
                let sizes = steps.map(|n| (curve.time[n], curve.change(n).abs()));
                change.curve(canvas, &panel, sizes, style);
            }
            self.mark_rises(canvas, axes, (change, &panel));
        })
    }

    fn draw_switches(&self, canvas: &mut Canvas<'_>, axes: &Axes, panels: &[&Panel<'_>]) {
        for t in axes.time.shown(&self.switches) {
            for panel in panels {
                canvas.trace(&panel.upright(t), SWITCH);
            }
        }
    }
}

impl Sheet {
    /// The upper panel, of such a height on a page of its own.
    fn panel<'a>(&'a self, height: f64, y: &'a Axis) -> Panel<'a> {
        let bottom = self.frame.top + self.scale * height;
        Panel {
            frame: Frame {
                bottom,
                ..self.frame
            },
            x: &self.axes.time,
            y,
        }
    }

    /// The curves that are drawn, and how.
    fn drawn<'a>(
        &'a self,
        plot: &'a EnergyPlot,
        palette: &'a Palette,
    ) -> impl Iterator<Item = (&'a EnergyCurve, Pen)> {
        let crowded = plot.curves.len() > palette.distinct();
        self.groups.iter().enumerate().map(move |(k, group)| {
            let look = if crowded { group[0] } else { k };
            (&plot.curves[group[0]], plot.style(look, palette))
        })
    }

    fn head(&self, canvas: &mut Canvas<'_>) {
        self.heading.draw(canvas, (self.margin, self.margin - 4.0));
        self.legend.draw(canvas, (self.margin, self.key));
    }
}
