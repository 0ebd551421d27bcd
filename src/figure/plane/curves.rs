//! Curves in a frame: cut at its edges, with heads of arrows along them.

use crate::figure::{Canvas, Color, Point, distance, mark};

/// A line without points that lie nearer than half a unit to the one before; the ends stay.
pub(super) fn sparse(points: impl Iterator<Item = Point>) -> Vec<Point> {
    let mut kept: Vec<Point> = Vec::new();
    let mut last = None;
    for p in points {
        if kept.last().is_none_or(|q| distance(*q, p) >= 0.5) {
            kept.push(p);
            last = None;
        } else {
            last = Some(p);
        }
    }
    kept.extend(last);
    kept
}

/// A line with points no further apart than `most`.
pub(in crate::figure) fn dense(line: &[Point], most: f64) -> Vec<Point> {
    let mut points: Vec<Point> = line.iter().copied().take(1).collect();
    for pair in line.windows(2) {
        let (dx, dy) = (pair[1].0 - pair[0].0, pair[1].1 - pair[0].1);
        let n = (dx.hypot(dy) / most).ceil().clamp(1.0, 1e4);
        let at = |k: usize| (pair[0].0 + k as f64 / n * dx, pair[0].1 + k as f64 / n * dy);
        points.extend((1..n as usize).map(at));
        points.push(pair[1]);
    }
    points
}

/// Heads of arrows along a line, none near its ends nor near one that was `placed` before.
pub(super) fn heads(
    canvas: &mut Canvas<'_>,
    line: &[Point],
    color: Color,
    placed: &mut Vec<Point>,
) {
    const SIZE: f64 = 9.0;
    let total: f64 = line.windows(2).map(|w| distance(w[0], w[1])).sum();
    if total < 3.5 * SIZE {
        return;
    }
    let count = (total / 130.0).ceil().min(6.0);
    let mut wanted: Vec<f64> = (0..count as usize)
        .map(|k| total * (k as f64 + 0.5) / count + SIZE / 2.0)
        .collect();
    wanted.reverse();
    let mut walked = 0.0;
    for pair in line.windows(2) {
        let step = distance(pair[0], pair[1]);
        while let Some(&next) = wanted.last().filter(|&&w| w <= walked + step) {
            wanted.pop();
            let s = (next - walked) / step;
            let (dx, dy) = (pair[1].0 - pair[0].0, pair[1].1 - pair[0].1);
            let tip = (pair[0].0 + s * dx, pair[0].1 + s * dy);
            let near = |p: &Point| distance(tip, *p) < 1.8 * SIZE;
            if !placed.iter().any(near) {
                mark::head(canvas, tip, (dx / step, dy / step), SIZE, color);
                placed.push(tip);
            }
        }
        walked += step;
    }
}
