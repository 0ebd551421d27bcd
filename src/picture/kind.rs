//! What an entry of the list of figures is, and what its constructor is given.

use crate::analysis::Space;
use crate::monitor::Mode;
use crate::network::Network;
use crate::refusal::Refusal;
use crate::study::{Picture, Recall};
use crate::synapse::Energy;

/// One entry of the list.
#[derive(Debug)]
pub struct Kind {
    /// The word that a model file writes, and the name of the figure's file.
    pub name: &'static str,
    /// What it shows.
    pub about: &'static str,
    /// Its keys beside those of the style.
    pub keys: &'static [Key],
    /// Is it drawn where a model says nothing of figures?
    pub unasked: fn(&Asked<'_>) -> bool,
    /// Makes one. A refusal names a key, `kind` where no key is at fault; its reason is a sentence.
    pub make: fn(&Asked<'_>) -> Result<Picture, Refusal>,
}

/// A key of a figure.
#[derive(Clone, Copy, Debug)]
pub struct Key {
    /// Its name.
    pub name: &'static str,
    /// Its meaning, with the default.
    pub meaning: &'static str,
    /// What may stand there.
    pub takes: Takes,
}

/// What may stand at a key.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Takes {
    /// The two ends of an axis, rising: of the finished figure, a matter of its style.
    Range,
    /// The two ends of an axis, rising.
    Ends,
    /// Numbers.
    Numbers,
    /// A whole number from the first to the last.
    Whole(u64, u64),
    /// One of [`SPACES`].
    Space,
    /// A layer by its name.
    Layer,
    /// Layers by their names.
    Layers,
    /// Two neurons of the layer that the key `layer` names.
    Neurons,
}

/// The words for activations and states.
pub const SPACES: [&str; 2] = ["activation", "state"];

/// What stands at a key.
#[derive(Clone, Debug, PartialEq)]
pub enum Given {
    /// The two ends of an axis.
    Ends([f64; 2]),
    /// Numbers.
    Numbers(Vec<f64>),
    /// A whole number.
    Whole(usize),
    /// In what a plane is measured.
    Space(Space),
    /// Layers; one where one is asked for.
    Layers(Vec<usize>),
    /// Two neurons of a layer.
    Neurons([usize; 2]),
}

/// A model that a figure is asked of, and what is said of the figure.
#[derive(Clone, Debug)]
pub struct Asked<'a> {
    /// The network.
    pub network: &'a Network,
    /// What is asked of the end.
    pub recall: Option<&'a Recall>,
    /// What the Lyapunov monitor does.
    pub lyapunov: Mode,
    /// What stands at which keys.
    pub given: Vec<(&'static str, Given)>,
}

impl Asked<'_> {
    /// What stands at a key; none where nothing is said.
    pub fn at(&self, key: &str) -> Option<&Given> {
        let mut all = self.given.iter();
        all.find(|(name, _)| *name == key).map(|(_, given)| given)
    }

    /// The numbers at a key.
    pub fn numbers(&self, key: &str) -> Option<Vec<f64>> {
        match self.at(key) {
            Some(Given::Numbers(numbers)) => Some(numbers.clone()),
            _ => None,
        }
    }

    /// The whole number at a key.
    pub fn whole(&self, key: &str) -> Option<usize> {
        match self.at(key) {
            Some(Given::Whole(n)) => Some(*n),
            _ => None,
        }
    }

    /// The layer at the key `layer`; the first where nothing is said.
    pub fn layer(&self) -> usize {
        match self.at("layer") {
            Some(Given::Layers(layers)) => layers.first().copied().unwrap_or(0),
            _ => 0,
        }
    }

    /// Why the network has no energy, if it has none.
    pub fn no_energy(&self) -> Option<String> {
        let mut all = self.network.connections().iter().enumerate();
        all.find_map(|(k, c)| match c.synapse.energy() {
            Energy::None(why) => Some(format!(
                "synapse {k} ({}) has none, {why}",
                c.synapse.describe()
            )),
            _ => None,
        })
    }

    /// Is there an energy for a figure of this kind to show?
    pub(super) fn with_energy(&self, kind: &str) -> Result<(), Refusal> {
        let Some(why) = self.no_energy() else {
            return Ok(());
        };
        let why = format!(
            "a figure of kind \"{kind}\" shows the energy, and this network has none: {why}"
        );
        Err(Refusal::new("kind", why).help("kinds \"activity\" and \"phase\" need no energy"))
    }

    /// What is asked of the end, which a figure of this kind shows.
    pub(super) fn recall(&self, kind: &str) -> Result<&Recall, Refusal> {
        let why = || format!("a figure of {kind} needs a [recall] table");
        self.recall.ok_or_else(|| Refusal::new("recall", why()))
    }
}

/// A key of a figure.
pub(super) const fn key(name: &'static str, meaning: &'static str, takes: Takes) -> Key {
    Key {
        name,
        meaning,
        takes,
    }
}

/// The ends of an axis of a finished figure.
pub(super) const fn range(name: &'static str, meaning: &'static str) -> Key {
    key(name, meaning, Takes::Range)
}

/// Of a figure that is drawn only where it is asked for.
pub(super) fn never(_: &Asked<'_>) -> bool {
    false
}
