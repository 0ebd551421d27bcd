//! Phases: a block of trajectories that the engine brings to rest, and how near to rest they are.

use std::sync::Mutex;

use crate::dynamics::{Interrupt, Outcome, Settings, Start};
use crate::ensemble::Ensemble;
use crate::monitor::RestMonitor;
use crate::network::{Connection, Drive, Network, Workspace};
use crate::refusal::Refusal;
use crate::stimulus::Stimulus;
use crate::synapse::Ports;
use crate::trajectory::StopReason;

/// The names of phases in tables, as rules give them.
pub const PHASES: [&str; 4] = ["free", "nudged", "nudged away", "clamped"];

/// How phases are run.
#[derive(Clone, Copy, Debug)]
pub struct Phases<'a> {
    /// How every trajectory is integrated.
    pub settings: &'a Settings,
    /// Tolerances `[atol, rtol]` of rest.
    pub rest: [f64; 2],
    /// Threads; 0 for one on each core. The answer does not depend on them.
    pub threads: usize,
    /// Stops everything when raised.
    pub interrupt: &'a Interrupt,
}

/// Where the trajectories of a phase ended, `neurons × width` each, a column for each start.
#[derive(Clone, Debug, PartialEq)]
pub struct Phase {
    /// States.
    pub x: Vec<f64>,
    /// Activations.
    pub g: Vec<f64>,
    /// How many.
    pub width: usize,
    /// The largest `|τ ẋ|` of a neuron of any of them that is free; of a neuron without leak that of its activation, `|τ H ẋ|`.
    pub residual: f64,
    /// How many of them are not at rest, by the tolerances asked for.
    pub moving: usize,
}

impl Phases<'_> {
    /// Integrates a block of starts of one network.
    ///
    /// # Errors
    /// A start that is none, a trajectory that ends at no state: `name` says which phase it was of. An interrupt.
    pub fn run(&self, name: &str, network: &Network, starts: &[Start]) -> Result<Phase, Refusal> {
        let failed = |why: String| Refusal::new(format!("the {name}"), why);
        let folded = match self.settings.method.flips {
            true => None,
            false => folded(network, starts),
        };
        let (network, starts) = match &folded {
            Some((network, starts)) => (network, &starts[..]),
            None => (network, starts),
        };
        let stimulus = Stimulus::constant(network);
        let ensemble = Ensemble {
            network,
            settings: self.settings,
            stimulus: &stimulus,
            threads: self.threads,
            alone: false,
            interrupt: self.interrupt,
        };
        let flips = self.settings.method.flips;
        let monitor = |k: usize| {
            let rest = RestMonitor::new(network, self.rest);
            let wanted = self.settings.until_rest;
            wanted.then(|| match flips {
                true => rest.at_once(),
                false => rest.clamping(network, &starts[k].clamped),
            })
        };
        let (n, width) = (network.size(), starts.len());
        let ends: Mutex<Vec<Option<Outcome>>> = Mutex::new(vec![None; width]);
        let done = |k: usize, outcome: Outcome, _| {
            if let Ok(mut ends) = ends.lock() {
                ends[k] = Some(outcome);
            }
        };
        let start = |k: usize| Ok(starts[k].clone());
        let ran = ensemble.run(0..width, start, monitor, done);
        ran.map_err(|why| failed(format!("cannot be run: {why}")))?;
        if self.interrupt.is_raised() {
            return Err(failed("was interrupted".into()));
        }
        let ends = ends
            .into_inner()
            .map_err(|_| failed("was lost: a thread failed".into()))?;
        let mut phase = Phase {
            x: vec![0.0; n * width],
            g: vec![0.0; n * width],
            width,
            residual: 0.0,
            moving: 0,
        };
        for (k, outcome) in ends.into_iter().enumerate() {
            let Some(outcome) = outcome else {
                return Err(failed("was lost: a thread failed".into()));
            };
            match outcome.stop {
                StopReason::Rest | StopReason::TimeReached | StopReason::NotAtRest => {}
                other => {
                    let why = format!(
                        "ended without a state ({}) at t = {}",
                        other.word(),
                        outcome.t
                    );
                    let help =
                        "a smaller rate of learning or nudge may keep it finite, and shorter steps";
                    return Err(failed(why).help(help));
                }
            }
            for (i, x) in outcome.x.iter().enumerate() {
                phase.x[i * width + k] = *x;
            }
        }
        match flips {
            true => network.activation(&phase.x, width, &mut phase.g),
            false => phase.look(network, starts, self.rest),
        }
        Ok(phase)
    }
}

