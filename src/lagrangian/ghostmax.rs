//! `L = ln(1 + Σ_i e^{βx_i})/β`, `g_i = p_i = e^{βx_i}/(1 + Σ e^{βx})`, `H = β (diag p − p pᵀ)`,
//! `L* = (1/β) [Σ p ln p + q ln q]` with `q = 1 − Σp`: softmax with a ghost neuron of state 0, so that a group may also be
//! silent ("softmax₁", Miller 2023). Unlike softmax it is strictly convex.

use std::sync::Arc;

use super::log_sum_exp::LogSumExp;
use super::{Kind, Parameter};

/// Softmax over the group and a ghost of state 0.
pub type Ghostmax = LogSumExp<true>;

/// The entry in the list.
pub const KIND: Kind = Kind {
    name: "ghostmax",
    formula: "L = ln(1 + sum exp(beta x))/beta, g = exp(beta x)/(1 + sum exp(beta x))",
    parameters: &[Parameter::number("beta", "gain, above 0; 1")],
    examples: &[
        r#"{ kind = "ghostmax" }"#,
        r#"{ kind = "ghostmax", beta = 2.5 }"#,
    ],
    make: |p| {
        let beta = p.positive("beta", Some(1.0))?;
        Ok(Arc::new(Ghostmax { beta }))
    },
};
