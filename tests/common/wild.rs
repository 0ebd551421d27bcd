//! Random sound networks at the edges of what numbers hold: gains to 1e6, scales from 1e-12 to 1e12, time constants nine
//! orders of magnitude apart, every Lagrangian and every synapse with an energy, tolerances from 1e-3 to 1e-10. The energy
//! of each of them falls, so that whatever the monitor says against one is false.

#![allow(dead_code, reason = "the tests use less of it than the example")]

use std::sync::Arc;

use attractor::dynamics::{
    AUTO, BS3, DOPRI5, EXPONENTIAL, Method, Settings, Start, TSIT5, integrate,
};
use attractor::kernels::Weights;
use attractor::lagrangian::{DirectSum, Lagrangian};
use attractor::monitor::{Course, LyapunovMonitor, LyapunovReport, Mode, PART};
use attractor::network::{Drive, Layer, Network, Workspace};
use attractor::stimulus::{Addition, Interpolation, Shape, Stimulus};
use attractor::synapse::{Dense, Memory, Penalty, Recurrent};
use attractor::trajectory::{Check, StopReason};

use crate::common::{Given, graded_kinds, make};

/// Seeded numbers (Marsaglia's xorshift, multiplied), independent of the generator of the library.
struct Draws(u64);

impl Draws {
    fn of(seed: u64) -> Draws {
        let mut d = Draws(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ 0xd1b5_4a32_d192_ed03);
        (0..8).for_each(|_| _ = d.unit());
        d
    }

    /// Between 0 and 1.
    fn unit(&mut self) -> f64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 11) as f64 / (1u64 << 53) as f64
    }

    fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.unit()
    }

    /// A power of ten with an exponent between these.
    fn power(&mut self, low: f64, high: f64) -> f64 {
        10f64.powf(self.between(low, high))
    }

    fn below(&mut self, n: usize) -> usize {
        ((self.unit() * n as f64) as usize).min(n - 1)
    }

    fn chance(&mut self, p: f64) -> bool {
        self.unit() < p
    }

    /// About a normal number.
    fn normal(&mut self) -> f64 {
        (0..6).map(|_| self.unit()).sum::<f64>() * 1.414 - 4.242
    }

    fn normals(&mut self, n: usize, scale: f64) -> Vec<f64> {
        (0..n).map(|_| scale * self.normal()).collect()
    }
}

/// A Lagrangian with random parameters; `unit` is the size of the states that it sees.
fn lagrangian(r: &mut Draws, n: usize, unit: f64) -> Arc<dyn Lagrangian> {
    let kinds = graded_kinds();
    loop {
        let kind = kinds[r.below(kinds.len())];
        let mut given = Given::default();
        for name in kind.parameters.iter().map(|p| p.name) {
            let value = match (kind.name, name) {
                // What grows like an exponential overflows at once if it is steep.
                ("exponential" | "rectified-exponential", "beta") => r.between(0.3, 2.0) / unit,
                (_, "beta") if r.chance(0.5) => r.power(-2.0, 6.0),
                (_, "beta") => r.power(-1.0, 2.0) / unit,
                ("soft-threshold", _) => r.power(-3.0, 0.5) * unit,
                (_, "lambda") => r.power(-1.0, 3.0) / unit,
                ("repu", _) => 2.0 + r.below(3) as f64,
                ("power", _) => 2.0 + 2.0 * r.below(2) as f64,
                (_, "gamma") => r.power(-1.0, 1.0),
                (_, "eps") if r.chance(0.3) => 0.0,
                (_, "eps") => r.power(-12.0, 0.0) * unit * unit,
                _ => continue,
            };
            given.0.insert(name.to_owned(), vec![value]);
        }
        if let Ok(l) = make(kind.name, given)
            && l.fits(n).is_ok()
            && l.convexity().is_ok()
        {
            return l;
        }
    }
}

