//! How a trajectory begins, and begins again where its input is switched.

use super::{Block, Job};
use crate::kernels::{combine, sum_rows};
use crate::monitor::{Flow, Monitor};
use crate::network::Drive;
use crate::solver::control::{first_guess, first_step, scale};
use crate::solver::stages::Stages;
use crate::solver::view::{not_finite, view};
use crate::trajectory::{Slope, StopReason};

impl<M: Monitor> Block<'_, M> {
    /// Fresh velocities where a trajectory begins or its input has changed: the derivative that the last step left is
    /// that of the old input.
    pub(super) fn restart(&mut self) {
        let needs = self.needs();
        let drive = Drive {
            input: &self.input,
            held: &self.held,
        };
        let (network, ws) = (self.network, &mut self.ws);
        let velocity = &mut self.stages.k[0];
        network.velocity(&self.x, drive, needs.energy, ws, velocity);
        self.measures
            .take((network, drive), (&self.x, velocity), needs, ws);
        let slopes: &[Slope] = match &mut self.probe {
            Some(probe) if needs.slope_every.is_some() => {
                probe.measure(network, drive, &self.x, velocity)
            }
            _ => &[],
        };
        let mut ends = std::mem::take(&mut self.ends);
        for (lane, job) in self.jobs.iter_mut().enumerate() {
            let Some(job) = job.as_mut().filter(|j| j.finished.is_none()) else {
                continue;
            };
            let block = (&*self.x, &**velocity);
            let mut state = view(
                job.t,
                block,
                [self.lanes, lane],
                job.needs,
                ws,
                &self.measures,
            );
            if job.fresh {
                job.statistics.evaluations += 1;
                if let Some(neuron) = not_finite(&state, state.x) {
                    ends.push((lane, StopReason::NonFinite { neuron }));
                    continue;
                }
                state.slope = job.needs.slope_every.and(slopes.get(lane).copied());
                if let Flow::Stop(reason) = job.monitor.begin(&state) {
                    ends.push((lane, reason));
                }
            } else if job.switched {
                job.statistics.evaluations += 1;
                job.monitor.switched(&state);
            } else if job.resumed {
                job.statistics.evaluations += 1;
            }
        }
        for (lane, reason) in ends.drain(..) {
            self.finish(lane, reason);
        }
        self.ends = ends;
        self.choose_first_steps();
        for job in self.jobs.iter_mut().flatten() {
            job.fresh = false;
            job.switched = false;
            job.resumed = false;
        }
    }

    /// First steps by the local behaviour of the solution (Hairer, Nørsett and Wanner, II.4).
    pub(super) fn choose_first_steps(&mut self) {
        let open = |j: &Option<Job<M>>| {
            j.as_ref()
                .is_some_and(|j| j.fresh && j.h.is_nan() && j.finished.is_none())
        };
        if !self.jobs.iter().any(open) {
            return;
        }
        let (lanes, settings) = (self.lanes, self.settings);
        let count = self.network.size() as f64;
        let norm = |s: f64| (s / count).sqrt();
        let drive = Drive {
            input: &self.input,
            held: &self.held,
        };
        let Stages { k, end, .. } = &mut self.stages;
        let Some((last, first)) = k.split_last_mut() else {
            return;
        };
        let velocity = &first[0];
        let weigh = |x: f64, v: f64| (v / scale(settings, x, x)).powi(2);
        sum_rows([&self.x], lanes, &mut self.h, |[x]| weigh(x, x));
        sum_rows([&self.x, velocity], lanes, &mut self.lane, |[x, v]| {
            weigh(x, v)
        });
        for (h, v) in self.h.iter_mut().zip(&self.lane) {
            *h = first_guess(norm(*h), norm(*v));
        }
        combine(lanes, Some(&self.x), &self.h, &[1.0], first, end);
        self.network.velocity(end, drive, false, &mut self.ws, last);
        sum_rows(
            [&self.x, velocity, last],
            lanes,
            &mut self.error[..lanes],
            |[x, v, w]| weigh(x, w - v),
        );
        for (lane, job) in self.jobs.iter_mut().enumerate() {
            if open(job)
                && let Some(job) = job
            {
                let change = norm(self.error[lane]);
                let (guess, velocity) = (self.h[lane], norm(self.lane[lane]));
                job.h = first_step(settings.method.order, guess, velocity, change);
                job.statistics.evaluations += 1;
            }
        }
    }
}
