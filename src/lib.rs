//! attractor
#![forbid(unsafe_code)]

pub mod analysis;
#[cfg(feature = "cli")]
pub mod cli;
pub mod ensemble;
pub mod experiment;
#[cfg(feature = "figures")]
pub mod figure;
pub mod kernels;
pub mod lagrangian;
pub mod model_file;
pub mod monitor;
pub mod network;
pub mod pattern;
pub mod record;
pub mod report;
pub mod solver;
pub mod stimulus;
pub mod synapse;
pub mod trajectory;
