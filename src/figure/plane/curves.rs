//! Curves in a frame: cut at its edges, with heads of arrows along them.

use crate::figure::block::Frame;
use crate::figure::canvas::Canvas;
use crate::figure::mark;
use crate::figure::palette::Color;

use crate::figure::stroke::Point;

/// The parts of a line inside a frame.
pub(in crate::figure) fn clipped(points: &[Point], frame: Frame) -> Vec<Vec<Point>> {
    let mut parts: Vec<Vec<Point>> = Vec::new();
    let mut open = false;
    for pair in points.windows(2) {
        let Some((a, b)) = segment(pair[0], pair[1], frame) else {
            open = false;
            continue;
        };
        match parts.last_mut().filter(|_| open && a == pair[0]) {
            Some(part) => part.push(b),
            None => parts.push(vec![a, b]),
        }
        open = b == pair[1];
    }
    parts
}

/// The part of a segment inside a frame (Liang and Barsky 1984).
fn segment(a: Point, b: Point, frame: Frame) -> Option<(Point, Point)> {
    let (dx, dy) = (b.0 - a.0, b.1 - a.1);
    let (mut enter, mut leave) = (0.0f64, 1.0f64);
    let sides = [
        (-dx, a.0 - frame.left),
        (dx, frame.right - a.0),
        (-dy, a.1 - frame.top),
        (dy, frame.bottom - a.1),
    ];
    for (along, room) in sides {
        if along == 0.0 {
            if room < 0.0 {
                return None;
            }
        } else if along < 0.0 {
            enter = enter.max(room / along);
        } else {
            leave = leave.min(room / along);
        }
    }
    let at = |s: f64| {
        if s == 0.0 {
            a
        } else if s == 1.0 {
            b
        } else {
            (a.0 + s * dx, a.1 + s * dy)
        }
    };
    (enter <= leave).then(|| (at(enter), at(leave)))
}

/// A line without points that lie nearer than half a unit to the one before; the ends stay.
pub(super) fn sparse(points: impl Iterator<Item = Point>) -> Vec<Point> {
    let mut kept: Vec<Point> = Vec::new();
    let mut last = None;
    for p in points {
        if kept
            .last()
            .is_none_or(|q| (p.0 - q.0).hypot(p.1 - q.1) >= 0.5)
        {
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
pub(super) fn dense(line: &[Point], most: f64) -> Vec<Point> {
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
    let length = |pair: &[Point]| (pair[1].0 - pair[0].0).hypot(pair[1].1 - pair[0].1);
    let total: f64 = line.windows(2).map(length).sum();
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
        let step = length(pair);
        while let Some(&next) = wanted.last().filter(|&&w| w <= walked + step) {
            wanted.pop();
            let s = (next - walked) / step;
            let (dx, dy) = (pair[1].0 - pair[0].0, pair[1].1 - pair[0].1);
            let tip = (pair[0].0 + s * dx, pair[0].1 + s * dy);
            let near = |p: &Point| (p.0 - tip.0).hypot(p.1 - tip.1) < 1.8 * SIZE;
            if !placed.iter().any(near) {
                mark::head(canvas, tip, (dx / step, dy / step), SIZE, color);
                placed.push(tip);
            }
        }
        walked += step;
    }
}
