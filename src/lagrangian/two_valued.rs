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
        Term::plain(x * Scalar::activation(self, x))
    }

    #[inline(always)]
    fn activation(&self, x: f64) -> f64 {
        let [low, high] = Self::VALUES;
        if x > 0.0 { high } else { low }
    }

    #[inline(always)]
    fn slope(&self, _: f64) -> f64 {
        0.0
    }

    #[inline(always)]
    fn legendre(&self, _: f64) -> Term {
        Term::plain(0.0)
    }

    fn reach(&self) -> Reach {
        let [low, high] = Self::VALUES;
        Reach::confined(low, high)
    }

    fn values(&self) -> Values {
        Values::Two(Self::VALUES)
    }
}
