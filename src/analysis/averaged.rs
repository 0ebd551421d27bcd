//! How many things weights average: the keys of a head of attention, the memories of a softmax.
//!
//! Two counts of weights `p ≥ 0`, `Σp = 1`. Both are 1 where one weight is 1, and both grow with the number n of weights that are
//! alike: to n, and to ⌈0.9 n⌉ for the mass 0.9.

/// The smallest k such that the k largest weights sum to `mass` or more (Ramsauer et al. 2021, with the mass 0.9).
/// The weight that crosses is counted; sums are in `f64` and begin with the largest weight. All of the weights where their sum
/// is less. `room` is overwritten.
#[must_use]
pub fn count_to_mass(
    weights: impl IntoIterator<Item = f64>,
    mass: f64,
    room: &mut Vec<f64>,
) -> usize {
    room.clear();
    room.extend(weights);
    room.sort_unstable_by(|a, b| b.total_cmp(a));
    let mut sum = 0.0;
    let crosses = |p: &f64| {
        sum += p;
        sum >= mass
    };
    room.iter().position(crosses).map_or(room.len(), |k| k + 1)
}

/// The effective number `1/Σp²` of weights that sum to 1.
#[must_use]
pub fn effective_number(weights: &[f64]) -> f64 {
    1.0 / weights.iter().map(|p| p * p).sum::<f64>()
}

/// Their entropy `−Σ p ln p` in nats; a weight of 0 adds nothing.
#[must_use]
pub fn entropy(weights: impl IntoIterator<Item = f64>) -> f64 {
    let term = |p: f64| if p > 0.0 { -p * p.ln() } else { 0.0 };
    weights.into_iter().map(term).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_weight_that_crosses_is_counted_and_reaching_is_enough() {
        let count = |w: &[f64], mass| count_to_mass(w.iter().copied(), mass, &mut Vec::new());
        // Exact in binary: the sum is the mass itself, not more.
        assert_eq!(count(&[0.25, 0.5, 0.25], 0.75), 2);
        assert_eq!(count(&[0.25, 0.5, 0.25], 0.75 + 1e-15), 3);
        assert_eq!(count(&[0.0, 1.0, 0.0], 0.9), 1);
        assert_eq!(count(&[0.1; 10], 0.85), 9);
        // A mass that is never reached.
        assert_eq!(count(&[0.5, 0.4], 0.95), 2);
    }

    #[test]
    fn weights_that_are_alike_count_as_many_as_they_are() {
        assert_eq!(effective_number(&[0.25; 4]), 4.0);
        assert_eq!(effective_number(&[0.0, 1.0]), 1.0);
        assert_eq!(entropy([0.0, 1.0]), 0.0);
        assert!((entropy([0.25; 4]) - 4f64.ln()).abs() < 1e-15);
    }
}
