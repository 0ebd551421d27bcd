//! Trajectories that go from one block to another: to that of another method, or to a narrower one.

use super::{Block, Job, Pace, Phase, column};
use crate::monitor::Monitor;
use crate::network::Network;
use crate::solver::auto::History;
use crate::solver::foreign::{self, Engine, Watch};
use crate::solver::{Interrupt, Method, Outcome, Settings, Start};
use crate::stimulus::Stimulus;

/// A trajectory between two blocks.
#[derive(Debug)]
pub struct Handover<M> {
    job: Job<M>,
    pace: Pace,
    /// Has its input just changed?
    switched: bool,
    x: Vec<f64>,
}

impl<M: Monitor> Handover<M> {
    /// The method that it is to go on with.
    pub fn method(&self) -> &'static Method {
        self.job.method
    }

    /// Goes on to the end with a foreign engine.
    ///
    /// # Errors
    /// What makes the engine useless for this network.
    pub fn follow(
        self,
        problem: (&Network, &Settings, &Stimulus),
        engine: Engine,
        interrupt: &Interrupt,
    ) -> Result<(Outcome, M), String> {
        let Handover {
            job,
            pace,
            switched,
            x,
        } = self;
        let statistics = job.statistics(pace);
        let mut monitor = job.monitor;
        let start = Start {
            x,
            input: job.own_input,
            held: job.held,
        };
        let mut watch = Watch::new(problem, start, &mut monitor, interrupt)?;
        watch.go_on(pace.t, switched, statistics);
        let mut outcome = foreign::go_on(watch, engine)?;
        outcome.choices = job.choices;
        Ok((outcome, monitor))
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
    history: Option<History>,
}

impl<M: Monitor> Block<'_, M> {
    /// Goes on with a trajectory of another block.
    pub fn resume(&mut self, lane: usize, handover: Handover<M>) {
        let Handover {
            job,
            pace,
            switched,
            x,
        } = handover;
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
        let handover = Handover {
            job: self.jobs[lane].take()?,
            pace: self.paces.get(lane),
            switched: self.phases[lane] == Phase::Switched,
            x: column(&self.x, self.lanes, lane),
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
                velocity: column(&self.stages.k[0], self.lanes, lane),
                energy: self.measures.beginning(lane),
                control: self.control.memory(lane),
                history: self.stiffness.as_ref().map(|s| s.history(lane)),
            };
            let Some(handover) = self.hand_over(lane) else {
                continue;
            };
            let Handover { job, pace, x, .. } = handover;
            other.occupy(to, luggage.phase, pace, job, &x);
            other.unpack(to, luggage);
            moved(lane, to);
        }
    }

    fn unpack(&mut self, lane: usize, luggage: Luggage) {
        let rows = self.stages.k[0].chunks_exact_mut(self.lanes);
        for (row, v) in rows.zip(luggage.velocity) {
            row[lane] = v;
        }
        self.measures.begin_at(lane, luggage.energy);
        self.control.remember(lane, luggage.control);
        if let (Some(stiffness), Some(history)) = (&mut self.stiffness, luggage.history) {
            stiffness.put(lane, history);
        }
        if luggage.phase == Phase::Runs {
            // Its velocity is known.
            self.waiting.retain(|l| *l != lane);
        }
    }
}
