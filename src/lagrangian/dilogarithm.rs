//! The dilogarithm of negative numbers, `Li₂(z) = Σ z^k/k²`, to rounding: the Lagrangian of softplus neurons.

use super::Term;

/// `π²/6 = −2 Li₂(−1)`.
pub(super) const PI2_6: f64 = 1.6449340668482264;

/// `B_{2k}/(2k+1)!` for k = 1, 2, …
const BERNOULLI: [f64; 11] = [
    0.027777777777777776,
    -0.0002777777777777778,
    4.72411186696901e-6,
    -9.185773074661964e-8,
    1.8978869988971e-9,
    -4.0647616451442256e-11,
    8.921691020456452e-13,
    -1.9939295860721074e-14,
    4.518980029619918e-16,
    -1.0356517612181247e-17,
    2.395218621026187e-19,
];

/// `F(u) = −Li₂(−e^u) = ∫_{−∞}^u ln(1 + e^s) ds` for every u, with its summands.
///
/// For u ≤ 0 by Debye's series in a = ln(1 + e^u) ≤ ln 2, `F = a + a²/4 + Σ_k B_{2k} a^{2k+1}/(2k+1)!`: its terms fall
/// by (a/2π)² = 1/82 and the first two are positive. For u > 0 by inversion, `F(u) = u²/2 + π²/6 − F(−u)`.
pub(super) fn minus_li2_of_minus_exp(u: f64) -> Term {
    let a = (-u.abs()).exp().ln_1p();
    let a2 = a * a;
    let series = BERNOULLI.iter().rev().fold(0.0, |s, b| (s + b) * a2);
    let f = a + (0.25 * a2 + a * series);
    if u > 0.0 {
        Term {
            value: (0.5 * u * u + PI2_6) - f,
            magnitude: 0.5 * u * u + PI2_6 + f,
        }
    } else {
        Term {
            value: f,
            magnitude: f,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn li2(z: f64) -> f64 {
        -minus_li2_of_minus_exp((-z).ln()).value
    }

    #[test]
    fn the_dilogarithm_of_minus_one_is_minus_pi_squared_over_twelve() {
        let want = -std::f64::consts::PI.powi(2) / 12.0;
        // The square and the quotient of the expected value round, and so do two sums here.
        assert!((li2(-1.0) / want - 1.0).abs() < 4.0 * f64::EPSILON);
    }

    #[test]
    fn the_dilogarithm_agrees_with_sixty_digits() {
        // mpmath, −polylog(2, −e^u) at 60 digits.
        let known = [
            (-700.0, 9.85967654375977e-305),
            (-300.25, 4.009422364622857e-131),
            (-40.0, 4.248354255291589e-18),
            (-3.0, 0.04918072033882423),
            (-0.5, 0.5332172799948812),
            (0.0, 0.8224670334241132),
            (0.5, 1.2367167868533453),
            (1.0, 1.8062860704447743),
            (3.0, 6.095753346509402),
            (10.0, 51.64488866743374),
            (40.0, 801.6449340668482),
            (1000.0, 500001.64493406686),
        ];
        for (u, want) in known {
            let got = minus_li2_of_minus_exp(u).value;
            // One exponential, one logarithm and two sums of falling terms, each good to a rounding or two; for u > 0
            // what is subtracted is at most a third of what it is taken from.
            let error = (got / want - 1.0).abs();
            assert!(error < 4.0 * f64::EPSILON, "{u}: {got} {want}");
        }
    }
}
