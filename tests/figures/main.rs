//! Figures: what they show, and that they can be drawn.

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

mod figure;
mod figure_data;
mod figure_plots;
mod units;
