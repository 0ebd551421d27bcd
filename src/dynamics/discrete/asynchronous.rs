//! Units that flip one at a time. One step of length 1 is a sweep: as many updates as there are free units.

use std::fmt;
use std::sync::Arc;

use super::flipping::{Flipping, Order};
use super::past::Past;
use super::units::{Unit, Wiring, free_units, unit_of};
use super::walk::{Walk, Wish, exchange, has_differences};
use crate::dynamics::settings::Settings;
use crate::dynamics::stepper::{Equation, Flipped, Node, Stepper, Storage};
use crate::network::{Drive, Network, Workspace};
use crate::pattern::random::{Draws, Stream};
use crate::synapse::Flip;
use crate::trajectory::StopReason;

/// What a synapse keeps is summed anew after so many sweeps, so that rounding does not pile up.
const RENEWED: u64 = 32;

/// How a unit answers at a temperature above 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Answer {
    /// Each state as likely as e^(−E/T) says, whatever the present one is (Glauber 1963; Gibbs sampling).
    HeatBath,
    /// Another state is proposed, and taken with probability min(1, e^(−ΔE/T)) (Metropolis and others 1953).
    Metropolis,
}

/// One flip of the last step.
#[derive(Clone, Copy, Debug)]
struct Made {
    /// After how many updates of the step.
    update: u64,
    neuron: usize,
    g: f64,
}

/// One trajectory.
struct Own {
    walk: Walk,
    past: Past,
    draws: Draws,
    /// Is its state yet to be read?
    is_new: bool,
    /// What another block kept of it, until it is read.
    carried: Vec<u64>,
    units: Arc<[Unit]>,
    /// The order of a sweep, where it is kept: places among the units.
    order: Vec<usize>,
    /// Updates since its start.
    updates: u64,
    /// Did it take the last step?
    runs: bool,
    /// What was done in it: how many updates, and which flips.
    tried: u64,
    made: Vec<Made>,
    /// By how much its flips changed the energy in the last step, all together and up at most; and one at most since its start.
    change: f64,
    rise: f64,
    largest: f64,
    /// Was it at temperature 0 all the while?
    cold: bool,
    /// By how much each state of a group is less likely than the present one.
    chances: Vec<f64>,
    /// Is what its synapses keep to be summed anew?
    is_due: bool,
}

/// See the module.
pub(super) struct Asynchronous {
    flipping: Flipping,
    answer: Answer,
    wiring: Wiring,
    t_start: f64,
    until_rest: bool,
    /// Are energy differences known?
    has_energy: bool,
    columns: Vec<Own>,
    /// The units that are free where these neurons are clamped: the columns share them, as a rule all.
    units: (Vec<bool>, Arc<[Unit]>),
}

impl fmt::Debug for Asynchronous {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Asynchronous")
            .field("flipping", &self.flipping)
            .finish_non_exhaustive()
    }
}

impl Asynchronous {
    pub fn new(network: &Network, settings: &Settings, width: usize, answer: Answer) -> Self {
        let own = || Own {
            walk: Walk::new(network),
            past: Past::new(network),
            draws: Draws::of(Stream::default()),
            is_new: true,
            carried: Vec::new(),
            units: Arc::from([]),
            order: Vec::new(),
            updates: 0,
            runs: false,
            tried: 0,
            made: Vec::new(),
            change: 0.0,
            largest: 0.0,
            rise: 0.0,
            cold: false,
            chances: Vec::new(),
            is_due: false,
        };
        Asynchronous {
            flipping: settings.flipping.clone(),
            answer,
            wiring: Wiring::new(network),
            t_start: settings.t_start,
            until_rest: settings.until_rest,
            has_energy: network.has_energy() && has_differences(network),
            columns: (0..width).map(|_| own()).collect(),
            units: (Vec::new(), Arc::from([])),
        }
    }
}

