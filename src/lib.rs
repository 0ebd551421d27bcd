//! attractor
#![forbid(unsafe_code)]

#[cfg(feature = "figures")]
pub mod figure;
pub mod kernels;
pub mod lagrangian;
pub mod record;