/// A network, a start and how it is integrated.
pub struct Wild {
    pub network: Network,
    pub settings: Settings,
    pub mode: Mode,
    pub x: Vec<f64>,
    pub stimulus: Stimulus,
    pub seed: u64,
}

/// The same network under inputs that change: steps, ramps, sines down to periods far below a step, samples.
pub fn driven(seed: u64) -> Option<Wild> {
    let mut wild = wild(seed)?;
    let r = &mut Draws::of(!seed);
    let network = &wild.network;
    let largest = |values: &[f64]| values.iter().fold(0.0f64, |m, v| m.max(v.abs()));
    let size = largest(&wild.x).max(largest(network.input())).max(1e-12);
    let (first, last) = (wild.settings.t_start, wild.settings.t_end);
    let additions = (0..1 + r.below(3)).map(|_| {
        let layer = r.below(network.layers().len());
        let neurons = network.neurons(layer);
        let from = r.between(first, last);
        let until = r.between(from, last).max(from + 1e-9 * (last - from));
        let scale = size * r.power(-3.0, 0.5);
        let mut add = r.normals(neurons.len(), scale);
        let shape = match r.below(4) {
            0 => Shape::Step,
            1 => Shape::Ramp,
            2 => Shape::Sine {
                period: (last - first) * r.power(-4.0, 1.0),
                phase: r.between(0.0, 7.0),
            },
            _ => {
                let count = 2 + r.below(6);
                let mut times: Vec<f64> = (0..count).map(|_| r.between(first, last)).collect();
                times.sort_by(f64::total_cmp);
                add = r.normals(count * neurons.len(), scale);
                let interpolation = match r.chance(0.5) {
                    true => Interpolation::Linear,
                    false => Interpolation::Hold,
                };
                Shape::Sampled {
                    times,
                    factors: None,
                    interpolation,
                }
            }
        };
        let until = match (r.chance(0.5), &shape) {
            (true, Shape::Step | Shape::Sine { .. }) => f64::INFINITY,
            _ => until,
        };
        Addition {
            neurons,
            from,
            until,
            add,
            shape,
        }
    });
    wild.stimulus = Stimulus::new(network, additions.collect()).ok()?;
    Some(wild)
}

