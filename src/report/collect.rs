//! Runs the ensembles of a design, rows going into the table as they become known.

use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use super::{Outcomes, ReportError, Whose};
use crate::dynamics::Interrupt;
use crate::model_file::{Design, DesignError};
use crate::record::{Present, RecordError};
use crate::study::{Census, Ends, Keep, Part, Progress};

struct Sink<'a> {
    /// The table, and why it took no more.
    state: Mutex<(&'a mut Outcomes, Option<RecordError>)>,
    interrupt: &'a Interrupt,
    progress: &'a dyn Progress,
}

impl Sink<'_> {
    /// Does this with the table; a disk that refuses ends the run, as there is nowhere to keep more.
    fn with(&self, work: impl FnOnce(&mut Outcomes) -> Result<(), RecordError>) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let (outcomes, failure) = &mut *state;
        if let Err(error) = work(outcomes) {
            failure.get_or_insert(error);
            self.interrupt.raise();
        }
    }

    fn take(&self, k: u64, row: Vec<u64>) {
        self.with(|outcomes| outcomes.put(k, row));
        self.progress.ended(k as usize);
    }

    /// Does `work`, writing once a second what waits in memory: that is lost if the process is killed.
    fn flushing<R>(&self, work: impl FnOnce() -> R) -> R {
        let (working, done) = mpsc::channel::<()>();
        std::thread::scope(|scope| {
            // Without such a thread more is lost, should the process be killed, but nothing else.
            let flush = move || {
                let second = Duration::from_secs(1);
                while done.recv_timeout(second) == Err(RecvTimeoutError::Timeout) {
                    self.with(Outcomes::flush);
                }
            };
            let _ = std::thread::Builder::new().spawn_scoped(scope, flush);
            let result = work();
            drop(working);
            result
        })
    }
}

impl Outcomes {
    /// Integrates what is not present, and says at which fixed points each ensemble ended. What there is stays when interrupted.
    pub fn collect(
        &mut self,
        design: &Design,
        present: Option<&Present>,
        interrupt: &Interrupt,
        progress: &dyn Progress,
    ) -> Result<Vec<Census>, ReportError> {
        let mut ends = self.ends(&design.parts)?;
        let sink = Sink {
            state: Mutex::new((self, None)),
            interrupt,
            progress,
        };
        let ran = sink.flushing(|| {
            let mut found = Vec::new();
            for (k, (part, ends)) in design.parts.iter().zip(&mut ends).enumerate() {
                let ends = std::mem::take(ends);
                found.push(one(design, (k, part), present, ends, &sink)?);
            }
            Ok(found)
        });
        sink.with(Outcomes::flush);
        let state = sink.state.into_inner();
        match state.unwrap_or_else(PoisonError::into_inner).1 {
            Some(error) => Err(error.into()),
            None => ran,
        }
    }

    /// The ends of each ensemble, as far as they are there already.
    fn ends(&mut self, parts: &[Part]) -> Result<Vec<Ends>, RecordError> {
        let mut ends: Vec<Ends> = Vec::new();
        ends.resize_with(parts.len(), Ends::default);
        let (whose, columns) = (Whose { parts, points: &[] }, self.columns.clone());
        self.visit(|k, row| {
            let (at, start) = whose.at(k);
            ends[at].add(start as usize, &columns, row, None);
        })?;
        Ok(ends)
    }
}

/// Runs what is missing of one ensemble.
fn one(
    design: &Design,
    (k, part): (usize, &Part),
    present: Option<&Present>,
    ends: Ends,
    sink: &Sink<'_>,
) -> Result<Census, DesignError> {
    if sink.interrupt.is_raised() {
        return Ok(Census::cut_short());
    }
    let point = design.point(k)?;
    let (study, starts) = (&point.study, &point.starts);
    let range = part.trajectories.clone();
    let first = range.start;
    let missing = range.filter(|k| !present.is_some_and(|p| p.has(*k)));
    let mut missing = missing.map(|k| (k - first) as usize).peekable();
    // The state, the last column, is there where ends are examined, and stays only if that is asked for.
    let examine = point.keep.examine;
    let keep = Keep {
        states: examine || point.keep.states,
        ..point.keep
    };
    let n = if keep.states { study.network.size() } else { 0 };
    let columns = point.columns();
    let ends = Mutex::new(ends);
    let done = |k: usize, mut row: Vec<u64>| {
        let at = row.len() - n;
        let (told, x) = row.split_at(at);
        let mut ends = ends.lock().unwrap_or_else(PoisonError::into_inner);
        ends.add(k, &columns, told, examine.then_some(x));
        drop(ends);
        if !point.keep.states {
            row.truncate(at);
        }
        sink.take(first + k as u64, row);
    };
    if missing.peek().is_some() {
        study.run_ensemble(starts, missing, keep, sink.interrupt, done)?;
    }
    let ends = ends.into_inner().unwrap_or_else(PoisonError::into_inner);
    Ok(ends.points(study, starts, point.keep, sink.interrupt)?)
}
