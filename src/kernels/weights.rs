//! The one operator that multiplies by a matrix.

use std::fmt;
use std::sync::OnceLock;

use super::entries::{Compact, Entries};
use super::line::{Form, Line, Turned};
use super::pieces::{Cut, in_pieces};
use super::product::Product;
use super::sparse::Sparse;
use super::two_valued::TwoValued;

/// Entries, 128 KiB of them, from which on a compact copy is kept: no nearest cache holds so many. In it, a product does not
/// wait for bytes, and gains nothing from there being fewer.
const FAR: usize = 1 << 14;

/// A matrix of synaptic weights, `rows × cols`, row = target, with the norms of its rows.
///
/// All entries are kept, row by row, or only those that are not zero ([`Weights::sparse`]). The products *add* to what `out`
/// holds, so that the currents of several synapses gather in one vector.
///
/// ```
/// use attractor::kernels::Weights;
///
/// // Two rows: two neurons that receive from three.
/// let weights = Weights::new(2, 3, vec![1.0, 0.0, 2.0, 0.0, -1.0, 0.5])?;
/// let mut current = vec![0.0; 2];
/// weights.add_product(&[1.0, 2.0, 3.0], 1, &mut current);
/// assert_eq!(current, [7.0, -0.5]);
/// # Ok::<(), attractor::kernels::WeightsError>(())
/// ```
#[derive(Clone)]
pub struct Weights {
    rows: usize,
    cols: usize,
    /// All entries, or none of a sparse matrix.
    data: Vec<f64>,
    row_norms: Vec<f64>,
    /// The entries once more, in an eighth of the memory, for products with one vector.
    compact: Option<Compact>,
    /// Which of two values they are, for products with wide blocks.
    two_valued: Option<TwoValued>,
    sparse: Option<Sparse>,
    /// The columns, each in one piece, made when one is first asked for.
    turned: OnceLock<Turned>,
}

/// Why numbers are no weights.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum WeightsError {
    /// They do not fill the matrix.
    Length {
        /// Rows of the matrix.
        rows: usize,
        /// Its columns.
        cols: usize,
        /// How many numbers there are.
        given: usize,
    },
    /// One stands outside the matrix.
    Outside {
        /// Its row and column.
        place: [usize; 2],
        /// Rows and columns of the matrix.
        shape: [usize; 2],
    },
    /// One of them is infinite or not a number.
    NotFinite {
        /// Its row.
        row: usize,
        /// Its column.
        col: usize,
        /// What it is.
        value: f64,
    },
}

impl fmt::Display for WeightsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            WeightsError::Length { rows, cols, given } => write!(
                f,
                "weights of {rows} × {cols} need as many numbers, row by row, there are {given}"
            ),
            WeightsError::Outside {
                place: [row, col],
                shape: [rows, cols],
            } => write!(
                f,
                "an entry in row {row}, column {col} stands outside weights of {rows} × {cols}, of at most 4294967295 rows and columns"
            ),
            WeightsError::NotFinite { row, col, value } => write!(
                f,
                "the weight in row {row}, column {col} is {value}, it must be finite"
            ),
        }
    }
}

impl std::error::Error for WeightsError {}

// What is kept for speed alone follows from the data.

impl fmt::Debug for Weights {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Weights")
            .field("rows", &self.rows)
            .field("cols", &self.cols)
            .field("data", &self.data())
            .field("row_norms", &self.row_norms)
            .finish()
    }
}

impl PartialEq for Weights {
    fn eq(&self, other: &Self) -> bool {
        let of = |w: &Weights| (w.rows, w.cols);
        of(self) == of(other) && self.data == other.data && self.sparse == other.sparse
    }
}