/// The network of a seed; none where the draw is none that can be built (a number beyond the largest, say).
pub fn wild(seed: u64) -> Option<Wild> {
    let r = &mut Draws::of(seed);
    let unit = if r.chance(0.5) {
        r.power(-12.0, 12.0)
    } else {
        1.0
    };
    let count = 1 + r.below(3);
    let (spread, steep_tau) = (r.between(0.0, 4.5), r.chance(0.5));
    let mut builder = Network::builder();
    let mut sizes = Vec::new();
    let mut weights = Vec::new();
    let mut reach = Vec::new();
    let mut x = Vec::new();
    let mut times = Vec::new();
    for k in 0..count {
        let n = 1 + r.below(8);
        let l = lagrangian(r, n, unit);
        let tau = |r: &mut Draws| match steep_tau {
            true => r.power(-spread, spread),
            false => r.between(0.5, 2.0),
        };
        let additive = l.is_additive();
        let per_neuron = |r: &mut Draws, draw: &dyn Fn(&mut Draws) -> f64| -> Vec<f64> {
            match additive {
                true => (0..n).map(|_| draw(r)).collect(),
                false => vec![draw(r); n],
            }
        };
        let taus = per_neuron(r, &tau);
        times.extend_from_slice(&taus);
        let weight = match r.chance(0.2) {
            true => vec![r.power(-6.0, 6.0); n],
            false => vec![1.0; n],
        };
        let leak = match r.below(6) {
            0 => 0.0,
            1 => r.power(-3.0, 1.0),
            _ => 1.0,
        };
        // How large its activations are at most, or at states of this size.
        let range = l.reach().range;
        let largest = match range.is_bounded() {
            true => range.low.abs().max(range.high.abs()),
            false => {
                let mut g = vec![0.0; n];
                l.activation(&vec![unit; n], 1, &mut g);
                g.iter().fold(0.0f64, |m, v| m.max(v.abs()))
            }
        };
        if !largest.is_finite() {
            return None;
        }
        reach.push(largest.max(1e-300));
        let at = if r.chance(0.1) { 0.0 } else { 1.0 };
        let start = r.normals(n, at * unit);
        let input = if r.chance(0.5) {
            r.normals(n, unit)
        } else {
            vec![0.0; n]
        };
        let layer = Layer::of(format!("{k}"), &[n], DirectSum::uniform(&[n], l).ok()?);
        let layer = layer.tau(taus).weight(weight.clone()).leak(vec![leak; n]);
        builder = builder.layer(layer.input(input));
        x.extend(start);
        sizes.push(n);
        weights.push(weight);
    }
    // Weights such that currents are of the size of the states.
    for k in 1..count {
        let (a, b) = (sizes[k - 1], sizes[k]);
        let d = weights[k][0].min(weights[k - 1][0]);
        let gain = d * unit * r.power(-1.0, 1.0) / reach[k - 1].max(reach[k]);
        let w = Weights::new(b, a, r.normals(a * b, gain)).ok()?;
        let names = [(k - 1).to_string(), k.to_string()];
        builder = builder.connect(&[&names[0], &names[1]], Dense::new(w));
    }
    for k in 0..count {
        let (n, name) = (sizes[k], k.to_string());
        let d = weights[k][0];
        let gain = unit * r.power(-1.0, 1.0) / reach[k];
        match r.below(5) {
            0 | 1 => {
                let mut w = r.normals(n * n, gain);
                for i in 0..n {
                    for j in 0..i {
                        w[i * n + j] = w[j * n + i];
                    }
                }
                let synapse = Recurrent::new(Weights::new(n, n, w).ok()?, &weights[k]).ok()?;
                builder = builder.connect(&[&name], synapse);
            }
            2 => {
                let rows = 1 + r.below(6);
                let potential = lagrangian(r, rows, 1.0);
                let patterns = Weights::new(rows, n, r.normals(rows * n, 1.0 / reach[k])).ok()?;
                let sum = DirectSum::uniform(&[rows], potential).ok()?;
                let scale = d * unit * reach[k] * r.power(-2.0, 0.5);
                let memory = Memory::new(vec![patterns], sum).ok()?.scale(scale).ok()?;
                builder = builder.connect(&[&name], memory);
            }
            3 => {
                let rows = 1 + r.below(2);
                let a = Weights::new(rows, n, r.normals(rows * n, 1.0)).ok()?;
                let b = r.normals(rows, reach[k]);
                let strength = vec![d * gain * r.power(-1.0, 3.0); rows];
                let penalty = match r.chance(0.5) {
                    true => Penalty::equality(a, b, strength),
                    false => Penalty::inequality(a, b, strength),
                };
                builder = builder.connect(&[&name], penalty.ok()?);
            }
            _ => {}
        }
    }
    let network = builder.build().ok()?;
    let methods: [&'static Method; 5] = [&TSIT5, &DOPRI5, &BS3, &EXPONENTIAL, &AUTO];
    let method = if r.chance(0.5) {
        &AUTO
    } else {
        methods[r.below(5)]
    };
    let rtol = r.power(-10.0, -3.0);
    let modes = [Mode::Reject, Mode::Reject, Mode::Record, Mode::Stop];
    let settings = Settings {
        method,
        rtol,
        atol: rtol * unit * r.power(-4.0, 0.0),
        t_end: times[r.below(times.len())] * r.power(-1.0, 2.0),
        max_steps: 2000,
        ..Settings::default()
    };
    let mode = modes[r.below(4)];
    let sound = network.certificate().holds();
    sound.then_some(Wild {
        stimulus: Stimulus::constant(&network),
        network,
        settings,
        mode,
        x,
        seed,
    })
}

impl Wild {
    /// Integrates it under the monitor.
    pub fn run(&self) -> (StopReason, LyapunovReport, [f64; 2]) {
        let mut monitor = LyapunovMonitor::new(self.mode);
        let start = Start::at(self.x.clone());
        let first = self.energy(&self.x);
        let end = integrate(
            &self.network,
            &self.settings,
            &self.stimulus,
            start,
            &mut monitor,
        );
        let (stop, last) = end.map_or((StopReason::Interrupted, f64::NAN), |end| {
            (end.stop, self.energy(&end.x))
        });
        (stop, monitor.into_report(), [first, last])
    }

    /// The energy of a state, asked for by itself.
    fn energy(&self, x: &[f64]) -> f64 {
        let network = &self.network;
        let mut ws = Workspace::new(network, 1);
        let mut at = network.at(x, Drive::own(network), &mut ws);
        at.energy().total[0]
    }
}

/// Does nothing act on it from outside?
fn self_contained(wild: &Wild) -> bool {
    wild.stimulus.additions().is_empty()
}

/// What came of many.
#[derive(Debug, Default)]
pub struct Trial {
    /// Trajectories that were run.
    pub run: u64,
    /// Trajectories that ended at the limit of their steps, and count as not judged.
    pub step_limit: u64,
    /// That ended because no step was short enough, or because a number is not finite.
    pub broke_off: u64,
    /// By [`Course::code`].
    pub courses: [u64; 5],
    /// Trajectories some steps of which could not be judged.
    pub not_judged: u64,
    /// Points at which the identity was judged, and at which it could not be.
    pub identities: [u64; 2],
    /// Steps, and those of them that were sent back.
    pub steps: [u64; 2],
    /// False alarms: seed and what was said.
    pub alarms: Vec<(u64, String)>,
    /// Trajectories that are told to have fallen although the sums do not say so.
    pub acquittals: Vec<u64>,
}

impl Trial {
    /// Adds a network.
    pub fn add(&mut self, wild: &Wild) {
        let (stop, report, [first, last]) = wild.run();
        self.run += 1;
        self.step_limit += u64::from(stop == StopReason::StepLimit);
        let broke = matches!(
            stop,
            StopReason::StepTooSmall | StopReason::NonFinite { .. }
        );
        self.broke_off += u64::from(broke);
        self.courses[report.course().code()] += 1;
        self.not_judged += u64::from(report.not_judged > 0);
        self.identities[0] += report.identities;
        self.identities[1] += report.identities_not_judged;
        self.steps[0] += report.steps;
        self.steps[1] += report.sent_back;
        if let Some(v) = &report.violation {
            self.alarms
                .push((wild.seed, format!("{v} ({})", wild.settings.method.name)));
        }
        // Held against energies that the monitor has not seen.
        let fell = report.course() == Course::Fell;
        // A monitor that sends back what would go beyond its part ends just there, but for the rounding of the sums.
        let part = 1.0001 * PART * (first - last + report.risen);
        // Under a changing input what fell is the energy less the work, and the energies at the ends say nothing of that.
        let driven = !self_contained(wild);
        if !driven && fell && (last >= first || report.risen > part) {
            self.acquittals.push(wild.seed);
        }
    }

    /// Adds what another saw.
    pub fn join(&mut self, other: Trial) {
        self.run += other.run;
        self.step_limit += other.step_limit;
        self.broke_off += other.broke_off;
        self.not_judged += other.not_judged;
        for (a, b) in self.courses.iter_mut().zip(other.courses) {
            *a += b;
        }
        for k in 0..2 {
            self.identities[k] += other.identities[k];
            self.steps[k] += other.steps[k];
        }
        self.alarms.extend(other.alarms);
        self.acquittals.extend(other.acquittals);
    }

    /// How many alarms a check raised.
    pub fn alarms_of(&self, check: Check) -> usize {
        let name = check.to_string();
        self.alarms
            .iter()
            .filter(|(_, what)| what.starts_with(&name))
            .count()
    }
}
