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
    /// How many of the latest of them are the same.
    same: usize,
    currents: Vec<f64>,
    scratch: Scratch,
}

impl Late {
    /// One more state.
    fn take(&mut self, state: Vec<f64>) {
        self.same = match self.states.back() == Some(&state) {
            true => self.same + 1,
            false => 1,
        };
        self.states.push_back(state);
    }

    /// Has it been the same for as long as is remembered?
    fn is_still(&self) -> bool {
        self.same >= self.states.len()
    }
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
                same: 0,
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
            late.take(state);
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

    /// Tells a neuron of every synapse that was not always what it is now, as long ago as the synapse remembers, if there is one:
    /// there is no rest before what happened has had its effect.
    pub fn changed(
        &self,
        network: &Network,
        g: impl Fn(usize) -> f64,
        mut tell: impl FnMut(usize),
    ) {
        for late in &self.late {
            let mut own = joined(&network.connections()[late.connection]);
            let moved = match late.states.back() {
                Some(latest) if late.is_still() => own
                    .zip(latest)
                    .find(|(i, was)| g(*i) != **was)
                    .map(|(i, _)| i),
                _ => own.next(),
            };
            moved.into_iter().for_each(&mut tell);
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
            let states: Vec<Vec<f64>> = (0..count).map(|_| state()).collect();
            states.into_iter().for_each(|state| late.take(state));
        }
        self.act(network);
    }
}
