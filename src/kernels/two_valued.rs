//! The product of a matrix of only two values, memories of ±1 for example, and a wide block.
//!
//! Four neighbouring weights of a row have sixteen combinations. The sixteen sums of four rows of the block are made once,
//! and every row of the matrix adds one of them where it would otherwise multiply four times (Arlazarov, Dinic, Kronrod and
//! Faradzhev 1970, the "method of the four Russians"). Every entry of the result is summed in the same order wherever its
//! column stands, however many columns there are and whatever the width of the machine's vectors.

use std::ops::Range;

use pulp::{Simd, WithSimd};

/// Inner indices whose sums are made together, and their combinations of two values.
const GROUP: usize = 4;
const COMBINATIONS: usize = 1 << GROUP;
/// Bytes of a slab, in each of which are the bits of two groups; and its inner indices.
const BYTES: usize = 8;
const SLAB: usize = BYTES * 2 * GROUP;
/// Columns that are summed together; with them the sums of a slab take 32 KiB, on the stack.
const PANEL: usize = 16;
/// Rows that are enough to share the sums among.
const ENOUGH: usize = 64;

/// A number for each column of a panel. A vector that is read across the end of a cache line takes twice as long.
#[derive(Clone, Copy)]
#[repr(align(64))]
struct Row([f64; PANEL]);

/// The sums of one group.
type Sums = [Row; COMBINATIONS];

/// Which of two values the entries of a matrix are.
#[derive(Clone)]
pub(super) struct TwoValued {
    values: [f64; 2],
    /// A bit for each entry; first those of the first slab, row by row.
    forward: Vec<[u8; BYTES]>,
    /// The same of the transposed matrix.
    backward: Vec<[u8; BYTES]>,
}

impl TwoValued {
    /// `None` if the entries have more than two values, or are too few for this to pay.
    pub fn of(rows: usize, cols: usize, data: &[f64]) -> Option<Self> {
        if rows.min(cols) < ENOUGH {
            return None;
        }
        let first = *data.first()?;
        let differs = |w: &f64| w.to_bits() != first.to_bits();
        let second = data.iter().copied().find(differs).unwrap_or(first);
        if data
            .iter()
            .any(|w| differs(w) && w.to_bits() != second.to_bits())
        {
            return None;
        }
        let mut forward = vec![[0; BYTES]; cols.div_ceil(SLAB) * rows];
        let mut backward = vec![[0; BYTES]; rows.div_ceil(SLAB) * cols];
        for (r, row) in data.chunks_exact(cols).enumerate() {
            for (c, w) in row.iter().enumerate() {
                let bit = u8::from(differs(w));
                forward[c / SLAB * rows + r][c % SLAB / 8] |= bit << (c % 8);
                backward[r / SLAB * cols + c][r % SLAB / 8] |= bit << (r % 8);
            }
        }
        Some(TwoValued {
            values: [first, second],
            forward,
            backward,
        })
    }

    /// `out += W g`, or `out += Wᵀ g`.
    pub fn add(&self, transposed: bool, g: &[f64], width: usize, out: &mut [f64]) {
        let bits = match transposed {
            false => &self.forward,
            true => &self.backward,
        };
        pulp::Arch::new().dispatch(Product {
            values: self.values,
            bits,
            g,
            width,
            out,
        });
    }
}

/// `out[r, b] += Σ_k w[r, k] g[k, b]`.
struct Product<'a> {
    values: [f64; 2],
    bits: &'a [[u8; BYTES]],
    g: &'a [f64],
    width: usize,
    out: &'a mut [f64],
}

impl WithSimd for Product<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        // As many sums in registers as there are registers for.
        match S::F64_LANES {
            8 => self.run::<S, 2, 8>(simd),
            4 => self.run::<S, 4, 2>(simd),
            2 => self.run::<S, 8, 1>(simd),
            _ => self.run::<S, 16, 1>(simd),
        }
    }
}

