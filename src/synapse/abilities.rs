//! What a synapse may be able to do beyond currents and an energy: tell what flips cost, and learn.

use super::{Ports, Synapse};
use crate::refusal::Refusal;

/// A change of one activation. Neurons are counted through the layers that the synapse joins, in their order.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Flip {
    /// The neuron.
    pub neuron: usize,
    /// By how much its activation changes.
    pub by: f64,
}

/// Exact energy differences of flips: `E_s(g + δ) − E_s(g)` from numbers that are kept from flip to flip (local fields, overlaps)
/// and need not be summed anew. Activations and what is kept are those of one trajectory.
pub trait Flips {
    /// How many numbers are kept.
    fn kept(&self) -> usize;

    /// Writes what is kept at the activations `g`.
    fn keep(&self, g: &[f64], kept: &mut [f64]);

    /// What these flips of different neurons, made together, add to `E_s`.
    fn difference(&self, g: &[f64], kept: &[f64], flips: &[Flip]) -> f64;

    /// The flips are made: `kept` follows.
    fn follow(&self, flips: &[Flip], kept: &mut [f64]);
}

/// How `E_s` depends on parameters θ, in one vector.
pub trait Learn {
    /// The parameters in their order, as a model file names them, with how many numbers each has.
    fn parameters(&self) -> Vec<(&'static str, usize)>;

    /// θ.
    fn values(&self) -> Vec<f64>;

    /// `gradient += −∂E_s/∂θ`, summed over the columns of the block `g`.
    fn add_gradient(&self, ports: &Ports<'_>, g: &[f64], gradient: &mut [f64]);

    /// The same synapse with another θ.
    ///
    /// # Errors
    /// If it is not as long, or not finite.
    fn with(&self, values: Vec<f64>) -> Result<Box<dyn Synapse>, Refusal>;
}

/// A quadratic energy, `−½ gᵀ Q g` up to lower orders: with the currents f kept, `ΔE = −Σ f δ − ½ δᵀ Q δ`.
pub trait Quadratic: Synapse {
    /// `Q_ij = −∂²E_s/∂g_i∂g_j`.
    fn weight(&self, i: usize, j: usize) -> f64;

    /// Adds the currents at the activations of one trajectory.
    fn add_currents(&self, g: &[f64], currents: &mut [f64]);
}

impl<S: Quadratic> Flips for S {
    fn kept(&self) -> usize {
        self.neurons()
    }

    fn keep(&self, g: &[f64], kept: &mut [f64]) {
        kept.fill(0.0);
        self.add_currents(g, kept);
    }

    fn difference(&self, _g: &[f64], kept: &[f64], flips: &[Flip]) -> f64 {
        let of = |f: &Flip| {
            let others = flips.iter().map(|o| self.weight(f.neuron, o.neuron) * o.by);
            -f.by * (kept[f.neuron] + 0.5 * others.sum::<f64>())
        };
        flips.iter().map(of).sum()
    }

    fn follow(&self, flips: &[Flip], kept: &mut [f64]) {
        for (i, kept) in kept.iter_mut().enumerate() {
            // Q is symmetric: its row of a flip lies in one piece.
            let changes = flips.iter().map(|f| self.weight(f.neuron, i) * f.by);
            *kept += changes.sum::<f64>();
        }
    }
}
