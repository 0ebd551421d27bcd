//! Where layers and synapses stand.

use super::ConnectivityPlot;
use crate::figure::heading::Heading;
use crate::figure::legend::LABEL;
use crate::figure::look::Look;
use crate::figure::text;
use crate::synapse::Sketch;

/// Distance of neighbouring neurons, and their radius.
pub(super) const STEP: f64 = 40.0;
pub(super) const RADIUS: f64 = 13.0;
pub(super) const LEADING: f64 = 17.0;
/// Most neurons that are drawn of a layer, the last but one being dots that stand for the others; and on a narrow page.
const MOST: usize = 8;
const FEW: usize = 3;
/// Width of the words about a synapse, and about a layer.
const WORDS: f64 = 230.0;
const NAMES: f64 = 190.0;

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
    /// Left edge of everything.
    pub margin: f64,
    /// Most neurons that are drawn of a layer.
    pub most: usize,
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
pub(super) fn neurons(size: usize, most: usize) -> Vec<(f64, bool)> {
    let n = size.min(most);
    let at = |i: usize| (i as f64 - (n as f64 - 1.0) / 2.0) * STEP;
    (0..n)
        .map(|i| (at(i), size <= most || i + 2 != most))
        .collect()
}

impl Layout {
    pub(super) fn new(plot: &ConnectivityPlot, look: &Look) -> Layout {
        let margin = look.margin();
        let most = if look.page.is_some_and(|page| page < 640.0) {
            FEW
        } else {
            MOST
        };
        let names = plot
            .layers
            .iter()
            .flat_map(|l| [&l.name, &l.note])
            .map(|t| text::width(t, LABEL))
            .fold(0.0, f64::max);
        let counts = plot.layers.iter().map(|l| super::draw::count(l.size));
        let counts = counts.map(|t| text::width(&t, LABEL)).fold(0.0, f64::max);
        // On a narrow page both are broken into more lines.
        let narrow = look.page.map_or(1.0, |page| {
            ((page - 260.0).max(0.0) / 420.0).clamp(0.3, 1.0)
        });
        let names = names.min(narrow * NAMES).max(counts);
        let widest = plot.layers.iter().map(|l| l.size.clamp(1, most));
        let half = widest.max().unwrap_or(1) as f64 * STEP / 2.0;
        let middle = margin + names + 24.0 + half;
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
                let pair = synapse.kind != Sketch::Box && high == low + 1;
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
                    lines: text::wrap(&synapse.label, LABEL, narrow * WORDS),
                    y: 0.0,
                }
            })
            .collect();
        let words = sides.iter().flat_map(|s| &s.lines);
        let words = words.map(|l| text::width(l, LABEL)).fold(0.0, f64::max);
        let needed = side + words + 22.0 + margin;
        let (needed, width) = match look.page {
            Some(page) => (needed, needed.max(page)),
            None => (needed.max(420.0), needed.max(420.0)),
        };
        let (title, subtitle) = look.heading((&plot.title, &plot.subtitle));
        let heading = Heading::new(title, subtitle, width - 2.0 * margin);
        // From above to below: the space over a row, then the row.
        let mut y = margin + heading.height() + 30.0;
        let mut rows = vec![0.0; plot.layers.len()];
        for row in (0..rows.len()).rev() {
            let beside = Place::Beside { row };
            let need: f64 = sides.iter().filter(|s| s.place == beside).map(high).sum();
            let words = super::draw::words(&plot.layers[row], names).len() as f64;
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
            width: needed,
            height: y + margin,
            margin,
            most,
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
