//! `L = e^{βx}/β`, `g = e^{βx}`, `H = β e^{βx}`, `L* = (g ln g − g)/β`: the hidden neurons of exponential memories
//! (Demircigil et al. 2017). `g` is unbounded and `L*` barely outgrows it: for bounded partners only.

use super::kind::{GAIN, with_gain};
use super::{ArcLength, Changes, Kind, Name, OnArc, Reach, Scalar, Term, Trend, rise};
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

    fn rises(&self, c: f64, x: &[f64], changes: &Changes<'_>) -> f64 {
        let beta = self.beta;
        let terms = |x: f64, by: f64| (beta * x, beta * by);
        c / beta * exponential_rises(x, changes, terms)
    }

    fn trends(&self) -> Option<[Trend; 2]> {
        Some([Trend::Rising, Trend::Rising])
    }

    fn reach(&self) -> Reach {
        Reach::ENTROPIC
    }

    fn arc_length(&self) -> Option<&dyn ArcLength> {
        Some(self)
    }

    fn state(&self, g: f64) -> Option<f64> {
        (g > 0.0).then(|| g.ln() / self.beta)
    }
}

/// `Σ e^u (e^d − 1)` of the `(u, d)` of each state and its change: a number, or ±∞ where it is beyond all numbers.
pub(super) fn exponential_rises(
    x: &[f64],
    changes: &Changes<'_>,
    terms: impl Fn(f64, f64) -> (f64, f64),
) -> f64 {
    // The larger of e^u and e^{u+d}, less a common exponent, times what the smaller lacks of it. What does not change adds
    // nothing, however large it is.
    let term = |(u, d): (f64, f64), less: f64| {
        let share = math::exp_m1(-d.abs()).copysign(d);
        let larger = math::exp(u + math::positive_part(d) - less);
        if d == 0.0 { 0.0 } else { larger * share }
    };
    let plain = rise::sum(x, changes, |x, by| term(terms(x, by), 0.0));
    if plain.is_finite() && plain != 0.0 {
        return plain;
    }
    let most = rise::largest(x, changes, |x, by| {
        let (u, d) = terms(x, by);
        if d == 0.0 {
            f64::NEG_INFINITY
        } else {
            u + math::positive_part(d)
        }
    });
    let sum = match most == f64::NEG_INFINITY {
        true => 0.0,
        false => rise::sum(x, changes, |x, by| term(terms(x, by), most)),
    };
    if sum == 0.0 {
        return 0.0;
    }
    let half = (0.5 * most).exp();
    sum * half * half
}

/// `√β s = 2 e^{βx/2}`: then `g = β s²/4`.
impl ArcLength for Exponential {
    fn of(&self, x: f64) -> f64 {
        2.0 * (0.5 * self.beta * x).exp() / self.beta.sqrt()
    }

    fn at(&self, s: f64) -> OnArc {
        let root = 0.5 * self.beta.sqrt() * s;
        OnArc {
            state: 2.0 * root.abs().max(f64::MIN_POSITIVE).ln() / self.beta,
            slope: 0.5 * self.beta * s,
            bend: 1.0 / s,
        }
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
