//! Reductions over the neurons of a block, one result for each column.
//!
//! Every function here also works on a *piece* of a wide block: hand it the slices from the piece's first column on, and as
//! many results as the piece has columns. The results then fit in an array on the stack, and the hot loop allocates nothing.

use std::ops::Range;

use super::vectorized;

/// Partial sums kept side by side in a narrow block, so that the additions do not wait for each other. The number is
/// fixed, never taken from the machine: it decides the last bits of every sum.
const PARTIAL: usize = 32;

/// The most columns of a piece: 512 bytes for each number that is kept by column.
pub const PIECE: usize = 64;

/// The columns of a block in pieces of at most [`PIECE`].
pub fn pieces(columns: usize) -> impl Iterator<Item = Range<usize>> {
    (0..columns)
        .step_by(PIECE)
        .map(move |from| from..columns.min(from + PIECE))
}

/// `out[b] = Σ_i f(s_1[i, b], s_2[i, b], …)` for each column `b`.
///
/// All slices have the length of the first; `out` has one entry for each column (of the piece).
#[inline]
pub fn sum_rows<const K: usize>(
    slices: [&[f64]; K],
    columns: usize,
    out: &mut [f64],
    f: impl Fn([f64; K]) -> f64,
) {
    sum_rows_by(slices, columns, out, |_, _, v| f(v));
}

/// [`sum_rows`] of a function that is also told the row `i` and the column `b`.
#[inline]
pub fn sum_rows_by<const K: usize>(
    slices: [&[f64]; K],
    columns: usize,
    out: &mut [f64],
    f: impl Fn(usize, usize, [f64; K]) -> f64,
) {
    let width = columns.min(out.len());
    out[..width].fill(0.0);
    add_sums([], slices, columns, [out], |i, b, [], v| [f(i, b, v)]);
}

/// Several sums over the rows in one pass, of numbers by row `c` beside those of the block:
/// `outs_r[b] += Σ_i f(i, b, [c_1[i], …], [s_1[i, b], …])_r`.
#[inline]
pub fn add_sums<const C: usize, const K: usize, const R: usize>(
    by_row: [&[f64]; C],
    slices: [&[f64]; K],
    columns: usize,
    outs: [&mut [f64]; R],
    f: impl Fn(usize, usize, [f64; C], [f64; K]) -> [f64; R],
) {
    vectorized(
        #[inline(always)]
        // Moved in: what is reached through two references could be anything that the loop writes.
        move || {
            let len = slices.first().map_or(0, |s| s.len());
            let slices = slices.map(|s| &s[..len]);
            let by_row = by_row.map(|c| &c[..len.div_ceil(columns)]);
            if columns == 1 {
                let mut partial = [[0.0; PARTIAL]; R];
                let whole = len - len % PARTIAL;
                for start in (0..whole).step_by(PARTIAL) {
                    add_part(start..start + PARTIAL, by_row, slices, &mut partial, &f);
                }
                if whole < len {
                    add_part(whole..len, by_row, slices, &mut partial, &f);
                }
                for (out, mut p) in outs.into_iter().zip(partial) {
                    let mut half = PARTIAL / 2;
                    while half > 0 {
                        for k in 0..half {
                            p[k] += p[k + half];
                        }
                        half /= 2;
                    }
                    out[0] += p[0];
                }
            } else {
                let width = outs.iter().fold(columns, |w, o| w.min(o.len()));
                let outs = outs.map(|o| &mut o[..width]);
                for (i, start) in (0..len).step_by(columns).enumerate() {
                    let row = slices.map(|s| &s[start..start + width]);
                    let c = by_row.map(|c| c[i]);
                    for b in 0..width {
                        let v = f(i, b, c, std::array::from_fn(|j| row[j][b]));
                        for r in 0..R {
                            outs[r][b] += v[r];
                        }
                    }
                }
            }
        },
    );
}

/// Adds what `f` says of at most [`PARTIAL`] rows of one column. It is written first and added afterwards: of such a loop the
/// compiler makes vectors, whatever `f` is.
#[inline(always)]
fn add_part<const C: usize, const K: usize, const R: usize>(
    at: Range<usize>,
    by_row: [&[f64]; C],
    slices: [&[f64]; K],
    partial: &mut [[f64; PARTIAL]; R],
    f: &impl Fn(usize, usize, [f64; C], [f64; K]) -> [f64; R],
) {
    let (own, of) = (
        slices.map(|s| &s[at.clone()]),
        by_row.map(|c| &c[at.clone()]),
    );
    let mut values = [[0.0; PARTIAL]; R];
    for j in 0..at.len() {
        let v = f(at.start + j, 0, of.map(|c| c[j]), own.map(|s| s[j]));
        for r in 0..R {
            values[r][j] = v[r];
        }
    }
    for r in 0..R {
        for j in 0..PARTIAL {
            partial[r][j] += values[r][j];
        }
    }
}

