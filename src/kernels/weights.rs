//! The one operator that multiplies by a matrix.

use super::product::Product;
use super::vectorized;

/// Rows handled together, so that a vector that is read serves several rows of the matrix.
const TOGETHER: usize = 4;
/// Partial sums of a dot product (see `rows.rs`).
const PARTIAL: usize = 8;

/// A matrix of synaptic weights, `rows × cols`, row = target, with the norms of its rows.
///
/// Rows lie one after the other in memory. The products *add* to what `out` holds, so that the currents of several
/// synapses gather in one vector.
#[derive(Clone, Debug, PartialEq)]
pub struct Weights {
    rows: usize,
    cols: usize,
    data: Vec<f64>,
    row_norms: Vec<f64>,
}

impl Weights {
    /// Wraps row-major `data`; `None` if its length is not `rows · cols` or an entry is not finite.
    pub fn new(rows: usize, cols: usize, data: Vec<f64>) -> Option<Self> {
        if rows.checked_mul(cols)? != data.len() || !data.iter().all(|w| w.is_finite()) {
            return None;
        }
        let norm = |r: &[f64]| r.iter().fold(0.0f64, |s, v| s.hypot(*v));
        let row_norms = if cols == 0 {
            vec![0.0; rows]
        } else {
            data.chunks_exact(cols).map(norm).collect()
        };
        Some(Weights {
            rows,
            cols,
            data,
            row_norms,
        })
    }

    /// Number of rows (neurons of the target layer).
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Number of columns (neurons of the source layer).
    pub fn cols(&self) -> usize {
        self.cols
    }

    /// The entries, row by row.
    pub fn data(&self) -> &[f64] {
        &self.data
    }

    /// Euclidean norm of each row: bounds the summands of a row's product without a second pass over the matrix.
    pub fn row_norms(&self) -> &[f64] {
        &self.row_norms
    }

    /// `out += W g`; `g` is `cols × lanes`, `out` is `rows × lanes`.
    pub fn add_product(&self, g: &[f64], lanes: usize, out: &mut [f64]) {
        if lanes == 1 {
            vectorized(
                #[inline(always)]
                || {
                    for (rows, out) in self.groups(&self.data).zip(out.chunks_mut(TOGETHER)) {
                        dots(rows, self.cols, g, out);
                    }
                },
            );
        } else {
            Product {
                weights: &self.data,
                rows: self.rows,
                inner: self.cols,
                row: self.cols,
                step: 1,
                g,
                lanes,
                out,
            }
            .add();
        }
    }

    /// `out += Wᵀ f`; `f` is `rows × lanes`, `out` is `cols × lanes`.
    pub fn add_transposed_product(&self, f: &[f64], lanes: usize, out: &mut [f64]) {
        if lanes == 1 {
            vectorized(
                #[inline(always)]
                || {
                    for (rows, f) in self.groups(&self.data).zip(f.chunks(TOGETHER)) {
                        combine(rows, self.cols, f, out);
                    }
                },
            );
        } else {
            Product {
                weights: &self.data,
                rows: self.cols,
                inner: self.rows,
                row: 1,
                step: self.cols,
                g: f,
                lanes,
                out,
            }
            .add();
        }
    }

    /// Both directions: `forward += W g` and `backward += Wᵀ f`. A narrow block reads the matrix once for the two.
    pub fn add_both(
        &self,
        g: &[f64],
        f: &[f64],
        lanes: usize,
        forward: &mut [f64],
        backward: &mut [f64],
    ) {
        if lanes == 1 {
            vectorized(
                #[inline(always)]
                || {
                    let groups = self.groups(&self.data);
                    let targets = forward.chunks_mut(TOGETHER).zip(f.chunks(TOGETHER));
                    for (rows, (forward, f)) in groups.zip(targets) {
                        dots(rows, self.cols, g, forward);
                        combine(rows, self.cols, f, backward);
                    }
                },
            );
        } else {
            self.add_product(g, lanes, forward);
            self.add_transposed_product(f, lanes, backward);
        }
    }

    fn groups<'a>(&self, data: &'a [f64]) -> std::slice::Chunks<'a, f64> {
        data.chunks((TOGETHER * self.cols).max(1))
    }
}

/// `out[r] += row_r · g` for a few rows, together where there are as many as can be: the additions of one row alone would
/// wait for each other.
#[inline(always)]
fn dots(rows: &[f64], cols: usize, g: &[f64], out: &mut [f64]) {
    if let [o0, o1, o2, o3] = out {
        let sums = dots_of::<TOGETHER>(rows, cols, g);
        *o0 += sums[0];
        *o1 += sums[1];
        *o2 += sums[2];
        *o3 += sums[3];
    } else {
        for (row, out) in rows.chunks_exact(cols).zip(out) {
            let [sum] = dots_of(row, cols, g);
            *out += sum;
        }
    }
}

