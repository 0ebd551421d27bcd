//! `L = max(x, 0)^n / n`, `g = max(x, 0)^{n−1}`, `H = (n−1) max(x, 0)^{n−2}`, `L* = (1 − 1/n) g^{n/(n−1)}`: rectified
//! powers, the hidden neurons of a dense associative memory (Krotov and Hopfield 2016; 2021, model A).

use std::sync::Arc;

use super::Kind;
use super::kind::Listed;
use super::powers::Powers;
use crate::key::{Form, parameter};

/// A rectified power.
pub type Repu = Powers<true>;

impl Listed for Repu {
    const KIND: &'static Kind = &KIND;
}

pub const KIND: Kind = Kind {
    name: "repu",
    formula: "L = max(x, 0)^n / n, g = max(x, 0)^(n-1)",
    parameters: &[parameter(
        "n",
        Form::Number,
        "exponent of L, a whole number from 2 to 64",
    )],
    examples: &[
        r#"{ kind = "repu", n = 2 }"#,
        r#"{ kind = "repu", n = 3 }"#,
        r#"{ kind = "repu", n = 4 }"#,
        r#"{ kind = "repu", n = 7 }"#,
    ],
    make: |p| {
        let n = p.whole("n", None, [2, 64])?;
        Ok(Arc::new(Repu { n }))
    },
};
