//! How layers and synapses are drawn.

use std::f64::consts::PI;

use super::layout::{Layout, Place, RADIUS, STEP, neurons};
use super::shapes::{arrow, bow, loop_pair, recurrent};
use super::{ConnectivityPlot, DiagramLayer};
use crate::figure::{Align, Canvas, Color, LABEL, LEADING, Look, Point, SOFT, TEXT, WHITE, text};
use crate::synapse::Sketch;

impl ConnectivityPlot {
    pub(super) fn draw_layer(
        &self,
        canvas: &mut Canvas<'_>,
        layout: &Layout,
        k: usize,
        look: &Look,
    ) {
        let (layer, y) = (&self.layers[k], layout.rows[k]);
        let color = look.palette.curve(k % look.palette.coloured()).color;
        for (dx, neuron) in neurons(layer.size, layout.most) {
            let at = (layout.middle + dx, y);
            if neuron {
                canvas.dot(at, RADIUS, color);
                canvas.dot(at, RADIUS - 2.4, WHITE);
            } else {
                for i in -1..=1 {
                    canvas.dot((at.0 + 7.0 * f64::from(i), y), 1.9, color);
                }
            }
        }
        let lines = words(layer, layout.names);
        let lines = lines.iter().map(|(line, color)| (&line[..], *color));
        canvas.labels(lines, (layout.margin, y), Align::Left);
    }

    pub(super) fn draw_synapse(&self, canvas: &mut Canvas<'_>, layout: &Layout, i: usize) {
        let (synapse, side) = (&self.synapses[i], &layout.sides[i]);
        let signs = synapse.kind == Sketch::Opposed;
        match side.place {
            Place::Mesh { lower, upper } if signs => {
                let excites = synapse.layers[0] == lower;
                let (a, b) = (layout.rows[lower], layout.rows[upper]);
                let ends = if excites { (a, b) } else { (b, a) };
                let x = layout.middle;
                loop_pair(canvas, (x - 26.0, x + 26.0), ends);
            }
            Place::Mesh { lower, upper } => {
                self.mesh(
                    canvas,
                    layout,
                    (lower, upper),
                    synapse.kind == Sketch::Windows,
                );
                let x = layout.side - 24.0;
                let (low, high) = ((x, side.y + 20.0), (x, side.y - 20.0));
                // Layers are drawn from below to above.
                let upwards = synapse.layers[0] == lower;
                let ends = if upwards { [low, high] } else { [high, low] };
                arrow(canvas, ends, [synapse.kind != Sketch::OneWay, true]);
            }
            Place::Beside { .. } if synapse.kind == Sketch::Box => {
                let half = LEADING * side.lines.len().max(1) as f64 / 2.0 + 6.0;
                let left = layout.side - 12.0;
                let right = layout.side + text::widest(&side.lines).max(20.0) + 12.0;
                for &k in &synapse.layers {
                    let from = (self.row_end(layout, k), attach(layout.rows[k], side.y));
                    arrow(canvas, [from, (left - 2.0, side.y)], [true; 2]);
                }
                canvas.rect((left, side.y - half), (right, side.y + half), WHITE);
                let (a, b) = ((left, side.y - half), (right, side.y + half));
                canvas.frame(a, b, 1.2, SOFT);
            }
            Place::Beside { row } if synapse.layers.iter().all(|&k| k == row) => {
                self.arcs(canvas, layout, row);
                let end = (self.row_end(layout, row), attach(layout.rows[row], side.y));
                recurrent(canvas, end, (layout.side - 12.0, side.y), signs);
            }
            Place::Beside { row } => {
                for &k in synapse.layers.iter().filter(|&&k| k != row) {
                    let ends = [row, k].map(|k| (self.row_end(layout, k), layout.rows[k]));
                    let one_way = synapse.kind == Sketch::OneWay;
                    let heads = [row, k].map(|k| !one_way || synapse.layers.last() == Some(&k));
                    bow(canvas, ends, layout.side - 42.0, heads);
                }
            }
        }
        let lines = side.lines.iter().map(|line| (&line[..], TEXT));
        canvas.labels(lines, (layout.side, side.y), Align::Left);
    }

