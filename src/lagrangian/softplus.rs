//! `L = −Li₂(−e^{βx})/β²`, `g = ln(1 + e^{βx})/β`, `H = 1/(1 + e^{−βx})`, `L* = x g − L`: the smooth rectifier. Its
//! Lagrangian is a dilogarithm (the integral of ln(1 + e^s)).

use std::f64::consts::LN_2;

use super::dilogarithm::{PI2_6, minus_li2_of_minus_exp};
use super::kind::{GAIN, with_gain};
use super::rise::{half_square, integral};
use super::{ArcLength, Kind, Name, OnArc, Range, Reach, Scalar, Term, Trend};
use crate::kernels::math;

/// The smooth rectifier.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Softplus {
    /// Gain, above 0.
    pub beta: f64,
}

impl Scalar for Softplus {
    fn name(&self) -> Name {
        Name::of(&KIND, format_args!("(beta = {})", self.beta))
    }

    #[inline(always)]
    fn value(&self, x: f64) -> Term {
        let u = self.beta * x;
        let f = minus_li2_of_minus_exp(u);
        let scale = self.beta * self.beta;
        Term {
            value: f.value / scale,
            magnitude: (if u > 0.0 {
                f.magnitude
            } else {
                PI2_6 + f.magnitude
            }) / scale,
        }
    }

    #[inline(always)]
    fn activation(&self, x: f64) -> f64 {
        let u = self.beta * x;
        (u.max(0.0) + math::ln_1p(math::exp(-u.abs()))) / self.beta
    }

    fn operations(&self) -> f64 {
        40.0
    }

    #[inline(always)]
    fn slope(&self, x: f64) -> f64 {
        let u = self.beta * x;
        let e = math::exp(-u.abs());
        (if u < 0.0 { e } else { 1.0 }) / (1.0 + e)
    }

    #[inline(always)]
    fn legendre(&self, x: f64) -> Term {
        // With F(u) = −Li₂(−e^u): below 0 both terms of u ln(1 + e^u) − F(u) are negative; above, the inversion formula
        // leaves u²/2 − π²/6 + u ln(1 + e^{−u}) + F(−u).
        let u = self.beta * x;
        let rest = u.abs() * (-u.abs()).exp().ln_1p() + minus_li2_of_minus_exp(-u.abs()).value;
        let square = if u > 0.0 { 0.5 * u * u } else { 0.0 };
        let scale = self.beta * self.beta;
        Term {
            value: (if u > 0.0 {
                square - PI2_6 + rest
            } else {
                -rest
            }) / scale,
            magnitude: (square + PI2_6 + rest) / scale,
        }
    }

    fn rise(&self, x: f64, by: f64) -> f64 {
        let (u, d) = (self.beta * x, self.beta * by);
        if d.abs() < 0.5 {
            return integral(x, by, |x| self.activation(x));
        }
        // By the parabola that L tends to, and what is above it.
        let moved = u + d;
        let above = |u: f64| {
            let tail = minus_li2_of_minus_exp(-u.abs()).value;
            if u > 0.0 { PI2_6 - tail } else { tail }
        };
        let square = half_square([u, moved].map(math::positive_part), d);
        (square + (above(moved) - above(u))) / (self.beta * self.beta)
    }

    fn trends(&self) -> Option<[Trend; 2]> {
        Some([Trend::Rising, Trend::Rising])
    }

    fn reach(&self) -> Reach {
        Reach::power(2.0, Range::POSITIVE)
    }

    fn arc_length(&self) -> Option<&dyn ArcLength> {
        Some(self)
    }

    fn state(&self, g: f64) -> Option<f64> {
        // ln(e^{βg} − 1) without its overflow.
        (g > 0.0).then(|| g + (-(-self.beta * g).exp_m1()).ln() / self.beta)
    }
}

/// `sinh (βs/2) = e^{βx/2}`: then `g = (2/β) ln cosh (βs/2)`.
impl ArcLength for Softplus {
    fn of(&self, x: f64) -> f64 {
        let u = 0.5 * self.beta * x;
        // arsinh e^u without its overflow.
        let s = match u > 20.0 {
            true => u + LN_2,
            false => u.exp().asinh(),
        };
        2.0 * s / self.beta
    }

    fn at(&self, s: f64) -> OnArc {
        let half = 0.5 * self.beta * s;
        let u = half.abs().max(f64::MIN_POSITIVE);
        // ln sinh u.
        let log = match u > 20.0 {
            true => u - LN_2,
            false => u.sinh().ln(),
        };
        OnArc {
            state: 2.0 * log / self.beta,
            slope: half.tanh(),
            bend: self.beta / (2.0 * half).sinh(),
        }
    }
}

pub const KIND: Kind = Kind {
    name: "softplus",
    formula: "L = -Li2(-exp(beta x))/beta², g = ln(1 + exp(beta x))/beta",
    parameters: GAIN,
    examples: &[
        r#"{ kind = "softplus" }"#,
        r#"{ kind = "softplus", beta = 2.5 }"#,
    ],
    make: |p| with_gain(p, |beta| Softplus { beta }),
};
