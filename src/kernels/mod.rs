//! Numerical kernels: the one place that treats narrow blocks otherwise than wide ones.
//!
//! A *block* holds the values of `width` trajectories of `n` neurons in one slice of length `n · width`; the values of
//! one neuron lie side by side: neuron `i` of trajectory `b` is at `i · width + b`. One trajectory is a block of one
//! column, that is, a plain vector. What is written outside this module is written for blocks of any width: how many
//! columns there are is asked where some are gathered, taken out or looked at one by one, and in sums over a group, which go
//! piece by piece ([`pieces`]); which way is fastest for a width is decided here, but for the directions of a Hessian.

mod combine;
mod eigenvalues;
mod entries;
mod factors;
mod krylov;
pub mod math;
mod narrow;
mod parallel;
mod patch;
mod product;
mod room;
mod rows;
mod simd;
mod spectrum;
mod two_valued;
mod weights;

pub use combine::{add, combine};
pub use factors::{Factors, GoOn};
pub use krylov::{Eigenvalue, Krylov};
pub use parallel::{cores, with_cores};
pub use patch::{Patch, add_scaled};
pub use room::has_room;
pub use rows::{
    PIECE, add_sums, max_rows, max_rows_by, pieces, relax, sum_rows, sum_rows_by, update_rows,
};
pub use simd::vectorized;
pub use spectrum::{Singular, Spectrum, equilibrate, outermost, solve};
pub use weights::{Weights, WeightsError};
