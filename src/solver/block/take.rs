//! What becomes of a step that stands: the new state, the next length, another method, the end.

use super::length::tried;
use super::{Block, Fate, Phase};
use crate::kernels::vectorized;
use crate::monitor::Monitor;
use crate::solver::auto::Sight;
use crate::solver::control::WELL_INSIDE;
use crate::trajectory::{Column, StopReason};

impl<M: Monitor> Block<'_, M> {
    /// Makes the ends of accepted steps the new states.
    pub(super) fn take(&mut self) {
        self.move_on();
        let settings = self.settings;
        for lane in 0..self.lanes {
            if !self.fates[lane].stands() {
                continue;
            }
            let (h, t) = (self.h[lane], self.landing[lane]);
            let pace = &mut self.paces[lane];
            pace.t = t;
            pace.statistics.accepted += 1;
            if settings.method.is_adaptive() {
                let next = h * self.control.accepted(lane);
                // A step that was cut short to land somewhere says nothing against a longer one.
                pace.h = if h < pace.h { next.max(pace.h) } else { next };
                let fastest = self.measures.fastest[lane];
                if pace.needs.rest.is_some() && fastest > 0.0 {
                    // At rest an explicit method takes ever longer steps, to the edge of its stability, where the
                    // errors of its fastest mode neither grow nor decay and the state trembles by the tolerance for
                    // ever. Well inside that edge it comes to rest.
                    let longest = WELL_INSIDE * settings.method.stability / fastest;
                    pace.h = pace.h.min(longest);
                }
            }
            let asked = match self.fates[lane] {
                Fate::Last => self.jobs[lane].as_mut().and_then(|j| j.stop.take()),
                _ => None,
            };
            let ended = asked.or({
                if t >= settings.t_end {
                    Some(match settings.until_rest {
                        true => StopReason::NotAtRest,
                        false => StopReason::TimeReached,
                    })
                } else if tried(&pace.statistics) >= settings.max_steps {
                    Some(StopReason::StepLimit)
                } else {
                    None
                }
            });
            let switches = t >= pace.target;
            if let Some(reason) = ended {
                self.finish(lane, reason);
                continue;
            }
            self.look(lane, h);
            if switches {
                self.switch(lane, t);
            }
        }
    }

    /// The states and velocities of the lanes whose step stands.
    fn move_on(&mut self) {
        let Some((last, first)) = self.stages.k.split_last_mut() else {
            return;
        };
        if let [fate] = self.fates[..] {
            if fate.stands() {
                std::mem::swap(&mut self.x, &mut self.stages.end);
                std::mem::swap(&mut first[0], last);
            }
            return;
        }
        let fates = &self.fates;
        for (now, next) in [(&mut self.x, &self.stages.end), (&mut first[0], last)] {
            let lanes = fates.len();
            vectorized(
                #[inline(always)]
                || {
                    let rows = now.chunks_exact_mut(lanes).zip(next.chunks_exact(lanes));
                    for (now, next) in rows {
                        for ((now, next), fate) in now.iter_mut().zip(next).zip(fates) {
                            *now = if fate.stands() { *next } else { *now };
                        }
                    }
                },
            );
        }
    }

    /// The input of a lane changes.
    fn switch(&mut self, lane: usize, t: f64) {
        self.paces[lane].target = self.stimulus.next_switch(t).min(self.settings.t_end);
        self.phases[lane] = Phase::Switched;
        if let Some(stiffness) = &mut self.stiffness {
            stiffness.switched(lane);
        }
        self.set_input(lane, t);
    }

    /// Ends a trajectory at its present state and shows that to its monitor.
    pub(super) fn finish(&mut self, lane: usize, reason: StopReason) {
        let Some(job) = self.jobs[lane].as_mut() else {
            return;
        };
        if !self.phases[lane].is_open() {
            return;
        }
        let pace = &mut self.paces[lane];
        if job.monitor.sees_end() {
            let state = Column::new(&self.x, self.lanes, lane);
            let point = &mut self.output.point.x;
            point.iter_mut().zip(state.iter()).for_each(|(o, v)| *o = v);
            let input = Column::new(&self.input, self.lanes, lane);
            self.output
                .end(self.network, input, &job.held, pace.t, &mut job.monitor);
            // Booked on its own trajectory: left for later it would go to whichever lane shows a state next.
            pace.statistics.output_evaluations += std::mem::take(&mut self.output.evaluations);
        }
        job.stop = Some(reason);
        self.phases[lane] = Phase::Ended;
    }

    /// Will `auto` look at a lane after the present step?
    pub(super) fn is_look_due(&self) -> bool {
        let Some(stiffness) = &self.stiffness else {
            return false;
        };
        let mut paces = self.paces.iter().enumerate();
        paces.any(|(lane, pace)| {
            self.phases[lane].is_open() && stiffness.is_due(lane, pace.statistics.accepted + 1)
        })
    }

    /// Lets `auto` choose how a lane goes on after an accepted step.
    fn look(&mut self, lane: usize, h: f64) {
        let (Some(stiffness), Some(job)) = (&mut self.stiffness, &mut self.jobs[lane]) else {
            return;
        };
        let pace = &mut self.paces[lane];
        let accepted = pace.statistics.accepted;
        if !stiffness.is_due(lane, accepted) {
            return;
        }
        let column = |block| Column::new(block, self.lanes, lane);
        let sight = Sight {
            t: pace.t,
            h,
            fastest: self.measures.fastest[lane],
            x: column(&self.x),
            velocity: column(&self.stages.k[0]),
            input: column(&self.input),
            held: &job.held,
            rest: pace.needs.rest,
        };
        let chosen = stiffness.look(lane, accepted, self.network, self.settings, sight);
        if let Some((choice, h)) = chosen {
            job.choices.push(choice);
            pace.h = h;
            self.leaving.push(lane);
        }
    }
}
