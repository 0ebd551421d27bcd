//! One step in every lane: try, judge, show.

use super::length::{smallest_step, tried};
use super::{Block, Fate, Pace, REFUSALS};
use crate::kernels::sum_rows;
use crate::monitor::{Flow, Monitor, Verdict};
use crate::network::Drive;
use crate::solver::control::scale;
use crate::solver::stages::Equation;
use crate::solver::view::{not_finite, view};
use crate::trajectory::{Column, Slope, Step, StopReason};

impl<M: Monitor> Block<'_, M> {
    /// One step in every lane: try, judge, show, take.
    pub(super) fn attempt(&mut self) {
        let (needs, settings) = (self.needs, self.settings);
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
        let count = network.size() as f64;
        self.control.weigh(count, &mut self.lane);
        self.judge();
        self.show();
        self.take();
    }

    /// Decides what becomes of the step in every lane.
    fn judge(&mut self) {
        let settings = self.settings;
        let evaluations = self.stages.evaluations();
        let mut ends = std::mem::take(&mut self.ends);
        for lane in 0..self.lanes {
            self.fates[lane] = Fate::Idle;
            if !self.phases[lane].is_open() {
                continue;
            }
            let mut error = self.lane[lane];
            let pace = &mut self.paces[lane];
            pace.statistics.evaluations += evaluations;
            let mut verdict = None;
            if let (true, Some(job)) = (pace.watched, &mut self.jobs[lane]) {
                let end = view(
                    self.landing[lane],
                    (&self.stages.end, self.stages.last()),
                    [self.lanes, lane],
                    pace.needs,
                    &self.ws,
                    &self.measures,
                );
                // An energy that is not finite proves nothing: such a step does not stand either.
                if end.energy.is_some_and(|e| !e.total.is_finite()) {
                    error = f64::NAN;
                } else if error <= 1.0 {
                    verdict = Some(job.monitor.judge(&Step {
                        number: pace.statistics.accepted,
                        h: self.h[lane],
                        end,
                        energy_of_error: self.measures.energy_of_error[lane],
                    }));
                }
            } else if error <= 1.0 {
                verdict = Some(Verdict::Accept);
            }
            let factor = match verdict {
                Some(Verdict::Accept) => {
                    self.fates[lane] = Fate::Accepted;
                    pace.refusals = 0;
                    continue;
                }
                Some(Verdict::Violation(v)) => {
                    ends.push((lane, StopReason::Violation(v)));
                    continue;
                }
                Some(Verdict::Reject) => {
                    pace.statistics.sent_back += 1;
                    self.control.sent_back(lane)
                }
                None => {
                    pace.statistics.rejected += 1;
                    self.control.rejected(lane, error)
                }
            };
            self.fates[lane] = Fate::Refused;
            pace.refusals += 1;
            pace.h = self.h[lane] * factor;
            let hopeless = pace.refusals >= REFUSALS || pace.h <= smallest_step(pace.t);
            if hopeless || (!error.is_finite() && !settings.method.is_adaptive()) {
                let before = Column::new(&self.stages.k[0], self.lanes, lane);
                let end = view(
                    self.landing[lane],
                    (&self.stages.end, self.stages.last()),
                    [self.lanes, lane],
                    pace.needs,
                    &self.ws,
                    &self.measures,
                );
                let reason = match not_finite(&end, before) {
                    Some(neuron) => StopReason::NonFinite { neuron },
                    None => StopReason::StepTooSmall,
                };
                ends.push((lane, reason));
            } else if tried(&pace.statistics) >= settings.max_steps {
                ends.push((lane, StopReason::StepLimit));
            }
        }
        for (lane, reason) in ends.drain(..) {
            self.finish(lane, reason);
        }
        self.ends = ends;
    }

    /// Shows the steps that were accepted, and the states inside them that were asked for.
    fn show(&mut self) {
        let (network, lanes) = (self.network, self.lanes);
        let ends = [&*self.stages.end, self.stages.last()];
        let is_due = |pace: &Pace| {
            let next = pace.statistics.accepted + 1;
            let every = pace.needs.slope_every;
            every.is_some_and(|every| next.is_multiple_of(every))
        };
        let slopes: &[Slope] = match &mut self.slopes {
            Some(slopes) => {
                let drive = Drive {
                    input: &self.input,
                    held: &self.held,
                };
                let (fates, paces) = (&self.fates, &self.paces);
                let due = |lane: &usize| fates[*lane].stands() && is_due(&paces[*lane]);
                slopes.measure(network, drive, ends, (0..lanes).filter(due))
            }
            None => &[],
        };
        for (lane, pace) in self.paces.iter_mut().enumerate() {
            if !pace.watched || !self.fates[lane].stands() {
                continue;
            }
            let Some(job) = &mut self.jobs[lane] else {
                continue;
            };
            let (h, t) = (self.h[lane], self.landing[lane]);
            if job.monitor.next_sample() <= t {
                let start = [&*self.x, &*self.stages.k[0]];
                self.output.prepare(h, [start, ends], lanes, lane);
                let input = Column::new(&self.input, lanes, lane);
                self.output.show(
                    network,
                    self.settings.method,
                    input,
                    &job.held,
                    [pace.t, t],
                    &mut job.monitor,
                );
                pace.statistics.output_evaluations += std::mem::take(&mut self.output.evaluations);
            }
            let mut end = view(
                t,
                ends.into(),
                [lanes, lane],
                pace.needs,
                &self.ws,
                &self.measures,
            );
            if is_due(pace) {
                end.slope = slopes.get(lane).copied();
            }
            let step = Step {
                number: pace.statistics.accepted,
                h,
                end,
                energy_of_error: self.measures.energy_of_error[lane],
            };
            if let Flow::Stop(reason) = job.monitor.observe(&step) {
                // The step stands: its end is where the trajectory stops.
                job.stop = Some(reason);
                self.fates[lane] = Fate::Last;
            }
        }
    }
}
