//! Arrays in NumPy's formats: `.npy`, one array, and `.npz`, a zip archive of them.
//!
//! The only place that names `npyz` and `zip`. `npyz` trusts a header: it allocates the header's claimed length and
//! multiplies the shape unchecked, so [`read`] looks at the header's text before it sees it.

mod half;
mod read;
mod write;

pub(super) use read::NpzReader;
pub use read::{npy_from_bytes, npz_from_bytes, read_npy, read_npz};
pub use write::NpzWriter;