impl Own {
    /// Reads a state, and which of its neurons are free; or goes on with what another block kept.
    fn read(
        &mut self,
        (network, wiring): (&Network, &Wiring),
        flipping: &Flipping,
        g: impl Iterator<Item = f64>,
        units: Arc<[Unit]>,
    ) {
        self.walk.g.iter_mut().zip(g).for_each(|(to, g)| *to = g);
        self.units = units;
        // In a sweep every unit may flip, a group with two neurons.
        self.made.reserve(2 * self.units.len());
        self.order.clear();
        let units = &self.units;
        match &flipping.order {
            Order::Random => {}
            Order::Listed(neurons) => {
                let places = neurons.iter().filter_map(|i| unit_of(units, *i));
                self.order.extend(places);
            }
            _ => self.order.extend(0..units.len()),
        }
        self.is_new = false;
        let mut carried = std::mem::take(&mut self.carried).into_iter();
        let [
            Some(updates),
            Some(largest),
            Some(seed),
            Some(low),
            Some(high),
            Some(drawn),
        ] = std::array::from_fn(|_| carried.next())
        else {
            self.is_due = true;
            let g = &self.walk.g;
            self.past = Past::of(network, |i| g[i]);
            return;
        };
        self.updates = updates;
        self.largest = f64::from_bits(largest);
        self.draws = Draws::at([seed, low, high, drawn]);
        for (k, was) in self.order.iter_mut().zip(&mut carried) {
            *k = was as usize;
        }
        self.walk.resume(wiring, &mut carried);
        self.past.resume(network, carried);
    }

    /// The input of its column, and what comes late.
    fn set_input(&mut self, input: &[f64], width: usize, column: usize) {
        fill(&mut self.walk.input, input, width, column);
        add(&mut self.walk.input, &self.past.field);
    }

    /// Its walk, if what is kept there is to be summed anew.
    fn due(&mut self) -> Option<&mut Walk> {
        self.is_due.then_some(&mut self.walk)
    }

    /// Updates of a sweep.
    fn asked(&self, order: &Order) -> u64 {
        let nobody = matches!(order, Order::Listed(_)) && self.order.is_empty();
        if nobody { 0 } else { self.units.len() as u64 }
    }

    /// Was every unit asked in the last step, and answered at temperature 0? What none did then, none wants.
    fn asked_all(&self, order: &Order) -> bool {
        let count = self.units.len() as u64;
        let each_once = match order {
            Order::Cyclic | Order::RandomPermutation => self.updates.is_multiple_of(count.max(1)),
            Order::Random | Order::Layers | Order::Listed(_) => false,
        };
        each_once && self.cold && self.tried == count
    }

    /// The place of the unit that is asked next.
    #[inline]
    fn next(&mut self, order: &Order) -> usize {
        let count = self.units.len();
        match order {
            Order::Random => self.draws.below(count),
            _ => {
                let k = (self.updates % self.order.len() as u64) as usize;
                if k == 0 && *order == Order::RandomPermutation {
                    for i in (1..count).rev() {
                        self.order.swap(i, self.draws.below(i + 1));
                    }
                }
                self.order[k]
            }
        }
    }

    /// Asks one unit, and flips it if it answers so.
    #[inline]
    fn update(
        &mut self,
        on: (&Network, &Wiring),
        flipping: &Flipping,
        (temperature, answer): (f64, Answer),
        has_energy: bool,
    ) {
        let k = self.next(&flipping.order);
        self.updates += 1;
        self.tried += 1;
        let wish = match temperature > 0.0 {
            false => self.walk.wish(on, &self.units[k], flipping.rule),
            true => self.answer(on, k, (temperature, answer)),
        };
        if wish.flips {
            self.flip(on, k, wish, has_energy);
        }
    }

