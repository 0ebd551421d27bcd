//! A training is kept as its epochs go, so that an error or a kill loses little.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::state;
use crate::learning::{State, Task, Told};
use crate::record::{RecordError, TRAINING};
use crate::report::AnswerDirectory;
use crate::study::Study;

/// No more than so much time is lost, but for the epoch that is under way.
const MOST: Duration = Duration::from_secs(30);
/// So many times what keeping it took passes before it is kept again: a hundredth of the time goes into that at most.
const REST: u32 = 100;

/// When a training was kept last, and what is kept beside its state.
#[derive(Debug)]
pub struct Checkpoints {
    document: Value,
    last: Instant,
    took: Duration,
    /// Epochs that are kept.
    epochs: usize,
    /// Those that had been before.
    begun: usize,
}

impl Checkpoints {
    /// Of a training that begins, or goes on after so many epochs.
    pub fn new(study: &Study, task: &Task, before: usize) -> Self {
        Checkpoints {
            document: json!({
                "title": study.title,
                "rule": task.rule.name,
                "interrupted": true,
                "identity": state::identity(task, study),
            }),
            last: Instant::now(),
            took: Duration::ZERO,
            epochs: before,
            begun: before,
        }
    }

    /// Is it time again? Of one that failed the last whole epoch is kept in any case, unless it is or was.
    pub fn is_due(&self, told: Told<'_>) -> bool {
        let is_new = told.state.epochs.len() > self.epochs;
        let is_time = self.last.elapsed() >= MOST.min(self.took * REST);
        is_new && (is_time || told.failed.is_some())
    }

    /// Epochs that are kept by this; 0 if none was.
    pub fn epochs(&self) -> usize {
        match self.epochs > self.begun {
            true => self.epochs,
            false => 0,
        }
    }

    /// Keeps it in the directory where it is unfinished.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn keep(
        &mut self,
        directory: &mut AnswerDirectory,
        state: &State,
    ) -> Result<(), RecordError> {
        let from = Instant::now();
        directory.keep_so_far(&self.document, (TRAINING, &state::kept(state)))?;
        (self.last, self.took, self.epochs) = (Instant::now(), from.elapsed(), state.epochs.len());
        Ok(())
    }
}
