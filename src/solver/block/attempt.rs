//! One step in every lane: try, judge, show.

use super::Block;
use crate::kernels::sum_rows;
use crate::monitor::{Flow, Monitor, Verdict};
use crate::network::Drive;
use crate::solver::control::{SENT_BACK, SHRINK_MOST, Tolerance};
use crate::solver::stages::Equation;
use crate::solver::view::view;
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
            .advance(equation, &self.x, &self.paces.h, needs.energy, ws);
        let (end, last) = (&self.stages.end, self.stages.last());
        self.stages.error(&self.x, &self.paces.h, &mut self.error);
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
        let tolerance = Tolerance::of(settings);
        let errors = [&self.error, &self.x, end, last];
        sum_rows(errors, lanes, &mut self.lane, |[e, x, y, v]| {
            (e / tolerance.scale(x, y)).powi(2) + 0.0 * (y + v)
        });
        let count = network.size() as f64;
        self.control.weigh(count, &mut self.lane);
        self.paces.weigh(&self.lane);
        if self.watched {
            self.judge();
            self.show();
        }
        self.take();
    }

    /// Lets the monitors judge the steps that are within the tolerance, and finds out where a slope is due.
    fn judge(&mut self) {
        self.due.clear();
        let last = self.stages.last();
        for lane in 0..self.lanes {
            if !self.paces.stands(lane) {
                continue;
            }
            let Some(job) = self.jobs[lane].as_mut().filter(|j| j.watched) else {
                continue;
            };
            let end = view(
                self.paces.landing[lane],
                (&self.stages.end, last),
                [self.lanes, lane],
                job.needs,
                &self.ws,
                &self.measures,
            );
            // An energy that is not finite proves nothing: such a step does not stand either.
            if end.energy.is_some_and(|e| !e.total.is_finite()) {
                self.lane[lane] = f64::NAN;
                self.control.sent_back(lane, SHRINK_MOST);
                self.paces.refuse(lane);
                continue;
            }
            let step = Step {
                number: self.paces.accepted[lane],
                h: self.paces.h[lane],
                end,
                energy_of_error: self.measures.energy_of_error[lane],
            };
            match job.monitor.judge(&step) {
                Verdict::Accept => {
                    if self.paces.accepted[lane] + 1 == job.slope_at {
                        self.due.push(lane);
                    }
                    continue;
                }
                Verdict::Violation(v) => self.ends.push((lane, StopReason::Violation(v))),
                Verdict::Reject => {}
            }
            job.sent_back += 1;
            self.control.sent_back(lane, SENT_BACK);
            self.paces.refuse(lane);
        }
    }

    /// Shows the steps that stand, and the states inside them that were asked for.
    fn show(&mut self) {
        let (network, lanes) = (self.network, self.lanes);
        let ends = [&*self.stages.end, self.stages.last()];
        let paces = &self.paces;
        let slopes: &[Slope] = match &mut self.slopes {
            Some(slopes) if !self.due.is_empty() => {
                let drive = Drive {
                    input: &self.input,
                    held: &self.held,
                };
                slopes.measure(network, drive, ends, self.due.iter().copied())
            }
            _ => &[],
        };
        for (lane, job) in self.jobs.iter_mut().enumerate() {
            let Some(job) = job.as_mut().filter(|j| j.watched && paces.stands(lane)) else {
                continue;
            };
            let (h, t) = (paces.h[lane], paces.landing[lane]);
            if job.monitor.next_sample() <= t {
                let start = [&*self.x, &*self.stages.k[0]];
                self.output.prepare(h, [start, ends], lanes, lane);
                let input = Column::new(&self.input, lanes, lane);
                self.output.show(
                    network,
                    self.settings.method,
                    input,
                    &job.held,
                    [paces.t[lane], t],
                    &mut job.monitor,
                );
                job.output_evaluations += std::mem::take(&mut self.output.evaluations);
            }
            let mut end = view(
                t,
                ends.into(),
                [lanes, lane],
                job.needs,
                &self.ws,
                &self.measures,
            );
            if paces.accepted[lane] + 1 == job.slope_at {
                end.slope = slopes.get(lane).copied();
                job.slope_at += job.needs.slope_every.unwrap_or(0);
            }
            let step = Step {
                number: paces.accepted[lane],
                h,
                end,
                energy_of_error: self.measures.energy_of_error[lane],
            };
            if let Flow::Stop(reason) = job.monitor.observe(&step) {
                // The step stands: its end is where the trajectory stops.
                self.ends.push((lane, reason));
            }
        }
    }
}
