//! The list of problems: what problem files may name.

use super::{Kind, halftone, maxcut, queens, sudoku};

/// Every kind there is. A new one is one file beside this one and one line here.
pub const KINDS: &[&Kind] = &[&queens::KIND, &sudoku::KIND, &halftone::KIND, &maxcut::KIND];