impl Product<'_> {
    /// `V` vectors make up a panel, `R` rows are summed side by side.
    #[inline(always)]
    fn run<S: Simd, const V: usize, const R: usize>(mut self, simd: S) {
        let mut table = [[Row([0.0; PANEL]); COMBINATIONS]; SLAB / GROUP];
        let whole = self.width - self.width % PANEL;
        for column in (0..whole).step_by(PANEL) {
            self.panel::<S, V, R, true>(simd, column..column + PANEL, &mut table);
        }
        if whole < self.width {
            self.panel::<S, V, R, false>(simd, whole..self.width, &mut table);
        }
    }

    #[inline(always)]
    fn panel<S: Simd, const V: usize, const R: usize, const WHOLE: bool>(
        &mut self,
        simd: S,
        columns: Range<usize>,
        table: &mut [Sums; SLAB / GROUP],
    ) {
        let (width, rows) = (self.width, self.out.len() / self.width);
        let inner = self.g.len() / width;
        for (slab, bits) in self.bits.chunks_exact(rows).enumerate() {
            let inner = slab * SLAB..inner.min((slab + 1) * SLAB);
            let bytes = inner.len().div_ceil(2 * GROUP);
            for (group, sums) in table[..2 * bytes].iter_mut().enumerate() {
                // Beyond the last inner index there is nothing to add.
                let mut g = [Row([0.0; PANEL]); GROUP];
                let first = inner.start + group * GROUP;
                for (g, k) in g.iter_mut().zip(first..inner.end) {
                    let row = &self.g[k * width..][columns.clone()];
                    g.0[..row.len()].copy_from_slice(row);
                }
                combine::<S, V>(simd, self.values, &g, sums);
            }
            let table = table[..2 * bytes].as_chunks().0;
            let (many, few) = bits.as_chunks::<R>();
            let (groups, rest) = self.out.split_at_mut(many.len() * R * width);
            for (bits, out) in many.iter().zip(groups.chunks_exact_mut(R * width)) {
                add::<S, V, R, WHOLE>(simd, table, bits, width, columns.clone(), out);
            }
            for (bits, out) in few.iter().zip(rest.chunks_exact_mut(width)) {
                add::<S, V, 1, WHOLE>(simd, table, &[*bits], width, columns.clone(), out);
            }
        }
    }
}

/// The sums of a group: bit `i` of a combination says which value its `i`-th row is multiplied by.
#[inline(always)]
fn combine<S: Simd, const V: usize>(simd: S, values: [f64; 2], g: &[Row; GROUP], sums: &mut Sums) {
    let w = values.map(|w| simd.splat_f64s(w));
    let vector = |i: usize, v: usize| S::as_simd_f64s(&g[i].0).0[v];
    for v in 0..V {
        let pair = |i: usize| -> [S::f64s; 4] {
            std::array::from_fn(|c| {
                let one = simd.mul_f64s(w[c & 1], vector(i, v));
                simd.mul_add_f64s(w[c >> 1], vector(i + 1, v), one)
            })
        };
        let (low, high) = (pair(0), pair(2));
        for (c, sum) in sums.iter_mut().enumerate() {
            S::as_mut_simd_f64s(&mut sum.0).0[v] = simd.add_f64s(low[c & 3], high[c >> 2]);
        }
    }
}

