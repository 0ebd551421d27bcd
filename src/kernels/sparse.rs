//! A matrix of which most entries are zero: of each row the columns and the values that are not (compressed rows, CSR).
//!
//! A product reads 12 bytes an entry, and what it gathers from the block lies wherever the columns say: it waits for memory,
//! not for the multiplications. A block of 8 columns is gathered by whole cache lines. Every entry of the result is summed
//! in the order of the columns, in a narrow block in as many parts as hide the wait between two additions.

use std::sync::OnceLock;

use super::parallel::each;
use super::vectorized;

/// Columns of a block that are summed together: a cache line of each row of it.
const TOGETHER: usize = 8;
/// Sums of one vector that run side by side.
const PARTS: usize = 4;
/// Pieces into which the rows are cut, and entries from which on several cores work on them.
const PIECES: usize = 16;
const LARGE: usize = 1 << 15;

/// The rows of a sparse matrix.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Rows {
    /// Where the entries of each row begin, and the end of all.
    starts: Vec<usize>,
    columns: Vec<u32>,
    values: Vec<f64>,
}

/// A sparse matrix.
#[derive(Clone, Debug)]
pub(super) struct Sparse {
    rows: Rows,
    /// Those of the transposed matrix, made when they are first needed.
    turned: OnceLock<Rows>,
    cols: usize,
}

/// Rows of a product and their results.
type Piece<'a> = Option<(usize, &'a mut [f64])>;

impl Rows {
    fn count(&self) -> usize {
        self.starts.len() - 1
    }

    /// The columns of a row in rising order, and its values.
    fn row(&self, r: usize) -> (&[u32], &[f64]) {
        let own = self.starts[r]..self.starts[r + 1];
        (&self.columns[own.clone()], &self.values[own])
    }

    /// The rows of the transposed matrix.
    fn turned(&self, cols: usize) -> Rows {
        let mut starts = vec![0; cols + 1];
        for column in &self.columns {
            starts[*column as usize + 1] += 1;
        }
        for k in 0..cols {
            starts[k + 1] += starts[k];
        }
        let (mut columns, mut values) = (vec![0; self.columns.len()], vec![0.0; self.values.len()]);
        let mut next = starts.clone();
        for r in 0..self.count() {
            let (own, entries) = self.row(r);
            for (column, value) in own.iter().zip(entries) {
                let to = &mut next[*column as usize];
                (columns[*to], values[*to]) = (r as u32, *value);
                *to += 1;
            }
        }
        Rows {
            starts,
            columns,
            values,
        }
    }

