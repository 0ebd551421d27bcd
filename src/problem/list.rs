//! The list of problems: what problem files may name.

use super::{Kind, least_squares, linear, queens, sparse};

/// Every kind there is. A new one is one file beside this one and one line here.
pub const KINDS: &[&Kind] = &[
    &queens::KIND,
    &linear::KIND,
    &least_squares::KIND,
    &sparse::KIND,
];
