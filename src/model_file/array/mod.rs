//! Arrays of numbers: what a model file may write where one is expected, and what it becomes.

mod file;
mod list;
mod made;
mod one_of;
mod place;
mod read;
mod resolve;
mod resolver;
mod rule;
mod selection;
mod sparse;
mod spec;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::kernels::has_room;
pub use crate::lagrangian::Array;
pub use place::Place;

pub(super) use read::distribution;
pub use resolver::Resolver;
pub use rule::{Gives, RuleSpec};
pub use spec::{ArraySpec, FileSpec, Form, OneOfSpec, RandomSpec, Selection};

/// The most numbers that one array may have: 2³¹ bytes of them. A slip of the pen in a size must not ask the machine for
/// all of its memory.
pub const MAX_ENTRIES: usize = 1 << 28;

/// Where the bytes of files come from.
pub trait Files {
    /// The bytes of a file, and their SHA-256 in hexadecimal.
    ///
    /// # Errors
    /// Says why it cannot be read, without the path.
    fn read(&self, path: &Path) -> Result<(Arc<[u8]>, String), String>;
}

/// A file that a model reads, as it was when it was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DataFile {
    /// Its path.
    pub path: PathBuf,
    /// The SHA-256 of the bytes that were used.
    pub sha256: String,
}

/// A shape in words: `100 × 64`.
pub fn shape_text(shape: &[usize]) -> String {
    let axes: Vec<String> = shape.iter().map(usize::to_string).collect();
    axes_text(&axes)
}

fn axes_text(axes: &[String]) -> String {
    match axes {
        [] => "a single number".into(),
        [n] => format!("a vector of {n}"),
        _ => axes.join(" × "),
    }
}

/// The number of entries of a shape, if it is within [`MAX_ENTRIES`].
fn entries(shape: &[usize]) -> Result<usize, String> {
    // Zeros first: 0 × anything is nothing, whatever the rest would overflow to.
    if shape.contains(&0) {
        return Ok(0);
    }
    let n = shape.iter().try_fold(1, |n: usize, k| n.checked_mul(*k));
    let n = n.filter(|n| *n <= MAX_ENTRIES).ok_or_else(|| {
        format!(
            "{} is too large: more than {MAX_ENTRIES} entries (2 GiB)",
            shape_text(shape)
        )
    })?;
    // Asked before it is taken, for the array and what is made of it.
    match has_room(16 * n) {
        true => Ok(n),
        false => Err(format!(
            "there is no memory for an array of {}",
            shape_text(shape)
        )),
    }
}
