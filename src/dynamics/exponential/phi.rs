//! The functions φ_k of exponential integrators.

/// `φ_1 … φ_4` at `z ≤ 0`: `φ_0 = e^z`, `φ_{k+1} = (φ_k − 1/k!)/z`, `φ_k(0) = 1/k!` (Hochbruck and Ostermann 2010,
/// *Exponential integrators*, (2.10)). Near zero, where that recurrence cancels, by their series.
pub(super) fn phi(z: f64) -> [f64; 4] {
    if z.abs() < 1.0 {
        // φ_4 = Σ z^j/(j+4)!, whose terms fall below rounding before the seventeenth; then downwards without loss.
        let p4 = (5..=20).rev().fold(1.0, |s, j| 1.0 + s * z / f64::from(j)) / 24.0;
        let p3 = 1.0 / 6.0 + z * p4;
        let p2 = 0.5 + z * p3;
        [1.0 + z * p2, p2, p3, p4]
    } else {
        let p1 = z.exp_m1() / z;
        let p2 = (p1 - 1.0) / z;
        let p3 = (p2 - 0.5) / z;
        [p1, p2, p3, (p3 - 1.0 / 6.0) / z]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// By the trapezoidal rule of `φ_k = ∫_0^1 e^{(1−t) z} t^{k−1}/(k−1)! dt`, extrapolated.
    fn integral(k: usize, z: f64) -> f64 {
        let f = |t: f64| {
            let factorial: f64 = (1..k).map(|j| j as f64).product();
            ((1.0 - t) * z).exp() * t.powi(k as i32 - 1) / factorial
        };
        let mut row: Vec<f64> = vec![(f(0.0) + f(1.0)) / 2.0];
        for level in 1..=14_u32 {
            let n = 1_u64 << level;
            let h = 1.0 / n as f64;
            let inner: f64 = (1..n).step_by(2).map(|j| f(j as f64 * h)).sum();
            let mut next = vec![row[0] / 2.0 + h * inner];
            for (j, old) in row.iter().enumerate() {
                let power = 4.0_f64.powi(j as i32 + 1);
                next.push((power * next[j] - old) / (power - 1.0));
            }
            row = next;
        }
        row.last().copied().unwrap_or(f64::NAN)
    }

    #[test]
    fn they_are_the_integrals_that_define_them() {
        for z in [
            0.0, -1e-9, -1e-3, -0.3, -0.999, -1.0, -1.001, -2.5, -10.0, -50.0,
        ] {
            for (k, value) in phi(z).into_iter().enumerate() {
                let want = integral(k + 1, z);
                // The recurrence at |z| = 1 divides by what it has lost three times: 1/k! over φ_4, some 30 roundings.
                assert!(
                    (value / want - 1.0).abs() < 2e-14,
                    "φ_{} at {z}: {value} {want}",
                    k + 1
                );
            }
        }
        assert_eq!(phi(0.0), [1.0, 0.5, 1.0 / 6.0, 1.0 / 24.0]);
        let far = phi(-1e300);
        assert!(far.iter().all(|v| *v >= 0.0 && *v <= 1e-300));
    }
}
