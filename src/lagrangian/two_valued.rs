//! What step and sign share: `L` has a kink at 0 and is linear on either side, `g` jumps there, `H = 0`, and `L* = 0` on the
//! two values. They are limits of graded neurons whose gain goes to infinity: no continuous method can follow a jump, methods
//! whose units flip can.

use super::kind::Listed;
use super::{Name, Reach, Scalar, Term, Values};

/// Units of two values, 1 above 0 and `LOW` elsewhere.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TwoValued<const LOW: i8>;

impl<const LOW: i8> TwoValued<LOW> {
    const VALUES: [f64; 2] = [LOW as f64, 1.0];
}

impl<const LOW: i8> Scalar for TwoValued<LOW>
where
    TwoValued<LOW>: Listed,
{
    fn name(&self) -> Name {
        Name::of(Self::KIND, "")
    }

    #[inline(always)]
    fn value(&self, x: f64) -> Term {
        let below = if LOW == 0 { 0.0 } else { -x };
        Term::plain(of(x, [below, x]))
    }

    #[inline(always)]
    fn activation(&self, x: f64) -> f64 {
        of(x, Self::VALUES)
    }

    fn operations(&self) -> f64 {
        1.5
    }

    #[inline(always)]
    fn slope(&self, x: f64) -> f64 {
        of(x, [0.0, 0.0])
    }

    #[inline(always)]
    fn legendre(&self, x: f64) -> Term {
        Term::plain(of(x, [0.0, 0.0]))
    }

    #[inline(always)]
    fn rise(&self, x: f64, by: f64) -> f64 {
        let [from, to] = [x, x + by].map(|x| Scalar::activation(self, x));
        // Where it crosses the kink neither end is larger than the way.
        if from == to {
            from * by
        } else {
            to * (x + by) - from * x
        }
    }

    fn reach(&self) -> Reach {
        let [low, high] = Self::VALUES;
        Reach::confined(low, high)
    }

    fn values(&self) -> Values {
        Values::Two(Self::VALUES)
    }
}

/// The second number above 0 and the first elsewhere; a state that is not a number has neither.
#[inline(always)]
fn of(x: f64, [low, high]: [f64; 2]) -> f64 {
    let low = if x <= 0.0 { low } else { f64::NAN };
    if x > 0.0 { high } else { low }
}
