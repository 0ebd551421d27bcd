//! How a tree is drawn.

use super::TreePlot;
use super::layout::Layout;
use crate::figure::{
    Align, Axis, BLACK, Block, Canvas, Entries, FigureError, Frame, GRID, LABEL, Legend, Look,
    Panel, Pen, Point, SOFT, TEXT, range, refused, text,
};

const BRANCH: f64 = 1.6;

pub(super) struct Drawing<'a> {
    plot: &'a TreePlot,
    layout: Layout,
    x: Axis,
    y: Axis,
}

impl<'a> Drawing<'a> {
    /// Of a plot that has been checked.
    pub fn new(plot: &'a TreePlot, look: &Look) -> Result<Self, FigureError> {
        let leaves = plot.leaves.iter().map(|l| &l.height);
        let joins = plot.joins.iter().map(|j| &j.height);
        let Some((low, high)) = range(leaves.chain(joins)) else {
            return refused("tree", "it has no heights");
        };
        let y = match look.y {
            Some(ends) => Axis::between("y", ends, false, 6.0)?,
            None => Axis::linear(low, high, 0.08, 6.0),
        };
        let mut x = Axis::linear(-0.7, plot.leaves.len() as f64 - 0.3, 0.0, 1.0);
        x.ticks.clear();
        Ok(Drawing {
            layout: Layout::of(plot),
            plot,
            x,
            y,
        })
    }
}

impl Block for Drawing<'_> {
    fn sides(&self) -> Point {
        (self.y.margin(), 12.0)
    }

    fn shape(&self) -> f64 {
        0.72
    }

    fn width(&self) -> f64 {
        640.0
    }

    fn legend(&self, width: f64) -> Legend {
        Legend::new(Entries::default(), width)
    }

    fn above(&self) -> f64 {
        if self.y.note.is_empty() { 8.0 } else { 22.0 }
    }

    fn put(&self, canvas: &mut Canvas<'_>, frame: Frame) {
        let outer = frame.left - self.sides().0;
        let panel = Panel {
            frame,
            x: &self.x,
            y: &self.y,
        };
        for (value, _) in &self.y.ticks {
            let (_, y) = panel.at(0.0, *value);
            canvas.rule((frame.left, y), (frame.right, y), GRID);
        }
        let y_title = (self.plot.y_label.as_str(), outer - 4.0);
        panel.draw_scales(canvas, y_title, Some(&self.plot.x_label), 0.0);
        let pen = Pen::new(BLACK, BRANCH);
        for branch in &self.layout.branches {
            let low = panel.at(branch.at, branch.low);
            let high = match branch.high {
                Some(high) => panel.at(branch.at, high),
                None => (low.0, frame.top),
            };
            canvas.trace_in(frame, &[low, high], pen);
        }
        for bar in &self.layout.bars {
            let ends = [bar.from, bar.to].map(|at| panel.at(at, bar.height));
            canvas.trace_in(frame, &ends, pen);
        }
        self.labels(canvas, &panel);
    }
}

impl Drawing<'_> {
    /// The names of the leaves below the frame, as many as have room.
    fn labels(&self, canvas: &mut Canvas<'_>, panel: &Panel<'_>) {
        let leaves = &self.plot.leaves;
        let widest = text::widest(leaves.iter().map(|l| &l.label)) + 6.0;
        let space = panel.width() / leaves.len() as f64;
        let every = (widest / space).ceil().clamp(1.0, 1e6) as usize;
        for (leaf, place) in leaves.iter().zip(&self.layout.places) {
            let at = panel.at(*place as f64, leaf.height);
            canvas.dot(at, 3.0, BLACK);
            if place % every == 0 {
                let below = (at.0, panel.bottom + 5.0 + LABEL);
                canvas.rule((at.0, panel.bottom), (at.0, panel.bottom + 3.0), SOFT);
                canvas.text(&leaf.label, LABEL, below, Align::Center, TEXT);
            }
        }
    }
}
