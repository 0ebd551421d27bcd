//! What a synapse sees of the network: its layers' parts of a block, and storage of its own.

use std::ops::Range;

use crate::lagrangian::Hessian;

/// The places of the layers that a synapse joins.
#[derive(Clone, Copy, Debug)]
pub struct Ports<'a> {
    /// Neurons of each joined layer.
    pub neurons: &'a [Range<usize>],
    /// Trajectories in the block.
    pub width: usize,
    wanted: &'a [bool],
    first: &'a [bool],
}

impl<'a> Ports<'a> {
    /// Layers at these neurons, in blocks of `width` trajectories; the currents into all of them are wanted.
    pub fn new(neurons: &'a [Range<usize>], width: usize) -> Self {
        Ports {
            neurons,
            width,
            wanted: &[],
            first: &[],
        }
    }

    /// The same, only the currents into the marked layers being wanted.
    pub fn only(self, wanted: &'a [bool]) -> Self {
        Ports { wanted, ..self }
    }

    /// Are the currents into layer `k` of the synapse wanted? A synapse may add the others all the same.
    pub fn wants(&self, k: usize) -> bool {
        self.wanted.get(k).copied().unwrap_or(true)
    }

    /// The same, the currents into the marked layers being zero so far.
    pub fn first(self, first: &'a [bool]) -> Self {
        Ports { first, ..self }
    }

    /// Are the currents into layer `k` of the synapse zero so far? What the synapse adds there is then all there is, and
    /// need not be kept by itself.
    pub fn is_first(&self, k: usize) -> bool {
        self.first.get(k).copied().unwrap_or(false)
    }

    fn at(&self, k: usize) -> Range<usize> {
        self.neurons[k].start * self.width..self.neurons[k].end * self.width
    }

    /// The part of a block that belongs to layer `k` of the synapse.
    pub fn of<'b>(&self, k: usize, block: &'b [f64]) -> &'b [f64] {
        &block[self.at(k)]
    }

    /// The same, to write to.
    pub fn of_mut<'b>(&self, k: usize, block: &'b mut [f64]) -> &'b mut [f64] {
        &mut block[self.at(k)]
    }

    /// The parts of two different layers, to write to.
    pub fn pair_mut<'b>(
        &self,
        a: usize,
        b: usize,
        block: &'b mut [f64],
    ) -> (&'b mut [f64], &'b mut [f64]) {
        let (ra, rb) = (self.at(a), self.at(b));
        if ra.start < rb.start {
            let (low, high) = block.split_at_mut(rb.start);
            (&mut low[ra], &mut high[..rb.len()])
        } else {
            let (low, high) = block.split_at_mut(ra.start);
            (&mut high[..ra.len()], &mut low[rb])
        }
    }
}

/// Working storage of one synapse.
#[derive(Clone, Debug, Default)]
pub struct Scratch {
    /// As many rows of `width` numbers as the synapse asked for.
    pub rows: Vec<f64>,
    /// The Hessian of a memory's potential.
    pub hessian: Option<Hessian>,
    /// A number for each neuron that a memory joins.
    pub sums: Vec<f64>,
    /// Tokens side by side, for a memory of each.
    pub laid: Vec<f64>,
}

impl Scratch {
    /// Storage of `rows × width` numbers.
    pub fn rows(rows: usize, width: usize) -> Self {
        Scratch {
            rows: vec![0.0; rows * width],
            hessian: None,
            sums: Vec::new(),
            laid: Vec::new(),
        }
    }
}
