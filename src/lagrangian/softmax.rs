//! `L = ln(Σ_i e^{βx_i})/β`, `g = p = softmax(βx)`, `H = β (diag p − p pᵀ)`, `L* = (1/β) Σ p ln p`: competing neurons whose
//! activations add up to 1 (Krotov and Hopfield 2021, model B; Ramsauer et al. 2021).
//!
//! A common shift of all states changes neither g nor L*: H has the null vector 1. A group needs one time constant.

use super::Kind;
use super::kind::{GAIN, Listed, with_gain};
use super::log_sum_exp::LogSumExp;

/// Softmax over the group.
pub type Softmax = LogSumExp<false>;

impl Listed for Softmax {
    const KIND: &'static Kind = &KIND;
}

pub const KIND: Kind = Kind {
    name: "softmax",
    formula: "L = ln(sum exp(beta x))/beta, g = softmax(beta x)",
    parameters: GAIN,
    examples: &[
        r#"{ kind = "softmax" }"#,
        r#"{ kind = "softmax", beta = 2.5 }"#,
    ],
    make: |p| with_gain(p, |beta| Softmax { beta }),
};
