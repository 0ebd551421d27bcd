//! What a synapse adds to a part of a matrix that lies column by column.

use std::fmt;

use super::Weights;
use super::parallel::with_zeros;
use super::product::Product;
use super::vectorized;

/// Rows of memories that are weighted together.
const SLAB: usize = 128;
/// Columns that are turned together: each is a stream of its own.
const TURNED: usize = 8;

/// A part of a matrix, told by what it is made of.
#[derive(Clone, Copy, Debug)]
pub enum Patch<'a> {
    /// `c W`.
    Weights(f64, &'a Weights),
    /// `c Wᵀ`.
    Transposed(f64, &'a Weights),
    /// `Σ_k m_k l_k r_kᵀ` over the rows `l_k` and `r_k` of two matrices, which lie one after the other.
    Rows([&'a [f64]; 2], &'a [f64]),
    /// `c l rᵀ`.
    Outer(f64, [&'a [f64]; 2]),
    /// Entries that are told one by one.
    Told(Told<'a>),
}

/// Entries of a matrix that is not kept as one; those of one place are added up.
#[derive(Clone, Copy)]
pub struct Told<'a> {
    /// How many there are, at most.
    pub count: usize,
    /// Tells each of them.
    pub each: &'a dyn Fn(Entry<'_>),
}

/// What is told a row, a column and a value.
pub type Entry<'a> = &'a mut dyn FnMut(usize, usize, f64);

impl fmt::Debug for Told<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Told({} entries)", self.count)
    }
}

impl Patch<'_> {
    /// Multiplications that it takes.
    pub fn multiplications(&self) -> u64 {
        let count = match self {
            Patch::Weights(_, w) | Patch::Transposed(_, w) => w.data().len(),
            Patch::Rows([l, r], m) => l.len() * (r.len() / m.len().max(1) + 1),
            Patch::Outer(_, [l, r]) => l.len() * r.len(),
            Patch::Told(told) => told.count,
        };
        count as u64
    }

    /// Adds it to the matrix whose first entry is that of `out`, and in which one column begins `lead` numbers after another.
    /// With `half`, what lies above the diagonal may be left out.
    pub fn add(&self, out: &mut [f64], lead: usize, half: bool) {
        if out.is_empty() {
            return;
        }
        match self {
            Patch::Weights(c, w) if w.is_sparse() => {
                for (i, j, w) in w.entries() {
                    out[j * lead + i] += c * w;
                }
            }
            Patch::Transposed(c, w) if w.is_sparse() => {
                for (i, j, w) in w.entries() {
                    out[i * lead + j] += c * w;
                }
            }
            Patch::Transposed(c, w) => {
                let rows = w.data().chunks_exact(w.cols().max(1));
                for (column, row) in out.chunks_mut(lead).zip(rows) {
                    add_scaled(&mut column[..row.len()], *c, row);
                }
            }
            Patch::Weights(c, w) => {
                let all = (0..w.cols()).step_by(TURNED);
                for (columns, from) in out.chunks_mut(TURNED * lead).zip(all) {
                    let some = from..w.cols().min(from + TURNED);
                    for (i, row) in w.data().chunks_exact(w.cols().max(1)).enumerate() {
                        for (j, w) in row[some.clone()].iter().enumerate() {
                            columns[j * lead + i] += c * w;
                        }
                    }
                }
            }
            Patch::Rows(rows, m) => add_rows(*rows, m, out, (lead, half)),
            Patch::Outer(c, [l, r]) => {
                for (column, r) in out.chunks_mut(lead).zip(*r) {
                    add_scaled(&mut column[..l.len()], c * r, l);
                }
            }
            Patch::Told(told) => (told.each)(&mut |i, j, w| out[j * lead + i] += w),
        }
    }
}

/// `Σ_k m_k l_k r_kᵀ`: a product of matrices, some rows at a time.
fn add_rows([l, r]: [&[f64]; 2], m: &[f64], out: &mut [f64], (lead, half): (usize, bool)) {
    let [height, width] = [l, r].map(|rows| rows.len() / m.len().max(1));
    with_zeros(SLAB * (height + width), |storage| {
        let (weighted, turned) = storage.split_at_mut(SLAB * height);
        for (k, m) in m.chunks(SLAB).enumerate() {
            let [l, r] = [&l[k * SLAB * height..], &r[k * SLAB * width..]];
            let rows = l.chunks_exact(height.max(1)).zip(m);
            for (to, (row, m)) in weighted.chunks_exact_mut(height.max(1)).zip(rows) {
                to.iter_mut().zip(row).for_each(|(t, l)| *t = m * l);
            }
            // A row of the product reads them side by side.
            for from in (0..width).step_by(TURNED) {
                let some = from..width.min(from + TURNED);
                for (k, row) in r.chunks_exact(width).take(m.len()).enumerate() {
                    for (j, v) in some.clone().zip(&row[some.clone()]) {
                        turned[j * SLAB + k] = *v;
                    }
                }
            }
            Product {
                weights: turned,
                rows: width,
                inner: m.len(),
                row: SLAB,
                step: 1,
                g: weighted,
                width: height,
                out,
                leads: [height, lead],
            }
            .share(half);
        }
    });
}

/// `y += c x`.
pub fn add_scaled(y: &mut [f64], c: f64, x: &[f64]) {
    vectorized(
        #[inline(always)]
        || {
            for (y, x) in y.iter_mut().zip(x) {
                *y += c * x;
            }
        },
    );
}
