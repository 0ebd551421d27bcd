//! The list of problems: what problem files may name.

use super::{Kind, assignment, queens, travelling_salesman};

/// Every kind there is. A new one is one file beside this one and one line here.
pub const KINDS: &[&Kind] = &[&queens::KIND, &assignment::KIND, &travelling_salesman::KIND];
