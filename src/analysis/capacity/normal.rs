//! The normal law: error function and averages.

use crate::lagrangian::tails;

/// P(z > t).
pub(super) fn above(t: f64) -> f64 {
    match t < 0.0 {
        true => 1.0 - tails(-t)[0],
        false => tails(t)[0],
    }
}

/// The t that is exceeded with this probability, 0 < p < ½.
pub(super) fn exceeded(p: f64) -> f64 {
    super::solve::crossing(|t| p - above(t), [0.0, 40.0])
}

/// erf(y) for y ≥ 0.
pub(super) fn erf(y: f64) -> f64 {
    1.0 - 2.0 * above(y * std::f64::consts::SQRT_2)
}

/// Averages over a normal z of functions that change over no less than `scale`: the trapezoid rule, whose error falls as e^(−π² scale/h) for a
/// function without poles within π/2 of that scale, as tanh. 16 digits of three functions at once.
pub(super) fn averages<const K: usize>(scale: f64, f: impl Fn(f64) -> [f64; K]) -> [f64; K] {
    const END: f64 = 9.0;
    // Poles of tanh(z/scale) at ±i π scale/2: e^(−π² scale/h) = e^(−39.5) at h = scale/4.
    let step = (0.25 * scale).min(0.2);
    let steps = (END / step).ceil();
    let step = END / steps;
    let mut sums = [0.0; K];
    let half = steps as i64;
    for k in -half..=half {
        let z = k as f64 * step;
        let weight = (-0.5 * z * z).exp();
        for (s, v) in sums.iter_mut().zip(f(z)) {
            *s += weight * v;
        }
    }
    sums.map(|s| s * step / std::f64::consts::TAU.sqrt())
}
