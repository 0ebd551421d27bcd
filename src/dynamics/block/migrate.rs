//! Trajectories that migrate from one block to another: to that of another method, or to a narrower one of the same.

use super::{Block, Job, Phase, StepClock, column_of};
use crate::dynamics::auto::Record;
use crate::dynamics::method::Method;
use crate::monitor::Monitor;

/// A trajectory between two blocks.
#[derive(Debug)]
pub struct Migrant<M> {
    job: Job<M>,
    clock: StepClock,
    phase: Phase,
    x: Vec<f64>,
    /// What `auto` knows of it.
    record: Option<Record>,
}

impl<M: Monitor> Migrant<M> {
    /// The method that it is to go on with.
    pub fn method(&self) -> &'static Method {
        self.job.method
    }
}

impl<M: Monitor> Block<'_, M> {
    /// Goes on with a trajectory of another block.
    pub fn admit(&mut self, column: usize, migrant: Migrant<M>) {
        if let (Some(chooser), Some(record)) = (&mut self.chooser, migrant.record) {
            chooser.put(column, record);
        }
        let Migrant {
            job,
            clock,
            phase,
            x,
            ..
        } = migrant;
        self.occupy(column, phase, clock, job, &x);
    }

    /// Takes a trajectory that is to go on with another method out of its column.
    pub fn take_migrant(&mut self) -> Option<(usize, Migrant<M>)> {
        let column = self.leaving.pop()?;
        let mut migrant = self.take(column)?;
        // The velocity stays behind; its monitor has seen everything.
        if migrant.phase == Phase::Runs {
            migrant.phase = Phase::Resumed;
        }
        Some((column, migrant))
    }

    /// Empties a column.
    fn take(&mut self, column: usize) -> Option<Migrant<M>> {
        let (mut job, clock) = (self.jobs[column].take()?, self.clocks.get(column));
        job.leave(self.method, clock);
        self.quiet.tell(column, &mut job);
        let migrant = Migrant {
            job,
            clock,
            phase: self.phases[column],
            x: column_of(&self.x, self.width, column),
            record: self.chooser.as_ref().map(|c| c.record(column)),
        };
        self.vacate(column);
        Some(migrant)
    }

    /// Moves every trajectory that has not ended into another block of the same method, which must have room for them. Its
    /// steps there are those that it would have taken here. `moved` is told the columns, from and to.
    pub fn move_into(&mut self, other: &mut Self, mut moved: impl FnMut(usize, usize)) {
        for column in 0..self.width {
            if matches!(self.phases[column], Phase::Idle | Phase::Ended) {
                continue;
            }
            let Some(to) = other.idle_column() else {
                return;
            };
            let velocity = column_of(self.stages.first(), self.width, column);
            let energy = self.measures.at_start(column);
            let control = self.control.memory(column);
            let carried = self.stages.stepper().carry(column);
            let Some(migrant) = self.take(column) else {
                continue;
            };
            other.admit(to, migrant);
            let rows = other.stages.storage.k[0].chunks_exact_mut(other.width);
            for (row, v) in rows.zip(velocity) {
                row[to] = v;
            }
            other.measures.start_at(to, energy);
            other.control.remember(to, control);
            other.stages.stepper_mut().resume(to, &carried);
            if other.phases[to] == Phase::Runs {
                // Its velocity is known.
                other.waiting.retain(|l| *l != to);
            }
            moved(column, to);
        }
    }
}
