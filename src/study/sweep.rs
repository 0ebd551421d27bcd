//! A sweep: parameters of a model that vary from ensemble to ensemble.

use crate::number::{exact, rounded};

/// Which parameters vary, and the points at which an ensemble is run.
#[derive(Clone, Debug, PartialEq)]
pub struct Sweep {
    /// What varies, then what is averaged over.
    pub axes: Vec<SweepAxis>,
    /// For each ensemble the position of the value of every axis; those of one point of the sweep follow each other.
    pub points: Vec<Vec<usize>>,
    /// How many ensembles, the replicates, are averaged at each point of the sweep.
    pub replicates: usize,
    /// How values of several parameters come together.
    pub combine: Combine,
}

/// An ensemble of a sweep, or the only one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// The numbers of its trajectories, among those of all ensembles.
    pub trajectories: std::ops::Range<u64>,
    /// The point of the sweep that it belongs to.
    pub row: usize,
    /// Which of the ensembles of this point it is.
    pub replicate: usize,
    /// Which network it is of, where several are averaged.
    pub network: Option<u64>,
    /// How many starts are of one pattern, one after the other.
    pub each: Option<usize>,
}

impl Part {
    /// The only ensemble, of so many starts.
    pub fn whole(count: u64) -> Part {
        Part {
            trajectories: 0..count,
            row: 0,
            replicate: 0,
            network: None,
            each: None,
        }
    }
}

/// How values of several parameters come together in a sweep.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Combine {
    /// Every value of one with every value of the others.
    Grid,
    /// The first values of all, the second ones, and so on.
    Zip,
    /// Each point is drawn.
    Random,
}

/// A parameter, or several that have the same value.
#[derive(Clone, Debug, PartialEq)]
pub struct SweepAxis {
    /// Paths into the model file: `layers.hidden.lagrangian.beta`.
    pub keys: Vec<String>,
    /// How it is called in tables and figures.
    pub label: String,
    /// The values as a model file writes them.
    pub values: Vec<String>,
    /// The same as numbers, for tables and figures: the position of a value that is none.
    pub numbers: Vec<f64>,
    /// How the values are called in legends; empty where they are called as they are written.
    pub labels: Vec<String>,
    /// Is its axis logarithmic?
    pub logarithmic: bool,
    /// Is it averaged over?
    pub replicate: bool,
}

/// What the trajectories behind a probability are a sample of: the interval is over these.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Over {
    /// Networks, each with its trajectories.
    Networks,
    /// Patterns of one network, each with its cues.
    Patterns,
    /// Cues of one pattern.
    Cues,
    /// Trajectories of one network.
    #[default]
    Trajectories,
}

impl Over {
    /// In words.
    pub fn word(self) -> &'static str {
        match self {
            Over::Networks => "networks",
            Over::Patterns => "patterns of one network",
            Over::Cues => "cues of one pattern",
            Over::Trajectories => "trajectories of one network",
        }
    }

    /// What such an interval does not cover, and what would.
    pub fn caution(self) -> Option<&'static str> {
        Some(match self {
            Over::Networks | Over::Trajectories => return None,
            Over::Patterns => {
                "intervals are over the patterns of one network; where patterns or weights are drawn, other draws may lie outside: replicate = { key = \"patterns.NAME.seed\", count = 20 } in [sweep] averages over them"
            }
            Over::Cues => {
                "intervals are over the cues of one pattern of one network, and say nothing of other patterns"
            }
        })
    }
}

/// Parts of a model file that say where a network starts and how it is integrated, not what it is.
const NOT_THE_NETWORK: [&str; 4] = ["ensemble", "start", "starts", "solve"];

impl SweepAxis {
    /// Value `k` as a legend calls it.
    pub fn name(&self, k: usize) -> &str {
        self.labels.get(k).unwrap_or(&self.values[k])
    }

    /// The same, of a number four digits at most.
    pub fn short_name(&self, k: usize) -> String {
        let name = self.name(k);
        let number = name.parse::<f64>();
        number.map_or_else(|_| name.to_owned(), |x| exact(rounded(x, 4)))
    }

    /// Is there another network for each of its values?
    fn changes_the_network(&self) -> bool {
        let part = |key: &String| key.split('.').next().map(str::to_owned).unwrap_or_default();
        let mut parts = self.keys.iter().map(part);
        parts.any(|part| !NOT_THE_NETWORK.contains(&part.as_str()))
    }
}

impl Sweep {
    /// How many points there are in its table: each averages over its replicates.
    pub fn rows(&self) -> usize {
        self.points.len() / self.replicates.max(1)
    }

    /// The first ensemble of a point.
    pub fn first(&self, row: usize) -> usize {
        row * self.replicates.max(1)
    }

    /// The axes that are not averaged over.
    pub fn varied(&self) -> &[SweepAxis] {
        let count = self.axes.iter().filter(|a| !a.replicate).count();
        &self.axes[..count]
    }

    /// Which network an ensemble is of, among those that are averaged; none where there is one only.
    pub fn network(&self, ensemble: usize) -> Option<u64> {
        let drawn = |axis: &SweepAxis| axis.replicate && axis.changes_the_network();
        if !self.axes.iter().any(|a| drawn(a) && a.values.len() > 1) {
            return None;
        }
        let at = self.axes.iter().zip(&self.points[ensemble]);
        let at = at.filter(|(axis, _)| drawn(axis));
        Some(at.fold(0, |n, (axis, k)| n * axis.values.len() as u64 + *k as u64))
    }

    /// What a point of the table changes in the model file, but for its replicates.
    pub fn overrides_of_row(&self, row: usize) -> Vec<String> {
        set(self.varied(), &self.points[self.first(row)])
    }

    /// What an ensemble changes in the model file, as `path=value`.
    pub fn overrides(&self, ensemble: usize) -> Vec<String> {
        set(&self.axes, &self.points[ensemble])
    }

    /// A point of the table in words: `β = 0.5, noise = 0.2`.
    pub fn describe_row(&self, row: usize) -> String {
        let at = &self.points[self.first(row)];
        words(self.varied(), at, SweepAxis::short_name)
    }

    /// An ensemble in words, its values as the model file writes them.
    pub fn describe(&self, ensemble: usize) -> String {
        let value = |axis: &SweepAxis, k: usize| axis.values[k].clone();
        words(&self.axes, &self.points[ensemble], value)
    }

    /// The value of an axis at a point, as a number.
    pub fn number(&self, axis: usize, point: usize) -> f64 {
        self.axes[axis].numbers[self.points[point][axis]]
    }

    /// Are the values of an axis numbers? A figure has only places for others.
    pub fn is_numeric(&self, axis: usize) -> bool {
        let values = &self.axes[axis].values;
        values.iter().all(|v| v.parse::<f64>().is_ok())
    }
}

/// `path=value` for every key of these axes, at these positions of their values.
fn set(axes: &[SweepAxis], at: &[usize]) -> Vec<String> {
    let all = axes.iter().zip(at).flat_map(|(axis, k)| {
        let value = &axis.values[*k];
        axis.keys.iter().map(move |key| format!("{key}={value}"))
    });
    all.collect()
}

/// These axes at these positions of their values, in words.
fn words(axes: &[SweepAxis], at: &[usize], name: impl Fn(&SweepAxis, usize) -> String) -> String {
    let all = axes.iter().zip(at);
    let words: Vec<String> = all
        .map(|(a, k)| format!("{} = {}", a.label, name(a, *k)))
        .collect();
    words.join(", ")
}
