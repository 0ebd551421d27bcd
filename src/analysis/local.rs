//! A network under one input, as a system of equations `r(x) = τẋ = 0` for its fixed points: time constants are no part of it.

use std::collections::BTreeSet;

use crate::kernels::{Krylov, Singular, equilibrate, solve};
use crate::network::{Drive, Network, Workspace};

/// Up to so many free neurons matrices are written out; beyond, Krylov spaces of this dimension stand in their place.
pub(super) const DENSE: usize = 120;
/// What counts as zero of the numbers that decide whether a system is singular, the system being scaled so that its entries are
/// of order 1: weights are typed with ten digits at least where they mean a line of fixed points.
pub(super) const ZERO: f64 = 1e-10;

/// A network under one input, some neurons being clamped.
pub(super) struct Local<'a> {
    pub network: &'a Network,
    pub input: &'a [f64],
    pub held: Vec<usize>,
    pub free: Vec<usize>,
    /// Has it an energy? Then its Jacobian is similar to a symmetric matrix.
    pub gradient: bool,
    /// Has every free neuron a leak?
    pub leaky: bool,
    pub ws: Workspace,
}

/// `T J` of the free neurons, column by column, and how large what is added up in its entries is.
pub(super) struct Matrix {
    pub a: Vec<f64>,
    pub rows: Vec<f64>,
    pub columns: Vec<f64>,
}

impl<'a> Local<'a> {
    pub fn new(network: &'a Network, input: &'a [f64], held: &[usize]) -> Self {
        let held: BTreeSet<usize> = network.held().iter().chain(held).copied().collect();
        let free: Vec<usize> = (0..network.size()).filter(|i| !held.contains(i)).collect();
        Local {
            leaky: free.iter().all(|i| network.leaks()[*i] > 0.0),
            gradient: network.is_gradient(),
            ws: Workspace::new(network, 1),
            held: held.into_iter().collect(),
            network,
            input,
            free,
        }
    }

    pub fn is_dense(&self) -> bool {
        self.free.len() <= DENSE
    }

    /// `τẋ` of every neuron; 0 of those that are clamped.
    pub fn force(&mut self, x: &[f64]) -> Vec<f64> {
        let mut out = vec![0.0; x.len()];
        let drive = Drive {
            input: self.input,
            held: &self.held,
        };
        self.network
            .velocity(x, drive, false, &mut self.ws, &mut out);
        out.iter_mut()
            .zip(self.network.rates())
            .for_each(|(v, rate)| *v /= rate);
        out
    }

    /// What rounding may make of each entry of a force.
    pub fn rounding(&self, x: &[f64], force: &[f64]) -> Vec<f64> {
        let leaks = self.network.leaks().iter().zip(x).map(|(k, x)| k * x);
        let all = leaks.zip(self.input).zip(force);
        // The currents are what is left of the force; their own summands can be larger than they are.
        let sizes = all.map(|((leak, i), r)| leak.abs() + i.abs() + (r + leak - i).abs());
        let unit = 4.0 * f64::EPSILON * (1.0 + (x.len() as f64).sqrt());
        sizes.map(|s| unit * s).collect()
    }

    /// Evaluates what the actions of matrices need.
    pub fn stand_at(&mut self, x: &[f64]) {
        self.network.activation(x, 1, &mut self.ws.g);
        self.network.hessian(x, &mut self.ws);
    }

    /// `T J v` where [`Local::stand_at`] stands.
    pub fn act(&mut self, v: &[f64], out: &mut [f64]) {
        self.network
            .jacobian_action(v, &self.held, &mut self.ws, out);
        out.iter_mut()
            .zip(self.network.rates())
            .for_each(|(o, rate)| *o /= rate);
    }

    pub fn matrix(&self, x: &[f64]) -> Matrix {
        let n = self.free.len();
        let mut a = vec![0.0; n * n];
        let among = [&self.held[..], &self.free];
        // Nobody asks it to stop.
        let _ = self.network.jacobian_among(x, among, &mut a, &|| true);
        let (rates, leaks) = (self.network.rates(), self.network.leaks());
        let mut sizes = Vec::with_capacity(n * n);
        for (j, column) in a.chunks_exact_mut(n.max(1)).enumerate() {
            for ((k, entry), i) in column.iter_mut().enumerate().zip(&self.free) {
                *entry /= rates[*i];
                // On the diagonal the leak is taken from what a synapse adds.
                let leak = if k == j { 2.0 * leaks[*i] } else { 0.0 };
                sizes.push(entry.abs() + leak);
            }
        }
        let [rows, columns] = equilibrate(n, &sizes);
        Matrix { a, rows, columns }
    }

