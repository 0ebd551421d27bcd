//! Numbers by which the program knows equal ends, as final states are not kept.

use crate::pattern::random::Stream;

/// How many tell a state.
pub(super) const MARKS: usize = 3;

/// Projections of a state on directions that are drawn once and for all, relative to its size.
pub(super) fn marks(directions: &[Vec<f64>], x: &[f64]) -> [f64; MARKS] {
    let size = x.iter().fold(1.0f64, |m, v| m.max(v.abs())) * (x.len().max(1) as f64).sqrt();
    let mut all = [f64::NAN; MARKS];
    for (number, direction) in all.iter_mut().zip(directions) {
        *number = direction.iter().zip(x).map(|(d, x)| d * x / size).sum();
    }
    all
}

/// The directions: no entry is near 0, so that each neuron counts.
pub(super) fn directions(n: usize) -> Vec<Vec<f64>> {
    let one = |k: usize| {
        let [sizes, signs] = [0, 1].map(|part| Stream::of(0, k, 0, part));
        let sizes = sizes.uniform(n, 0.5, 1.5).into_iter();
        sizes.zip(signs.signs(n)).map(|(a, s)| a * s).collect()
    };
    (0..MARKS).map(one).collect()
}
