//! What a trajectory remembers where synapses act late (Sompolinsky and Kanter 1986; Kleinfeld 1986): the activations after each of
//! the last sweeps, as many as the delay. Their currents are an input that stays as it is during a sweep.

use std::collections::VecDeque;
use std::ops::Range;

use crate::network::{Connection, Network};
use crate::synapse::{Ports, Scratch};

/// A synapse that acts late, and the activations of the neurons that it joins.
#[derive(Debug)]
struct Late {
    /// Which connection of the network.
    connection: usize,
    delay: usize,
    /// The neurons that it joins, in its own numbers.
    own: Vec<Range<usize>>,
    /// After each of the last sweeps, the oldest first: one more than the delay, or all since the start.
    states: VecDeque<Vec<f64>>,
    currents: Vec<f64>,
    scratch: Scratch,
}

/// See the module. The network is handed in; it is the same at every call.
#[derive(Debug, Default)]
pub(super) struct Past {
    late: Vec<Late>,
    /// What the late currents add to the field of every neuron in the present sweep, `(1/d) Σ currents`; empty where no synapse
    /// has a delay.
    pub field: Vec<f64>,
}

/// The neurons that a connection joins, in its order.
fn joined(c: &Connection) -> impl Iterator<Item = usize> + '_ {
    c.neurons.iter().cloned().flatten()
}

impl Past {
    /// Without any state yet.
    pub fn new(network: &Network) -> Self {
        let all = network.connections().iter().enumerate();
        let late = all.filter(|(_, c)| c.synapse.delay() > 0).map(|(k, c)| {
            let mut first = 0;
            let own = c.neurons.iter().map(|n| {
                first += n.len();
                first - n.len()..first
            });
            Late {
                connection: k,
                delay: c.synapse.delay(),
                own: own.collect(),
                states: VecDeque::new(),
                currents: vec![0.0; c.synapse.neurons()],
                scratch: c.synapse.scratch(1),
            }
        });
        let late: Vec<Late> = late.collect();
        Past {
            field: vec![0.0; if late.is_empty() { 0 } else { network.size() }],
            late,
        }
    }

    /// That of a state which has always been so.
    pub fn of(network: &Network, g: impl Fn(usize) -> f64) -> Self {
        let mut past = Past::new(network);
        past.push(network, g);
        past
    }

    /// Does no synapse act late?
    pub fn is_empty(&self) -> bool {
        self.late.is_empty()
    }

    /// The activations after one more sweep; at first those of the start.
    pub fn push(&mut self, network: &Network, g: impl Fn(usize) -> f64) {
        for late in &mut self.late {
            // The oldest makes room, once all are there.
            let oldest = (late.states.len() > late.delay).then(|| late.states.pop_front());
            let mut state = oldest.flatten().unwrap_or_default();
            state.clear();
            state.extend(joined(&network.connections()[late.connection]).map(&g));
            late.states.push_back(state);
        }
        self.act(network);
    }

    /// Finds what the oldest states do now.
    fn act(&mut self, network: &Network) {
        self.field.fill(0.0);
        for late in &mut self.late {
            let Some(oldest) = late.states.front() else {
                continue;
            };
            let c = &network.connections()[late.connection];
            late.currents.fill(0.0);
            let (currents, scratch) = (&mut late.currents, &mut late.scratch);
            let ports = Ports::new(&late.own, 1);
            c.synapse.evaluate(&ports, oldest, currents, None, scratch);
            for (i, current) in joined(c).zip(currents) {
                self.field[i] += *current / network.energy_weights()[i];
            }
        }
    }

    /// Tells every neuron that was not always what it is now, as long ago as a synapse remembers: there is no rest before what
    /// happened has had its effect.
    pub fn changed(
        &self,
        network: &Network,
        g: impl Fn(usize) -> f64,
        mut tell: impl FnMut(usize),
    ) {
        for late in &self.late {
            for (k, i) in joined(&network.connections()[late.connection]).enumerate() {
                if late.states.iter().any(|state| state[k] != g(i)) {
                    tell(i);
                }
            }
        }
    }

    /// All that is remembered.
    pub fn carry(&self) -> impl Iterator<Item = u64> + '_ {
        self.late.iter().flat_map(|late| {
            let states = late.states.iter().flatten().map(|g| g.to_bits());
            [late.states.len() as u64].into_iter().chain(states)
        })
    }

    /// Goes on with what another remembered.
    pub fn resume(&mut self, network: &Network, mut carried: impl Iterator<Item = u64>) {
        for late in &mut self.late {
            let count = carried.next().unwrap_or(0);
            let mut state = || {
                let g = carried.by_ref().take(late.currents.len());
                g.map(f64::from_bits).collect()
            };
            late.states = (0..count).map(|_| state()).collect();
        }
        self.act(network);
    }
}
