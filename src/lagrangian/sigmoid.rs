//! `L = ln(1 + e^{βx})/β`, `g = 1/(1 + e^{−βx})`, `H = β g (1−g)`, `L* = [g ln g + (1−g) ln(1−g)]/β`: the graded neuron
//! with values from 0 to 1 (Hopfield 1984; Scholarpedia (5), (6), (9), where L is the integral of g).

use super::arc_length::Sine;
use super::kind::{GAIN, with_gain};
use super::{ArcLength, Kind, Name, OnArc, Reach, Scalar, Term, Trend};
use crate::kernels::math;

/// The logistic function.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sigmoid {
    /// Gain, above 0.
    pub beta: f64,
}

impl Scalar for Sigmoid {
    fn name(&self) -> Name {
        Name::of(&KIND, format_args!("(beta = {})", self.beta))
    }

    #[inline(always)]
    fn value(&self, x: f64) -> Term {
        let u = self.beta * x;
        Term::plain((u.max(0.0) + math::ln_1p(math::exp(-u.abs()))) / self.beta)
    }

    #[inline(always)]
    fn activation(&self, x: f64) -> f64 {
        let u = self.beta * x;
        // What is subnormal is as good as 0 here, not in L*, where it is multiplied by u.
        let e = math::decay(u.abs());
        (if u < 0.0 { e } else { 1.0 }) / (1.0 + e)
    }

    #[inline(always)]
    fn slope(&self, x: f64) -> f64 {
        let e = math::exp(-(self.beta * x).abs());
        let g = e / (1.0 + e);
        self.beta * (g * (1.0 - g))
    }

    #[inline(always)]
    fn legendre(&self, x: f64) -> Term {
        // Two negative terms, on both sides of 0 alike.
        let u = (self.beta * x).abs();
        let e = math::exp(-u);
        Term::plain(-(u * (e / (1.0 + e)) + math::ln_1p(e)) / self.beta)
    }

    fn rise(&self, x: f64, by: f64) -> f64 {
        rise_of_softplus(self.beta * x, self.beta * by) / self.beta
    }

    fn trends(&self) -> Option<[Trend; 2]> {
        Some([Trend::Rising, Trend::Peak])
    }

    fn reach(&self) -> Reach {
        Reach::confined(0.0, 1.0)
    }

    fn arc_length(&self) -> Option<&dyn ArcLength> {
        Some(self)
    }

    fn state(&self, g: f64) -> Option<f64> {
        (g > 0.0 && g < 1.0).then(|| (g / (1.0 - g)).ln() / self.beta)
    }
}

/// `s(u + d) − s(u)` of `s(u) = ln(1 + e^u)`.
pub(super) fn rise_of_softplus(u: f64, d: f64) -> f64 {
    let e = (-u.abs()).exp();
    if d.abs() < 1.0 {
        let share = (if u < 0.0 { e } else { 1.0 }) / (1.0 + e);
        return (share * d.exp_m1()).ln_1p();
    }
    // By the lines that s tends to, and what is above them.
    let moved = u + d;
    let line = if u > 0.0 && moved > 0.0 {
        d
    } else {
        moved.max(0.0) - u.max(0.0)
    };
    line + ((-moved.abs()).exp().ln_1p() - e.ln_1p())
}

/// `√β s = arctan sinh (βx/2)`: then `2g − 1 = sin √β s`.
impl ArcLength for Sigmoid {
    fn of(&self, x: f64) -> f64 {
        self.sine().of(x)
    }

    fn at(&self, s: f64) -> OnArc {
        self.sine().at(s)
    }
}

impl Sigmoid {
    fn sine(self) -> Sine {
        let root = self.beta.sqrt();
        Sine {
            rate: root,
            gain: 0.5 * self.beta,
            top: 0.5 * root,
        }
    }
}

pub const KIND: Kind = Kind {
    name: "sigmoid",
    formula: "L = ln(1 + exp(beta x))/beta, g = 1/(1 + exp(-beta x))",
    parameters: GAIN,
    examples: &[
        r#"{ kind = "sigmoid" }"#,
        r#"{ kind = "sigmoid", beta = 4.0 }"#,
    ],
    make: |p| with_gain(p, |beta| Sigmoid { beta }),
};
