//! One trajectory of a network whose units flip: its activations, and what its synapses keep so that no sum is formed anew.

use std::ops::Range;

use super::asynchronous::fill;
use super::flipping::{Rule, Ties};
use super::units::{Unit, Wiring, shifted};
use crate::dynamics::FEWEST_COLUMNS;
use crate::network::{Connection, Network};
use crate::synapse::{Energy, Flip, Flips};

/// What a synapse keeps, and the activations of the neurons that it joins.
#[derive(Clone, Debug, Default)]
struct Kept {
    g: Vec<f64>,
    kept: Vec<f64>,
}

/// See the module. The network is handed in; it is the same at every call.
#[derive(Clone, Debug, Default)]
pub(super) struct Walk {
    /// Activations of all neurons.
    pub g: Vec<f64>,
    /// The input I of all neurons, and what synapses that act late add to it.
    pub input: Vec<f64>,
    synapses: Vec<Kept>,
    /// Storage for the flips of one unit, in the numbers of a connection.
    local: Vec<Flip>,
    /// Storage for what a synapse takes of several trajectories, and returns.
    block: [Vec<f64>; 2],
}

impl Walk {
    /// Storage for one.
    pub fn new(network: &Network) -> Self {
        let n = network.size();
        let synapses = network.connections().iter().map(|c| Kept {
            g: vec![0.0; c.synapse.neurons()],
            kept: vec![0.0; prompt(c).map_or(0, |f| f.kept())],
        });
        Walk {
            g: vec![0.0; n],
            input: vec![0.0; n],
            synapses: synapses.collect(),
            local: Vec::with_capacity(8),
            block: Default::default(),
        }
    }

    /// The activations of what every connection joins, from those of all neurons.
    fn share(&mut self, wiring: &Wiring) {
        for (joined, own) in wiring.joined.iter().zip(&mut self.synapses) {
            let g = joined.iter().flat_map(|n| &self.g[n.clone()]);
            own.g.iter_mut().zip(g).for_each(|(to, g)| *to = *g);
        }
    }

    /// Sums everything that is kept anew: what was added flip by flip has been rounded as often.
    pub fn renew(&mut self, on: (&Network, &Wiring)) {
        Walk::renew_all(on, std::slice::from_mut(self), |walk| Some(walk));
    }

    /// The same of all columns that have a walk to renew, matrices being read once for all of them.
    pub fn renew_all<C>(
        on: (&Network, &Wiring),
        columns: &mut [C],
        of: impl Fn(&mut C) -> Option<&mut Walk>,
    ) {
        let (network, wiring) = on;
        let (mut count, mut block) = (0usize, None);
        for walk in columns.iter_mut().filter_map(&of) {
            walk.share(wiring);
            block.get_or_insert_with(|| std::mem::take(&mut walk.block));
            count += 1;
        }
        let Some([mut g, mut kept]) = block else {
            return;
        };
        // A product with one column sums in another order, and one with few is slow for its size: columns of zeros fill a vector of
        // the widest machine, so that the bits of a trajectory do not depend on how many are due with it.
        let width = count.next_multiple_of(FEWEST_COLUMNS);
        for (k, c) in network.connections().iter().enumerate() {
            let Some(flips) = prompt(c) else {
                continue;
            };
            if let Some(first) = columns.iter_mut().find_map(&of) {
                let own = &first.synapses[k];
                g.clear();
                g.resize(own.g.len() * width, 0.0);
                kept.resize(own.kept.len() * width, 0.0);
            }
            for (column, walk) in columns.iter_mut().filter_map(&of).enumerate() {
                let own = g.iter_mut().skip(column).step_by(width);
                own.zip(&walk.synapses[k].g).for_each(|(to, g)| *to = *g);
            }
            let done = flips.keep_block(&g, width, &mut kept);
            for (column, walk) in columns.iter_mut().filter_map(&of).enumerate() {
                let own = &mut walk.synapses[k];
                match done {
                    true => fill(&mut own.kept, &kept, width, column),
                    false => flips.keep(&own.g, &mut own.kept),
                }
            }
        }
        if let Some(first) = columns.iter_mut().find_map(&of) {
            first.block = [g, kept];
        }
    }

