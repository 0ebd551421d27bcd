//! States beside the memories of a layer: in which units they are compared, and whether a softmax weighs these memories.

use super::likeness::{Likeness, by_fit, by_weights, products};
use crate::analysis::{Memories, MemoryWeights};
use crate::kernels::Singular;
use crate::network::Network;

/// Of more memories coefficients are not fitted.
const MOST: usize = 512;

/// The memories of a layer, ready to be compared with states.
pub(super) struct Comparison<'a> {
    network: &'a Network,
    layer: usize,
    /// The bounds of the activations that are taken as −1 and 1, where there are bounds and the memories are between them.
    bounds: Option<[f64; 2]>,
    /// The memories in these units, and their inner products; none of too many.
    fitted: Option<(Vec<Vec<f64>>, Singular)>,
    softmax: Option<MemoryWeights<'a>>,
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
            softmax: MemoryWeights::new(network, layer, memories),
            network,
            layer,
            bounds,
            fitted: fitted.flatten(),
        }
    }

    /// What a state with the activations `g` of all neurons is; none where that is not told.
    pub fn of(&self, g: &[f64]) -> Option<Likeness> {
        let weights = self.softmax.as_ref().and_then(|s| s.at(g));
        // Those beside a ghost add up to less.
        let is_all = |p: &Vec<f64>| (p.iter().sum::<f64>() - 1.0).abs() < 1e-6;
        if let Some(weights) = weights.filter(is_all) {
            return Some(by_weights(weights));
        }
        let (rows, svd) = self.fitted.as_ref()?;
        let s = centred(&g[self.network.neurons(self.layer)], self.bounds);
        Some(by_fit(rows, svd, &s))
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
