//! All units at once, by the fields of the same state (Little 1974). The energy may rise; with symmetric weights and the rule
//! `field` Goles' function `G(t) = −g(t)ᵀ D W g(t−1) − D I·(g(t) + g(t−1))` does not, and every trajectory ends at rest or in a
//! cycle of two states (Goles, Fogelman-Soulié and Pellegrin 1985).

use std::fmt;

use super::asynchronous::{add, clamped_in, fill, updates_at};
use super::descent::{falls_at_once, has_goles};
use super::flipping::{Flipping, Rule};
use super::past::Past;
use super::units::{Unit, Wiring, free_units};
use super::walk::{Walk, lower, lowest};
use crate::dynamics::settings::Settings;
use crate::dynamics::stepper::{Equation, Flipped, Node, Stepper, Storage};
use crate::network::{Drive, Network, Part, Workspace};
use crate::pattern::random::Stream;
use crate::trajectory::StopReason;

/// One trajectory.
#[derive(Default)]
struct Own {
    units: Vec<Unit>,
    /// Is it to be read which units are free?
    is_new: bool,
    updates: u64,
    /// The activations one update before the present ones; none at the start.
    before: Vec<f64>,
    /// Does it go to and fro between two states?
    cycles: bool,
    /// By how much Goles' function changed in the last step, if it is one.
    goles: Option<f64>,
    past: Past,
    /// What another block remembered, until it is read.
    carried: Vec<u64>,
}

/// See the module.
pub(super) struct Synchronous {
    flipping: Flipping,
    wiring: Wiring,
    t_start: f64,
    until_rest: bool,
    /// Is its energy a quadratic form, so that Goles' function is one?
    is_quadratic: bool,
    /// Does it fall itself?
    is_concave: bool,
    /// The synapses that act at once, if not all do.
    prompt: Option<Part>,
    /// Sums of their currents at the end of the last step, over d.
    pull: Vec<f64>,
    /// One for each column where energy differences are asked for, none where fields are.
    walks: Vec<Walk>,
    columns: Vec<Own>,
}

impl fmt::Debug for Synchronous {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Synchronous")
            .field("flipping", &self.flipping)
            .finish_non_exhaustive()
    }
}

impl Own {
    /// Begins to remember at these activations, or goes on with what another block remembered.
    fn remember(&mut self, network: &Network, g: impl Fn(usize) -> f64) {
        self.past = Past::new(network);
        match std::mem::take(&mut self.carried) {
            none if none.is_empty() => self.past.push(network, g),
            carried => self.past.resume(network, carried.into_iter()),
        }
    }
}

impl Synchronous {
    pub fn new(network: &Network, settings: &Settings, width: usize) -> Self {
        Synchronous {
            flipping: settings.flipping.clone(),
            wiring: Wiring::new(network),
            t_start: settings.t_start,
            until_rest: settings.until_rest,
            is_quadratic: has_goles(network, settings.flipping.rule),
            is_concave: falls_at_once(network, settings.flipping.rule),
            prompt: network.prompt(),
            pull: vec![0.0; network.size() * width],
            walks: walks(network, settings.flipping.rule, width),
            columns: (0..width).map(|_| Own::default()).collect(),
        }
    }
}

/// The states of a block, and what acts on them.
#[derive(Clone, Copy)]
struct Block<'a> {
    g: &'a [f64],
    pull: &'a [f64],
    input: &'a [f64],
    width: usize,
}

/// A column: what it remembers, and its units.
type Of<'a> = (usize, &'a Past, &'a [Unit]);

/// The walks of so many columns under a rule.
fn walks(network: &Network, rule: Rule, width: usize) -> Vec<Walk> {
    match rule {
        Rule::Difference => vec![Walk::new(network); width],
        Rule::Field => Vec::new(),
    }
}

/// A walk goes to the state of a column.
fn read(walk: &mut Walk, block: Block<'_>, column: usize, past: &Past) {
    fill(&mut walk.g, block.g, block.width, column);
    fill(&mut walk.input, block.input, block.width, column);
    add(&mut walk.input, &past.field);
}

