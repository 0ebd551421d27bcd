//! Where the starts of fractions are drawn from.

use super::{StatePlane, check};
use crate::analysis::Follow;
use crate::number::plural;
use crate::refusal::Refusal;

/// Where starts are drawn from; what nothing is said of is as in the start.
#[derive(Clone, Debug, PartialEq)]
pub enum Whence {
    /// Every state of the units that flip, each as likely.
    States,
    /// A box: between these values of every free neuron, uniformly.
    Box {
        /// Lower ends, one for each neuron of the network.
        low: Vec<f64>,
        /// Upper ends.
        high: Vec<f64>,
    },
    /// A rectangle of a plane, uniformly.
    Rectangle {
        /// The plane.
        plane: StatePlane,
        /// Lower and upper end of the first coordinate.
        x: [f64; 2],
        /// Lower and upper end of the second one.
        y: [f64; 2],
    },
    /// Balls, so many starts from each: states no farther than the radius from the centre, all equally likely. Where units flip, states in
    /// which no more units than the radius differ from the centre.
    Balls {
        /// The centres: states of all neurons.
        centres: Vec<Vec<f64>>,
        /// The radius: a Euclidean distance, or a number of units.
        radius: f64,
        /// The neurons in which starts differ from the centre.
        neurons: Vec<usize>,
    },
}

impl Whence {
    pub(super) fn check(&self, follow: &Follow<'_>) -> Result<(), Refusal> {
        let (n, flips) = (follow.network.size(), follow.settings.method.flips);
        let fits = |what: &str, list: &[f64]| {
            if list.len() != n {
                let (has, neurons) = (plural(list.len(), "number"), plural(n, "neuron"));
                return Err(Refusal::new(
                    what,
                    format!("has {has}, the network has {neurons}"),
                ));
            }
            match list.iter().all(|v| v.is_finite()) {
                true => Ok(()),
                false => Err(Refusal::new(what, "has a number that is not finite")),
            }
        };
        match self {
            Whence::States if !flips => {
                let why = "are counted of units that flip: states that move are drawn from a box";
                Err(Refusal::new("states", why))
            }
            Whence::Box { .. } | Whence::Rectangle { .. } if flips => {
                let why = "holds states that move: units that flip have only two values each";
                Err(Refusal::new("the box", why))
            }
            Whence::States => Ok(()),
            Whence::Box { low, high } => {
                fits("the box", low)?;
                fits("the box", high)?;
                let mut free = free(follow).into_iter();
                free.try_for_each(|i| check(&format!("the box of neuron {i}"), [low[i], high[i]]))
            }
            Whence::Rectangle { plane, x, y } => {
                fits("the plane", &plane.origin)?;
                check("x", *x)?;
                check("y", *y)
            }
            Whence::Balls {
                centres,
                radius,
                neurons,
            } => {
                centres
                    .iter()
                    .try_for_each(|c| fits("the centre of a ball", c))?;
                if let Some(i) = neurons.iter().find(|i| **i >= n) {
                    let why = format!("is neuron {i}, the network has {}", plural(n, "neuron"));
                    return Err(Refusal::new("a neuron of the balls", why));
                }
                let least = if flips { 1.0 } else { 0.0 };
                let is_size = !flips || radius.fract() == 0.0;
                let is_radius = *radius >= least && *radius > 0.0 && radius.is_finite() && is_size;
                if !is_radius {
                    let what = if flips {
                        "a whole number of units"
                    } else {
                        "a distance"
                    };
                    let why = format!("is {radius}, it must be {what} above 0");
                    return Err(Refusal::new("the radius", why));
                }
                Ok(())
            }
        }
    }
}

/// The neurons that are not clamped.
pub(super) fn free(follow: &Follow<'_>) -> Vec<usize> {
    let clamped = [follow.network.clamped(), &follow.base.clamped].concat();
    let all = 0..follow.network.size();
    all.filter(|i| !clamped.contains(i)).collect()
}
