//! What is said of a plane.

use crate::analysis::{Plane, Space};
use crate::network::Network;
use crate::picture::kind::key;
use crate::picture::{Asked, Given, Key, Takes};
use crate::refusal::Refusal;

/// The keys of all figures of a plane.
pub(in crate::picture) const KEYS: &[Key] = &[
    key("layer", "which layer (the first)", Takes::Layer),
    key("neurons", "two of its neurons ([0, 1])", Takes::Neurons),
    key(
        "space",
        "\"activation\" where activations have states of their own, else \"state\"",
        Takes::Space,
    ),
    key(
        "x",
        "ends of the horizontal axis; beyond them nothing is evaluated",
        Takes::Ends,
    ),
    key("y", "ends of the vertical axis", Takes::Ends),
    key(
        "levels",
        "contour levels of the energy (chosen)",
        Takes::Numbers,
    ),
    key(
        "points",
        "points along each axis (161)",
        Takes::Whole(10, 1000),
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
    pub fn read(asked: &Asked<'_>) -> Result<Wanted, Refusal> {
        let network = asked.network;
        let range = network.neurons(asked.layer());
        let pair = match asked.at("neurons") {
            Some(Given::Neurons(pair)) => *pair,
            _ if range.len() >= 2 => [0, 1],
            _ => {
                let why = "a plane needs a layer of at least two neurons";
                return Err(Refusal::new("neurons", why));
            }
        };
        let neurons = pair.map(|k| range.start + k);
        let made = |space| {
            let axis = |name: &str, k: usize| match asked.at(name) {
                Some(Given::Ends(ends)) => (*ends, false),
                _ => natural(network, neurons[k], space),
            };
            let (x, y) = (axis("x", 0), axis("y", 1));
            let plane = Plane {
                neurons,
                space,
                x: x.0,
                y: y.0,
                points: asked.whole("points").unwrap_or(161),
            };
            (plane, [x.1, y.1])
        };
        let typed = asked.at("space");
        let (mut plane, mut fitted) = made(match typed {
            Some(Given::Space(space)) => *space,
            _ => Space::Activation,
        });
        if let Err(why) = plane.check(network) {
            if typed.is_some() {
                return Err(Refusal::new("space", why.to_string()));
            }
            // Nobody asked for activations, and these are no coordinates.
            (plane, fitted) = made(Space::State);
        }
        let levels = asked.numbers("levels").unwrap_or_default();
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
    let range = network.segment(neuron).map(|s| s.lagrangian.range());
    match (space, range) {
        (Space::Activation, Some(range)) if range.is_bounded() => ([range.low, range.high], false),
        (Space::Activation, Some(range)) => ([range.low.max(-2.0), range.high.min(2.0)], true),
        _ => ([-2.0, 2.0], true),
    }
}
