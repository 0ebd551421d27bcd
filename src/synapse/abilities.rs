//! What a synapse may be able to do beyond currents and an energy: tell what flips cost, and learn.

use super::{Ports, Synapse};
use crate::kernels::Weights;
use crate::lagrangian::Array;
use crate::refusal::Refusal;

/// A change of one activation. Neurons are counted through the layers that the synapse joins, in their order.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Flip {
    /// The neuron.
    pub neuron: usize,
    /// By how much its activation changes.
    pub by: f64,
}

/// What flips of a trajectory's activations do, told by numbers that are kept from flip to flip (local fields, overlaps) and need
/// not be summed anew. All activations are those of the layers that the synapse joins, side by side in their order.
pub trait Flips {
    /// How many numbers are kept of a trajectory.
    fn kept(&self) -> usize;

    /// Writes what is kept at the activations `g`.
    fn keep(&self, g: &[f64], kept: &mut [f64]);

    /// The same of `width` trajectories, side by side in every row of `g` and `kept`, to the same bits; `false` where that costs as
    /// much as one after the other, and is not done.
    fn keep_block(&self, g: &[f64], width: usize, kept: &mut [f64]) -> bool {
        let _ = (g, width, kept);
        false
    }

    /// The current of a neuron, `−∂E_s/∂g_i` at `g`, own term included; what the synapse adds to its field where it has no energy.
    fn current(&self, g: &[f64], kept: &[f64], neuron: usize) -> f64;

    /// What these flips of different neurons, made together, add to `E_s`. Without meaning where the synapse has no exact energy.
    fn difference(&self, g: &[f64], kept: &[f64], flips: &[Flip]) -> f64;

    /// One flip is made: `kept` follows. `g` is still without it.
    fn follow(&self, g: &[f64], flip: Flip, kept: &mut [f64]);
}

/// Memories that a softmax weighs: attention.
pub trait Attention {
    /// The memories as each layer that it joins sees them, one a row.
    fn patterns(&self) -> &[Weights];

    /// The weight of each memory at the activations `g` of the layers that it joins, side by side in their order.
    fn weights(&self, g: &[f64]) -> Vec<f64>;
}

/// How `E_s` depends on parameters θ, in one vector.
pub trait Learn {
    /// The parameters in their order, as a model file names them, each with its shape; of sparse weights as many as are kept.
    fn parameters(&self) -> Vec<(&'static str, Vec<usize>)>;

    /// θ.
    fn values(&self) -> Vec<f64>;

    /// Entries of θ that learning leaves as they are; none unless said.
    fn fixed(&self) -> Vec<usize> {
        Vec::new()
    }

    /// The arrays that a model file takes in the place of the parameters, in their order: θ itself, and whole matrices where it is sparse.
    fn arrays(&self) -> Vec<Array> {
        let values = self.values();
        let mut rest = &values[..];
        let parts = self.parameters().into_iter().map(|(_, shape)| {
            let (own, others) = rest.split_at(shape.iter().product());
            rest = others;
            let data = own.to_vec();
            Array { shape, data }
        });
        parts.collect()
    }

    /// `gradient += Σ_b by_b (−∂E_s/∂θ)(g_b)` over the columns of the block `g`: what contrasts of states learn from.
    fn add_gradient(&self, ports: &Ports<'_>, g: &[f64], by: &[f64], gradient: &mut [f64]);

    /// `gradient += M(g, v) = ∂(v·f)/∂θ` with the currents f at `g`, which is the derivative of [`Learn::add_gradient`] at `g` along
    /// `v`, summed over the columns: what an adjoint `v` of the currents learns from. One is not to be taken for the other.
    fn add_mixed(&self, ports: &Ports<'_>, g: &[f64], v: &[f64], gradient: &mut [f64]);

    /// The same synapse with another θ.
    ///
    /// # Errors
    /// If it is not as long, or not finite.
    fn with(&self, values: Vec<f64>) -> Result<Box<dyn Synapse>, Refusal>;
}

/// Currents that are linear in the activations, `f = Q g`. They are what is kept. Where there is an energy it is `−½ gᵀ Q g` with a
/// symmetric `Q`, and `ΔE = −Σ f δ − ½ δᵀ Q δ`.
pub trait Linear: Synapse {
    /// `Q_ij`.
    fn weight(&self, i: usize, j: usize) -> f64;

    /// Adds the currents at the activations of a block of `width` columns.
    fn add_currents(&self, g: &[f64], width: usize, currents: &mut [f64]);

    /// `currents += by · Q_:j`.
    fn add_column(&self, j: usize, by: f64, currents: &mut [f64]);
}

impl<S: Linear> Flips for S {
    fn kept(&self) -> usize {
        self.neurons()
    }

    fn keep(&self, g: &[f64], kept: &mut [f64]) {
        self.keep_block(g, 1, kept);
    }

    fn keep_block(&self, g: &[f64], width: usize, kept: &mut [f64]) -> bool {
        kept.fill(0.0);
        self.add_currents(g, width, kept);
        // Columns are laid out now and not when a flip first reads one.
        if !g.is_empty() {
            let neurons = kept.len() / width;
            self.add_column(0, 0.0, &mut kept[..neurons]);
        }
        true
    }

    fn current(&self, _: &[f64], kept: &[f64], neuron: usize) -> f64 {
        kept[neuron]
    }

    fn difference(&self, _: &[f64], kept: &[f64], flips: &[Flip]) -> f64 {
        let of = |f: &Flip| {
            let others = flips.iter().map(|o| self.weight(f.neuron, o.neuron) * o.by);
            -f.by * (kept[f.neuron] + 0.5 * others.sum::<f64>())
        };
        flips.iter().map(of).sum()
    }

    fn follow(&self, _: &[f64], flip: Flip, kept: &mut [f64]) {
        self.add_column(flip.neuron, flip.by, kept);
    }
}
