//! Lines on the page: cut at a frame, into dashes, thinned to what can be seen.

use super::Frame;

/// A place on the page, x to the right and y down.
pub(super) type Point = (f64, f64);

/// The length of the way from one place to another.
pub(super) fn distance(a: Point, b: Point) -> f64 {
    (b.0 - a.0).hypot(b.1 - a.1)
}

/// The parts of a line inside a frame.
pub(super) fn clipped(points: &[Point], frame: Frame) -> Vec<Vec<Point>> {
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
    // The ends stay what they are to the last bit.
    let at = |s: f64| match s {
        0.0 => a,
        1.0 => b,
        s => (a.0 + s * dx, a.1 + s * dy),
    };
    (enter <= leave).then(|| (at(enter), at(leave)))
}

/// Cuts a line into dashes of length `on` with gaps of `off`.
pub(super) fn dashes(points: &[Point], on: f64, off: f64) -> Vec<Vec<Point>> {
    let mut pieces = Vec::new();
    let mut piece: Vec<_> = points.iter().copied().take(1).collect();
    let (mut drawing, mut left) = (true, on);
    for pair in points.windows(2) {
        let (mut a, b) = (pair[0], pair[1]);
        loop {
            let length = distance(a, b);
            if length <= left {
                left -= length;
                if drawing {
                    piece.push(b);
                }
                break;
            }
            let f = left / length;
            a = (a.0 + f * (b.0 - a.0), a.1 + f * (b.1 - a.1));
            if drawing {
                piece.push(a);
                pieces.push(std::mem::take(&mut piece));
            } else {
                piece = vec![a];
            }
            drawing = !drawing;
            left = if drawing { on } else { off };
        }
    }
    if drawing && !piece.is_empty() {
        pieces.push(piece);
    }
    pieces
}

/// A curve with no more than four points in a column half a unit wide: the first, the lowest, the highest, the last.
pub(super) fn thinned(points: impl Iterator<Item = Point>) -> Vec<Point> {
    let column = |p: Point| (2.0 * p.0).floor();
    let mut thin: Vec<Point> = Vec::new();
    let mut bin: Vec<Point> = Vec::new();
    let close = |bin: &mut Vec<Point>, thin: &mut Vec<Point>| {
        let by_height = |&a: &usize, &b: &usize| bin[a].1.total_cmp(&bin[b].1);
        let mut keep = vec![0, bin.len().saturating_sub(1)];
        keep.extend((0..bin.len()).min_by(by_height));
        keep.extend((0..bin.len()).max_by(by_height));
        keep.sort_unstable();
        keep.dedup();
        thin.extend(keep.into_iter().filter_map(|i| bin.get(i)));
        bin.clear();
    };
    for p in points {
        if bin.first().is_some_and(|&first| column(first) != column(p)) {
            close(&mut bin, &mut thin);
        }
        bin.push(p);
    }
    close(&mut bin, &mut thin);
    thin
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dashes_have_their_lengths() {
        let pieces = dashes(&[(0.0, 0.0), (7.0, 0.0), (20.0, 0.0)], 4.0, 2.0);
        let ends: Vec<_> = pieces.iter().map(|p| (p[0].0, p[p.len() - 1].0)).collect();
        assert_eq!(ends, [(0.0, 4.0), (6.0, 10.0), (12.0, 16.0), (18.0, 20.0)]);
    }
}
