//! Numerical kernels: sums, products and factors of matrices, on blocks.
//!
//! A *block* holds `width` trajectories of `n` neurons in one slice of `n · width` numbers. The values of one neuron lie side
//! by side: neuron `i` of trajectory `b` is at `i · width + b`. Each trajectory is a *column* of the block. A single
//! trajectory is a block of width 1, which is a plain vector.
//!
//! The code outside this module is the same for every width. Which loop is fastest for a width is decided here. There is one
//! exception, the directions of a Hessian.

mod combine;
mod contour;
mod correlation;
mod eigenvalues;
mod elimination;
mod entries;
mod factors;
mod inertia;
mod interval;
mod krylov;
mod line;
pub mod math;
mod narrow;
mod parallel;
mod patch;
mod pieces;
mod product;
mod room;
mod rows;
mod simd;
mod sparse;
mod spectrum;
mod two_valued;
mod update;
mod view;
mod weights;
mod windows;

pub use combine::{add, combine};
pub use contour::{chains, crossed};
pub use correlation::Correlation;
pub use factors::{Factors, GoOn};
pub use inertia::inertia;
pub use interval::Interval;
pub use krylov::{Eigenvalue, Krylov};
pub use line::Line;
pub use parallel::{cores, each, with_cores};
pub use patch::{Entry, Patch, Told, add_scaled};
pub use room::has_room;
pub use rows::{PIECE, add_sums, max_rows, max_rows_by, pieces, sum_rows, sum_rows_by};
pub use simd::vectorized;
pub use spectrum::{Singular, Spectrum, all_eigenvalues, equilibrate, outermost, solve};
pub use update::{relax, update_rows};
pub use view::View;
pub use weights::{Weights, WeightsError};
pub use windows::Windows;

#[cfg(test)]
mod tests {
    /// Numbers from −½ to ½ that look random.
    pub(super) fn numbers(n: usize, seed: u64) -> Vec<f64> {
        let mut state = seed;
        let next = |_| {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (state >> 11) as f64 / (1u64 << 53) as f64 - 0.5
        };
        (0..n).map(next).collect()
    }
}