    /// All that is kept.
    pub fn carry(&self) -> impl Iterator<Item = u64> + '_ {
        let kept = self.synapses.iter().flat_map(|s| &s.kept);
        self.g.iter().chain(kept).map(|v| v.to_bits())
    }

    /// Goes on with what another kept.
    pub fn resume(&mut self, wiring: &Wiring, mut carried: impl Iterator<Item = u64>) {
        let mut fill = |to: &mut [f64]| {
            for (to, bits) in to.iter_mut().zip(&mut carried) {
                *to = f64::from_bits(bits);
            }
        };
        fill(&mut self.g);
        for own in &mut self.synapses {
            fill(&mut own.kept);
        }
        self.share(wiring);
    }

    /// By how much the energy changes if these neurons of one unit change so.
    pub fn difference(&mut self, (network, wiring): (&Network, &Wiring), flips: &[Flip]) -> f64 {
        let Some(Flip { neuron, .. }) = flips.first() else {
            return 0.0;
        };
        let mut sum = 0.0;
        for flip in flips {
            sum -= network.energy_weights()[flip.neuron] * self.input[flip.neuron] * flip.by;
        }
        for (k, shifts) in wiring.of(*neuron) {
            let (synapse, own) = (&network.connections()[*k].synapse, &self.synapses[*k]);
            let Some(exact) = synapse.flips() else {
                continue;
            };
            self.local.clear();
            for shift in shifts {
                self.local.extend(flips.iter().map(|f| Flip {
                    neuron: shifted(f.neuron, *shift),
                    by: f.by,
                }));
            }
            sum += exact.difference(&own.g, &own.kept, &self.local);
        }
        sum
    }

    /// The field of a neuron, `I + (1/d) Σ currents`.
    pub fn field(&self, (network, wiring): (&Network, &Wiring), neuron: usize) -> f64 {
        let mut sum = 0.0;
        for (k, shifts) in wiring.of(neuron) {
            let (synapse, own) = (&network.connections()[*k].synapse, &self.synapses[*k]);
            let Some(exact) = synapse.flips() else {
                continue;
            };
            for shift in shifts {
                sum += exact.current(&own.g, &own.kept, shifted(neuron, *shift));
            }
        }
        self.input[neuron] + sum / network.energy_weights()[neuron]
    }

    /// A neuron takes another activation.
    pub fn set(&mut self, (network, wiring): (&Network, &Wiring), neuron: usize, g: f64) {
        let by = g - self.g[neuron];
        for (k, shifts) in wiring.of(neuron) {
            let (synapse, own) = (&network.connections()[*k].synapse, &mut self.synapses[*k]);
            for shift in shifts {
                let neuron = shifted(neuron, *shift);
                if let Some(exact) = synapse.flips() {
                    exact.follow(&own.g, Flip { neuron, by }, &mut own.kept);
                }
                own.g[neuron] = g;
            }
        }
        self.g[neuron] = g;
    }

    /// What a unit wants to become at temperature 0, and by how much the energy changes by it, where the rule asks for that.
    pub fn wish(&mut self, on: (&Network, &Wiring), unit: &Unit, rule: Rule) -> Wish {
        match unit {
            Unit::Neuron {
                neuron,
                values,
                ties,
            } => {
                let (neuron, g) = (*neuron, self.g[*neuron]);
                let other = other_of(*values, g);
                let (rise, change) = match rule {
                    Rule::Field => (-self.field(on, neuron), f64::NAN),
                    Rule::Difference => {
                        let by = other - g;
                        let change = self.difference(on, &[Flip { neuron, by }]);
                        (if by > 0.0 { change } else { -change }, change)
                    }
                };
                let to = lower(rise, *values, *ties, g);
                Wish {
                    flips: to != g,
                    to,
                    change,
                }
            }
            Unit::Group { neurons, ties } => {
                let now = self.one_of(neurons.clone());
                let (to, change) = lowest(neurons.clone(), *ties, now, |k| match rule {
                    Rule::Difference if k == now => 0.0,
                    Rule::Difference => self.difference(on, &exchange(now, k)),
                    Rule::Field => -self.field(on, k),
                });
                Wish {
                    flips: to != now,
                    to: to as f64,
                    change: match rule {
                        Rule::Difference => change,
                        Rule::Field => f64::NAN,
                    },
                }
            }
        }
    }

    /// What the units want to become, less what they are, of every neuron that it changes.
    pub fn wishes(
        &mut self,
        on: (&Network, &Wiring),
        units: &[Unit],
        rule: Rule,
        mut tell: impl FnMut(usize, f64),
    ) {
        for unit in units {
            let wish = self.wish(on, unit, rule);
            if !wish.flips {
                continue;
            }
            match unit {
                Unit::Neuron { neuron, .. } => tell(*neuron, wish.to - self.g[*neuron]),
                Unit::Group { neurons, .. } => {
                    tell(self.one_of(neurons.clone()), -1.0);
                    tell(wish.to as usize, 1.0);
                }
            }
        }
    }

    /// One of the units that want to flip, if any does: what it wants to become, less what it is, of a neuron that it changes.
    pub fn restless(
        &mut self,
        on: (&Network, &Wiring),
        units: &[Unit],
        rule: Rule,
    ) -> Option<(usize, f64)> {
        let mut found = None;
        for unit in units {
            let one = std::slice::from_ref(unit);
            self.wishes(on, one, rule, |i, by| found = Some((i, by)));
            if found.is_some() {
                break;
            }
        }
        found
    }

    /// The neuron of a group that is 1.
    pub fn one_of(&self, neurons: Range<usize>) -> usize {
        let start = neurons.start;
        start + self.g[neurons].iter().position(|g| *g == 1.0).unwrap_or(0)
    }
}

