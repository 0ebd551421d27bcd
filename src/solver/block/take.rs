//! What becomes of a step that was judged: the new state, the next length, another method, the end.

use super::{Block, Phase};
use crate::kernels::{GoOn, vectorized};
use crate::monitor::Monitor;
use crate::solver::auto::Snapshot;
use crate::solver::view::{not_finite, view};
use crate::trajectory::{Column, StopReason};

impl<M: Monitor> Block<'_, M> {
    /// Makes the ends of steps that stand the new states, and does what is to be done besides.
    pub(super) fn take(&mut self, go_on: GoOn<'_>) {
        self.move_on();
        let cost = self.stages.evaluations();
        let paces = &mut self.paces;
        let any = paces.settle(&self.control, &self.errors, self.settings, cost);
        self.control.settle(&paces.h, paces.standing());
        if self.is_kept_inside() {
            let (reach, fastest) = (&self.measures.reach, &self.measures.fastest);
            let stability = self.settings.method.stability;
            self.paces.limit(reach, fastest, stability);
        }
        let mut ends = std::mem::take(&mut self.ends);
        for (lane, reason) in ends.drain(..) {
            self.finish(lane, reason);
        }
        self.ends = ends;
        if any {
            for lane in 0..self.lanes {
                if self.paces.events(lane) {
                    self.event(lane, go_on);
                }
            }
        }
        if self.chooser.is_some() {
            for lane in 0..self.lanes {
                if self.paces.stands(lane) && !self.paces.events(lane) {
                    self.decide(lane, go_on);
                }
            }
        }
    }

    /// A target reached, the limit of steps, or a step that cannot be tried shorter.
    fn event(&mut self, lane: usize, go_on: GoOn<'_>) {
        let settings = self.settings;
        let t = self.paces.t[lane];
        let adaptive = settings.method.is_adaptive();
        if self.paces.stands(lane) {
            if t >= settings.t_end {
                self.finish(
                    lane,
                    match settings.until_rest {
                        true => StopReason::NotAtRest,
                        false => StopReason::TimeReached,
                    },
                );
                return;
            }
        } else if self.paces.is_hopeless(lane) || (!self.errors[lane].is_finite() && !adaptive) {
            self.give_up(lane);
            return;
        }
        if self.paces.get(lane).tried >= settings.max_steps {
            self.finish(lane, StopReason::StepLimit);
        } else {
            self.decide(lane, go_on);
            self.switch(lane, t);
        }
    }

    /// Ends a trajectory whose step cannot be taken.
    fn give_up(&mut self, lane: usize) {
        let Some(job) = &self.jobs[lane] else { return };
        let before = Column::new(self.stages.first(), self.lanes, lane);
        let end = view(
            self.paces.landing[lane],
            (self.stages.end(), self.stages.last()),
            [self.lanes, lane],
            job.needs,
            &self.ws,
            &self.measures,
        );
        // Sums of a few velocities may overflow where the velocities themselves do not yet.
        let speeds = before.iter().map(f64::abs).enumerate();
        let fastest = speeds.max_by(|(_, a), (_, b)| a.total_cmp(b));
        let overflowing = fastest
            .filter(|(_, v)| *v > 1e-4 * f64::MAX)
            .map(|(i, _)| i);
        let reason = match not_finite(&end, before).or(overflowing) {
            Some(neuron) => StopReason::NonFinite { neuron },
            None => StopReason::StepTooSmall,
        };
        self.finish(lane, reason);
    }

    /// The states and velocities of the lanes whose step stands.
    fn move_on(&mut self) {
        let Some((last, first)) = self.stages.storage.k.split_last_mut() else {
            return;
        };
        let stands = self.paces.standing();
        if self.needs.energy {
            self.measures.follow(&self.ws, stands);
        }
        if let [stands] = stands {
            if *stands != 0 {
                std::mem::swap(&mut self.x, &mut self.stages.storage.end);
                std::mem::swap(&mut first[0], last);
            }
            return;
        }
        for (now, next) in [
            (&mut self.x, &self.stages.storage.end),
            (&mut first[0], last),
        ] {
            let lanes = stands.len();
            vectorized(
                #[inline(always)]
                || {
                    for from in (0..now.len()).step_by(lanes) {
                        let now = &mut now[from..from + lanes];
                        let (next, stands) = (&next[from..from + lanes], &stands[..lanes]);
                        for b in 0..lanes {
                            // Both are read: a choice of where to read is no loop of vectors.
                            let (old, new) = (now[b].to_bits(), next[b].to_bits());
                            let new_only = 0u64.wrapping_sub(stands[b]);
                            now[b] = f64::from_bits(new & new_only | old & !new_only);
                        }
                    }
                },
            );
        }
    }

    /// The input of a lane jumps or bends. A bend is nothing that its monitor is told of.
    fn switch(&mut self, lane: usize, t: f64) {
        let target = self.stimulus.next_stop(t).min(self.settings.t_end);
        self.paces.aim(lane, target);
        self.phases[lane] = Phase::Resumed;
        if self.stimulus.jumps_at(t) {
            self.phases[lane] = Phase::Switched;
            if let Some(chooser) = &mut self.chooser {
                chooser.switched(lane);
            }
        }
        self.waiting.push(lane);
        self.set_input(lane, t);
    }

    /// Ends a trajectory at its present state and shows that to its monitor.
    pub(super) fn finish(&mut self, lane: usize, reason: StopReason) {
        let Some(job) = self.jobs[lane].as_mut() else {
            return;
        };
        if matches!(self.phases[lane], Phase::Idle | Phase::Ended) {
            return;
        }
        // A step may have been tried from here in vain.
        self.forcing.place_one(lane, self.paces.t[lane]);
        if job.monitor.sees_end() {
            let state = Column::new(&self.x, self.lanes, lane);
            let point = &mut self.output.point.x;
            point.iter_mut().zip(state.iter()).for_each(|(o, v)| *o = v);
            let t = self.paces.t[lane];
            self.output.forcing.copy(0, &self.forcing, lane);
            self.output
                .end(self.network, &job.held, t, &mut job.monitor);
            // Booked on its own trajectory: left for later it would go to whichever lane shows a state next.
            job.output_evaluations += std::mem::take(&mut self.output.evaluations);
        }
        job.stop = Some(reason);
        self.phases[lane] = Phase::Ended;
        self.paces.halt(lane);
        self.waiting.retain(|l| *l != lane);
        self.ended.push(lane);
    }

    /// Are steps kept well inside the interval of stability? Not those that were asked for: they are the experiment.
    pub(super) fn is_kept_inside(&self) -> bool {
        self.needs.rest.is_some() && self.settings.method.is_adaptive()
    }

    /// Will `auto` decide about a lane after the present step?
    pub(super) fn is_decision_due(&self) -> bool {
        let Some(chooser) = &self.chooser else {
            return false;
        };
        let mut tried = self.paces.tried.iter().enumerate();
        tried.any(|(lane, tried)| {
            self.phases[lane] == Phase::Runs && chooser.is_due(lane, tried + 1)
        })
    }

    /// Lets `auto` choose how a lane goes on after an accepted step.
    fn decide(&mut self, lane: usize, go_on: GoOn<'_>) {
        let (Some(chooser), Some(job)) = (&mut self.chooser, &mut self.jobs[lane]) else {
            return;
        };
        let tried = self.paces.tried[lane];
        if !chooser.is_due(lane, tried) {
            return;
        }
        let column = |block| Column::new(block, self.lanes, lane);
        let now = Snapshot {
            t: self.paces.t[lane],
            h: self.paces.h[lane],
            tried,
            fastest: self.measures.fastest[lane],
            x: column(&self.x),
            velocity: column(self.stages.first()),
            forcing: (&self.forcing, lane),
            held: &job.held,
            rest: job.needs.rest,
        };
        let problem = (self.network, self.settings, go_on);
        let decision = chooser.decide(lane, problem, now);
        job.factorisations += decision.factorisations;
        self.paces.begin(lane, None, decision.evaluations);
        if let Some((method, choice, h)) = decision.choice {
            job.method = method;
            job.choices.push(choice);
            self.paces.begin(lane, Some(h), 0);
            self.leaving.push(lane);
        }
    }
}
