//! Whose parameters are: what of a network may learn.

use std::fmt;

use crate::lagrangian::Array;
use crate::network::{Layer, Network};
use crate::refusal::Refusal;

/// Something with parameters, by the position of its synapse or layer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Owner {
    /// A synapse.
    Synapse(usize),
    /// The input of a layer.
    Input(usize),
    /// The Lagrangian of a layer.
    Lagrangian(usize),
    /// What pictures of a layer are read in and out with.
    Patches(usize),
}

impl fmt::Display for Owner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Owner::Synapse(k) => write!(f, "synapse {k}"),
            Owner::Input(k) | Owner::Lagrangian(k) | Owner::Patches(k) => write!(f, "layer {k}"),
        }
    }
}

impl Owner {
    /// Its arrays, each with its name and shape.
    ///
    /// # Errors
    /// There is no such thing, or nothing of it learns.
    pub fn arrays_of(self, network: &Network) -> Result<Vec<(String, Vec<usize>)>, Refusal> {
        let refuse = |why: String| Refusal::new(self.to_string(), why);
        let layer = |k: usize| {
            let all = network.layers();
            let none = || refuse(format!("is none of the {}", all.len()));
            all.get(k).ok_or_else(none)
        };
        let named = |prefix: String, all: Vec<(&'static str, Vec<usize>)>| {
            let one = |(name, shape)| (format!("{prefix}.{name}"), shape);
            all.into_iter().map(one).collect()
        };
        match self {
            Owner::Synapse(k) => {
                let all = network.connections();
                let none = || refuse(format!("is none of the {}", all.len()));
                let synapse = &all.get(k).ok_or_else(none)?.synapse;
                let kind = synapse.describe();
                let learn = synapse.learn().ok_or_else(|| {
                    refuse(format!(
                        "({kind}) does not learn: it has no parameters on which an energy depends"
                    ))
                    .help("leave it out of `synapses`")
                })?;
                Ok(named(format!("synapses.{k}"), learn.parameters()))
            }
            Owner::Input(k) => {
                let Layer { name, shape, .. } = layer(k)?;
                Ok(vec![(format!("layers.{name}.input"), shape.clone())])
            }
            Owner::Lagrangian(k) => {
                let Layer {
                    name, lagrangian, ..
                } = layer(k)?;
                let (learn, n) = lagrangian.learn().ok_or_else(|| {
                    refuse(format!(
                        "has the Lagrangian {lagrangian}, which has nothing that learns"
                    ))
                    .help("a layer-norm or spherical-norm along the whole last axis learns its gamma and delta")
                })?;
                let prefix = format!("layers.{name}.lagrangian");
                Ok(named(prefix, learn.parameters(n)))
            }
            Owner::Patches(k) => {
                let Layer { name, patches, .. } = layer(k)?;
                let patches = patches.as_ref();
                let patches =
                    patches.ok_or_else(|| refuse("is not seen as pictures".to_owned()))?;
                let prefix = format!("layers.{name}.patches");
                Ok(named(prefix, patches.parameters()))
            }
        }
    }

    /// Entries that stay as they are.
    pub fn fixed(self, network: &Network) -> Vec<usize> {
        match self {
            Owner::Synapse(k) => {
                let learn = network.connections()[k].synapse.learn();
                learn.map_or_else(Vec::new, |l| l.fixed())
            }
            _ => Vec::new(),
        }
    }

    /// θ of it.
    pub fn values(self, network: &Network) -> Vec<f64> {
        match self {
            Owner::Synapse(k) => {
                let learn = network.connections()[k].synapse.learn();
                learn.map_or_else(Vec::new, |l| l.values())
            }
            Owner::Input(k) => network.layers()[k].input.clone(),
            Owner::Lagrangian(k) => {
                let learn = network.layers()[k].lagrangian.learn();
                learn.map_or_else(Vec::new, |(l, n)| l.values(n))
            }
            Owner::Patches(k) => {
                let patches = network.layers()[k].patches.as_ref();
                patches.map_or_else(Vec::new, |p| p.values().to_vec())
            }
        }
    }

    /// The arrays of it as a model file takes them.
    pub fn arrays(self, network: &Network) -> Vec<Array> {
        match self {
            Owner::Synapse(k) => {
                let learn = network.connections()[k].synapse.learn();
                learn.map_or_else(Vec::new, |l| l.arrays())
            }
            Owner::Input(k) => {
                let Layer { shape, input, .. } = &network.layers()[k];
                vec![Array {
                    shape: shape.clone(),
                    data: input.clone(),
                }]
            }
            Owner::Lagrangian(k) => {
                let learn = network.layers()[k].lagrangian.learn();
                learn.map_or_else(Vec::new, |(l, n)| l.arrays(n))
            }
            Owner::Patches(k) => {
                let patches = network.layers()[k].patches.as_ref();
                patches.map_or_else(Vec::new, |p| p.arrays())
            }
        }
    }
}
