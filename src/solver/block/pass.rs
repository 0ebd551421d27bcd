//! Trajectories that go from one block to another: to that of another method, or to a narrower one.

use super::{Block, Job, Pace, Phase, column};
use crate::monitor::Monitor;
use crate::solver::Method;
use crate::solver::auto::Record;

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
    pub fn resume(&mut self, lane: usize, handover: Handover<M>) {
        let Handover {
            job,
            pace,
            switched,
            x,
            record,
        } = handover;
        self.put_record(lane, record);
        let phase = match switched {
            true => Phase::Switched,
            false => Phase::Resumed,
        };
        self.occupy(lane, phase, pace, job, &x);
    }

    /// Takes a trajectory that is to go on with another method out of its lane.
    pub fn take_handover(&mut self) -> Option<(usize, Handover<M>)> {
        let lane = self.leaving.pop()?;
        Some((lane, self.hand_over(lane)?))
    }

    /// Empties a lane.
    fn hand_over(&mut self, lane: usize) -> Option<Handover<M>> {
        let (mut job, pace) = (self.jobs[lane].take()?, self.paces.get(lane));
        job.leave(self.settings.method, pace);
        let handover = Handover {
            job,
            pace,
            switched: self.phases[lane] == Phase::Switched,
            x: column(&self.x, self.lanes, lane),
            record: self.chooser.as_ref().map(|c| c.record(lane)),
        };
        self.vacate(lane);
        Some(handover)
    }

    /// Moves every trajectory that has not ended into another block of the same method, which must have room for them;
    /// `moved` is told the lanes, from and to.
    pub fn move_into(&mut self, other: &mut Self, mut moved: impl FnMut(usize, usize)) {
        for lane in 0..self.lanes {
            if matches!(self.phases[lane], Phase::Idle | Phase::Ended) {
                continue;
            }
            let Some(to) = other.idle_lane() else { return };
            let luggage = Luggage {
                phase: self.phases[lane],
                velocity: column(self.stages.first(), self.lanes, lane),
                energy: self.measures.beginning(lane),
                control: self.control.memory(lane),
            };
            let Some(handover) = self.hand_over(lane) else {
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
            moved(lane, to);
        }
    }

    fn put_record(&mut self, lane: usize, record: Option<Record>) {
        if let (Some(chooser), Some(record)) = (&mut self.chooser, record) {
            chooser.put(lane, record);
        }
    }

    fn unpack(&mut self, lane: usize, luggage: Luggage) {
        let rows = self.stages.storage.k[0].chunks_exact_mut(self.lanes);
        for (row, v) in rows.zip(luggage.velocity) {
            row[lane] = v;
        }
        self.measures.begin_at(lane, luggage.energy);
        self.control.remember(lane, luggage.control);
        if luggage.phase == Phase::Runs {
            // Its velocity is known.
            self.waiting.retain(|l| *l != lane);
        }
    }
}
