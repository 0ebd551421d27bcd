//! attractor
#![forbid(unsafe_code)]

pub mod analysis;
pub mod ensemble;
pub mod kernels;
pub mod lagrangian;
pub mod monitor;
pub mod network;
pub mod solver;
pub mod stimulus;
pub mod synapse;
pub mod trajectory;