    /// `out += A g`, on the cores that this thread may use if it is large.
    fn add_product(&self, g: &[f64], width: usize, out: &mut [f64]) {
        let rows = self.count().div_ceil(PIECES).max(1);
        let mut pieces: [Piece<'_>; PIECES] = [const { None }; PIECES];
        for ((k, piece), out) in pieces
            .iter_mut()
            .enumerate()
            .zip(out.chunks_mut(rows * width))
        {
            *piece = Some((k * rows, out));
        }
        let large = self.values.len() * width >= LARGE;
        each(&mut pieces, large, &|piece| {
            if let Some((first, out)) = piece {
                vectorized(
                    #[inline(always)]
                    || match width {
                        1 => self.vector(*first, g, out),
                        _ => self.block(*first, g, width, out),
                    },
                );
            }
        });
    }

    #[inline(always)]
    fn vector(&self, first: usize, g: &[f64], out: &mut [f64]) {
        for (r, out) in (first..).zip(out) {
            let (columns, values) = self.row(r);
            let (four, rest) = columns.as_chunks::<PARTS>();
            let (entries, last) = values.as_chunks::<PARTS>();
            let mut sums = [0.0; PARTS];
            for (columns, values) in four.iter().zip(entries) {
                for k in 0..PARTS {
                    sums[k] = values[k].mul_add(g[columns[k] as usize], sums[k]);
                }
            }
            for (k, (column, value)) in rest.iter().zip(last).enumerate() {
                sums[k] = value.mul_add(g[*column as usize], sums[k]);
            }
            *out += (sums[0] + sums[1]) + (sums[2] + sums[3]);
        }
    }

    #[inline(always)]
    fn block(&self, first: usize, g: &[f64], width: usize, out: &mut [f64]) {
        for (r, out) in (first..).zip(out.chunks_exact_mut(width)) {
            let (columns, values) = self.row(r);
            let (eights, rest) = out.as_chunks_mut::<TOGETHER>();
            for (k, sums) in eights.iter_mut().enumerate() {
                let mut own = *sums;
                for (column, value) in columns.iter().zip(values) {
                    let row = &g[*column as usize * width + k * TOGETHER..][..TOGETHER];
                    for (s, g) in own.iter_mut().zip(row) {
                        *s = value.mul_add(*g, *s);
                    }
                }
                *sums = own;
            }
            let edge = width - rest.len();
            for (column, value) in columns.iter().zip(values) {
                let row = &g[*column as usize * width + edge..][..rest.len()];
                for (s, g) in rest.iter_mut().zip(row) {
                    *s = value.mul_add(*g, *s);
                }
            }
        }
    }
}

impl Sparse {
    /// The entries of each row, whose columns are below `cols`; those of one place are added up.
    pub fn new(rows: usize, cols: usize, mut entries: Vec<(u32, u32, f64)>) -> Self {
        let at = |(row, column, _): &(u32, u32, f64)| (*row, *column);
        if !entries.is_sorted_by_key(at) {
            // What stands in one place keeps its order.
            entries.sort_by_key(at);
        }
        entries.dedup_by(|next, kept| {
            let same = (next.0, next.1) == (kept.0, kept.1);
            if same {
                kept.2 += next.2;
            }
            same
        });
        let mut starts = vec![0; rows + 1];
        for (row, _, _) in &entries {
            starts[*row as usize + 1] += 1;
        }
        for r in 0..rows {
            starts[r + 1] += starts[r];
        }
        Sparse {
            rows: Rows {
                starts,
                columns: entries.iter().map(|(_, column, _)| *column).collect(),
                values: entries.iter().map(|(_, _, value)| *value).collect(),
            },
            turned: OnceLock::new(),
            cols,
        }
    }

    /// The same places with other values, as many.
    pub fn with(&self, values: Vec<f64>) -> Self {
        Sparse {
            rows: Rows {
                values,
                ..self.rows.clone()
            },
            turned: OnceLock::new(),
            cols: self.cols,
        }
    }

    /// The values that are kept, row by row.
    pub fn values(&self) -> &[f64] {
        &self.rows.values
    }

    /// Those of a row, with their columns.
    pub fn row(&self, r: usize) -> (&[u32], &[f64]) {
        self.rows.row(r)
    }

    /// The values of a column that are kept, with their rows.
    pub fn column(&self, c: usize) -> (&[u32], &[f64]) {
        self.turned().row(c)
    }

    fn turned(&self) -> &Rows {
        self.turned.get_or_init(|| self.rows.turned(self.cols))
    }

    /// Where in its row an entry is kept, or would be.
    pub fn place(&self, r: usize, column: usize) -> Result<usize, usize> {
        let (columns, _) = self.row(r);
        columns.binary_search_by(|c| (*c as usize).cmp(&column))
    }

    /// One entry.
    pub fn entry(&self, r: usize, column: usize) -> f64 {
        let found = self.place(r, column);
        found.map_or(0.0, |k| self.row(r).1[k])
    }

    /// `out += W g`, or `out += Wᵀ g`.
    pub fn add(&self, transposed: bool, g: &[f64], width: usize, out: &mut [f64]) {
        let rows = match transposed {
            false => &self.rows,
            true => self.turned(),
        };
        rows.add_product(g, width, out);
    }

    /// Bytes that it takes, those of the transposed matrix if that was made.
    pub fn bytes(&self) -> usize {
        let of = |rows: &Rows| 8 * rows.starts.len() + 12 * rows.values.len();
        of(&self.rows) + self.turned.get().map_or(0, of)
    }
}

impl PartialEq for Sparse {
    fn eq(&self, other: &Self) -> bool {
        (self.cols, &self.rows) == (other.cols, &other.rows)
    }
}
