//! Which memory has a network recalled?

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
