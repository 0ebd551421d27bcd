//! The activity of layers over time, each layer a map of its neurons.

use std::path::Path;

use serde::{Deserialize, Serialize};

use super::axis::Axis;
use super::block::{Block, Frame, alone, as_many, finite, range, times};
use super::canvas::Canvas;
use super::colorbar::ColorBar;
use super::error::FigureError;
use super::legend::LABEL;
use super::palette::{ColorMap, SOFT, TEXT};
use super::panel::{self, Panel};
use super::surface::Align;
use super::text;

/// The activity of one layer.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct ActivityLayer {
    /// The layer's name and what may be said of it.
    pub label: String,
    /// How many neurons it has.
    pub neurons: usize,
    /// The activities, the neurons of the first time first.
    pub values: Vec<f64>,
}

/// The activity of one or several layers over time, one map of colours each, on a common time axis. Where nothing is
/// negative colours run from white to dark, else from blue by white at 0 to red.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct ActivityPlot {
    /// What is shown.
    pub title: String,
    /// The parameters.
    pub subtitle: String,
    /// Title of the time axis, with its unit.
    pub time_label: String,
    /// Times, not decreasing; each is drawn as wide as half the ways to its neighbours.
    pub time: Vec<f64>,
    /// The layers, from above to below.
    pub layers: Vec<ActivityLayer>,
    /// Whether all layers have one scale of colours.
    pub common_scale: bool,
}

const GAP: f64 = 34.0;
const LEAST: f64 = 54.0;

impl ActivityPlot {
    /// Draws it; the file's ending, `.png` or `.svg`, says how.
    ///
    /// # Errors
    /// If there are no values, lengths differ, a value is not finite or time runs backwards (the message says where), or
    /// the file cannot be written.
    pub fn draw(&self, path: impl AsRef<Path>) -> Result<(), FigureError> {
        let maps = self.block()?;
        alone(path.as_ref(), (&self.title, &self.subtitle), &maps)
    }

    pub(super) fn block(&self) -> Result<Activity, FigureError> {
        times(&self.time)?;
        if self.layers.iter().all(|layer| layer.values.is_empty()) {
            return Err(FigureError::data("activity", "there are no values"));
        }
        for (i, layer) in self.layers.iter().enumerate() {
            let place = format!("layer {i} (\"{}\")", layer.label);
            let wanted = self.time.len().saturating_mul(layer.neurons);
            if layer.neurons == 0 {
                return Err(FigureError::data(place, "it has no neurons"));
            }
            as_many(&place, layer.values.len(), wanted, "times × neurons")?;
            finite(&place, &layer.values)?;
        }
        let all = range(self.layers.iter().flat_map(|layer| &layer.values));
        let map = |layer: &ActivityLayer| {
            let own = range(&layer.values);
            let (low, high) = if self.common_scale { all } else { own }.unwrap_or((0.0, 1.0));
            let map = ColorMap::activity(low, high);
            (map, ColorBar::new(map, ""))
        };
        let neurons = |layer: &ActivityLayer| {
            let mut axis = Axis::linear(-0.5, layer.neurons as f64 - 0.5, 0.0, 3.0);
            axis.ticks.retain(|(v, _)| v.fract() == 0.0);
            axis
        };
        // A layer of a thousand neurons is higher than one of ten, but not a hundred times.
        // Where they fit, all its neurons are equally many pixels high.
        let height = |layer: &ActivityLayer| {
            let n = layer.neurons as f64;
            let wish = 2.0 * (LEAST + 9.0 * n.sqrt().min(12.0));
            if wish > n {
                (wish / n).round() * n / 2.0
            } else {
                wish / 2.0
            }
        };
        Ok(Activity {
            time: Axis::linear(
                edges(&self.time)[0],
                edges(&self.time)[self.time.len()],
                0.0,
                8.0,
            ),
            edges: edges(&self.time),
            heights: self.layers.iter().map(height).collect(),
            neurons: self.layers.iter().map(neurons).collect(),
            maps: self.layers.iter().map(map).collect(),
            plot: self.clone(),
        })
    }
}

/// Where the cells of the times begin and end: half way between neighbours, and at the first and last time.
fn edges(time: &[f64]) -> Vec<f64> {
    let (first, last) = (time[0], time[time.len() - 1]);
    let mut edges = vec![first];
    edges.extend(time.windows(2).map(|w| w[0] / 2.0 + w[1] / 2.0));
    edges.push(last);
    if last <= first {
        let half = 0.5 * first.abs().max(1.0);
        edges[0] -= half;
        edges[time.len()] += half;
    }
    edges
}

