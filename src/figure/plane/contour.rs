//! Lines of equal height on a grid, by marching squares.

use std::collections::HashMap;

use crate::figure::Point;

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
    let mut pieces: Vec<(Side, Side)> = Vec::new();
    for j in 0..y.len().saturating_sub(1) {
        for i in 0..n.saturating_sub(1) {
            let k = j * n + i;
            let corners = [values[k], values[k + 1], values[k + 1 + n], values[k + n]];
            if corners.iter().all(|v| v.is_finite()) {
                cell((i, j), corners.map(|v| v - level), &mut pieces);
            }
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
    let chains = joined(&pieces).into_iter();
    chains
        .map(|chain| chain.into_iter().map(place).collect())
        .collect()
}

/// The pieces of the line through one cell; corners counter-clockwise from the lower left.
fn cell((i, j): (usize, usize), corners: [f64; 4], pieces: &mut Vec<(Side, Side)>) {
    let sides = [
        (i, j, false),
        (i + 1, j, true),
        (i, j + 1, false),
        (i, j, true),
    ];
    let above = corners.map(|v| v >= 0.0);
    let cut: Vec<usize> = (0..4).filter(|&s| above[s] != above[(s + 1) % 4]).collect();
    match cut[..] {
        [a, b] => pieces.push((sides[a], sides[b])),
        [_, _, _, _] => {
            // A saddle: the mean says which corners are joined.
            let joined = (corners.iter().sum::<f64>() >= 0.0) == above[0];
            let [a, b, c, d] = if joined { [0, 1, 2, 3] } else { [3, 0, 1, 2] };
            pieces.push((sides[a], sides[b]));
            pieces.push((sides[c], sides[d]));
        }
        _ => {}
    }
}

/// Joins pieces that share a side: first the lines with ends, then what is left, loops.
fn joined(pieces: &[(Side, Side)]) -> Vec<Vec<Side>> {
    let mut at: HashMap<Side, Vec<usize>> = HashMap::new();
    for (k, (a, b)) in pieces.iter().enumerate() {
        at.entry(*a).or_default().push(k);
        at.entry(*b).or_default().push(k);
    }
    let mut used = vec![false; pieces.len()];
    let follow = |start: Side, used: &mut Vec<bool>| {
        let mut chain = vec![start];
        let mut end = start;
        while let Some(&k) = at
            .get(&end)
            .and_then(|near| near.iter().find(|&&k| !used[k]))
        {
            used[k] = true;
            let (a, b) = pieces[k];
            end = if a == end { b } else { a };
            chain.push(end);
        }
        chain
    };
    let mut chains = Vec::new();
    for (a, b) in pieces {
        for end in [a, b] {
            if at.get(end).is_some_and(|near| near.len() == 1) {
                chains.push(follow(*end, &mut used));
            }
        }
    }
    for k in 0..pieces.len() {
        if !used[k] {
            chains.push(follow(pieces[k].0, &mut used));
        }
    }
    chains.retain(|chain| chain.len() > 1);
    chains
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
