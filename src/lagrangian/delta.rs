//! The shift `δ` of the two norms: `δ·x` in L, `δ` in g.

use super::Range;
use crate::kernels::sum_rows_by;
use crate::number::plural;
use crate::refusal::Refusal;

/// A vector over the group; one number stands for all neurons, none for zero.
#[derive(Clone, Debug, PartialEq, Default)]
pub(super) struct Delta(Vec<f64>);

impl Delta {
    pub fn new(delta: &[f64]) -> Self {
        Delta(delta.to_vec())
    }

    /// `δ_i`.
    #[inline]
    pub fn at(&self, i: usize) -> f64 {
        match *self.0.as_slice() {
            [] => 0.0,
            [all] => all,
            ref each => each[i],
        }
    }

    /// `Σ δ_i x_i` and `Σ |δ_i x_i|` of every column of a piece.
    pub fn products(&self, x: &[f64], width: usize, sum: &mut [f64], size: &mut [f64]) {
        if self.0.is_empty() {
            sum.fill(0.0);
            size.fill(0.0);
        } else {
            sum_rows_by([x], width, sum, |i, _, [x]| self.at(i) * x);
            sum_rows_by([x], width, size, |i, _, [x]| (self.at(i) * x).abs());
        }
    }

    /// The length that a vector prescribes.
    pub fn len(&self) -> Option<usize> {
        (self.0.len() > 1).then_some(self.0.len())
    }

    pub fn fits(&self, n: usize) -> Result<(), Refusal> {
        match self.len() {
            Some(len) if len != n => {
                let group = plural(n, "neuron");
                let why =
                    format!("has {len} numbers, the group has {group}; one number stands for all");
                Err(Refusal::new("delta", why))
            }
            _ => Ok(()),
        }
    }

    /// The interval from `−radius` to `radius` about every component.
    pub fn range(&self, radius: f64) -> Range {
        let first = self.at(0);
        let low = self.0.iter().copied().fold(first, f64::min);
        let high = self.0.iter().copied().fold(first, f64::max);
        Range {
            low: low - radius,
            high: high + radius,
        }
    }
}

/// As a model file writes it, after the other parameters; nothing where it is zero. Long vectors are not spelled out.
impl std::fmt::Display for Delta {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.0.as_slice() {
            [] => Ok(()),
            [all] => write!(f, ", delta = {all}"),
            few if few.len() <= 8 => write!(f, ", delta = {few:?}"),
            many => write!(f, ", delta = [{} numbers]", many.len()),
        }
    }
}
