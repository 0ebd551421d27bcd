//! States between the ends of a step, as accurate as the step itself.

use super::forcing::Forcing;
use super::stepper::{Equation, Stages};
use super::view::Point;
use super::{Dense, Method};
use crate::monitor::{Monitor, Needs};
use crate::network::Network;
use crate::stimulus::Stimulus;
use crate::trajectory::State;

/// Interpolation inside the steps of one trajectory.
#[derive(Debug)]
pub(super) struct Output<'n> {
    stages: Stages,
    /// State and velocity at the start, the middle and the end of the step.
    nodes: [[Vec<f64>; 2]; 3],
    h: f64,
    is_repeated: bool,
    /// The interpolated state, then its own velocity.
    pub point: Point,
    pub forcing: Forcing<'n>,
    /// Evaluations so far.
    pub evaluations: u64,
}

impl<'n> Output<'n> {
    pub fn new(
        network: &Network,
        method: &'static Method,
        stimulus: &'n Stimulus,
    ) -> Result<Self, String> {
        let n = network.size();
        let pair = || [vec![0.0; n], vec![0.0; n]];
        Ok(Output {
            stages: Stages::new(method, network, 1)?,
            nodes: [pair(), pair(), pair()],
            h: 0.0,
            is_repeated: false,
            point: Point::new(network),
            forcing: Forcing::new(network, stimulus, 1),
            evaluations: 0,
        })
    }

    /// Prepares the step of length `h` between the two ends (state, velocity) of one column of a block.
    pub fn prepare(&mut self, h: f64, ends: [[&[f64]; 2]; 2], width: usize, column: usize) {
        for (node, end) in [(0, ends[0]), (2, ends[1])] {
            for (own, block) in self.nodes[node].iter_mut().zip(end) {
                let column = block.iter().skip(column).step_by(width);
                own.iter_mut().zip(column).for_each(|(o, v)| *o = *v);
            }
        }
        self.h = h;
        self.is_repeated = false;
    }

    /// Shows a monitor every state that it asks for in the step from `t` to `t_end`, which has been prepared.
    pub fn show<M: Monitor>(
        &mut self,
        network: &Network,
        method: &Method,
        clamped: &[usize],
        [t, t_end]: [f64; 2],
        monitor: &mut M,
    ) {
        loop {
            let asked = monitor.next_sample();
            // Times before the step can only be a monitor's mistake; the start of the step is the nearest state.
            if asked > t_end {
                return;
            }
            let theta = ((asked - t) / (t_end - t)).clamp(0.0, 1.0);
            self.state_at(network, method, clamped, t, theta);
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
        self.point.evaluate(network, drive, needs);
        self.evaluations += 1;
        self.point.state(t, needs)
    }

    /// Puts the state a fraction `theta` into the step from `t` into `point`.
    fn state_at(
        &mut self,
        network: &Network,
        method: &Method,
        clamped: &[usize],
        t: f64,
        theta: f64,
    ) {
        let part = match method.dense {
            Dense::Halved => 0.5,
            Dense::Own => 1.0,
            Dense::Line | Dense::Cubic | Dense::Foreign => 0.0,
        };
        // The end is known.
        if part > 0.0 && theta < 1.0 && !self.is_repeated {
            self.repeat(network, clamped, t, part * self.h);
        }
        let weights = match method.dense {
            // A foreign method has no stages, and so no such storage.
            Dense::Line | Dense::Foreign => [[1.0 - theta, 0.0], [0.0, 0.0], [theta, 0.0]],
            Dense::Cubic => cubic(theta),
            Dense::Halved => quintic(theta),
            Dense::Own if theta < 1.0 => {
                let (start, x) = (&self.nodes[0][0], &mut self.point.x);
                self.stages.inside(theta, start, &[self.h], x);
                return;
            }
            // The step that was taken, not the one that repeats it.
            Dense::Own => [[0.0, 0.0], [0.0, 0.0], [1.0, 0.0]],
        };
        let x = &mut self.point.x;
        x.fill(0.0);
        for (node, [value, slope]) in self.nodes.iter().zip(weights) {
            let slope = slope * self.h;
            if value == 0.0 && slope == 0.0 {
                continue;
            }
            for ((x, v), d) in x.iter_mut().zip(&node[0]).zip(&node[1]) {
                *x += value * v + slope * d;
            }
        }
    }

    /// Takes a step of length `h` from the start at `t` once more; its end is the middle of the step if that is where it ends.
    fn repeat(&mut self, network: &Network, clamped: &[usize], t: f64, h: f64) {
        self.stages.storage.k[0].copy_from_slice(&self.nodes[0][1]);
        let (stages, start) = (&mut self.stages, &self.nodes[0][0]);
        let equation = Equation {
            network,
            clamped,
            forcing: &mut self.forcing,
            times: [&[t], &[t + h]],
            go_on: &|| true,
        };
        stages.advance(equation, start, &[h], false, &mut self.point.ws);
        self.evaluations += self.stages.evaluations();
        self.nodes[1][0].copy_from_slice(self.stages.end());
        self.nodes[1][1].copy_from_slice(self.stages.last());
        self.is_repeated = true;
    }
}

/// Weights of values and slopes at 0 and 1 (the middle has none) in the cubic Hermite polynomial.
pub(super) fn cubic(t: f64) -> [[f64; 2]; 3] {
    let u = 1.0 - t;
    [
        [u * u * (1.0 + 2.0 * t), t * u * u],
        [0.0, 0.0],
        [t * t * (1.0 + 2.0 * u), -u * t * t],
    ]
}

/// Weights of values and slopes at 0, ½ and 1 in the quintic Hermite polynomial.
fn quintic(t: f64) -> [[f64; 2]; 3] {
    let (u, m) = (1.0 - t, t - 0.5);
    // Each basis polynomial vanishes doubly at the two other nodes.
    let (at_0, at_half, at_1) = (
        4.0 * u * u * m * m,
        16.0 * t * t * u * u,
        4.0 * t * t * m * m,
    );
    [
        [at_0 * (1.0 + 6.0 * t), at_0 * t],
        [at_half, at_half * m],
        [at_1 * (1.0 + 6.0 * u), -at_1 * u],
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hermite_weights_reproduce_every_polynomial_of_their_degree() {
        for degree in 0..=5 {
            let value = |t: f64| t.powi(degree);
            let slope = |t: f64| {
                if degree == 0 {
                    0.0
                } else {
                    f64::from(degree) * t.powi(degree - 1)
                }
            };
            for theta in [0.0, 0.1, 0.37, 0.5, 0.8, 1.0] {
                let sum = |w: [[f64; 2]; 3]| -> f64 {
                    w.iter()
                        .zip([0.0, 0.5, 1.0])
                        .map(|([v, s], t)| v * value(t) + s * slope(t))
                        .sum()
                };
                // Weights are of order 1, the sums have six terms.
                assert!((sum(quintic(theta)) - value(theta)).abs() < 1e-14);
                if degree <= 3 {
                    assert!((sum(cubic(theta)) - value(theta)).abs() < 1e-15 * 10.0);
                }
            }
        }
    }
}
