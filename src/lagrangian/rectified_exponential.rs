//! `L = e^{βx₊}/β − x₊` with `x₊ = max(x, 0)`, `g = e^{βx₊} − 1`, `H = β e^{βx} [x > 0]`,
//! `L* = [(1+g) ln(1+g) − (1+g)]/β`: an exponential neuron that is silent below 0, so that L = 1/β there. At the kink H is
//! that of the inactive side.

use super::exponential::exponential_rises;
use super::kind::{GAIN, with_gain};
use super::{Changes, Kind, Name, Reach, Scalar, Term, Trend, rise};
use crate::kernels::math;

/// The exponential function less 1 where that is positive.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RectifiedExponential {
    /// Gain, above 0.
    pub beta: f64,
}

impl RectifiedExponential {
    /// `x₊` and how much it changes.
    #[inline(always)]
    fn active(x: f64, by: f64) -> (f64, f64) {
        let [t, moved] = [x, x + by].map(math::positive_part);
        (t, if t * moved > 0.0 { by } else { moved - t })
    }
}

impl Scalar for RectifiedExponential {
    fn name(&self) -> Name {
        Name::of(&KIND, format_args!("(beta = {})", self.beta))
    }

    #[inline(always)]
    fn value(&self, x: f64) -> Term {
        let t = math::positive_part(x);
        Term::sum((self.beta * t).exp() / self.beta, -t)
    }

    #[inline(always)]
    fn activation(&self, x: f64) -> f64 {
        math::exp_m1(self.beta * math::positive_part(x))
    }

    #[inline(always)]
    fn slope(&self, x: f64) -> f64 {
        if x > 0.0 {
            self.beta * math::exp(self.beta * x)
        } else {
            0.0
        }
    }

    #[inline(always)]
    fn legendre(&self, x: f64) -> Term {
        let u = self.beta * math::positive_part(x);
        let g = u.exp() / self.beta;
        // As products: the difference of two infinities would be no number.
        Term {
            value: g * (u - 1.0),
            magnitude: g * (u + 1.0),
        }
    }

    fn rise(&self, x: f64, by: f64) -> f64 {
        let (t, d) = Self::active(x, by);
        let (u, s) = (self.beta * t, self.beta * d);
        // e^u (e^s − 1) − s, of which the first order would cancel near 0.
        let rise = math::exp_m1(u) * math::exp_m1(s) + math::exp_m1_less(s);
        // What does not change adds nothing, however large it is.
        if s == 0.0 { 0.0 } else { rise / self.beta }
    }

    fn rises(&self, c: f64, x: &[f64], changes: &Changes<'_>) -> f64 {
        let plain = rise::sum(x, changes, |x, by| Scalar::rise(self, x, by));
        if plain.is_finite() {
            return c * plain;
        }
        let terms = |x: f64, by: f64| {
            let (t, d) = Self::active(x, by);
            (self.beta * t, self.beta * d)
        };
        let line = rise::sum(x, changes, |x, by| Self::active(x, by).1);
        c * (exponential_rises(x, changes, terms) / self.beta - line)
    }

    fn trends(&self) -> Option<[Trend; 2]> {
        Some([Trend::Rising, Trend::Rising])
    }

    fn reach(&self) -> Reach {
        Reach::ENTROPIC
    }

    fn state(&self, g: f64) -> Option<f64> {
        (g > 0.0).then(|| g.ln_1p() / self.beta)
    }
}

pub const KIND: Kind = Kind {
    name: "rectified-exponential",
    formula: "L = exp(beta x+)/beta - x+ with x+ = max(x, 0), g = exp(beta x+) - 1",
    parameters: GAIN,
    examples: &[
        r#"{ kind = "rectified-exponential" }"#,
        r#"{ kind = "rectified-exponential", beta = 2.5 }"#,
    ],
    make: |p| with_gain(p, |beta| RectifiedExponential { beta }),
};
