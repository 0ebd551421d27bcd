//! What may stand where an array is expected.

use super::super::{Span, Spanned};
use super::{Array, RuleSpec};
use crate::study::Distribution;

/// An array as typed.
#[derive(Clone, Debug, PartialEq)]
pub struct ArraySpec {
    /// Where it stands.
    pub span: Span,
    /// What it is.
    pub form: Form,
}

/// The ways to write an array.
#[derive(Clone, Debug, PartialEq)]
pub enum Form {
    /// `0.5`: the same number in every place.
    Number(f64),
    /// `[[1, 0], [0, 1]]`.
    List(Array),
    /// `"name"`, an entry of `[patterns]`.
    Named(String),
    /// `{ file = … }`.
    File(FileSpec),
    /// `{ random = … }`.
    Random(RandomSpec),
    /// `{ hebbian = … }`: `scale · ξᵀξ` of patterns ξ_μ, one a row.
    Hebbian {
        /// The patterns.
        patterns: Box<ArraySpec>,
        /// What each of them calls up; the patterns themselves unless said.
        to: Option<Box<ArraySpec>>,
        /// How many further on in their order that is.
        next: usize,
        /// The factor; 1/N for patterns of N entries unless said.
        scale: Option<f64>,
        /// Is the diagonal set to zero? Not unless said: the two-layer network's own matrix keeps it (Scholarpedia (8)).
        zero_diagonal: bool,
    },
    /// `{ rule = "storkey", patterns = … }`: what a rule of `learning` makes of patterns.
    Rule(RuleSpec),
    /// `{ half_norm_of = … }`: the vector `sign · ½‖ξ_μ‖²`; the hidden bias −½‖ξ_μ‖² turns overlaps into distances.
    HalfNorm {
        /// The patterns, one a row.
        rows: Box<ArraySpec>,
        /// −1 unless said.
        sign: f64,
    },
    /// `{ mean_of = … }`: the mean of all rows of an array.
    Mean(Box<ArraySpec>),
    /// `{ scaled = a, by = c, shift = s }`: `c·x + s` for every number `x` of an array.
    Scaled {
        /// The array.
        of: Box<ArraySpec>,
        /// The factor.
        by: f64,
        /// What is added after that; 0 unless said.
        shift: f64,
    },
    /// `{ stack = [a, b, …] }`: arrays of one size below each other, each flattened to a row: pictures as patterns.
    Stack(Vec<ArraySpec>),
    /// `{ identity = c }`: `c` times the unit matrix.
    Identity(f64),
    /// `{ one_of = 20, … }`: rows of 0 in which each group of so many numbers has a 1.
    OneOf(OneOfSpec),
    /// `{ clipped = patterns, groups = 20 }`: 1 for two neurons of different groups that are both active in some pattern, else 0.
    Clipped {
        /// The patterns, one a row; what is not 0 is active.
        patterns: Box<ArraySpec>,
        /// Neurons of a group, among which nothing is learned; 1 unless said: no neuron learns from itself.
        groups: usize,
    },
}

/// Seeded draws of one value from each group.
#[derive(Clone, Debug, PartialEq)]
pub struct OneOfSpec {
    /// Values of a group.
    pub values: usize,
    /// `c` in the chance `p_k ∝ 1/(k + c)` of value `k = 1, 2, …`; all alike unless said.
    pub offset: Option<f64>,
    /// The shape, where the place does not say it.
    pub shape: Option<Vec<usize>>,
    /// The seed; 0 unless said.
    pub seed: u64,
}

/// An array from a file. Rows and columns are those of the file; then it is turned round, then scaled, then shifted.
#[derive(Clone, Debug, PartialEq)]
pub struct FileSpec {
    /// The path, relative to the model file; `.npy`, `.npz`, `.png`, `.csv` or `.txt`.
    pub path: Spanned<String>,
    /// The array's name in an `.npz` file.
    pub key: Option<Spanned<String>>,
    /// Indices along the first axis.
    pub rows: Option<Spanned<Selection>>,
    /// Indices along the second axis.
    pub columns: Option<Spanned<Selection>>,
    /// Factor of every number.
    pub scale: f64,
    /// What is added to every number after that.
    pub shift: f64,
    /// Is a matrix turned round?
    pub transpose: bool,
}

/// Indices along an axis.
#[derive(Clone, Debug, PartialEq)]
pub enum Selection {
    /// `"all"`.
    All,
    /// `"a..b"`: from `a` to below `b`.
    Range(usize, usize),
    /// `[0, 5, 7]`, in this order.
    List(Vec<Spanned<usize>>),
}

/// Seeded random numbers.
#[derive(Clone, Debug, PartialEq)]
pub struct RandomSpec {
    /// Their distribution.
    pub law: Distribution,
    /// The shape, where the place does not say it.
    pub shape: Option<Vec<usize>>,
    /// The seed; 0 unless said.
    pub seed: u64,
    /// Is the upper triangle mirrored into the lower?
    pub symmetric: bool,
    /// Is the diagonal set to zero?
    pub zero_diagonal: bool,
}
