//! Does any unit want to leave a state?

use super::flipping::Rule;
use super::moves::Moves;
use super::units::{Unit, Wiring};
use super::walk::{Walk, exchange, other_of};
use crate::dynamics::settings::Settings;
use crate::network::Network;
use crate::synapse::Flip;

/// How units stand in a state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Still {
    /// Every flip costs energy (under the rule `field`: goes against a field).
    Firm,
    /// No unit wants to flip, and some may as well.
    Free,
    /// Some unit wants to flip.
    Wants,
}

/// How the units of a network stand in a state under this input, these neurons being clamped.
pub fn still(on: (&Network, &Settings), x: &[f64], input: &[f64], clamped: &[usize]) -> Still {
    Moves::new(on, input, clamped).still(x)
}

impl Moves<'_> {
    /// How the units stand in the state `x`.
    pub fn still(&mut self, x: &[f64]) -> Still {
        self.read(x);
        let on = (self.network, &self.wiring);
        let mut is_free = false;
        for unit in &self.units {
            if self.walk.wish(on, unit, self.rule).flips {
                return Still::Wants;
            }
            is_free |= least_cost(on, &mut self.walk, unit, self.rule) <= 0.0;
        }
        match is_free {
            true => Still::Free,
            false => Still::Firm,
        }
    }
}

/// The least that another state of a unit costs: energy, or field.
fn least_cost(on: (&Network, &Wiring), walk: &mut Walk, unit: &Unit, rule: Rule) -> f64 {
    match unit {
        Unit::Neuron { neuron, values, .. } => {
            let (neuron, g) = (*neuron, walk.g[*neuron]);
            let by = other_of(*values, g) - g;
            match rule {
                Rule::Difference => walk.difference(on, &[Flip { neuron, by }]),
                Rule::Field => -walk.field(on, neuron) * by,
            }
        }
        Unit::Group { neurons, .. } => {
            let now = walk.one_of(neurons.clone());
            let others = neurons.clone().filter(|k| *k != now);
            let costs = others.map(|k| match rule {
                Rule::Difference => walk.difference(on, &exchange(now, k)),
                Rule::Field => walk.field(on, now) - walk.field(on, k),
            });
            costs.fold(f64::INFINITY, f64::min)
        }
    }
}
