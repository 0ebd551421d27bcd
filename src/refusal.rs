//! Why something is not done, as data: whoever prints it decides how it looks.

use std::fmt;

/// A refusal: what is refused, why, and what to try.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The parameter or the place: `t_end`, `weights`.
    pub what: String,
    /// Which of its entries, where it is a list.
    pub entry: Option<usize>,
    /// What is wrong with it, as the rest of a sentence that begins with it: `must be above 0, it is −1`.
    pub why: String,
    /// What to try, if anything is known to help.
    pub help: Option<String>,
}

impl Refusal {
    /// `what` is refused because of `why`.
    pub fn new(what: impl Into<String>, why: impl Into<String>) -> Self {
        Refusal {
            what: what.into(),
            entry: None,
            why: why.into(),
            help: None,
        }
    }

    /// The same of one entry of the list that `what` is.
    pub fn of_entry(self, k: usize) -> Self {
        Refusal {
            entry: Some(k),
            ..self
        }
    }

    /// What is refused, in words: `t_end`, `strength.1`.
    pub fn place(&self) -> String {
        match self.entry {
            Some(k) => format!("{}.{k}", self.what),
            None => self.what.clone(),
        }
    }

    /// The same, with what to try.
    pub fn help(self, help: impl Into<String>) -> Self {
        Refusal {
            help: Some(help.into()),
            ..self
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.place(), self.why)?;
        match &self.help {
            Some(help) => write!(f, ": {help}"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for Refusal {}
