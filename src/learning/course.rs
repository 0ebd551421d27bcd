//! A training on its way: what came of its epochs, where it stands, how it ended.

use super::{Optimiser, Score};
use crate::network::Network;
use crate::refusal::Refusal;

/// What came of an epoch.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Epoch {
    /// The mean loss of its rows, each before its batch changed anything.
    pub loss: f64,
    /// The score of `choose` after it.
    pub choose: Option<Score>,
    /// The phases by name, each with its largest residual and how many trajectories were not at rest.
    pub phases: Vec<(&'static str, f64, usize)>,
}

/// A training as it stands after some epochs.
#[derive(Clone, Debug, PartialEq)]
pub struct State {
    /// θ.
    pub values: Vec<f64>,
    /// What the optimiser keeps.
    pub optimiser: Optimiser,
    /// What the rule keeps.
    pub kept: Vec<f64>,
    /// What came of each epoch.
    pub epochs: Vec<Epoch>,
    /// The best epoch so far by its score on `choose`, and θ after it.
    pub best: Option<(usize, Vec<f64>)>,
}

/// What is told after each epoch, and once more of a training that fails.
#[derive(Clone, Copy, Debug)]
pub struct Told<'a> {
    /// Where it stands after the last whole epoch: with this it goes on.
    pub state: &'a State,
    /// Why the next epoch failed, if one did.
    pub failed: Option<&'a Refusal>,
}

/// What came of a training.
#[derive(Debug)]
pub struct Trained {
    /// Where it stands: with this it goes on.
    pub state: State,
    /// The network that learnt.
    pub network: Network,
    /// The epoch of whose end its parameters are, from 1; 0 if nothing was learnt.
    pub epoch: usize,
    /// The score of all rows that were learnt from.
    pub learnt: Option<Score>,
    /// That of `choose`.
    pub choose: Option<Score>,
    /// That of `test`.
    pub test: Option<Score>,
    /// Did it end before its last epoch?
    pub is_interrupted: bool,
}
