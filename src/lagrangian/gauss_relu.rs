//! `L = [(x² + 1) Φ + x φ]/2`, `g = x Φ + φ`, `H = Φ`, `L* = [(x² − 1) Φ + x φ]/2` with the normal density φ and
//! distribution Φ: the rectifier averaged over a normal noise, `g = E max(x + z, 0)`. It is the convex stand-in for GELU
//! (Hendrycks and Gimpel 2016), which is `g − φ` and has no convex Lagrangian.
//!
//! With the integrals I_k of [`super::normal`]: below 0 these are I₀ = Φ, I₁ = g, I₂ = L at |x|; above 0 what they lack of
//! 1, x and (x² + 1)/2.

use std::sync::Arc;

use super::normal::tails;
use super::rise::{half_square, integral};
use super::{Kind, Name, Range, Reach, Scalar, Term, Trend};
use crate::kernels::math;

/// Steps of Newton's method that suffice from any start; it takes about ten in the far tail.
const NEWTON: usize = 64;

/// The rectifier smoothed by a normal distribution.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct GaussRelu;

impl Scalar for GaussRelu {
    fn name(&self) -> Name {
        Name::of(&KIND, "")
    }

    #[inline(always)]
    fn value(&self, x: f64) -> Term {
        let [_, _, i2] = tails(x.abs());
        let whole = 0.5 * (x * x + 1.0);
        Term {
            value: if x > 0.0 { whole - i2 } else { i2 },
            magnitude: whole + i2,
        }
    }

    #[inline(always)]
    fn activation(&self, x: f64) -> f64 {
        let [_, i1, _] = tails(x.abs());
        x.max(0.0) + i1
    }

    /// A continued fraction or a series of dozens of terms.
    fn operations(&self) -> f64 {
        2500.0
    }

    #[inline(always)]
    fn slope(&self, x: f64) -> f64 {
        let [i0, _, _] = tails(x.abs());
        if x > 0.0 { 1.0 - i0 } else { i0 }
    }

    #[inline(always)]
    fn legendre(&self, x: f64) -> Term {
        let [_, i1, i2] = tails(x.abs());
        let t = x.abs() * i1 + i2;
        Term {
            // Below 0 both terms of x g − L are negative.
            value: if x > 0.0 { 0.5 * (x * x - 1.0) + t } else { -t },
            magnitude: 0.5 * (x * x + 1.0) + t,
        }
    }

    fn rise(&self, x: f64, by: f64) -> f64 {
        if by.abs() * (1.0 - x.min(0.0)) < 0.25 {
            return integral(x, by, |x| Scalar::activation(self, x));
        }
        // By the parabola that L tends to, and what is above it.
        let above = |x: f64| {
            let [_, _, i2] = tails(x.abs());
            if x > 0.0 { 0.5 - i2 } else { i2 }
        };
        half_square([x, x + by].map(math::positive_part), by) + (above(x + by) - above(x))
    }

    fn trends(&self) -> Option<[Trend; 2]> {
        Some([Trend::Rising, Trend::Rising])
    }

    fn reach(&self) -> Reach {
        Reach::power(2.0, Range::POSITIVE)
    }

    fn state(&self, g: f64) -> Option<f64> {
        if !(g > 0.0 && g.is_finite()) {
            return None;
        }
        // ln g is a concave function of x: from the second step on Newton's method climbs to the root from the left.
        // From below its root for a small g, of which an argument of g would be thrown out of the range of numbers.
        let mut x = if g < 0.1 {
            (-(-2.0 * g.ln()).sqrt()).max(-37.0)
        } else {
            g
        };
        for _ in 0..NEWTON {
            let [i0, i1, _] = tails(x.abs());
            let (here, slope) = if x > 0.0 {
                (x + i1, 1.0 - i0)
            } else {
                (i1, i0)
            };
            let step = (g / here).ln() * here / slope;
            x += step;
            if step.abs() <= f64::EPSILON * x.abs() {
                break;
            }
        }
        x.is_finite().then_some(x)
    }
}

pub const KIND: Kind = Kind {
    name: "gauss-relu",
    formula: "L = ((x² + 1) Phi(x) + x phi(x))/2, g = x Phi(x) + phi(x): E max(x + z, 0)",
    parameters: &[],
    examples: &[r#"{ kind = "gauss-relu" }"#],
    make: |_| Ok(Arc::new(GaussRelu)),
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_state_of_an_activation_however_small_is_found() {
        let mut g = 1e300;
        while g > 1e-300 {
            let x = Scalar::state(&GaussRelu, g).unwrap();
            let again = Scalar::activation(&GaussRelu, x);
            // Where x is −37 a unit in its last place moves g by 2.6e-13 of itself.
            assert!((again - g).abs() <= 1e-12 * g, "{g:e}: {x} {again:e}");
            g *= 0.03;
        }
        // Beyond the range of numbers it is not known; nothing is made up.
        let least = Scalar::state(&GaussRelu, 5e-324);
        assert!(least.is_none_or(f64::is_finite));
    }
}
