//! A panel of sizes on an axis of powers of ten, with a strip below for those that have no logarithm.

use std::collections::HashSet;

use crate::figure::{
    Align, Axis, Canvas, Color, FAILURE, Frame, Panel, Pen, Point, SOFT, TEXT, thinned,
};

const STRIP: f64 = 30.0;
/// What is smaller than the largest by this factor is drawn as none.
const FAINTEST: f64 = 1e-20;

pub(super) struct Logged {
    pub axis: Axis,
    /// The least that is drawn at its size.
    pub floor: f64,
    /// What the strip says, if there is one.
    strip: Option<&'static str>,
}

impl Logged {
    /// An axis for the sizes of these values.
    pub(super) fn new(values: &[f64]) -> Logged {
        let sizes = || values.iter().map(|v| v.abs());
        let known = sizes().filter(|&r| r > 0.0);
        let known = known.fold((f64::INFINITY, 0.0f64), |(l, m), r| (l.min(r), m.max(r)));
        let (floor, most) = match known {
            (_, 0.0) => (0.1, 1.0),
            (least, most) => (least.max(most * FAINTEST).max(1e-300), most.max(1e-300)),
        };
        let strip = match sizes().any(|r| r > 0.0 && r < floor) {
            true => Some("≈ 0"),
            false => sizes().any(|r| r == 0.0).then_some("0"),
        };
        Logged {
            axis: Axis::logarithmic(floor, most),
            floor,
            strip,
        }
    }

    pub(super) fn strip(&self) -> f64 {
        if self.strip.is_some() { STRIP } else { 0.0 }
    }

    /// Its panel under another one that may have a strip as well.
    pub(super) fn below<'a>(&'a self, above: &Panel<'a>, top: f64, height: f64) -> Panel<'a> {
        let bottom = top + height - self.strip();
        Panel {
            frame: Frame {
                top,
                bottom,
                ..above.frame
            },
            y: &self.axis,
            ..*above
        }
    }

    /// Where a size at a time is drawn.
    pub(super) fn place(&self, panel: &Panel<'_>, (t, size): Point) -> Point {
        let (x, y) = panel.at(t, size.max(self.floor));
        if size < self.floor {
            (x, panel.bottom + STRIP / 2.0)
        } else {
            (x, y)
        }
    }

    /// Grid, scales and strip.
    pub(super) fn draw(
        &self,
        canvas: &mut Canvas<'_>,
        panel: &Panel<'_>,
        title: (&str, f64),
        time: Option<&str>,
    ) {
        panel.draw(canvas, title, time, self.strip());
        let Some(label) = self.strip else {
            return;
        };
        let ends = [(panel.left, panel.bottom), (panel.right, panel.bottom)];
        canvas.trace(&ends, Pen::dashed(SOFT, 1.0));
        let y = panel.bottom + STRIP / 2.0;
        canvas.label(label, (panel.left - 9.0, y), Align::Right, TEXT);
    }

    /// Joins neighbours that have a logarithm; the others are dots in the strip.
    pub(super) fn curve(
        &self,
        canvas: &mut Canvas<'_>,
        panel: &Panel<'_>,
        sizes: impl Iterator<Item = Point>,
        pen: Pen,
    ) {
        let sizes: Vec<Point> = sizes.collect();
        for run in sizes.split(|&(_, size)| size < self.floor) {
            let run = run.iter().map(|&(t, size)| panel.at(t, size));
            stroke(canvas, &thinned(run), pen);
        }
        let mut last = f64::NEG_INFINITY;
        for &none in sizes.iter().filter(|&&(_, size)| size < self.floor) {
            let (x, y) = self.place(panel, none);
            if x - last >= 2.0 {
                canvas.dot((x, y), 2.2, pen.color.faint(pen.color.alpha.max(0.6)));
                last = x;
            }
        }
    }
}

/// A line, or a dot where there is one point only.
pub(super) fn stroke(canvas: &mut Canvas<'_>, points: &[Point], pen: Pen) {
    match points {
        [] => {}
        [only] => canvas.dot(*only, 1.2 * pen.width, pen.color),
        _ => canvas.trace(points, pen),
    }
}

/// Marks what went wrong.
pub(super) fn mark(canvas: &mut Canvas<'_>, points: impl Iterator<Item = Point>) {
    dots(canvas, points, (FAILURE, 3.2));
}

/// Dots. Of thousands in one place one is enough; more would be drawn for ever and look the same.
pub(super) fn dots(
    canvas: &mut Canvas<'_>,
    points: impl Iterator<Item = Point>,
    (color, radius): (Color, f64),
) {
    let mut drawn = HashSet::new();
    for (x, y) in points {
        if drawn.insert(((x / 2.0) as i32, (y / 2.0) as i32)) {
            canvas.dot((x, y), radius, color);
        }
    }
}
