//! Flips and intervals of a memory of tokens: those of the memory, for one token after another.

use super::TokenMemory;
use crate::kernels::Interval;
use crate::synapse::{Enclosure, Flip, Flips, Synapse};

/// Flips of one token that need no storage.
const FEW: usize = 8;

impl TokenMemory {
    /// What is kept of a token.
    fn of<'k>(&self, token: usize, kept: &'k [f64]) -> &'k [f64] {
        let each = self.memory.kept();
        &kept[token * each..(token + 1) * each]
    }

    /// The activations of a token.
    fn own<'g>(&self, token: usize, g: &'g [f64]) -> &'g [f64] {
        &g[token * self.dims()..(token + 1) * self.dims()]
    }
}

impl Flips for TokenMemory {
    fn kept(&self) -> usize {
        self.tokens() * self.memory.kept()
    }

    fn keep(&self, g: &[f64], kept: &mut [f64]) {
        self.keep_block(g, 1, kept);
    }

    fn keep_block(&self, g: &[f64], width: usize, kept: &mut [f64]) -> bool {
        let tokens = g.chunks_exact(self.dims() * width);
        let each = kept.chunks_exact_mut(self.memory.kept() * width);
        tokens
            .zip(each)
            .all(|(g, kept)| self.memory.keep_block(g, width, kept))
    }

    fn current(&self, g: &[f64], kept: &[f64], neuron: usize) -> f64 {
        let (token, own) = (neuron / self.dims(), neuron % self.dims());
        self.memory
            .current(self.own(token, g), self.of(token, kept), own)
    }

    fn difference(&self, g: &[f64], kept: &[f64], flips: &[Flip]) -> f64 {
        let dims = self.dims();
        let mut sum = 0.0;
        for (k, first) in flips.iter().enumerate() {
            let token = first.neuron / dims;
            let is_own = |f: &&Flip| f.neuron / dims == token;
            if flips[..k].iter().any(|f| is_own(&f)) {
                continue;
            }
            let all = || {
                flips[k..].iter().filter(is_own).map(|f| Flip {
                    neuron: f.neuron % dims,
                    by: f.by,
                })
            };
            let (g, kept) = (self.own(token, g), self.of(token, kept));
            let mut few = [*first; FEW];
            let count = all().count();
            if count > FEW {
                let all: Vec<Flip> = all().collect();
                sum += self.memory.difference(g, kept, &all);
                continue;
            }
            few.iter_mut().zip(all()).for_each(|(to, f)| *to = f);
            sum += self.memory.difference(g, kept, &few[..count]);
        }
        sum
    }

    fn follow(&self, g: &[f64], flip: Flip, kept: &mut [f64]) {
        let (dims, each) = (self.dims(), self.memory.kept());
        let token = flip.neuron / dims;
        let own = Flip {
            neuron: flip.neuron % dims,
            by: flip.by,
        };
        let kept = &mut kept[token * each..(token + 1) * each];
        self.memory.follow(self.own(token, g), own, kept);
    }
}

impl Enclosure for TokenMemory {
    fn enclose_currents(&self, g: &[Interval], currents: &mut [Interval]) {
        let tokens = g.chunks_exact(self.dims());
        for (g, currents) in tokens.zip(currents.chunks_exact_mut(self.dims())) {
            self.memory.enclose_currents(g, currents);
        }
    }

    fn enclose_curvature(&self, g: &[Interval], curvature: &mut [Interval]) {
        let (dims, all) = (self.dims(), self.neurons());
        let mut own = vec![Interval::ZERO; dims * dims];
        for (token, g) in g.chunks_exact(dims).enumerate() {
            own.fill(Interval::ZERO);
            self.memory.enclose_curvature(g, &mut own);
            for (i, row) in own.chunks_exact(dims).enumerate() {
                let first = (token * dims + i) * all + token * dims;
                for (to, v) in curvature[first..first + dims].iter_mut().zip(row) {
                    *to = *to + *v;
                }
            }
        }
    }
}
