//! The one operator that multiplies by a matrix.

use std::fmt;

use super::entries::Compact;
use super::narrow::{Piece, TOGETHER};
use super::parallel::{each, with_zeros};
use super::product::Product;
use super::two_valued::TwoValued;

/// Most pieces into which a product of one vector is cut; the number of rows decides how many there are.
const PIECES: usize = 16;
/// Rows of the smallest piece.
const PIECE_ROWS: usize = 32;
/// Entries from which on several cores work on a product: a mebibyte of numbers takes longer to read than a thread to wake.
/// Of a compact copy they are 128 KiB; the limit is the same, though for those it has not been measured.
const LARGE: usize = 1 << 17;

/// Entries, 128 KiB of them, from which on a compact copy is kept: no nearest cache holds so many. In it, a product does not
/// wait for bytes, and gains nothing from there being fewer.
const FAR: usize = 1 << 14;

/// A matrix of synaptic weights, `rows × cols`, row = target, with the norms of its rows.
///
/// Rows lie one after the other in memory. The products *add* to what `out` holds, so that the currents of several
/// synapses gather in one vector.
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
    data: Vec<f64>,
    row_norms: Vec<f64>,
    /// The entries once more, in an eighth of the memory, for products with one vector.
    compact: Option<Compact>,
    /// Which of two values they are, for products with wide blocks.
    two_valued: Option<TwoValued>,
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
            WeightsError::NotFinite { row, col, value } => {
                write!(
                    f,
                    "the weight in row {row}, column {col} is {value}, it must be finite"
                )
            }
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
            .field("data", &self.data)
            .field("row_norms", &self.row_norms)
            .finish()
    }
}

