//! `L = ln(1 + Σ_i e^{βx_i})/β`, `g_i = p_i = e^{βx_i}/(1 + Σ e^{βx})`, `H = β (diag p − p pᵀ)`,
//! `L* = (1/β) [Σ p ln p + q ln q]` with `q = 1 − Σp`: softmax with a ghost neuron of state 0, so that a group may also be
//! silent ("softmax₁", Miller 2023). Unlike softmax it is strictly convex.

use super::Kind;
use super::kind::{GAIN, Listed, with_gain};
use super::log_sum_exp::LogSumExp;

/// Softmax over the group and a ghost of state 0.
pub type Ghostmax = LogSumExp<true>;

impl Listed for Ghostmax {
    const KIND: &'static Kind = &KIND;
}

pub const KIND: Kind = Kind {
    name: "ghostmax",
    formula: "L = ln(1 + sum exp(beta x))/beta, g = exp(beta x)/(1 + sum exp(beta x))",
    parameters: GAIN,
    examples: &[
        r#"{ kind = "ghostmax" }"#,
        r#"{ kind = "ghostmax", beta = 2.5 }"#,
    ],
    make: |p| with_gain(p, |beta| Ghostmax { beta }),
};
