//! All states of a small network whose units flip, and where single updates lead: the state-transition graph.

use crate::dynamics::{METHODS, Moves, Settings};
use crate::network::{Drive, Network, Workspace};
use crate::refusal::Refusal;
use crate::synapse::Energy;

/// Most states of a network that are listed: those of ten units of two values.
pub const MOST_STATES: usize = 1 << 10;

/// The state-transition graph of a network; see [`transitions`].
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Transitions {
    /// The value of every free unit in each state: 0 for the lower of two, 1 for the higher; of a group the number of the neuron
    /// that is 1. The last unit runs fastest.
    pub values: Vec<Vec<usize>>,
    /// The states x of all neurons, the clamped ones included.
    pub states: Vec<Vec<f64>>,
    /// The energy of each state; empty unless every synapse has one.
    pub energies: Vec<f64>,
    /// Where one update at temperature 0 leads from each state: one entry for every unit that is ever asked and wants to flip, or one
    /// for all units that are updated at once. A state without one is final.
    pub moves: Vec<Vec<usize>>,
    /// What is never left: final states, each by itself, and sets of states that go round.
    pub ends: Vec<Vec<usize>>,
    /// For each state the end to which every path leads; none where there are several.
    pub basins: Vec<Option<usize>>,
}

/// All states of a network whose units flip, with the energy of each and where a single update leads, by the rule, the ties
/// and the order of these settings at temperature 0. Clamped neurons stand as in `base`.
///
/// ```
/// use attractor::analysis::transitions;
/// use attractor::dynamics::{ASYNCHRONOUS, Settings};
/// use attractor::kernels::Weights;
/// use attractor::lagrangian::Step;
/// use attractor::network::{Layer, theories};
///
/// // Hopfield's flip-flop: two units of 0 and 1 that inhibit each other. One of them wins.
/// let units = Layer::new("units", &[2], Step {})?.input(0.5);
/// let network = theories::classical(units, Weights::new(2, 2, vec![0.0, -1.0, -1.0, 0.0])?)?;
/// let settings = Settings { method: &ASYNCHRONOUS, ..Settings::default() };
/// let graph = transitions((&network, &settings), &[0.0; 2], &[0.5; 2], &[])?;
///
/// // 00, 01, 10, 11
/// assert_eq!(graph.energies, [0.0, -0.5, -0.5, 0.0]);
/// assert_eq!(graph.moves, [vec![2, 1], vec![], vec![], vec![1, 2]]);
/// assert_eq!(graph.ends, [[1], [2]]);
/// assert_eq!(graph.basins, [None, Some(0), Some(1), None]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// A method that flips no units, a network that is none for the method or in which something comes late, more states than
/// [`MOST_STATES`].
pub fn transitions(
    on: (&Network, &Settings),
    base: &[f64],
    input: &[f64],
    clamped: &[usize],
) -> Result<Transitions, Refusal> {
    let network = on.0;
    let count = states_of(on, clamped)?;
    (on.1.method.suits)(network, on.1)?;
    let mut asked = Moves::new(on, input, clamped);
    let units = asked.units();
    let radix: Vec<usize> = units.iter().map(|(_, values)| values.len()).collect();
    let values: Vec<Vec<usize>> = (0..count).map(|k| digits(k, &radix)).collect();
    let state = |values: &Vec<usize>| {
        let mut x = base.to_vec();
        for ((neurons, all), k) in units.iter().zip(values) {
            // The states of units are their activations.
            x[neurons.clone()].copy_from_slice(&all[*k]);
        }
        x
    };
    let states: Vec<Vec<f64>> = values.iter().map(state).collect();
    let number = |x: &[f64]| {
        units.iter().fold(0, |sum, (neurons, all)| {
            let own = all.iter().position(|v| v[..] == x[neurons.clone()]);
            sum * all.len() + own.unwrap_or(0)
        })
    };
    let moves = states.iter().map(|x| {
        let mut to = Vec::new();
        asked.each_update(x, |next| to.push(number(next)));
        to
    });
    let moves: Vec<Vec<usize>> = moves.collect();
    let (ends, basins) = ends(&moves);
    Ok(Transitions {
        energies: energies(network, &states, (input, clamped)),
        values,
        states,
        moves,
        ends,
        basins,
    })
}

/// How many states [`transitions`] lists.
///
/// # Errors
/// A method that flips no units, a synapse with a delay, more states than [`MOST_STATES`].
pub fn states_of(on: (&Network, &Settings), clamped: &[usize]) -> Result<usize, Refusal> {
    if !on.1.method.flips {
        return Err(moves_states(on.1.method.name));
    }
    let mut synapses = on.0.connections().iter();
    if let Some(k) = synapses.position(|c| c.synapse.delay() > 0) {
        return Err(comes_late(on.0, k));
    }
    let units = Moves::new(on, on.0.input(), clamped).units();
    let radix: Vec<usize> = units.iter().map(|(_, values)| values.len()).collect();
    let count = radix
        .iter()
        .try_fold(1, |all: usize, n| all.checked_mul(*n));
    let count = count.filter(|n| *n <= MOST_STATES);
    count.ok_or_else(|| too_many(&radix))
}

