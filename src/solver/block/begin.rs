//! How a trajectory begins, and begins again where its input is switched.

use super::{Block, Phase};
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
        let needs = self.needs;
        let drive = Drive {
            input: &self.input,
            held: &self.held,
        };
        let (network, ws) = (self.network, &mut self.ws);
        let velocity = &mut self.stages.k[0];
        network.velocity(&self.x, drive, needs.energy, ws, velocity);
        self.measures
            .take((network, drive), (&self.x, velocity), needs, ws);
        let slopes: &[Slope] = match &mut self.slopes {
            Some(slopes) => {
                let due = |lane: &usize| self.phases[*lane] == Phase::Fresh;
                slopes.measure(
                    network,
                    drive,
                    [&self.x, velocity],
                    (0..self.lanes).filter(due),
                )
            }
            None => &[],
        };
        let mut ends = std::mem::take(&mut self.ends);
        for (lane, job) in self.jobs.iter_mut().enumerate() {
            let (Some(job), phase) = (job, self.phases[lane]) else {
                continue;
            };
            if !phase.is_waiting() {
                continue;
            }
            let pace = &mut self.paces[lane];
            pace.statistics.evaluations += 1;
            let block = (&*self.x, &**velocity);
            let mut state = view(
                pace.t,
                block,
                [self.lanes, lane],
                pace.needs,
                ws,
                &self.measures,
            );
            if phase == Phase::Fresh {
                if let Some(neuron) = not_finite(&state, state.x) {
                    ends.push((lane, StopReason::NonFinite { neuron }));
                    continue;
                }
                state.slope = pace.needs.slope_every.and(slopes.get(lane).copied());
                if let Flow::Stop(reason) = job.monitor.begin(&state) {
                    ends.push((lane, reason));
                }
            } else if phase == Phase::Switched {
                job.monitor.switched(&state);
            }
        }
        for (lane, reason) in ends.drain(..) {
            self.finish(lane, reason);
        }
        self.ends = ends;
        self.choose_first_steps();
        for phase in self.phases.iter_mut().filter(|p| p.is_waiting()) {
            *phase = Phase::Runs;
        }
    }

    /// First steps by the local behaviour of the solution (Hairer, Nørsett and Wanner, II.4).
    pub(super) fn choose_first_steps(&mut self) {
        // A first step that was asked for is not chosen.
        if self.settings.step.is_some() || !self.phases.contains(&Phase::Fresh) {
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
        for (lane, pace) in self.paces.iter_mut().enumerate() {
            if self.phases[lane] == Phase::Fresh {
                let change = norm(self.error[lane]);
                let (guess, velocity) = (self.h[lane], norm(self.lane[lane]));
                pace.h = first_step(settings.method.order, guess, velocity, change);
                pace.statistics.evaluations += 1;
            }
        }
    }
}
