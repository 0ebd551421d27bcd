//! What an end says.

use std::ops::Range;

use crate::dynamics::Outcome;
use crate::monitor::LyapunovReport;
use crate::network::Network;
use crate::study::Reached;

/// Where a trajectory of a network ended.
#[derive(Debug)]
pub struct End<'a> {
    /// The network.
    pub network: &'a Network,
    /// How it ended, with the states.
    pub outcome: &'a Outcome,
    /// The activations.
    pub g: &'a [f64],
    /// What the monitor saw, where there is an energy.
    pub lyapunov: Option<&'a LyapunovReport>,
}

impl<'a> End<'a> {
    pub(super) fn new(network: &'a Network, reached: &'a Reached, g: &'a [f64]) -> Self {
        End {
            network,
            outcome: &reached.outcome,
            g,
            lyapunov: reached.lyapunov.as_ref(),
        }
    }

    /// The states of a layer; none where there is no such layer.
    pub fn states(&self, name: &str) -> &'a [f64] {
        self.neurons(name).map_or(&[], |own| &self.outcome.x[own])
    }

    fn neurons(&self, name: &str) -> Option<Range<usize>> {
        let mut all = self.network.layers().iter().enumerate();
        let (k, _) = all.find(|(_, l)| l.name == name)?;
        Some(self.network.neurons(k))
    }

    /// The activations of a layer; none where there is no such layer.
    pub fn layer(&self, name: &str) -> &'a [f64] {
        self.neurons(name).map_or(&[], |own| &self.g[own])
    }
}

/// What an end says.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Answer {
    /// What it violates or leaves undecided, each in words; an answer is valid where there is nothing.
    pub violated: Vec<String>,
    /// What it costs; none where that is not defined.
    pub cost: Option<f64>,
    /// Nothing can be better than this, as the end itself proves; none where it proves nothing.
    pub bound: Option<f64>,
    /// The answer as numbers: a tour, a board, the variables.
    pub values: Vec<f64>,
    /// Other numbers with their names, the same ones for all starts: sweeps until it was solved.
    pub besides: Vec<(&'static str, f64)>,
}

impl Answer {
    /// One of the other numbers, by its name.
    pub fn beside(&self, name: &str) -> Option<f64> {
        let found = self.besides.iter().find(|(known, _)| *known == name);
        found.map(|(_, value)| *value)
    }

    /// Is it one?
    pub fn is_valid(&self) -> bool {
        self.violated.is_empty()
    }
}

/// What answers are compared with.
#[derive(Clone, Debug, PartialEq)]
pub struct Baseline {
    /// Where it comes from: `Held–Karp`, `2-opt, best of 100`.
    pub name: String,
    /// What it costs.
    pub cost: f64,
    /// Is it the optimum, proved?
    pub is_exact: bool,
}
