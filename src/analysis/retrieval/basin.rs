//! From how far a pattern is retrieved, of random ones on a sphere.

use super::{dimension, ln_cap, ln_mean_exp, ln_others, positive};
use crate::refusal::Refusal;

/// The probability that a state on the sphere with the overlap m with a pattern is nearer to it than to each of the N − 1 others:
/// `P = (1 − t(m))^(N−1)`, t the cap beyond m ([`ln_cap`]). In the limit of large λ the pattern is then retrieved.
///
/// # Errors
/// As of [`ln_cap`]; fewer patterns than one.
pub fn nearest(d: usize, ln_n: f64, m: f64) -> Result<f64, Refusal> {
    let (others, cap) = (ln_others(ln_n)?, ln_cap(d, m)?);
    // ln(−ln(1 − t)), which is ln t where t is lost beside 1.
    let each = match cap < -37.0 {
        true => cap,
        false => (-(-cap.exp()).ln_1p()).ln(),
    };
    if others == f64::NEG_INFINITY {
        return Ok(1.0);
    }
    Ok((-(others + each).exp()).exp())
}

/// The overlap from which half of the states are nearest to their pattern: [`nearest`] is 1/2.
///
/// # Errors
/// As of [`nearest`]; fewer patterns than two.
pub fn half_radius(d: usize, ln_n: f64) -> Result<f64, Refusal> {
    // Half of all states are nearer to one of two patterns: the least there can be.
    if !(ln_n > std::f64::consts::LN_2 - 1e-12 && ln_n.is_finite()) {
        let why = format!("must be the logarithm of two or more patterns, it is {ln_n}");
        return Err(Refusal::new("ln N", why));
    }
    dimension(d)?;
    let (mut low, mut high) = (0.0, 1.0);
    for _ in 0..54 {
        let middle = 0.5 * (low + high);
        match nearest(d, ln_n, middle)? < 0.5 {
            true => low = middle,
            false => high = middle,
        }
    }
    Ok(0.5 * (low + high))
}

/// Its limit for d → ∞ at the load α = ln N/d: `√(1 − e^(−2α))`.
///
/// # Errors
/// α that is below 0 or no number.
pub fn half_radius_limit(alpha: f64) -> Result<f64, Refusal> {
    match alpha >= 0.0 {
        true => Ok((-(-2.0 * alpha).exp_m1()).sqrt()),
        false => {
            let why = format!("must be 0 or more, it is {alpha}");
            Err(Refusal::new("load", why))
        }
    }
}

/// The overlap from which one update gives the pattern half of the weight, `ln(N E_q)/z` with z = λ d: where λ is small the noise of
/// many patterns rules instead of the nearest one. Above 1 there is none. States that are updated to rest need less.
///
/// # Errors
/// As of [`ln_mean_exp`]; λ that is not above 0, fewer patterns than one.
pub fn half_radius_of_one_update(d: usize, lambda: f64, ln_n: f64) -> Result<f64, Refusal> {
    ln_others(ln_n)?;
    let z = positive("lambda", lambda)? * d as f64;
    Ok((ln_n + ln_mean_exp(d, z)?) / z)
}