    fn flip(&mut self, on: (&Network, &Wiring), k: usize, wish: Wish, has_energy: bool) {
        let (g, update) = (wish.to, self.tried);
        let flips = match &self.units[k] {
            Unit::Neuron { neuron, .. } => {
                let by = g - self.walk.g[*neuron];
                let flip = Flip {
                    neuron: *neuron,
                    by,
                };
                [Some((flip, g)), None]
            }
            Unit::Group { neurons, .. } => {
                let now = self.walk.one_of(neurons.clone());
                let [from, to] = exchange(now, g as usize);
                [Some((from, 0.0)), Some((to, 1.0))]
            }
        };
        if has_energy {
            let change = if wish.change.is_nan() {
                match flips {
                    [Some((a, _)), Some((b, _))] => self.walk.difference(on, &[a, b]),
                    [Some((a, _)), None] => self.walk.difference(on, &[a]),
                    _ => 0.0,
                }
            } else {
                wish.change
            };
            self.change += change;
            self.largest = self.largest.max(change.abs());
            self.rise = self.rise.max(change);
        }
        for (Flip { neuron, .. }, g) in flips.into_iter().flatten() {
            self.walk.set(on, neuron, g);
            self.made.push(Made { update, neuron, g });
        }
    }

    /// What a unit becomes at a temperature above 0.
    fn answer(
        &mut self,
        on: (&Network, &Wiring),
        k: usize,
        (temperature, answer): (f64, Answer),
    ) -> Wish {
        let (walk, draws) = (&mut self.walk, &mut self.draws);
        match &self.units[k] {
            Unit::Neuron {
                neuron,
                values: [low, high],
                ..
            } => {
                let g = walk.g[*neuron];
                let to = if g == *low { *high } else { *low };
                let flip = Flip {
                    neuron: *neuron,
                    by: to - g,
                };
                let change = walk.difference(on, &[flip]);
                let factor = (change / temperature).exp();
                let chance = match answer {
                    Answer::HeatBath => 1.0 / (1.0 + factor),
                    Answer::Metropolis => 1.0 / factor,
                };
                Wish {
                    flips: draws.uniform() < chance,
                    to,
                    change,
                }
            }
            Unit::Group { neurons, .. } => {
                let now = walk.one_of(neurons.clone());
                let mut of = |k: usize| match k == now {
                    true => 0.0,
                    false => walk.difference(on, &exchange(now, k)),
                };
                let (to, change) = match answer {
                    Answer::Metropolis => {
                        let other = neurons.start + draws.below(neurons.len() - 1);
                        let other = other + usize::from(other >= now);
                        let change = of(other);
                        match draws.uniform() < (-change / temperature).exp() {
                            true => (other, change),
                            false => (now, 0.0),
                        }
                    }
                    Answer::HeatBath => {
                        self.chances.clear();
                        self.chances.extend(neurons.clone().map(of));
                        let k = drawn(&self.chances, temperature, draws.uniform());
                        (neurons.start + k, self.chances[k])
                    }
                };
                Wish {
                    flips: to != now,
                    to: to as f64,
                    change,
                }
            }
        }
    }
}

/// The state whose share of Σ e^(−E/T) holds this part of it, of states with these energies.
fn drawn(energies: &[f64], temperature: f64, part: f64) -> usize {
    let least = energies.iter().copied().fold(f64::INFINITY, f64::min);
    let weight = |e: &f64| ((least - e) / temperature).exp();
    let mut left = part * energies.iter().map(weight).sum::<f64>();
    for (k, e) in energies.iter().enumerate() {
        left -= weight(e);
        if left < 0.0 {
            return k;
        }
    }
    // Rounding left a little: the last state that has any share.
    let last = energies.iter().rposition(|e| weight(e) > 0.0);
    last.unwrap_or(0)
}

/// After so many updates, is what the synapses keep to be summed anew?
fn is_due(updates: u64, count: u64) -> bool {
    updates > 0 && updates.is_multiple_of(count * RENEWED)
}

/// Which neurons of a column are clamped, of the entries of a block.
pub(super) fn clamped_in(entries: &[usize], n: usize, width: usize, column: usize) -> Vec<bool> {
    let mut clamped = vec![false; n];
    let own = entries.iter().filter(|k| *k % width == column);
    own.for_each(|k| clamped[k / width] = true);
    clamped
}

impl Stepper for Asynchronous {
    fn velocities(&self) -> usize {
        2
    }

    fn evaluations(&self) -> u64 {
        1
    }

