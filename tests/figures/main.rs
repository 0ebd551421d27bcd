//! Figures: what they show, and that they can be drawn.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    missing_docs,
    reason = "a test that cannot go on has failed"
)]

mod figure;
mod figure_data;
mod figure_plots;
