//! What came of a problem.

use super::{Answer, Baseline};
use crate::analysis::wilson;
use crate::trajectory::StopReason;

/// What came of one start.
#[derive(Clone, Debug)]
pub struct Attempt {
    /// Which start, from 0: not all are there where it was interrupted.
    pub start: usize,
    /// What its end says.
    pub answer: Answer,
    /// The activations at that end.
    pub g: Vec<f64>,
    /// How the last of its networks ended.
    pub stop: StopReason,
    /// Networks that it went through.
    pub stages: usize,
    /// Steps of all of them.
    pub steps: u64,
    /// Steps on which the energy of one of them rose beyond the allowance; none where there was no energy to watch.
    pub rises: Option<u64>,
    /// The activations where the first of them began; empty where there are too many to keep.
    pub first: Vec<f64>,
    /// The activations at the ends of some networks on the way, with the number of each, for figures.
    pub way: Vec<(usize, Vec<f64>)>,
    /// The activations after every step of all networks, where the problem asks for them and there are few starts; else empty.
    pub trace: Vec<Vec<f64>>,
}

/// What came of all starts.
#[derive(Clone, Debug)]
pub struct Solved {
    /// One for each start that ended, in their order.
    pub attempts: Vec<Attempt>,
    /// What answers are compared with.
    pub baseline: Option<Baseline>,
    /// Is a larger cost the better one?
    pub maximises: bool,
    /// Was it interrupted before all had ended?
    pub is_interrupted: bool,
}

impl Solved {
    /// How many answers are valid, and Wilson's interval for their part at 95 %.
    pub fn valid(&self) -> (usize, [f64; 2]) {
        let valid = self.attempts.iter().filter(|a| a.answer.is_valid());
        let count = valid.count();
        (count, wilson(count as u64, self.attempts.len() as u64))
    }

    /// The costs of valid answers, the best first.
    pub fn costs(&self) -> Vec<f64> {
        let valid = self.attempts.iter().filter(|a| a.answer.is_valid());
        let mut costs: Vec<f64> = valid.filter_map(|a| a.answer.cost).collect();
        costs.sort_by(f64::total_cmp);
        if self.maximises {
            costs.reverse();
        }
        costs
    }

    /// The best of the starts: the valid one with the best cost; where none is valid, the one that violates least.
    pub fn best(&self) -> Option<usize> {
        let sign = if self.maximises { -1.0 } else { 1.0 };
        let rank = |a: &Attempt| (a.answer.violated.len(), sign * a.answer.cost.unwrap_or(0.0));
        let all = self.attempts.iter().enumerate();
        all.min_by(|(_, a), (_, b)| {
            let (a, b) = (rank(a), rank(b));
            a.0.cmp(&b.0).then(a.1.total_cmp(&b.1))
        })
        .map(|(k, _)| k)
    }

    /// By what part of the baseline a cost is worse than that.
    pub fn gap(&self, cost: f64) -> Option<f64> {
        let base = self.baseline.as_ref()?.cost;
        let sign = if self.maximises { -1.0 } else { 1.0 };
        // No part of nothing.
        (base != 0.0).then(|| sign * (cost - base) / base.abs())
    }
}
