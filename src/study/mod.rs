//! A study: a network, where it starts, what acts on it, how it is integrated and watched, and what is asked of its end.
//! A model file describes it; running it gives a table of outcomes, a row for each start.

mod basins;
mod census;
mod columns;
mod courses;
mod damaged;
mod end;
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

pub use crate::analysis::{Criterion, Recall};
pub use crate::evenly::{by_ratio, evenly};
pub use basins::{
    Around, BasinAnswers, BasinsOf, Centre, Counted, MapOf, MapPlane, Mapped, Measured, RadiusOf,
};
pub use census::{Census, Ends};
pub use columns::{COLUMNS, Column, Columns, Ended};
pub use courses::Courses;
pub use damaged::Damaged;
#[cfg(feature = "figures")]
pub use picture::OfEnds;
pub use picture::{Drawing, NoPlot, Picture};
pub use refusal::Refusal;
pub use relax::relax;
pub use results::{CaseResult, Reached, Results};
pub use run::Progress;
pub use starts::{Axis, Distribution, Draw, Law, Starts};
pub use sweep::{Combine, Over, Part, Sweep, SweepAxis};
pub use tally::{Tally, percent};

use std::sync::Arc;

use crate::dynamics::{Settings, Start};
use crate::monitor::{Mode, Save};
use crate::network::{Masked, Network};
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
    /// The picture that the tokens of a layer began as, by the layer's position.
    pub picture: Option<(usize, Masked)>,
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
    /// Layers that begin at their equilibrium with the others.
    pub relaxed: Vec<usize>,
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