#[inline(always)]
fn dots_of<const R: usize>(rows: &[f64], cols: usize, g: &[f64]) -> [f64; R] {
    let g = &g[..cols];
    let row: [&[f64]; R] = std::array::from_fn(|r| &rows[r * cols..(r + 1) * cols]);
    let mut partial = [[0.0; PARTIAL]; R];
    let whole = cols - cols % PARTIAL;
    for k in (0..whole).step_by(PARTIAL) {
        let v: &[f64] = &g[k..k + PARTIAL];
        for (p, row) in partial.iter_mut().zip(&row) {
            let w = &row[k..k + PARTIAL];
            for j in 0..PARTIAL {
                p[j] = w[j].mul_add(v[j], p[j]);
            }
        }
    }
    std::array::from_fn(|r| {
        let rest: f64 = (whole..cols).map(|k| row[r][k] * g[k]).sum();
        partial[r].iter().sum::<f64>() + rest
    })
}

/// `out += Σ_r f[r] · row_r` for a few rows.
#[inline(always)]
fn combine(rows: &[f64], cols: usize, f: &[f64], out: &mut [f64]) {
    let out = &mut out[..cols];
    if let [f0, f1, f2, f3] = *f {
        let (r0, rest) = rows.split_at(cols);
        let (r1, rest) = rest.split_at(cols);
        let (r2, r3) = rest.split_at(cols);
        let r3 = &r3[..cols];
        for (k, o) in out.iter_mut().enumerate() {
            *o += (f0 * r0[k] + f1 * r1[k]) + (f2 * r2[k] + f3 * r3[k]);
        }
    } else {
        for (row, f) in rows.chunks_exact(cols).zip(f) {
            for (o, w) in out.iter_mut().zip(row) {
                *o += f * w;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(n: usize, seed: u64) -> Vec<f64> {
        let mut s = seed;
        let next = |_| {
            s = s
                .wrapping_mul(6364136223846793005)
                .wrapping_add(1442695040888963407);
            (s >> 11) as f64 / (1u64 << 53) as f64 - 0.5
        };
        (0..n).map(next).collect()
    }

    #[test]
    fn narrow_and_wide_blocks_give_the_same_products() {
        for (rows, cols) in [(1, 1), (3, 7), (8, 5), (13, 21), (64, 33)] {
            let w = Weights::new(rows, cols, numbers(rows * cols, 1)).unwrap();
            for lanes in [2, 3, 8] {
                let g = numbers(cols * lanes, 2);
                let f = numbers(rows * lanes, 3);
                let (mut wide_f, mut wide_b) = (vec![0.5; rows * lanes], vec![0.25; cols * lanes]);
                w.add_both(&g, &f, lanes, &mut wide_f, &mut wide_b);
                for b in 0..lanes {
                    let lane = |x: &[f64]| -> Vec<f64> {
                        x.iter().skip(b).step_by(lanes).copied().collect()
                    };
                    let (mut forward, mut backward) = (vec![0.5; rows], vec![0.25; cols]);
                    w.add_both(&lane(&g), &lane(&f), 1, &mut forward, &mut backward);
                    let (mut one, mut other) = (vec![0.5; rows], vec![0.25; cols]);
                    w.add_product(&lane(&g), 1, &mut one);
                    w.add_transposed_product(&lane(&f), 1, &mut other);
                    assert_eq!(one, forward);
                    assert_eq!(other, backward);
                    // Sums of at most 64 products of size 1/4 in another order: 64 · 2⁻⁵³ bounds their difference.
                    for (a, b) in forward
                        .iter()
                        .chain(&backward)
                        .zip(lane(&wide_f).iter().chain(&lane(&wide_b)))
                    {
                        assert!((a - b).abs() < 64.0 * f64::EPSILON, "{a} {b}");
                    }
                }
            }
        }
    }

    #[test]
    fn what_is_zero_in_all_lanes_is_passed_over_and_nothing_else_is() {
        // Three slabs of inner indices, the last of them in part; lanes that are laid out together and some more.
        let (rows, cols, lanes) = (70, 300, 133);
        let w = Weights::new(rows, cols, numbers(rows * cols, 1)).unwrap();
        for (k, b) in [
            (0, 0),
            (127, 132),
            (128, 5),
            (255, 127),
            (256, 128),
            (299, 132),
        ] {
            let mut g = vec![0.0; cols * lanes];
            g[k * lanes + b] = 2.0;
            let mut out = vec![0.0; rows * lanes];
            w.add_product(&g, lanes, &mut out);
            for r in 0..rows {
                for lane in 0..lanes {
                    let want = if lane == b {
                        2.0 * w.data()[r * cols + k]
                    } else {
                        0.0
                    };
                    assert_eq!(out[r * lanes + lane], want, "{k} {b}: {r} {lane}");
                }
            }
            // What is not a number is not zero.
            g[k * lanes + b] = f64::NAN;
            w.add_product(&g, lanes, &mut out);
            assert!(out[b].is_nan());
        }
    }

    #[test]
    fn a_matrix_of_the_wrong_length_is_refused() {
        assert!(Weights::new(2, 3, vec![0.0; 5]).is_none());
        assert!(Weights::new(usize::MAX, 3, vec![]).is_none());
        for bad in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            assert!(Weights::new(1, 2, vec![1.0, bad]).is_none());
        }
    }
}
