//! Products that are read where they lie.

use std::ops::Range;

use pulp::Simd;

use super::{Product, SLAB, VECTORS, multiply};

impl Product<'_> {
    /// A slab that is read where it lies.
    #[inline(always)]
    pub(super) fn slab<S: Simd, const R: usize>(&mut self, simd: S, from: usize) {
        let depth = SLAB.min(self.inner - from);
        let mut r = 0;
        while r < self.rows {
            let left = self.rows - r;
            let rows = if left >= R { R } else { left.min(2) };
            let at = [r, from, depth];
            match rows {
                1 => self.rows::<S, 1>(simd, at),
                2 => self.rows::<S, 2>(simd, at),
                _ => self.rows::<S, R>(simd, at),
            }
            r += rows;
        }
        let edge = self.width - self.width % S::F64_LANES;
        self.edge(from..from + depth, edge);
    }

    /// Some rows of it, in tiles and at last one of a single vector.
    #[inline(always)]
    fn rows<S: Simd, const R: usize>(&mut self, simd: S, at: [usize; 3]) {
        let mut column = 0;
        while column + VECTORS * S::F64_LANES <= self.width {
            self.tile_in_place::<S, R, VECTORS>(simd, at, column);
            column += VECTORS * S::F64_LANES;
        }
        if column + S::F64_LANES <= self.width {
            self.tile_in_place::<S, R, 1>(simd, at, column);
        }
    }

    #[inline(always)]
    fn tile_in_place<S: Simd, const R: usize, const V: usize>(
        &mut self,
        simd: S,
        [r, from, depth]: [usize; 3],
        column: usize,
    ) {
        let (width, lead) = (V * S::F64_LANES, self.leads[1]);
        let out = &mut self.out[r * lead + column..];
        let mut sums = [[simd.splat_f64s(0.0); V]; R];
        for (i, sum) in sums.iter_mut().enumerate() {
            sum.copy_from_slice(S::as_simd_f64s(&out[i * lead..][..width]).0);
        }
        let weights = &self.weights[r * self.row + from * self.step..];
        let weights = &weights[..(R - 1) * self.row + (depth - 1) * self.step + 1];
        let values = &self.g[from * self.leads[0] + column..];
        for k in 0..depth {
            let g = S::as_simd_f64s(&values[k * self.leads[0]..][..width]).0;
            let w = std::array::from_fn(|i| weights[i * self.row + k * self.step]);
            multiply::<S, R, V>(simd, w, std::array::from_fn(|v| g[v]), &mut sums);
        }
        for (i, sum) in sums.iter().enumerate() {
            let row = S::as_mut_simd_f64s(&mut out[i * lead..][..width]).0;
            row.copy_from_slice(sum);
        }
    }

    /// The columns that fill no vector; the same operations in the same order for each entry.
    #[inline(always)]
    fn edge(&mut self, inner: Range<usize>, first: usize) {
        if first == self.width {
            return;
        }
        for r in 0..self.rows {
            let sums = &mut self.out[r * self.leads[1]..][first..self.width];
            for k in inner.clone() {
                let weight = self.weights[r * self.row + k * self.step];
                let values = &self.g[k * self.leads[0]..][first..self.width];
                for (s, v) in sums.iter_mut().zip(values) {
                    *s = weight.mul_add(*v, *s);
                }
            }
        }
    }
}
