//! The closing sentence of a run.

use std::collections::HashSet;

use super::{CaseResult, Experiment, Results, courses};
use crate::analysis::{Along, Stability};
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
        parts.extend(
            case.lyapunov
                .as_ref()
                .and_then(|l| courses::of_one(l, number)),
        );
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
            StopReason::Rest => self.at_rest(case, results),
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

    /// An end at rest: whether there is a fixed point, how far it still is, and of which kind.
    fn at_rest(&self, case: &CaseResult, results: &Results) -> String {
        let t = number(case.outcome.t);
        let Some(point) = case.rest.and_then(|k| results.rest_points.points().get(k)) else {
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
                short(away)
            )
        } else {
            format!("at rest at t = {t}, {kind}")
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
        let slow = points.iter().filter(|p| p.stability == Stability::Slow);
        let slow: usize = slow.clone().map(|p| p.members).sum();
        let fixed = points.iter().filter(|p| p.stability != Stability::Slow);
        let stable = fixed.clone().filter(|p| p.stability.attracts()).count();
        if at_rest > slow {
            parts.push(format!(
                "{} of {all} at rest at {} distinct points, {stable} of them stable",
                at_rest - slow,
                fixed.count()
            ));
        }
        if slow > 0 {
            parts.push(format!("{slow} of {all} slow where no fixed point is"));
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
        parts.extend(results.courses().sentence(all as u64));
        parts.join("; ")
    }
}

/// An end that is farther from its fixed point than this many times what the test of rest allows is not there yet: its slowest
/// mode takes more than so many time constants.
const FAR: f64 = 100.0;

/// A state beyond this that still moves outward is said to run away.
const AWAY: f64 = 1e6;

/// Two digits.
fn short(v: f64) -> String {
    if (1e-3..1e4).contains(&v) {
        let decimals = (1.0 - v.log10().floor()).max(0.0) as usize;
        format!("{v:.decimals$}")
    } else {
        format!("{v:.1e}")
    }
}

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
