//! The list of problems: what problem files may name.

use super::{
    Kind, assignment, halftone, least_squares, linear, maxcut, queens, sparse, sudoku,
    travelling_salesman,
};

/// Every kind there is. A new one is one file beside this one and one line here.
pub const KINDS: &[&Kind] = &[
    &linear::KIND,
    &least_squares::KIND,
    &sparse::KIND,
    &assignment::KIND,
    &travelling_salesman::KIND,
    &queens::KIND,
    &sudoku::KIND,
    &halftone::KIND,
    &maxcut::KIND,
];
