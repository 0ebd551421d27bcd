//! Seeded draws. A seed is the whole identity of what it draws, and the first `n` numbers of a longer draw are the
//! shorter one.
//!
//! PCG64 is fixed by its definition, whereas rand's `StdRng` may change between versions; the test pins what is made of
//! its bits. Uniform numbers and signs are then the same on every machine. Normal ones go through the platform's `exp`
//! and `ln` in about one draw in fifty.

use rand::{RngExt, SeedableRng};
use rand_distr::{Distribution, StandardNormal};
use rand_pcg::Pcg64;

/// `n` normal numbers. No bounds are checked: a `std` below zero mirrors the draw.
pub fn normal(seed: u64, n: usize, mean: f64, std: f64) -> Vec<f64> {
    draw(seed, n, |rng| {
        let z: f64 = StandardNormal.sample(rng);
        mean + std * z
    })
}

/// `n` numbers that are uniform in `[low, high)`, up to rounding at the upper end.
pub fn uniform(seed: u64, n: usize, low: f64, high: f64) -> Vec<f64> {
    draw(seed, n, |rng| low + (high - low) * rng.random::<f64>())
}

/// `n` numbers that are −1 or +1 with equal chance.
pub fn signs(seed: u64, n: usize) -> Vec<f64> {
    draw(seed, n, |rng| if rng.random::<bool>() { 1.0 } else { -1.0 })
}

fn draw(seed: u64, n: usize, mut one: impl FnMut(&mut Pcg64) -> f64) -> Vec<f64> {
    let mut rng = Pcg64::seed_from_u64(seed);
    (0..n).map(|_| one(&mut rng)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    // A change of these numbers changes every model that has a seed: it needs a new major version, not a new expectation.
    #[test]
    fn the_numbers_of_a_seed_never_change() {
        assert_eq!(
            uniform(1, 2, 0.0, 1.0),
            [0.8398736585259249, 0.017298675035571365]
        );
        assert_eq!(
            normal(1, 2, 0.0, 1.0),
            [1.3339993956274996, -1.7669667385977912]
        );
        assert_eq!(signs(1, 8), [-1.0, 1.0, -1.0, 1.0, 1.0, -1.0, 1.0, -1.0]);
    }

    #[test]
    fn a_shorter_draw_begins_a_longer_one() {
        assert_eq!(normal(3, 100, 0.0, 1.0)[..10], normal(3, 10, 0.0, 1.0));
        assert_eq!(signs(3, 100)[..10], signs(3, 10));
    }
}
