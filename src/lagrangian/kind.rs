//! What an entry of the list of Lagrangians is.

use std::sync::Arc;

use super::{Lagrangian, Parameter, Parameters};
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
    pub parameters: &'static [Parameter],
    /// Ways to write it in a model file; the laws are tested on every one of them.
    pub examples: &'static [&'static str],
    /// Makes one from its parameters.
    pub make: fn(&mut dyn Parameters) -> Made,
}
