//! The fixed points in a plane, of any kind: saddles are not reached by waiting.

use super::rest::newton_from;
use super::{FixedPoints, Plane};
use crate::network::Network;

/// Starts of Newton's method along each axis of a plane.
const STARTS: usize = 9;

/// The fixed points that Newton's method finds from a grid of starts on a plane, each examined. On a line of fixed points every
/// start leads to another one: these are left out. `clamped` are clamped besides those that the layers clamp.
pub fn fixed_points(
    network: &Network,
    plane: &Plane,
    base: &[f64],
    input: &[f64],
    clamped: &[usize],
) -> FixedPoints {
    let mut points = FixedPoints::default();
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
            if let Some(found) = newton_from(network, &start, input, clamped) {
                points.find(network, &found, input, clamped);
            }
        }
    }
    points.isolated()
}
