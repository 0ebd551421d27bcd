//! Thick lines on a bitmap. plotters turns a path into one polygon, whose inner corners spike where the path turns
//! sharply or its points lie close; here a line is what a round pen covers, each pixel once, so that a translucent colour stays
//! even where a line crosses itself.

use super::Point;

/// The pixels under a round pen of this radius led along the points: y, first x, last x, each pixel in one span only.
pub(super) fn covered(points: &[Point], radius: f64, rows: i32) -> Vec<(i32, i32, i32)> {
    let mut spans = Vec::new();
    let mut segment = |a: Point, b: Point| {
        let first = ((a.1.min(b.1) - radius).floor() as i32).max(0);
        let last = ((a.1.max(b.1) + radius).ceil() as i32).min(rows - 1);
        for y in first..=last {
            if let Some((x0, x1)) = capsule_row(a, b, radius, f64::from(y) + 0.5) {
                // Pixels whose centre is inside.
                let (x0, x1) = ((x0 - 0.5).ceil() as i32, (x1 - 0.5).floor() as i32);
                if x0 <= x1 {
                    spans.push((y, x0, x1));
                }
            }
        }
    };
    match points {
        [] => {}
        [only] => segment(*only, *only),
        _ => points.windows(2).for_each(|pair| segment(pair[0], pair[1])),
    }
    spans.sort_unstable();
    spans.dedup_by(|next, span| {
        let joined = next.0 == span.0 && next.1 <= span.2 + 1;
        if joined {
            span.2 = span.2.max(next.2);
        }
        joined
    });
    spans
}

/// Where a horizontal line cuts the points within `r` of a segment: a convex shape, so from the least to the greatest x
/// of its two discs and the band between them.
fn capsule_row(a: Point, b: Point, r: f64, y: f64) -> Option<Point> {
    let mut cut: Option<Point> = None;
    let mut meet = |x: f64| {
        let (low, high) = cut.unwrap_or((x, x));
        cut = Some((low.min(x), high.max(x)));
    };
    for p in [a, b] {
        let h = r * r - (y - p.1) * (y - p.1);
        if h >= 0.0 {
            meet(p.0 - h.sqrt());
            meet(p.0 + h.sqrt());
        }
    }
    let (dx, dy) = (b.0 - a.0, b.1 - a.1);
    let length = dx.hypot(dy);
    if length > 0.0 {
        let (nx, ny) = (-dy / length * r, dx / length * r);
        let corners = [
            (a.0 + nx, a.1 + ny),
            (b.0 + nx, b.1 + ny),
            (b.0 - nx, b.1 - ny),
            (a.0 - nx, a.1 - ny),
        ];
        for i in 0..4 {
            let (p, q) = (corners[i], corners[(i + 1) % 4]);
            if (p.1 <= y) != (q.1 <= y) {
                meet(p.0 + (y - p.1) / (q.1 - p.1) * (q.0 - p.0));
            }
        }
    }
    cut
}

/// The pixels inside a closed shape: y, first x, last x.
pub(super) fn inside(points: &[Point], rows: i32) -> Vec<(i32, i32, i32)> {
    let low = points.iter().map(|p| p.1).fold(f64::INFINITY, f64::min);
    let high = points.iter().map(|p| p.1).fold(0.0, f64::max);
    let mut spans = Vec::new();
    for row in (low.floor() as i32).max(0)..=(high.ceil() as i32).min(rows - 1) {
        let y = f64::from(row) + 0.5;
        let next = points.iter().cycle().skip(1);
        let mut cuts: Vec<f64> = points
            .iter()
            .zip(next)
            .filter(|(p, q)| (p.1 <= y) != (q.1 <= y))
            .map(|(p, q)| p.0 + (y - p.1) / (q.1 - p.1) * (q.0 - p.0))
            .collect();
        cuts.sort_by(f64::total_cmp);
        for pair in cuts.chunks_exact(2) {
            let (x0, x1) = (
                (pair[0] - 0.5).ceil() as i32,
                (pair[1] - 0.5).floor() as i32,
            );
            if x0 <= x1 {
                spans.push((row, x0, x1));
            }
        }
    }
    spans
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pen_covers_each_pixel_once_and_no_more_than_its_reach() {
        // A sharp turn and a crossing.
        let points = [(10.0, 10.0), (40.0, 12.0), (10.0, 14.0), (25.0, 2.0)];
        let spans = covered(&points, 3.0, 30);
        let mut seen = std::collections::HashSet::new();
        let near = |x: f64, y: f64| {
            points.windows(2).any(|w| {
                (0..=1000).any(|i| {
                    let s = f64::from(i) / 1000.0;
                    let at = (
                        w[0].0 + s * (w[1].0 - w[0].0),
                        w[0].1 + s * (w[1].1 - w[0].1),
                    );
                    (x - at.0).hypot(y - at.1) <= 3.001
                })
            })
        };
        for (y, x0, x1) in spans {
            for x in x0..=x1 {
                assert!(seen.insert((x, y)));
                assert!(near(f64::from(x) + 0.5, f64::from(y) + 0.5), "{x} {y}");
            }
        }
        assert!(seen.contains(&(25, 10)) && seen.len() > 250);
    }
}
