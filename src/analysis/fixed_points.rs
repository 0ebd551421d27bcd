//! Resting points of any kind, found by Newton's method: saddles are not reached by waiting.

use super::{Plane, RestPoints};
use crate::kernels::Krylov;
use crate::network::{Drive, Network, Workspace};

/// Newton steps before a start is given up.
const STEPS: usize = 60;
/// A velocity this small, relative to the state, is rest up to rounding.
const ROUNDING: f64 = 1e-12;

/// The resting point that Newton's method finds from `x`, if it finds one: steps are halved until the velocity shrinks.
pub fn newton(network: &Network, x: &[f64], input: &[f64], held: &[usize]) -> Option<Vec<f64>> {
    let n = network.size();
    let held = &[network.held(), held].concat()[..];
    let drive = Drive { input, held };
    let mut ws = Workspace::new(network, 1);
    let mut x = x.to_vec();
    let mut velocity = vec![0.0; n];
    let norm = |v: &[f64]| v.iter().map(|v| v * v).sum::<f64>().sqrt();
    let (mut next, mut trial) = (vec![0.0; n], vec![0.0; n]);
    for _ in 0..STEPS {
        network.velocity(&x, drive, false, &mut ws, &mut velocity);
        let size = norm(&velocity);
        if size <= ROUNDING * (1.0 + norm(&x)) {
            return Some(x);
        }
        network.hessian(&x, &mut ws);
        let space = Krylov::new(&velocity, n.min(120), |v, out| {
            network.jacobian_action(v, held, &mut ws, out);
        });
        let (step, _) = space.solve()?;
        let mut length = 1.0;
        loop {
            for ((t, x), s) in trial.iter_mut().zip(&x).zip(&step) {
                *t = x - length * s;
            }
            network.velocity(&trial, drive, false, &mut ws, &mut next);
            if norm(&next) < size {
                break;
            }
            length *= 0.5;
            if length < 1e-6 {
                return None;
            }
        }
        x.copy_from_slice(&trial);
    }
    None
}

/// Starts of Newton's method along each axis of a plane.
const STARTS: usize = 9;

/// The resting points that Newton's method finds from a grid of starts on a plane, each examined.
/// `held` are clamped besides those that the layers clamp.
pub fn fixed_points(
    network: &Network,
    plane: &Plane,
    base: &[f64],
    input: &[f64],
    held: &[usize],
) -> RestPoints {
    let mut points = RestPoints::default();
    let coarse = Plane {
        points: STARTS,
        ..plane.clone()
    };
    let axis = |k: usize, range: [f64; 2]| {
        let at = coarse.axis(range, STARTS);
        let states = coarse.states(network, plane.neurons[k], &at);
        let states = states.unwrap_or_default().into_iter();
        states.filter(|x| x.is_finite()).collect::<Vec<f64>>()
    };
    let (across, up) = (axis(0, plane.x), axis(1, plane.y));
    for x in &across {
        for y in &up {
            let mut start = base.to_vec();
            start[plane.neurons[0]] = *x;
            start[plane.neurons[1]] = *y;
            if let Some(found) = newton(network, &start, input, held) {
                points.find(network, &found, input, held);
            }
        }
    }
    points
}
