//! The linear systems of a block: for every column the matrix `W = 1/(hγ) − J` of its own, factorised.
//!
//! No two columns share one, even where the network is linear: each has a step length of its own, and so another matrix.

use crate::kernels::{Factors, GoOn};
use crate::network::{Layout, Network, Workspace};

/// The matrices of a block and their factors.
#[derive(Debug)]
pub(super) struct Systems {
    layout: Layout,
    /// For each column of the block.
    factors: Vec<Factors>,
    /// Has a column factors?
    factorised: Vec<bool>,
    /// Of one trajectory.
    ws: Workspace,
    x: Vec<f64>,
    clamped: Vec<bool>,
    /// One right side, as the network has it and as the matrix has it.
    sides: [Vec<f64>; 2],
}

impl Systems {
    pub fn new(network: &Network, width: usize) -> Self {
        let (n, layout) = (network.size(), network.layout());
        let factors = || Factors::new(n, layout.apart());
        Systems {
            factors: (0..width).map(|_| factors()).collect(),
            factorised: vec![false; width],
            ws: Workspace::new(network, 1),
            x: vec![0.0; n],
            clamped: vec![false; n],
            sides: [vec![0.0; n], vec![0.0; n]],
            layout,
        }
    }

    /// Multiplications of the matrices of all columns, of their factors, and of so many solutions with each.
    pub fn multiplications(&self, solutions: usize) -> u64 {
        let each = |f: &Factors| f.multiplications() + f.solution() * solutions as u64;
        self.factors.iter().map(each).sum()
    }

    /// Factorises `T (1/(hγ) − J(x))` of every column that takes a step. Where it is not to go on, some have no factors.
    pub fn factorise(
        &mut self,
        network: &Network,
        clamped: &[usize],
        x: &[f64],
        (gamma, h): (f64, &[f64]),
        go_on: GoOn<'_>,
    ) {
        self.factorised.fill(false);
        let width = h.len();
        for (b, h) in h.iter().enumerate().filter(|(_, h)| **h > 0.0) {
            for (own, row) in self.x.iter_mut().zip(x.chunks_exact(width)) {
                *own = row[b];
            }
            self.clamped.fill(false);
            for k in clamped.iter().filter(|k| **k % width == b) {
                self.clamped[k / width] = true;
            }
            let (at, factors) = ((&self.x[..], &self.clamped[..]), &mut self.factors[b]);
            let (layout, ws) = (&self.layout, &mut self.ws);
            self.factorised[b] = network.matrix(at, 1.0 / (h * gamma), layout, ws, factors, go_on)
                && factors.factorise(go_on);
        }
    }

    /// Solves with the factors of every column; what has none has no solution, and its step fails.
    pub fn solve(&mut self, network: &Network, rhs: &[f64], h: &[f64], out: &mut [f64]) {
        let width = h.len();
        let [side, placed] = &mut self.sides;
        for b in (0..width).filter(|b| h[*b] > 0.0) {
            let rows = rhs.chunks_exact(width).zip(network.rates());
            for (to, (row, rate)) in side.iter_mut().zip(rows) {
                *to = row[b] / rate;
            }
            self.layout.place(side, placed);
            let solved = self.factorised[b] && self.factors[b].solve(placed);
            self.layout.restore(placed, side);
            for (row, v) in out.chunks_exact_mut(width).zip(&*side) {
                row[b] = if solved { *v } else { f64::NAN };
            }
        }
    }
}
