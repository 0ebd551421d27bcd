//! `L = x²/2`, `g = x`: the linear neuron (Scholarpedia (7), (8) for the hidden layer; Krotov and Hopfield's model B).

use std::sync::Arc;

use super::{ArcLength, Kind, Name, OnArc, Range, Reach, Scalar, Term, Trend};

/// The identity.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Identity;

impl Scalar for Identity {
    fn name(&self) -> Name {
        Name::of(&KIND, "")
    }

    #[inline(always)]
    fn value(&self, x: f64) -> Term {
        Term::plain(0.5 * x * x)
    }

    #[inline(always)]
    fn activation(&self, x: f64) -> f64 {
        x
    }

    fn operations(&self) -> f64 {
        1.0
    }

    #[inline(always)]
    fn slope(&self, _x: f64) -> f64 {
        1.0
    }

    #[inline(always)]
    fn legendre(&self, x: f64) -> Term {
        Term::plain(0.5 * x * x)
    }

    #[inline(always)]
    fn rise(&self, x: f64, by: f64) -> f64 {
        by * (x + 0.5 * by)
    }

    fn is_half_square(&self) -> bool {
        true
    }

    fn trends(&self) -> Option<[Trend; 2]> {
        Some([Trend::Rising, Trend::Rising])
    }

    fn reach(&self) -> Reach {
        Reach::power(2.0, Range::REAL)
    }

    fn arc_length(&self) -> Option<&dyn ArcLength> {
        Some(self)
    }

    fn state(&self, g: f64) -> Option<f64> {
        Some(g)
    }
}

/// Its own arc.
impl ArcLength for Identity {
    fn of(&self, x: f64) -> f64 {
        x
    }

    fn at(&self, s: f64) -> OnArc {
        OnArc {
            state: s,
            slope: 1.0,
            bend: 0.0,
        }
    }
}

pub const KIND: Kind = Kind {
    name: "identity",
    formula: "L = x²/2, g = x",
    parameters: &[],
    examples: &[r#"{ kind = "identity" }"#],
    make: |_| Ok(Arc::new(Identity)),
};
