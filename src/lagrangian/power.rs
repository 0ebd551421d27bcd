//! `L = x^n / n`, `g = x^{n−1}`, `H = (n−1) x^{n−2}`, `L* = (1 − 1/n) x^n`: polynomial neurons of a dense associative
//! memory (Krotov and Hopfield 2016, `F = x^n`).
//!
//! Convex for even n only. For odd n the Hessian is negative below 0, so that it cannot be a layer, but it can be the
//! potential of a memory synapse, where only the layer's Hessian enters the energy's descent.

use std::sync::Arc;

use super::{Growth, Kind, Parameter, Range, Scalar, Term};
use crate::refusal::Refusal;

/// A power.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Power {
    /// The exponent `n` of `L`, from 2 to 64.
    pub n: u32,
}

impl Power {
    /// `x^k` by repeated multiplication, good to about `k/2` roundings.
    fn power(x: f64, k: u32) -> f64 {
        // n is at most 64.
        x.powi(k as i32)
    }

    fn is_even(self) -> bool {
        self.n.is_multiple_of(2)
    }
}

impl Scalar for Power {
    fn describe(&self) -> String {
        format!("power(n = {})", self.n)
    }

    fn kind(&self) -> Option<&'static Kind> {
        Some(&KIND)
    }

    #[inline(always)]
    fn value(&self, x: f64) -> Term {
        Term::plain(Power::power(x, self.n) / f64::from(self.n))
    }

    #[inline(always)]
    fn activation(&self, x: f64) -> f64 {
        Power::power(x, self.n - 1)
    }

    #[inline(always)]
    fn slope(&self, x: f64) -> f64 {
        f64::from(self.n - 1) * Power::power(x, self.n - 2)
    }

    #[inline(always)]
    fn legendre(&self, x: f64) -> Term {
        Term::plain((1.0 - 1.0 / f64::from(self.n)) * Power::power(x, self.n))
    }

    fn range(&self) -> Range {
        if self.is_even() {
            Range::REAL
        } else {
            Range::POSITIVE
        }
    }

    fn growth(&self) -> Growth {
        // For odd n this is the branch of positive x; the other has no lower bound, and is why odd n is no layer.
        let n = f64::from(self.n);
        Growth::Power {
            exponent: n / (n - 1.0),
            coefficient: 1.0 - 1.0 / n,
        }
    }

    fn order(&self) -> f64 {
        f64::from(self.n)
    }

    fn state(&self, g: f64) -> Option<f64> {
        self.is_even()
            .then(|| g.abs().powf(1.0 / f64::from(self.n - 1)).copysign(g))
    }

    fn convexity(&self) -> Result<(), Refusal> {
        if self.is_even() {
            return Ok(());
        }
        let n = self.n;
        let why = format!(
            "is not convex: the second derivative of x^{n} / {n} is negative for x < 0, so the energy could rise"
        );
        let help = format!("take an even n, or repu(n = {n})");
        Err(Refusal::new(self.describe(), why).help(help))
    }
}

/// The entry in the list.
pub const KIND: Kind = Kind {
    name: "power",
    formula: "L = x^n / n, g = x^(n-1)",
    parameters: &[Parameter::number(
        "n",
        "exponent of L, a whole number from 2 to 64; a layer needs an even one",
    )],
    examples: &[
        r#"{ kind = "power", n = 2 }"#,
        r#"{ kind = "power", n = 3 }"#,
        r#"{ kind = "power", n = 4 }"#,
        r#"{ kind = "power", n = 6 }"#,
    ],
    make: |p| {
        let n = p.whole("n", 2, 64)?;
        Ok(Arc::new(Power { n }))
    },
};
