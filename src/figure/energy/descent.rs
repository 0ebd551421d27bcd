//! The allowance: how far the energy may rise in a step, as a band, and the rises that there were.

use super::axes::Axes;
use super::logged::{Logged, dots, mark};
use super::{EnergyCurve, EnergyPlot};
use crate::figure::{BLACK, Canvas, Color, OTHERS, Panel, Point, SOFT};

/// The band of rises that are allowed.
pub(super) fn band() -> Color {
    OTHERS.faint(0.4)
}

pub(super) const ALLOWED: (Color, f64) = (BLACK, 2.0);

/// Width of the pieces of which the band is made.
const PIECE: f64 = 1.0;

impl EnergyPlot {
    /// The largest allowance of all trajectories at each time, and everything below it.
    pub(super) fn draw_allowance(
        &self,
        canvas: &mut Canvas<'_>,
        (axis, panel): (&Logged, &Panel<'_>),
    ) {
        let count = ((panel.right - panel.left) / PIECE).ceil() as usize + 1;
        let mut tops = vec![f64::INFINITY; count];
        for curve in &self.curves {
            for ((x0, y0), (x1, y1)) in edges(curve, axis, panel) {
                if x1 < panel.left || x0 > panel.right {
                    continue;
                }
                let column = |x: f64| ((x - panel.left) / PIECE).clamp(0.0, (count - 1) as f64);
                let (first, last) = (column(x0).floor() as usize, column(x1).ceil() as usize);
                for (k, top) in tops.iter_mut().enumerate().take(last + 1).skip(first) {
                    let x = panel.left + PIECE * k as f64;
                    let s = if x1 > x0 { (x - x0) / (x1 - x0) } else { 1.0 };
                    *top = top.min(y0 + s.clamp(0.0, 1.0) * (y1 - y0));
                }
            }
        }
        let floor = panel.bottom + axis.strip();
        let points: Vec<Point> = tops
            .iter()
            .enumerate()
            .map(|(k, &y)| ((panel.left + PIECE * k as f64).min(panel.right), y))
            .collect();
        for edge in points.split(|p| p.1 == f64::INFINITY) {
            let (Some(first), Some(last)) = (edge.first(), edge.last()) else {
                continue;
            };
            let mut shape = edge.to_vec();
            shape.extend([(last.0, floor), (first.0, floor)]);
            canvas.polygon(&shape, band());
            canvas.line(edge, 1.0, SOFT);
        }
    }

    /// Rises within the allowance and, over them, those beyond.
    pub(super) fn mark_rises(
        &self,
        canvas: &mut Canvas<'_>,
        axes: &Axes,
        (axis, panel): (&Logged, &Panel<'_>),
    ) {
        for curve in &self.curves {
            let place = |n: usize| axis.place(panel, (curve.time[n], curve.change(n)));
            let seen = curve.within().filter(|n| axes.shows(curve.time[*n]));
            dots(canvas, seen.map(place), ALLOWED);
        }
        for curve in &self.curves {
            let place = |n: usize| axis.place(panel, (curve.time[n], curve.change(n)));
            let seen = curve.beyond().filter(|n| axes.shows(curve.time[*n]));
            mark(canvas, seen.map(place));
        }
    }
}

/// The upper edge of one trajectory's band in pieces; the first reaches back to the start of its step.
fn edges(
    curve: &EnergyCurve,
    axis: &Logged,
    panel: &Panel<'_>,
) -> impl Iterator<Item = (Point, Point)> {
    let mut before = None;
    curve.steps().map(move |n| {
        let place = |t: f64| panel.at(t, curve.allowance[n].max(axis.floor));
        let start = before.unwrap_or_else(|| place(curve.time[n.saturating_sub(1)]));
        let end = place(curve.time[n]);
        before = Some(end);
        (start, end)
    })
}