/// The same of the largest.
#[inline(always)]
fn see_part<const K: usize>(
    at: Range<usize>,
    slices: [&[f64]; K],
    partial: &mut [f64; PARTIAL],
    larger: impl Fn(f64, f64) -> f64,
    f: &impl Fn(usize, usize, [f64; K]) -> f64,
) {
    let own = slices.map(|s| &s[at.clone()]);
    let mut values = [f64::NEG_INFINITY; PARTIAL];
    for (j, v) in values[..at.len()].iter_mut().enumerate() {
        *v = f(at.start + j, 0, own.map(|s| s[j]));
    }
    for (most, v) in partial.iter_mut().zip(values) {
        *most = larger(*most, v);
    }
}

/// `out[b] = max_i f(s_1[i, b], …)` for each column; −∞ where there are no rows. A NaN among the values wins, so that it
/// is not lost on the way to whoever must report it.
#[inline]
pub fn max_rows<const K: usize>(
    slices: [&[f64]; K],
    columns: usize,
    out: &mut [f64],
    f: impl Fn([f64; K]) -> f64,
) {
    max_rows_by(slices, columns, out, |_, _, v| f(v));
}

/// [`max_rows`] of a function that is also told the row `i` and the column `b`.
#[inline]
pub fn max_rows_by<const K: usize>(
    slices: [&[f64]; K],
    columns: usize,
    out: &mut [f64],
    f: impl Fn(usize, usize, [f64; K]) -> f64,
) {
    vectorized(
        #[inline(always)]
        move || {
            let len = slices.first().map_or(0, |s| s.len());
            let slices = slices.map(|s| &s[..len]);
            let width = columns.min(out.len());
            let out = &mut out[..width];
            out.fill(f64::NEG_INFINITY);
            let larger = |a: f64, v: f64| if (v > a) | v.is_nan() { v } else { a };
            if columns == 1 {
                // Several side by side, which need not wait for each other; the largest is the same.
                let mut partial = [f64::NEG_INFINITY; PARTIAL];
                let whole = len - len % PARTIAL;
                for start in (0..whole).step_by(PARTIAL) {
                    see_part(start..start + PARTIAL, slices, &mut partial, larger, &f);
                }
                if whole < len {
                    see_part(whole..len, slices, &mut partial, larger, &f);
                }
                out[0] = partial.into_iter().fold(out[0], larger);
            } else {
                for (i, start) in (0..len).step_by(columns).enumerate() {
                    let row = slices.map(|s| &s[start..start + width]);
                    for b in 0..width {
                        let v = f(i, b, std::array::from_fn(|j| row[j][b]));
                        out[b] = larger(out[b], v);
                    }
                }
            }
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernels::update_rows;

    #[test]
    fn a_wide_block_sums_each_column_by_itself() {
        let x: Vec<f64> = (0..21).map(f64::from).collect();
        let mut out = [0.0; 3];
        sum_rows([&x], 3, &mut out, |[v]| v);
        assert_eq!(out, [63.0, 70.0, 77.0]);
        max_rows([&x], 3, &mut out, |[v]| -v);
        assert_eq!(out, [0.0, -1.0, -2.0]);
        let mut one = [0.0];
        sum_rows([&x, &x], 1, &mut one, |[a, b]| a * b);
        assert_eq!(one[0], x.iter().map(|v| v * v).sum::<f64>());
    }

    #[test]
    fn the_pieces_of_a_wide_block_make_up_the_whole() {
        let (rows, columns) = (3, 2 * PIECE + 5);
        let x: Vec<f64> = (0..rows * columns).map(|k| (k * k % 101) as f64).collect();
        let (mut sum, mut max, mut seen) =
            (vec![0.0; columns], vec![0.0; columns], vec![0.0; x.len()]);
        for at in pieces(columns) {
            let (x, width) = (&x[at.start..], at.len());
            sum_rows([x], columns, &mut sum[at.clone()], |[v]| v);
            max_rows([x], columns, &mut max[at.clone()], |[v]| v);
            update_rows(
                [x],
                columns,
                width,
                &mut seen[at.start..],
                |_, _, o, [v]| *o += v,
            );
        }
        assert_eq!(seen, x);
        for b in 0..columns {
            let column: Vec<f64> = x.iter().skip(b).step_by(columns).copied().collect();
            assert_eq!(sum[b], column.iter().sum::<f64>());
            assert_eq!(max[b], column.iter().copied().fold(0.0, f64::max));
        }
    }

    #[test]
    fn the_largest_is_found_wherever_it_stands() {
        for len in [1, 7, 8, 9, 31] {
            for place in 0..len {
                for worst in [3.0, f64::NAN, f64::INFINITY] {
                    let mut x: Vec<f64> = (0..len).map(|k| -(k as f64)).collect();
                    x[place] = worst;
                    let mut out = [0.0];
                    max_rows([&x], 1, &mut out, |[v]| v);
                    assert_eq!(out[0].to_bits(), worst.to_bits(), "{place} of {len}");
                }
            }
        }
        let mut out = [0.0];
        max_rows([&[]], 1, &mut out, |[v]| v);
        assert_eq!(out, [f64::NEG_INFINITY]);
    }

    #[test]
    fn a_nan_is_never_lost_in_a_maximum() {
        let mut out = [0.0];
        max_rows([&[1.0, f64::NAN, 2.0]], 1, &mut out, |[v]| v);
        assert!(out[0].is_nan());
        max_rows([&[f64::NAN, 2.0]], 1, &mut out, |[v]| v);
        assert!(out[0].is_nan());
    }
}
