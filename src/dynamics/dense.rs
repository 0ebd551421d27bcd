//! States between the ends of a step, as accurate as the step itself.

use super::forcing::Forcing;
use super::method::Method;
use super::settings::Settings;
use super::stages::Stages;
use super::stepper::{Ends, Equation};
use super::view::Point;
use crate::monitor::{Monitor, Needs};
use crate::network::Network;
use crate::stimulus::Stimulus;
use crate::trajectory::State;

/// Interpolation inside the steps of one trajectory.
#[derive(Debug)]
pub(super) struct Output<'n> {
    stages: Stages,
    /// State and velocity at both ends of the step.
    ends: [[Vec<f64>; 2]; 2],
    h: f64,
    /// The part of it that was taken again.
    repeated: f64,
    /// The interpolated state, then its own velocity.
    pub point: Point,
    pub forcing: Forcing<'n>,
    /// Evaluations so far.
    pub evaluations: u64,
}

impl<'n> Output<'n> {
    pub fn new(
        method: &Method,
        network: &Network,
        settings: &Settings,
        stimulus: &'n Stimulus,
    ) -> Self {
        let n = network.size();
        let pair = || [vec![0.0; n], vec![0.0; n]];
        Output {
            stages: Stages::new(method, network, settings, 1),
            ends: [pair(), pair()],
            h: 0.0,
            repeated: 0.0,
            point: Point::new(network),
            forcing: Forcing::new(network, stimulus, 1),
            evaluations: 0,
        }
    }

    /// Prepares the step of length `h` between the two ends (state, velocity) of one column of a block.
    pub fn prepare(&mut self, h: f64, ends: Ends<'_>, width: usize, column: usize) {
        for (own, end) in self.ends.iter_mut().zip(ends) {
            for (own, block) in own.iter_mut().zip(end) {
                let column = block.iter().skip(column).step_by(width);
                own.iter_mut().zip(column).for_each(|(o, v)| *o = *v);
            }
        }
        self.h = h;
        self.repeated = 0.0;
    }

    /// Shows a monitor every state that it asks for in the step from `t` to `t_end`, which has been prepared.
    pub fn show<M: Monitor>(
        &mut self,
        network: &Network,
        clamped: &[usize],
        [t, t_end]: [f64; 2],
        (taken, column): (&Stages, usize),
        monitor: &mut M,
    ) {
        loop {
            let asked = monitor.next_sample();
            // Times before the step can only be a monitor's mistake; the start of the step is the nearest state.
            if asked > t_end {
                return;
            }
            let theta = ((asked - t) / (t_end - t)).clamp(0.0, 1.0);
            let (start, x) = (&self.ends[0][0], &mut self.point.x);
            let known = theta < 1.0
                && taken
                    .stepper()
                    .inside_column((theta, column), start, &taken.storage, x);
            if !known {
                self.state_at(network, clamped, t, theta);
            }
            let state = self.state(network, clamped, asked);
            monitor.sample(&state);
            if monitor.next_sample() <= asked {
                return;
            }
        }
    }

    /// Shows a monitor the state in `point` as the end of its trajectory.
    pub fn end<M: Monitor>(
        &mut self,
        network: &Network,
        clamped: &[usize],
        t: f64,
        monitor: &mut M,
    ) {
        let state = self.state(network, clamped, t);
        monitor.end(&state);
    }

    /// The state in `point` with its velocity and energy.
    fn state(&mut self, network: &Network, clamped: &[usize], t: f64) -> State<'_> {
        self.forcing.place_one(0, t);
        let drive = self.forcing.drive(clamped);
        let needs = Needs {
            energy: network.has_energy(),
            ..Needs::default()
        };
        let stepper = self.stages.stepper();
        self.point.evaluate(stepper, (network, drive), needs);
        self.evaluations += 1;
        self.point.state(t, needs)
    }

    /// Puts the state a fraction `theta` into the step from `t` into `point`.
    fn state_at(&mut self, network: &Network, clamped: &[usize], t: f64, theta: f64) {
        if theta == 1.0 {
            // The step that was taken, not what repeats it.
            self.point.x.copy_from_slice(&self.ends[1][0]);
            return;
        }
        let part = self.stages.stepper().repeats(theta);
        if part > 0.0 && part != self.repeated {
            self.repeat(network, clamped, t, part * self.h);
            self.repeated = part;
        }
        let [start, end] = &self.ends;
        let ends = [start, end].map(|[x, v]| [&x[..], v]);
        let (stages, out) = (&self.stages, &mut self.point.x);
        let stepper = stages.stepper();
        stepper.inside(theta, ends, self.h, &stages.storage, out);
    }

    /// Takes a step of length `h` from the start at `t` once more.
    fn repeat(&mut self, network: &Network, clamped: &[usize], t: f64, h: f64) {
        self.stages.storage.k[0].copy_from_slice(&self.ends[0][1]);
        let (stages, start) = (&mut self.stages, &self.ends[0][0]);
        let equation = Equation {
            network,
            clamped,
            forcing: &mut self.forcing,
            times: [&[t], &[t + h]],
            tries: u64::MAX,
            go_on: &|| true,
        };
        // It is part of a step that stands, and so cannot fail.
        stages
            .advance(equation, start, &[h], false, &mut self.point.ws)
            .ok();
        self.evaluations += self.stages.stepper().evaluations();
    }
}
