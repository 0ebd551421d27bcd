//! States along a path with their energies.

use super::{Barriers, Pass};
use crate::analysis::landscape::energy_at;
use crate::analysis::manifolds::Curve;
use crate::network::Network;

/// A path through the states.
#[derive(Clone, Debug, PartialEq)]
pub struct Path {
    /// States of all neurons.
    pub x: Vec<Vec<f64>>,
    /// How far each lies from the first along the path, in the space of states.
    pub arclength: Vec<f64>,
    /// The energy there.
    pub energy: Vec<f64>,
}

impl Path {
    /// Through these states; `arclength` where it is known better than by straight lines between them.
    pub(super) fn new(
        (network, input, clamped): (&Network, &[f64], &[usize]),
        x: Vec<Vec<f64>>,
        arclength: Vec<f64>,
    ) -> Self {
        let energy = x.iter().map(|x| {
            let (energy, _) = energy_at(network, (x, input, clamped));
            energy.unwrap_or(f64::NAN)
        });
        Path {
            energy: energy.collect(),
            arclength,
            x,
        }
    }

    /// The highest energy of its states, and where along the arclength that is.
    pub fn highest(&self) -> Option<(f64, f64)> {
        let pairs = self
            .energy
            .iter()
            .copied()
            .zip(self.arclength.iter().copied());
        pairs.max_by(|a, b| a.0.total_cmp(&b.0))
    }
}

/// The lowest path over a pass: down the flow from every saddle on the way, from the first attractor to the second.
pub fn pass_path(on: (&Network, &[f64], &[usize]), found: &Barriers, pass: &Pass) -> Path {
    let (mut x, mut arclength) = (Vec::new(), Vec::new());
    let mut gone = 0.0;
    for pair in pass.over.windows(2) {
        // One of the two is a saddle whose unstable manifold reaches the other.
        let Some((half, is_down)) = half(found, pair) else {
            continue;
        };
        let along = half.arclength();
        let length = along.last().copied().unwrap_or_default();
        let mut piece: Vec<(f64, &Vec<f64>)> = match is_down {
            true => along.iter().map(|s| gone + s).zip(&half.x).collect(),
            false => along
                .iter()
                .map(|s| gone + length - s)
                .zip(&half.x)
                .rev()
                .collect(),
        };
        if !x.is_empty() {
            piece.remove(0);
        }
        for (s, state) in piece {
            arclength.push(s);
            x.push(state.clone());
        }
        gone += length;
    }
    Path::new(on, x, arclength)
}

fn half<'a>(found: &'a Barriers, pair: &[usize]) -> Option<(&'a Curve, bool)> {
    let from = |saddle: usize, to: usize| {
        let mut all = found.connections.iter();
        let own = all.find(|c| c.saddle == saddle)?;
        let k = own.joins.iter().position(|j| *j == Some(to))?;
        Some(&own.halves[k])
    };
    let (a, b) = (pair[0], pair[1]);
    let down = from(a, b).map(|half| (half, true));
    down.or_else(|| from(b, a).map(|half| (half, false)))
}
