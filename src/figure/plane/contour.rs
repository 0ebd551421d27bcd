//! Lines of equal height on a grid, by marching squares.

use crate::figure::Point;
use crate::kernels::{chains, crossed};

/// A side of a cell: its lower left grid point, and whether it runs up.
type Side = (usize, usize, bool);

/// The lines on which values on the grid `x` × `y` (x fastest) equal `level`. Cells with a value that is not finite
/// have none.
pub(in crate::figure) fn lines(
    x: &[f64],
    y: &[f64],
    values: &[f64],
    level: f64,
) -> Vec<Vec<Point>> {
    let n = x.len();
    let mut pieces: Vec<[Side; 2]> = Vec::new();
    for j in 0..y.len().saturating_sub(1) {
        for i in 0..n.saturating_sub(1) {
            let k = j * n + i;
            let corners = [values[k], values[k + 1], values[k + 1 + n], values[k + n]];
            if corners.iter().any(|v| !v.is_finite()) {
                continue;
            }
            let heights = corners.map(|v| v - level);
            // A saddle: the mean says which corners are joined.
            let mean = || heights.iter().sum::<f64>() >= 0.0;
            let sides = [
                (i, j, false),
                (i + 1, j, true),
                (i, j + 1, false),
                (i, j, true),
            ];
            let found = crossed(heights.map(|v| v >= 0.0), mean).into_iter();
            pieces.extend(found.map(|ends| ends.map(|side| sides[side])));
        }
    }
    let place = |(i, j, up): Side| {
        let (k, next) = (j * n + i, if up { (j + 1) * n + i } else { j * n + i + 1 });
        let s = (level - values[k]) / (values[next] - values[k]);
        if up {
            (x[i], y[j] + s * (y[j + 1] - y[j]))
        } else {
            (x[i] + s * (x[i + 1] - x[i]), y[j])
        }
    };
    let chains = chains(&pieces).into_iter();
    chains
        .map(|chain| chain.into_iter().map(place).collect())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_circle_is_one_closed_line_at_its_radius() {
        let x: Vec<f64> = (0..81).map(|i| f64::from(i) * 0.05 - 2.0).collect();
        let values: Vec<f64> = (0..81 * 81).map(|k| x[k % 81].hypot(x[k / 81])).collect();
        let found = lines(&x, &x, &values, 1.0);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].first(), found[0].last());
        // Linear interpolation errs by h²/8r at most.
        assert!(found[0].iter().all(|p| (p.0.hypot(p.1) - 1.0).abs() < 4e-4));
        let open = lines(&x, &x, &values, 2.2);
        assert_eq!(open.len(), 4);
        assert!(lines(&x, &x, &values, 9.0).is_empty());
    }

    #[test]
    fn a_saddle_and_holes_break_no_line() {
        let x = [0.0, 1.0];
        assert_eq!(lines(&x, &x, &[1.0, -1.0, -1.0, 1.0], 0.0).len(), 2);
        assert!(lines(&x, &x, &[1.0, f64::NAN, -1.0, 1.0], 0.0).is_empty());
        assert!(lines(&x, &x, &[1.0; 4], 1.0).is_empty());
        assert!(lines(&[], &[], &[], 0.0).is_empty());
    }
}
