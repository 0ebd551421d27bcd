//! How much a network holds, by theory: overlaps and loads of large networks, probabilities that a bit is lost. No network is made.

mod amit;
mod bits;
mod dense;
mod exponential;
mod gardner;
mod lattice;
mod normal;
mod solve;
mod temperature;

pub use amit::{
    Retrieval, critical_load, diluted_critical_load, diluted_overlap, ground_state_load, retrieval,
    spin_glass_energy,
};
pub use bits::{
    Errorless, bit_error, errorless_load, load_of_bit_error, sparse_bit_error, sparse_overlap,
};
pub use dense::{
    DenseFlips, dense_capacity, dense_flips, dense_flips_closed, dense_flips_normal,
    dense_load_of_error,
};
pub use exponential::exponential_flips;
pub use gardner::{SYMMETRIC_LOAD, gardner_load};
pub use temperature::{
    State, ferromagnet, glass_temperature, retrieval_at, retrieval_load_at, spin_glass_at,
    stable_retrieval_load_at,
};
