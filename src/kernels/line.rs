//! One row or column of a matrix, in the form in which the matrix keeps it.

use super::entries::{Compact, Entries, Scaled};
use super::vectorized;

/// A row or a column.
#[derive(Clone, Copy)]
pub struct Line<'a>(pub(super) Form<'a>);

#[derive(Clone, Copy)]
pub(super) enum Form<'a> {
    Whole(&'a [f64]),
    /// Of a compact copy.
    Small(Scaled<'a>),
    /// The places of those that are not zero, and their values.
    Sparse(&'a [u32], &'a [f64]),
}

impl Line<'_> {
    /// `out += by · line`.
    pub fn add(self, by: f64, out: &mut [f64]) {
        match self.0 {
            Form::Whole(line) => add(line, by, out),
            Form::Small(line) => add(line, by, out),
            Form::Sparse(places, values) => {
                for (place, value) in places.iter().zip(values) {
                    let out = &mut out[*place as usize];
                    *out = value.mul_add(by, *out);
                }
            }
        }
    }
}

fn add(line: impl Entries, by: f64, out: &mut [f64]) {
    vectorized(
        #[inline(always)]
        || {
            for (k, out) in out.iter_mut().enumerate() {
                *out = line.entry(k).mul_add(by, *out);
            }
        },
    );
}

/// The columns of a matrix, each in one piece.
#[derive(Clone)]
pub(super) struct Turned {
    rows: usize,
    whole: Vec<f64>,
    compact: Option<Compact>,
}

impl Turned {
    pub fn of(rows: usize, cols: usize, data: &[f64]) -> Self {
        let whole: Vec<f64> = (0..rows * cols)
            .map(|k| data[k % rows * cols + k / rows])
            .collect();
        match Compact::of(&whole) {
            None => Turned {
                rows,
                whole,
                compact: None,
            },
            compact => Turned {
                rows,
                whole: Vec::new(),
                compact,
            },
        }
    }

    pub fn column(&self, c: usize) -> Line<'_> {
        let at = c * self.rows..(c + 1) * self.rows;
        Line(match &self.compact {
            Some(compact) => Form::Small(compact.entries().part(at)),
            None => Form::Whole(&self.whole[at]),
        })
    }

    pub fn bytes(&self) -> usize {
        8 * self.whole.len()
            + self
                .compact
                .as_ref()
                .map_or(0, |c| c.entries().numbers.len())
    }
}
