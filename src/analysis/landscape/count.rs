//! The count that tells whether a fixed point is missing (Poincaré and Hopf).

use super::{Along, Class, LandscapePoint};
use crate::analysis::local::Local;
use crate::network::Boundedness;

/// What Σ(−1)^index says.
///
/// Where activations are bounded, or what holds them grows faster than the synapses can pull, and every neuron has a leak, the
/// velocity points inwards on a large sphere. The degree of such a field is 1, and it is the sum of those of its fixed points:
/// (−1)^index of one whose eigenvalues are not 0. It holds without an energy too.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Count {
    /// It is 1: complete as far as the count can see, which does not see points that are missing in pairs.
    Complete,
    /// It is something else: at least one is missing.
    Missing {
        /// What it is.
        sum: i64,
    },
    /// It cannot be told, and why.
    Unknown(String),
    /// Every state was asked: nothing is missing.
    All,
}

/// What holds for this network whatever its fixed points are: nothing, or why they cannot be counted.
pub(super) fn countable(local: &Local<'_>) -> Result<(), String> {
    if !local.leaky {
        return Err("a neuron without leak goes anywhere".into());
    }
    match local.network.certificate().boundedness {
        Boundedness::Bounded(_) => Ok(()),
        other => Err(format!("the energy is {other}")),
    }
}

/// What the count says of these points.
pub(super) fn count(countable: &Result<(), String>, points: &[LandscapePoint]) -> Count {
    if let Err(why) = countable {
        return Count::Unknown(why.clone());
    }
    match points.iter().map(degree).sum::<Option<i64>>() {
        Some(1) => Count::Complete,
        Some(sum) => Count::Missing { sum },
        None => {
            Count::Unknown("what happens along a direction of eigenvalue 0, or beside a kink of an activation, is not known".into())
        }
    }
}

/// What a point, or the continuum that it stands for, adds to the sum.
fn degree(point: &LandscapePoint) -> Option<i64> {
    let sign = 1 - 2 * (point.index % 2) as i64;
    match (point.class, point.along, point.zeros) {
        (Class::Marginal, Some(Along::Inward), _) => Some(sign),
        (Class::Marginal, Some(Along::Outward), 1) => Some(-sign),
        (Class::Marginal, Some(Along::OneSided), 1) => Some(0),
        // The Euler number of a closed curve, as of everything closed of odd dimension, is 0.
        (Class::Marginal, Some(Along::Flat), odd) if odd % 2 == 1 => Some(0),
        (Class::Marginal, ..) => None,
        _ => Some(sign),
    }
}