pub(super) struct Activity {
    plot: ActivityPlot,
    time: Axis,
    edges: Vec<f64>,
    heights: Vec<f64>,
    neurons: Vec<Axis>,
    maps: Vec<(ColorMap, ColorBar)>,
}

impl Activity {
    fn map(&self, canvas: &mut Canvas<'_>, i: usize, frame: Frame) -> Result<(), FigureError> {
        let layer = &self.plot.layers[i];
        let columns = (2.0 * frame.width()).round() as usize;
        let rows = (2.0 * frame.height()).round() as usize;
        // The time whose cell covers the middle of each column.
        let at: Vec<usize> = (0..columns)
            .map(|c| {
                let t = self.time.value((c as f64 + 0.5) / columns as f64);
                let after = self.edges.partition_point(|&e| e <= t);
                after.clamp(1, self.plot.time.len()) - 1
            })
            .collect();
        let mut colors = Vec::with_capacity(columns * rows);
        for r in 0..rows {
            // Neurons count upwards; where several share a row of pixels, their mean is shown.
            let part = |r: usize| (r * layer.neurons) as f64 / rows as f64;
            let first = part(rows - 1 - r) as usize;
            let end = (part(rows - r).ceil() as usize).max(first + 1);
            let end = if layer.neurons <= rows {
                first + 1
            } else {
                end
            };
            let end = end.min(layer.neurons);
            let first = first.min(end - 1);
            for &n in &at {
                let some = &layer.values[n * layer.neurons..][first..end];
                let mean = some.iter().sum::<f64>() / some.len() as f64;
                colors.push(self.maps[i].0.color(mean));
            }
        }
        canvas.picture((frame.left, frame.top), columns, &colors, (1, 1))
    }
}

impl Block for Activity {
    fn sides(&self) -> (f64, f64) {
        let left = self.neurons.iter().map(panel::margin);
        let right = self.maps.iter().map(|(_, bar)| bar.room());
        (left.fold(0.0, f64::max), right.fold(0.0, f64::max))
    }

    fn shape(&self) -> f64 {
        let gaps = GAP * (self.heights.len() - 1) as f64;
        let (left, right) = self.sides();
        (self.heights.iter().sum::<f64>() + gaps) / (self.width() - left - right)
    }

    fn above(&self, _: f64) -> f64 {
        28.0
    }

    fn below(&self) -> f64 {
        panel::BELOW
    }

    fn put(&self, canvas: &mut Canvas<'_>, frame: Frame, _: f64) -> Result<(), FigureError> {
        let outer = frame.left - self.sides().0;
        let n = self.heights.len();
        let gaps = GAP * (n - 1) as f64;
        let scale = (frame.height() - gaps).max(n as f64) / self.heights.iter().sum::<f64>();
        let mut top = frame.top;
        for i in 0..n {
            // Whole pixels, so that the picture fills its frame.
            let bottom = (2.0 * (top + scale * self.heights[i])).round() / 2.0;
            let own = Frame {
                top: (2.0 * top).round() / 2.0,
                bottom,
                ..frame
            };
            self.map(canvas, i, own)?;
            canvas.frame((own.left, own.top), (own.right, own.bottom), 0.5, SOFT)?;
            let panel = Panel {
                left: own.left,
                right: own.right,
                top: own.top,
                bottom: own.bottom,
                x: &self.time,
                y: &self.neurons[i],
            };
            let title = (i + 1 == n).then_some(self.plot.time_label.as_str());
            let what = if own.height() < 50.0 { "" } else { "neuron" };
            panel.draw_scales(canvas, (what, outer - 4.0), title, 0.0)?;
            let label = text::wrap(&self.plot.layers[i].label, LABEL, own.width());
            if let Some(label) = label.first() {
                let at = (own.left, own.top - 8.0);
                canvas.text(label, LABEL, at, Align::Left, TEXT)?;
            }
            if !self.plot.common_scale {
                self.maps[i].1.draw(canvas, own)?;
            }
            top = bottom + GAP;
        }
        if self.plot.common_scale {
            self.maps[0].1.draw(canvas, frame)?;
        }
        Ok(())
    }
}
