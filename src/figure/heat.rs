//! One quantity over two others as a map of colours, for sweeps over a grid of two parameters.

use serde::{Deserialize, Serialize};

use super::{
    Axis, Block, Canvas, ColorBar, ColorMap, Entries, FRAME, FigureError, Frame, Legend, Look,
    Page, Panel, Ramp, as_many, finite, grid, minus, power_of_ten, refused, solid, words,
};

/// A cell without a value.
const UNKNOWN: [u8; 3] = [200; 3];
/// More cells than this are no rectangles each: a file of them would be of many megabytes.
const MANY: usize = 4096;

/// Radius of a mark.
const RING: f64 = 4.0;

/// Values over a grid of two parameters.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct HeatPlot {
    /// What is shown.
    pub title: String,
    /// The parameters.
    pub subtitle: String,
    /// Title of the horizontal axis.
    pub x_label: String,
    /// Title of the vertical axis.
    pub y_label: String,
    /// Title of the scale of colours.
    pub value_label: String,
    /// Whether the horizontal axis is logarithmic.
    pub x_log: bool,
    /// Whether the vertical axis is logarithmic.
    pub y_log: bool,
    /// Values of the horizontal parameter, each above the one before it.
    pub x: Vec<f64>,
    /// Values of the vertical parameter, each above the one before it.
    pub y: Vec<f64>,
    /// The quantity, row by row from the first `y` on; none where it is not known.
    pub values: Vec<Option<f64>>,
    /// The ends of the scale of colours.
    pub range: (f64, f64),
    /// Places that are marked by a ring.
    pub marks: Vec<(f64, f64)>,
}

struct Map<'a> {
    plot: &'a HeatPlot,
    /// Where one cell ends and the next begins.
    edges: [Vec<f64>; 2],
    axes: [Axis; 2],
    bar: ColorBar,
    colors: ColorMap,
}

impl Page for HeatPlot {
    words!();

    fn block(&self, _look: &Look) -> Result<Box<dyn Block + '_>, FigureError> {
        let along = |place: &str, values: &[f64], log: bool| {
            grid(place, values)?;
            if values.is_empty() {
                return refused(place, "there are no values");
            }
            if log && values[0] <= 0.0 {
                let why = format!("{} has no place on a logarithmic axis", values[0]);
                return refused(format!("{place}, index 0"), why);
            }
            Ok(edges(values, log))
        };
        let edges = [
            along("x", &self.x, self.x_log)?,
            along("y", &self.y, self.y_log)?,
        ];
        let cells = self.x.len() * self.y.len();
        as_many("values", self.values.len(), cells, "cells")?;
        let known: Vec<f64> = self.values.iter().flatten().copied().collect();
        finite("values", &known)?;
        let (low, high) = self.range;
        finite("range", &[low, high])?;
        if low >= high {
            return refused("range", "it is empty");
        }
        let marks: Vec<f64> = self.marks.iter().flat_map(|m| [m.0, m.1]).collect();
        finite("marks", &marks)?;
        let colors = Ramp::Sequential.over(low, high);
        let axis = |edges: &[f64], log: bool| {
            let (low, high) = (edges[0], edges[edges.len() - 1]);
            let axis = Axis::linear(low, high, 0.0, 6.0);
            if log { powers(axis, low, high) } else { axis }
        };
        let axes = [axis(&edges[0], self.x_log), axis(&edges[1], self.y_log)];
        Ok(Box::new(Map {
            plot: self,
            edges,
            axes,
            bar: ColorBar::new(colors, &self.value_label),
            colors,
        }))
    }
}

/// An axis of decimal logarithms that is filled by them, with the numbers at its ticks: a logarithmic axis has room for two
/// powers of ten at least, which would be empty here.
fn powers(mut axis: Axis, low: f64, high: f64) -> Axis {
    let steps: &[f64] = match high - low > 3.0 {
        true => &[1.0],
        false => &[1.0, 2.0, 5.0],
    };
    let mut ticks = Vec::new();
    for power in low.floor() as i32..=high.ceil() as i32 {
        for step in steps {
            let at = f64::from(power) + step.log10();
            let label = match power {
                -3..=3 => minus(format!("{}", (step * 10f64.powi(power + 3)).round() / 1e3)),
                _ if *step == 1.0 => power_of_ten(power),
                _ => format!("{step}·{}", power_of_ten(power)),
            };
            if (low..=high).contains(&at) {
                ticks.push((at, label));
            }
        }
    }
    if ticks.is_empty() {
        // Between two ticks there are the ends.
        let end = |at: f64| (at, format!("{:.3}", 10f64.powf(at)));
        ticks = vec![end(low), end(high)];
    }
    // Eight numbers have room.
    let every = ticks.len().div_ceil(8).max(1);
    axis.ticks = ticks.into_iter().step_by(every).collect();
    axis.note.clear();
    axis
}

