//! How well does a count of successes know their probability?

/// Wilson's interval for a probability of which `good` of `all` trials succeeded, at 95 % confidence:
///
/// ```text
/// (p̂ + z²/2n ± z √(p̂(1−p̂)/n + z²/4n²)) / (1 + z²/n),   p̂ = good/n, z = 1.959964
/// ```
///
/// Unlike the normal interval it stays within \[0, 1\] and is not empty where all or none succeed (Wilson 1927). Of no
/// trials it is \[0, 1\].
pub fn wilson(good: u64, all: u64) -> [f64; 2] {
    const Z: f64 = 1.959_963_984_540_054;
    if all == 0 {
        return [0.0, 1.0];
    }
    let (n, p) = (all as f64, good as f64 / all as f64);
    let z2 = Z * Z / n;
    let middle = p + 0.5 * z2;
    let half = Z * (p * (1.0 - p) / n + 0.25 * z2 / n).sqrt();
    let bound = |v: f64| (v / (1.0 + z2)).clamp(0.0, 1.0);
    // Exact where the formula leaves a rounding error.
    let low = if good == 0 { 0.0 } else { bound(middle - half) };
    let high = if good == all {
        1.0
    } else {
        bound(middle + half)
    };
    [low, high]
}

#[cfg(test)]
mod tests {
    use super::wilson;

    // SciPy 1.x, binomtest(k, n).proportion_ci(method = "wilson").
    #[test]
    fn known_intervals() {
        let near =
            |a: [f64; 2], b: [f64; 2]| (a[0] - b[0]).abs() < 1e-6 && (a[1] - b[1]).abs() < 1e-6;
        assert!(
            near(wilson(8, 10), [0.490_162, 0.943_318]),
            "{:?}",
            wilson(8, 10)
        );
        assert!(near(wilson(0, 10), [0.0, 0.277_533]), "{:?}", wilson(0, 10));
        assert!(
            near(wilson(10, 10), [0.722_467, 1.0]),
            "{:?}",
            wilson(10, 10)
        );
        assert_eq!(wilson(0, 0), [0.0, 1.0]);
    }
}
