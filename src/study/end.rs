//! A network where a trajectory ended, and what can be said of it there.

use super::tips::Tips;
use crate::network::{At, Drive, Network, Workspace};
use crate::number::{number, rough};

/// A state beyond this that still moves outward is said to run away.
const AWAY: f64 = 1e6;
/// Currents so many times the state are not those of a network whose state runs away, but of numbers that are too large.
const HUGE: f64 = 1e30;
/// A group of neurons that is so near to the tip of its norm is said to be at it.
const NEAR: f64 = 1e-4;
/// Steps of the power method that find the fastest rate.
const POWERS: u64 = 12;
/// What to try where numbers overflow.
pub(super) const SCALE: &str = "scale the weights and the input down";

/// What a number is that is not finite.
fn infinite(v: f64) -> &'static str {
    if v.is_nan() {
        "infinity less infinity"
    } else {
        "infinite"
    }
}

/// A network at a state.
pub(super) struct End<'a> {
    network: &'a Network,
    pub x: &'a [f64],
    input: &'a [f64],
    clamped: Vec<usize>,
    pub velocity: Vec<f64>,
    ws: Workspace,
}

impl<'a> End<'a> {
    pub fn new(network: &'a Network, x: &'a [f64], input: &'a [f64], clamped: Vec<usize>) -> Self {
        let mut end = End {
            network,
            x,
            input,
            clamped,
            velocity: Vec::new(),
            ws: Workspace::new(network, 1),
        };
        end.velocity = end.at().velocity().to_vec();
        end
    }

    fn at(&mut self) -> At<'_> {
        let drive = Drive {
            input: self.input,
            clamped: &self.clamped,
        };
        self.network.at(self.x, drive, &mut self.ws)
    }

    /// τ|ẋ| of a neuron.
    pub fn pull(&self, i: usize) -> f64 {
        (self.velocity[i] / self.network.rates()[i]).abs()
    }

    /// `neuron 2 of layer `hidden``
    pub fn who(&self, i: usize) -> String {
        let (layer, k) = self.network.locate(i);
        format!("neuron {k} of layer `{layer}`")
    }

    /// `neuron 2 of layer `hidden` is at 3 and moves away by 5 a unit of time`
    pub fn about(&self, i: usize) -> String {
        let how = match self.is_outward(i) {
            true => "moves away",
            false => "moves",
        };
        let (who, x, speed) = (self.who(i), number(self.x[i]), number(self.velocity[i]));
        format!("{who} is at {x} and {how} by {speed} a unit of time")
    }

    pub fn is_outward(&self, i: usize) -> bool {
        self.x[i] * self.velocity[i] > 0.0
    }

    pub fn moves_away(&self, i: usize) -> bool {
        self.is_outward(i) && self.x[i].abs() > AWAY
    }

    /// The neuron whose velocity is the largest.
    pub fn fastest(&self) -> usize {
        let all = 0..self.velocity.len();
        let speed = |i: &usize| self.velocity[*i].abs();
        all.max_by(|a, b| speed(a).total_cmp(&speed(b)))
            .unwrap_or(0)
    }

    /// What is not finite here, if anything is.
    pub fn infinite(&mut self) -> Option<String> {
        if let Some(i) = self.velocity.iter().position(|v| !v.is_finite()) {
            let what = infinite(self.velocity[i]);
            return Some(format!("the velocity of {} is {what}", self.who(i)));
        }
        if !self.network.has_energy() {
            return None;
        }
        let energy = self.at().energy().total[0];
        (!energy.is_finite()).then(|| format!("the energy is {}", infinite(energy)))
    }

    /// The largest current and its neuron, if it is so much larger than the state.
    pub fn large_current(&self) -> Option<(usize, f64)> {
        let all = 0..self.x.len();
        let i = all.max_by(|a, b| self.pull(*a).total_cmp(&self.pull(*b)))?;
        let size = self.x.iter().fold(1.0_f64, |m, x| m.max(x.abs()));
        (self.pull(i) > HUGE * size).then_some((i, self.pull(i)))
    }

    /// Is its square too large for a number? The energy falls by such squares, and a step is measured by them in units
    /// of the tolerance.
    pub fn large_squares(&self, atol: f64, rtol: f64) -> Option<String> {
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
    pub fn jumps(&self) -> Option<String> {
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

    /// About the fastest rate here; 1/τ at least.
    pub fn fastest_rate(&mut self) -> f64 {
        let least = self.network.rates().iter().copied().fold(0.0, f64::max);
        let [mut direction, mut next] = [0, 1].map(|_| vec![0.0; self.x.len()]);
        let mut here = self.at().hessian();
        let rate = here.fastest_rate(POWERS, &mut direction, &mut next);
        if rate.is_finite() {
            least.max(rate)
        } else {
            least
        }
    }
}
