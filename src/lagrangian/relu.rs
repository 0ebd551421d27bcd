//! `L = max(x, 0)²/2`, `g = max(x, 0)`, `H = [x > 0]`, `L* = g²/2`: the rectified linear neuron, the case n = 2 of
//! [`Repu`](super::Repu). At the kink H is that of the inactive side.

use std::sync::Arc;

use super::rise::half_square;
use super::{Kind, Name, Range, Reach, Scalar, Term, Trend};
use crate::kernels::math;

/// The rectifier.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Relu;

impl Scalar for Relu {
    fn name(&self) -> Name {
        Name::of(&KIND, "")
    }

    #[inline(always)]
    fn value(&self, x: f64) -> Term {
        let t = math::positive_part(x);
        Term::plain(0.5 * t * t)
    }

    #[inline(always)]
    fn activation(&self, x: f64) -> f64 {
        math::positive_part(x)
    }

    fn operations(&self) -> f64 {
        2.0
    }

    #[inline(always)]
    fn slope(&self, x: f64) -> f64 {
        if x > 0.0 { 1.0 } else { 0.0 }
    }

    #[inline(always)]
    fn legendre(&self, x: f64) -> Term {
        Scalar::value(self, x)
    }

    #[inline(always)]
    fn rise(&self, x: f64, by: f64) -> f64 {
        half_square([x, x + by].map(math::positive_part), by)
    }

    fn trends(&self) -> Option<[Trend; 2]> {
        Some([Trend::Rising, Trend::Rising])
    }

    fn reach(&self) -> Reach {
        Reach::power(2.0, Range::POSITIVE)
    }

    fn state(&self, g: f64) -> Option<f64> {
        (g > 0.0).then_some(g)
    }
}

pub const KIND: Kind = Kind {
    name: "relu",
    formula: "L = max(x, 0)²/2, g = max(x, 0)",
    parameters: &[],
    examples: &[r#"{ kind = "relu" }"#],
    make: |_| Ok(Arc::new(Relu)),
};
