//! What an entry of the list of synapses is, and what it is made from.

use super::Synapse;
use crate::key::Key;
use crate::lagrangian::Parameters;
use crate::refusal::Refusal;

/// One entry of the list.
#[derive(Debug)]
pub struct Kind {
    /// The word that a model file writes.
    pub name: &'static str,
    /// `E_s` as a formula, with where it comes from.
    pub formula: &'static str,
    /// The layers that it joins, as a model file writes them, with what they are.
    pub layers: &'static str,
    /// How many, if not any number above 0.
    pub joins: Option<usize>,
    /// What may be meant where another number of layers is named.
    pub instead: Option<&'static str>,
    /// Its parameters.
    pub parameters: &'static [Key],
    /// Makes one between these layers from its parameters.
    pub make: fn(&mut dyn Parameters, &[Joined]) -> Result<Made, Refusal>,
    /// Ways to write it in a model file; the laws are tested on every one of them.
    pub examples: &'static [Example],
}

/// One of several forms of one structure, which has an entry of its own in the list.
pub trait Listed {
    const KIND: &'static Kind;
}

/// A way to write a synapse: the shape of each layer that it joins, and its keys but for `kind` and `layers`, in TOML.
pub type Example = (&'static [&'static [usize]], &'static str);

/// A layer that a synapse is to join.
#[derive(Clone, Debug)]
pub struct Joined {
    /// Its shape.
    pub shape: Vec<usize>,
    /// Its energy weights d, one for each neuron.
    pub energy_weights: Vec<f64>,
    /// Where they come from.
    pub origin: EnergyWeights,
}

impl Joined {
    /// How many neurons it has.
    pub fn size(&self) -> usize {
        self.shape.iter().product()
    }
}

/// Where the energy weights of a layer come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EnergyWeights {
    /// Nobody has said them: they are 1 so far.
    Unsaid,
    /// The same, and a synapse stands on it.
    Used,
    /// Whoever describes the layer has said them.
    Said,
    /// They were found for a synapse with symmetrizable weights.
    Found,
}

/// A synapse, and what whoever asked for it should know.
#[derive(Debug)]
pub struct Made {
    /// The synapse.
    pub synapse: Box<dyn Synapse>,
    /// The energy weights of the one layer that it joins, where it stands on them.
    pub energy_weights: Option<Vec<f64>>,
    /// What was done to its parameters, each as a sentence about "its weights" and the like.
    pub remarks: Vec<String>,
}

impl<S: Synapse + 'static> From<S> for Made {
    fn from(synapse: S) -> Self {
        Made {
            synapse: Box::new(synapse),
            energy_weights: None,
            remarks: Vec::new(),
        }
    }
}
