//! The closing sentence of a run.

use std::collections::HashSet;

use super::{CaseResult, Experiment, Results};
use crate::analysis::Stability;
use crate::monitor::LyapunovReport;
use crate::network::{Boundedness, Drive, Workspace};
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
            let within = self
                .recall
                .as_ref()
                .is_some_and(|q| q.criterion.holds(r.distance, r.overlap));
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
        let max_steps = self.settings.max_steps;
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
            StopReason::NotAtRest => {
                format!(
                    "not at rest by t = {}: {}",
                    number(t),
                    self.why_not_at_rest(case)
                )
            }
            StopReason::Violation(v) => format!("stopped, {v}"),
            StopReason::NonFinite { neuron } => {
                let (layer, k) = self.network.locate(*neuron);
                format!(
                    "stopped at t = {t:.6}: neuron {k} of layer `{layer}` or its energy is not finite after the next step; the state runs away, or a step is too long"
                )
            }
            StopReason::StepLimit => format!(
                "stopped at t = {t:.6} after max_steps = {max_steps} steps: raise max_steps, or {}",
                self.longer_steps(case)
            ),
            StopReason::StepTooSmall => format!(
                "stopped at t = {t:.6}: the tolerance would need steps below rounding: the state runs away in finite time, or the tolerance is too tight"
            ),
            StopReason::OutputFull => format!(
                "stopped at t = {t:.6}: the states to be kept filled --max-output; keep fewer (save)"
            ),
            StopReason::Interrupted => format!("interrupted at t = {t:.6}"),
        }
    }

    /// What makes the steps longer.
    fn longer_steps(&self, case: &CaseResult) -> String {
        let s = &self.settings;
        if let (Some(step), false) = (s.step, s.method.is_adaptive()) {
            return format!("take a longer step than {step}");
        }
        let accepted = case.outcome.statistics.accepted.max(1) as f64;
        let mean = (case.outcome.t - s.t_start) / accepted;
        let fastest = self.network.rates().iter().copied().fold(0.0, f64::max);
        if mean > 0.5 * s.max_step {
            format!("raise max_step = {}, which holds the steps", s.max_step)
        } else if s.method.tableau().is_some() && mean * fastest > 0.25 * s.method.stability {
            format!(
                "take the method auto or exponential: the smallest time constant, {}, holds the steps of {}",
                number(1.0 / fastest),
                s.method.name
            )
        } else if s.method.is_foreign() || s.method.name == "auto" {
            "loosen the tolerance".into()
        } else {
            "loosen the tolerance, or take the method auto, which goes on with another where a network is stiff"
                .into()
        }
    }

    /// Why a trajectory has not come to rest, and what can be done.
    fn why_not_at_rest(&self, case: &CaseResult) -> String {
        let network = &self.network;
        let certificate = network.certificate();
        if !certificate.holds() {
            return "a network whose energy need not fall may never rest; t_end integrates to a time"
                .into();
        }
        if let Boundedness::Unbounded(_) = certificate.boundedness {
            return "its energy is not bounded below, the state runs away; t_end integrates to a time"
                .into();
        }
        let x = &case.outcome.x;
        let mut held = network.held().to_vec();
        held.extend(&self.cases[case.case].start.held);
        let drive = Drive {
            input: &case.outcome.input,
            held: &held,
        };
        let mut velocity = vec![0.0; network.size()];
        network.velocity(
            x,
            drive,
            false,
            &mut Workspace::new(network, 1),
            &mut velocity,
        );
        let [atol, rtol] = self.rest;
        let residual = |i: usize| {
            let pull = (velocity[i] / network.rates()[i]).abs();
            pull / (atol + rtol * x[i].abs())
        };
        let Some(i) = (0..network.size()).max_by(|a, b| residual(*a).total_cmp(&residual(*b)))
        else {
            return "raise t_max".into();
        };
        let (layer, k) = network.locate(i);
        let (state, speed) = (number(x[i]), number(velocity[i]));
        let who = format!("neuron {k} of layer `{layer}`");
        let outward = x[i] * velocity[i] > 0.0;
        if network.leaks()[i] == 0.0 {
            format!(
                "{who} has no leak and still moves by {speed} a unit of time; unless its currents vanish it never rests, and t_end integrates to a time"
            )
        } else if outward && x[i].abs() > AWAY {
            format!(
                "{who} is at {state} and moves away by {speed} a unit of time: the state runs away"
            )
        } else {
            format!(
                "{who} moves {:.1e} times as fast as rest allows; raise t_max, or loosen rest_rtol",
                residual(i)
            )
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
            let remark = self
                .recall
                .as_ref()
                .map_or(String::new(), super::Recall::remark);
            (!judged.is_empty())
                .then(|| format!("{group}: {good} of {} recalled{remark}", judged.len()))
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
                "{at_rest} of {all} at rest at {} distinct point{}, {stable} of them stable",
                points.len(),
                if points.len() == 1 { "" } else { "s" }
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

/// A state beyond this that still moves outward is said to run away.
const AWAY: f64 = 1e6;

/// Four decimals where they tell something, a power of ten elsewhere.
fn number(v: f64) -> String {
    let size = v.abs();
    if v == 0.0 || (1e-3..1e7).contains(&size) {
        let text = format!("{v:.4}");
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    } else {
        format!("{v:.4e}")
    }
}
