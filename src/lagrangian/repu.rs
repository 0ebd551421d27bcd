//! `L = max(x, 0)^n / n`, `g = max(x, 0)^{n−1}`, `H = (n−1) max(x, 0)^{n−2}`, `L* = (1 − 1/n) g^{n/(n−1)}`: rectified
//! powers, the hidden neurons of a dense associative memory (Krotov and Hopfield 2016; 2021, model A).

use std::sync::Arc;

use super::{Growth, Kind, Parameter, Range, Scalar, Term};
use crate::kernels::math;

/// A rectified power.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Repu {
    /// The exponent `n` of `L`, from 2 to 64.
    pub n: u32,
}

impl Repu {
    /// `max(x, 0)^k` by repeated multiplication, good to about `k/2` roundings.
    fn power(x: f64, k: u32) -> f64 {
        // n is at most 64.
        math::positive_part(x).powi(k as i32)
    }
}

impl Scalar for Repu {
    fn describe(&self) -> String {
        format!("repu(n = {})", self.n)
    }

    fn kind(&self) -> Option<&'static Kind> {
        Some(&KIND)
    }

    #[inline(always)]
    fn value(&self, x: f64) -> Term {
        Term::plain(Repu::power(x, self.n) / f64::from(self.n))
    }

    #[inline(always)]
    fn activation(&self, x: f64) -> f64 {
        Repu::power(x, self.n - 1)
    }

    #[inline(always)]
    fn slope(&self, x: f64) -> f64 {
        // For n = 2 the power is 1 even at 0: the inactive side decides.
        if x > 0.0 {
            f64::from(self.n - 1) * Repu::power(x, self.n - 2)
        } else {
            0.0
        }
    }

    #[inline(always)]
    fn legendre(&self, x: f64) -> Term {
        Term::plain((1.0 - 1.0 / f64::from(self.n)) * Repu::power(x, self.n))
    }

    fn range(&self) -> Range {
        Range::POSITIVE
    }

    fn growth(&self) -> Growth {
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
        (g > 0.0).then(|| g.powf(1.0 / f64::from(self.n - 1)))
    }
}

/// The entry in the list.
pub const KIND: Kind = Kind {
    name: "repu",
    formula: "L = max(x, 0)^n / n, g = max(x, 0)^(n-1)",
    parameters: &[Parameter::number(
        "n",
        "exponent of L, a whole number from 2 to 64",
    )],
    examples: &[
        r#"{ kind = "repu", n = 2 }"#,
        r#"{ kind = "repu", n = 3 }"#,
        r#"{ kind = "repu", n = 4 }"#,
        r#"{ kind = "repu", n = 7 }"#,
    ],
    make: |p| {
        let n = p.whole("n", 2, 64)?;
        Ok(Arc::new(Repu { n }))
    },
};
