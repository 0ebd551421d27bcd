//! Why a command gives up, and with which exit code.

use std::fmt::Display;

use super::Exit;
use super::out::{errln, error};
use crate::model_file::{DesignError, DesignFault, LoadError};
use crate::record::RecordError;
use crate::refusal::Refusal;
use crate::report::ReportError;
use crate::study;

#[derive(Debug)]
pub(super) struct Failure {
    pub exit: Exit,
    why: String,
    /// Is it a report of mistakes in a model, each of which begins with `error: `?
    drawn: bool,
}

impl Failure {
    fn new(exit: Exit, why: impl Display) -> Self {
        Failure {
            exit,
            why: why.to_string(),
            drawn: false,
        }
    }

    /// The model or the command makes no sense.
    pub fn bad(why: impl Display) -> Self {
        Failure::new(Exit::BadModel, why)
    }

    /// The work failed.
    pub fn failed(why: impl Display) -> Self {
        Failure::new(Exit::Failed, why)
    }

    /// The same with another exit code.
    pub fn of(self, exit: Exit) -> Self {
        Failure { exit, ..self }
    }

    /// The same with another line.
    pub fn and(mut self, line: impl Display) -> Self {
        self.why += &format!("\n{line}");
        self
    }

    pub fn print(&self) {
        match self.drawn {
            true => errln!("{}", self.why),
            false => error(&self.why),
        }
    }
}

impl From<LoadError> for Failure {
    fn from(error: LoadError) -> Self {
        Failure {
            drawn: matches!(error, LoadError::Mistakes(_)),
            ..Failure::bad(error)
        }
    }
}

impl From<DesignError> for Failure {
    fn from(error: DesignError) -> Self {
        Failure {
            drawn: matches!(*error.why, DesignFault::Load(LoadError::Mistakes(_))),
            ..Failure::bad(error)
        }
    }
}

impl From<study::Refusal> for Failure {
    fn from(error: study::Refusal) -> Self {
        Failure::bad(error)
    }
}

impl From<Refusal> for Failure {
    fn from(error: Refusal) -> Self {
        Failure::failed(error)
    }
}

impl From<RecordError> for Failure {
    fn from(error: RecordError) -> Self {
        Failure::failed(error)
    }
}

impl From<ReportError> for Failure {
    fn from(error: ReportError) -> Self {
        match error {
            ReportError::Record(error) => error.into(),
            ReportError::Design(error) => error.into(),
            ReportError::Refused(error) => error.into(),
        }
    }
}