/// What a unit wants.
#[derive(Clone, Copy, Debug)]
pub(super) struct Wish {
    /// Does it want to flip?
    pub flips: bool,
    /// To which value; of a group, the number of the neuron.
    pub to: f64,
    /// By how much the energy changes; not a number where that was not asked.
    pub change: f64,
}

/// The value that a neuron has not.
#[inline]
pub(super) fn other_of([low, high]: [f64; 2], g: f64) -> f64 {
    if g == low { high } else { low }
}

/// The value that a neuron of this activation wants, the energy of the higher one being higher by `rise`.
#[inline]
pub(super) fn lower(rise: f64, [low, high]: [f64; 2], ties: Ties, g: f64) -> f64 {
    if rise < 0.0 {
        high
    } else if rise > 0.0 {
        low
    } else {
        match ties {
            Ties::Down => low,
            Ties::Up => high,
            Ties::Keep => g,
        }
    }
}

/// The neuron of a group with the lowest of these energies, and that.
pub(super) fn lowest(
    neurons: Range<usize>,
    ties: Ties,
    now: usize,
    mut energy: impl FnMut(usize) -> f64,
) -> (usize, f64) {
    let mut best = (now, energy(now));
    for k in neurons {
        let e = energy(k);
        let beats = match ties {
            Ties::Keep => e < best.1,
            Ties::Up => e < best.1 || (e == best.1 && k > best.0),
            Ties::Down => e < best.1 || (e == best.1 && k < best.0),
        };
        if beats {
            best = (k, e);
        }
    }
    best
}

/// A group passes its 1 from one neuron to another.
pub(super) fn exchange(from: usize, to: usize) -> [Flip; 2] {
    let flip = |neuron, by| Flip { neuron, by };
    [flip(from, -1.0), flip(to, 1.0)]
}

/// What flips do to a synapse that acts at once.
fn prompt(c: &Connection) -> Option<&dyn Flips> {
    c.synapse.flips().filter(|_| c.synapse.delay() == 0)
}

/// Has a synapse an energy whose differences are exact, or is it an input because it acts late?
pub(super) fn tells_differences(c: &Connection) -> bool {
    c.synapse.delay() > 0 || c.synapse.energy() == Energy::Exact && c.synapse.flips().is_some()
}

/// Do all synapses say what flips do to the energy?
pub(super) fn has_differences(network: &Network) -> bool {
    network.connections().iter().all(tells_differences)
}
