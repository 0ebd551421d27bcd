//! One step in every lane: try, judge, show, take.

use super::length::{landing, smallest_step, step_length, tried};
use super::{Block, Fate, Job, REFUSALS};
use crate::kernels::sum_rows;
use crate::monitor::{Flow, Monitor, Needs, Verdict};
use crate::network::Drive;
use crate::solver::auto::Sight;
use crate::solver::control::{WELL_INSIDE, scale};
use crate::solver::stages::Equation;
use crate::solver::view::{not_finite, view};
use crate::trajectory::{Column, Slope, Step, StopReason};

impl<M: Monitor> Block<'_, M> {
    /// One step in every lane: try, judge, show, take.
    pub(super) fn attempt(&mut self) {
        let needs = self.needs();
        let settings = self.settings;
        for (h, job) in self.h.iter_mut().zip(&self.jobs) {
            *h = match job {
                Some(job) if job.finished.is_none() => step_length(job, settings),
                _ => 0.0,
            };
        }
        let (network, lanes) = (self.network, self.lanes);
        let drive = Drive {
            input: &self.input,
            held: &self.held,
        };
        let ws = &mut self.ws;
        let equation = Equation { network, drive };
        self.stages
            .advance(equation, &self.x, &self.h, needs.energy, ws);
        let (end, last) = (&self.stages.end, self.stages.last());
        self.stages.error(&self.x, &self.h, &mut self.error);
        self.measures.take((network, drive), (end, last), needs, ws);
        if needs.energy {
            let out = &mut self.measures.energy_of_error;
            network.energy_of_error(last, &self.error, ws, out);
        }
        if needs.rest.is_some() || self.is_look_due() {
            let (norms, out) = (&mut self.lane, &mut self.measures.fastest);
            self.stages.fastest_rate(lanes, norms, out);
        }
        // A velocity that is not finite makes the norm so, whether or not the method weighs it.
        let errors = [&self.error, &self.x, end, last];
        sum_rows(errors, lanes, &mut self.lane, |[e, x, y, v]| {
            (e / scale(settings, x, y)).powi(2) + 0.0 * (y + v)
        });
        self.judge();
        self.show(needs);
        self.take();
    }

    /// Decides what becomes of the step in every lane.
    pub(super) fn judge(&mut self) {
        let settings = self.settings;
        let count = self.network.size() as f64;
        let mut ends = std::mem::take(&mut self.ends);
        for lane in 0..self.lanes {
            self.fates[lane] = Fate::Idle;
            let Some(job) = self.jobs[lane].as_mut().filter(|j| j.finished.is_none()) else {
                continue;
            };
            job.statistics.evaluations += self.stages.evaluations();
            let h = self.h[lane];
            let error = (self.lane[lane] / count).sqrt();
            let block = (&*self.stages.end, self.stages.last());
            let t = landing(job, settings, h);
            let end = view(
                t,
                block,
                [self.lanes, lane],
                job.needs,
                &self.ws,
                &self.measures,
            );
            let step = Step {
                number: job.statistics.accepted,
                h,
                end,
                energy_of_error: self.measures.energy_of_error[lane],
            };
            // An energy that is not finite proves nothing: such a step does not stand either.
            let overflow = end.energy.is_some_and(|e| !e.total.is_finite());
            let error = if overflow { f64::NAN } else { error };
            let finite = error.is_finite();
            let verdict = match error <= 1.0 {
                true => Some(job.monitor.judge(&step)),
                false => None,
            };
            let factor = match verdict {
                Some(Verdict::Accept) => {
                    self.fates[lane] = Fate::Accepted(error);
                    job.refusals = 0;
                    continue;
                }
                Some(Verdict::Violation(v)) => {
                    ends.push((lane, StopReason::Violation(v)));
                    continue;
                }
                Some(Verdict::Reject) => {
                    job.statistics.sent_back += 1;
                    job.control.sent_back()
                }
                None => {
                    job.statistics.rejected += 1;
                    job.control.rejected(error)
                }
            };
            self.fates[lane] = Fate::Refused;
            job.refusals += 1;
            job.h = h * factor;
            let hopeless = job.refusals >= REFUSALS || job.h <= smallest_step(job.t);
            if hopeless || (!finite && !settings.method.is_adaptive()) {
                let before = Column::new(&self.stages.k[0], self.lanes, lane);
                let reason = match not_finite(&end, before) {
                    Some(neuron) => StopReason::NonFinite { neuron },
                    None => StopReason::StepTooSmall,
                };
                ends.push((lane, reason));
            } else if tried(&job.statistics) >= settings.max_steps {
                ends.push((lane, StopReason::StepLimit));
            }
        }
        for (lane, reason) in ends.drain(..) {
            self.finish(lane, reason);
        }
        self.ends = ends;
    }

    /// Shows the steps that were accepted, and the states inside them that were asked for.
    pub(super) fn show(&mut self, needs: Needs) {
        let due = |job: &Job<M>| {
            let next = job.statistics.accepted + 1;
            job.needs
                .slope_every
                .is_some_and(|every| next.is_multiple_of(every))
        };
        let accepted = |fate: &Fate| matches!(fate, Fate::Accepted(_));
        let mut lanes = self.jobs.iter().zip(&self.fates);
        let any_due = lanes.any(|(j, f)| accepted(f) && j.as_ref().is_some_and(due));
        let drive = Drive {
            input: &self.input,
            held: &self.held,
        };
        let block = (&*self.stages.end, self.stages.last());
        let slopes: &[Slope] = match &mut self.probe {
            Some(probe) if any_due && needs.slope_every.is_some() => {
                probe.measure(self.network, drive, block.0, block.1)
            }
            _ => &[],
        };
        let mut ends = std::mem::take(&mut self.ends);
        for (lane, job) in self.jobs.iter_mut().enumerate() {
            let (Some(job), Fate::Accepted(_)) = (job, self.fates[lane]) else {
                continue;
            };
            let h = self.h[lane];
            let t = landing(job, self.settings, h);
            if job.monitor.next_sample() <= t {
                let start = [&*self.x, &*self.stages.k[0]];
                self.output
                    .prepare(h, [start, [block.0, block.1]], self.lanes, lane);
                let input = Column::new(&self.input, self.lanes, lane);
                self.output.show(
                    self.network,
                    self.settings.method,
                    input,
                    &job.held,
                    [job.t, t],
                    &mut job.monitor,
                );
                job.statistics.output_evaluations += std::mem::take(&mut self.output.evaluations);
            }
            let mut end = view(
                t,
                block,
                [self.lanes, lane],
                job.needs,
                &self.ws,
                &self.measures,
            );
            if due(job) {
                end.slope = slopes.get(lane).copied();
            }
            let step = Step {
                number: job.statistics.accepted,
                h,
                end,
                energy_of_error: self.measures.energy_of_error[lane],
            };
            if let Flow::Stop(reason) = job.monitor.observe(&step) {
                ends.push((lane, reason));
            }
        }
        for (lane, reason) in ends.drain(..) {
            if let Some(job) = &mut self.jobs[lane] {
                // The step stands: its end is where the trajectory stops.
                job.finished = Some(reason);
            }
        }
        self.ends = ends;
    }

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
    fn is_look_due(&self) -> bool {
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
