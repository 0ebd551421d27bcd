//! `L = e^{βx}/β`, `g = e^{βx}`, `H = β e^{βx}`, `L* = (g ln g − g)/β`: the hidden neurons of exponential memories
//! (Demircigil et al. 2017). `g` is unbounded and `L*` barely outgrows it: for bounded partners only.

use std::sync::Arc;

use super::{Growth, Kind, Parameter, Range, Scalar, Term};
use crate::kernels::math;

/// The exponential function.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Exponential {
    /// Gain, above 0.
    pub beta: f64,
}

impl Scalar for Exponential {
    fn describe(&self) -> String {
        format!("exponential(beta = {})", self.beta)
    }

    fn kind(&self) -> Option<&'static Kind> {
        Some(&KIND)
    }

    #[inline(always)]
    fn value(&self, x: f64) -> Term {
        Term::plain(math::exp(self.beta * x) / self.beta)
    }

    #[inline(always)]
    fn activation(&self, x: f64) -> f64 {
        math::exp(self.beta * x)
    }

    #[inline(always)]
    fn slope(&self, x: f64) -> f64 {
        self.beta * math::exp(self.beta * x)
    }

    #[inline(always)]
    fn legendre(&self, x: f64) -> Term {
        let u = self.beta * x;
        let g = math::exp(u) / self.beta;
        // As products: the difference of two infinities would be no number.
        Term {
            value: g * (u - 1.0),
            magnitude: g * (u.abs() + 1.0),
        }
    }

    fn range(&self) -> Range {
        Range::POSITIVE
    }

    fn growth(&self) -> Growth {
        Growth::Entropic
    }

    fn order(&self) -> f64 {
        f64::INFINITY
    }

    fn state(&self, g: f64) -> Option<f64> {
        (g > 0.0).then(|| g.ln() / self.beta)
    }
}

/// The entry in the list.
pub const KIND: Kind = Kind {
    name: "exponential",
    formula: "L = exp(beta x)/beta, g = exp(beta x)",
    parameters: &[Parameter::number("beta", "gain, above 0; 1")],
    examples: &[
        r#"{ kind = "exponential" }"#,
        r#"{ kind = "exponential", beta = 2.5 }"#,
    ],
    make: |p| {
        let beta = p.positive("beta", Some(1.0))?;
        Ok(Arc::new(Exponential { beta }))
    },
};
