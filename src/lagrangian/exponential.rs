//! `L = e^{βx}/β`, `g = e^{βx}`, `H = β e^{βx}`, `L* = (g ln g − g)/β`: the hidden neurons of exponential memories
//! (Demircigil et al. 2017). `g` is unbounded and `L*` barely outgrows it: for bounded partners only.

use super::kind::{GAIN, with_gain};
use super::{Kind, Name, Reach, Scalar, Term};
use crate::kernels::math;

/// The exponential function.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Exponential {
    /// Gain, above 0.
    pub beta: f64,
}

impl Scalar for Exponential {
    fn name(&self) -> Name {
        Name::of(&KIND, format_args!("(beta = {})", self.beta))
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

    fn reach(&self) -> Reach {
        Reach::ENTROPIC
    }

    fn state(&self, g: f64) -> Option<f64> {
        (g > 0.0).then(|| g.ln() / self.beta)
    }
}

pub const KIND: Kind = Kind {
    name: "exponential",
    formula: "L = exp(beta x)/beta, g = exp(beta x)",
    parameters: GAIN,
    examples: &[
        r#"{ kind = "exponential" }"#,
        r#"{ kind = "exponential", beta = 2.5 }"#,
    ],
    make: |p| with_gain(p, |beta| Exponential { beta }),
};
