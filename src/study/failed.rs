//! Why a trajectory did not end as it was meant to, and what to try.

use super::end::{End, SCALE};
use super::{CaseResult, Study};
use crate::dynamics::{METHODS, Method};
use crate::network::Boundedness;
use crate::number::{number, plural, rough};
use crate::trajectory::StopReason;

impl Study {
    /// `stopped at t = 3: …`
    pub(super) fn failed(&self, case: &CaseResult) -> String {
        let t = number(case.outcome.t);
        match &case.outcome.stop {
            StopReason::Interrupted => format!("interrupted at t = {t}"),
            StopReason::NotAtRest => {
                format!("not at rest by t = {t}: {}", self.why_not_at_rest(case))
            }
            StopReason::NonFinite { neuron } => {
                format!("stopped at t = {t}: {}", self.why_not_finite(case, *neuron))
            }
            StopReason::StepTooSmall => format!(
                "stopped at t = {t}, where the tolerance would need steps below rounding: {}",
                self.why_too_small(case)
            ),
            StopReason::StepLimit => format!(
                "stopped at t = {t} after max_steps = {}: {}",
                plural(self.settings.max_steps as usize, "step"),
                self.longer_steps(case)
            ),
            StopReason::OutputFull => format!(
                "stopped at t = {t}: the states to be kept filled --max-output; keep fewer (save)"
            ),
            StopReason::Cycle => format!(
                "from t = {t} on it goes to and fro between two states; method = \"asynchronous\", one unit at a time, comes to rest"
            ),
            other => format!("ended at t = {t}, {}", other.word()),
        }
    }

    fn end<'a>(&'a self, case: &'a CaseResult) -> End<'a> {
        let (network, outcome) = (&self.network, &case.outcome);
        let clamped = [network.clamped(), &self.cases[case.case].start.clamped].concat();
        End::new(network, &outcome.x, &outcome.input, clamped)
    }

    fn is_unbounded(&self) -> bool {
        matches!(
            self.network.certificate().boundedness,
            Boundedness::Unbounded(_)
        )
    }

    fn why_not_finite(&self, case: &CaseResult, neuron: usize) -> String {
        let (outcome, settings) = (&case.outcome, &self.settings);
        let mut end = self.end(case);
        if let Some(what) = end.infinite() {
            let begun = outcome.statistics.accepted > 0;
            let place = if begun { "there" } else { "at the start" };
            return format!(
                "{what} {place}: numbers overflow, the largest is 1.8e308; {SCALE}, or begin nearer to 0"
            );
        }
        if let Some((i, current)) = end.large_current() {
            return format!(
                "numbers overflow: the currents of {} are about {}, and the next step takes them beyond the largest number, 1.8e308; {SCALE}",
                end.who(i),
                rough(current)
            );
        }
        if self.is_unbounded() || end.moves_away(neuron) {
            return format!("{}: the state runs away", end.about(neuron));
        }
        match settings.step.filter(|_| !settings.method.is_adaptive()) {
            Some(step) => format!(
                "{} is not finite after the next step; a step of {} is too long for {}: take a shorter one, or the method {}, which chooses its own",
                end.who(neuron),
                number(step),
                settings.method.name,
                METHODS[0].name
            ),
            None => format!(
                "{} or its energy is not finite after the next step: numbers overflow there; {SCALE}, or begin nearer to 0",
                end.about(neuron)
            ),
        }
    }

    fn why_too_small(&self, case: &CaseResult) -> String {
        let end = self.end(case);
        let overflow = end.large_squares(self.settings.atol, self.settings.rtol);
        if let Some(why) = overflow.or_else(|| end.jumps()) {
            return why;
        }
        let i = end.fastest();
        let (fastest, bound) = (end.about(i), self.network.certificate().boundedness);
        match bound {
            Boundedness::NotKnown(_) | Boundedness::Unbounded(_) if end.is_outward(i) => {
                format!("{fastest}: the state runs away in finite time")
            }
            _ => format!(
                "{fastest}, and its velocity changes too abruptly, or the tolerance is too tight; loosen rtol and atol"
            ),
        }
    }