impl Weights {
    /// Wraps row-major `data`.
    ///
    /// # Errors
    /// If its length is not `rows · cols`, or an entry is not finite.
    pub fn new(rows: usize, cols: usize, data: Vec<f64>) -> Result<Self, WeightsError> {
        if rows.checked_mul(cols) != Some(data.len()) {
            let given = data.len();
            return Err(WeightsError::Length { rows, cols, given });
        }
        if let Some(k) = data.iter().position(|w| !w.is_finite()) {
            let (row, col, value) = (k / cols, k % cols, data[k]);
            return Err(WeightsError::NotFinite { row, col, value });
        }
        let row_norms = if cols == 0 {
            vec![0.0; rows]
        } else {
            data.chunks_exact(cols).map(length).collect()
        };
        let (compact, two_valued) = match data.len() >= FAR {
            true => (Compact::of(&data), TwoValued::of(rows, cols, &data)),
            false => (None, None),
        };
        Ok(Weights {
            rows,
            cols,
            data,
            row_norms,
            compact,
            two_valued,
            sparse: None,
            turned: OnceLock::new(),
        })
    }

    /// A matrix of which these entries `(row, column, value)` are not zero, in any order; those of one place are added up. What
    /// it takes is 12 bytes an entry, twice as much once it has multiplied by its transpose.
    ///
    /// ```
    /// use attractor::kernels::Weights;
    ///
    /// let ring = (0..5).map(|i| (i, (i + 1) % 5, 1.0));
    /// let weights = Weights::sparse(5, 5, ring)?;
    /// let mut out = vec![0.0; 5];
    /// weights.add_product(&[1.0, 2.0, 3.0, 4.0, 5.0], 1, &mut out);
    /// assert_eq!(out, [2.0, 3.0, 4.0, 5.0, 1.0]);
    /// # Ok::<(), attractor::kernels::WeightsError>(())
    /// ```
    ///
    /// # Errors
    /// If an entry is not finite or stands outside the matrix, or the matrix has 2³² rows or columns.
    pub fn sparse(
        rows: usize,
        cols: usize,
        entries: impl IntoIterator<Item = (usize, usize, f64)>,
    ) -> Result<Self, WeightsError> {
        let entries = entries.into_iter().map(|(row, col, value)| {
            let [r, c] = [row, col].map(u32::try_from);
            match (r, c) {
                (Ok(r), Ok(c)) if row < rows && col < cols => Ok((r, c, value)),
                _ => Err(WeightsError::Outside {
                    place: [row, col],
                    shape: [rows, cols],
                }),
            }
        });
        let sparse = Sparse::new(rows, cols, entries.collect::<Result<_, _>>()?);
        Weights::kept(rows, cols, sparse)
    }

    fn kept(rows: usize, cols: usize, sparse: Sparse) -> Result<Self, WeightsError> {
        let mut row_norms = vec![0.0f64; rows];
        for k in 0..sparse.parts() {
            let (r, _, values) = sparse.part(k);
            row_norms[r] = values.iter().fold(row_norms[r], |s, v| s.hypot(*v));
        }
        let made = Weights {
            rows,
            cols,
            data: Vec::new(),
            row_norms,
            compact: None,
            two_valued: None,
            sparse: Some(sparse),
            turned: OnceLock::new(),
        };
        let wrong = made.entries().find(|(_, _, value)| !value.is_finite());
        match wrong {
            Some((row, col, value)) => Err(WeightsError::NotFinite { row, col, value }),
            None => Ok(made),
        }
    }

    /// Other values in the place of those that are kept.
    ///
    /// # Errors
    /// If they are not as many, or one is not finite.
    pub fn with(&self, values: Vec<f64>) -> Result<Self, WeightsError> {
        let Some(sparse) = &self.sparse else {
            return Weights::new(self.rows, self.cols, values);
        };
        let (rows, cols, given) = (self.rows, self.cols, values.len());
        if given != sparse.values().len() {
            return Err(WeightsError::Length { rows, cols, given });
        }
        Weights::kept(rows, cols, sparse.with(values))
    }

    /// A matrix of the shape and kind of this one with other entries; those of one place are added up.
    ///
    /// # Errors
    /// As [`Weights::sparse`].
    pub fn like(
        &self,
        entries: impl IntoIterator<Item = (usize, usize, f64)>,
    ) -> Result<Self, WeightsError> {
        let (rows, cols) = (self.rows, self.cols);
        if self.is_sparse() {
            return Weights::sparse(rows, cols, entries);
        }
        let mut data = vec![0.0; rows * cols];
        for (i, j, value) in entries {
            data[i * cols + j] += value;
        }
        Weights::new(rows, cols, data)
    }