fn moves_states(method: &str) -> Refusal {
    let flipping = METHODS.iter().filter(|m| m.flips);
    let names: Vec<&str> = flipping.map(|m| m.name).collect();
    let why = format!("is {method}, which moves states on curves: there are no single updates");
    Refusal::new("method", why).help(format!("these flip units: {}", names.join(", ")))
}

/// Where an update leads then depends on the past: a state alone has no arrow.
fn comes_late(network: &Network, k: usize) -> Refusal {
    let synapse = &network.connections()[k].synapse;
    let why = format!(
        "({}) acts late: where an update leads follows from past states too, not from the present one alone",
        synapse.describe()
    );
    let help = "leave out its delay to see the states without it; figures of kind \"activity\" or \"overlap\" show a run";
    Refusal::new(format!("synapse {k}"), why).help(help)
}

fn too_many(radix: &[usize]) -> Refusal {
    let states = match radix.iter().all(|n| *n == 2) {
        true => format!("2^{}", radix.len()),
        false => format!("{:.0e}", radix.iter().map(|n| *n as f64).product::<f64>()),
    };
    let why = format!(
        "has {} free units and with them {states} states: more than the {MOST_STATES} of ten units of two values",
        radix.len()
    );
    Refusal::new("the network", why)
        .help("clamp units, or take a smaller network; a figure of kind \"activity\" shows the states of a run")
}

/// The digits of a number, the last running fastest.
fn digits(mut k: usize, radix: &[usize]) -> Vec<usize> {
    let mut digits: Vec<usize> = radix.iter().rev().map(|n| (k % n, k /= n).0).collect();
    digits.reverse();
    digits
}

fn energies(
    network: &Network,
    states: &[Vec<f64>],
    (input, clamped): (&[f64], &[usize]),
) -> Vec<f64> {
    let mut synapses = network.connections().iter();
    if synapses.any(|c| c.synapse.energy() != Energy::Exact) {
        return Vec::new();
    }
    let mut ws = Workspace::new(network, 1);
    let drive = Drive { input, clamped };
    let mut energy = |x: &Vec<f64>| network.at(x, drive, &mut ws).energy().total[0];
    states.iter().map(&mut energy).collect()
}

/// What is never left, and for each state the end to which all paths lead, if there is one.
fn ends(moves: &[Vec<usize>]) -> (Vec<Vec<usize>>, Vec<Option<usize>>) {
    let reached: Vec<Vec<usize>> = (0..moves.len()).map(|k| reached(moves, k)).collect();
    let mut end = vec![None; moves.len()];
    let mut ends: Vec<Vec<usize>> = Vec::new();
    for (k, all) in reached.iter().enumerate() {
        // It is left for good if something that it leads to leads to less.
        if end[k].is_none() && all.iter().all(|to| reached[*to].len() == all.len()) {
            all.iter().for_each(|to| end[*to] = Some(ends.len()));
            ends.push(all.clone());
        }
    }
    let basin = |all: &Vec<usize>| {
        let mut found = all.iter().filter_map(|k| end[*k]);
        let first = found.next();
        first.filter(|first| found.all(|end| end == *first))
    };
    let basins = reached.iter().map(basin).collect();
    (ends, basins)
}

/// The states to which any number of moves lead from one, itself included, in order.
fn reached(moves: &[Vec<usize>], from: usize) -> Vec<usize> {
    let mut seen = vec![false; moves.len()];
    let mut open = vec![from];
    seen[from] = true;
    while let Some(k) = open.pop() {
        for to in &moves[k] {
            if !std::mem::replace(&mut seen[*to], true) {
                open.push(*to);
            }
        }
    }
    (0..moves.len()).filter(|k| seen[*k]).collect()
}

impl Transitions {
    /// The fewest updates that lead from each state to an end.
    pub fn updates(&self) -> Vec<usize> {
        let mut fewest = vec![usize::MAX; self.moves.len()];
        self.ends.iter().flatten().for_each(|k| fewest[*k] = 0);
        // As often as the longest way has updates, and once more to see that nothing changes.
        loop {
            let before = fewest.clone();
            for (k, to) in self.moves.iter().enumerate() {
                let next = to.iter().map(|to| fewest[*to].saturating_add(1)).min();
                fewest[k] = fewest[k].min(next.unwrap_or(0));
            }
            if fewest == before {
                return fewest;
            }
        }
    }

    /// Is there an energy that no update raises by more than rounding?
    pub fn falls(&self) -> bool {
        let e = &self.energies;
        // The sums of an energy are rounded at the scale of the largest.
        let rounding = 1e-12 * e.iter().fold(0.0, |m: f64, e| m.max(e.abs()));
        let rises = |(k, to): (usize, &Vec<usize>)| to.iter().any(|to| e[*to] > e[k] + rounding);
        !e.is_empty() && !self.moves.iter().enumerate().any(rises)
    }
}
