//! What a run leaves on disk, and the arrays and pictures that a run may start from.
//!
//! Plain data in, plain data out: nothing here knows what a network is. Every reader looks at sizes before it allocates,
//! because the files come from anywhere; every writer of a directory leaves either the whole thing or nothing.

mod directory;
mod error;
mod figure_data;
mod fingerprint;
mod kind;
mod npz;
mod owned;
mod png;
mod rows;
mod table;

pub use directory::RunDirectory;
pub use error::{Fault, RecordError};
pub use figure_data::{read_figure, write_figure};
pub use fingerprint::{DataFiles, sha256_hex};
pub use kind::{ENSEMBLE, RUN, is_known_kind, kind_in_words, kind_of};
pub use npz::{
    NpzWriter, SparseArray, npy_from_bytes, npy_to_bytes, npz_from_bytes, npz_names,
    npz_names_from_bytes, read_npy, read_npz, sparse_from_bytes, sparse_to_bytes,
};
pub use owned::{KEPT, MANIFEST, ROWS, TRAINING};
pub use png::{png_from_bytes, read_png};
pub use rows::{Present, Rows};
pub use table::table_from_bytes;

/// Most values that an array from a file may have: 2 GiB of f64. More is a mistake or an attack far more often than data.
pub const MAX_VALUES: u64 = 1 << 28;

/// An array as read from a file.
#[derive(Clone, Debug, PartialEq)]
pub struct Array {
    /// Length of every axis; empty for a scalar.
    pub shape: Vec<usize>,
    /// The values, last axis fastest (C order), whatever the order in the file was.
    pub data: Vec<f64>,
}