    /// The same with every entry kept.
    pub fn whole(&self) -> Self {
        if self.sparse.is_none() {
            return self.clone();
        }
        let mut data = vec![0.0; self.rows * self.cols];
        for (i, j, value) in self.entries() {
            data[i * self.cols + j] = value;
        }
        // Its entries are finite and fill it.
        Weights::new(self.rows, self.cols, data).unwrap_or_else(|_| self.clone())
    }

    /// Are only those entries kept that are not zero?
    pub fn is_sparse(&self) -> bool {
        self.sparse.is_some()
    }

    /// The entries that are kept, with their places, in the order of [`Weights::data`].
    pub fn entries(&self) -> impl Iterator<Item = (usize, usize, f64)> {
        let parts = self.sparse.as_ref().map_or(self.rows, Sparse::parts);
        (0..parts).flat_map(|k| {
            let (r, columns, values) = match &self.sparse {
                Some(sparse) => sparse.part(k),
                None => (k, &[][..], &self.data[k * self.cols..(k + 1) * self.cols]),
            };
            values.iter().enumerate().map(move |(k, value)| {
                let column = columns.get(k).map_or(k, |c| *c as usize);
                (r, column, *value)
            })
        })
    }

    /// Is the entry of this place kept?
    pub fn keeps(&self, row: usize, column: usize) -> bool {
        self.sparse
            .as_ref()
            .is_none_or(|s| s.kept(row, column).is_some())
    }

    /// One entry.
    pub fn entry(&self, row: usize, column: usize) -> f64 {
        match &self.sparse {
            Some(sparse) => sparse.kept(row, column).unwrap_or(0.0),
            None => self.data[row * self.cols + column],
        }
    }

