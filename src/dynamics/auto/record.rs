//! What `auto` remembers of a trajectory.

use crate::dynamics::list::CHOICES;

/// Steps tried between two decisions at first.
pub(super) const EVERY: u64 = 8;

/// What is known of one trajectory. Costs are in evaluations.
#[derive(Clone, Copy, Debug)]
pub(in crate::dynamics) struct Record {
    /// Steps tried at which it is decided next, and how many after that again.
    pub next: u64,
    pub gap: u64,
    /// Steps tried and time at the last decision.
    pub since: (u64, f64),
    /// Steps tried when its method was chosen.
    pub entered: u64,
    /// The fastest rate seen, halved at every decision.
    pub fastest: f64,
    /// The cost so far.
    pub spent: f64,
    /// For each method how much must have been spent before it is tried, and how many times rarer its trials are.
    pub ready: [f64; CHOICES.len()],
    pub mistrust: [f64; CHOICES.len()],
    /// Trials of the implicit method that failed in a row.
    pub failures: u32,
    /// How much must have been spent before the exponential method is tried in place of steps that accuracy holds.
    pub leisure: f64,
    /// The linear systems of a step of the implicit method; what they are in truth a trial tells.
    pub solving: f64,
    /// What it came from, what a unit of time cost there, and the length of its steps.
    pub before: Option<(usize, f64, f64)>,
    /// When it was first expected to come to rest, where rest is waited for.
    pub rest_by: Option<f64>,
}

impl Record {
    pub fn new(solving: f64, t: f64) -> Self {
        Record {
            next: EVERY,
            gap: EVERY,
            since: (0, t),
            entered: 0,
            fastest: 0.0,
            spent: 0.0,
            ready: [0.0; CHOICES.len()],
            mistrust: [1.0; CHOICES.len()],
            failures: 0,
            leisure: 0.0,
            solving,
            before: None,
            rest_by: None,
        }
    }
}
