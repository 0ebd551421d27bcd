//! What products cost. The unit is one fused multiplication and addition of a large dense product of a wide block.
//!
//! The figures follow from the instructions that were counted (see `tests/laws/operations.rs`): a product that is thin does
//! little but read and write its vectors, and what is gathered takes longer than what lies side by side.

use super::Weights;

/// What an entry of the result costs, and one of the vector that is read.
const RESULT: f64 = 8.0;
const READ: f64 = 2.0;
/// What an entry of a sparse matrix costs, and one of its rows.
const GATHERED: f64 = 2.0;
const ROW: f64 = 20.0;
/// What an entry of two values costs: in a block 0.4, in a single column as much as any other.
const TWO_VALUED: f64 = 0.65;

impl Weights {
    /// About how much work `W g` is, or `Wᵀ g`.
    pub fn operations(&self, transposed: bool) -> f64 {
        let [results, reads] = match transposed {
            false => [self.rows, self.cols],
            true => [self.cols, self.rows],
        };
        let entries = self.data().len() as f64;
        if self.is_sparse() {
            return GATHERED * entries + ROW * results as f64;
        }
        let each = if self.two_valued.is_some() {
            TWO_VALUED
        } else {
            1.0
        };
        each * entries + RESULT * results as f64 + READ * reads as f64
    }
}
