//! The closing sentence of a run.

use std::collections::HashSet;

use super::{CaseResult, Experiment, Results};
use crate::analysis::Stability;
use crate::monitor::LyapunovReport;
use crate::number::{number, plural};
use crate::trajectory::StopReason;

impl Experiment {
    /// What happened, in one plain sentence.
    pub fn sentence(&self, results: &Results) -> String {
        match &results.cases[..] {
            [] => "nothing was run".into(),
            [one] => self.about_one(one, results),
            _ => self.about_many(results),
        }
    }

    fn about_one(&self, case: &CaseResult, results: &Results) -> String {
        let mut parts = Vec::new();
        if let Some(r) = case.recalled {
            let within = self.recall.as_ref().is_some_and(|q| r.distance <= q.within);
            let target = self.cases[case.case].target;
            let numbers = format!("overlap {:.3}, distance {:.3}", r.overlap, r.distance);
            let nearest = r.memory;
            // A cue asks for one memory: to end at another is to have failed, and two memories may lie so near to each
            // other that both are within the distance.
            parts.push(match target {
                Some(t) if case.correct == Some(true) && t == nearest => {
                    format!("recalled memory {t}, {numbers}")
                }
                Some(t) if case.correct == Some(true) => {
                    format!("recalled memory {t}; nearest to memory {nearest}, {numbers}")
                }
                Some(t) if t != nearest => {
                    format!("did not recall memory {t}; nearest to memory {nearest}, {numbers}")
                }
                Some(t) => format!("did not recall memory {t}, the nearest, {numbers}"),
                None if within => format!("recalled memory {nearest}, {numbers}"),
                None => format!("nearest to memory {nearest}, {numbers}"),
            });
        }
        parts.push(self.end_of(case, results));
        if let (Some(first), Some(last)) = (
            case.trajectory.energy.first(),
            case.trajectory.energy.last(),
        ) {
            let (from, to) = (number(*first), number(*last));
            parts.push(if !first.is_finite() || !last.is_finite() {
                "the energy is not finite".into()
            } else if from == to {
                format!("energy stayed at {to}")
            } else {
                let verb = if last < first { "fell" } else { "rose" };
                format!("energy {verb} from {from} to {to}")
            });
        }
        match case.lyapunov.as_ref().map(|l| &l.violation) {
            Some(Some(v)) if !matches!(case.outcome.stop, StopReason::Violation(_)) => {
                parts.push(v.to_string());
            }
            _ => {}
        }
        parts.join("; ")
    }

    fn end_of(&self, case: &CaseResult, results: &Results) -> String {
        let t = case.outcome.t;
        match &case.outcome.stop {
            StopReason::TimeReached => format!("reached t = {}", number(t)),
            StopReason::Rest => {
                let point = case.rest.and_then(|k| results.rest_points.points().get(k));
                let kind = match point.map(|p| p.stability) {
                    Some(Stability::Stable) => "stable (an attractor)",
                    Some(Stability::Marginal) => {
                        "marginal (no attractor: a direction neither grows nor decays)"
                    }
                    Some(Stability::Unstable) => "unstable (no attractor: a saddle or repeller)",
                    None => "not examined",
                };
                format!("at rest at t = {}, {kind}", number(t))
            }
            StopReason::Violation(v) => format!("stopped, {v}"),
            _ => self.failed(case),
        }
    }

    /// The names of the sets of starts, each once, in the order in which they first appear.
    pub fn groups(&self) -> Vec<&str> {
        let mut seen = HashSet::new();
        let names = self.cases.iter().map(|c| c.group.as_str());
        names.filter(|name| seen.insert(*name)).collect()
    }

    /// How many of each group of starts recalled their memory: `noisy: 98 of 100 recalled`.
    pub fn recall_counts(&self, results: &Results) -> Vec<String> {
        let count = |group: &str| {
            let members = results.pairs(self);
            let judged: Vec<bool> = members
                .filter(|(c, _)| c.group == group)
                .filter_map(|(_, r)| r.correct)
                .collect();
            let good = judged.iter().filter(|c| **c).count();
            (!judged.is_empty()).then(|| format!("{group}: {good} of {} recalled", judged.len()))
        };
        self.groups().into_iter().filter_map(count).collect()
    }

    fn about_many(&self, results: &Results) -> String {
        let all = results.cases.len();
        let mut parts = Vec::new();
        parts.extend(self.recall_counts(results));
        let at_rest = results
            .cases
            .iter()
            .filter(|c| c.outcome.stop == StopReason::Rest);
        let at_rest = at_rest.count();
        let points = results.rest_points.points();
        let stable = points
            .iter()
            .filter(|p| p.stability == Stability::Stable)
            .count();
        if at_rest > 0 {
            parts.push(format!(
                "{at_rest} of {all} at rest at {}, {stable} of them stable",
                plural(points.len(), "distinct point")
            ));
        }
        let reached = |c: &&CaseResult| c.outcome.stop == StopReason::TimeReached;
        let reached = results.cases.iter().filter(reached).count();
        if reached > 0 {
            let t = number(self.settings.t_end);
            parts.push(format!("{reached} of {all} reached t = {t}"));
        }
        let failures = results.failures();
        if failures > 0 {
            let first = results
                .cases
                .iter()
                .position(|c| !c.outcome.stop.is_success());
            let why = first.map_or(String::new(), |k| self.end_of(&results.cases[k], results));
            parts.push(format!("{failures} of {all} failed, the first: {why}"));
        }
        let known = |l: &LyapunovReport| {
            l.violation.is_some() || l.energy.is_some_and(|[_, end]| end.is_finite())
        };
        let watched = results.cases.iter().filter_map(|c| c.lyapunov.as_ref());
        let watched = watched.filter(|l| known(l)).count();
        parts.extend(descent(results.violations(), watched, all));
        parts.join("; ")
    }
}

/// What the monitor found on those of `all` trajectories whose energy was watched and is known where they ended.
pub fn descent(rose: usize, watched: usize, all: usize) -> Option<String> {
    match (rose, watched) {
        (_, 0) => None,
        (0, _) if watched == all => Some(format!("the energy fell on all {watched}")),
        (0, _) => Some(format!(
            "the energy fell on the {watched} where it is known"
        )),
        _ => Some(format!("the energy broke its law on {rose} of {watched}")),
    }
}
