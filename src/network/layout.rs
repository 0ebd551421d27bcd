//! The order of the layers in the matrix of an implicit method.

use std::ops::Range;

use super::{Network, Workspace};
use crate::kernels::Factors;
use crate::synapse::Ports;

/// Where the neurons of each layer stand in the matrix. First come layers that no synapse joins to one another or to
/// themselves: their block is diagonal, `τs + k`.
///
/// Only layers with a leak do: what is divided by is then never smaller than the leak, and what the division leaves of a
/// state is rounded no more than the state itself.
#[derive(Clone, Debug)]
pub struct Layout {
    /// The neurons of each layer, and where the first of them stands.
    pub(super) spans: Vec<(Range<usize>, usize)>,
    pub(super) apart: usize,
    /// Have all synapses an energy, and so a symmetric curvature?
    pub(super) symmetric: bool,
}

impl Layout {
    /// How many neurons come first.
    pub fn apart(&self) -> usize {
        self.apart
    }

    /// Bytes of the matrix.
    pub fn bytes(&self) -> u64 {
        let n = self.spans.iter().map(|(range, _)| range.len()).sum();
        Factors::entries(n, self.apart).saturating_mul(8)
    }

    /// A vector in the order of the matrix.
    pub fn place(&self, from: &[f64], to: &mut [f64]) {
        for (range, place) in &self.spans {
            to[*place..place + range.len()].copy_from_slice(&from[range.clone()]);
        }
    }

    /// A vector in the order of the network again.
    pub fn restore(&self, from: &[f64], to: &mut [f64]) {
        for (range, place) in &self.spans {
            to[range.clone()].copy_from_slice(&from[*place..place + range.len()]);
        }
    }
}

impl Network {
    /// The layout with as many neurons apart as some choice of layers has, of those that begin with one of them and go on with
    /// the largest.
    pub fn layout(&self) -> Layout {
        let joined = self.joined();
        let count = self.layers.len();
        let size = |k: &usize| self.ranges[*k].len();
        let fit = |k: &usize| {
            !joined[k * count + k] && self.leak[self.ranges[*k].clone()].iter().all(|k| *k > 0.0)
        };
        let mut line: Vec<usize> = (0..count).filter(fit).collect();
        line.sort_by_key(|k| std::cmp::Reverse(size(k)));
        let mut best: Vec<usize> = Vec::new();
        for first in &line {
            let mut set = vec![*first];
            for k in &line {
                if k != first && set.iter().all(|other| !joined[k * count + other]) {
                    set.push(*k);
                }
            }
            let neurons = |set: &[usize]| set.iter().map(size).sum::<usize>();
            if neurons(&set) > neurons(&best) {
                best = set;
            }
        }
        self.layout_with(&best)
    }

    /// The layout in which these layers come first.
    pub(super) fn layout_with(&self, first: &[usize]) -> Layout {
        let mut layout = Layout {
            spans: self.ranges.iter().map(|range| (range.clone(), 0)).collect(),
            apart: 0,
            symmetric: self.is_gradient(),
        };
        let mut place = 0;
        for is_apart in [true, false] {
            for (k, span) in layout.spans.iter_mut().enumerate() {
                if first.contains(&k) == is_apart {
                    span.1 = place;
                    place += span.0.len();
                }
            }
            if is_apart {
                layout.apart = place;
            }
        }
        layout
    }

    /// Which layers a synapse joins to which, either way, layer by layer.
    fn joined(&self) -> Vec<bool> {
        let count = self.layers.len();
        let mut joined = vec![false; count * count];
        let mut ws = Workspace::new(self, 1);
        for (k, c) in self.connections.iter().enumerate() {
            let mut join = |[a, b]: [usize; 2]| {
                let [a, b] = [c.layers[a], c.layers[b]];
                joined[a * count + b] = true;
                joined[b * count + a] = true;
            };
            let (ports, scratch) = (Ports::new(&c.neurons, 1), &mut ws.scratch[k]);
            let known = c
                .synapse
                .curvature(&ports, &ws.g, scratch, &mut |pair, _| join(pair));
            if !known {
                let all = c.layers.len();
                (0..all * all).for_each(|pair| join([pair / all, pair % all]));
            }
        }
        joined
    }
}
