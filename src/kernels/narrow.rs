//! The product of a matrix and one vector, or one for each direction, in a single pass over the matrix.
//!
//! Rows go four together: a vector that is read serves four rows, and the additions of one row, which wait for each other,
//! are filled up with those of the others.

use std::ops::Range;

use pulp::{Simd, WithSimd};

/// Rows handled together.
pub(super) const TOGETHER: usize = 4;
/// Columns of them that stay in the nearest cache, 16 KiB, from one direction to the other.
const NEAR: usize = 512;

/// Rows of a product that one thread works on, with the results that are its own.
#[derive(Default)]
pub(super) struct Piece<'a> {
    pub rows: Range<usize>,
    /// One sum for each of its rows.
    pub forward: &'a mut [f64],
    /// One sum for each column of the matrix.
    pub backward: &'a mut [f64],
}

impl Piece<'_> {
    /// `forward += W g` if there is a `g`, `backward += Wᵀ f` if there is an `f`, for its rows.
    pub fn panel(&mut self, data: &[f64], cols: usize, g: Option<&[f64]>, f: Option<&[f64]>) {
        pulp::Arch::new().dispatch(Panel {
            piece: self,
            data,
            cols,
            g,
            f,
        });
    }

    /// `backward += W g`, as far as it comes of the upper triangle of its rows, each entry taken for both of its places.
    pub fn triangle(&mut self, data: &[f64], g: &[f64]) {
        pulp::Arch::new().dispatch(Triangle {
            piece: self,
            data,
            g,
        });
    }
}

struct Panel<'p, 'a> {
    piece: &'p mut Piece<'a>,
    data: &'p [f64],
    cols: usize,
    g: Option<&'p [f64]>,
    f: Option<&'p [f64]>,
}

impl WithSimd for Panel<'_, '_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Panel {
            piece,
            data,
            cols,
            g,
            f,
        } = self;
        let first = piece.rows.start;
        for from in piece.rows.clone().step_by(TOGETHER) {
            let end = (from + TOGETHER).min(piece.rows.end);
            let rows = Rows {
                data: &data[from * cols..end * cols],
                stride: cols,
                columns: 0..cols,
            };
            match (g, f) {
                (Some(g), Some(f)) => {
                    let forward = &mut piece.forward[from - first..end - first];
                    rows.both::<S, true, true>(simd, g, &f[from..end], forward, piece.backward);
                }
                (Some(g), None) => {
                    let forward = &mut piece.forward[from - first..end - first];
                    rows.both::<S, true, false>(simd, g, &[], forward, &mut []);
                }
                (None, Some(f)) => {
                    rows.both::<S, false, true>(simd, &[], &f[from..end], &mut [], piece.backward);
                }
                (None, None) => {}
            }
        }
    }
}

struct Triangle<'p, 'a> {
    piece: &'p mut Piece<'a>,
    data: &'p [f64],
    g: &'p [f64],
}

impl WithSimd for Triangle<'_, '_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Triangle { piece, data, g } = self;
        let n = g.len();
        for first in piece.rows.clone().step_by(TOGETHER) {
            let end = (first + TOGETHER).min(piece.rows.end);
            for r in first..end {
                let row = &data[r * n..][..n];
                for c in first..end {
                    piece.backward[r] += row[c] * g[c];
                }
            }
            let (above, right) = piece.backward.split_at_mut(end);
            let rows = Rows {
                data: &data[first * n..end * n],
                stride: n,
                columns: end..n,
            };
            let (f, above) = (&g[first..end], &mut above[first..]);
            rows.both::<S, true, true>(simd, &g[end..], f, above, right);
        }
    }
}

/// A few rows, or some of their columns.
struct Rows<'a> {
    data: &'a [f64],
    stride: usize,
    columns: Range<usize>,
}

