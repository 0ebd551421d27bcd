//! `L = x^n / n`, `g = x^{n−1}`, `H = (n−1) x^{n−2}`, `L* = (1 − 1/n) x^n`: polynomial neurons of a dense associative
//! memory (Krotov and Hopfield 2016, `F = x^n`).
//!
//! Convex for even n only. For odd n the Hessian is negative below 0, so that it cannot be a layer, but it can be the
//! potential of a memory synapse, where only the layer's Hessian enters the energy's descent.

use std::sync::Arc;

use super::Kind;
use super::kind::Listed;
use super::powers::Powers;
use crate::key::{Form, parameter};

/// A power.
pub type Power = Powers<false>;

impl Listed for Power {
    const KIND: &'static Kind = &KIND;
}

pub const KIND: Kind = Kind {
    name: "power",
    formula: "L = x^n / n, g = x^(n-1)",
    parameters: &[parameter(
        "n",
        Form::Number,
        "exponent of L, a whole number from 2 to 64; a layer needs an even one",
    )],
    examples: &[
        r#"{ kind = "power", n = 2 }"#,
        r#"{ kind = "power", n = 3 }"#,
        r#"{ kind = "power", n = 4 }"#,
        r#"{ kind = "power", n = 6 }"#,
    ],
    make: |p| {
        let n = p.whole("n", None, [2, 64])?;
        Ok(Arc::new(Power { n }))
    },
};
