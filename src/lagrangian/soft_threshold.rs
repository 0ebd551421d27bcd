//! `L = max(|x| − λ, 0)²/2`, `g = sgn(x) max(|x| − λ, 0)`, `H = [|x| > λ]`, `L* = g²/2 + λ|g|`: sparse codes, the locally
//! competitive algorithm (Rozell et al. 2008). At the kink H is that of the inactive side.

use std::sync::Arc;

use super::rise::half_square;
use super::{Kind, Name, Range, Reach, Scalar, Term, Trend};
use crate::kernels::math;
use crate::key::{Form, parameter};

/// The soft threshold.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SoftThreshold {
    /// The threshold, 0 or above.
    pub lambda: f64,
}

impl SoftThreshold {
    fn excess(self, x: f64) -> f64 {
        math::positive_part(x.abs() - self.lambda)
    }
}

impl Scalar for SoftThreshold {
    fn name(&self) -> Name {
        Name::of(&KIND, format_args!("(lambda = {})", self.lambda))
    }

    #[inline(always)]
    fn value(&self, x: f64) -> Term {
        let t = self.excess(x);
        Term::plain(0.5 * t * t)
    }

    #[inline(always)]
    fn activation(&self, x: f64) -> f64 {
        self.excess(x).copysign(x)
    }

    fn operations(&self) -> f64 {
        4.0
    }

    #[inline(always)]
    fn slope(&self, x: f64) -> f64 {
        if x.abs() > self.lambda { 1.0 } else { 0.0 }
    }

    #[inline(always)]
    fn legendre(&self, x: f64) -> Term {
        let t = self.excess(x);
        Term::plain(t * (0.5 * t + self.lambda))
    }

    #[inline(always)]
    fn rise(&self, x: f64, by: f64) -> f64 {
        half_square([x, x + by].map(|x| self.activation(x)), by)
    }

    fn trends(&self) -> Option<[Trend; 2]> {
        Some([Trend::Rising, Trend::Valley])
    }

    fn reach(&self) -> Reach {
        Reach::power(2.0, Range::REAL)
    }

    fn state(&self, g: f64) -> Option<f64> {
        (g != 0.0).then(|| g + self.lambda.copysign(g))
    }
}

pub const KIND: Kind = Kind {
    name: "soft-threshold",
    formula: "L = max(abs(x) - lambda, 0)²/2, g = sgn(x) max(abs(x) - lambda, 0)",
    parameters: &[parameter("lambda", Form::Number, "threshold, 0 or above")],
    examples: &[
        r#"{ kind = "soft-threshold", lambda = 0.2 }"#,
        r#"{ kind = "soft-threshold", lambda = 0 }"#,
    ],
    make: |p| {
        let lambda = p.not_negative("lambda", None)?;
        Ok(Arc::new(SoftThreshold { lambda }))
    },
};
