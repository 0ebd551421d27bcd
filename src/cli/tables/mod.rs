//! What commands print of their answers on stdout.

mod basins;
mod branches;
mod landscape;

pub(super) use basins::basins;
pub(super) use branches::branches;
pub(super) use landscape::{landscape, short};
