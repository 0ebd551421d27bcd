//! Why something is not done, as data: whoever prints it decides how it looks.

use std::fmt;

/// A refusal: what is refused, why, and what to try.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The parameter or the place: `t_end`, `weights`.
    pub what: String,
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
            why: why.into(),
            help: None,
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
        write!(f, "{} {}", self.what, self.why)?;
        match &self.help {
            Some(help) => write!(f, ": {help}"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for Refusal {}
