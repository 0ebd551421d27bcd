//! What is said of a plane.

use crate::analysis::{Plane, Space};
use crate::key::{Form, Key, NUMBERS, parameter};
use crate::lagrangian::Values;
use crate::network::Network;
use crate::picture::{Asked, Refused, SPACES};
use crate::refusal::Refusal;

/// The keys of all figures of a plane.
pub(in crate::picture) const KEYS: &[Key] = &[
    parameter("layer", Form::Layer, "which layer (the first)"),
    parameter(
        "neurons",
        Form::Neurons,
        "two of its neurons ([0, 1]), or of any layers: [\"a.0\", \"b.3\"]",
    ),
    parameter(
        "space",
        Form::Words(|| SPACES.to_vec()),
        "\"activation\" where activations have states of their own, else \"state\"",
    ),
    parameter(
        "x",
        Form::Ends,
        "ends of the horizontal axis; beyond them nothing is evaluated",
    ),
    parameter("y", Form::Ends, "ends of the vertical axis"),
    parameter("levels", NUMBERS, "contour levels of the energy (chosen)"),
    parameter(
        "points",
        Form::Whole(10, Some(1000)),
        "points along each axis (161)",
    ),
];

/// A plane through the space of states, with what is drawn on it.
#[derive(Clone, Debug)]
pub(in crate::picture) struct Wanted {
    pub plane: Plane,
    /// Contour levels of the energy; chosen if there are none.
    pub levels: Vec<f64>,
    /// Whether the ends of the horizontal and of the vertical axis are to fit what there is to see.
    pub fitted: [bool; 2],
}

impl Wanted {
    pub fn read(asked: &Asked<'_>) -> Result<Wanted, Refused> {
        let network = asked.network;
        let range = network.neurons(asked.one("layer", 0));
        let neurons = match asked.whole("neurons") {
            Some(&[a, b]) => [a, b],
            _ if range.len() >= 2 => [range.start, range.start + 1],
            _ if asked.whole("layer").is_none() && network.size() >= 2 => [0, 1],
            _ => {
                let why = "needs at least two neurons";
                return Err(("neurons", Refusal::new("a plane", why)));
            }
        };
        let mut segments = neurons.iter().filter_map(|i| network.segment(*i));
        if let Some(s) = segments.find(|s| s.lagrangian.values() != Values::Interval) {
            let why = format!(
                "needs neurons that move on curves, and these are {}, whose units flip",
                s.lagrangian.describe()
            );
            const OTHERS: &str = "kind \"transitions\" shows all states of a small network, \"activity\" those of a run";
            return Err(("kind", Refusal::new("a plane", why).help(OTHERS)));
        }
        let made = |space| {
            let axis = |name: &str, k: usize| match asked.numbers(name) {
                Some(&[low, high]) => ([low, high], false),
                _ => natural(network, neurons[k], space),
            };
            let (x, y) = (axis("x", 0), axis("y", 1));
            let plane = Plane {
                neurons,
                space,
                x: x.0,
                y: y.0,
                points: asked.one("points", 161),
            };
            (plane, [x.1, y.1])
        };
        let typed = asked.space();
        let (mut plane, mut fitted) = made(typed.unwrap_or(Space::Activation));
        if let Err(why) = plane.check(network) {
            if typed.is_some() {
                return Err(("space", why.refusal()));
            }
            // Nobody asked for activations, and these are no coordinates.
            (plane, fitted) = made(Space::State);
        }
        let levels = asked.numbers("levels").unwrap_or_default().to_vec();
        Ok(Wanted {
            plane,
            levels,
            fitted,
        })
    }
}

/// The ends of an axis that nobody named, and whether they are to fit what there is to see: the range of a bounded
/// activation says it all.
fn natural(network: &Network, neuron: usize, space: Space) -> ([f64; 2], bool) {
    let range = network.segment(neuron).map(|s| s.lagrangian.reach().range);
    match (space, range) {
        (Space::Activation, Some(range)) if range.is_bounded() => ([range.low, range.high], false),
        (Space::Activation, Some(range)) => ([range.low.max(-2.0), range.high.min(2.0)], true),
        _ => ([-2.0, 2.0], true),
    }
}
