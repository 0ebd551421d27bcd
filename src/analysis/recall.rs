//! Which memory has a network recalled?

use crate::network::Network;
use crate::number::plural;
use crate::refusal::Refusal;

/// Activations of a fixed point that are no larger are 0: rounding has no direction.
const ROUNDING: f64 = 1e-9;

/// Memories of one layer, one a row.
#[derive(Clone, Debug, PartialEq)]
pub struct Memories {
    /// The patterns, row by row.
    pub patterns: Vec<f64>,
    /// Number of neurons.
    pub size: usize,
}

/// A state beside the memory that it is nearest to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Recalled {
    /// Position of the nearest memory.
    pub memory: usize,
    /// Euclidean distance to it.
    pub distance: f64,
    /// Cosine of the angle to it; 0 where either is zero.
    pub overlap: f64,
}

impl Memories {
    /// Do they fit this layer?
    ///
    /// # Errors
    /// There is no such layer, they have more or fewer numbers than it has neurons, or a number is not finite.
    pub(super) fn check(&self, network: &Network, layer: usize) -> Result<(), Refusal> {
        let Some(own) = network.layers().get(layer) else {
            let layers = plural(network.layers().len(), "layer");
            let why = format!("are of layer {layer}, the network has {layers}");
            return Err(Refusal::new("memories", why));
        };
        let (size, name) = (own.size(), &own.name);
        if self.size != size || !self.patterns.len().is_multiple_of(size.max(1)) {
            let why = format!(
                "have {} numbers each, layer `{name}` has {}",
                self.size,
                plural(size, "neuron")
            );
            let help = "one memory is one row, a number for each neuron";
            return Err(Refusal::new("memories", why).help(help));
        }
        match self.patterns.iter().all(|v| v.is_finite()) {
            true => Ok(()),
            false => Err(Refusal::new("memories", "have a number that is not finite")),
        }
    }

    /// Number of memories.
    pub fn count(&self) -> usize {
        self.patterns.len() / self.size.max(1)
    }

    /// Memory `k`.
    pub fn get(&self, k: usize) -> &[f64] {
        &self.patterns[k * self.size..(k + 1) * self.size]
    }

    /// Euclidean distance of `g` from memory `k`.
    pub fn distance(&self, k: usize, g: &[f64]) -> f64 {
        let d = self.get(k).iter().zip(g).map(|(a, b)| (a - b) * (a - b));
        d.sum::<f64>().sqrt()
    }

    /// Cosine of the angle between `g` and memory `k`; 0 where either is zero.
    pub fn overlap(&self, k: usize, g: &[f64]) -> f64 {
        let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
        let m = self.get(k);
        let norm = (dot(m, m) * dot(g, g)).sqrt();
        if norm > 0.0 { dot(m, g) / norm } else { 0.0 }
    }

    /// The overlap of an activation at a fixed point, which is known to rounding: 0 where it is 0 but for that.
    pub fn overlap_at_rest(&self, k: usize, g: &[f64]) -> f64 {
        match g.iter().all(|g| g.abs() <= ROUNDING) {
            true => 0.0,
            false => self.overlap(k, g),
        }
    }

    /// The memory whose overlap with `g` is largest; the first of equals. None if there are no memories.
    pub fn most_alike(&self, g: &[f64]) -> Option<Recalled> {
        let overlaps = (0..self.count()).map(|k| (k, self.overlap(k, g)));
        let (memory, overlap) = overlaps.reduce(|a, b| if b.1 > a.1 { b } else { a })?;
        Some(Recalled {
            memory,
            distance: self.distance(memory, g),
            overlap,
        })
    }

    /// The memory nearest to `g`; the first of equals. None if there are no memories.
    pub fn nearest(&self, g: &[f64]) -> Option<Recalled> {
        let distances = (0..self.count()).map(|k| (k, self.distance(k, g)));
        let (memory, distance) = distances.min_by(|a, b| a.1.total_cmp(&b.1))?;
        Some(Recalled {
            memory,
            distance,
            overlap: self.overlap(memory, g),
        })
    }
}

/// Which memories a layer's activation is compared with at the end.
#[derive(Clone, Debug, PartialEq)]
pub struct Recall {
    /// The layer.
    pub layer: usize,
    /// Its memories.
    pub memories: Memories,
    /// What counts as recalled.
    pub criterion: Criterion,
}

/// When does a memory count as recalled? What is said must hold; one of them is.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Criterion {
    /// It is within this Euclidean distance.
    pub within: Option<f64>,
    /// Its overlap, the cosine of the angle, is above this.
    pub overlap: Option<f64>,
}

impl Criterion {
    /// Does it hold at this distance and overlap?
    pub fn holds(&self, distance: f64, overlap: f64) -> bool {
        self.within.is_none_or(|most| distance <= most)
            && self.overlap.is_none_or(|least| overlap > least)
    }

    /// In words: `within a distance of 0.5`, `with an overlap above 0.9`.
    pub fn words(&self) -> String {
        let within = self.within.map(|w| format!("within a distance of {w}"));
        let overlap = self.overlap.map(|m| format!("with an overlap above {m}"));
        let words: Vec<String> = within.into_iter().chain(overlap).collect();
        words.join(" and ")
    }
}

impl Recall {
    /// The memory nearest to an activation: by the angle where that alone is asked about.
    pub fn nearest(&self, g: &[f64]) -> Option<Recalled> {
        match self.criterion.within {
            Some(_) => self.memories.nearest(g),
            None => self.memories.most_alike(g),
        }
    }

    /// Does an activation count as this memory?
    pub fn holds(&self, memory: usize, g: &[f64]) -> bool {
        let m = &self.memories;
        let [distance, overlap] = [m.distance(memory, g), m.overlap(memory, g)];
        self.criterion.holds(distance, overlap)
    }

    /// What a count of recalled memories adds where it is not by the distance: ` (overlap above 0.9)`.
    pub fn remark(&self) -> String {
        let overlap = self.criterion.overlap;
        overlap.map_or(String::new(), |_| format!(" {}", self.criterion.words()))
    }
}
