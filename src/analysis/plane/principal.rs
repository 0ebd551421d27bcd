//! The plane in which states vary most.

use super::{Section, Space};
use crate::kernels::Singular;
use crate::refusal::Refusal;

/// Most states from which principal directions are made.
const MOST: usize = 300;

impl Section {
    /// The section of states through the mean of these in their two directions of largest variance (principal components), and the
    /// parts, from 0 to 1, of the variance that lie in either. Ends are the outermost states with a tenth of the span added.
    ///
    /// # Errors
    /// States on one line, or on one point.
    pub fn principal(states: &[Vec<f64>], points: usize) -> Result<(Section, [f64; 2]), Refusal> {
        let none = || {
            let why = "need states that differ in two directions";
            Refusal::new("principal directions", why)
                .help("give starts that do not all lie on a line, or choose two neurons")
        };
        let every = states.len().div_ceil(MOST).max(1);
        let some: Vec<&Vec<f64>> = states.iter().step_by(every).collect();
        let n = some.first().ok_or_else(none)?.len();
        let mean = |i: usize| some.iter().map(|x| x[i]).sum::<f64>() / some.len() as f64;
        let origin: Vec<f64> = (0..n).map(mean).collect();
        // A square matrix with the same singular vectors: rows of zeros for states that are not there, or directions.
        let m = n.max(some.len());
        let from = |k: usize, i: usize| match (some.get(k), i < n) {
            (Some(x), true) => x[i] - origin[i],
            _ => 0.0,
        };
        let entries = (0..m).flat_map(|i| (0..m).map(move |k| (k, i)));
        let matrix: Vec<f64> = entries.map(|(k, i)| from(k, i)).collect();
        let found = Singular::new(m, &matrix).ok_or_else(none)?;
        let total: f64 = found.values.iter().map(|s| s * s).sum();
        let [first, second] = [found.values[0], found.values.get(1).copied().unwrap_or(0.0)];
        if second.is_nan() || second <= 1e-9 * first {
            return Err(none());
        }
        let directions = [0, 1].map(|k| {
            let [_, mut d] = found.vectors(k);
            d.truncate(n);
            let largest = d
                .iter()
                .fold(0.0f64, |m, v| if v.abs() > m.abs() { *v } else { m });
            d.iter().map(|v| v * largest.signum()).collect::<Vec<f64>>()
        });
        let mut section = Section {
            space: Space::State,
            origin,
            directions,
            relaxed: None,
            x: [-1.0, 1.0],
            y: [-1.0, 1.0],
            points,
        };
        let seen: Vec<[f64; 2]> = states.iter().map(|x| section.along(x)).collect();
        let ends = |k: usize| {
            let values = seen.iter().map(|p| p[k]);
            let (low, high) = values.fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), v| {
                (l.min(v), h.max(v))
            });
            let margin = 0.1 * (high - low);
            [low - margin, high + margin]
        };
        (section.x, section.y) = (ends(0), ends(1));
        Ok((section, [first, second].map(|s| s * s / total)))
    }
}
