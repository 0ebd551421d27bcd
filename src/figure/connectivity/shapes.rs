//! The lines of synapses.

use std::f64::consts::PI;

use super::layout::RADIUS;
use crate::figure::{Align, Canvas, LABEL, Point, SOFT, TEXT, distance, mark};

const LINE: f64 = 1.4;
const HEAD: f64 = 8.0;

/// A line with heads at those ends that are marked: at both for a symmetric synapse, which carries both ways.
pub(super) fn arrow(canvas: &mut Canvas<'_>, ends: [Point; 2], heads: [bool; 2]) {
    let [a, b] = ends;
    let length = distance(a, b);
    let back = heads.map(|head| if head { HEAD } else { 0.0 });
    if length <= back[0] + back[1] {
        return;
    }
    let (dx, dy) = ((b.0 - a.0) / length, (b.1 - a.1) / length);
    let ways = [(-dx, -dy), (dx, dy)];
    // A line ends a little inside its head.
    let neck = |k: usize| {
        let s = if heads[k] { 1.0 - HEAD } else { 0.0 };
        (ends[k].0 + s * ways[k].0, ends[k].1 + s * ways[k].1)
    };
    canvas.line(&[neck(0), neck(1)], LINE, SOFT);
    for k in (0..2).filter(|k| heads[*k]) {
        mark::head(canvas, ends[k], ways[k], HEAD, SOFT);
    }
}

/// A bow past the rows between two that do not follow each other, with heads at those ends that are marked.
pub(super) fn bow(canvas: &mut Canvas<'_>, ends: [Point; 2], reach: f64, heads: [bool; 2]) {
    let [a, b] = ends;
    let points: Vec<Point> = (0..=60)
        .map(|k| {
            let s = f64::from(k) / 60.0;
            let out = (s * PI).sin().sqrt();
            let x = a.0 + s * (b.0 - a.0);
            (
                x + (reach - x) * out + 6.0 * (1.0 - out),
                a.1 + s * (b.1 - a.1),
            )
        })
        .collect();
    canvas.line(&points, LINE, SOFT);
    for (end, _) in ends.into_iter().zip(heads).filter(|(_, head)| *head) {
        mark::head(canvas, end, (-1.0, 0.0), HEAD, SOFT);
    }
}

/// A loop that leaves a row at its end and returns to it.
pub(super) fn recurrent(canvas: &mut Canvas<'_>, end: Point, words: Point, signs: bool) {
    let reach = (words.0 - end.0 - 4.0).max(20.0);
    let middle = (end.1 + words.1) / 2.0;
    let points: Vec<Point> = (0..=40)
        .map(|k| {
            let angle = f64::from(k) * PI / 40.0;
            let bulge = angle.sin();
            let y = end.1 - 7.0 * angle.cos() + (middle - end.1) * bulge;
            (end.0 + 4.0 + (reach - 6.0).min(44.0) * bulge, y)
        })
        .collect();
    canvas.line(&points, LINE, SOFT);
    if let [.., last] = points[..] {
        mark::head(canvas, (last.0 - 5.0, last.1), (-1.0, 0.0), HEAD, SOFT);
    }
    if let (Some(top), true) = (points.get(12), signs) {
        let at = (top.0, top.1 - 5.0);
        canvas.text("±", LABEL, at, Align::Center, TEXT);
    }
}

/// From the first row to the second with an arrow and a +, back with a blunt end and a −.
pub(super) fn loop_pair(canvas: &mut Canvas<'_>, (x0, x1): Point, (from, to): Point) {
    let down = (to - from).signum();
    let (a, b) = (from + down * (RADIUS + 6.0), to - down * (RADIUS + 6.0));
    let middle = (a + b) / 2.0 + 0.36 * 16.0;
    canvas.line(&[(x0, a), (x0, b - down * HEAD)], 2.0, SOFT);
    mark::head(canvas, (x0, b), (0.0, down), 10.0, SOFT);
    canvas.text("+", 16.0, (x0 - 14.0, middle), Align::Center, TEXT);
    canvas.line(&[(x1, a), (x1, b)], 2.0, SOFT);
    canvas.line(&[(x1 - 8.0, a), (x1 + 8.0, a)], 2.4, SOFT);
    canvas.text("−", 16.0, (x1 + 14.0, middle), Align::Center, TEXT);
}
