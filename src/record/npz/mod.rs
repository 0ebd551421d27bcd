//! Arrays in NumPy's formats: `.npy`, one array, and `.npz`, a zip archive of them.
//!
//! The only place that names `zip`. The header of a `.npy` is read by hand: the crates for it bring a parser of Python and
//! integers of any length, and trust what a header claims.

mod half;
mod header;
mod read;
mod sparse;
mod write;

pub(super) use read::NpzReader;
pub use read::{
    npy_from_bytes, npz_from_bytes, npz_names, npz_names_from_bytes, read_npy, read_npz,
};
pub use sparse::{SparseArray, sparse_from_bytes, sparse_to_bytes};
pub use write::{NpzWriter, npy_to_bytes};
