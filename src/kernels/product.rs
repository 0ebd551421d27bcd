//! The product of a matrix and a wide block, for every size and without storage on the heap.
//!
//! A tile of rows by columns is kept in registers while the inner index runs over a slab. Where the matrix is large, the slab
//! of the block is laid out first, so that a tile reads it in one stream; the weights are read where they lie, once for
//! each slab. Every entry of the result is summed in the order of the inner index by fused multiplications, wherever its
//! column stands, however many columns there are and whatever the tile: a trajectory's bits do not depend on its neighbours,
//! nor on the width of the machine's vectors.

use pulp::{Simd, WithSimd};

use super::parallel::each;

/// Inner indices of a slab.
const SLAB: usize = 128;
/// Columns that are laid out together: 128 KiB with the slab, on the stack.
const TOGETHER: usize = 128;
/// Rows from which on laying out pays.
const MANY: usize = 64;
/// Vectors of columns in a narrow tile.
const FEW: usize = 2;
/// Vectors of columns in a broad one: the more, the seldomer a weight is read.
const BROAD: usize = 4;

/// Pieces into which the rows of a product are cut for several cores.
const PIECES: usize = 16;
/// Rows of a piece are a multiple of this, so that they fill tiles.
const TILED: usize = 8;
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

/// Products whose slabs are laid out, those whose are not, and those of one slab. An entry for each, because room for a
/// slab on the stack costs more than a small product, and the frame of the loops over slabs more than a tiny one.
struct Large<'a>(Product<'a>);
struct Small<'a>(Product<'a>);
struct Tiny<'a>(Product<'a>);

impl WithSimd for Large<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(mut self, simd: S) {
        if S::F64_LANES < 8 {
            // Sixteen registers: eight sums, the operands.
            self.0.slabs::<S, FEW>(simd, Product::laid_out::<S, 4, FEW>);
        } else if self.0.width.is_multiple_of(BROAD * S::F64_LANES) {
            self.0
                .slabs::<S, BROAD>(simd, Product::laid_out::<S, 6, BROAD>);
        } else {
            self.0.slabs::<S, FEW>(simd, Product::laid_out::<S, 8, FEW>);
        }
    }
}

impl WithSimd for Small<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(mut self, simd: S) {
        if S::F64_LANES >= 8 {
            self.0.slabs::<S, FEW>(simd, Product::rows_of::<S, 8, FEW>);
        } else {
            self.0.slabs::<S, FEW>(simd, Product::rows_of::<S, 4, FEW>);
        }
    }
}

impl WithSimd for Tiny<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let mut product = self.0;
        let (columns, width) = (product.width, FEW * S::F64_LANES);
        let slab = Slab {
            values: product.g,
            strides: [product.leads[0], width],
            first_column: 0,
            tiles: columns / width,
            from: 0,
            depth: product.inner,
        };
        product.rows_of::<S, 2, FEW>(simd, slab);
        if !columns.is_multiple_of(width) {
            product.edge(slab, columns - columns % width..columns);
        }
    }
}

