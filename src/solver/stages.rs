//! One step of an explicit method on a block, tried and not yet taken.

use super::Tableau;
use crate::kernels::{combine, sum_rows};
use crate::network::{Drive, Network, Workspace};

/// What a step is a step of.
#[derive(Clone, Copy, Debug)]
pub(super) struct Equation<'a> {
    pub network: &'a Network,
    pub tableau: &'a Tableau,
    pub drive: Drive<'a>,
}

/// Storage of the stages of one block.
#[derive(Debug)]
pub(super) struct Stages {
    /// `k_1 … k_s`, then the velocity at the end. The first must be the velocity at the start.
    pub k: Vec<Vec<f64>>,
    /// The state at the end.
    pub end: Vec<f64>,
    point: Vec<f64>,
}

impl Stages {
    pub fn new(tableau: &Tableau, size: usize) -> Self {
        Stages {
            k: vec![vec![0.0; size]; tableau.stages() + 1],
            end: vec![0.0; size],
            point: vec![0.0; size],
        }
    }

    /// The velocity at the end of the step.
    pub fn last(&self) -> &[f64] {
        self.k.last().map_or(&[], Vec::as_slice)
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
        let Equation {
            network,
            tableau,
            drive,
        } = equation;
        let lanes = ws.lanes();
        for (i, row) in tableau.a.iter().enumerate() {
            combine(lanes, Some(x), h, row, &self.k, &mut self.point);
            network.velocity(&self.point, drive, false, ws, &mut self.k[i + 1]);
        }
        combine(lanes, Some(x), h, tableau.b, &self.k, &mut self.end);
        let s = tableau.stages();
        network.velocity(&self.end, drive, with_energy, ws, &mut self.k[s]);
    }

    /// An estimate of the fastest rate of the network near the end of the step, by lane: how much the velocity differs
    /// between the last two points at which it was evaluated, over how much they differ (Hairer and Wanner, *Solving
    /// Ordinary Differential Equations II*, IV.2). `norms` is overwritten; a step without two such points gives 0.
    pub fn fastest_rate(&self, lanes: usize, norms: &mut [f64], out: &mut [f64]) {
        let [.., before, last] = &self.k[..] else {
            return;
        };
        let difference = |[a, b]: [f64; 2]| (a - b) * (a - b);
        sum_rows([last, before], lanes, out, difference);
        sum_rows([&self.end, &self.point], lanes, norms, difference);
        for (o, d) in out.iter_mut().zip(norms) {
            *o = if *d > 0.0 { (*o / *d).sqrt() } else { 0.0 };
        }
    }

    /// The embedded error of the step, component by component.
    pub fn error(&self, weights: &[f64], lanes: usize, h: &[f64], out: &mut [f64]) {
        combine(lanes, None, h, weights, &self.k, out);
    }
}
