//! One step in every lane: try, judge, show.

use super::length::{landing, smallest_step, step_length, tried};
use super::{Block, Fate, Job, REFUSALS};
use crate::kernels::sum_rows;
use crate::monitor::{Flow, Monitor, Needs, Verdict};
use crate::network::Drive;
use crate::solver::control::scale;
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
}