/// The middles between neighbours, and as far beyond the first and the last; of decimal logarithms on a logarithmic axis.
fn edges(values: &[f64], log: bool) -> Vec<f64> {
    let place = |v: &f64| if log { v.log10() } else { *v };
    let all: Vec<f64> = values.iter().map(place).collect();
    let (first, last) = (all[0], all[all.len() - 1]);
    let half = |k: usize| match all.len() {
        1 => 0.5,
        _ => (all[k + 1] - all[k]) / 2.0,
    };
    let mut edges = vec![first - half(0)];
    edges.extend(all.windows(2).map(|p| p[0] / 2.0 + p[1] / 2.0));
    edges.push(last + half(all.len().saturating_sub(2)));
    edges
}

impl Map<'_> {
    fn color(&self, value: Option<f64>) -> [u8; 3] {
        value.map_or(UNKNOWN, |v| self.colors.color(v))
    }

    /// The cells as one picture, each pixel having the colour of the cell that its middle lies in.
    fn paint(&self, canvas: &mut Canvas<'_>, frame: Frame) {
        let columns = self.plot.x.len();
        let cell = |edges: &[f64], part: f64| {
            let last = edges.len() - 1;
            let value = edges[0] + part * (edges[last] - edges[0]);
            edges[1..last].partition_point(|edge| *edge <= value)
        };
        canvas.paint(frame, |[c, r], [width, height]| {
            let i = cell(&self.edges[0], (c as f64 + 0.5) / width as f64);
            let j = cell(&self.edges[1], 1.0 - (r as f64 + 0.5) / height as f64);
            self.color(self.plot.values[j * columns + i])
        });
    }
}

/// A ring that is seen on light and on dark cells.
fn ring(canvas: &mut Canvas<'_>, (x, y): (f64, f64)) {
    let round = |r: f64| {
        let angle = |k: usize| std::f64::consts::TAU * k as f64 / 24.0;
        let all = (0..=24).map(|k| (x + r * angle(k).cos(), y + r * angle(k).sin()));
        all.collect::<Vec<_>>()
    };
    canvas.line(&round(RING), 2.6, solid(255, 255, 255));
    canvas.line(&round(RING), 1.2, solid(214, 40, 40));
}

impl Block for Map<'_> {
    fn sides(&self) -> (f64, f64) {
        (self.axes[1].margin(), self.bar.room())
    }

    fn shape(&self) -> f64 {
        0.8
    }

    fn width(&self) -> f64 {
        640.0
    }

    fn legend(&self, width: f64) -> Legend {
        Legend::new(Entries::default(), width)
    }

    fn above(&self) -> f64 {
        8.0 + self.bar.above()
    }

    fn put(&self, canvas: &mut Canvas<'_>, frame: Frame) {
        let outer = frame.left - self.sides().0;
        let [x, y] = &self.axes;
        let panel = Panel { frame, x, y };
        let (x_title, y_title) = (&self.plot.x_label, &self.plot.y_label);
        panel.draw(canvas, (y_title, outer - 4.0), Some(x_title), 0.0);
        let columns = self.plot.x.len();
        if self.plot.values.len() > MANY {
            self.paint(canvas, frame);
        } else {
            for (k, value) in self.plot.values.iter().enumerate() {
                let (i, j) = (k % columns, k / columns);
                let (left, bottom) = panel.at(self.edges[0][i], self.edges[1][j]);
                let (right, top) = panel.at(self.edges[0][i + 1], self.edges[1][j + 1]);
                let [r, g, b] = self.color(*value);
                canvas.rect((left, top), (right, bottom), solid(r, g, b));
            }
        }
        // The lightest cells are white, as the page is.
        canvas.outline(frame, 0.5, FRAME);
        let place = |v: f64, log: bool| if log { v.log10() } else { v };
        for mark in &self.plot.marks {
            let (x, y) = (
                place(mark.0, self.plot.x_log),
                place(mark.1, self.plot.y_log),
            );
            ring(canvas, panel.at(x, y));
        }
        self.bar.draw(canvas, frame);
    }
}
