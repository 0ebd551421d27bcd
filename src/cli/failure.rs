//! Why a command gives up, and with which exit code.

use std::fmt::Display;

use super::Exit;
use super::out::{errln, error};
use crate::model_file::{DesignFault, LoadError};
use crate::refusal::Refusal;
use crate::report::ReportError;

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

    /// The same where the library refuses what a flag of the command says: it is called as it was typed.
    pub fn of_flag(mut why: Refusal, flags: &[&str]) -> Self {
        let word = why.what.split(' ').next().unwrap_or_default();
        if flags.contains(&word) {
            why.what = format!("--{}", why.what.replace('_', "-"));
        }
        Failure::bad(why)
    }

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

impl<E: Into<ReportError>> From<E> for Failure {
    fn from(error: E) -> Self {
        let error = error.into();
        let ReportError::Design(design) = &error else {
            return Failure::failed(error);
        };
        Failure {
            drawn: matches!(*design.why, DesignFault::Load(LoadError::Mistakes(_))),
            ..Failure::bad(error)
        }
    }
}