/// The same network and starts with the currents out of layers that are held in all starts put into the input, where a synapse joins two
/// layers and is linear in the activations of each: they are the same at every step. None where there is no such synapse.
fn folded(network: &Network, starts: &[Start]) -> Option<(Network, Vec<Start>)> {
    let width = starts.len();
    let mut held = vec![true; network.layers().len()];
    for start in starts {
        let mut clamped = vec![false; network.size()];
        let all = start.clamped.iter().chain(network.clamped());
        all.for_each(|i| clamped[*i] = true);
        for (k, held) in held.iter_mut().enumerate() {
            *held &= clamped[network.neurons(k)].iter().all(|c| *c);
        }
    }
    let folds = |c: &Connection| {
        let [a, b] = c.layers[..] else { return false };
        held[a] != held[b] && c.synapse.is_quadratic()
    };
    if !network.connections().iter().any(folds) {
        return None;
    }
    let n = network.size();
    let (mut x, mut g) = (vec![0.0; n * width], vec![0.0; n * width]);
    for (b, start) in starts.iter().enumerate() {
        for (i, v) in start.x.iter().enumerate() {
            x[i * width + b] = *v;
        }
    }
    network.activation(&x, width, &mut g);
    let mut builder = Network::builder();
    for layer in network.layers() {
        builder = builder.layer(layer.clone());
    }
    let mut current = vec![0.0; n * width];
    for c in network.connections() {
        if folds(c) {
            let mut scratch = c.synapse.scratch(width);
            let ports = Ports::new(&c.neurons, width);
            c.synapse
                .evaluate(&ports, &g, &mut current, None, &mut scratch);
            continue;
        }
        let names = c.layers.iter().map(|l| network.layers()[*l].name.clone());
        builder = builder.connect_boxed(names.collect(), c.synapse.clone());
    }
    // Made of parts of one that was.
    let reduced = builder.build().ok()?;
    let weights = network.energy_weights();
    let all = starts.iter().enumerate().map(|(b, start)| {
        let mut start = start.clone();
        start.input.resize(n, 0.0);
        for k in (0..held.len()).filter(|k| !held[*k]) {
            for i in network.neurons(k) {
                start.input[i] += current[i * width + b] / weights[i];
            }
        }
        start
    });
    Some((reduced, all.collect()))
}

impl Phase {
    /// Finds activations and residuals.
    fn look(&mut self, network: &Network, starts: &[Start], rest: [f64; 2]) {
        let width = self.width;
        let mut input = vec![0.0; self.x.len()];
        let mut clamped = Vec::new();
        for (k, start) in starts.iter().enumerate() {
            for (i, v) in start.whole_input(network).into_iter().enumerate() {
                input[i * width + k] = v;
            }
            let all = network.clamped().iter().chain(&start.clamped);
            clamped.extend(all.map(|i| i * width + k));
        }
        let drive = Drive {
            input: &input,
            clamped: &clamped,
        };
        let mut ws = Workspace::new(network, width);
        let mut at = network.at(&self.x, drive, &mut ws);
        let velocity = at.velocity().to_vec();
        self.g.copy_from_slice(at.activation());
        let mut residuals = |[atol, rtol]: [f64; 2]| {
            let each = [atol, rtol].map(|t| vec![t; width]);
            at.rest_residual(&velocity, [&each[0], &each[1]]).to_vec()
        };
        // With 1 and 0 it is |τ ẋ| itself.
        self.residual = residuals([1.0, 0.0]).into_iter().fold(0.0, f64::max);
        self.moving = residuals(rest).into_iter().filter(|r| *r >= 1.0).count();
    }

    /// Row `i` of the activations.
    pub fn row(&self, i: usize) -> &[f64] {
        &self.g[i * self.width..(i + 1) * self.width]
    }

    /// The states of column `k`.
    pub fn column(&self, k: usize) -> Vec<f64> {
        self.x.iter().skip(k).step_by(self.width).copied().collect()
    }
}
