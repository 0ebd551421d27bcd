//! What the units of a network want in a state, whether or not a trajectory comes there.

use std::ops::Range;

use super::asynchronous::add;
use super::flipping::{Order, Rule};
use super::past::Past;
use super::units::{Unit, Wiring, free_units, unit_of};
use super::walk::Walk;
use crate::dynamics::settings::Settings;
use crate::network::Network;

/// The free units of a network, to be asked in any state.
#[derive(Debug)]
pub struct Moves<'a> {
    pub(super) network: &'a Network,
    pub(super) wiring: Wiring,
    pub(super) walk: Walk,
    input: Vec<f64>,
    pub(super) units: Vec<Unit>,
    pub(super) rule: Rule,
    /// Places of the units that are updated at once.
    together: Vec<Range<usize>>,
}

impl<'a> Moves<'a> {
    /// Under these settings and this input, `clamped` being clamped besides the neurons that the layers clamp.
    pub fn new(
        (network, settings): (&'a Network, &Settings),
        input: &[f64],
        clamped: &[usize],
    ) -> Self {
        let mut is_clamped = vec![false; network.size()];
        let all = network.clamped().iter().chain(clamped);
        all.for_each(|i| is_clamped[*i] = true);
        let units = free_units(network, &is_clamped, settings.flipping.ties);
        Moves {
            input: input.to_vec(),
            walk: Walk::new(network),
            wiring: Wiring::new(network),
            together: together(network, settings, &units),
            rule: settings.flipping.rule,
            network,
            units,
        }
    }

    /// The neurons of every free unit, in order, and the values that they take together: `[[-1], [1]]` of a spin, one list for
    /// each neuron of a group.
    pub fn units(&self) -> Vec<(Range<usize>, Vec<Vec<f64>>)> {
        let one = |unit: &Unit| match unit {
            Unit::Neuron { neuron, values, .. } => {
                (*neuron..neuron + 1, values.map(|v| vec![v]).to_vec())
            }
            Unit::Group { neurons, .. } => {
                let n = neurons.len();
                let at = |k| (0..n).map(|i| f64::from(u8::from(i == k))).collect();
                (neurons.clone(), (0..n).map(at).collect())
            }
        };
        self.units.iter().map(one).collect()
    }

    /// Goes to a state `x`, at which the network has always been.
    pub(super) fn read(&mut self, x: &[f64]) {
        self.network.activation(x, 1, &mut self.walk.g);
        let past = Past::of(self.network, |i| self.walk.g[i]);
        self.walk.input.copy_from_slice(&self.input);
        add(&mut self.walk.input, &past.field);
        self.walk.renew((self.network, &self.wiring));
    }

    /// Tells the states to which one update at temperature 0 leads from the state `x`: of one unit that is ever asked
    /// and wants to flip, of all units of a layer where `order = "layers"`, of all there are where the method is synchronous.
    pub fn each_update(&mut self, x: &[f64], mut tell: impl FnMut(&[f64])) {
        self.read(x);
        let on = (self.network, &self.wiring);
        let g = self.walk.g.clone();
        for units in &self.together {
            let mut next = None;
            let units = &self.units[units.clone()];
            self.walk.wishes(on, units, self.rule, |i, by| {
                next.get_or_insert_with(|| x.to_vec())[i] = g[i] + by;
            });
            if let Some(next) = next {
                tell(&next);
            }
        }
    }
}

/// Which units are updated at once.
fn together(network: &Network, settings: &Settings, units: &[Unit]) -> Vec<Range<usize>> {
    if settings.method.at_once {
        return std::iter::once(0..units.len()).collect();
    }
    let one = |k: usize| k..k + 1;
    match &settings.flipping.order {
        Order::Layers => {}
        Order::Listed(neurons) => {
            let mut asked: Vec<usize> = neurons.iter().filter_map(|i| unit_of(units, *i)).collect();
            asked.sort_unstable();
            asked.dedup();
            return asked.into_iter().map(one).collect();
        }
        _ => return (0..units.len()).map(one).collect(),
    }
    let before = |i: usize| units.partition_point(|u| u.first() < i);
    let layers = (0..network.layers().len()).map(|k| network.neurons(k));
    layers.map(|n| before(n.start)..before(n.end)).collect()
}