/// What the units of a column want to become, less what they are; its walk, if there is one, stands at its state.
fn wishes(
    on: (&Network, &Wiring),
    block: Block<'_>,
    walk: Option<&mut Walk>,
    (column, past, units): Of<'_>,
    mut tell: impl FnMut(usize, f64),
) {
    let Block {
        g,
        pull,
        input,
        width,
    } = block;
    if let Some(walk) = walk {
        walk.wishes(on, units, Rule::Difference, tell);
        return;
    }
    let at = |i: usize| i * width + column;
    let late = |i: usize| past.field.get(i).unwrap_or(&0.0);
    let field = |i: usize| input[at(i)] + late(i) + pull[at(i)];
    for unit in units {
        match unit {
            Unit::Neuron {
                neuron,
                values,
                ties,
            } => {
                let now = g[at(*neuron)];
                let to = lower(-field(*neuron), *values, *ties, now);
                if to != now {
                    tell(*neuron, to - now);
                }
            }
            Unit::Group { neurons, ties } => {
                let now = neurons.clone().find(|i| g[at(*i)] == 1.0);
                let now = now.unwrap_or(neurons.start);
                let (to, _) = lowest(neurons.clone(), *ties, now, |k| -field(k));
                if to != now {
                    tell(now, -1.0);
                    tell(to, 1.0);
                }
            }
        }
    }
}

impl Stepper for Synchronous {
    fn velocities(&self) -> usize {
        2
    }

    fn evaluations(&self) -> u64 {
        1
    }

    fn begin(&mut self, _: &Network, (column, _): (usize, &[f64]), _: Stream) {
        self.columns[column] = Own {
            is_new: true,
            ..Own::default()
        };
    }

    fn may_repeat(&self) -> bool {
        false
    }

    fn carry(&self, column: usize) -> Vec<u64> {
        let (own, width) = (&self.columns[column], self.columns.len());
        let pull = self.pull.iter().skip(column).step_by(width);
        let all = pull.chain(&own.before).map(|v| v.to_bits());
        let counts = [own.updates, own.before.len() as u64];
        let past = own.carried.iter().copied().chain(own.past.carry());
        counts.into_iter().chain(all).chain(past).collect()
    }

    fn resume(&mut self, column: usize, carried: &[u64]) {
        let width = self.columns.len();
        let own = &mut self.columns[column];
        let [updates, before, all @ ..] = carried else {
            return;
        };
        own.updates = *updates;
        let mut all = all.iter().copied();
        let pull = self.pull.iter_mut().skip(column).step_by(width);
        pull.zip(&mut all)
            .for_each(|(to, v)| *to = f64::from_bits(v));
        let before = all.by_ref().take(*before as usize);
        own.before = before.map(f64::from_bits).collect();
        own.carried = all.collect();
    }

