//! Trajectories that go from one block to another: to that of another method, or to a narrower one.

use super::{Block, Job, Pace, Phase, column_of};
use crate::dynamics::Method;
use crate::dynamics::auto::Record;
use crate::monitor::Monitor;

/// A trajectory between two blocks.
#[derive(Debug)]
pub struct Handover<M> {
    job: Job<M>,
    pace: Pace,
    /// Has its input just changed?
    switched: bool,
    x: Vec<f64>,
    /// What `auto` knows of it.
    record: Option<Record>,
}

impl<M: Monitor> Handover<M> {
    /// The method that it is to go on with.
    pub fn method(&self) -> &'static Method {
        self.job.method
    }
}

/// What a trajectory besides takes along to a block of the same method, so that its steps there are those that it would
/// have taken here.
#[derive(Debug)]
struct Luggage {
    phase: Phase,
    velocity: Vec<f64>,
    energy: [f64; 2],
    control: [f64; 2],
}

impl<M: Monitor> Block<'_, M> {
    /// Goes on with a trajectory of another block.
    pub fn resume(&mut self, column: usize, handover: Handover<M>) {
        let Handover {
            job,
            pace,
            switched,
            x,
            record,
        } = handover;
        self.put_record(column, record);
        let phase = match switched {
            true => Phase::Switched,
            false => Phase::Resumed,
        };
        self.occupy(column, phase, pace, job, &x);
    }

    /// Takes a trajectory that is to go on with another method out of its column.
    pub fn take_handover(&mut self) -> Option<(usize, Handover<M>)> {
        let column = self.leaving.pop()?;
        Some((column, self.hand_over(column)?))
    }

    /// Empties a column.
    fn hand_over(&mut self, column: usize) -> Option<Handover<M>> {
        let (mut job, pace) = (self.jobs[column].take()?, self.paces.get(column));
        job.leave(self.settings.method, pace);
        let handover = Handover {
            job,
            pace,
            switched: self.phases[column] == Phase::Switched,
            x: column_of(&self.x, self.width, column),
            record: self.chooser.as_ref().map(|c| c.record(column)),
        };
        self.vacate(column);
        Some(handover)
    }

    /// Moves every trajectory that has not ended into another block of the same method, which must have room for them;
    /// `moved` is told the columns, from and to.
    pub fn move_into(&mut self, other: &mut Self, mut moved: impl FnMut(usize, usize)) {
        for column in 0..self.width {
            if matches!(self.phases[column], Phase::Idle | Phase::Ended) {
                continue;
            }
            let Some(to) = other.idle_column() else {
                return;
            };
            let luggage = Luggage {
                phase: self.phases[column],
                velocity: column_of(self.stages.first(), self.width, column),
                energy: self.measures.beginning(column),
                control: self.control.memory(column),
            };
            let Some(handover) = self.hand_over(column) else {
                continue;
            };
            let Handover {
                job,
                pace,
                x,
                record,
                ..
            } = handover;
            other.put_record(to, record);
            other.occupy(to, luggage.phase, pace, job, &x);
            other.unpack(to, luggage);
            moved(column, to);
        }
    }

    fn put_record(&mut self, column: usize, record: Option<Record>) {
        if let (Some(chooser), Some(record)) = (&mut self.chooser, record) {
            chooser.put(column, record);
        }
    }

    fn unpack(&mut self, column: usize, luggage: Luggage) {
        let rows = self.stages.storage.k[0].chunks_exact_mut(self.width);
        for (row, v) in rows.zip(luggage.velocity) {
            row[column] = v;
        }
        self.measures.begin_at(column, luggage.energy);
        self.control.remember(column, luggage.control);
        if luggage.phase == Phase::Runs {
            // Its velocity is known.
            self.waiting.retain(|l| *l != column);
        }
    }
}