impl<'a> Rows<'a> {
    #[inline(always)]
    fn row(&self, r: usize) -> &'a [f64] {
        &self.data[r * self.stride..][self.columns.clone()]
    }

    /// `forward[r] += row_r · g` if `G`, `backward += Σ_r f[r] · row_r` if `F`.
    #[inline(always)]
    fn both<S: Simd, const G: bool, const F: bool>(
        &self,
        simd: S,
        g: &[f64],
        f: &[f64],
        forward: &mut [f64],
        backward: &mut [f64],
    ) {
        let count = self.data.len().div_ceil(self.stride.max(1));
        let cols = self.columns.len();
        for from in (0..cols).step_by(NEAR) {
            let end = (from + NEAR).min(cols);
            let part = Rows {
                columns: self.columns.start + from..self.columns.start + end,
                ..*self
            };
            if G {
                part.dots(simd, count, &g[from..end], forward);
            }
            if F {
                part.combine(simd, f, &mut backward[from..end]);
            }
        }
    }

    #[inline(always)]
    fn dots<S: Simd>(&self, simd: S, count: usize, g: &[f64], out: &mut [f64]) {
        if count == TOGETHER {
            let rows: [&[f64]; TOGETHER] = std::array::from_fn(|r| self.row(r));
            let sums = dots(simd, rows, g);
            out.iter_mut().zip(sums).for_each(|(o, s)| *o += s);
        } else {
            for (r, out) in out.iter_mut().enumerate().take(count) {
                let [sum] = dots(simd, [self.row(r)], g);
                *out += sum;
            }
        }
    }

    #[inline(always)]
    fn combine<S: Simd>(&self, simd: S, f: &[f64], out: &mut [f64]) {
        if let [f0, f1, f2, f3] = *f {
            let rows: [&[f64]; TOGETHER] = std::array::from_fn(|r| self.row(r));
            combine(simd, rows, [f0, f1, f2, f3], out);
        } else {
            for (r, f) in f.iter().enumerate() {
                combine(simd, [self.row(r)], [*f], out);
            }
        }
    }
}

/// `row_r · g`.
#[inline(always)]
fn dots<S: Simd, const R: usize>(simd: S, rows: [&[f64]; R], g: &[f64]) -> [f64; R] {
    let (wide_g, g_rest) = S::as_simd_f64s(g);
    let split: [(&[S::f64s], &[f64]); R] =
        std::array::from_fn(|r| S::as_simd_f64s(&rows[r][..g.len()]));
    let wide: [&[S::f64s]; R] = split.map(|(wide, _)| &wide[..wide_g.len()]);
    let mut sums = [simd.splat_f64s(0.0); R];
    for (k, g) in wide_g.iter().enumerate() {
        for (sum, row) in sums.iter_mut().zip(wide) {
            *sum = simd.mul_add_f64s(row[k], *g, *sum);
        }
    }
    std::array::from_fn(|r| {
        let few = split[r].1.iter().zip(g_rest).map(|(w, g)| w * g);
        simd.reduce_sum_f64s(sums[r]) + few.sum::<f64>()
    })
}

/// `out += Σ_r f[r] · row_r`.
#[inline(always)]
fn combine<S: Simd, const R: usize>(simd: S, rows: [&[f64]; R], f: [f64; R], out: &mut [f64]) {
    let split: [(&[S::f64s], &[f64]); R] =
        std::array::from_fn(|r| S::as_simd_f64s(&rows[r][..out.len()]));
    let (wide_out, out_rest) = S::as_mut_simd_f64s(out);
    let wide: [&[S::f64s]; R] = split.map(|(wide, _)| &wide[..wide_out.len()]);
    let factor: [S::f64s; R] = f.map(|f| simd.splat_f64s(f));
    for (k, o) in wide_out.iter_mut().enumerate() {
        let mut sum = *o;
        for (row, f) in wide.iter().zip(factor) {
            sum = simd.mul_add_f64s(f, row[k], sum);
        }
        *o = sum;
    }
    for (j, o) in out_rest.iter_mut().enumerate() {
        for (row, f) in split.iter().zip(f) {
            *o += f * row.1[j];
        }
    }
}
