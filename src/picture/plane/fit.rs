//! How far the axes of a plane reach.

use super::{System, Wanted};
use crate::analysis::{LandscapePoint, Plane, Space};
use crate::study::Study;

/// A plane whose ends, where none were asked for, reach as far as trajectories and fixed points do.
pub(super) fn fitted(
    study: &Study,
    wanted: &Wanted,
    system: &System,
    (seen, points): (&[Vec<f64>], &[LandscapePoint]),
) -> Plane {
    /// Fixed points farther away than so many times what the trajectories reach are left outside.
    const FAR: f64 = 20.0;
    let (network, mut plane) = (&study.network, wanted.plane.clone());
    if wanted.fitted == [false; 2] {
        return plane;
    }
    let states = || seen.iter().map(Vec::as_slice).chain([&system.base[..]]);
    let reach = states().flat_map(|x| plane.neurons.map(|i| x[i].abs()));
    let reach = reach.filter(|v| *v < 1e100).fold(2.0, f64::max);
    let found = points.iter().filter(|p| !p.is_continuous());
    let found = found.map(|p| p.x.as_slice());
    let close = |x: &&[f64]| plane.neurons.iter().all(|i| x[*i].abs() <= FAR * reach);
    let all = states().chain(found).filter(close);
    let all: Vec<[f64; 2]> = all.map(|x| plane.point(network, x)).collect();
    let ends = |k: usize| {
        let values = all.iter().map(|p| p[k]).filter(|v| v.is_finite());
        let (low, high) = values.fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), v| {
            (l.min(v), h.max(v))
        });
        if low > high { (-1.0, 1.0) } else { (low, high) }
    };
    let (mut x, mut y) = (ends(0), ends(1));
    let both = (x.0.min(y.0), x.1.max(y.1));
    let length = |e: (f64, f64)| e.1 - e.0;
    // One scale for both where that hides nothing.
    if wanted.fitted == [true; 2] && length(both) <= 1.6 * length(x).min(length(y)) {
        (x, y) = (both, both);
    }
    let wide = |(low, high): (f64, f64), neuron: usize| {
        let margin = match high - low {
            d if d > 1e-9 * low.abs().max(high.abs()) => 0.1 * d,
            _ => 0.5 * low.abs().max(high.abs()).max(1.0),
        };
        let (low, high) = (low - margin, high + margin);
        let segment = network.segment(neuron);
        match (plane.space, segment.map(|s| s.lagrangian.reach().range)) {
            // Beyond the ends of what an activation can be there is nothing.
            (Space::Activation, Some(range)) => [low.max(range.low), high.min(range.high)],
            _ => [low, high],
        }
    };
    let (x, y) = (wide(x, plane.neurons[0]), wide(y, plane.neurons[1]));
    if wanted.fitted[0] {
        plane.x = x;
    }
    if wanted.fitted[1] {
        plane.y = y;
    }
    plane
}
