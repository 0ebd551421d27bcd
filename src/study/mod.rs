//! A study: a network, where it starts, what acts on it, how it is integrated and watched, and what is asked of its end.
//! A model file describes it; running it gives a table of outcomes, a row for each start.

mod census;
mod columns;
mod courses;
mod damaged;
mod end;
mod evenly;
mod failed;
mod landscape;
mod marks;
mod notes;
mod picture;
mod refusal;
mod relax;
mod results;
mod run;
mod slope;
mod starts;
mod summary;
mod sweep;
mod tally;
mod tips;

pub use census::{Census, Ends};
pub use columns::{COLUMNS, Column, Columns, Ended};
pub use courses::Courses;
pub use damaged::Damaged;
pub use evenly::{by_ratio, evenly};
#[cfg(feature = "figures")]
pub use picture::OfEnds;
pub use picture::{Drawing, NoPlot, Picture};
pub use refusal::Refusal;
pub use relax::relax;
pub use results::{CaseResult, Results};
pub use run::Progress;
pub use starts::{Axis, Distribution, Draw, Law, Starts};
pub use sweep::{Combine, Over, Part, Sweep, SweepAxis};
pub use tally::{Tally, percent};

use std::sync::Arc;

use crate::analysis::{Memories, Recalled};
use crate::dynamics::{Settings, Start};
use crate::monitor::{Mode, Save};
use crate::network::Network;
use crate::stimulus::Stimulus;
use crate::style::Style;

/// One start, with what is expected of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Case {
    /// What it is: `noisy 17`.
    pub label: String,
    /// The set of starts that it belongs to: `noisy`.
    pub group: String,
    /// Where it begins.
    pub start: Start,
    /// The memory that its cue was made from.
    pub target: Option<usize>,
}

/// What is kept of every trajectory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Keep {
    /// The final state?
    pub states: bool,
    /// Are the fixed points at which they end examined, or only counted?
    pub examine: bool,
    /// The overlap with every memory, or only with the nearest?
    pub overlaps: bool,
    /// How many coordinates a start has on its grid; 0 where starts are on none, and in a sweep.
    pub axes: usize,
}

impl Keep {
    /// Nothing but the outcomes.
    pub const OUTCOMES: Keep = Keep {
        states: false,
        examine: true,
        overlaps: false,
        axes: 0,
    };
    /// The final states as well.
    pub const STATES: Keep = Keep {
        states: true,
        ..Keep::OUTCOMES
    };
}

/// Which memories a layer's activation is compared with at the end.
#[derive(Clone, Debug, PartialEq)]
pub struct Recall {
    /// The layer.
    pub layer: usize,
    /// Its memories.
    pub memories: Memories,
    /// What counts as recalled.
    pub criterion: Criterion,
}

/// When does a memory count as recalled? What is said must hold; one of them is.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Criterion {
    /// It is within this Euclidean distance.
    pub within: Option<f64>,
    /// Its overlap, the cosine of the angle, is above this.
    pub overlap: Option<f64>,
}

impl Criterion {
    /// Does it hold at this distance and overlap?
    pub fn holds(&self, distance: f64, overlap: f64) -> bool {
        self.within.is_none_or(|most| distance <= most)
            && self.overlap.is_none_or(|least| overlap > least)
    }

    /// In words: `within a distance of 0.5`, `with an overlap above 0.9`.
    pub fn words(&self) -> String {
        let within = self.within.map(|w| format!("within a distance of {w}"));
        let overlap = self.overlap.map(|m| format!("with an overlap above {m}"));
        let words: Vec<String> = within.into_iter().chain(overlap).collect();
        words.join(" and ")
    }
}

impl Recall {
    /// The memory nearest to an activation: by the angle where that alone is asked about.
    pub fn nearest(&self, g: &[f64]) -> Option<Recalled> {
        match self.criterion.within {
            Some(_) => self.memories.nearest(g),
            None => self.memories.most_alike(g),
        }
    }