    fn begin(&mut self, _: &Network, (column, _): (usize, &[f64]), stream: Stream) {
        let own = &mut self.columns[column];
        own.draws = Draws::of(stream);
        own.is_new = true;
        own.carried.clear();
        (own.updates, own.largest) = (0, 0.0);
    }

    fn may_repeat(&self) -> bool {
        false
    }

    fn carry(&self, column: usize) -> Vec<u64> {
        let own = &self.columns[column];
        if own.is_new {
            // It has taken no step here.
            return own.carried.clone();
        }
        let mut carried = vec![own.updates, own.largest.to_bits()];
        carried.extend(own.draws.place());
        carried.extend(own.order.iter().map(|k| *k as u64));
        carried.extend(own.walk.carry());
        carried.extend(own.past.carry());
        carried
    }

    fn resume(&mut self, column: usize, carried: &[u64]) {
        self.columns[column].carried = carried.to_vec();
    }

    fn velocity(
        &self,
        network: &Network,
        (x, drive): (&[f64], Drive<'_>),
        with_energy: bool,
        ws: &mut Workspace,
        out: &mut [f64],
    ) {
        evaluate(network, (x, drive), with_energy, ws, out);
        let (n, width) = (network.size(), ws.width());
        let on = (network, &self.wiring);
        let mut walks = vec![Walk::new(network); width];
        for (column, walk) in walks.iter_mut().enumerate() {
            fill(&mut walk.g, &ws.g, width, column);
            fill(&mut walk.input, drive.input, width, column);
            let past = Past::of(network, |i| walk.g[i]);
            add(&mut walk.input, &past.field);
        }
        Walk::renew_all(on, &mut walks, |walk| Some(walk));
        for (column, walk) in walks.iter_mut().enumerate() {
            let clamped = clamped_in(drive.clamped, n, width, column);
            let units = free_units(network, &clamped, self.flipping.ties);
            // One is enough: the state is not at rest.
            if let Some((i, by)) = walk.restless(on, &units, self.flipping.rule) {
                out[i * width + column] = by;
            }
        }
    }

    /// Where there was a flip, 1; where there was none, what a unit wants that wants another value.
    fn velocity_at_end(
        &mut self,
        network: &Network,
        (x, drive): (&[f64], Drive<'_>),
        with_energy: bool,
        ws: &mut Workspace,
        out: &mut [f64],
    ) {
        evaluate(network, (x, drive), with_energy, ws, out);
        let width = ws.width();
        let (on, rule) = ((network, &self.wiring), self.flipping.rule);
        for (column, own) in self.columns.iter_mut().enumerate() {
            own.is_due = false;
            if !own.runs {
                continue;
            }
            if own.made.is_empty() {
                let wants = match own.asked_all(&self.flipping.order) {
                    true => None,
                    false => own.walk.restless(on, &own.units, rule),
                };
                match wants {
                    Some((i, by)) => out[i * width + column] = by,
                    None => own.is_due = self.until_rest && own.cold,
                }
            }
            let (past, g) = (&own.past, &own.walk.g);
            past.changed(network, |i| g[i], |i| out[i * width + column] = 1.0);
            for made in &own.made {
                // A neuron that flipped twice is where it was, and yet the sweep was not still.
                out[made.neuron * width + column] = 1.0;
            }
        }
        // What was added flip by flip is rounded: whether a unit of a state at rest is drawn neither way is asked of new sums.
        Walk::renew_all(on, &mut self.columns, Own::due);
        for (column, own) in self.columns.iter_mut().enumerate() {
            if own.is_due
                && let Some((i, by)) = own.walk.restless(on, &own.units, rule)
            {
                out[i * width + column] = by;
            }
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
        let on = (network, &self.wiring);
        equation.place(1.0, node.h);
        if self.columns.iter().any(|own| own.is_new) {
            network.activation(node.x, width, &mut ws.g);
        }
        storage.end.copy_from_slice(node.x);
        let drive = equation.drive();
        for (column, own) in self.columns.iter_mut().enumerate() {
            own.made.clear();
            (own.tried, own.change, own.cold) = (0, 0.0, true);
            own.rise = 0.0;
            own.runs = node.h[column] > 0.0;
            own.is_due = false;
            if !own.runs {
                continue;
            }
            if own.is_new {
                let g = ws.g.iter().skip(column).step_by(width).copied();
                let clamped = clamped_in(drive.clamped, network.size(), width, column);
                let shared = &mut self.units;
                if shared.0 != clamped {
                    let units = free_units(network, &clamped, self.flipping.ties);
                    *shared = (clamped, units.into());
                }
                own.read(on, &self.flipping, g, shared.1.clone());
            }
            let count = own.asked(&self.flipping.order);
            own.is_due |= count > 0 && is_due(own.updates, count);
        }
        Walk::renew_all(on, &mut self.columns, Own::due);
        for (column, own) in self.columns.iter_mut().enumerate() {
            if !own.runs {
                continue;
            }
            own.set_input(drive.input, width, column);
            // A start may clamp all that the order names: nobody is asked then.
            let count = own.asked(&self.flipping.order);
            let until = updates_at(equation.times[1][column] - self.t_start, count);
            while own.updates < until {
                if own.updates % count == 0 {
                    if !(equation.go_on)() {
                        return Err(StopReason::Interrupted);
                    }
                    // In the middle of a step, where it begins in the middle of a sweep.
                    if own.tried > 0 && is_due(own.updates, count) {
                        own.walk.renew(on);
                    }
                }
                let temperature = self.flipping.temperature.of(own.updates / count);
                own.cold &= temperature == 0.0;
                let how = (temperature, self.answer);
                own.update(on, &self.flipping, how, self.has_energy);
                if own.updates % count == 0 && !own.past.is_empty() {
                    let g = &own.walk.g;
                    own.past.push(network, |i| g[i]);
                    own.set_input(drive.input, width, column);
                }
            }
            for made in &own.made {
                storage.end[made.neuron * width + column] = made.g;
            }
        }
        Ok(())
    }

    fn flipped(&self, column: usize) -> Option<Flipped> {
        let own = &self.columns[column];
        Some(Flipped {
            falls: own.cold,
            flips: own.made.len(),
            sum: self.has_energy.then_some(own.change),
            largest: own.largest,
            rise: own.rise,
            instead: None,
        })
    }

    fn work_at_end(&self) -> [f64; 2] {
        [0.0; 2]
    }

    fn error(&self, _: &[f64], _: &[f64], _: &Storage, out: &mut [f64]) {
        out.fill(0.0);
    }

    /// The state after as many updates of the sweep.
    fn inside_column(
        &self,
        (theta, column): (f64, usize),
        x: &[f64],
        _: &Storage,
        out: &mut [f64],
    ) -> bool {
        let own = &self.columns[column];
        let until = updates_at(theta, own.tried);
        out.copy_from_slice(x);
        let before = own.made.iter().take_while(|m| m.update <= until);
        before.for_each(|made| out[made.neuron] = made.g);
        true
    }
}

/// Updates in so many sweeps of `count`: a time that is off by a rounding is that of the update.
pub(super) fn updates_at(sweeps: f64, count: u64) -> u64 {
    (sweeps * count as f64 * (1.0 + 1e-12) + 1e-6).floor() as u64
}

/// Activations, and the energies of the synapses if they are asked for; no velocity yet.
pub(super) fn evaluate(
    network: &Network,
    (x, drive): (&[f64], Drive<'_>),
    with_energy: bool,
    ws: &mut Workspace,
    out: &mut [f64],
) {
    match with_energy {
        true => network.velocity(x, drive, true, ws, out),
        false => {
            let width = ws.width();
            network.activation(x, width, &mut ws.g);
        }
    }
    out.fill(0.0);
}

/// Adds to every number another one, if there are any.
pub(super) fn add(to: &mut [f64], more: &[f64]) {
    to.iter_mut().zip(more).for_each(|(to, v)| *to += v);
}

/// One column of a block.
pub(super) fn fill(to: &mut [f64], block: &[f64], width: usize, column: usize) {
    let own = block.iter().skip(column).step_by(width);
    to.iter_mut().zip(own).for_each(|(to, v)| *to = *v);
}
