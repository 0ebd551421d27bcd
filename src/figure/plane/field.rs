//! Values on a grid, in between, and as a field of arrows.

use crate::figure::{Canvas, Color, Panel, Point, SOFT, mark};

/// The cell of an increasing axis that holds a value, and how far into it.
fn place(axis: &[f64], value: f64) -> Option<(usize, f64)> {
    let (first, last) = (*axis.first()?, *axis.last()?);
    if axis.len() < 2 || !(first..=last).contains(&value) {
        return None;
    }
    let i = axis
        .partition_point(|&a| a <= value)
        .clamp(1, axis.len() - 1)
        - 1;
    Some((i, (value - axis[i]) / (axis[i + 1] - axis[i])))
}

/// The value at a point between grid points; none outside and where a corner is not finite.
pub(in crate::figure) fn between(x: &[f64], y: &[f64], values: &[f64], at: Point) -> Option<f64> {
    let ((i, s), (j, t)) = (place(x, at.0)?, place(y, at.1)?);
    let k = j * x.len() + i;
    let low = values[k] * (1.0 - s) + values[k + 1] * s;
    let k = k + x.len();
    let high = values[k] * (1.0 - s) + values[k + 1] * s;
    let value = low * (1.0 - t) + high * t;
    value.is_finite().then_some(value)
}

/// The place of the frame that is `at` units right of and above its lower left corner, in values.
pub(super) fn value_at(panel: &Panel<'_>, at: Point) -> Point {
    let (u, v) = (at.0 / panel.width(), at.1 / panel.height());
    (panel.x.value(u), panel.y.value(v))
}

/// Arrows of one length in the direction of the velocity, the fainter the slower.
pub(super) fn arrows(
    canvas: &mut Canvas<'_>,
    panel: &Panel<'_>,
    (x, y): (&[f64], &[f64]),
    velocity: (&[f64], &[f64]),
) {
    let size = (panel.width(), panel.height());
    let across = (size.0 / 30.0).round().clamp(6.0, 20.0);
    let spacing = size.0 / across;
    let down = (size.1 / spacing).round().max(1.0);
    let mut found = Vec::new();
    for j in 0..down as usize {
        for i in 0..across as usize {
            let at = ((i as f64 + 0.5) * spacing, (j as f64 + 0.5) * size.1 / down);
            let place = value_at(panel, at);
            let one = |values| between(x, y, values, place);
            if let (Some(u), Some(v)) = (one(velocity.0), one(velocity.1)) {
                // The direction on the page, where the axes may have different scales.
                let (a, b) = (panel.at(place.0, place.1), panel.slope(u, v));
                found.push((a, b, b.0.hypot(b.1)));
            }
        }
    }
    let mut speeds: Vec<f64> = found.iter().map(|f| f.2).collect();
    speeds.sort_by(f64::total_cmp);
    let fast = speeds.get(speeds.len() * 9 / 10).copied().unwrap_or(0.0);
    for (at, (dx, dy), speed) in found {
        if !(speed > 0.0 && speed.is_finite()) {
            continue;
        }
        let color = SOFT.faint(0.25 + 0.6 * (speed / fast).min(1.0).cbrt());
        arrow(canvas, at, (dx / speed, dy / speed), 0.62 * spacing, color);
    }
}

fn arrow(canvas: &mut Canvas<'_>, middle: Point, (dx, dy): Point, length: f64, color: Color) {
    let reach = |s: f64| (middle.0 + s * length * dx, middle.1 + s * length * dy);
    let tip = 0.36 * length.min(16.0);
    canvas.line(&[reach(-0.5), reach(0.5 - tip / length - 0.03)], 1.0, color);
    mark::head(canvas, reach(0.5), (dx, dy), tip, color);
}
