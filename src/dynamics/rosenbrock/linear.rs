//! The linear systems of a block: for every column the matrix `W = 1/(hγ) − J` of its own, factorised.

use crate::kernels::{Factors, GoOn};
use crate::network::{Network, Workspace};

/// Columns of Jacobians that are evaluated together.
const TOGETHER: usize = 64;

/// The matrices of a block and their factors.
#[derive(Debug)]
pub(super) struct Systems {
    width: usize,
    neurons: usize,
    /// For each column of the block a matrix, or its factors in its place; one after the other, each column by column.
    matrices: Vec<f64>,
    factors: Vec<Factors>,
    /// Has a column factors?
    factorised: Vec<bool>,
    /// How many units of each trajectory are evaluated together.
    units: usize,
    ws: Workspace,
    /// States, unit vectors and their images, `neurons × (units · width)`.
    blocks: [Vec<f64>; 3],
    clamped: Vec<usize>,
    /// One right side.
    side: Vec<f64>,
}

impl Systems {
    pub fn new(network: &Network, width: usize) -> Self {
        let n = network.size();
        let units = (TOGETHER / width).clamp(1, n.max(1));
        let block = || vec![0.0; n * units * width];
        Systems {
            width,
            neurons: n,
            matrices: vec![0.0; n * n * width],
            factors: vec![Factors::empty(n); width],
            factorised: vec![false; width],
            units,
            ws: Workspace::new(network, units * width),
            blocks: [block(), block(), block()],
            clamped: Vec::new(),
            side: vec![0.0; n],
        }
    }

    /// Columns of the Jacobian of each trajectory.
    pub fn columns(&self) -> u64 {
        self.neurons as u64
    }

    /// Multiplications of the factors of all columns, and of so many solutions with each.
    pub fn multiplications(&self, solutions: usize) -> u64 {
        let square = self.neurons * self.neurons * solutions;
        let factors = self.factors.iter();
        factors.map(|f| f.multiplications() + square as u64).sum()
    }

    /// Factorises `1/(hγ) − J(x)` of every column that takes a step. Where it is not to go on, some have no factors.
    pub fn factorise(
        &mut self,
        network: &Network,
        clamped: &[usize],
        x: &[f64],
        (gamma, h): (f64, &[f64]),
        go_on: GoOn<'_>,
    ) {
        self.factorised.fill(false);
        if !self.find_jacobians(network, clamped, x, go_on) {
            return;
        }
        let n = self.neurons;
        let all = self.matrices.chunks_exact_mut((n * n).max(1));
        let factors = self.factors.iter_mut().zip(&mut self.factorised);
        for ((matrix, (factors, done)), h) in all.zip(factors).zip(h) {
            if *h > 0.0 {
                for (k, column) in matrix.chunks_exact_mut(n).enumerate() {
                    column.iter_mut().for_each(|v| *v = -*v);
                    column[k] += 1.0 / (h * gamma);
                }
                *done = factors.renew(matrix, go_on);
            }
        }
    }

    /// The Jacobians at the states of a block, unit by unit: each is asked of all trajectories at once. Returns whether it
    /// went on to the end.
    fn find_jacobians(
        &mut self,
        network: &Network,
        clamped: &[usize],
        x: &[f64],
        go_on: GoOn<'_>,
    ) -> bool {
        let (n, width, units) = (self.neurons, self.width, self.units);
        let wide = units * width;
        let [states, unit, images] = &mut self.blocks;
        for (wide, row) in states.chunks_exact_mut(wide).zip(x.chunks_exact(width)) {
            for part in wide.chunks_exact_mut(width) {
                part.copy_from_slice(row);
            }
        }
        self.clamped.clear();
        for k in clamped {
            let (neuron, column) = (k / width, k % width);
            let places = (0..units).map(|u| neuron * wide + u * width + column);
            self.clamped.extend(places);
        }
        network.activation(states, wide, &mut self.ws.g);
        network.hessian(states, &mut self.ws);
        for from in (0..n).step_by(units) {
            if !go_on() {
                return false;
            }
            // The last ones overlap those before, so that all are full.
            let from = from.min(n - units);
            unit.fill(0.0);
            for u in 0..units {
                let row = (from + u) * wide + u * width;
                unit[row..row + width].fill(1.0);
            }
            network.jacobian_action(unit, &self.clamped, &mut self.ws, images);
            for (i, row) in images.chunks_exact(wide).enumerate() {
                for (u, row) in row.chunks_exact(width).enumerate() {
                    for (b, v) in row.iter().enumerate() {
                        self.matrices[(b * n + from + u) * n + i] = *v;
                    }
                }
            }
        }
        true
    }

    /// Solves with the factors of every column; what has none has no solution, and its step fails.
    pub fn solve(&mut self, rhs: &[f64], h: &[f64], out: &mut [f64]) {
        let (n, width) = (self.neurons, self.width);
        for (b, h) in h.iter().enumerate() {
            if *h <= 0.0 {
                continue;
            }
            let mut solved = self.factorised[b];
            if solved {
                for (i, side) in self.side.iter_mut().enumerate() {
                    *side = rhs[i * width + b];
                }
                let matrix = &self.matrices[b * n * n..(b + 1) * n * n];
                solved = self.factors[b].solve(matrix, &mut self.side);
            }
            for (i, side) in self.side.iter().enumerate() {
                out[i * width + b] = if solved { *side } else { f64::NAN };
            }
        }
    }
}
