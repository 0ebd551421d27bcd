//! Products whose slabs are laid out, weights and block, in the order in which tiles read them.

use std::ops::Range;

use pulp::Simd;

use super::{BAND, Product, SLAB, TOGETHER, VECTORS, multiply};

/// Most columns of a tile.
const WIDEST: usize = 16;

impl Product<'_> {
    /// All slabs, laid out in this room.
    #[inline(always)]
    pub(super) fn laid_out<S: Simd, const R: usize>(&mut self, simd: S, room: &mut [f64]) {
        let width = VECTORS * S::F64_LANES;
        let (slab, band) = room.split_at_mut(SLAB * TOGETHER);
        // Weights that follow one another along a row are laid out for one tile at a time, which then finds them near.
        let some = if self.row == 1 { BAND / R * R } else { R };
        for first in (0..self.width).step_by(TOGETHER) {
            let last = self.width.min(first + TOGETHER);
            for from in (0..self.inner).step_by(SLAB) {
                let depth = SLAB.min(self.inner - from);
                for (column, tile) in (first..last)
                    .step_by(width)
                    .zip(slab.chunks_exact_mut(depth * width))
                {
                    self.lay_out_columns(tile, column..last.min(column + width), from, width);
                }
                for begin in (0..self.rows).step_by(some) {
                    let end = self.rows.min(begin + some);
                    let rows = || (begin..end).step_by(R);
                    for (r, panel) in rows().zip(band.chunks_exact_mut(depth * R)) {
                        self.lay_out_rows::<R>(panel.as_chunks_mut().0, r, from);
                    }
                    for (r, panel) in rows().zip(band.chunks_exact(depth * R)) {
                        let (panel, _) = panel.as_chunks();
                        let tiles = slab.chunks_exact(depth * width);
                        for (column, g) in (first..last).step_by(width).zip(tiles) {
                            let size = [R.min(end - r), width.min(last - column)];
                            let out = &mut self.out[r * self.leads[1] + column..];
                            tile::<S, R>(simd, panel, g, out, self.leads[1], size);
                        }
                    }
                }
            }
        }
    }

    /// Some columns of the slab from an inner index on, filled up with zeros.
    #[inline(always)]
    fn lay_out_columns(&self, to: &mut [f64], columns: Range<usize>, from: usize, width: usize) {
        for (k, to) in to.chunks_exact_mut(width).enumerate() {
            let row = &self.g[(from + k) * self.leads[0]..][columns.clone()];
            let (own, rest) = to.split_at_mut(row.len());
            own.copy_from_slice(row);
            rest.fill(0.0);
        }
    }

    /// The weights of `R` rows from `r` on, the last row in place of those that are not there.
    #[inline(always)]
    fn lay_out_rows<const R: usize>(&self, to: &mut [[f64; R]], r: usize, from: usize) {
        let last = self.rows - 1;
        let row = |i: usize| &self.weights[(r + i).min(last) * self.row + from * self.step..];
        if self.step == 1 {
            // Side by side, so that memory is asked for all of them at once.
            let rows: [&[f64]; R] = std::array::from_fn(|i| &row(i)[..to.len()]);
            for (k, to) in to.iter_mut().enumerate() {
                *to = std::array::from_fn(|i| rows[i][k]);
            }
        } else if self.row == 1 && r + R <= self.rows {
            for (to, w) in to.iter_mut().zip(row(0).chunks(self.step)) {
                to.copy_from_slice(&w[..R]);
            }
        } else {
            for (k, to) in to.iter_mut().enumerate() {
                *to = std::array::from_fn(|i| row(i)[k * self.step]);
            }
        }
    }
}

/// Adds to a tile, of which so many rows and columns are there, what was laid out.
#[inline(always)]
fn tile<S: Simd, const R: usize>(
    simd: S,
    weights: &[[f64; R]],
    g: &[f64],
    out: &mut [f64],
    lead: usize,
    [rows, columns]: [usize; 2],
) {
    let width = VECTORS * S::F64_LANES;
    let mut sums = [[simd.splat_f64s(0.0); VECTORS]; R];
    // All of them are gone through, so that they stay in registers.
    for (i, sum) in sums.iter_mut().enumerate() {
        if i >= rows {
            continue;
        }
        let own = &out[i * lead..][..columns];
        let mut padded = [0.0; WIDEST];
        if columns < width {
            padded[..columns].copy_from_slice(own);
        }
        let own = if columns < width {
            &padded[..width]
        } else {
            own
        };
        sum.copy_from_slice(S::as_simd_f64s(own).0);
    }
    let g = S::as_simd_f64s(g).0.as_chunks().0;
    for (w, g) in weights.iter().zip(g) {
        multiply::<S, R, VECTORS>(simd, *w, *g, &mut sums);
    }
    for (i, sum) in sums.iter().enumerate() {
        if i >= rows {
            continue;
        }
        let own = &mut out[i * lead..][..columns];
        if columns < width {
            let mut padded = [0.0; WIDEST];
            S::as_mut_simd_f64s(&mut padded[..width])
                .0
                .copy_from_slice(sum);
            own.copy_from_slice(&padded[..columns]);
        } else {
            S::as_mut_simd_f64s(own).0.copy_from_slice(sum);
        }
    }
}
