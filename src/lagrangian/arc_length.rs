//! The arc length of a convex additive Lagrangian, `s = ∫ H^½ dx`: the coordinate in which noise whose strength goes with the
//! Hessian becomes noise of one strength (Lamperti's transform).
//!
//! Where `e^(−E/T)` is to be the density of the activations, `dg = −(H/(d τ)) ∂E/∂g dt + (T/(d τ)) ∂H/∂g dt + √(2 T H/(d τ)) dW` (the
//! mirror Langevin equation). In `s` it reads `ds = H^½ ẋ dt + (T/(d τ)) (d ln H^½/ds) dt + √(2 T/(d τ)) dW`.
//!
//! A range that ends, as that of tanh at ±1, ends at a finite `s`. The curve `g(s)` turns round there, so that a step beyond the end is
//! one that was reflected.

use std::fmt::Debug;

/// A point of the curve.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct OnArc {
    /// The state `x`.
    pub state: f64,
    /// `dg/ds`, which is `H^½`, or `−H^½` beyond an end.
    pub slope: f64,
    /// `d ln H^½/ds`, which is infinite at an end.
    pub bend: f64,
}

/// A Lagrangian whose arc length has a closed form, of one neuron.
pub trait ArcLength: Debug + Send + Sync {
    /// `s` of a state.
    fn of(&self, x: f64) -> f64;

    /// The point at any `s`.
    fn at(&self, s: f64) -> OnArc;
}

/// Of `g = sin(r s)` up to a factor and a shift: tanh with gain β, `r = √β`, and the sigmoid of half the gain.
pub(super) struct Sine {
    /// `r`.
    pub rate: f64,
    /// What multiplies the state: `gain · x = artanh sin(r s)`.
    pub gain: f64,
    /// `H^½` where the range is in its middle.
    pub top: f64,
}

impl Sine {
    pub fn of(&self, x: f64) -> f64 {
        // Gudermann's function.
        (self.gain * x).sinh().atan() / self.rate
    }

    pub fn at(&self, s: f64) -> OnArc {
        let (sin, cos) = (self.rate * s).sin_cos();
        OnArc {
            state: (sin / cos.abs()).asinh() / self.gain,
            slope: self.top * cos,
            bend: -self.rate * sin / cos,
        }
    }
}