    /// What helps where the steps are so many.
    fn longer_steps(&self, case: &CaseResult) -> String {
        let s = &self.settings;
        if let (Some(step), false) = (s.step, s.method.is_adaptive()) {
            let step = number(step);
            return format!("raise max_steps, or take a longer step than {step}");
        }
        let accepted = case.outcome.statistics.accepted.max(1) as f64;
        let mean = (case.outcome.t - s.t_start) / accepted;
        if mean > 0.5 * s.max_step {
            let longest = number(s.max_step);
            return format!(
                "raise max_steps, or raise max_step = {longest}, which holds the steps"
            );
        }
        let mut end = self.end(case);
        if let Some(why) = end.jumps() {
            return why;
        }
        let last = case.outcome.choices.last();
        let last = last.map_or(s.method.name, |c| c.method);
        let now = Method::named(last).unwrap_or(s.method).first();
        let rate = end.fastest_rate();
        let loosen = "raise max_steps, or loosen the tolerance".to_owned();
        // Below this the steps are as short as accuracy wants them. What solves with the Jacobian is held by accuracy alone.
        if mean * rate < 0.25 * now.stability.min(4.0) || now.matrices > 0 {
            return loosen;
        }
        // What changes its method, for one that cannot; then what that changes to where stability holds the steps of its first.
        let changing = METHODS.iter().filter(|m| !m.choices.is_empty());
        let stiff = changing
            .clone()
            .flat_map(|m| m.choices.iter().skip(1).rev());
        let all = changing.filter(|_| s.method.choices.is_empty());
        let all = all.chain(stiff);
        let others = all
            .filter(|m| m.fits(&self.network, &self.settings).is_ok())
            .map(|m| m.name);
        let mut others: Vec<&str> = others
            .filter(|n| ![last, s.method.name].contains(n))
            .collect();
        let Some(final_one) = others.pop() else {
            return loosen;
        };
        let names = match &others[..] {
            [] => final_one.to_owned(),
            _ => format!("{} or {final_one}", others.join(", ")),
        };
        format!(
            "raise max_steps, or take the method {names}: the network is stiff, rates up to {} a unit of time hold the steps of {last}",
            rough(rate)
        )
    }

    fn why_not_at_rest(&self, case: &CaseResult) -> String {
        let network = &self.network;
        if !self.certificate().holds() {
            return "a network whose energy need not fall may never rest; t_end integrates to a time"
                .into();
        }
        if self.is_unbounded() {
            return "its energy is not bounded below, the state runs away; t_end integrates to a time"
                .into();
        }
        if self.settings.method.flips {
            return "some unit still wants to flip; raise t_max".into();
        }
        let end = self.end(case);
        let [atol, rtol] = self.rest;
        let residual = |i: usize| end.pull(i) / (atol + rtol * end.x[i].abs());
        let all = 0..network.size();
        let Some(i) = all.max_by(|a, b| residual(*a).total_cmp(&residual(*b))) else {
            return "raise t_max".into();
        };
        let residual = residual(i);
        let settles = self.stimulus.settles();
        if settles >= case.outcome.t {
            return match settles.is_finite() {
                true => format!(
                    "the input changes until t = {}, and nothing rests before; raise t_max",
                    number(settles)
                ),
                false => "the input never stops changing; t_end integrates to a time".into(),
            };
        }
        if residual < 1.0 {
            "it has come to rest, but not for as long as its longest time constant; raise t_max"
                .into()
        } else if network.leaks()[i] == 0.0 {
            format!(
                "{} has no leak and still moves by {} a unit of time; unless its currents vanish it never rests, and t_end integrates to a time",
                end.who(i),
                number(end.velocity[i])
            )
        } else if end.moves_away(i) {
            format!("{}: the state runs away", end.about(i))
        } else {
            format!(
                "{} moves {} times as fast as rest allows; raise t_max, or loosen rest_rtol",
                end.who(i),
                rough(residual)
            )
        }
    }
}
