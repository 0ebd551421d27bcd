//! Fixed points of every kind, against complete lists and closed forms.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    missing_docs,
    reason = "a test that cannot go on has failed"
)]

#[path = "../common/mod.rs"]
mod common;

mod basins;
mod claims;
mod complete;
mod exhaustive;
mod large;
mod likeness;
mod planes;
mod saddles;
mod states;
mod zeros;