    /// The solution of `T J δ = −r`, the shortest where there are many; `None` where none was found.
    pub fn correction(&mut self, x: &[f64], r: &[f64]) -> Option<Vec<f64>> {
        let mut change = vec![0.0; x.len()];
        if self.is_dense() {
            let m = self.matrix(x);
            let rhs: Vec<f64> = self.free.iter().map(|i| -r[*i]).collect();
            for (i, d) in self.free.iter().zip(m.solve(&rhs)?) {
                change[*i] = d;
            }
        } else {
            self.stand_at(x);
            let leaks = self.network.leaks();
            let scale = |i: usize| if leaks[i] > 0.0 { 1.0 / leaks[i] } else { 1.0 };
            let rhs: Vec<f64> = r.iter().enumerate().map(|(i, r)| -r * scale(i)).collect();
            let length = rhs.iter().map(|v| v * v).sum::<f64>().sqrt();
            if length == 0.0 {
                return Some(change);
            }
            let space = Krylov::new(&rhs, DENSE, |v, out| {
                self.act(v, out);
                out.iter_mut().enumerate().for_each(|(i, o)| *o *= scale(i));
            });
            let (found, left) = space.solve()?;
            if left.is_nan() || left > 0.5 * length {
                return None;
            }
            change = found;
        }
        change.iter().all(|d| d.is_finite()).then_some(change)
    }

    /// M of the free neurons (see [`Network::symmetric_action`]), scaled on both sides so that its entries are of order 1, and the
    /// factors. `force` is that at `x`.
    pub fn symmetric(&mut self, x: &[f64], force: &[f64]) -> (Vec<f64>, Vec<f64>) {
        let shift = self.shift(x, force);
        self.stand_at(x);
        let n = self.free.len();
        let leaks = self.network.leaks();
        let (mut v, mut out) = (vec![0.0; x.len()], vec![0.0; x.len()]);
        let (mut m, mut sizes) = (Vec::with_capacity(n * n), Vec::with_capacity(n * n));
        for j in &self.free {
            v[*j] = 1.0;
            self.network
                .symmetric_action(&v, &self.held, &shift, &mut self.ws, &mut out);
            v[*j] = 0.0;
            for i in &self.free {
                m.push(out[*i]);
                let leak = if i == j { 2.0 * leaks[*i] } else { 0.0 };
                sizes.push(out[*i].abs() + leak);
            }
        }
        let [factors, _] = equilibrate(n, &sizes);
        for (column, f) in m.chunks_exact_mut(n.max(1)).zip(&factors) {
            column
                .iter_mut()
                .zip(&factors)
                .for_each(|(entry, g)| *entry *= f * g);
        }
        (m, factors)
    }

    /// `d ln w/dt` along `τẋ` for the weights `w` of the Hessian of neurons without leak; 0 of the others.
    pub fn shift(&mut self, x: &[f64], force: &[f64]) -> Vec<f64> {
        let mut shift = vec![0.0; x.len()];
        let open: Vec<usize> = self
            .free
            .iter()
            .copied()
            .filter(|i| self.network.leaks()[*i] == 0.0)
            .collect();
        let largest = open.iter().map(|i| force[*i].abs()).fold(0.0, f64::max);
        if largest == 0.0 {
            return shift;
        }
        let h = 1e-6 / largest;
        let moved = |sign: f64| -> Vec<f64> {
            let mut y = x.to_vec();
            open.iter().for_each(|i| y[*i] += sign * h * force[*i]);
            y
        };
        let [ahead, behind] = [moved(1.0), moved(-1.0)].map(|y| {
            self.network.hessian(&y, &mut self.ws);
            self.network.hessian_weights(&self.ws)
        });
        for i in open {
            if ahead[i] > 0.0 && behind[i] > 0.0 {
                shift[i] = (ahead[i] / behind[i]).ln() / (2.0 * h);
            }
        }
        shift
    }
}

impl Matrix {
    /// The matrix scaled so that its entries are of order 1.
    pub fn scaled(&self) -> Vec<f64> {
        let n = self.rows.len();
        let entry = |(k, a): (usize, &f64)| a * self.rows[k % n] * self.columns[k / n];
        self.a.iter().enumerate().map(entry).collect()
    }

    fn solve(&self, rhs: &[f64]) -> Option<Vec<f64>> {
        let n = self.rows.len();
        if n == 0 {
            return Some(Vec::new());
        }
        let (a, rhs) = (self.scaled(), self.of_rows(rhs));
        let found = solve(n, &a, &rhs, ZERO).or_else(|| {
            let svd = Singular::new(n, &a)?;
            let count = svd.values.iter().take_while(|s| **s > ZERO).count();
            Some(svd.solve(&rhs, count))
        })?;
        Some(self.of_columns(&found))
    }

    pub fn of_rows(&self, v: &[f64]) -> Vec<f64> {
        v.iter().zip(&self.rows).map(|(v, r)| v * r).collect()
    }

    pub fn of_columns(&self, v: &[f64]) -> Vec<f64> {
        v.iter().zip(&self.columns).map(|(v, c)| v * c).collect()
    }
}

/// The largest entry, without sign.
pub(super) fn largest(v: &[f64]) -> f64 {
    v.iter().fold(0.0, |m, v| m.max(v.abs()))
}
