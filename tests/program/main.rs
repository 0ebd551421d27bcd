//! The program as a user sees it, the documents, and the order of its parts.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    missing_docs,
    reason = "a test that cannot go on has failed"
)]

mod barriers;
mod basins;
mod command_line;
mod continuation;
mod diagnostics;
mod documentation;
mod ensemble;
mod fixed_points;
mod heads;
mod layers;
mod module_order;
mod noise;
mod output;
mod phase_plane;
mod pictures;
mod searches;
mod solve;
mod starts;
mod train;
