//! How many bits of a pattern are lost at once, and loads at which none is.

use super::normal::{above, exceeded};

/// The part of the bits of a pattern of ±1 whose field has the wrong sign, α = P/N patterns by Hebb's rule: ½ erfc(1/√(2α)) (Hertz, Krogh and Palmer
/// 1991, 2.2). This is before anything has flipped: what follows is [`retrieval`](super::retrieval).
pub fn bit_error(load: f64) -> f64 {
    above(load.sqrt().recip())
}

/// The load at which so many bits are wrong, 0 < p < ½: 0.105 for 0.001, 0.138 for 0.0036.
pub fn load_of_bit_error(probability: f64) -> Option<f64> {
    let possible = probability > 0.0 && probability < 0.5;
    possible.then(|| exceeded(probability).powi(-2))
}

/// What is to be without an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Errorless {
    /// One pattern, any: N/(2 ln N).
    One,
    /// All patterns at once: N/(4 ln N).
    All,
}

/// How many patterns of N neurons Hebb's rule keeps without any error, N → ∞ (McEliece and others 1987).
pub fn errorless_load(size: f64, what: Errorless) -> f64 {
    let factor = match what {
        Errorless::One => 2.0,
        Errorless::All => 4.0,
    };
    size / (factor * size.ln())
}

/// The part of wrong bits for the covariance rule, patterns with activity a: fields are ±½ give or take √(α a (1 − a)), whichever value the bit has. At a = ½ it is
/// [`bit_error`]; sparse patterns have 1/(4a(1 − a)) times the load of the same error.
pub fn sparse_bit_error(load: f64, activity: f64) -> f64 {
    bit_error(4.0 * load * activity * (1.0 - activity))
}

/// m = Σ_i (ξ_i − a) V_i / (N a (1 − a)) of a state of 0 and 1: 1 at a pattern in which just a N neurons are active, 0 for a state that knows nothing of it.
pub fn sparse_overlap(pattern: &[f64], state: &[f64], activity: f64) -> f64 {
    let sum = pattern.iter().zip(state).map(|(x, v)| (x - activity) * v);
    sum.sum::<f64>() / (pattern.len() as f64 * activity * (1.0 - activity))
}
