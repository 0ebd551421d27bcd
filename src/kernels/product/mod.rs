//! The product of a matrix and a wide block, for every size.
//!
//! A tile of rows by columns is kept in registers while the inner index runs over a slab. Where the matrix is large, the slab
//! of the block and the weights of some rows are laid out first, in the order in which a tile reads them: a tile then reads two
//! streams. Every entry of the result is summed in the order of the inner index by fused multiplications, wherever its
//! column stands, however many columns there are and whatever the tile: a trajectory's bits do not depend on its neighbours,
//! nor on the width of the machine's vectors.

mod in_place;
mod laid_out;

use pulp::{Simd, WithSimd};

use super::parallel::{each, with_room};

/// Inner indices of a slab.
const SLAB: usize = 256;
/// Columns of a slab that is laid out: 256 KiB, which a second cache holds.
const TOGETHER: usize = 128;
/// Rows whose weights are laid out together where they follow one another in memory: what is read of them fills whole cache lines.
const BAND: usize = 96;
/// Rows from which on laying out pays.
const MANY: usize = 64;
/// Vectors of columns in a tile.
const VECTORS: usize = 2;

/// Pieces into which the rows of a product are cut for several cores.
const PIECES: usize = 16;
/// Rows of a piece are a multiple of this, so that they fill tiles of 6 or 8 and the slab is laid out for enough of them.
const TILED: usize = 96;
/// Multiplications from which on several cores work on a product: some tens of microseconds.
const LARGE: usize = 1 << 19;

/// `out[r, b] += Σ_k w[r, k] g[k, b]`, where the entry of row `r` and inner index `k` lies at `r · row + k · step`.
pub(super) struct Product<'a> {
    pub weights: &'a [f64],
    pub rows: usize,
    pub inner: usize,
    pub row: usize,
    pub step: usize,
    pub g: &'a [f64],
    pub width: usize,
    pub out: &'a mut [f64],
    /// From one row of `g` to the next, and of `out`: `width` where they are blocks of their own.
    pub leads: [usize; 2],
}

/// Products that are laid out, those that are not, and those of one slab. An entry for each, because the frame of the loops
/// over slabs costs more than a tiny product.
struct Large<'a>(Product<'a>, &'a mut [f64]);
struct Small<'a>(Product<'a>);
struct Tiny<'a>(Product<'a>);

impl WithSimd for Large<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(mut self, simd: S) {
        // As many sums as there are registers for beside the operands: 12 of 16, or 16 of 32.
        match S::F64_LANES {
            8 => self.0.laid_out::<S, 8>(simd, self.1),
            _ => self.0.laid_out::<S, 6>(simd, self.1),
        }
    }
}

impl WithSimd for Small<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(mut self, simd: S) {
        for from in (0..self.0.inner).step_by(SLAB) {
            match S::F64_LANES {
                8 => self.0.slab::<S, 8>(simd, from),
                _ => self.0.slab::<S, 4>(simd, from),
            }
        }
    }
}

impl WithSimd for Tiny<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(mut self, simd: S) {
        self.0.slab::<S, 2>(simd, 0);
    }
}

impl Product<'_> {
    /// The same on all cores that this thread may use, if it is large. The bits are the same. With `half`, what lies left of the
    /// diagonal may be left out.
    pub fn share(self, half: bool) {
        if self.rows * self.inner * self.width < LARGE {
            return self.add();
        }
        let rows = self.rows.div_ceil(PIECES).next_multiple_of(TILED);
        let mut pieces = [const { None }; PIECES];
        let outs = self.out.chunks_mut(rows * self.leads[1]);
        for ((k, piece), out) in pieces.iter_mut().enumerate().zip(outs) {
            let from = k * rows;
            if from >= self.rows {
                break;
            }
            let left = if half { from } else { 0 };
            *piece = Some(Product {
                weights: &self.weights[from * self.row..],
                rows: rows.min(self.rows - from),
                g: &self.g[left..],
                width: self.width - left,
                out: &mut out[left..],
                ..self
            });
        }
        each(&mut pieces, true, &|piece| {
            if let Some(piece) = piece.take() {
                piece.add();
            }
        });
    }

    pub fn add(self) {
        if self.inner == 0 || self.rows == 0 || self.width == 0 {
            return;
        }
        if self.rows >= MANY {
            with_room(SLAB * (TOGETHER + BAND), |room| {
                pulp::Arch::new().dispatch(Large(self, room));
            });
        } else if self.inner > SLAB {
            pulp::Arch::new().dispatch(Small(self));
        } else {
            pulp::Arch::new().dispatch(Tiny(self));
        }
    }
}

/// `sums[i] += w[i] g`.
#[inline(always)]
fn multiply<S: Simd, const R: usize, const V: usize>(
    simd: S,
    w: [f64; R],
    g: [S::f64s; V],
    sums: &mut [[S::f64s; V]; R],
) {
    for (sum, w) in sums.iter_mut().zip(w) {
        let w = simd.splat_f64s(w);
        for (s, g) in sum.iter_mut().zip(g) {
            *s = simd.mul_add_f64s(w, g, *s);
        }
    }
}