/// Adds to `R` rows the sums that their bits name. A panel that is not whole goes through a padded copy.
#[inline(always)]
fn add<S: Simd, const V: usize, const R: usize, const WHOLE: bool>(
    simd: S,
    table: &[[Sums; 2]],
    bits: &[[u8; BYTES]; R],
    width: usize,
    columns: Range<usize>,
    out: &mut [f64],
) {
    let mut rows = [[simd.splat_f64s(0.0); V]; R];
    for (i, row) in rows.iter_mut().enumerate() {
        let own = &out[i * width..][columns.clone()];
        if WHOLE {
            row.copy_from_slice(S::as_simd_f64s(own).0);
        } else {
            let mut padded = Row([0.0; PANEL]);
            padded.0[..own.len()].copy_from_slice(own);
            row.copy_from_slice(S::as_simd_f64s(&padded.0).0);
        }
    }
    for (j, [low, high]) in table.iter().enumerate().take(BYTES) {
        for (row, bits) in rows.iter_mut().zip(bits) {
            for sums in [
                &low[(bits[j] & 15) as usize],
                &high[(bits[j] >> 4) as usize],
            ] {
                let sums = S::as_simd_f64s(&sums.0).0;
                for (row, sum) in row.iter_mut().zip(sums) {
                    *row = simd.add_f64s(*row, *sum);
                }
            }
        }
    }
    for (i, row) in rows.iter().enumerate() {
        let own = &mut out[i * width..][columns.clone()];
        if WHOLE {
            S::as_mut_simd_f64s(own).0.copy_from_slice(row);
        } else {
            let mut padded = Row([0.0; PANEL]);
            S::as_mut_simd_f64s(&mut padded.0).0.copy_from_slice(row);
            own.copy_from_slice(&padded.0[..own.len()]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernels::{Weights, tests::numbers};

    fn matrix(rows: usize, cols: usize, values: [f64; 2]) -> Vec<f64> {
        let pick = |w: f64| values[usize::from(w > 0.0)];
        numbers(rows * cols, 1).into_iter().map(pick).collect()
    }

    /// Both products, added to a half.
    fn products(w: &TwoValued, [rows, cols]: [usize; 2], width: usize) -> Vec<f64> {
        let (g, f) = (numbers(cols * width, 2), numbers(rows * width, 3));
        let (mut out, mut back) = (vec![0.5; rows * width], vec![0.5; cols * width]);
        w.add(false, &g, width, &mut out);
        w.add(true, &f, width, &mut back);
        out.extend(back);
        out
    }

    #[test]
    fn sums_of_four_give_the_product() {
        // Sizes that fill neither groups nor slabs nor the rows that are summed together, panels that are cut short.
        for [rows, cols] in [[64, 64], [65, 67], [71, 130], [200, 131]] {
            for values in [[-1.0, 1.0], [0.0, 1.0], [0.3, -7.0], [2.0, 2.0]] {
                let data = matrix(rows, cols, values);
                let w = TwoValued::of(rows, cols, &data).unwrap();
                for width in [2, 8, 16, 23, 64] {
                    let (g, f) = (numbers(cols * width, 2), numbers(rows * width, 3));
                    let got = products(&w, [rows, cols], width);
                    let (forward, backward) = got.split_at(rows * width);
                    let size = values[0].abs().max(values[1].abs()) * rows.max(cols) as f64;
                    let check = |got: f64, want: f64| {
                        // As many summands of at most half this size each, in another order.
                        assert!((got - want).abs() <= f64::EPSILON * size, "{got} {want}");
                    };
                    for b in 0..width {
                        for r in 0..rows {
                            let product = |k: usize| data[r * cols + k] * g[k * width + b];
                            let want = 0.5 + (0..cols).map(product).sum::<f64>();
                            check(forward[r * width + b], want);
                        }
                        for c in 0..cols {
                            let product = |k: usize| data[k * cols + c] * f[k * width + b];
                            let want = 0.5 + (0..rows).map(product).sum::<f64>();
                            check(backward[c * width + b], want);
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn the_bits_of_a_column_depend_on_nothing_else() {
        let (rows, cols) = (70, 133);
        let w = TwoValued::of(rows, cols, &matrix(rows, cols, [0.3, -7.0])).unwrap();
        let g = numbers(cols, 5);
        let mut first: Option<Vec<u64>> = None;
        for (width, column) in [(2, 0), (2, 1), (16, 15), (17, 16), (40, 20), (64, 63)] {
            let mut block = numbers(cols * width, 6);
            for (k, g) in g.iter().enumerate() {
                block[k * width + column] = *g;
            }
            let mut out = vec![0.25; rows * width];
            w.add(false, &block, width, &mut out);
            let own = out.iter().skip(column).step_by(width);
            let bits: Vec<u64> = own.map(|v| v.to_bits()).collect();
            assert!(
                *first.get_or_insert(bits.clone()) == bits,
                "{width} {column}"
            );
        }
    }

    #[test]
    fn what_is_not_a_number_stays_in_its_column_and_reaches_every_row() {
        let (rows, cols, width) = (64, 66, 5);
        let w = TwoValued::of(rows, cols, &matrix(rows, cols, [0.0, 1.0])).unwrap();
        let mut g = numbers(cols * width, 2);
        g[65 * width + 3] = f64::NAN;
        let mut out = vec![0.0; rows * width];
        w.add(false, &g, width, &mut out);
        for (k, v) in out.iter().enumerate() {
            assert_eq!(v.is_nan(), k % width == 3);
        }
    }

    #[test]
    fn a_third_value_or_too_few_rows_and_there_are_no_bits() {
        let mut data = matrix(64, 64, [-1.0, 1.0]);
        assert!(TwoValued::of(64, 64, &data).is_some());
        assert!(TwoValued::of(32, 128, &data).is_none());
        for other in [0.0, -0.0, 1.0 + f64::EPSILON, -1.0 - f64::EPSILON] {
            data[1234] = other;
            assert!(TwoValued::of(64, 64, &data).is_none());
        }
        // Zeros of both signs are two values.
        assert!(TwoValued::of(64, 64, &matrix(64, 64, [0.0, -0.0])).is_some());
    }

    #[test]
    fn weights_use_it_whatever_the_width_of_the_block() {
        let (rows, cols) = (128, 128);
        let w = Weights::new(rows, cols, matrix(rows, cols, [-0.5, 0.5])).unwrap();
        let bits = TwoValued::of(rows, cols, w.data()).unwrap();
        for width in [2, 64] {
            let (g, f) = (numbers(cols * width, 2), numbers(rows * width, 3));
            let (mut out, mut back) = (vec![0.5; rows * width], vec![0.5; cols * width]);
            w.add_both(&g, &f, width, &mut out, &mut back);
            out.extend(back);
            assert!(out == products(&bits, [rows, cols], width));
        }
    }
}
