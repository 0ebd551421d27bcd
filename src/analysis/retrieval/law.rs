//! How many random patterns fit: each draws weight from the one that is retrieved.

use super::{ln_mean_exp, ln_others, positive};
use crate::refusal::Refusal;

/// `ln N*`: at N* = e^z/E_q patterns drawn at random on the sphere, z = λ d, a state at one of them gives it half of the weight,
/// up to fluctuations of the others' sum.
///
/// `N*` is exact for any d and no limit. For small N and large λ single patterns that are near by chance rule, and the mean weight
/// lies above the law.
///
/// # Errors
/// As of [`ln_mean_exp`]; λ that is not above 0.
pub fn ln_capacity(d: usize, lambda: f64) -> Result<f64, Refusal> {
    let z = positive("lambda", lambda)? * d as f64;
    Ok(z - ln_mean_exp(d, z)?)
}

/// The logarithm of the number of patterns at which the weight of the right one is p: `N − 1 = N* (1 − p)/p`.
///
/// # Errors
/// As of [`ln_capacity`]; p that is not between 0 and 1.
pub fn ln_patterns_at(d: usize, lambda: f64, p: f64) -> Result<f64, Refusal> {
    if !(p > 0.0 && p < 1.0) {
        let why = format!("must be between 0 and 1, it is {p}");
        return Err(Refusal::new("weight", why));
    }
    let others = ln_capacity(d, lambda)? + ((1.0 - p) / p).ln();
    // ln(1 + e^others) without an overflow.
    Ok(others.max(0.0) + (-others.abs()).exp().ln_1p())
}

/// The weight of the pattern that a state is at, `p = 1/(1 + (N − 1) e^(−z) E_q)`, of N patterns by their logarithm.
///
/// # Errors
/// As of [`ln_capacity`]; fewer patterns than one.
pub fn own_weight(d: usize, lambda: f64, ln_n: f64) -> Result<f64, Refusal> {
    let ratio = ln_others(ln_n)? - ln_capacity(d, lambda)?;
    Ok(1.0 / (1.0 + ratio.exp()))
}

/// `α₁(λ)`, the limit of `ln N*/d` for d → ∞: `λ (1 − q*) − ln(1 − q*²)/2` with `q* = (√(1 + 4λ²) − 1)/(2λ)`, the overlap of the patterns
/// that rule the sum. It is the random-energy threshold of Lucibello and Mézard (2024).
///
/// # Errors
/// λ that is not above 0.
pub fn critical_load(lambda: f64) -> Result<f64, Refusal> {
    let l = positive("lambda", lambda)?;
    // No difference of numbers that are alike: with s = √(1 + 4λ²) q* = 2λ/(s + 1), s − 2λ = 1/(s + 2λ), and
    // 1/(1 − q*²) = λ/q* = 1 + λ q*.
    let s = 1f64.hypot(2.0 * l);
    let (q, rest) = (2.0 * l / (s + 1.0), (1.0 + 1.0 / (s + 2.0 * l)) / (s + 1.0));
    Ok(l * rest + 0.5 * (l * q).ln_1p())
}