    /// Does an activation count as this memory?
    pub fn holds(&self, memory: usize, g: &[f64]) -> bool {
        let m = &self.memories;
        let [distance, overlap] = [m.distance(memory, g), m.overlap(memory, g)];
        self.criterion.holds(distance, overlap)
    }

    /// What a count of recalled memories adds where it is not by the distance: ` (overlap above 0.9)`.
    pub fn remark(&self) -> String {
        let overlap = self.criterion.overlap;
        overlap.map_or(String::new(), |_| format!(" {}", self.criterion.words()))
    }
}

/// A study; see the module.
#[derive(Debug)]
pub struct Study {
    /// What it is, for titles.
    pub title: String,
    /// What whoever described it should know: a pattern that nothing uses.
    pub remarks: Vec<String>,
    /// The network.
    pub network: Network,
    /// Its input over time.
    pub stimulus: Stimulus,
    /// How it is integrated.
    pub settings: Settings,
    /// Where it starts; one trajectory for each.
    pub cases: Arc<[Case]>,
    /// The starts of an ensemble, and what is kept of it, where the model has one.
    pub ensemble: Option<(Starts, Keep)>,
    /// Which states are kept.
    pub save: Save,
    /// What the Lyapunov monitor does.
    pub lyapunov: Mode,
    /// Tolerances `[atol, rtol]` of rest.
    pub rest: [f64; 2],
    /// What is asked of the end.
    pub recall: Option<Recall>,
    /// The pictures.
    pub pictures: Vec<Drawing>,
    /// How pictures look that are drawn unasked: those of ensembles.
    pub style: Style,
    /// The seed of what is drawn for its starts.
    pub seed: u64,
    /// Threads; 0 for one on each core.
    pub threads: usize,
    /// Most bytes that may be kept of all trajectories.
    pub max_output: u64,
}

impl Study {
    /// The times at which pictures show states between start and end, rising, each once.
    pub fn snapshots(&self) -> Vec<f64> {
        let asked = self.pictures.iter().map(|d| &d.picture.times);
        let during = asked.flatten().filter(|t| **t >= self.settings.t_start);
        let mut times: Vec<f64> = during.copied().collect();
        times.sort_by(f64::total_cmp);
        times.dedup();
        times
    }

    /// The starts of the model itself.
    pub fn starts(&self) -> Starts {
        Starts {
            base: Start::at(vec![0.0; self.network.size()]),
            law: Law::Listed(self.cases.clone()),
            relaxed: Vec::new(),
            input: self.stimulus.input(self.settings.t_start),
            seed: self.seed,
        }
    }

    /// The starts of an ensemble of this model, its own starts if it says nothing of one; and what is kept.
    pub fn ensemble(&self) -> (Starts, Keep) {
        let own = || (self.starts(), Keep::OUTCOMES);
        self.ensemble.clone().unwrap_or_else(own)
    }

    /// The input of every neuron at a time, with what a start adds of its own.
    pub fn input(&self, t: f64, own: &[f64]) -> Vec<f64> {
        let mut input = self.stimulus.input(t);
        input.iter_mut().zip(own).for_each(|(i, own)| *i += own);
        input
    }

    /// Bytes that the kept states will take, as far as that is known before the run; `None` where every step is kept.
    pub fn output_bytes(&self) -> Option<u64> {
        let span = self.settings.t_end - self.settings.t_start;
        let states = match &self.save {
            Save::Final => 2.0,
            Save::Steps => return None,
            Save::Every(dt) => (span / dt).floor() + 2.0,
            Save::At(times) => times.len() as f64,
        };
        // State, velocity, terms, time, energy, its rate, its change and the two parts of the allowance for it.
        let terms = self.network.layers().len() + self.network.connections().len();
        let row = 8.0 * (2.0 * self.network.size() as f64 + terms as f64 + 6.0);
        let snapshots =
            self.snapshots().len() as f64 * 8.0 * (2.0 * self.network.size() as f64 + 1.0);
        // A float beyond the largest integer saturates, which is refused all the same.
        Some(((states * row + snapshots) * self.cases.len() as f64) as u64)
    }
}
