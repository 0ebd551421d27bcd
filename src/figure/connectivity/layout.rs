//! Where layers and synapses stand.

use super::{ConnectivityPlot, SynapseKind};
use crate::figure::block::MARGIN;
use crate::figure::heading::Heading;
use crate::figure::legend::LABEL;
use crate::figure::text;

/// Distance of neighbouring neurons, and their radius.
pub(super) const STEP: f64 = 40.0;
pub(super) const RADIUS: f64 = 13.0;
pub(super) const LEADING: f64 = 17.0;
/// Most neurons that are drawn of a layer, and the place of the dots that stand for the others.
const MOST: usize = 8;
const DOTS: usize = 6;
/// Width of the words about a synapse.
const WORDS: f64 = 230.0;

/// Where the words about a synapse stand: to the right of the neurons.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Place {
    /// Between two rows that follow each other, a mesh of lines.
    Mesh { lower: usize, upper: usize },
    /// Beside the row of its first layer.
    Beside { row: usize },
}

pub(super) struct Side {
    pub place: Place,
    pub lines: Vec<String>,
    /// Middle of the words.
    pub y: f64,
}

pub(super) struct Layout {
    pub width: f64,
    pub height: f64,
    pub heading: Heading,
    /// Left edge and width of the words about layers.
    pub names: f64,
    /// Middle of the neurons, and the right end of the widest row.
    pub middle: f64,
    pub end: f64,
    /// Left edge of the words about synapses.
    pub side: f64,
    /// Height of each layer's neurons.
    pub rows: Vec<f64>,
    pub sides: Vec<Side>,
}

/// How far from the middle of a row its drawn neurons stand; `None` is where dots stand for the rest.
pub(super) fn neurons(size: usize) -> Vec<(f64, bool)> {
    let n = size.min(MOST);
    let at = |i: usize| (i as f64 - (n as f64 - 1.0) / 2.0) * STEP;
    (0..n).map(|i| (at(i), size <= MOST || i != DOTS)).collect()
}

impl Layout {
    pub(super) fn new(plot: &ConnectivityPlot) -> Layout {
        let names = plot
            .layers
            .iter()
            .flat_map(|l| [&l.name, &l.note])
            .map(|t| text::width(t, LABEL))
            .fold(0.0, f64::max);
        let counts = plot.layers.iter().map(|l| super::ink::count(l.size));
        let counts = counts.map(|t| text::width(&t, LABEL)).fold(0.0, f64::max);
        let names = names.min(190.0).max(counts);
        let widest = plot.layers.iter().map(|l| l.size.clamp(1, MOST));
        let half = widest.max().unwrap_or(1) as f64 * STEP / 2.0;
        let middle = MARGIN + names + 24.0 + half;
        let end = middle + half;
        let side = end + 74.0;
        let mut sides: Vec<Side> = plot
            .synapses
            .iter()
            .map(|synapse| {
                let (low, high) = synapse
                    .layers
                    .iter()
                    .fold((usize::MAX, 0), |(l, h), &k| (l.min(k), h.max(k)));
                let pair = synapse.kind != SynapseKind::Memory && high == low + 1;
                let place = if pair {
                    Place::Mesh {
                        lower: low,
                        upper: high,
                    }
                } else {
                    Place::Beside { row: low }
                };
                Side {
                    place,
                    lines: text::wrap(&synapse.label, LABEL, WORDS),
                    y: 0.0,
                }
            })
            .collect();
        let words = sides.iter().flat_map(|s| &s.lines);
        let words = words.map(|l| text::width(l, LABEL)).fold(0.0, f64::max);
        let width = (side + words + 22.0 + MARGIN).max(420.0);
        let heading = Heading::new(&plot.title, &plot.subtitle, width - 2.0 * MARGIN);
        // From above to below: the space over a row, then the row.
        let mut y = MARGIN + heading.height() + 30.0;
        let mut rows = vec![0.0; plot.layers.len()];
        for row in (0..rows.len()).rev() {
            let beside = Place::Beside { row };
            let need: f64 = sides.iter().filter(|s| s.place == beside).map(high).sum();
            let words = super::ink::words(&plot.layers[row], names).len() as f64;
            let half = (need / 2.0).max(LEADING * words / 2.0 + 6.0).max(34.0);
            rows[row] = y + half;
            let mut top = rows[row] - need / 2.0;
            for side in sides.iter_mut().filter(|s| s.place == beside) {
                side.y = top + high(side) / 2.0;
                top += high(side);
            }
            y = rows[row] + half;
            let mesh = |s: &&mut Side| matches!(s.place, Place::Mesh { upper, .. } if upper == row);
            let need: f64 = sides.iter_mut().filter(mesh).map(|s| high(s)).sum();
            let gap = if need > 0.0 { need.max(64.0) } else { 18.0 };
            let mut top = y + (gap - need) / 2.0;
            for side in sides.iter_mut().filter(mesh) {
                side.y = top + high(side) / 2.0;
                top += high(side);
            }
            if row > 0 {
                y += gap;
            }
        }
        Layout {
            width,
            height: y + MARGIN,
            heading,
            names,
            middle,
            end,
            side,
            rows,
            sides,
        }
    }
}

/// Room that the words about a synapse take.
fn high(side: &Side) -> f64 {
    LEADING * side.lines.len().max(1) as f64 + 26.0
}
