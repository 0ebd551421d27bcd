//! Where layers and synapses stand.

use super::{ConnectivityPlot, DiagramSynapse};
use crate::figure::{Heading, LABEL, LEADING, Look, Page, text};
use crate::synapse::Sketch;

/// Distance of neighbouring neurons, and their radius.
pub(super) const STEP: f64 = 40.0;
pub(super) const RADIUS: f64 = 13.0;
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
        let names = text::widest(plot.layers.iter().flat_map(|l| [&l.name, &l.note]));
        let counts = text::widest(plot.layers.iter().map(|l| super::draw::count(l.size)));
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
        let side_of = |synapse: &DiagramSynapse| {
            let all = || synapse.layers.iter().copied();
            let (lower, upper) = (all().min().unwrap_or(0), all().max().unwrap_or(0));
            let pair = synapse.kind != Sketch::Box && upper == lower + 1;
            Side {
                place: match pair {
                    true => Place::Mesh { lower, upper },
                    false => Place::Beside { row: lower },
                },
                lines: text::wrap(&synapse.label, LABEL, narrow * WORDS),
                y: 0.0,
            }
        };
        let mut sides: Vec<Side> = plot.synapses.iter().map(side_of).collect();
        let words = text::widest(sides.iter().flat_map(|s| &s.lines));
        let needed = side + words + 22.0 + margin;
        let (needed, width) = match look.page {
            Some(page) => (needed, needed.max(page)),
            None => (needed.max(420.0), needed.max(420.0)),
        };
        let heading = Heading::new(look, plot.words(), width - 2.0 * margin);
        // From above to below: the space over a row, then the row.
        let mut y = margin + heading.height() + 30.0;
        let mut rows = vec![0.0; plot.layers.len()];
        for row in (0..rows.len()).rev() {
            let beside = |place: &Place| *place == Place::Beside { row };
            let need = needed_by(&sides, beside);
            let words = super::draw::words(&plot.layers[row], names).len() as f64;
            let half = (need / 2.0).max(LEADING * words / 2.0 + 6.0).max(34.0);
            rows[row] = y + half;
            stack(&mut sides, beside, rows[row] - need / 2.0);
            y = rows[row] + half;
            let mesh = |place: &Place| matches!(place, Place::Mesh { upper, .. } if *upper == row);
            let need = needed_by(&sides, mesh);
            let gap = if need > 0.0 { need.max(64.0) } else { 18.0 };
            stack(&mut sides, mesh, y + (gap - need) / 2.0);
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

/// Room that those of some places take together.
fn needed_by(sides: &[Side], at: impl Fn(&Place) -> bool) -> f64 {
    sides.iter().filter(|s| at(&s.place)).map(high).sum()
}

/// Puts those of some places below each other.
fn stack(sides: &mut [Side], at: impl Fn(&Place) -> bool, mut top: f64) {
    for side in sides.iter_mut().filter(|s| at(&s.place)) {
        side.y = top + high(side) / 2.0;
        top += high(side);
    }
}
