//! The certificate of a resting point: how far the exact one is, and whether it attracts.

use std::cell::Cell;

use crate::kernels::{Eigenvalue, Krylov};
use crate::network::{Drive, Network, Workspace};

/// What kind of resting point it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stability {
    /// Every perturbation decays: an attractor.
    Stable,
    /// Some perturbation neither grows nor decays, as far as can be told: a line of resting points, or a bifurcation.
    Marginal,
    /// Some perturbation grows: a saddle or a repeller, reached only from a start on its stable manifold.
    Unstable,
}

impl Stability {
    /// Its name in results.
    pub fn word(self) -> &'static str {
        match self {
            Stability::Stable => "stable",
            Stability::Marginal => "marginal",
            Stability::Unstable => "unstable",
        }
    }
}

/// A resting point and its certificate.
#[derive(Clone, Debug)]
pub struct RestPoint {
    /// The state that was reached.
    pub x: Vec<f64>,
    input: Vec<f64>,
    held: Vec<usize>,
    /// The eigenvalue of the Jacobian with the largest real part; none if no neuron is free.
    pub eigenvalue: Option<Eigenvalue>,
    /// What follows from it.
    pub stability: Stability,
    /// Does every perturbation grow? Then it is no saddle.
    pub repels: bool,
    /// Largest change of a neuron by one Newton correction: how far the exact resting point is. None if it is marginal.
    pub newton: Option<f64>,
    /// How many trajectories ended there.
    pub members: usize,
}

/// The distinct resting points of a set of trajectories, each examined once.
#[derive(Debug, Default)]
pub struct RestPoints {
    points: Vec<RestPoint>,
}

/// Ends that are nearer than this, relative to the size of the state, are the same resting point. The rest test lets a
/// state be off by its tolerance (1e-6) times the decay time of the slowest mode: this covers decay in a hundred time
/// constants. Ends along a slower mode may count as several points.
const SAME: f64 = 1e-4;
/// A mode slower than this fraction of the slowest rate 1/τ counts as one that neither grows nor decays: a state at rest
/// within a relative tolerance of 1e-6 is off by about that, and the slow eigenvalues with it. The fast rates are no
/// measure of it: a layer a million times faster than the others follows them and leaves their decay as it is.
const MARGINAL: f64 = 1e-6;
/// What an eigenvalue may be off by rounding, as a fraction of the norm of the Jacobian: the Krylov space is closed where
/// what is left falls below this.
const ROUNDING: f64 = 1e-14;
/// Largest Krylov space; the extreme eigenvalue of networks of thousands of neurons converges in a few dozen vectors.
const DIMENSION: usize = 120;

impl RestPoints {
    /// The points found so far.
    pub fn points(&self) -> &[RestPoint] {
        &self.points
    }

    /// The position of the resting point at `x` under this input and these held neurons; examined if it is new.
    pub fn find(&mut self, network: &Network, x: &[f64], input: &[f64], held: &[usize]) -> usize {
        let scale = x.iter().fold(1.0f64, |m, v| m.max(v.abs()));
        let near = |p: &RestPoint| {
            let mut pairs = p.x.iter().zip(x);
            p.held == held && p.input == input && pairs.all(|(a, b)| (a - b).abs() <= SAME * scale)
        };
        if let Some(k) = self.points.iter().position(near) {
            self.points[k].members += 1;
            return k;
        }
        self.points.push(examine(network, x, input, held));
        self.points.len() - 1
    }
}

fn examine(network: &Network, x: &[f64], input: &[f64], held: &[usize]) -> RestPoint {
    let n = network.size();
    let mut all_held = network.held().to_vec();
    all_held.extend(held);
    let mut ws = Workspace::new(network, 1);
    let mut velocity = vec![0.0; n];
    let drive = Drive {
        input,
        held: &all_held,
    };
    network.velocity(x, drive, false, &mut ws, &mut velocity);
    network.hessian(x, &mut ws);
    // J = T⁻¹ (…) in the coordinates √τ x: T^½ J T^-½ has the same eigenvalues, and without the gap between the time
    // constants of a stiff network in the condition of its eigenvectors.
    let rates = network.rates();
    let (mut unscaled, norm) = (vec![0.0; n], Cell::new(0.0f64));
    let length = |v: &[f64]| v.iter().map(|v| v * v).sum::<f64>().sqrt();
    let mut act = |v: &[f64], out: &mut [f64]| {
        for ((u, v), rate) in unscaled.iter_mut().zip(v).zip(rates) {
            *u = v * rate.sqrt();
        }
        network.jacobian_action(&unscaled, &all_held, &mut ws, out);
        for (o, rate) in out.iter_mut().zip(rates) {
            *o /= rate.sqrt();
        }
        norm.set(norm.get().max(length(out) / length(v)));
    };
    // A start with a part along every direction that is not special, the same every time; nothing along held neurons.
    let mut start: Vec<f64> = (0..n)
        .map(|i| 1.0 + 0.37 * (2.399_963 * i as f64).sin())
        .collect();
    for i in &all_held {
        start[*i] = 0.0;
    }
    let space = Krylov::new(&start, DIMENSION, &mut act);
    let (eigenvalue, leftmost) = (space.rightmost(), space.leftmost());
    let slowest = network.slowest_rate(held);
    let stability = match eigenvalue {
        None => Stability::Stable,
        Some(e) => {
            let margin = MARGINAL * slowest + ROUNDING * norm.get() + e.residual;
            if e.re > margin {
                Stability::Unstable
            } else if e.re < -margin {
                Stability::Stable
            } else {
                Stability::Marginal
            }
        }
    };
    let repels = leftmost.is_some_and(|e| e.re > ROUNDING * norm.get() + e.residual);
    let newton = (stability != Stability::Marginal).then(|| {
        let scaled = velocity.iter().zip(rates).map(|(v, rate)| v / rate.sqrt());
        let solution = Krylov::new(&scaled.collect::<Vec<_>>(), DIMENSION, &mut act).solve();
        let largest = |x: Vec<f64>| {
            let changes = x.iter().zip(rates).map(|(x, rate)| (x * rate.sqrt()).abs());
            changes.fold(0.0, f64::max)
        };
        // A velocity of exactly zero needs no correction.
        solution.map_or(0.0, |(x, _)| largest(x))
    });
    RestPoint {
        x: x.to_vec(),
        input: input.to_vec(),
        held: held.to_vec(),
        eigenvalue,
        stability,
        repels,
        newton,
        members: 1,
    }
}
