//! What a memory with softmax stores and retrieves: the theorems of Ramsauer et al. (2021), and the law of patterns drawn at random
//! on a sphere, exact for any finite number of dimensions.
//!
//! One update is `f(q) = Ξᵀ softmax(β Ξ q)`; the rows `x_i` of Ξ are N patterns of norm M in d dimensions. Loads are `α = ln N / d`, the
//! sharpness is `λ = β M²/d`, and the overlap of a state with a pattern is `m = x·q/M²`. Numbers of patterns are told by their logarithm:
//! e^(d α) has no room in a number where d is a thousand.

mod basin;
mod law;
mod sphere;
mod theorems;

pub use basin::{half_radius, half_radius_limit, half_radius_of_one_update, nearest};
pub use law::{critical_load, ln_capacity, ln_patterns_at, own_weight};
pub use sphere::{ln_cap, ln_mean_exp};
pub use theorems::{Bound, Capacity, Separated, guaranteed_capacity};

use crate::refusal::Refusal;

/// Larger products λ d would take seconds.
const MOST: f64 = 1e8;

/// A number of dimensions in which a sphere has caps.
fn dimension(d: usize) -> Result<f64, Refusal> {
    let size = d as f64;
    match d {
        2.. if size <= MOST => Ok(size),
        _ => {
            let why = format!("must be from 2 to {MOST:e}, it is {d}");
            Err(Refusal::new("dimension", why))
        }
    }
}

/// A parameter that is a number above 0.
fn positive(name: &str, v: f64) -> Result<f64, Refusal> {
    match v > 0.0 && v.is_finite() {
        true => Ok(v),
        false => Err(Refusal::new(
            name,
            format!("must be a number above 0, it is {v}"),
        )),
    }
}

/// The logarithm of N − 1, of the logarithm of a number N of patterns.
fn ln_others(ln_n: f64) -> Result<f64, Refusal> {
    if !(ln_n >= 0.0 && ln_n.is_finite()) {
        let why = format!("must be the logarithm of one or more patterns, it is {ln_n}");
        return Err(Refusal::new("ln N", why));
    }
    // Of one pattern −∞.
    Ok(ln_n + (-(-ln_n).exp_m1()).ln())
}
