//! What becomes of a step that stands: the new state, the next length, another method, the end.

use super::length::{landing, tried};
use super::{Block, Fate};
use crate::monitor::Monitor;
use crate::solver::auto::Sight;
use crate::solver::control::WELL_INSIDE;
use crate::trajectory::{Column, StopReason};

impl<M: Monitor> Block<'_, M> {
    /// Makes the ends of accepted steps the new states.
    pub(super) fn take(&mut self) {
        let lanes = self.lanes;
        let s = self.stages.k.len() - 1;
        if lanes == 1 {
            if matches!(self.fates[0], Fate::Accepted(_)) {
                std::mem::swap(&mut self.x, &mut self.stages.end);
                self.stages.k.swap(0, s);
            }
        } else {
            let (first, last) = self.stages.k.split_at_mut(s);
            for lane in 0..lanes {
                if matches!(self.fates[lane], Fate::Accepted(_)) {
                    for i in (lane..self.x.len()).step_by(lanes) {
                        self.x[i] = self.stages.end[i];
                        first[0][i] = last[0][i];
                    }
                }
            }
        }
        for lane in 0..lanes {
            let (Some(job), Fate::Accepted(error)) = (&mut self.jobs[lane], self.fates[lane])
            else {
                continue;
            };
            let h = self.h[lane];
            job.t = landing(job, self.settings, h);
            job.statistics.accepted += 1;
            if self.settings.method.is_adaptive() {
                let next = h * job.control.accepted(error);
                // A step that was cut short to land somewhere says nothing against a longer one.
                job.h = if h < job.h { next.max(job.h) } else { next };
                let fastest = self.measures.fastest[lane];
                if job.needs.rest.is_some() && fastest > 0.0 {
                    // At rest an explicit method takes ever longer steps, to the edge of its stability, where the
                    // errors of its fastest mode neither grow nor decay and the state trembles by the tolerance for
                    // ever. Well inside that edge it comes to rest.
                    job.h = job
                        .h
                        .min(WELL_INSIDE * self.settings.method.stability / fastest);
                }
            }
            let ended = job.finished.take().or({
                if job.t >= self.settings.t_end {
                    Some(match self.settings.until_rest {
                        true => StopReason::NotAtRest,
                        false => StopReason::TimeReached,
                    })
                } else if tried(&job.statistics) >= self.settings.max_steps {
                    Some(StopReason::StepLimit)
                } else {
                    None
                }
            });
            let t = job.t;
            if let Some(reason) = ended {
                self.finish(lane, reason);
                continue;
            }
            self.look(lane, h);
            let Some(job) = &mut self.jobs[lane] else {
                continue;
            };
            if t >= job.switch {
                job.switch = self.stimulus.next_switch(t);
                job.switched = true;
                if let Some(stiffness) = &mut self.stiffness {
                    stiffness.switched(lane);
                }
                self.set_input(lane, t);
            }
        }
    }

    /// Ends a trajectory at its present state and shows that to its monitor.
    pub(super) fn finish(&mut self, lane: usize, reason: StopReason) {
        let Some(job) = self.jobs[lane].as_mut().filter(|j| j.finished.is_none()) else {
            return;
        };
        let state = Column::new(&self.x, self.lanes, lane);
        self.output
            .point
            .x
            .iter_mut()
            .zip(state.iter())
            .for_each(|(o, v)| *o = v);
        let input = Column::new(&self.input, self.lanes, lane);
        self.output
            .end(self.network, input, &job.held, job.t, &mut job.monitor);
        // Booked on its own trajectory: left for later it would go to whichever lane shows a state next.
        job.statistics.output_evaluations += std::mem::take(&mut self.output.evaluations);
        job.finished = Some(reason);
    }

    /// Will `auto` look at a lane after the present step?
    pub(super) fn is_look_due(&self) -> bool {
        let Some(stiffness) = &self.stiffness else {
            return false;
        };
        let mut jobs = self.jobs.iter().enumerate();
        jobs.any(|(lane, j)| {
            j.as_ref()
                .is_some_and(|j| stiffness.is_due(lane, j.statistics.accepted + 1))
        })
    }

    /// Lets `auto` choose how a lane goes on after an accepted step.
    fn look(&mut self, lane: usize, h: f64) {
        let (Some(stiffness), Some(job)) = (&mut self.stiffness, &mut self.jobs[lane]) else {
            return;
        };
        if !stiffness.is_due(lane, job.statistics.accepted) {
            return;
        }
        let column = |block| Column::new(block, self.lanes, lane);
        let sight = Sight {
            t: job.t,
            h,
            fastest: self.measures.fastest[lane],
            x: column(&self.x),
            velocity: column(&self.stages.k[0]),
            input: column(&self.input),
            held: &job.held,
            rest: job.needs.rest,
        };
        let accepted = job.statistics.accepted;
        let chosen = stiffness.look(lane, accepted, self.network, self.settings, sight);
        if let Some((choice, h)) = chosen {
            job.choices.push(choice);
            job.h = h;
            job.handed_over = true;
        }
    }
}
