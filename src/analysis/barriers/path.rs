//! States along a path with their energies.

use super::Pass;
use super::tree::{down, reached};
use crate::analysis::LandscapePoint;
use crate::analysis::landscape::energy_at;
use crate::analysis::manifolds::Curve;
use crate::network::Network;
use crate::refusal::Refusal;

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

/// The lowest path over a pass: down the flow from every saddle on the way, from the first attractor to the second. `points` are those of the
/// landscape.
///
/// # Errors
/// A saddle from which the flow cannot be followed.
pub fn pass_path(
    on: (&Network, &[f64], &[usize]),
    points: &[LandscapePoint],
    pass: &Pass,
) -> Result<Path, Refusal> {
    let (mut x, mut arclength) = (Vec::new(), Vec::new());
    let mut gone = 0.0;
    for pair in pass.over.windows(2) {
        // One of the two is a saddle whose unstable manifold reaches the other.
        let Some((half, is_down)) = half(on, points, pair)? else {
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
    Ok(Path::new(on, x, arclength))
}

fn half(
    on: (&Network, &[f64], &[usize]),
    points: &[LandscapePoint],
    pair: &[usize],
) -> Result<Option<(Curve, bool)>, Refusal> {
    let (a, b) = (pair[0], pair[1]);
    for (saddle, to, is_down) in [(a, b, true), (b, a, false)] {
        if points[saddle].index != 1 {
            continue;
        }
        let mut halves = down(on, &points[saddle])?.into_iter();
        let own = halves.find(|half| reached(half, points) == Some(to));
        if let Some(half) = own {
            return Ok(Some((half, is_down)));
        }
    }
    Ok(None)
}
