//! The product of a matrix and one vector, or one for each direction, in a single pass over the matrix.
//!
//! Rows go four together: a vector that is read serves four rows, and the additions of one row, which wait for each other,
//! are filled up with those of the others. Both directions are taken in the same loop, so that an entry is made once, and the
//! additions of one direction, too, fill up those of the other.

use std::ops::Range;

use pulp::{Simd, WithSimd};

use super::entries::Entries;

/// Rows handled together.
pub(super) const TOGETHER: usize = 4;
/// Columns that are summed by themselves before their sum is added to that of the row: it decides the last bits.
const SUMMED: usize = 512;

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
    pub fn panel<M: Entries>(
        &mut self,
        entries: M,
        cols: usize,
        g: Option<&[f64]>,
        f: Option<&[f64]>,
    ) {
        pulp::Arch::new().dispatch(Panel {
            piece: self,
            entries,
            cols,
            g,
            f,
        });
    }

    /// `backward += W g`, as far as it comes of the upper triangle of its rows, each entry taken for both of its places.
    pub fn triangle<M: Entries>(&mut self, entries: M, g: &[f64]) {
        pulp::Arch::new().dispatch(Triangle {
            piece: self,
            entries,
            g,
        });
    }
}

struct Panel<'p, 'a, M> {
    piece: &'p mut Piece<'a>,
    entries: M,
    cols: usize,
    g: Option<&'p [f64]>,
    f: Option<&'p [f64]>,
}

impl<M: Entries> WithSimd for Panel<'_, '_, M> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Panel {
            piece,
            entries,
            cols,
            g,
            f,
        } = self;
        let first = piece.rows.start;
        for from in piece.rows.clone().step_by(TOGETHER) {
            let end = (from + TOGETHER).min(piece.rows.end);
            let rows = Rows {
                entries: entries.part(from * cols..end * cols),
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

struct Triangle<'p, 'a, M> {
    piece: &'p mut Piece<'a>,
    entries: M,
    g: &'p [f64],
}

impl<M: Entries> WithSimd for Triangle<'_, '_, M> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Triangle { piece, entries, g } = self;
        let n = g.len();
        for first in piece.rows.clone().step_by(TOGETHER) {
            let end = (first + TOGETHER).min(piece.rows.end);
            for r in first..end {
                for (c, g) in (first..end).zip(&g[first..end]) {
                    piece.backward[r] += entries.entry(r * n + c) * g;
                }
            }
            let (above, right) = piece.backward.split_at_mut(end);
            let rows = Rows {
                entries: entries.part(first * n..end * n),
                stride: n,
                columns: end..n,
            };
            let (f, above) = (&g[first..end], &mut above[first..]);
            rows.both::<S, true, true>(simd, &g[end..], f, above, right);
        }
    }
}

/// A few rows, or some of their columns.
struct Rows<M> {
    entries: M,
    stride: usize,
    columns: Range<usize>,
}

impl<M: Entries> Rows<M> {
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
        let count = if G { forward.len() } else { f.len() };
        let columns = self.columns.len();
        for from in (0..columns).step_by(SUMMED) {
            let part = from..(from + SUMMED).min(columns);
            let row = |r: usize| {
                let start = r * self.stride + self.columns.start;
                self.entries.part(start + part.start..start + part.end)
            };
            let g = if G { &g[part.clone()] } else { g };
            let out = if F { part.clone() } else { 0..0 };
            let out = &mut backward[out];
            let factor = |r: usize| if F { f[r] } else { 0.0 };
            if count == TOGETHER {
                let rows: [M; TOGETHER] = std::array::from_fn(row);
                let f = std::array::from_fn(factor);
                let sums = pass::<S, M, TOGETHER, G, F>(simd, rows, g, f, out);
                forward.iter_mut().zip(sums).for_each(|(o, s)| *o += s);
            } else {
                for r in 0..count {
                    let [sum] = pass::<S, M, 1, G, F>(simd, [row(r)], g, [factor(r)], out);
                    if let Some(o) = forward.get_mut(r) {
                        *o += sum;
                    }
                }
            }
        }
    }
}

/// `row_r · g` if `G`; `out += Σ_r f[r] · row_r` if `F`.
///
/// The loop over vectors is plain: what a closure calls need not take part in the vector instructions.
#[inline(always)]
fn pass<S: Simd, M: Entries, const R: usize, const G: bool, const F: bool>(
    simd: S,
    rows: [M; R],
    g: &[f64],
    f: [f64; R],
    out: &mut [f64],
) -> [f64; R] {
    let columns = if G { g.len() } else { out.len() };
    let rows = rows.map(|r| r.part(0..columns));
    let (wide_g, g_rest) = S::as_simd_f64s(g);
    let (wide_out, out_rest) = S::as_mut_simd_f64s(out);
    let factor = f.map(|f| simd.splat_f64s(f));
    let mut sums = [simd.splat_f64s(0.0); R];
    let count = columns / S::F64_LANES;
    for k in 0..count {
        let mut out = simd.splat_f64s(0.0);
        if F {
            out = wide_out[k];
        }
        for ((row, sum), f) in rows.iter().zip(&mut sums).zip(factor) {
            let row = row.vector(simd, k);
            if G {
                *sum = simd.mul_add_f64s(row, wide_g[k], *sum);
            }
            if F {
                out = simd.mul_add_f64s(f, row, out);
            }
        }
        if F {
            wide_out[k] = out;
        }
    }
    let rest = count * S::F64_LANES;
    if F {
        for (j, o) in out_rest.iter_mut().enumerate() {
            for (row, f) in rows.iter().zip(f) {
                *o += f * row.entry(rest + j);
            }
        }
    }
    std::array::from_fn(|r| {
        let few = g_rest
            .iter()
            .enumerate()
            .map(|(j, g)| rows[r].entry(rest + j) * g);
        simd.reduce_sum_f64s(sums[r]) + few.sum::<f64>()
    })
}
