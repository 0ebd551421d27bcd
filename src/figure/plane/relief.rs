//! Heights on a plane: colours, and contour lines with their levels.

use super::curves::{dense, sparse};
use super::field::{between, value_at};
use super::{contour, levels};
use crate::figure::{Canvas, ColorMap, Panel, Pen, Point, SOFT, TEXT, WHITE, distance, text};

pub(super) const CONTOUR: f64 = 1.1;
const NUMBER: f64 = 11.0;

pub(super) fn colors(
    canvas: &mut Canvas<'_>,
    panel: &Panel<'_>,
    (x, y): (&[f64], &[f64]),
    values: &[f64],
    map: ColorMap,
) {
    paint(canvas, panel, |at| {
        let value = between(x, y, values, (onto(x, at.0), onto(y, at.1)));
        value.map_or([255; 3], |v| map.color(v))
    });
}

/// Gives every pixel of the frame the colour of its place in values.
pub(super) fn paint(canvas: &mut Canvas<'_>, panel: &Panel<'_>, color: impl Fn(Point) -> [u8; 3]) {
    canvas.paint(panel.frame, |[c, r], [columns, rows]| {
        let along = panel.width() * (c as f64 + 0.5) / columns as f64;
        let up = panel.height() * ((rows - r) as f64 - 0.5) / rows as f64;
        color(value_at(panel, (along, up)))
    });
}

/// A value that is hardly beyond a grid, such as the end of a range that no state reaches, as the grid's nearest.
fn onto(grid: &[f64], value: f64) -> f64 {
    let (Some(&first), Some(&last)) = (grid.first(), grid.last()) else {
        return value;
    };
    let near = 0.005 * (last - first);
    if value < first - near || value > last + near {
        value
    } else {
        value.clamp(first, last)
    }
}

/// Contour lines; each long one is interrupted by its level where it runs level and covers no other line, no other number
/// and none of the places to be kept free: a point and how far it reaches to either side. Without such places there are no
/// numbers.
pub(super) fn contours(
    canvas: &mut Canvas<'_>,
    panel: &Panel<'_>,
    (x, y): (&[f64], &[f64]),
    (values, heights): (&[f64], &[f64]),
    keep_free: Option<&[(f64, f64, f64)]>,
) {
    let frame = panel.frame;
    let mut taken: Vec<(f64, f64, f64)> = keep_free.unwrap_or_default().to_vec();
    let lines: Vec<Vec<Vec<Point>>> = heights
        .iter()
        .map(|&level| {
            let lines = contour::lines(x, y, values, level).into_iter();
            lines
                .map(|line| {
                    let line = sparse(line.into_iter().map(|p| panel.at(p.0, p.1)));
                    dense(&line, 1.5)
                })
                .collect()
        })
        .collect();
    for (own, &level) in heights.iter().enumerate() {
        let label = levels::label(level, heights);
        let half = text::width(&label, NUMBER) / 2.0 + 3.0;
        let others = lines.iter().enumerate().filter(|(k, _)| *k != own);
        let others: Vec<Point> = others
            .flat_map(|(_, lines)| lines.iter().flatten())
            .copied()
            .step_by(2)
            .collect();
        for line in &lines[own] {
            let mut best: Option<(f64, usize)> = None;
            let room = |p: Point| {
                let inside = p.0 - half > frame.left + 2.0
                    && p.0 + half < frame.right - 2.0
                    && p.1 - NUMBER > frame.top
                    && p.1 + NUMBER < frame.bottom;
                let clear = |t: &(f64, f64, f64)| {
                    (t.0 - p.0).abs() > t.2 + half + 2.0 || (t.1 - p.1).abs() > 1.4 * NUMBER
                };
                let alone =
                    |q: &Point| (q.0 - p.0).abs() > half || (q.1 - p.1).abs() > 0.65 * NUMBER;
                keep_free.is_some() && inside && taken.iter().all(clear) && others.iter().all(alone)
            };
            let length: f64 = line.windows(2).map(|w| distance(w[0], w[1])).sum();
            if length > 5.0 * half {
                for k in (4..line.len().saturating_sub(4)).step_by(3) {
                    let p = line[k];
                    let (a, b) = (line[k - 4], line[k + 4]);
                    let steep = (b.1 - a.1).abs() / distance(a, b).max(1e-9);
                    if best.is_none_or(|(least, _)| steep < least) && room(p) {
                        best = Some((steep, k));
                    }
                }
            }
            let gap = best.map(|(_, k)| line[k]);
            let outside = |p: &Point| {
                gap.is_none_or(|g| (p.0 - g.0).abs() > half || (p.1 - g.1).abs() > 0.6 * NUMBER)
            };
            for part in line.split(|p| !outside(p)) {
                canvas.trace_in(frame, part, Pen::new(SOFT, CONTOUR));
            }
            if let Some(g) = gap {
                taken.push((g.0, g.1, half));
                let at = (g.0, g.1 + 0.36 * NUMBER);
                canvas.text_on(&label, NUMBER, at, (TEXT, WHITE.faint(0.3)));
            }
        }
    }
}
