//! Whoever waits for a long search: is told how far it is, and may interrupt it.

use crate::dynamics::Interrupt;

/// How far a search is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Told {
    /// What is done now, in words: `starts followed`.
    pub stage: &'static str,
    /// How many of them are done.
    pub done: usize,
    /// Of how many, if that is known.
    pub of: Option<usize>,
    /// How many things were found so far (fixed points, branches), and what they are.
    pub found: (usize, &'static str),
}

/// Whoever waits.
#[derive(Clone, Copy)]
pub struct Watch<'a> {
    /// What asks for an end.
    pub interrupt: &'a Interrupt,
    /// Is told now and then, from any thread.
    pub tell: &'a (dyn Fn(Told) + Sync),
}

impl<'a> Watch<'a> {
    /// Nobody wants to know.
    pub fn quiet(interrupt: &'a Interrupt) -> Self {
        Watch {
            interrupt,
            tell: &|_| {},
        }
    }
}

impl std::fmt::Debug for Watch<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Watch").finish_non_exhaustive()
    }
}
