//! What an entry of the list of figures is, and what its constructor is given.

use crate::analysis::Space;
use crate::dynamics::{Settings, Start};
use crate::key::{Form, Key, parameter};
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
    /// Makes one.
    pub make: fn(&Asked<'_>) -> Result<Picture, Refused>,
}

/// Why there is no such figure, and the key at fault: `kind` where no other is.
pub type Refused = (&'static str, Refusal);

/// The words for activations and states.
pub const SPACES: [&str; 2] = ["activation", "state"];

/// What stands at a key.
#[derive(Clone, Debug, PartialEq)]
pub enum Given {
    /// Numbers, or the two ends of an axis.
    Numbers(Vec<f64>),
    /// Whole numbers; layers and neurons by their places.
    Whole(Vec<usize>),
    /// One of the words of the key.
    Word(&'static str),
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
    /// How it is integrated.
    pub settings: &'a Settings,
    /// The first start; none where there is none, or none was understood.
    pub start: Option<&'a Start>,
    /// What stands at which keys.
    pub given: Vec<(&'static str, Given)>,
}

impl Asked<'_> {
    fn at(&self, key: &str) -> Option<&Given> {
        let mut all = self.given.iter();
        all.find(|(name, _)| *name == key).map(|(_, given)| given)
    }

    /// The numbers at a key; none where nothing is said.
    pub fn numbers(&self, key: &str) -> Option<&[f64]> {
        match self.at(key)? {
            Given::Numbers(numbers) => Some(numbers),
            _ => None,
        }
    }

    /// The whole numbers at a key.
    pub fn whole(&self, key: &str) -> Option<&[usize]> {
        match self.at(key)? {
            Given::Whole(numbers) => Some(numbers),
            _ => None,
        }
    }

    /// The one whole number at a key, or this one.
    pub fn one(&self, key: &str, default: usize) -> usize {
        self.whole(key).map_or(default, |all| all[0])
    }

    /// The word at a key; none where nothing is said.
    pub fn word(&self, key: &str) -> Option<&'static str> {
        match self.at(key)? {
            Given::Word(word) => Some(word),
            _ => None,
        }
    }

    /// The number at a key; none where nothing is said.
    pub fn number(&self, key: &str) -> Option<f64> {
        self.numbers(key).map(|all| all[0])
    }

    /// In what the key `space` says that a plane is measured.
    pub fn space(&self) -> Option<Space> {
        Some(match self.word("space")? {
            "state" => Space::State,
            _ => Space::Activation,
        })
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
    pub(super) fn with_energy(&self, kind: &str) -> Result<(), Refused> {
        let Some(why) = self.no_energy() else {
            return Ok(());
        };
        let figure = format!("a figure of kind \"{kind}\"");
        let why = format!("shows the energy, and this network has none: {why}");
        const OTHERS: &str = "kinds \"activity\" and \"phase\" need no energy";
        Err(("kind", Refusal::new(figure, why).help(OTHERS)))
    }

    /// What is asked of the end, which a figure of this kind shows.
    pub(super) fn recall(&self, kind: &str) -> Result<&Recall, Refused> {
        let figure = || format!("a figure of {kind}");
        let refused = || Refusal::new(figure(), "needs a [recall] table");
        self.recall.ok_or_else(|| ("recall", refused()))
    }
}

/// The ends of an axis of a finished figure.
pub(super) const fn range(name: &'static str, about: &'static str) -> Key {
    parameter(name, Form::Range, about)
}

/// Of a figure that is drawn only where it is asked for.
pub(super) fn never(_: &Asked<'_>) -> bool {
    false
}
