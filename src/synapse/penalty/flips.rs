//! What flips do to penalties: `r = a·g − b` is kept of every constraint, met or not, and moves by `δ = Σ a_:,i by`;
//! `ΔE = Σ (λ/2) (t' − t)(t' + t)` of `t = r`, or of `t = max(r, 0)`.

use std::ops::Range;

use super::super::{Flip, Flips};
use super::Penalty;
use crate::kernels::math::positive_part;
use crate::kernels::sum_rows;

/// Constraints that are gone through at a time, on the stack.
const BLOCK: usize = 256;

impl Penalty {
    /// `t`.
    #[inline(always)]
    fn excess_of(&self, r: f64) -> f64 {
        if self.one_sided { positive_part(r) } else { r }
    }

    fn blocks(&self) -> impl Iterator<Item = Range<usize>> {
        let all = self.b.len();
        let starts = (0..all).step_by(BLOCK);
        starts.map(move |from| from..all.min(from + BLOCK))
    }
}

impl Flips for Penalty {
    fn kept(&self) -> usize {
        self.b.len()
    }

    fn keep(&self, g: &[f64], kept: &mut [f64]) {
        self.keep_block(g, 1, kept);
    }

    fn keep_block(&self, g: &[f64], width: usize, kept: &mut [f64]) -> bool {
        for (r, b) in kept.chunks_exact_mut(width).zip(&self.b) {
            r.fill(-b);
        }
        self.a.add_product(g, width, kept);
        // The columns are laid out now and not when a flip first reads one.
        if !g.is_empty() {
            self.a.column(0);
        }
        true
    }

    fn current(&self, _: &[f64], kept: &[f64], neuron: usize) -> f64 {
        let line = self.a.column(neuron);
        let of = |at: Range<usize>| {
            let mut pushes = [0.0; BLOCK];
            let pushes = &mut pushes[..at.len()];
            let rows = kept[at.clone()].iter().zip(&self.strength[at.clone()]);
            for (push, (r, lambda)) in pushes.iter_mut().zip(rows) {
                *push = lambda * self.excess_of(*r);
            }
            line.dot(at.start, pushes)
        };
        -self.blocks().map(of).sum::<f64>()
    }

    fn difference(&self, _: &[f64], kept: &[f64], flips: &[Flip]) -> f64 {
        let of = |at: Range<usize>| {
            let mut changes = [0.0; BLOCK];
            let changes = &mut changes[..at.len()];
            for flip in flips {
                self.a.column(flip.neuron).add(flip.by, at.start, changes);
            }
            let mut sum = [0.0];
            let slices = [&kept[at.clone()], &self.strength[at], &*changes];
            sum_rows(slices, 1, &mut sum, |[r, lambda, by]| {
                let (t, moved) = (self.excess_of(r), self.excess_of(r + by));
                // The change itself where the constraint stays broken: r + by has been rounded.
                let stays = !self.one_sided || t * moved > 0.0;
                let way = if stays { by } else { moved - t };
                0.5 * lambda * way * (t + moved)
            });
            sum[0]
        };
        self.blocks().map(of).sum()
    }

    fn follow(&self, _: &[f64], flip: Flip, kept: &mut [f64]) {
        self.a.column(flip.neuron).add(flip.by, 0, kept);
    }
}
