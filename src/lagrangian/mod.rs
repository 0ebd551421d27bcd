//! Lagrangians: what a layer is made of.
//!
//! A layer with state `x` has a convex Lagrangian `L(x)`. It yields the activation `g = ∂L/∂x` (Scholarpedia (2), (10)),
//! the Hessian `H = ∂²L/∂x∂x` that sets how fast the energy falls ((4), (13)), and the Legendre transform
//! `L*(g) = x·g − L` that is the layer's own energy ((3), (12)). See [`KINDS`] for the list; a new one is one file
//! here and one line in that list.

mod arc_length;
mod arctan;
mod delta;
mod dilogarithm;
mod enclosure;
mod exponential;
mod gauss_relu;
mod ghostmax;
mod hessian;
mod identity;
mod kind;
mod layer_norm;
mod learn;
mod list;
mod log_sum_exp;
mod norm;
mod normal;
mod one_hot;
mod parameters;
mod power;
mod powers;
mod reach;
mod rectified_exponential;
mod relu;
mod repu;
mod rise;
mod scalar;
mod sigmoid;
mod sign;
mod soft_threshold;
mod softmax;
mod softplus;
mod spherical_norm;
mod step;
mod sum;
mod tanh;
mod two_valued;
mod values;

pub use arc_length::{ArcLength, OnArc};
pub use arctan::Arctan;
pub use enclosure::{Enclosure, Trend};
pub use exponential::Exponential;
pub use gauss_relu::GaussRelu;
pub use ghostmax::Ghostmax;
pub use hessian::{Direction, Hessian, HessianRows};
pub use identity::Identity;
pub use kind::{Kind, Made, Name};
pub use layer_norm::LayerNorm;
pub use learn::Learn;
pub use list::{KINDS, REFUSED};
pub(crate) use normal::tails;
pub use one_hot::OneHot;
pub use parameters::{Array, Axis, Parameters};
pub(crate) use parameters::{positive, weights};
pub use power::Power;
pub use reach::{Growth, Range, Reach};
pub use rectified_exponential::RectifiedExponential;
pub use relu::Relu;
pub use repu::Repu;
pub use rise::Changes;
pub use scalar::{Scalar, Term};
pub use sigmoid::Sigmoid;
pub use sign::Sign;
pub use soft_threshold::SoftThreshold;
pub use softmax::Softmax;
pub use softplus::Softplus;
pub use spherical_norm::SphericalNorm;
pub use step::Step;
pub use sum::{DirectSum, Segment};
pub use tanh::Tanh;
pub use values::Values;

use crate::refusal::Refusal;
use std::fmt;

/// Values and the size of their summands, for every unit (neuron or group) and column: `units × width` each.
#[derive(Debug)]
pub struct TermRows<'a> {
    /// The value.
    pub value: &'a mut [f64],
    /// `Σ |summands|` of the value as it was computed, additive constants included. The energy monitor allows rounding
    /// errors in proportion to it (a value near zero may be the difference of large ones).
    pub magnitude: &'a mut [f64],
}

/// What a vectorised exponential is counted as, in multiplications of a large dense product.
pub const EXPONENTIAL: f64 = 20.0;

/// A Lagrangian of one group of neurons.
///
/// Slices are blocks (see [`crate::kernels`]): `n × width`. An *additive* Lagrangian is a sum over neurons and may be
/// handed any number of them; its units are the neurons. Any other couples the neurons it is handed, which then are
/// exactly one group; its unit is the group.
pub trait Lagrangian: fmt::Debug + Send + Sync {
    /// What it is called.
    fn name(&self) -> Name;

    /// How a model file writes it, with its parameters: `tanh(beta = 2)`.
    fn describe(&self) -> String {
        self.name().text
    }

    /// Is `L` a sum over neurons?
    fn is_additive(&self) -> bool;

    /// `L(x)` by unit.
    fn value(&self, x: &[f64], width: usize, out: TermRows<'_>);

    /// `g = ∂L/∂x`.
    fn activation(&self, x: &[f64], width: usize, g: &mut [f64]);

    /// About how much work the activation of one neuron is, in multiplications of a large dense product; unless said, that
    /// of one exponential.
    fn operations(&self) -> f64 {
        EXPONENTIAL
    }

    /// `H = ∂²L/∂x∂x`, in the form described at [`Hessian`].
    fn hessian(&self, x: &[f64], width: usize, rows: HessianRows<'_>);

    /// `L*(g(x)) = x·g − L` by unit, in a closed form that does not cancel.
    fn legendre(&self, x: &[f64], width: usize, out: TermRows<'_>);

    /// [`Lagrangian::hessian`] and [`Lagrangian::legendre`] at the same state, in one pass where they share what takes long.
    fn hessian_and_legendre(
        &self,
        x: &[f64],
        width: usize,
        rows: HessianRows<'_>,
        out: TermRows<'_>,
    ) {
        self.hessian(x, width, rows);
        self.legendre(x, width, out);
    }

    /// `c [L(x + δ) − L(x)]`, summed over its units, of one column whose activation is `g` (not read where `L` is additive). Every
    /// entry of the list has a form that neither cancels nor overflows before its result does, and that allocates nothing.
    fn rise(&self, c: f64, x: &[f64], g: &[f64], changes: &Changes<'_>) -> f64 {
        let _ = g;
        let mut moved = vec![0.0; x.len()];
        changes(0, &mut moved);
        moved.iter_mut().zip(x).for_each(|(m, x)| *m += x);
        let [before, after] = [x, &moved].map(|x| {
            let (mut value, mut magnitude) = (vec![0.0; x.len()], vec![0.0; x.len()]);
            let out = TermRows {
                value: &mut value,
                magnitude: &mut magnitude,
            };
            self.value(x, 1, out);
            value.iter().sum::<f64>()
        });
        c * (after - before)
    }

    /// Is it `Σ x²/2`? Then its activation is the state, and a rise is a dot product.
    fn is_half_square(&self) -> bool {
        false
    }

    /// How far it goes.
    fn reach(&self) -> Reach;

    /// The directions of its [`Hessian`]; none if it is additive.
    fn directions(&self) -> &'static [Direction] {
        &[]
    }

    /// Which values its activations take.
    fn values(&self) -> Values {
        Values::Interval
    }

    /// Its form over intervals, if it has one: an exhaustive search for fixed points asks for it.
    fn enclosure(&self) -> Option<&dyn Enclosure> {
        None
    }

    /// Its arc length `∫ H^½ dx` in closed form, if it is additive and `H > 0` everywhere: noise at a temperature asks for it.
    fn arc_length(&self) -> Option<&dyn ArcLength> {
        None
    }

    /// How its activations depend on its parameters, if they can learn.
    fn learn(&self) -> Option<&dyn Learn> {
        None
    }

    /// Are its activations shares of one whole, that of a group being no more than 1 together?
    fn shares(&self) -> bool {
        let range = self.reach().range;
        !self.is_additive() && (range.low, range.high) == (0.0, 1.0)
    }

    /// Is it convex? If not, the reason; such a function is refused as a layer but may serve as a memory's potential.
    fn convexity(&self) -> Result<(), Refusal> {
        Ok(())
    }

    /// Can it act on a group of `n` neurons? If not, the reason.
    fn fits(&self, n: usize) -> Result<(), Refusal> {
        let _ = n;
        Ok(())
    }

    /// The state `x` with activation `g` where there is exactly one; false otherwise.
    fn state(&self, g: &[f64], width: usize, x: &mut [f64]) -> bool {
        let _ = (g, width, x);
        false
    }
}
