//! How a trajectory starts, and starts again where its input changes.

use super::{Block, Phase};
use crate::dynamics::control::{first_guess, first_step};
use crate::dynamics::view::{not_finite, view};
use crate::kernels::{combine, sum_rows};
use crate::monitor::{Flow, Monitor};
use crate::network::Drive;
use crate::trajectory::{Slope, StopReason};

impl<M: Monitor> Block<'_, M> {
    /// Finds the velocities where a trajectory starts or its input has changed: what the last step left is the velocity under
    /// the old input.
    pub(super) fn restart(&mut self) {
        let waiting = std::mem::take(&mut self.waiting);
        for due in waiting.chunks(self.starting.start.width) {
            self.start(due);
        }
        self.waiting = waiting;
        for column in self.waiting.drain(..) {
            if self.phases[column] != Phase::Ended {
                self.phases[column] = Phase::Runs;
            }
        }
    }

    /// Starts some columns, as many as are taken together.
    fn start(&mut self, due: &[usize]) {
        let (network, width, needs) = (self.network, self.width, self.needs);
        let whole = self.forcing.drive(&self.clamped);
        let own = &mut self.starting;
        own.start
            .gather([&self.x, whole.input], whole.clamped, due, width);
        let (narrow, [x, input]) = (own.start.width, &own.start.blocks);
        let drive = Drive {
            input,
            clamped: &own.start.clamped,
        };
        let ([velocity], ws) = (&mut own.velocity, &mut own.ws);
        let stepper = self.stages.stepper();
        stepper.velocity(network, (x, drive), needs.energy, ws, velocity);
        for (k, column) in due.iter().enumerate() {
            if let Some(job) = &self.jobs[*column] {
                own.measures.expect(k, job.needs);
            }
        }
        own.measures
            .take((network, drive), (x, velocity), needs, ws);
        let rows = self.stages.storage.k[0].chunks_exact_mut(width);
        for (row, own) in rows.zip(velocity.chunks_exact(narrow)) {
            for (column, own) in due.iter().zip(own) {
                row[*column] = *own;
            }
        }
        let slopes: &[Slope] = match &mut self.slopes {
            Some(slopes) => {
                let phases = &self.phases;
                let due = due.iter().copied().filter(|l| phases[*l] == Phase::Fresh);
                slopes.measure(network, whole, [&self.x, self.stages.first()], due)
            }
            None => &[],
        };
        for (k, column) in due.iter().enumerate() {
            let (phase, Some(job)) = (self.phases[*column], &mut self.jobs[*column]) else {
                continue;
            };
            self.clocks.book(*column, 1);
            self.measures
                .start_at(*column, [ws.energy[k], ws.magnitude[k]]);
            let mut state = view(
                self.clocks.t[*column],
                (x, velocity),
                [narrow, k],
                job.needs,
                ws,
                &own.measures,
            );
            if phase == Phase::Fresh {
                if let Some(neuron) = not_finite(&state, state.x) {
                    self.ends.push((*column, StopReason::NonFinite { neuron }));
                    continue;
                }
                state.slope = job.needs.slope_every.and(slopes.get(*column).copied());
                if let Flow::Stop(reason) = job.monitor.start(&state) {
                    self.ends.push((*column, reason));
                }
                self.quiet.listen(*column, job);
            } else if phase == Phase::Switched {
                self.quiet.tell(*column, job);
                job.monitor.switched(&state);
                self.quiet.listen(*column, job);
            }
        }
        let mut ends = std::mem::take(&mut self.ends);
        for (column, reason) in ends.drain(..) {
            self.finish(column, reason);
        }
        self.ends = ends;
        // A first step that was asked for is not chosen.
        if self.settings.fixed_step().is_none() {
            self.choose_first_steps(due);
        }
    }

    /// First steps by the local behaviour of the solution (Hairer, Nørsett and Wanner, II.4).
    fn choose_first_steps(&mut self, due: &[usize]) {
        if due
            .iter()
            .all(|column| self.phases[*column] != Phase::Fresh)
        {
            return;
        }
        let settings = self.settings;
        let count = self.network.size() as f64;
        let norm = |s: &mut f64| *s = (*s / count).sqrt();
        let own = &mut self.starting;
        let ([x, input], width) = (&own.start.blocks, own.start.width);
        let drive = Drive {
            input,
            clamped: &own.start.clamped,
        };
        let [velocity] = &own.velocity;
        let [h, speed, change] = &mut own.norms;
        let tolerance = settings.tolerance();
        let weigh = |x: f64, v: f64| (v / tolerance.scale(x, x)).powi(2);
        sum_rows([x], width, h, |[x]| weigh(x, x));
        sum_rows([x, velocity], width, speed, |[x, v]| weigh(x, v));
        for (h, v) in h.iter_mut().zip(speed.iter_mut()) {
            norm(h);
            norm(v);
            *h = first_guess(*h, *v, self.network.rates());
        }
        combine(width, Some(x), h, &[1.0], &own.velocity, &mut own.ahead);
        let (ahead, then) = (&own.ahead, &mut own.then);
        self.network
            .velocity(ahead, drive, false, &mut own.ws, then);
        sum_rows([x, velocity, then], width, change, |[x, v, w]| {
            weigh(x, w - v)
        });
        change.iter_mut().for_each(norm);
        for (k, column) in due.iter().enumerate() {
            if self.phases[*column] == Phase::Fresh {
                let step = first_step(self.method.order, h[k], speed[k], change[k]);
                self.clocks.set_next(*column, step);
                self.clocks.book(*column, 1);
            }
        }
    }
}