    /// A row.
    pub fn row(&self, r: usize) -> Line<'_> {
        let at = r * self.cols..(r + 1) * self.cols;
        Line(match (&self.sparse, &self.compact) {
            (Some(sparse), _) => Form::Sparse(sparse.row(r)),
            (None, Some(compact)) => Form::Small(compact.entries().part(at)),
            (None, None) => Form::Whole(&self.data[at]),
        })
    }

    /// A column. When one is first asked for, a copy of the matrix is made that holds every column in one piece: for entries of
    /// one size in a bit each, for small integers in a byte.
    pub fn column(&self, c: usize) -> Line<'_> {
        match &self.sparse {
            Some(sparse) => Line(Form::Sparse(sparse.column(c))),
            None => self.turned().column(c),
        }
    }

    /// The sum of the squares of a column.
    pub fn column_square(&self, c: usize) -> f64 {
        match &self.sparse {
            Some(sparse) => sparse.column(c).square(),
            None => self.turned().square(c),
        }
    }

    fn turned(&self) -> &Turned {
        let turned = || Turned::of(self.rows, self.cols, &self.data);
        self.turned.get_or_init(turned)
    }

    /// `10 × 12`, and how many entries are kept if it is sparse.
    pub fn describe(&self) -> String {
        let (rows, cols) = (self.rows, self.cols);
        match &self.sparse {
            Some(sparse) => format!("{rows} × {cols}, {} entries", sparse.values().len()),
            None => format!("{rows} × {cols}"),
        }
    }

    /// Number of rows (neurons of the target layer).
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Number of columns (neurons of the source layer).
    pub fn cols(&self) -> usize {
        self.cols
    }

    /// The entries that are kept: all of them, row by row, unless it is sparse. Of a large sparse matrix they lie in bands of
    /// columns, each row by row.
    pub fn data(&self) -> &[f64] {
        self.sparse.as_ref().map_or(&self.data, Sparse::values)
    }

    /// Bytes that the entries take, those of the columns if they were asked for.
    pub fn bytes(&self) -> usize {
        let all = 8 * self.data.len() + self.turned.get().map_or(0, Turned::bytes);
        self.sparse.as_ref().map_or(all, Sparse::bytes)
    }

    /// Euclidean norm of each row: bounds the summands of a row's product without a second pass over the matrix.
    pub fn row_norms(&self) -> &[f64] {
        &self.row_norms
    }

    /// `out += W g`; `g` is `cols × width`, `out` is `rows × width`.
    pub fn add_product(&self, g: &[f64], width: usize, out: &mut [f64]) {
        match width {
            1 if !self.is_sparse() => self.narrow(Some(g), None, out, &mut []),
            _ => self.wide(false, g, width, out),
        }
    }

    /// The same where the matrix is symmetric to the last bit: a narrow block reads half of it.
    pub fn add_symmetric_product(&self, g: &[f64], width: usize, out: &mut [f64]) {
        match &self.sparse {
            _ if width > 1 => return self.add_product(g, width, out),
            Some(sparse) => return sparse.add_symmetric(g, out),
            None => {}
        }
        in_pieces(
            [self.rows; 2],
            Cut::Triangle,
            &mut [],
            out,
            &|piece| match &self.compact {
                Some(compact) => piece.triangle(compact.entries(), g),
                None => piece.triangle(&self.data[..], g),
            },
        );
    }

    /// `out += Wᵀ f`; `f` is `rows × width`, `out` is `cols × width`.
    pub fn add_transposed_product(&self, f: &[f64], width: usize, out: &mut [f64]) {
        match width {
            1 if !self.is_sparse() => self.narrow(None, Some(f), &mut [], out),
            _ => self.wide(true, f, width, out),
        }
    }

    /// Both directions: `forward += W g` and `backward += Wᵀ f`. A narrow block reads the matrix once for the two.
    pub fn add_both(
        &self,
        g: &[f64],
        f: &[f64],
        width: usize,
        forward: &mut [f64],
        backward: &mut [f64],
    ) {
        if width == 1 && !self.is_sparse() {
            self.narrow(Some(g), Some(f), forward, backward);
        } else {
            self.add_product(g, width, forward);
            self.add_transposed_product(f, width, backward);
        }
    }

    /// A wide block, or any of a sparse matrix: `out += W g`, or `out += Wᵀ g`.
    fn wide(&self, transposed: bool, g: &[f64], width: usize, out: &mut [f64]) {
        if let Some(sparse) = &self.sparse {
            return sparse.add(transposed, g, width, out);
        }
        if let Some(two_valued) = &self.two_valued {
            return two_valued.add(transposed, g, width, out);
        }
        let (n, m) = (self.rows, self.cols);
        let (rows, inner, row, step) = if transposed {
            (m, n, 1, m)
        } else {
            (n, m, m, 1)
        };
        Product {
            weights: &self.data,
            rows,
            inner,
            row,
            step,
            g,
            width,
            out,
            leads: [width; 2],
        }
        .add();
    }

    /// One column: `forward += W g` if there is a `g`, `backward += Wᵀ f` if there is an `f`, in one pass over the matrix.
    fn narrow(
        &self,
        g: Option<&[f64]>,
        f: Option<&[f64]>,
        forward: &mut [f64],
        backward: &mut [f64],
    ) {
        let shape = [self.rows, self.cols];
        in_pieces(
            shape,
            Cut::Rows,
            forward,
            backward,
            &|piece| match &self.compact {
                Some(compact) => piece.panel(compact.entries(), self.cols, g, f),
                None => piece.panel(&self.data[..], self.cols, g, f),
            },
        );
    }
}

mod operations;
/// The length of a row.
fn length(row: &[f64]) -> f64 {
    let squares: f64 = row.iter().map(|v| v * v).sum();
    match (1e-280..1e280).contains(&squares) {
        true => squares.sqrt(),
        // Squares may have overflowed, or vanished.
        false => row.iter().fold(0.0f64, |s, v| s.hypot(*v)),
    }
}

#[cfg(test)]
mod tests;
