//! The closing sentence of a run.

use std::collections::HashSet;

use super::{CaseResult, Recall, Results, Study, courses};
use crate::analysis::{Along, Stability};
use crate::number::{number, rough};
use crate::trajectory::StopReason;

impl Study {
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
            let near = |q: &Recall| q.criterion.holds(r.distance, r.overlap);
            let within = self.recall.as_ref().is_some_and(near);
            let target = self.cases[case.case].target;
            let mut numbers = format!("overlap {:.3}", r.overlap);
            // Where the angle alone is asked about, patterns may have any scale, and a distance from them says nothing.
            if self
                .recall
                .as_ref()
                .is_some_and(|q| q.criterion.within.is_some())
            {
                numbers += &format!(", distance {:.3}", r.distance);
            }
            let nearest = r.memory;
            // A cue asks for one memory: to end at another is to have failed, even where both are within the distance.
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
        parts.extend(case.lyapunov.as_ref().and_then(courses::of_one));
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
            StopReason::Rest => self.at_rest(case, results),
            StopReason::Violation(v) => format!("stopped, {v}"),
            _ => self.failed(case),
        }
    }

    /// An end at rest: whether there is a fixed point, how far it still is, and of which kind.
    fn at_rest(&self, case: &CaseResult, results: &Results) -> String {
        let t = number(case.outcome.t);
        let clamped = &self.cases[case.case].start.clamped;
        let is_clamped = |i: usize| clamped.contains(&i) || self.network.clamped().contains(&i);
        if (0..self.network.size()).all(is_clamped) {
            return format!("at rest at t = {t}, every neuron being clamped");
        }
        let Some(point) = case.rest.and_then(|k| results.fixed_points.points().get(k)) else {
            return format!("at rest at t = {t}, not examined");
        };
        let kind = match point.stability {
            Stability::Stable if point.drifts => {
                "stable (an attractor of the activations; neurons without leak go on moving)"
            }
            Stability::Stable => "stable (an attractor)",
            Stability::Degenerate => {
                "attracting, degenerate (an attractor, approached more slowly than by any exponential)"
            }
            Stability::Marginal if self.settings.method.flips => {
                "marginal (a unit may flip at no cost in energy)"
            }
            Stability::Marginal => match point.along {
                Some(Along::Flat) => {
                    "marginal (no attractor: one of a line of fixed points, along which a perturbation neither grows nor decays)"
                }
                Some(Along::OneSided) => {
                    "marginal (no attractor: along one direction it attracts from one side only, as at a fold)"
                }
                Some(Along::Outward) => {
                    "marginal (no attractor: an eigenvalue is 0, and along its direction the state leaves)"
                }
                Some(Along::Inward) | None => {
                    "marginal (an eigenvalue is 0 as far as can be told, which leaves open whether it attracts)"
                }
            },
            Stability::Unstable => "unstable (no attractor: a saddle or repeller)",
            Stability::Slow => {
                return format!(
                    "slow at t = {t}, but no fixed point here; a smaller rest_atol and rest_rtol go on"
                );
            }
            Stability::Unknown => {
                "not known to be stable (the correction to its fixed point could not be solved for)"
            }
        };
        let [atol, rtol] = self.rest;
        let ends = point.x.iter().zip(&case.outcome.x);
        let (away, allowed) = ends.fold((0.0f64, 0.0f64), |(away, allowed), (p, x)| {
            (away.max((p - x).abs()), allowed.max(atol + rtol * x.abs()))
        });
        if away > FAR * allowed && !point.drifts {
            format!(
                "nearly at rest at t = {t}, not yet at its fixed point, about {} away, which is {kind}; a smaller rest_atol and rest_rtol go on",
                rough(away)
            )
        } else {
            format!("at rest at t = {t}, {kind}")
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
            let remark = self.recall.as_ref().map(Recall::remark);
            let remark = remark.unwrap_or_default();
            (!judged.is_empty())
                .then(|| format!("{group}: {good} of {} recalled{remark}", judged.len()))
        };
        self.groups().into_iter().filter_map(count).collect()
    }

    fn about_many(&self, results: &Results) -> String {
        let mut parts = self.recall_counts(results);
        parts.extend(results.tally(self).ends());
        let failed = |c: &&CaseResult| !c.outcome.stop.is_success();
        let first = results.cases.iter().find(failed);
        parts.extend(first.map(|c| {
            format!(
                "the first that did not end as it was to: {}",
                self.end_of(c, results)
            )
        }));
        parts.join("; ")
    }
}

/// An end this many times farther away than rest allows is not there yet: its slowest mode takes as many time constants.
const FAR: f64 = 100.0;
