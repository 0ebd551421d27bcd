//! States beside the memories of a layer: in which units they are compared, and whether a softmax weighs these memories.

use super::likeness::{Likeness, by_fit, by_weights, products};
use crate::analysis::Memories;
use crate::kernels::{Patch, Singular};
use crate::network::{Connection, Network};
use crate::synapse::{Ports, Scratch};

/// Of more memories coefficients are not fitted.
const MOST: usize = 512;

/// The memories of a layer, ready to be compared with states.
pub(super) struct Comparison<'a> {
    network: &'a Network,
    layer: usize,
    memories: &'a Memories,
    /// The bounds of the activations that are taken as −1 and 1, where there are bounds and the memories are between them.
    bounds: Option<[f64; 2]>,
    /// The memories in these units, and their inner products; none of too many.
    fitted: Option<(Vec<Vec<f64>>, Singular)>,
    softmax: Option<Softmax>,
}

/// Where the weights of a softmax over the memories are.
enum Softmax {
    /// In the synapse of this number.
    Synapse(usize),
    /// The activations of this layer.
    Layer(usize),
}

impl<'a> Comparison<'a> {
    pub fn new(network: &'a Network, layer: usize, memories: &'a Memories) -> Self {
        let count = memories.count();
        let segments = network.layers()[layer].lagrangian.segments();
        let mut ranges = segments.iter().map(|s| s.lagrangian.reach().range);
        let bounds = ranges.next().filter(|r| r.is_bounded());
        let bounds = bounds.filter(|first| ranges.all(|r| r == *first));
        let bounds = bounds
            .map(|r| [r.low, r.high])
            .filter(|[low, high]| memories.patterns.iter().all(|v| (*low..=*high).contains(v)));
        let centred = |k: usize| centred(memories.get(k), bounds);
        let fitted = (count > 0 && count <= MOST).then(|| {
            let rows: Vec<Vec<f64>> = (0..count).map(centred).collect();
            let gram = products(&rows, &(0..count).collect::<Vec<_>>());
            Singular::new(count, &gram).map(|svd| (rows, svd))
        });
        Comparison {
            softmax: softmax(network, layer, memories),
            network,
            layer,
            memories,
            bounds,
            fitted: fitted.flatten(),
        }
    }

    /// What a state with the activations `g` of all neurons is; none where that is not told.
    pub fn of(&self, g: &[f64]) -> Option<Likeness> {
        let weights = self.softmax.as_ref().and_then(|s| self.weights(s, g));
        // Those beside a ghost add up to less.
        let is_all = |p: &Vec<f64>| (p.iter().sum::<f64>() - 1.0).abs() < 1e-6;
        if let Some(weights) = weights.filter(is_all) {
            return Some(by_weights(weights));
        }
        let (rows, svd) = self.fitted.as_ref()?;
        let s = centred(&g[self.network.neurons(self.layer)], self.bounds);
        Some(by_fit(rows, svd, &s))
    }

    fn weights(&self, softmax: &Softmax, g: &[f64]) -> Option<Vec<f64>> {
        match softmax {
            Softmax::Layer(k) => Some(g[self.network.neurons(*k)].to_vec()),
            Softmax::Synapse(k) => {
                let connection = &self.network.connections()[*k];
                let joined = connection.neurons.iter();
                let own: Vec<f64> = joined.flat_map(|n| g[n.clone()].iter().copied()).collect();
                let attention = connection.synapse.attention()?;
                Some(attention.weights(&own)).filter(|p| p.len() == self.memories.count())
            }
        }
    }
}

/// As numbers from −1 to 1, where they have bounds.
fn centred(v: &[f64], bounds: Option<[f64; 2]>) -> Vec<f64> {
    match bounds {
        None => v.to_vec(),
        Some([low, high]) => v
            .iter()
            .map(|v| (2.0 * v - low - high) / (high - low))
            .collect(),
    }
}

/// A softmax whose memories are these.
fn softmax(network: &Network, layer: usize, memories: &Memories) -> Option<Softmax> {
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
            return Some(Softmax::Synapse(k));
        }
        let other = *c.layers.iter().find(|l| **l != layer)?;
        let joins = c.layers.len() == 2 && has_weights(other) && joined_by(c, place, memories);
        joins.then_some(Softmax::Layer(other))
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
