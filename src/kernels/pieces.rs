//! A product of one vector in pieces, which several cores may share.

use super::narrow::{Piece, TOGETHER};
use super::parallel::{each, with_zeros};

/// Most pieces into which a product is cut; the number of rows decides how many there are.
const PIECES: usize = 16;
/// Rows of the smallest piece.
const PIECE_ROWS: usize = 32;
/// Entries from which on several cores work on a product: a mebibyte of numbers takes longer to read than a thread to wake.
/// Of a compact copy they are 128 KiB; the limit is the same, though for those it has not been measured.
const LARGE: usize = 1 << 17;

/// What of each row is worked on.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Cut {
    /// All of it.
    Rows,
    /// What is not left of the diagonal.
    Triangle,
}

impl Cut {
    /// Where the first `k` of `count` pieces end: whole groups of rows, and as many entries in each piece.
    fn end(self, k: usize, count: usize, rows: usize) -> usize {
        match self {
            _ if k == count => rows,
            Cut::Rows => rows.min(k * rows.div_ceil(count).next_multiple_of(TOGETHER)),
            Cut::Triangle => {
                let part = k as f64 / count as f64;
                let end = (rows as f64 * (1.0 - (1.0 - part).sqrt())) as usize;
                end - end % TOGETHER
            }
        }
    }
}

/// Lets `work` on the rows of a matrix, piece by piece where they are many; each has its part of `forward`, and what all add
/// to `backward` waits until they have.
pub(super) fn in_pieces(
    [rows, cols]: [usize; 2],
    cut: Cut,
    mut forward: &mut [f64],
    backward: &mut [f64],
    work: &(impl Fn(&mut Piece<'_>) + Sync),
) {
    let count = (rows / PIECE_ROWS).clamp(1, PIECES);
    if count == 1 {
        let rows = 0..rows;
        return work(&mut Piece {
            rows,
            forward,
            backward,
        });
    }
    with_zeros(count * backward.len(), |mut sums| {
        let mut pieces: [Piece<'_>; PIECES] = Default::default();
        for (k, piece) in pieces[..count].iter_mut().enumerate() {
            piece.rows = cut.end(k, count, rows)..cut.end(k + 1, count, rows);
            let own = piece.rows.len().min(forward.len());
            piece.forward = forward.split_off_mut(..own).unwrap_or_default();
            piece.backward = sums.split_off_mut(..backward.len()).unwrap_or_default();
        }
        each(&mut pieces[..count], rows * cols >= LARGE, work);
        for piece in &pieces[..count] {
            // Of a triangle nothing falls before its first row.
            let first = match cut {
                Cut::Rows => 0,
                Cut::Triangle => piece.rows.start,
            };
            let pairs = backward[first..].iter_mut().zip(&piece.backward[first..]);
            pairs.for_each(|(b, s)| *b += s);
        }
    });
}

/// `out += Aᵀ f` with a matrix that lies row by row in `a`.
pub(super) fn add_transposed(a: &[f64], f: &[f64], out: &mut [f64]) {
    let cols = out.len();
    in_pieces([f.len(), cols], Cut::Rows, &mut [], out, &|piece| {
        piece.panel(a, cols, None, Some(f));
    });
}