    /// Just right of a layer's last neuron.
    fn row_end(&self, layout: &Layout, k: usize) -> f64 {
        let last = neurons(self.layers[k].size, layout.most)
            .last()
            .map_or(0.0, |n| n.0);
        (layout.middle + last + RADIUS + 4.0).min(layout.end)
    }

    /// Lines between all neurons of two rows, or between those that are near to each other.
    fn mesh(
        &self,
        canvas: &mut Canvas<'_>,
        layout: &Layout,
        (a, b): (usize, usize),
        is_local: bool,
    ) {
        let places = |k: usize| {
            neurons(self.layers[k].size, layout.most)
                .into_iter()
                .filter(|n| n.1)
        };
        let count = places(a).count() * places(b).count();
        let color = SOFT.faint((9.0 / count as f64).clamp(0.3, 0.9));
        // Both rows reach from −1 to 1 here: a window is as wide as three neurons of the shorter one.
        let half = [a, b].map(|k| places(k).map(|n| n.0.abs()).fold(1.0, f64::max));
        let fewest = places(a).count().min(places(b).count());
        let near = 3.0 / fewest.max(1) as f64;
        for (from, _) in places(a) {
            for (to, _) in places(b) {
                if is_local && (from / half[0] - to / half[1]).abs() > near {
                    continue;
                }
                let ends = [
                    (layout.middle + from, layout.rows[a]),
                    (layout.middle + to, layout.rows[b]),
                ];
                canvas.line(&ends, 1.0, color);
            }
        }
    }

    /// Arcs between all neurons of a row, over it where nothing else is.
    fn arcs(&self, canvas: &mut Canvas<'_>, layout: &Layout, row: usize) {
        let joined = |upper: usize| {
            let meets = |p: &Place| matches!(p, Place::Mesh { upper: u, .. } if *u == upper);
            layout.sides.iter().any(|s| meets(&s.place))
        };
        if joined(row + 1) {
            return;
        }
        let places: Vec<_> = neurons(self.layers[row].size, layout.most)
            .into_iter()
            .filter(|n| n.1)
            .collect();
        for (i, a) in places.iter().enumerate() {
            for b in &places[i + 1..] {
                let (middle, reach) = ((a.0 + b.0) / 2.0, (b.0 - a.0) / 2.0);
                let up = RADIUS + 5.0 + 3.4 * 2.0 * reach / STEP;
                let arc: Vec<Point> = (0..=40)
                    .map(|k| {
                        let angle = f64::from(k) * PI / 40.0;
                        let x = layout.middle + middle - reach * angle.cos();
                        (x, layout.rows[row] - up * angle.sin())
                    })
                    .collect();
                canvas.line(&arc, 1.0, SOFT.faint(0.45));
            }
        }
    }
}

/// Where a line to words at some height leaves a row: apart from those to other words.
fn attach(row: f64, words: f64) -> f64 {
    row + (0.45 * (words - row)).clamp(-14.0, 14.0)
}

/// What stands beside a layer: its name, its size, its note.
pub(super) fn words(layer: &DiagramLayer, room: f64) -> Vec<(String, Color)> {
    let count = count(layer.size);
    let mut lines = Vec::new();
    for (words, color) in [(&layer.name, TEXT), (&count, SOFT), (&layer.note, SOFT)] {
        let wrapped = text::wrap(words, LABEL, room + 1.0);
        lines.extend(wrapped.into_iter().map(|line| (line, color)));
    }
    lines
}

/// How many neurons, in words.
pub(super) fn count(size: usize) -> String {
    match size {
        1 => "1 neuron".to_string(),
        n => format!("{n} neurons"),
    }
}
