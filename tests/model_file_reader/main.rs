//! The first stage of model files: what is typed, where it stands, and what is said about mistakes.
#![allow(missing_docs)]
// Helpers of tests may fail as tests do.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod arrays;
mod arrays_refused;
mod damage;
mod lagrangians;
mod overrides;
mod reports;
mod sample;
