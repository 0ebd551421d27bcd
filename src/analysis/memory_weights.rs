//! The weights that a network with softmax gives to memories: those of its memory synapse, or the activations of a hidden layer.

use super::Memories;
use crate::kernels::Patch;
use crate::network::{Connection, Network};
use crate::synapse::{Ports, Scratch};

/// Where a network weighs the memories of a layer.
#[derive(Clone, Copy, Debug)]
pub struct MemoryWeights<'a> {
    network: &'a Network,
    count: usize,
    place: Place,
}

#[derive(Clone, Copy, Debug)]
enum Place {
    /// In the synapse of this number.
    Synapse(usize),
    /// The activations of this layer.
    Layer(usize),
}

impl<'a> MemoryWeights<'a> {
    /// A softmax that acts on this layer and whose memories are these; none where there is none. Either a memory synapse with a softmax
    /// whose patterns are the memories, or a layer of the network whose activations share a sum, joined to this one by the memories.
    #[must_use]
    pub fn new(network: &'a Network, layer: usize, memories: &Memories) -> Option<Self> {
        let place = place(network, layer, memories)?;
        let count = memories.count();
        Some(MemoryWeights {
            network,
            count,
            place,
        })
    }

    /// The weight of each memory where all neurons have the activations `g`. They sum to 1; beside a ghost to less. None where the
    /// synapse has others than these memories.
    #[must_use]
    pub fn at(&self, g: &[f64]) -> Option<Vec<f64>> {
        match self.place {
            Place::Layer(k) => Some(g[self.network.neurons(k)].to_vec()),
            Place::Synapse(k) => {
                let connection = &self.network.connections()[k];
                let joined = connection.neurons.iter();
                let own: Vec<f64> = joined.flat_map(|n| g[n.clone()].iter().copied()).collect();
                let attention = connection.synapse.attention()?;
                Some(attention.weights(&own)).filter(|p| p.len() == self.count)
            }
        }
    }
}

/// A softmax whose memories are these.
fn place(network: &Network, layer: usize, memories: &Memories) -> Option<Place> {
    let has_weights = |k: usize| {
        let segments = network.layers()[k].lagrangian.segments();
        matches!(segments, [s] if s.lagrangian.shares())
    };
    network.connections().iter().enumerate().find_map(|(k, c)| {
        let place = c.layers.iter().position(|l| *l == layer)?;
        let own = c.synapse.attention().is_some_and(|attention| {
            attention.patterns()[place].whole().data() == memories.patterns
        });
        if own {
            return Some(Place::Synapse(k));
        }
        let other = *c.layers.iter().find(|l| **l != layer)?;
        let joins = c.layers.len() == 2 && has_weights(other) && joined_by(c, place, memories);
        joins.then_some(Place::Layer(other))
    })
}

/// Are the weights from the layer at this place of the synapse to its other layer these memories?
fn joined_by(c: &Connection, place: usize, memories: &Memories) -> bool {
    let size = c.neurons.iter().map(|n| n.end).max().unwrap_or(0);
    let ports = Ports::new(&c.neurons, 1);
    let mut found = false;
    let mut scratch: Scratch = c.synapse.scratch(1);
    c.synapse.curvature(
        &ports,
        &vec![0.0; size],
        &mut scratch,
        &mut |[to, from], patch| {
            let hears = to != place && from == place;
            if let (true, Patch::Weights(factor, w)) = (hears, &patch) {
                found |= *factor == 1.0 && w.whole().data() == memories.patterns;
            }
            if let (true, Patch::Transposed(factor, w)) = (hears, &patch) {
                let (rows, cols) = (memories.count(), memories.size);
                let same = |k: usize| w.entry(k % cols, k / cols) == memories.patterns[k];
                let fits = w.cols() == rows && w.rows() == cols;
                found |= *factor == 1.0 && fits && (0..rows * cols).all(same);
            }
        },
    );
    found
}
