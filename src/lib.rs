//! attractor
#![forbid(unsafe_code)]

pub mod kernels;
pub mod lagrangian;
pub mod record;