impl PartialEq for Weights {
    fn eq(&self, other: &Self) -> bool {
        (self.rows, self.cols, &self.data) == (other.rows, other.cols, &other.data)
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
        let norm = |r: &[f64]| r.iter().fold(0.0f64, |s, v| s.hypot(*v));
        let row_norms = if cols == 0 {
            vec![0.0; rows]
        } else {
            data.chunks_exact(cols).map(norm).collect()
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

    /// `out += W g`; `g` is `cols × width`, `out` is `rows × width`.
    pub fn add_product(&self, g: &[f64], width: usize, out: &mut [f64]) {
        if width == 1 {
            self.narrow(Some(g), None, out, &mut []);
        } else if let Some(two_valued) = &self.two_valued {
            two_valued.add_product(g, width, out);
        } else {
            Product {
                weights: &self.data,
                rows: self.rows,
                inner: self.cols,
                row: self.cols,
                step: 1,
                g,
                width,
                out,
                leads: [width; 2],
            }
            .add();
        }
    }

    /// The same where the matrix is symmetric to the last bit: a narrow block reads half of it.
    pub fn add_symmetric_product(&self, g: &[f64], width: usize, out: &mut [f64]) {
        if width > 1 {
            return self.add_product(g, width, out);
        }
        let n = self.rows;
        let count = pieces(n);
        if count == 1 {
            let mut all = Piece {
                rows: 0..n,
                forward: &mut [],
                backward: out,
            };
            return self.triangle(&mut all, g);
        }
        with_zeros(count * n, |sums| {
            let mut work: [Piece<'_>; PIECES] = Default::default();
            let mut from = 0;
            let sums = sums.chunks_mut(n.max(1));
            for (k, (piece, sums)) in work.iter_mut().zip(sums).enumerate() {
                // As many entries in each: the rows of a triangle become shorter. Whole groups of rows.
                let part = (k + 1) as f64 / count as f64;
                let end = (n as f64 * (1.0 - (1.0 - part).sqrt())) as usize;
                let end = match k + 1 == count {
                    true => n,
                    false => end - end % TOGETHER,
                };
                (piece.rows, piece.backward) = (from..end, sums);
                from = end;
            }
            each(&mut work[..count], self.data.len() >= LARGE, &|piece| {
                self.triangle(piece, g);
            });
            for piece in &work[..count] {
                let first = piece.rows.start;
                let pairs = out[first..].iter_mut().zip(&piece.backward[first..]);
                pairs.for_each(|(o, s)| *o += s);
            }
        });
    }

    /// `out += Wᵀ f`; `f` is `rows × width`, `out` is `cols × width`.
    pub fn add_transposed_product(&self, f: &[f64], width: usize, out: &mut [f64]) {
        if width == 1 {
            self.narrow(None, Some(f), &mut [], out);
        } else if let Some(two_valued) = &self.two_valued {
            two_valued.add_transposed_product(f, width, out);
        } else {
            Product {
                weights: &self.data,
                rows: self.cols,
                inner: self.rows,
                row: 1,
                step: self.cols,
                g: f,
                width,
                out,
                leads: [width; 2],
            }
            .add();
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
        if width == 1 {
            self.narrow(Some(g), Some(f), forward, backward);
        } else {
            self.add_product(g, width, forward);
            self.add_transposed_product(f, width, backward);
        }
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
        narrow(shape, f.is_some(), forward, backward, &|piece| {
            self.panel(piece, g, f);
        });
    }

    fn panel(&self, piece: &mut Piece<'_>, g: Option<&[f64]>, f: Option<&[f64]>) {
        match &self.compact {
            Some(compact) => piece.panel(compact.entries(), self.cols, g, f),
            None => piece.panel(&self.data[..], self.cols, g, f),
        }
    }

    fn triangle(&self, piece: &mut Piece<'_>, g: &[f64]) {
        match &self.compact {
            Some(compact) => piece.triangle(compact.entries(), g),
            None => piece.triangle(&self.data[..], g),
        }
    }
}

/// `out += Aᵀ f` with a matrix that lies row by row in `a`.
pub(super) fn add_transposed(a: &[f64], f: &[f64], out: &mut [f64]) {
    let cols = out.len();
    narrow([f.len(), cols], true, &mut [], out, &|piece| {
        piece.panel(a, cols, None, Some(f));
    });
}

/// Lets `panel` work on the rows of a matrix, piece by piece where they are many; `sums` if it adds to `backward`.
fn narrow(
    [rows, cols]: [usize; 2],
    sums: bool,
    forward: &mut [f64],
    backward: &mut [f64],
    panel: &(impl Fn(&mut Piece<'_>) + Sync),
) {
    let count = pieces(rows);
    if count == 1 {
        let rows = 0..rows;
        let mut piece = Piece {
            rows,
            forward,
            backward,
        };
        return panel(&mut piece);
    }
    let each_rows = rows.div_ceil(count).next_multiple_of(TOGETHER);
    // Sums over the rows of a piece wait until all have been made.
    let waiting = if sums { cols } else { 0 };
    with_zeros(count * waiting, |sums| {
        let mut work: [Piece<'_>; PIECES] = Default::default();
        for (k, piece) in work[..count].iter_mut().enumerate() {
            let from = (k * each_rows).min(rows);
            piece.rows = from..(from + each_rows).min(rows);
        }
        let forwards = forward.chunks_mut(each_rows);
        for (piece, forward) in work.iter_mut().zip(forwards) {
            piece.forward = forward;
        }
        for (piece, sums) in work.iter_mut().zip(sums.chunks_mut(waiting.max(1))) {
            piece.backward = sums;
        }
        each(&mut work[..count], rows * cols >= LARGE, panel);
        for piece in &work[..count] {
            let pairs = backward.iter_mut().zip(&*piece.backward);
            pairs.for_each(|(b, s)| *b += s);
        }
    });
}

/// Pieces of a product of so many rows.
fn pieces(rows: usize) -> usize {
    (rows / PIECE_ROWS).clamp(1, PIECES)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernels::with_cores;

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
            for width in [2, 3, 8] {
                let g = numbers(cols * width, 2);
                let f = numbers(rows * width, 3);
                let (mut wide_f, mut wide_b) = (vec![0.5; rows * width], vec![0.25; cols * width]);
                w.add_both(&g, &f, width, &mut wide_f, &mut wide_b);
                for b in 0..width {
                    let column = |x: &[f64]| -> Vec<f64> {
                        x.iter().skip(b).step_by(width).copied().collect()
                    };
                    let (mut forward, mut backward) = (vec![0.5; rows], vec![0.25; cols]);
                    w.add_both(&column(&g), &column(&f), 1, &mut forward, &mut backward);
                    let (mut one, mut other) = (vec![0.5; rows], vec![0.25; cols]);
                    w.add_product(&column(&g), 1, &mut one);
                    w.add_transposed_product(&column(&f), 1, &mut other);
                    assert_eq!(one, forward);
                    assert_eq!(other, backward);
                    // Sums of at most 64 products of size 1/4 in another order: 64 · 2⁻⁵³ bounds their difference.
                    for (a, b) in forward
                        .iter()
                        .chain(&backward)
                        .zip(column(&wide_f).iter().chain(&column(&wide_b)))
                    {
                        assert!((a - b).abs() < 64.0 * f64::EPSILON, "{a} {b}");
                    }
                }
            }
        }
    }

    #[test]
    fn a_matrix_without_rows_or_columns_adds_nothing() {
        for (rows, cols) in [(0, 7), (7, 0), (0, 200), (200, 0)] {
            let w = Weights::new(rows, cols, Vec::new()).unwrap();
            for width in [1, 2, 64] {
                let (mut forward, mut backward) =
                    (vec![0.5; rows * width], vec![0.5; cols * width]);
                let (g, f) = (vec![1.0; cols * width], vec![1.0; rows * width]);
                w.add_both(&g, &f, width, &mut forward, &mut backward);
                w.add_product(&g, width, &mut forward);
                w.add_transposed_product(&f, width, &mut backward);
                assert!(forward.iter().chain(&backward).all(|v| *v == 0.5));
            }
        }
    }

    #[test]
    fn half_of_a_symmetric_matrix_gives_the_product_of_the_whole() {
        for n in [1, 2, 5, 33, 64, 130, 257, 530] {
            let mut data = numbers(n * n, 4);
            for i in 0..n {
                for j in 0..i {
                    data[i * n + j] = data[j * n + i];
                }
            }
            let w = Weights::new(n, n, data).unwrap();
            let g = numbers(n, 5);
            let (mut half, mut whole) = (vec![0.5; n], vec![0.5; n]);
            w.add_symmetric_product(&g, 1, &mut half);
            w.add_product(&g, 1, &mut whole);
            for (a, b) in half.iter().zip(&whole) {
                // Sums of n products of size 1/4 in another order.
                assert!((a - b).abs() < n as f64 * f64::EPSILON, "{n}: {a} {b}");
            }
        }
    }

    #[test]
    fn the_bits_of_a_large_product_do_not_depend_on_the_cores() {
        // More entries than one core works on; rows that fill neither groups nor pieces.
        let (rows, cols) = (709, 701);
        let w = Weights::new(rows, cols, numbers(rows * cols, 6)).unwrap();
        let square = Weights::new(rows, rows, numbers(rows * rows, 7)).unwrap();
        let (g, f) = (numbers(cols, 8), numbers(rows, 9));
        let all = |cores: usize| {
            with_cores(cores, || {
                let mut out = [(); 4].map(|()| vec![0.5; rows.max(cols)]);
                let [forward, backward, half, alone] = &mut out;
                w.add_both(&g, &f, 1, &mut forward[..rows], &mut backward[..cols]);
                square.add_symmetric_product(&f, 1, &mut half[..rows]);
                w.add_transposed_product(&f, 1, &mut alone[..cols]);
                out
            })
        };
        assert_eq!(all(1), all(0));
        assert_eq!(all(1), all(2));
    }

    /// Every product of one vector with `w`, and with half of it if it is square.
    fn narrow_products(w: &Weights) -> Vec<u64> {
        let (rows, cols) = (w.rows(), w.cols());
        let (g, f) = (numbers(cols, 10), numbers(rows, 11));
        let mut out = [(); 5].map(|()| vec![0.25; rows.max(cols)]);
        let [forward, backward, one, other, half] = &mut out;
        w.add_both(&g, &f, 1, &mut forward[..rows], &mut backward[..cols]);
        w.add_product(&g, 1, &mut one[..rows]);
        w.add_transposed_product(&f, 1, &mut other[..cols]);
        if rows == cols {
            w.add_symmetric_product(&g, 1, &mut half[..rows]);
        }
        out.iter().flatten().map(|v| v.to_bits()).collect()
    }

    #[test]
    fn a_compact_copy_changes_no_bit() {
        // Shapes that fill neither groups of rows nor vectors nor what is near, alone and in pieces.
        let rows_cols = [(1, 1), (3, 7), (8, 513), (13, 1030), (70, 515), (131, 131)];
        for (rows, cols) in rows_cols.into_iter().chain([(709, 701), (530, 530)]) {
            for scale in [1.0, -0.3, 1e-300] {
                let whole = |v: f64| (v * 254.0).round() * scale + 0.0;
                let mut data: Vec<f64> = numbers(rows * cols, 9).into_iter().map(whole).collect();
                // The entry nearest to 0 has to be the scale.
                data[0] = scale;
                let full = Weights {
                    compact: None,
                    ..Weights::new(rows, cols, data).unwrap()
                };
                let compact = Weights {
                    compact: Some(Compact::of(full.data()).unwrap()),
                    ..full.clone()
                };
                let bits = with_cores(1, || narrow_products(&full));
                for cores in [0, 1, 2] {
                    let same = with_cores(cores, || narrow_products(&compact));
                    assert!(bits == same, "{rows} × {cols}, {scale}, {cores} cores");
                }
            }
        }
    }

    #[test]
    fn a_copy_is_no_part_of_what_a_matrix_is() {
        let signs = |n: usize| numbers(n, 12).into_iter().map(f64::signum).collect();
        let with = Weights::new(128, 128, signs(FAR)).unwrap();
        assert!(with.compact.is_some());
        let without = Weights {
            compact: None,
            ..with.clone()
        };
        assert_eq!(with, without);
        assert_eq!(format!("{with:?}"), format!("{without:?}"));
        let small = Weights::new(127, 128, signs(127 * 128)).unwrap();
        assert!(small.compact.is_none());
        assert_ne!(with, small);
    }

    #[test]
    fn what_is_zero_in_all_columns_is_passed_over_and_nothing_else_is() {
        // Three slabs of inner indices, the last of them in part; columns that are laid out together and some more.
        let (rows, cols, width) = (70, 300, 133);
        let w = Weights::new(rows, cols, numbers(rows * cols, 1)).unwrap();
        for (k, b) in [
            (0, 0),
            (127, 132),
            (128, 5),
            (255, 127),
            (256, 128),
            (299, 132),
        ] {
            let mut g = vec![0.0; cols * width];
            g[k * width + b] = 2.0;
            let mut out = vec![0.0; rows * width];
            w.add_product(&g, width, &mut out);
            for r in 0..rows {
                for column in 0..width {
                    let want = if column == b {
                        2.0 * w.data()[r * cols + k]
                    } else {
                        0.0
                    };
                    assert_eq!(out[r * width + column], want, "{k} {b}: {r} {column}");
                }
            }
            // What is not a number is not zero.
            g[k * width + b] = f64::NAN;
            w.add_product(&g, width, &mut out);
            assert!(out[b].is_nan());
        }
    }

    #[test]
    fn a_matrix_of_the_wrong_length_is_refused() {
        let why = |rows, cols, data| Weights::new(rows, cols, data).unwrap_err().to_string();
        let short = "weights of 2 × 3 need as many numbers, row by row, there are 5";
        assert_eq!(why(2, 3, vec![0.0; 5]), short);
        assert!(Weights::new(usize::MAX, 3, vec![]).is_err());
        let bad = [f64::NAN, f64::INFINITY, f64::NEG_INFINITY];
        for (bad, word) in bad.into_iter().zip(["NaN", "inf", "-inf"]) {
            let said = format!("the weight in row 1, column 0 is {word}, it must be finite");
            assert_eq!(why(2, 2, vec![1.0, 2.0, bad, 3.0]), said);
        }
    }
}
