//! `L = ln cosh(βx)/β`, `g = tanh βx`, `H = β sech² βx`, `L* = [(1+g) ln(1+g) + (1−g) ln(1−g)]/(2β)`: the graded neuron
//! (Hopfield 1984; Scholarpedia (5), (6), (9), where L is the integral of g). The constant is that of `ln cosh`, not of
//! `ln 2cosh`.

use std::f64::consts::LN_2;

use super::arc_length::Sine;
use super::kind::{GAIN, with_gain};
use super::{ArcLength, Kind, Name, OnArc, Reach, Scalar, Term, Trend};
use crate::kernels::math;

/// The hyperbolic tangent.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Tanh {
    /// Gain, above 0.
    pub beta: f64,
}

impl Scalar for Tanh {
    fn name(&self) -> Name {
        Name::of(&KIND, format_args!("(beta = {})", self.beta))
    }

    #[inline(always)]
    fn value(&self, x: f64) -> Term {
        let u = (self.beta * x).abs();
        let tail = math::ln_1p(math::exp(-2.0 * u));
        // ln cosh u = ln(1 + sinh² u)/2 keeps its relative accuracy near 0, the other form does not overflow.
        let value = if u < 1.0 {
            0.5 * u.sinh().powi(2).ln_1p()
        } else {
            u + tail - LN_2
        };
        Term {
            value: value / self.beta,
            magnitude: (u + tail + LN_2) / self.beta,
        }
    }

    #[inline(always)]
    fn activation(&self, x: f64) -> f64 {
        math::tanh(self.beta * x)
    }

    fn operations(&self) -> f64 {
        25.0
    }

    #[inline(always)]
    fn slope(&self, x: f64) -> f64 {
        // 1 − tanh² loses its digits where it saturates.
        let e = math::exp(-2.0 * (self.beta * x).abs());
        self.beta * 4.0 * e / ((1.0 + e) * (1.0 + e))
    }

    #[inline(always)]
    fn legendre(&self, x: f64) -> Term {
        let u = (self.beta * x).abs();
        let e = math::exp(-2.0 * u);
        let (tail, slope) = (math::ln_1p(e), 2.0 * u * e / (1.0 + e));
        let (half, sinh) = (u.min(0.5), |p: f64| 0.5 * (p + p / (1.0 + p)));
        let sinh = sinh(math::exp_m1(half));
        let near = half * math::tanh(half) - 0.5 * math::ln_1p(sinh * sinh);
        // The second form is exact to rounding in saturation, where it tends to ln 2, but cancels near 0.
        let value = if u < 0.5 { near } else { LN_2 - tail - slope };
        Term {
            value: value / self.beta,
            // Of the second form everywhere, so that the size of the summands does not jump where the form changes.
            magnitude: (LN_2 + tail + slope) / self.beta,
        }
    }

    fn rise(&self, x: f64, by: f64) -> f64 {
        let (u, d) = (self.beta * x, self.beta * by);
        let rise = if d.abs() < 1.0 {
            // cosh(u + d)/cosh u = 1 + 2 sinh²(d/2) + tanh u sinh d.
            let half = (0.5 * d).sinh();
            (2.0 * half * half + u.tanh() * d.sinh()).ln_1p()
        } else {
            let moved = u + d;
            let line = if u * moved > 0.0 {
                d.copysign(u * d)
            } else {
                moved.abs() - u.abs()
            };
            let tail = |u: f64| (-2.0 * u.abs()).exp().ln_1p();
            line + (tail(moved) - tail(u))
        };
        rise / self.beta
    }

    fn trends(&self) -> Option<[Trend; 2]> {
        Some([Trend::Rising, Trend::Peak])
    }

    fn reach(&self) -> Reach {
        Reach::confined(-1.0, 1.0)
    }

    fn arc_length(&self) -> Option<&dyn ArcLength> {
        Some(self)
    }

    fn state(&self, g: f64) -> Option<f64> {
        (g.abs() < 1.0).then(|| g.atanh() / self.beta)
    }
}

/// `√β s = arctan sinh βx`: then `g = sin √β s`.
impl ArcLength for Tanh {
    fn of(&self, x: f64) -> f64 {
        self.sine().of(x)
    }

    fn at(&self, s: f64) -> OnArc {
        self.sine().at(s)
    }
}

impl Tanh {
    fn sine(self) -> Sine {
        let root = self.beta.sqrt();
        Sine {
            rate: root,
            gain: self.beta,
            top: root,
        }
    }
}

pub const KIND: Kind = Kind {
    name: "tanh",
    formula: "L = ln cosh(beta x)/beta, g = tanh(beta x)",
    parameters: GAIN,
    examples: &[r#"{ kind = "tanh" }"#, r#"{ kind = "tanh", beta = 2.5 }"#],
    make: |p| with_gain(p, |beta| Tanh { beta }),
};
