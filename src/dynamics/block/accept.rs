//! What becomes of a step that was judged: the new state, the next length, another method, the end.

use super::advance::Cost;
use super::{Block, Phase};
use crate::dynamics::auto::Snapshot;
use crate::dynamics::view::{not_finite, view};
use crate::kernels::{GoOn, vectorized};
use crate::monitor::Monitor;
use crate::trajectory::{Column, StopReason};

impl<M: Monitor> Block<'_, M> {
    /// Makes the ends of steps that stand the new states, finds the next lengths, and ends what ends.
    pub(super) fn accept(&mut self, go_on: GoOn<'_>) {
        self.move_on();
        let cost = Cost::of(self.stages.stepper());
        let clocks = &mut self.clocks;
        let any = clocks.settle(&self.control, &self.errors, cost);
        self.control.settle(&clocks.h, clocks.standing());
        if self.is_kept_inside() {
            let (reach, fastest) = (&self.measures.reach, &self.measures.fastest);
            let stability = self.method.stability;
            self.clocks.limit(reach, fastest, stability);
        }
        let mut ends = std::mem::take(&mut self.ends);
        for (column, reason) in ends.drain(..) {
            self.finish(column, reason);
        }
        self.ends = ends;
        if any {
            for column in 0..self.width {
                if self.clocks.events(column) {
                    self.event(column, go_on);
                }
            }
        }
        if self.chooser.is_some() {
            for column in 0..self.width {
                if self.clocks.stands(column) && !self.clocks.events(column) {
                    self.decide(column, go_on);
                }
            }
        }
    }

    /// A target reached, the limit of steps, or a step that cannot be tried shorter.
    fn event(&mut self, column: usize, go_on: GoOn<'_>) {
        let settings = self.settings;
        let t = self.clocks.t[column];
        if self.clocks.stands(column) {
            if t >= settings.t_end {
                self.finish(
                    column,
                    match settings.until_rest {
                        true => StopReason::NotAtRest,
                        false => StopReason::TimeReached,
                    },
                );
                return;
            }
        } else if self.clocks.is_hopeless(column, self.errors[column]) {
            self.give_up(column);
            return;
        }
        if self.clocks.get(column).tried >= settings.max_steps {
            self.finish(column, StopReason::StepLimit);
        } else {
            self.decide(column, go_on);
            self.switch(column, t);
        }
    }

    /// Ends a trajectory whose step cannot be taken.
    fn give_up(&mut self, column: usize) {
        let Some(job) = &self.jobs[column] else {
            return;
        };
        let before = Column::new(self.stages.first(), self.width, column);
        let end = view(
            self.clocks.landing[column],
            (self.stages.end(), self.stages.last()),
            [self.width, column],
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
        self.finish(column, reason);
    }

    /// The states and velocities of the columns whose step stands.
    fn move_on(&mut self) {
        let Some((last, first)) = self.stages.storage.k.split_last_mut() else {
            return;
        };
        let stands = self.clocks.standing();
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
            let width = stands.len();
            vectorized(
                #[inline(always)]
                || {
                    for from in (0..now.len()).step_by(width) {
                        let now = &mut now[from..from + width];
                        let (next, stands) = (&next[from..from + width], &stands[..width]);
                        for b in 0..width {
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

    /// The input of a column jumps or bends. A bend is nothing that its monitor is told of.
    fn switch(&mut self, column: usize, t: f64) {
        let target = self.stimulus.next_stop(t).min(self.settings.t_end);
        self.clocks.aim(column, target);
        self.phases[column] = Phase::Resumed;
        if self.stimulus.jumps_at(t) {
            self.phases[column] = Phase::Switched;
            if let Some(chooser) = &mut self.chooser {
                chooser.switched(column);
            }
        }
        self.waiting.push(column);
        self.set_input(column, t);
    }

    /// Ends a trajectory at its present state and shows that to its monitor.
    pub(super) fn finish(&mut self, column: usize, reason: StopReason) {
        let Some(job) = self.jobs[column].as_mut() else {
            return;
        };
        if matches!(self.phases[column], Phase::Idle | Phase::Ended) {
            return;
        }
        self.quiet.tell(column, job);
        // A step may have been tried from here in vain.
        self.forcing.place_one(column, self.clocks.t[column]);
        if job.monitor.sees_end() {
            let state = Column::new(&self.x, self.width, column);
            let point = &mut self.output.point.x;
            point.iter_mut().zip(state.iter()).for_each(|(o, v)| *o = v);
            let t = self.clocks.t[column];
            self.output.forcing.copy(0, &self.forcing, column);
            self.output
                .end(self.network, &job.clamped, t, &mut job.monitor);
            // Booked on its own trajectory: left for later it would go to whichever column shows a state next.
            job.output_evaluations += std::mem::take(&mut self.output.evaluations);
        }
        job.stop = Some(reason);
        self.phases[column] = Phase::Ended;
        self.clocks.halt(column);
        self.waiting.retain(|l| *l != column);
        self.ended.push(column);
    }

    /// Are steps kept well inside the interval of stability? Not those that were asked for: they are the user's choice.
    pub(super) fn is_kept_inside(&self) -> bool {
        self.needs.rest.is_some() && self.method.is_adaptive()
    }

    /// Will `auto` decide about a column after the present step?
    pub(super) fn is_decision_due(&self) -> bool {
        let Some(chooser) = &self.chooser else {
            return false;
        };
        let mut tried = self.clocks.tried.iter().enumerate();
        tried.any(|(column, tried)| {
            self.phases[column] == Phase::Runs && chooser.is_due(column, tried + 1)
        })
    }

    /// Lets `auto` choose how a column goes on after an accepted step.
    fn decide(&mut self, column: usize, go_on: GoOn<'_>) {
        let (Some(chooser), Some(job)) = (&mut self.chooser, &mut self.jobs[column]) else {
            return;
        };
        let tried = self.clocks.tried[column];
        if !chooser.is_due(column, tried) {
            return;
        }
        let of = |block| Column::new(block, self.width, column);
        let now = Snapshot {
            t: self.clocks.t[column],
            h: self.clocks.h[column],
            tried,
            fastest: self.measures.fastest[column],
            x: of(&self.x),
            velocity: of(self.stages.first()),
            forcing: (&self.forcing, column),
            clamped: &job.clamped,
            rest: job.needs.rest,
        };
        let problem = (self.network, self.settings, go_on);
        let decision = chooser.decide(column, problem, now);
        job.factorisations += decision.factorisations;
        self.clocks.book(column, decision.evaluations);
        if let Some((method, choice, h)) = decision.choice {
            job.method = method;
            job.choices.push(choice);
            self.clocks.set_next(column, h);
            self.leaving.push(column);
        }
    }
}
