//! Which plane is asked for.

use super::Wanted;
use crate::analysis::Space;
use crate::network::Network;
use crate::picture::{Asked, Given};
use crate::refusal::Refusal;
use crate::study::Study;

/// How the neurons stand that a plane does not show.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Others {
    /// Where the first trajectory ends.
    #[default]
    Fixed,
    /// Each at its equilibrium, given the two that are shown.
    Relaxed,
    /// The plane is that of the two directions in which the trajectories vary most.
    Principal,
}

/// Which plane is asked for. What is not said is chosen.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PlaneQuestion {
    /// The name of a layer (the first).
    pub layer: Option<String>,
    /// Two neurons, each `K` of that layer or `LAYER.K`, counted from 0 (the first two of the layer, or of the network where no layer is
    /// said and the first has one).
    pub neurons: Option<[String; 2]>,
    /// Whether states or activations are shown.
    pub space: Option<Space>,
    /// How the other neurons stand.
    pub others: Others,
    /// The ends of the horizontal axis.
    pub x: Option<[f64; 2]>,
    /// The ends of the vertical axis.
    pub y: Option<[f64; 2]>,
    /// Points along each axis, 10 to 1000 (161; 61 where others are relaxed).
    pub points: Option<usize>,
    /// Tries of Newton's method without a new fixed point before the search ends (200 to 2000, by size).
    pub tries: Option<usize>,
}

impl PlaneQuestion {
    /// The keys of a figure that say the same.
    fn given(&self, network: &Network) -> Result<Vec<(&'static str, Given)>, Refusal> {
        let mut given = Vec::new();
        let mut layer = None;
        if let Some(name) = &self.layer {
            let known = || {
                let names = network.layers().iter().map(|l| format!("`{}`", l.name));
                let names: Vec<String> = names.collect();
                Refusal::new(
                    "layer",
                    format!("`{name}` does not exist: there is {}", names.join(", ")),
                )
            };
            let found = network.layer(name).ok_or_else(known)?;
            given.push(("layer", Given::Whole(vec![found])));
            layer = Some(found);
        }
        if let Some(both) = &self.neurons {
            let of = |name: &String| {
                let found = network.neuron(name, Some(layer.unwrap_or(0)));
                found.map_err(|why| Refusal {
                    what: format!("neurons {}", why.what),
                    ..why
                })
            };
            let [a, b] = [of(&both[0])?, of(&both[1])?];
            if a == b {
                let why = format!("{},{} are one neuron: a plane has two", both[0], both[1]);
                return Err(Refusal::new("neurons", why));
            }
            given.push(("neurons", Given::Whole(vec![a, b])));
        }
        if let Some(space) = self.space {
            let word = if space == Space::State {
                "state"
            } else {
                "activation"
            };
            given.push(("space", Given::Word(word)));
        }
        for (name, ends) in [("x", self.x), ("y", self.y)] {
            let Some([low, high]) = ends else { continue };
            // Not a number fails as well.
            if !(low < high && (high - low).is_finite()) {
                let why = format!("must be two numbers that rise, they are {low},{high}");
                return Err(Refusal::new(name, why));
            }
            given.push((name, Given::Numbers(vec![low, high])));
        }
        let default = if self.others == Others::Relaxed {
            61
        } else {
            161
        };
        let points = self.points.unwrap_or(default);
        if !(10..=1000).contains(&points) {
            let why = format!("must be from 10 to 1000, they are {points}");
            return Err(Refusal::new("points", why));
        }
        given.push(("points", Given::Whole(vec![points])));
        Ok(given)
    }

    /// Whether there is such a plane in a study, before it is run.
    ///
    /// # Errors
    /// A layer or a neuron that does not exist, a neuron that is clamped, a layer of one neuron, units that flip, activations that are those of no state, a range that
    /// does not rise, a number of points out of range.
    pub fn check(&self, study: &Study) -> Result<(), Refusal> {
        let wanted = self.wanted(study)?;
        if self.others == Others::Principal {
            return Ok(());
        }
        let start = study.cases.first().map(|c| &c.start.clamped[..]);
        let clamped = [study.network.clamped(), start.unwrap_or_default()].concat();
        let mut shown = wanted.plane.neurons.iter();
        match shown.find(|i| clamped.contains(i)) {
            None => Ok(()),
            Some(i) => {
                let (layer, k) = study.network.locate(*i);
                let why = format!(
                    "neuron {k} of layer `{layer}` is clamped: nothing moves along its axis"
                );
                Err(Refusal::new("neurons", why).help("--neurons A,B names two that are free"))
            }
        }
    }

    pub(super) fn wanted(&self, study: &Study) -> Result<Wanted, Refusal> {
        if self.others == Others::Principal {
            let said = [
                ("neurons", self.neurons.is_some()),
                ("layer", self.layer.is_some()),
                ("space", self.space == Some(Space::Activation)),
            ];
            if let Some((name, _)) = said.iter().find(|(_, said)| *said) {
                let why = "says nothing of principal directions, which are those of all states";
                return Err(Refusal::new(*name, why).help("leave it out"));
            }
        }
        let space = match self.others {
            Others::Principal => Some(Space::State),
            _ => self.space,
        };
        let this = PlaneQuestion {
            space,
            ..self.clone()
        };
        let asked = Asked {
            network: &study.network,
            recall: study.recall.as_ref(),
            lyapunov: study.lyapunov,
            settings: &study.settings,
            start: study.cases.first().map(|c| &c.start),
            given: this.given(&study.network)?,
        };
        Wanted::read(&asked).map_err(|(_, why)| why)
    }
}
