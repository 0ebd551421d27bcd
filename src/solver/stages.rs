//! One step of a method on a block, tried and not yet taken.

use super::exponential::Exponential;
use super::{Method, Scheme, TSIT5, Tableau};
use crate::kernels::{combine, sum_rows, vectorized};
use crate::network::{Drive, Network, Workspace};

/// What a step is a step of.
#[derive(Clone, Copy, Debug)]
pub(super) struct Equation<'a> {
    pub network: &'a Network,
    pub drive: Drive<'a>,
}

/// Storage of the stages of one block.
#[derive(Debug)]
pub(super) struct Stages {
    /// The velocities at the start, at the stages between, and at the end. The first must be the velocity at the start.
    pub k: Vec<Vec<f64>>,
    /// The state at the end.
    pub end: Vec<f64>,
    /// The state of the last stage before it.
    point: Vec<f64>,
    work: Work,
}

/// What a scheme needs besides.
#[derive(Debug)]
enum Work {
    Explicit(&'static Tableau),
    Exponential(Box<Exponential>),
}

impl Stages {
    pub fn new(method: &'static Method, network: &Network, lanes: usize) -> Result<Self, String> {
        let size = network.size() * lanes;
        let (stages, work) = match &method.scheme {
            Scheme::Explicit(tableau) => (tableau.stages(), Work::Explicit(tableau)),
            Scheme::Auto => return Stages::new(&TSIT5, network, lanes),
            Scheme::Exponential => {
                let exponential = Exponential::new(network, lanes);
                (2, Work::Exponential(Box::new(exponential)))
            }
            Scheme::Foreign { .. } => {
                return Err(format!(
                    "{} is an engine with a time loop of its own and takes no part in a block: use `integrate` or an ensemble",
                    method.name
                ));
            }
        };
        Ok(Stages {
            k: vec![vec![0.0; size]; stages + 1],
            end: vec![0.0; size],
            point: vec![0.0; size],
            work,
        })
    }

    /// The velocity at the end of the step.
    #[inline]
    pub fn last(&self) -> &[f64] {
        self.k.last().map_or(&[], Vec::as_slice)
    }

    /// What a step costs, in evaluations of the velocity.
    pub fn evaluations(&self) -> u64 {
        match &self.work {
            Work::Explicit(tableau) => tableau.stages() as u64,
            Work::Exponential(exponential) => exponential.evaluations(),
        }
    }

    /// Takes a step of length `h[b]` in lane `b` from `x`. Every method's last evaluation is at the end of the step,
    /// so that it is the next step's first and the monitors see a fresh velocity; with `with_energy` the synapses'
    /// energies at the end are left in `ws`.
    pub fn advance(
        &mut self,
        equation: Equation<'_>,
        x: &[f64],
        h: &[f64],
        with_energy: bool,
        ws: &mut Workspace,
    ) {
        let Equation { network, drive } = equation;
        match &mut self.work {
            Work::Explicit(tableau) => {
                let lanes = ws.lanes();
                for (i, row) in tableau.a.iter().enumerate() {
                    combine(lanes, Some(x), h, row, &self.k, &mut self.point);
                    network.velocity(&self.point, drive, false, ws, &mut self.k[i + 1]);
                }
                combine(lanes, Some(x), h, tableau.b, &self.k, &mut self.end);
            }
            Work::Exponential(exponential) => {
                let states = [&mut self.point, &mut self.end];
                exponential.advance((network, drive), x, h, states, &mut self.k, ws);
            }
        }
        if let Some(last) = self.k.last_mut() {
            network.velocity(&self.end, drive, with_energy, ws, last);
        }
    }

    /// The state a fraction `theta` into the last step, one of a single lane, by the method's own polynomial, if it has one.
    pub fn inside(&self, theta: f64, x: &[f64], h: f64, out: &mut [f64]) {
        if let Work::Exponential(exponential) = &self.work {
            exponential.inside(theta, h, [x, &self.end], &self.k, out);
        }
    }

    /// An estimate of the fastest rate of the network near the end of the step, by lane: how much the velocity differs
    /// between the last two points at which it was evaluated, over how much they differ (Hairer and Wanner, *Solving
    /// Ordinary Differential Equations II*, IV.2). `norms` is overwritten. For a method of at least two stages, as every
    /// adaptive one is; equal points give 0.
    pub fn fastest_rate(&self, lanes: usize, norms: &mut [f64], out: &mut [f64]) {
        let [.., before, last] = &self.k[..] else {
            return;
        };
        let difference = |[a, b]: [f64; 2]| (a - b) * (a - b);
        sum_rows([last, before], lanes, out, difference);
        sum_rows([&self.end, &self.point], lanes, norms, difference);
        vectorized(
            #[inline(always)]
            || {
                for (o, d) in out.iter_mut().zip(norms) {
                    let rate = (*o / *d).sqrt();
                    *o = if *d > 0.0 { rate } else { 0.0 };
                }
            },
        );
    }

    /// The embedded error of the step from `x`, component by component; zero for a method without one.
    pub fn error(&self, x: &[f64], h: &[f64], out: &mut [f64]) {
        match &self.work {
            Work::Explicit(tableau) => match tableau.error {
                Some(weights) => combine(h.len(), None, h, weights, &self.k, out),
                None => out.fill(0.0),
            },
            Work::Exponential(exponential) => exponential.error([x, &self.end], h, &self.k, out),
        }
    }
}
