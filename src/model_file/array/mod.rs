//! Arrays of numbers: what a model file may write where one is expected, and what it becomes.

mod file;
mod list;
mod made;
mod read;
mod resolve;
mod resolver;
mod selection;
mod spec;

use std::path::Path;

use crate::kernels::has_room;

pub(super) use read::SOURCES;
pub use resolver::Resolver;
pub use spec::{ArraySpec, FileSpec, Form, Law, RandomSpec, Selection};

/// The most numbers that one array may have: 2³¹ bytes of them. A slip of the pen in a size must not ask the machine for
/// all of its memory.
pub const MAX_ENTRIES: usize = 1 << 28;

/// Numbers in a shape, the last axis running fastest. A single number has the shape `[]`.
#[derive(Clone, Debug, PartialEq)]
pub struct Array {
    /// Lengths of the axes.
    pub shape: Vec<usize>,
    /// The numbers.
    pub data: Vec<f64>,
}

/// Readers of files that hold arrays. Errors say why, without the path.
pub trait Files {
    /// A `.npy` file.
    ///
    /// # Errors
    /// Says why it cannot be read.
    fn npy(&self, path: &Path) -> Result<Array, String>;

    /// The array called `key` in a `.npz` file.
    ///
    /// # Errors
    /// Says why it cannot be read; for a wrong key, which there are.
    fn npz(&self, path: &Path, key: &str) -> Result<Array, String>;

    /// A PNG file: rows × columns of grey values from 0 to 1, or × channels.
    ///
    /// # Errors
    /// Says why it cannot be read.
    fn png(&self, path: &Path) -> Result<Array, String>;
}

/// The place that an array is for.
#[derive(Clone, Debug, PartialEq)]
pub struct Place {
    what: String,
    shape: Option<Vec<Option<usize>>>,
}

impl Place {
    /// `what` ("weights of `dense` from `features` (64) to `hidden` (100)") has just this shape.
    pub fn exact(what: impl Into<String>, shape: &[usize]) -> Self {
        Place::partly(what, shape.iter().copied().map(Some).collect())
    }

    /// A shape of which `None` leaves an axis free, as the number of patterns often is.
    pub fn partly(what: impl Into<String>, shape: Vec<Option<usize>>) -> Self {
        Place {
            what: what.into(),
            shape: Some(shape),
        }
    }

    /// Any shape.
    pub fn any(what: impl Into<String>) -> Self {
        Place {
            what: what.into(),
            shape: None,
        }
    }

    /// The same shape under another name.
    fn renamed(&self, what: String) -> Self {
        Place {
            what,
            shape: self.shape.clone(),
        }
    }

    /// The shape, if it is known in full.
    pub fn known(&self) -> Option<Vec<usize>> {
        self.shape.as_ref()?.iter().copied().collect()
    }

    fn admits(&self, shape: &[usize]) -> bool {
        self.shape.as_ref().is_none_or(|wanted| {
            wanted.len() == shape.len()
                && wanted
                    .iter()
                    .zip(shape)
                    .all(|(w, n)| w.is_none_or(|w| w == *n))
        })
    }

    fn text(&self) -> String {
        let axis = |n: &Option<usize>| n.map_or("any".to_owned(), |n| n.to_string());
        let axes: Vec<String> = self.shape.iter().flatten().map(axis).collect();
        axes_text(&axes)
    }
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
