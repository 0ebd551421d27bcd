//! The units of a network: what flips, and what each is joined to.

use std::ops::Range;

use super::flipping::Ties;
use crate::lagrangian::Values;
use crate::network::Network;

/// What flips as one.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Unit {
    /// A neuron of two values.
    Neuron {
        neuron: usize,
        values: [f64; 2],
        ties: Ties,
    },
    /// A group of which one neuron is 1.
    Group { neurons: Range<usize>, ties: Ties },
}

impl Unit {
    /// Its first neuron.
    pub fn first(&self) -> usize {
        match self {
            Unit::Neuron { neuron, .. } => *neuron,
            Unit::Group { neurons, .. } => neurons.start,
        }
    }

    fn contains(&self, i: usize) -> bool {
        match self {
            Unit::Neuron { neuron, .. } => *neuron == i,
            Unit::Group { neurons, .. } => neurons.contains(&i),
        }
    }
}

/// The free units of a network of which these neurons are clamped, in order. A group is clamped as a whole or not at all.
pub(super) fn free_units(network: &Network, clamped: &[bool], said: Option<Ties>) -> Vec<Unit> {
    let mut units = Vec::new();
    for (k, layer) in network.layers().iter().enumerate() {
        let first = network.neurons(k).start;
        for s in layer.lagrangian.segments() {
            let neurons = first + s.start..first + s.start + s.len;
            match s.lagrangian.values() {
                Values::Interval => {}
                Values::Two(values) => {
                    // As printed: Hopfield's 0/1 unit is 0 unless its field is above 0.
                    let own = if values[0] == 0.0 {
                        Ties::Down
                    } else {
                        Ties::Keep
                    };
                    let free = neurons.filter(|i| !clamped[*i]);
                    units.extend(free.map(|neuron| Unit::Neuron {
                        neuron,
                        values,
                        ties: said.unwrap_or(own),
                    }));
                }
                Values::OneOfGroup => {
                    if !clamped[neurons.start] {
                        let ties = said.unwrap_or(Ties::Keep);
                        units.push(Unit::Group { neurons, ties });
                    }
                }
            }
        }
    }
    units
}

/// The place among units of the one that a neuron belongs to.
pub(super) fn unit_of(units: &[Unit], neuron: usize) -> Option<usize> {
    let k = units.partition_point(|u| u.first() <= neuron);
    let k = k.checked_sub(1)?;
    units[k].contains(neuron).then_some(k)
}

/// Where the neurons of every layer stand among those that the connections join.
#[derive(Clone, Debug)]
pub(super) struct Wiring {
    /// The layer of every neuron.
    layer: Vec<usize>,
    /// By layer: connections that act at once, and the places of its first neuron among theirs, less that in the network.
    joins: Vec<Vec<(usize, Vec<isize>)>>,
    /// The neurons that each connection joins, in its order.
    pub joined: Vec<Vec<Range<usize>>>,
}

impl Wiring {
    pub fn new(network: &Network) -> Self {
        let layers = network.layers().len();
        let mut joins = vec![Vec::new(); layers];
        let all = network.connections().iter().enumerate();
        for (k, c) in all.filter(|(_, c)| c.synapse.delay() == 0) {
            let mut first = 0;
            for (layer, neurons) in c.layers.iter().zip(&c.neurons) {
                let shift = first as isize - neurons.start as isize;
                let all: &mut Vec<(usize, Vec<isize>)> = &mut joins[*layer];
                match all.last_mut().filter(|(last, _)| *last == k) {
                    Some((_, shifts)) => shifts.push(shift),
                    None => all.push((k, vec![shift])),
                }
                first += neurons.len();
            }
        }
        let layer = (0..layers).flat_map(|k| network.neurons(k).map(move |_| k));
        Wiring {
            layer: layer.collect(),
            joins,
            joined: network
                .connections()
                .iter()
                .map(|c| c.neurons.clone())
                .collect(),
        }
    }

    /// The connections of the layer of a neuron that act at once, each with the shifts from the neuron's number to its places there.
    #[inline]
    pub fn of(&self, neuron: usize) -> &[(usize, Vec<isize>)] {
        &self.joins[self.layer[neuron]]
    }
}

#[inline]
pub(super) fn shifted(neuron: usize, shift: isize) -> usize {
    neuron.wrapping_add_signed(shift)
}
