//! attractor
#![forbid(unsafe_code)]

pub mod kernels;
pub mod lagrangian;
pub mod model_file;
pub mod pattern;
