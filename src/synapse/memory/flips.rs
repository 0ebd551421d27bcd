//! What flips do to a memory: the hidden state h is kept, and moves by `δ = Σ ξ_:,i by/k`; `ΔE = −c k (F(h + δ) − F(h))`.

use super::super::{Flip, Flips};
use super::Memory;
use crate::kernels::Weights;
use crate::lagrangian::DirectSum;

/// Hidden neurons whose activations are made at a time, on the stack.
const BLOCK: usize = 512;

/// What is kept besides the hidden state.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Keeps {
    /// Nothing: the activation of `Σ h²/2` is h.
    Nothing,
    /// Nothing: the activation of a neuron is its own matter, and made when it is asked for.
    Alone,
    /// The activations of hidden neurons, some of which share a Lagrangian.
    Shares,
}

impl Keeps {
    pub fn of(potential: &DirectSum) -> Self {
        let mut parts = potential.segments().iter().map(|s| &s.lagrangian);
        if parts.clone().all(|l| l.is_half_square()) {
            Keeps::Nothing
        } else if parts.all(|l| l.is_additive()) {
            Keeps::Alone
        } else {
            Keeps::Shares
        }
    }
}

impl Memory {
    /// Where a neuron stands: the patterns of its layer, and its column.
    fn column(&self, neuron: usize) -> (&Weights, usize) {
        let (mut layer, mut column) = (0, neuron);
        while column >= self.patterns[layer].cols() {
            column -= self.patterns[layer].cols();
            layer += 1;
        }
        (&self.patterns[layer], column)
    }
}

impl Flips for Memory {
    fn kept(&self) -> usize {
        match self.keeps {
            Keeps::Shares => 2 * self.memories(),
            _ => self.memories(),
        }
    }

    fn keep(&self, g: &[f64], kept: &mut [f64]) {
        self.keep_block(g, 1, kept);
    }

    fn keep_block(&self, g: &[f64], width: usize, kept: &mut [f64]) -> bool {
        let (h, shares) = kept.split_at_mut(self.memories() * width);
        for (h, b) in h.chunks_exact_mut(width).zip(&self.bias) {
            h.fill(*b);
        }
        let mut rest = g;
        for xi in &self.patterns {
            let (own, others) = rest.split_at(xi.cols() * width);
            xi.add_product(own, width, h);
            rest = others;
            // The columns are laid out now and not when a flip first reads one.
            if !own.is_empty() {
                xi.column(0);
            }
        }
        h.iter_mut().for_each(|h| *h /= self.leak);
        if !shares.is_empty() {
            self.potential.activation(h, width, shares);
        }
        true
    }

    fn current(&self, _: &[f64], kept: &[f64], neuron: usize) -> f64 {
        let (h, shares) = kept.split_at(self.memories());
        let (xi, column) = self.column(neuron);
        let line = xi.column(column);
        let sum = match self.keeps {
            Keeps::Nothing => line.dot(0, h),
            Keeps::Shares => line.dot(0, shares),
            Keeps::Alone => {
                let mut block = [0.0; BLOCK];
                let mut sum = 0.0;
                for s in self.potential.segments() {
                    let end = s.start + s.len;
                    for from in (s.start..end).step_by(BLOCK) {
                        let own = from..end.min(from + BLOCK);
                        let active = &mut block[..own.len()];
                        s.lagrangian.activation(&h[own], 1, active);
                        sum += line.dot(from, active);
                    }
                }
                sum
            }
        };
        self.scale * sum
    }

    fn difference(&self, _: &[f64], kept: &[f64], flips: &[Flip]) -> f64 {
        let (h, shares) = kept.split_at(self.memories());
        if let (Keeps::Nothing, [flip]) = (self.keeps, flips) {
            let (xi, column) = self.column(flip.neuron);
            let own = 0.5 * (flip.by / self.leak) * xi.column_square(column);
            return -self.scale * flip.by * (xi.column(column).dot(0, h) + own);
        }
        let rise = self.potential.segments().iter().map(|s| {
            let at = s.start..s.start + s.len;
            let shares = shares.get(at.clone()).unwrap_or(&[]);
            let changes = |from: usize, by: &mut [f64]| {
                for (n, flip) in flips.iter().enumerate() {
                    let (xi, column) = self.column(flip.neuron);
                    let (line, step) = (xi.column(column), flip.by / self.leak);
                    match n {
                        0 => line.write(step, s.start + from, by),
                        _ => line.add(step, s.start + from, by),
                    }
                }
            };
            let factor = self.scale * self.leak;
            s.lagrangian.rise(factor, &h[at], shares, &changes)
        });
        -rise.sum::<f64>()
    }

    fn follow(&self, _: &[f64], flip: Flip, kept: &mut [f64]) {
        let (h, shares) = kept.split_at_mut(self.memories());
        let (xi, column) = self.column(flip.neuron);
        xi.column(column).add(flip.by / self.leak, 0, h);
        if !shares.is_empty() {
            self.potential.activation(h, 1, shares);
        }
    }
}
