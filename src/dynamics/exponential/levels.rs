//! Which neurons are fast and which are slow.

use crate::network::{Network, Part};

/// A neuron whose leak is faster than this many times that of the slowest neuron of a level begins the next level.
const APART: f64 = 4.0;

/// Neurons by the rate of their leak.
#[derive(Debug)]
pub(super) struct Levels {
    /// The different leak rates `k/τ`, rising.
    rates: Vec<f64>,
    /// For each of them its level.
    level_of_rate: Vec<usize>,
    /// For every neuron the position of its rate.
    class: Vec<usize>,
    /// The neurons of each level.
    members: Vec<Vec<usize>>,
    /// For each level, the layers that have neurons in it.
    layers: Vec<Part>,
}

impl Levels {
    pub fn new(network: &Network) -> Self {
        let rates = network.rates().iter().zip(network.leaks());
        let rate: Vec<f64> = rates.map(|(r, k)| r * k).collect();
        let mut rates = rate.clone();
        rates.sort_by(f64::total_cmp);
        rates.dedup();
        let mut base = f64::INFINITY;
        let mut level_of_rate = Vec::new();
        let mut level = 0;
        for r in &rates {
            // Neurons without leak never follow anything: they stay with the slowest.
            if *r > APART * base {
                level += 1;
                base = *r;
            } else if *r > 0.0 {
                base = base.min(*r);
            }
            level_of_rate.push(level);
        }
        let position = |r: &f64| rates.partition_point(|s| s < r);
        let class: Vec<usize> = rate.iter().map(position).collect();
        let mut members = vec![Vec::new(); level + 1];
        for (i, c) in class.iter().enumerate() {
            members[level_of_rate[*c]].push(i);
        }
        let has = |level: usize| {
            let of = |i: usize| level_of_rate[class[i]] == level;
            network.part(|layer| network.neurons(layer).any(of))
        };
        Levels {
            layers: (0..=level).map(has).collect(),
            members,
            class,
            level_of_rate,
            rates,
        }
    }

    /// How many levels there are.
    pub fn count(&self) -> usize {
        self.members.len()
    }

    /// The different leak rates.
    pub fn rates(&self) -> &[f64] {
        &self.rates
    }

    /// The level of a neuron.
    pub fn level(&self, neuron: usize) -> usize {
        self.level_of_rate[self.class[neuron]]
    }

    /// The layers that have neurons in a level.
    pub fn layers(&self, level: usize) -> &Part {
        &self.layers[level]
    }

    /// Every neuron with its leak rate.
    pub fn neurons(&self) -> impl Iterator<Item = (usize, f64)> {
        self.class.iter().map(|c| self.rates[*c]).enumerate()
    }

    /// The neurons of a level, or all, each with the position of its rate.
    pub fn of(&self, level: Option<usize>) -> impl Iterator<Item = (usize, usize)> {
        let (all, some) = match level {
            None => (0..self.class.len(), &[][..]),
            Some(level) => (0..0, &self.members[level][..]),
        };
        all.chain(some.iter().copied()).map(|i| (i, self.class[i]))
    }
}
