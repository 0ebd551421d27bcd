//! The weights of the memories where the potential is a softmax.

use std::ops::Range;

use super::Memory;
use crate::kernels::Weights;
use crate::synapse::{Attention, Ports};

impl Attention for Memory {
    fn patterns(&self) -> &[Weights] {
        &self.patterns
    }

    fn weights(&self, g: &[f64]) -> Vec<f64> {
        let mut end = 0;
        let neurons = self.patterns.iter().map(|p| {
            end += p.cols();
            end - p.cols()..end
        });
        let neurons: Vec<Range<usize>> = neurons.collect();
        let (mut h, mut p) = (self.bias.clone(), self.bias.clone());
        self.hidden_state(&Ports::new(&neurons, 1), g, &mut h);
        self.potential.activation(&h, 1, &mut p);
        p
    }
}
