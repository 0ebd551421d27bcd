//! Why a trajectory did not end as it was meant to, and what to try.

use super::tips::Tips;
use super::{CaseResult, Study};
use crate::dynamics::Method;
use crate::network::{At, Boundedness, Drive, Network, Workspace};
use crate::number::{number, plural, rough};
use crate::trajectory::StopReason;

/// A state beyond this that still moves outward is said to run away.
const AWAY: f64 = 1e6;
/// Currents so many times the state are not those of a network whose state runs away, but of numbers that are too large.
const HUGE: f64 = 1e30;
/// A group of neurons that is so near to the tip of its norm is said to be at it.
const NEAR: f64 = 1e-4;
/// What to try where numbers overflow.
const SCALE: &str = "scale the weights and the input down";
/// Methods whose steps neither small time constants nor steep activations hold.
const STIFF: [&str; 2] = ["rodas5p", "exponential"];

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
            other => format!("ended at t = {t}, {}", other.word()),
        }
    }

    /// The network where a trajectory ended.
    fn end<'a>(&'a self, case: &'a CaseResult) -> End<'a> {
        let (network, outcome) = (&self.network, &case.outcome);
        let mut clamped = network.clamped().to_vec();
        clamped.extend(&self.cases[case.case].start.clamped);
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
                "{} is not finite after the next step; a step of {} is too long for {}: take a shorter one, or the method auto, which chooses its own",
                end.who(neuron),
                number(step),
                settings.method.name
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
        let bounded = matches!(
            self.network.certificate().boundedness,
            Boundedness::Bounded(_)
        );
        if !bounded && end.is_outward(i) {
            return format!("{}: the state runs away in finite time", end.about(i));
        }
        format!(
            "{}, and its velocity changes too abruptly, or the tolerance is too tight; loosen rtol and atol",
            end.about(i)
        )
    }

    /// What helps where the steps are so many.
    fn longer_steps(&self, case: &CaseResult) -> String {
        let s = &self.settings;
        if let (Some(step), false) = (s.step, s.method.is_adaptive()) {
            return format!(
                "raise max_steps, or take a longer step than {}",
                number(step)
            );
        }
        let accepted = case.outcome.statistics.accepted.max(1) as f64;
        let mean = (case.outcome.t - s.t_start) / accepted;
        if mean > 0.5 * s.max_step {
            return format!(
                "raise max_steps, or raise max_step = {}, which holds the steps",
                number(s.max_step)
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
        let mut others: Vec<&str> = STIFF.to_vec();
        if s.method.tableau.is_some() {
            others.insert(0, "auto");
        }
        others.retain(|name| {
            let there = Method::named(name).is_some_and(|m| m.check_size(&self.network).is_ok());
            there && *name != last && *name != s.method.name
        });
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

    /// Why a trajectory has not come to rest, and what can be done.
    fn why_not_at_rest(&self, case: &CaseResult) -> String {
        let network = &self.network;
        let certificate = network.certificate();
        if !certificate.holds() {
            return "a network whose energy need not fall may never rest; t_end integrates to a time"
                .into();
        }
        if self.is_unbounded() {
            return "its energy is not bounded below, the state runs away; t_end integrates to a time"
                .into();
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

/// What a number is that is not finite.
fn infinite(v: f64) -> &'static str {
    if v.is_nan() {
        "infinity less infinity"
    } else {
        "infinite"
    }
}

/// A network at a state.
struct End<'a> {
    network: &'a Network,
    x: &'a [f64],
    input: &'a [f64],
    clamped: Vec<usize>,
    velocity: Vec<f64>,
    ws: Workspace,
}

impl<'a> End<'a> {
    fn new(network: &'a Network, x: &'a [f64], input: &'a [f64], clamped: Vec<usize>) -> Self {
        let mut end = End {
            network,
            x,
            input,
            clamped,
            velocity: Vec::new(),
            ws: Workspace::new(network, 1),
        };
        end.velocity = end.velocity_at(x);
        end
    }

    fn velocity_at(&mut self, x: &[f64]) -> Vec<f64> {
        self.at(x).velocity().to_vec()
    }

    fn at<'s>(&'s mut self, x: &'s [f64]) -> At<'s> {
        let drive = Drive {
            input: self.input,
            clamped: &self.clamped,
        };
        self.network.at(x, drive, &mut self.ws)
    }

    /// τ|ẋ| of a neuron.
    fn pull(&self, i: usize) -> f64 {
        (self.velocity[i] / self.network.rates()[i]).abs()
    }

    /// `neuron 2 of layer `hidden``
    fn who(&self, i: usize) -> String {
        let (layer, k) = self.network.locate(i);
        format!("neuron {k} of layer `{layer}`")
    }

    /// `neuron 2 of layer `hidden` is at 3 and moves away by 5 a unit of time`
    fn about(&self, i: usize) -> String {
        let how = if self.is_outward(i) {
            "moves away"
        } else {
            "moves"
        };
        let (x, speed) = (number(self.x[i]), number(self.velocity[i]));
        format!(
            "{} is at {x} and {how} by {speed} a unit of time",
            self.who(i)
        )
    }

    fn is_outward(&self, i: usize) -> bool {
        self.x[i] * self.velocity[i] > 0.0
    }

    fn moves_away(&self, i: usize) -> bool {
        self.is_outward(i) && self.x[i].abs() > AWAY
    }

    /// The neuron whose velocity is the largest.
    fn fastest(&self) -> usize {
        let all = 0..self.velocity.len();
        let speed = |i: &usize| self.velocity[*i].abs();
        all.max_by(|a, b| speed(a).total_cmp(&speed(b)))
            .unwrap_or(0)
    }

    /// What is not finite here, if anything is.
    fn infinite(&mut self) -> Option<String> {
        if let Some(i) = self.velocity.iter().position(|v| !v.is_finite()) {
            let what = infinite(self.velocity[i]);
            return Some(format!("the velocity of {} is {what}", self.who(i)));
        }
        if !self.network.has_energy() {
            return None;
        }
        let energy = self.at(self.x).energy().total[0];
        (!energy.is_finite()).then(|| format!("the energy is {}", infinite(energy)))
    }

    /// The largest current and its neuron, if it is so much larger than the state.
    fn large_current(&self) -> Option<(usize, f64)> {
        let all = 0..self.x.len();
        let i = all.max_by(|a, b| self.pull(*a).total_cmp(&self.pull(*b)))?;
        let size = self.x.iter().fold(1.0_f64, |m, x| m.max(x.abs()));
        (self.pull(i) > HUGE * size).then_some((i, self.pull(i)))
    }

    /// Is its square too large for a number? The energy falls by such squares, and a step is measured by them in units
    /// of the tolerance.
    fn large_squares(&self, atol: f64, rtol: f64) -> Option<String> {
        let (i, current) = self.large_current()?;
        let scaled = current / (atol + rtol * self.x[i].abs());
        let which = if (current * current).is_infinite() {
            ""
        } else if (scaled * scaled).is_infinite() {
            " in units of the tolerance"
        } else {
            return None;
        };
        Some(format!(
            "numbers overflow: the currents of {} are about {}, and their squares{which} are beyond the largest number, 1.8e308; {SCALE}",
            self.who(i),
            rough(current)
        ))
    }

    /// What is said of a state at the tip of a norm.
    fn jumps(&self) -> Option<String> {
        let tips = Tips {
            network: self.network,
            near: NEAR,
        };
        let tip = *tips.layers(self.x, &self.velocity).first()?;
        let layer = &self.network.layers()[tip];
        Some(format!(
            "the activation of layer `{}`, {}, jumps at this state, the tip of its norm, and no step is short enough for that; eps above 0 makes it smooth, or another start misses it",
            layer.name, layer.lagrangian
        ))
    }

    /// About the largest eigenvalue of the Jacobian, by some steps of the power method; 1/τ at least.
    fn fastest_rate(&mut self) -> f64 {
        let least = self.network.rates().iter().copied().fold(0.0, f64::max);
        let norm = |v: &[f64]| v.iter().map(|v| v * v).sum::<f64>().sqrt();
        let delta = 1e-7 * (1.0 + norm(self.x));
        let mut direction: Vec<f64> = (0..self.x.len())
            // Not in the way of any symmetry.
            .map(|i| 1.0 + 0.5 * (i as f64 * 0.7).sin())
            .collect();
        let mut rate = 0.0;
        for _ in 0..12 {
            let size = norm(&direction);
            if !size.is_finite() || size == 0.0 {
                break;
            }
            let there: Vec<f64> = self
                .x
                .iter()
                .zip(&direction)
                .map(|(x, d)| x + delta * d / size)
                .collect();
            let then = self.velocity_at(&there);
            direction = then
                .iter()
                .zip(&self.velocity)
                .map(|(a, b)| (a - b) / delta)
                .collect();
            rate = norm(&direction);
        }
        if rate.is_finite() {
            least.max(rate)
        } else {
            least
        }
    }
}