    /// What every unit becomes in the next step, less what it is.
    fn velocity(
        &self,
        network: &Network,
        (x, drive): (&[f64], Drive<'_>),
        with_energy: bool,
        ws: &mut Workspace,
        out: &mut [f64],
    ) {
        let (n, width) = (network.size(), ws.width());
        let mut pull = vec![0.0; n * width];
        network.pull(x, self.prompt.as_ref(), with_energy, ws, &mut pull);
        out.fill(0.0);
        let on = (network, &self.wiring);
        let mut walks = walks(network, self.flipping.rule, width);
        let block = Block {
            g: &ws.g,
            pull: &pull,
            input: drive.input,
            width,
        };
        let past = |column| Past::of(network, |i| block.g[i * width + column]);
        let pasts: Vec<Past> = (0..width).map(past).collect();
        for (column, walk) in walks.iter_mut().enumerate() {
            read(walk, block, column, &pasts[column]);
        }
        Walk::renew_all(on, &mut walks, |walk| Some(walk));
        for (column, past) in pasts.iter().enumerate() {
            let clamped = clamped_in(drive.clamped, n, width, column);
            let units = free_units(network, &clamped, self.flipping.ties);
            let own = (column, past, &units[..]);
            wishes(on, block, walks.get_mut(column), own, |i, by| {
                out[i * width + column] = by;
            });
        }
    }

    fn velocity_at_end(
        &mut self,
        network: &Network,
        (x, drive): (&[f64], Drive<'_>),
        with_energy: bool,
        ws: &mut Workspace,
        out: &mut [f64],
    ) {
        let width = ws.width();
        let part = self.prompt.as_ref();
        network.pull(x, part, with_energy, ws, &mut self.pull);
        out.fill(0.0);
        let block = Block {
            g: &ws.g,
            pull: &self.pull,
            input: drive.input,
            width,
        };
        let on = (network, &self.wiring);
        for (column, walk) in self.walks.iter_mut().enumerate() {
            read(walk, block, column, &self.columns[column].past);
        }
        Walk::renew_all(on, &mut self.walks, |walk| Some(walk));
        for (column, own) in self.columns.iter().enumerate() {
            let g = |i: usize| block.g[i * width + column];
            let changed = |i: usize| out[i * width + column] = 1.0;
            own.past.changed(network, g, changed);
            let of = (column, &own.past, &own.units[..]);
            wishes(on, block, self.walks.get_mut(column), of, |i, by| {
                out[i * width + column] = by;
            });
        }
    }

    fn advance(
        &mut self,
        equation: &mut Equation<'_, '_>,
        node: &mut Node<'_>,
        storage: &mut Storage,
        ws: &mut Workspace,
    ) -> Result<(), StopReason> {
        let (network, width) = (equation.network, ws.width());
        equation.place(1.0, node.h);
        storage.end.copy_from_slice(node.x);
        let (drive, d) = (equation.drive(), network.energy_weights());
        let remembers = self.prompt.is_some();
        if remembers {
            network.activation(node.x, width, &mut ws.g);
        }
        let block = Block {
            g: &ws.g,
            pull: &self.pull,
            input: drive.input,
            width,
        };
        for (column, own) in self.columns.iter_mut().enumerate() {
            (own.goles, own.cycles) = (None, false);
            if node.h[column] == 0.0 {
                continue;
            }
            if own.is_new {
                let clamped = clamped_in(drive.clamped, network.size(), width, column);
                own.units = free_units(network, &clamped, self.flipping.ties);
                own.is_new = false;
                own.remember(network, |i| block.g[i * width + column]);
            }
            if own.updates == updates_at(equation.times[1][column] - self.t_start, 1) {
                continue;
            }
            if remembers && own.updates > 0 {
                // What is found anew where the input changes knows nothing of the past.
                let first = &mut storage.k[0];
                (0..network.size()).for_each(|i| first[i * width + column] = 0.0);
                let on = (network, &self.wiring);
                let mut walk = self.walks.get_mut(column);
                if let Some(walk) = &mut walk {
                    read(walk, block, column, &own.past);
                    walk.renew(on);
                }
                let of = (column, &own.past, &own.units[..]);
                wishes(on, block, walk, of, |i, by| {
                    first[i * width + column] = by;
                });
            }
            own.updates += 1;
            let had = !own.before.is_empty();
            own.before.resize(network.size(), 0.0);
            let (mut goles, mut same, mut still) = (0.0, true, true);
            for (i, before) in own.before.iter_mut().enumerate() {
                let k = i * width + column;
                let (now, by) = (node.x[k], storage.k[0][k]);
                storage.end[k] = now + by;
                let over_two = now + by - *before;
                goles -= d[i] * over_two * (drive.input[k] + block.pull[k]);
                same &= over_two == 0.0;
                still &= by == 0.0;
                *before = now;
            }
            own.goles = (had && self.is_quadratic).then_some(goles);
            // With a past two states that come back say nothing of the third.
            own.cycles = had && same && !still && !remembers;
            if remembers {
                let (by, end) = (&storage.k[0], &storage.end);
                own.past.push(network, |i| match i * width + column {
                    k if by[k] == 0.0 => block.g[k],
                    // The state of a unit is its activation.
                    k => end[k],
                });
            }
        }
        Ok(())
    }

    fn flipped(&self, column: usize) -> Option<Flipped> {
        let goles = self.columns[column].goles;
        Some(Flipped {
            falls: goles.is_some() || self.is_concave,
            instead: goles.filter(|_| !self.is_concave),
            ..Flipped::default()
        })
    }

    fn ends(&self, column: usize) -> Option<StopReason> {
        let cycles = self.columns[column].cycles && self.until_rest;
        cycles.then_some(StopReason::Cycle)
    }

    fn work_at_end(&self) -> [f64; 2] {
        [0.0; 2]
    }

    fn error(&self, _: &[f64], _: &[f64], _: &Storage, out: &mut [f64]) {
        out.fill(0.0);
    }

    /// All units flip at the end.
    fn inside_column(&self, _: (f64, usize), x: &[f64], _: &Storage, out: &mut [f64]) -> bool {
        out.copy_from_slice(x);
        true
    }
}
