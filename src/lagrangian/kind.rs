//! What an entry of the list of Lagrangians is.

use std::fmt::Display;
use std::sync::Arc;

use super::{Lagrangian, Parameters};
use crate::key::{Form, Key, parameter};
use crate::refusal::Refusal;

/// A Lagrangian, or what is wrong with its parameters.
pub type Made = Result<Arc<dyn Lagrangian>, Refusal>;

/// One entry of the list.
#[derive(Debug)]
pub struct Kind {
    /// The word that a model file writes.
    pub name: &'static str,
    /// `L` as a formula, with where it comes from.
    pub formula: &'static str,
    /// Its parameters.
    pub parameters: &'static [Key],
    /// Ways to write it in a model file; the laws are tested on every one of them.
    pub examples: &'static [&'static str],
    /// Makes one from its parameters.
    pub make: fn(&mut dyn Parameters) -> Made,
}

/// One of several forms of one structure, which has an entry of its own in the list.
pub trait Listed {
    const KIND: &'static Kind;
}

/// The one parameter of many.
pub(super) const GAIN: &[Key] = &[parameter("beta", Form::Number, "gain, above 0; 1")];

/// One whose parameter is a [`GAIN`].
pub(super) fn with_gain<L: Lagrangian + 'static>(
    p: &mut dyn Parameters,
    make: impl Fn(f64) -> L,
) -> Made {
    Ok(Arc::new(make(p.positive("beta", Some(1.0))?)))
}

/// What a Lagrangian is called.
#[derive(Clone, Debug)]
pub struct Name {
    /// As a model file writes it, with its parameters: `tanh(beta = 2)`.
    pub text: String,
    /// Its entry in the list, where its formula stands; none for one that is not in the list.
    pub kind: Option<&'static Kind>,
}

impl Name {
    /// One that is not in the list.
    pub fn new(text: impl Into<String>) -> Self {
        Name {
            text: text.into(),
            kind: None,
        }
    }

    /// An entry of the list with the values of its parameters, `(beta = 2)`; nothing where it has none.
    pub fn of(kind: &'static Kind, parameters: impl Display) -> Self {
        Name {
            text: format!("{}{parameters}", kind.name),
            kind: Some(kind),
        }
    }
}
