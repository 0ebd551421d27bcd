//! The activity of layers over time, each layer a map of its neurons, or lines where it has a few only.

mod draw;
mod scale;

use serde::{Deserialize, Serialize};

use crate::figure::{
    Axis, Block, ColorMap, FigureError, INNER, Look, Page, as_many, finite, number, range, refused,
    times, words,
};
use draw::Activity;
use scale::Scale;

/// The activity of one layer.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct ActivityLayer {
    /// The layer's name and what may be said of it.
    pub label: String,
    /// How many neurons it has, or groups.
    pub neurons: usize,
    /// What these are called along the axis; `neuron` unless said.
    pub rows: String,
    /// The values that there are, where they are few, as of units that flip: each has a colour of its own.
    pub levels: Vec<f64>,
    /// Are they angles? Then those that differ by a whole turn have one colour.
    pub angles: bool,
    /// The activities, the neurons of the first time first.
    pub values: Vec<f64>,
}

/// The activity of one or several layers over time, one map of colours each, on a common time axis. Where nothing is
/// negative colours run from white to dark, else from blue by white at 0 to red; those of angles go round a circle. A layer of three neurons or fewer is
/// shown as lines, unless its values are few.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct ActivityPlot {
    /// What is shown.
    pub title: String,
    /// The parameters.
    pub subtitle: String,
    /// Title of the time axis, with its unit.
    pub time_label: String,
    /// Times, not decreasing.
    pub time: Vec<f64>,
    /// The layers, from above to below.
    pub layers: Vec<ActivityLayer>,
    /// Times at which the input is switched.
    pub switches: Vec<f64>,
    /// Does every state stay until the next time, as where units flip? The last is a strip beyond the end. Otherwise each is drawn as wide as half the
    /// ways to its neighbours.
    pub jumps: bool,
}

const LEAST: f64 = 54.0;
/// Part of the whole time that the last state takes at most where states stay.
const STRIP: f64 = 0.025;
/// Layers of so many neurons are lines, which tell more than strips of colour.
const FEW: usize = 3;
const LINES: f64 = 96.0;

impl Page for ActivityPlot {
    words!();

    fn block(&self, look: &Look) -> Result<Box<dyn Block + '_>, FigureError> {
        times(&self.time)?;
        if self.layers.iter().all(|layer| layer.values.is_empty()) {
            return refused("activity", "there are no values");
        }
        for (i, layer) in self.layers.iter().enumerate() {
            let place = format!("layer {i} (\"{}\")", layer.label);
            let wanted = self.time.len().saturating_mul(layer.neurons);
            if layer.neurons == 0 {
                return refused(place, "it has no neurons");
            }
            as_many(&place, layer.values.len(), wanted, "times × neurons")?;
            finite(&place, &layer.values)?;
            let known = |v: &f64| layer.levels.is_empty() || layer.levels.contains(v);
            if let Some(k) = layer.values.iter().position(|v| !known(v)) {
                let why = format!("{} is none of its levels", layer.values[k]);
                return refused(format!("{place}, index {k}"), why);
            }
        }
        let given = look.y.map(|[low, high]| (low, high));
        let scale = |layer: &ActivityLayer| match given {
            None if !layer.levels.is_empty() => Scale::levels(&layer.levels, &look.palette),
            None if layer.angles => Scale::shades(ColorMap::angles()),
            _ => {
                let own = range(&layer.values);
                let (low, high) = given.or(own).unwrap_or((0.0, 1.0));
                Scale::shades(ColorMap::activity(low, high))
            }
        };
        let few = |layer: &ActivityLayer| layer.neurons <= FEW && layer.levels.is_empty();
        let vertical = |layer: &ActivityLayer| {
            if few(layer) {
                let (low, high) = range(&layer.values).unwrap_or((0.0, 1.0));
                return match given {
                    Some((low, high)) => Axis::linear(low, high, 0.0, 4.0),
                    None => Axis::linear(low, high, 0.08, 4.0),
                };
            }
            let mut axis = Axis::linear(-0.5, layer.neurons as f64 - 0.5, 0.0, 3.0);
            axis.ticks.retain(|(v, _)| v.fract() == 0.0);
            axis
        };
        // A layer of a thousand neurons is higher than one of ten, but not a hundred times.
        // Where they fit, all its neurons are equally many pixels high.
        let height = |layer: &ActivityLayer| {
            if few(layer) {
                return LINES;
            }
            let n = layer.neurons as f64;
            let wish = 2.0 * (LEAST + 9.0 * n.sqrt().min(12.0));
            if wish > n {
                (wish / n).round() * n / 2.0
            } else {
                wish / 2.0
            }
        };
        let edges = edges(&self.time, self.jumps);
        let [from, to] = look.x.unwrap_or([edges[0], edges[self.time.len()]]);
        let mut time = Axis::linear(from, to, 0.0, 8.0);
        let (first, last) = (self.time[0], self.time[self.time.len() - 1]);
        if last <= first && look.x.is_none() {
            // Nothing is known of other times.
            time.ticks = vec![(last, number(last))];
        }
        Ok(Box::new(Activity {
            switches: time.shown(&self.switches),
            inner: look.inner(INNER),
            palette: look.palette.clone(),
            time,
            edges,
            heights: self.layers.iter().map(height).collect(),
            vertical: self.layers.iter().map(vertical).collect(),
            scales: self
                .layers
                .iter()
                .map(|layer| (!few(layer)).then(|| scale(layer)))
                .collect(),
            plot: self,
        }))
    }
}

/// Where the cells of the times begin and end, the first time and the last at the outside: half way between neighbours; or from each
/// time to the next where states `stay`. The last of these has no time after it: it is a strip beyond the end, no flip being told at a time
/// at which there was none.
fn edges(time: &[f64], stay: bool) -> Vec<f64> {
    let n = time.len();
    let (first, last) = (time[0], time[n - 1]);
    // A single state ends where the run does.
    if last <= first {
        let mut edges = vec![last - last.abs().max(1.0); n];
        edges.push(last);
        return edges;
    }
    let half = |k: usize| time[k - 1] / 2.0 + time[k] / 2.0;
    let edge = |k| match k {
        0 => first,
        k if k == n && stay => last + (last - time[n - 2]).min(STRIP * (last - first)),
        k if k == n => last,
        k if stay => time[k],
        k => half(k),
    };
    (0..=n).map(edge).collect()
}
