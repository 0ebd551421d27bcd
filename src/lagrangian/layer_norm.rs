//! `L = nγ s + δ·x` with `s = √(var + ε)` and `var = (1/n) Σ (x_i − x̄)²`, `g = γ (x − x̄)/s + δ`,
//! `H = (γ/s) (1 − 11ᵀ/n − u uᵀ/n)` with `u = (x − x̄)/s`, `L* = −nγ ε/s`: layer normalisation over a group of n neurons
//! (Ba et al. 2016), whose Lagrangian makes it the token neuron of the Energy Transformer (Hoover et al. 2023).
//!
//! γ is one number: with a vector g would not be a gradient. The variance divides by n, and ε stands inside the root.
//! A common shift of all states changes neither g nor L*: H has the null vector 1. For ε = 0 it also has x − x̄, and a
//! tip where all states are equal; there `g = δ` and the weights of H are 0.

use std::sync::Arc;

use super::Kind;
use super::norm::Norm;
use crate::key::{Form, parameter};

/// Layer normalisation over the group.
pub type LayerNorm = Norm<true>;

/// The entry in the list.
pub const KIND: Kind = Kind {
    name: "layer-norm",
    formula: "L = n gamma s + delta·x with s = sqrt(variance of x + eps), g = gamma (x - mean)/s + delta",
    parameters: &[
        parameter("gamma", Form::Number, "scale, above 0; 1"),
        parameter(
            "delta",
            Form::Array,
            "shift, a vector over the group or one number; 0",
        ),
        parameter(
            "eps",
            Form::Number,
            "added to the variance, 0 or above; 1e-5",
        ),
    ],
    examples: &[
        r#"{ kind = "layer-norm" }"#,
        r#"{ kind = "layer-norm", gamma = 1.2, eps = 0.25 }"#,
        r#"{ kind = "layer-norm", gamma = 0.5, delta = 0.3, eps = 0 }"#,
        r#"{ kind = "layer-norm", delta = [0.1, -0.2, 0.3, 0, 0.5], eps = 0.01 }"#,
    ],
    make: |p| {
        let gamma = p.positive("gamma", Some(1.0))?;
        let delta = p.vector("delta")?;
        let eps = p.not_negative("eps", Some(1e-5))?;
        Ok(Arc::new(LayerNorm::new(gamma, &delta, eps)))
    },
};