/// A slab of the block as tiles read it.
#[derive(Clone, Copy)]
struct Slab<'a> {
    values: &'a [f64],
    /// From one inner index to the next, and from one tile to the next.
    strides: [usize; 2],
    first_column: usize,
    tiles: usize,
    from: usize,
    depth: usize,
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
        if self.rows < MANY && self.inner <= SLAB {
            pulp::Arch::new().dispatch(Tiny(self));
        } else if self.rows < MANY {
            pulp::Arch::new().dispatch(Small(self));
        } else {
            self.add_large();
        }
    }

    /// By itself, so that only a large product makes room for a slab: touching its pages takes longer than a tiny product.
    #[inline(never)]
    fn add_large(self) {
        pulp::Arch::new().dispatch(Large(self));
    }

    #[inline(always)]
    fn slabs<S: Simd, const V: usize>(&mut self, simd: S, add: impl Fn(&mut Self, S, Slab<'_>)) {
        let width = V * S::F64_LANES;
        for first_column in (0..self.width).step_by(TOGETHER) {
            let columns = TOGETHER.min(self.width - first_column);
            let tiles = columns / width;
            for from in (0..self.inner).step_by(SLAB) {
                let depth = SLAB.min(self.inner - from);
                let slab = Slab {
                    values: &self.g[from * self.leads[0] + first_column..],
                    strides: [self.leads[0], width],
                    first_column,
                    tiles,
                    from,
                    depth,
                };
                add(self, simd, slab);
                self.edge(slab, first_column + tiles * width..first_column + columns);
            }
        }
    }

    #[inline(always)]
    fn laid_out<S: Simd, const R: usize, const V: usize>(&mut self, simd: S, slab: Slab<'_>) {
        let width = V * S::F64_LANES;
        let mut panel = [0.0; SLAB * TOGETHER];
        for t in 0..slab.tiles {
            for k in 0..slab.depth {
                let to = &mut panel[(t * slab.depth + k) * width..][..width];
                to.copy_from_slice(&slab.values[k * self.leads[0] + t * width..][..width]);
            }
        }
        let slab = Slab {
            values: &panel,
            strides: [width, slab.depth * width],
            ..slab
        };
        self.rows_of::<S, R, V>(simd, slab);
    }

    #[inline(always)]
    fn rows_of<S: Simd, const R: usize, const V: usize>(&mut self, simd: S, slab: Slab<'_>) {
        let whole = self.rows - self.rows % R;
        for r in (0..whole).step_by(R) {
            for t in 0..slab.tiles {
                self.tile::<S, R, V>(simd, slab, r, t);
            }
        }
        let pairs = self.rows - (self.rows - whole) % 2;
        for r in (whole..pairs).step_by(2) {
            for t in 0..slab.tiles {
                self.tile::<S, 2, V>(simd, slab, r, t);
            }
        }
        for r in pairs..self.rows {
            for t in 0..slab.tiles {
                self.tile::<S, 1, V>(simd, slab, r, t);
            }
        }
    }

    #[inline(always)]
    fn tile<S: Simd, const R: usize, const V: usize>(
        &mut self,
        simd: S,
        slab: Slab<'_>,
        r: usize,
        t: usize,
    ) {
        let width = V * S::F64_LANES;
        let column = slab.first_column + t * width;
        let mut sums = [[simd.splat_f64s(0.0); V]; R];
        for (i, sum) in sums.iter_mut().enumerate() {
            let row = S::as_simd_f64s(&self.out[(r + i) * self.leads[1] + column..][..width]).0;
            sum.copy_from_slice(row);
        }
        let weights = &self.weights[r * self.row + slab.from * self.step..];
        let weights = &weights[..(R - 1) * self.row + (slab.depth - 1) * self.step + 1];
        let values = &slab.values[t * slab.strides[1]..];
        for k in 0..slab.depth {
            let g = S::as_simd_f64s(&values[k * slab.strides[0]..][..width]).0;
            let g: [S::f64s; V] = std::array::from_fn(|v| g[v]);
            for (i, sum) in sums.iter_mut().enumerate() {
                let w = simd.splat_f64s(weights[i * self.row + k * self.step]);
                for (s, g) in sum.iter_mut().zip(g) {
                    *s = simd.mul_add_f64s(w, g, *s);
                }
            }
        }
        for (i, sum) in sums.iter().enumerate() {
            let row = &mut self.out[(r + i) * self.leads[1] + column..][..width];
            S::as_mut_simd_f64s(row).0.copy_from_slice(sum);
        }
    }

    /// The columns that fill no tile; the same operations in the same order for each entry.
    #[inline(always)]
    fn edge(&mut self, slab: Slab<'_>, columns: std::ops::Range<usize>) {
        if columns.is_empty() {
            return;
        }
        for r in 0..self.rows {
            let sums = &mut self.out[r * self.leads[1]..][columns.clone()];
            for k in slab.from..slab.from + slab.depth {
                let weight = self.weights[r * self.row + k * self.step];
                let values = &self.g[k * self.leads[0]..][columns.clone()];
                for (s, v) in sums.iter_mut().zip(values) {
                    *s = weight.mul_add(*v, *s);
                }
            }
        }
    }
}
