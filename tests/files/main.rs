//! Files: model files and what is wrong with them, arrays, records of runs.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    missing_docs,
    reason = "a test that cannot go on has failed"
)]

#[path = "../common/pixels.rs"]
#[allow(dead_code, reason = "figures are read, other pictures written")]
mod pixels;

mod arrays;
mod arrays_refused;
mod damage;
mod lagrangians;
mod overrides;
mod record;
mod reports;
mod rows;
mod sample;
mod sparse;
