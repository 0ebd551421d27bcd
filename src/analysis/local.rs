//! A network under one input, as a system of equations `r(x) = τẋ = 0` for its fixed points: time constants are no part of it.

use std::collections::BTreeSet;

use super::parts::components;
use crate::kernels::{Krylov, Singular, equilibrate, solve};
use crate::network::{At, AtHessian, Drive, Network, Workspace};

/// Up to so many free neurons matrices are written out; beyond, Krylov spaces of this dimension stand in their place.
pub(super) const DENSE: usize = 120;
/// What counts as zero of the numbers that decide whether a system is singular, the system being scaled so that its entries are
/// of order 1: weights are typed with ten digits at least where they mean a line of fixed points.
pub(super) const ZERO: f64 = 1e-10;

/// A network under one input, some neurons being clamped.
#[derive(Debug)]
pub(super) struct Local<'a> {
    pub network: &'a Network,
    pub input: &'a [f64],
    pub clamped: Vec<usize>,
    pub free: Vec<usize>,
    /// Has it an energy? Then its Jacobian is similar to a symmetric matrix.
    pub gradient: bool,
    /// Has every free neuron a leak?
    pub leaky: bool,
    /// Has every free neuron a leak, or its state for its activation? Then nothing moves that no activation sees.
    pub is_seen: bool,
    /// What bounded currents into each neuron are made of at most.
    summands: Vec<f64>,
    ws: Workspace,
}

/// `T J` of the free neurons, column by column, and how large what is added up in its entries is.
pub(super) struct Matrix {
    a: Vec<f64>,
    sizes: Vec<f64>,
    pub rows: Vec<f64>,
    pub columns: Vec<f64>,
}

impl<'a> Local<'a> {
    pub fn new(network: &'a Network, input: &'a [f64], clamped: &[usize]) -> Self {
        let clamped: BTreeSet<usize> = network.clamped().iter().chain(clamped).copied().collect();
        let free = (0..network.size()).filter(|i| !clamped.contains(i));
        Local::among(network, input, free.collect(), network.is_gradient())
    }

    /// The same, none but these neurons being free, which are sorted.
    fn among(network: &'a Network, input: &'a [f64], free: Vec<usize>, gradient: bool) -> Self {
        let is_clamped = |i: &usize| free.binary_search(i).is_err();
        let mut summands = vec![0.0; network.size()];
        for c in network.connections() {
            let most = c.synapse.currents_within().unwrap_or(0.0);
            let neurons = c.neurons.iter().cloned().flatten();
            neurons.for_each(|i| summands[i] += most);
        }
        let is_state = |i: &usize| {
            let own = network.segment(*i);
            own.is_some_and(|s| s.lagrangian.is_half_square())
        };
        Local {
            is_seen: free
                .iter()
                .all(|i| network.leaks()[*i] > 0.0 || is_state(i)),
            summands,
            leaky: free.iter().all(|i| network.leaks()[*i] > 0.0),
            gradient,
            ws: Workspace::new(network, 1),
            clamped: (0..network.size()).filter(is_clamped).collect(),
            network,
            input,
            free,
        }
    }

    /// The same network at the same input with none but these neurons free, which are sorted.
    pub fn only(&self, neurons: Vec<usize>) -> Local<'a> {
        Local::among(self.network, self.input, neurons, self.gradient)
    }

    pub fn is_dense(&self) -> bool {
        self.free.len() <= DENSE
    }

    /// `ẋ` of every neuron; 0 of those that are clamped.
    pub fn velocity(&mut self, x: &[f64]) -> Vec<f64> {
        self.at(x).velocity().to_vec()
    }

    /// `τẋ` of every neuron; 0 of those that are clamped.
    pub fn force(&mut self, x: &[f64]) -> Vec<f64> {
        let rates = self.network.rates();
        let mut at = self.at(x);
        let pairs = at.velocity().iter().zip(rates);
        pairs.map(|(v, rate)| v / rate).collect()
    }

    fn at<'s>(&'s mut self, x: &'s [f64]) -> At<'s> {
        let drive = Drive {
            input: self.input,
            clamped: &self.clamped,
        };
        self.network.at(x, drive, &mut self.ws)
    }

    /// What the actions of matrices at `x` need.
    pub fn hessian<'s>(&'s mut self, x: &'s [f64]) -> AtHessian<'s> {
        self.at(x).hessian()
    }

    /// What rounding may make of each entry of a force.
    pub fn rounding(&self, x: &[f64], force: &[f64]) -> Vec<f64> {
        let leaks = self.network.leaks().iter().zip(x).map(|(k, x)| k * x);
        let all = leaks.zip(self.input).zip(force).zip(&self.summands);
        // The currents are what is left of the force; their own summands can be larger than they are.
        let sizes = all
            .map(|(((leak, i), r), most)| leak.abs() + i.abs() + (r + leak - i).abs().max(*most));
        let unit = 4.0 * f64::EPSILON * (1.0 + (x.len() as f64).sqrt());
        sizes.map(|s| unit * s).collect()
    }

    pub fn matrix(&self, x: &[f64]) -> Matrix {
        let n = self.free.len();
        let mut a = vec![0.0; n * n];
        let among = [&self.clamped[..], &self.free];
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
        Matrix::new(n, a, sizes)
    }

    /// The free neurons in parts of whole layers, none acting on one before it, and whether those of a part act on one another.
    pub fn parts(&mut self, x: &[f64]) -> Vec<(Vec<usize>, bool)> {
        let network = self.network;
        let layers = (0..network.layers().len()).map(|k| {
            let range = network.neurons(k);
            let at = |i: usize| self.free.partition_point(|f| *f < i);
            self.free[at(range.start)..at(range.end)].to_vec()
        });
        let layers: Vec<Vec<usize>> = layers.filter(|l| !l.is_empty()).collect();
        let mut here = self.hessian(x);
        let (mut v, mut out) = (vec![0.0; x.len()], vec![0.0; x.len()]);
        let mut next = Vec::with_capacity(layers.len());
        for own in &layers {
            own.iter().for_each(|i| v[*i] = ordinary(*i));
            act(network, &mut here, &v, &mut out);
            let hears = |i: &usize| {
                let decay = network.leaks()[*i] * v[*i];
                let heard = (out[*i] + decay).abs();
                heard > 4.0 * f64::EPSILON * decay || heard.is_nan()
            };
            let reached = layers.iter().enumerate();
            let reached = reached.filter(|(_, layer)| layer.iter().any(hears));
            next.push(reached.map(|(k, _)| k).collect::<Vec<usize>>());
            own.iter().for_each(|i| v[*i] = 0.0);
        }
        let part = |part: Vec<usize>| {
            let alone = part.len() == 1 && !next[part[0]].contains(&part[0]);
            let neurons = part.iter().flat_map(|k| layers[*k].iter().copied());
            (neurons.collect(), !alone)
        };
        components(&next).into_iter().map(part).collect()
    }

    /// The solution of `T J δ = −r`, the shortest where there are many; `None` where none was found.
    pub fn correction(&mut self, x: &[f64], r: &[f64]) -> Option<Vec<f64>> {
        let change = if self.is_dense() {
            self.dense(x, r, Matrix::solve)?
        } else {
            let parts = self.parts(x);
            let found = (parts.len() > 1).then(|| self.in_parts(x, r, parts));
            match found.flatten() {
                Some(change) => change,
                None => self.krylov(x, r)?,
            }
        };
        change.iter().all(|d| d.is_finite()).then_some(change)
    }

    fn dense(
        &self,
        x: &[f64],
        r: &[f64],
        solve: fn(&Matrix, &[f64]) -> Option<Vec<f64>>,
    ) -> Option<Vec<f64>> {
        let rhs: Vec<f64> = self.free.iter().map(|i| -r[*i]).collect();
        let mut change = vec![0.0; x.len()];
        for (i, d) in self.free.iter().zip(solve(&self.matrix(x), &rhs)?) {
            change[*i] = d;
        }
        Some(change)
    }

    fn krylov(&mut self, x: &[f64], r: &[f64]) -> Option<Vec<f64>> {
        let network = self.network;
        let leaks = network.leaks();
        let scale = |i: usize| if leaks[i] > 0.0 { 1.0 / leaks[i] } else { 1.0 };
        let rhs: Vec<f64> = r.iter().enumerate().map(|(i, r)| -r * scale(i)).collect();
        let length = rhs.iter().map(|v| v * v).sum::<f64>().sqrt();
        if length == 0.0 {
            return Some(vec![0.0; x.len()]);
        }
        let mut here = self.hessian(x);
        let space = Krylov::new(&rhs, DENSE, |v, out| {
            act(network, &mut here, v, out);
            out.iter_mut().enumerate().for_each(|(i, o)| *o *= scale(i));
        });
        let (found, left) = space.solve()?;
        // Not a number fails as well.
        (left <= 0.5 * length).then_some(found)
    }

    /// One part after the other; `None` if one is singular or could not be solved.
    fn in_parts(
        &mut self,
        x: &[f64],
        r: &[f64],
        parts: Vec<(Vec<usize>, bool)>,
    ) -> Option<Vec<f64>> {
        let network = self.network;
        let leaks = network.leaks();
        let (mut left, mut change) = (r.to_vec(), vec![0.0; x.len()]);
        let mut out = vec![0.0; x.len()];
        let (input, gradient) = (self.input, self.gradient);
        let only = |neurons| Local::among(network, input, neurons, gradient);
        let mut here = self.hessian(x);
        for (neurons, acts_on_itself) in parts {
            let mut own = vec![0.0; x.len()];
            neurons.iter().for_each(|i| own[*i] = left[*i]);
            if acts_on_itself {
                let mut part = only(neurons);
                own = match part.is_dense() {
                    true => part.dense(x, &own, Matrix::solve_in_parts)?,
                    false => part.krylov(x, &own)?,
                };
            } else if neurons.iter().all(|i| leaks[*i] > 0.0) {
                neurons.iter().for_each(|i| own[*i] /= leaks[*i]);
            } else {
                return None;
            }
            act(network, &mut here, &own, &mut out);
            left.iter_mut().zip(&out).for_each(|(l, o)| *l += o);
            change.iter_mut().zip(&own).for_each(|(c, o)| *c += o);
        }
        Some(change)
    }

    /// M of the free neurons (see [`AtHessian::symmetric_action`]), scaled on both sides so that its entries are of order 1, and the
    /// factors. `force` is that at `x`.
    pub fn symmetric(&mut self, x: &[f64], force: &[f64]) -> (Vec<f64>, Vec<f64>) {
        let shift = self.shift(x, force);
        let (n, free) = (self.free.len(), self.free.clone());
        let leaks = self.network.leaks();
        let (mut v, mut out) = (vec![0.0; x.len()], vec![0.0; x.len()]);
        let (mut m, mut sizes) = (Vec::with_capacity(n * n), Vec::with_capacity(n * n));
        let mut here = self.hessian(x);
        for j in &free {
            v[*j] = 1.0;
            here.symmetric_action(&v, &shift, &mut out);
            v[*j] = 0.0;
            for i in &free {
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
        let sides = [moved(1.0), moved(-1.0)];
        let [ahead, behind] = sides.map(|y| self.hessian(&y).weights());
        for i in open {
            if ahead[i] > 0.0 && behind[i] > 0.0 {
                shift[i] = (ahead[i] / behind[i]).ln() / (2.0 * h);
            }
        }
        shift
    }
}

/// `out = T J v`.
pub(super) fn act(network: &Network, here: &mut AtHessian<'_>, v: &[f64], out: &mut [f64]) {
    here.jacobian_action(v, out);
    let rates = out.iter_mut().zip(network.rates());
    rates.for_each(|(o, rate)| *o /= rate);
}

impl Matrix {
    fn new(n: usize, a: Vec<f64>, sizes: Vec<f64>) -> Self {
        let [rows, columns] = equilibrate(n, &sizes);
        Matrix {
            a,
            sizes,
            rows,
            columns,
        }
    }

    /// How `j` acts on `i`.
    pub fn entry(&self, i: usize, j: usize) -> f64 {
        self.a[j * self.rows.len() + i]
    }

    /// The matrix scaled so that its entries are of order 1.
    pub fn scaled(&self) -> Vec<f64> {
        let n = self.rows.len();
        let entry = |(k, a): (usize, &f64)| a * self.rows[k % n] * self.columns[k / n];
        self.a.iter().enumerate().map(entry).collect()
    }

    /// The neurons in parts of those that act on one another, none acting on one before it.
    pub fn parts(&self) -> Vec<Vec<usize>> {
        let n = self.rows.len();
        let reached = |j| (0..n).filter(|i| self.entry(*i, j) != 0.0).collect();
        components(&(0..n).map(reached).collect::<Vec<Vec<usize>>>())
    }

    /// One part.
    fn part(&self, part: &[usize]) -> Matrix {
        let n = self.rows.len();
        let cut = |all: &[f64]| -> Vec<f64> {
            let columns = part.iter();
            columns
                .flat_map(|j| part.iter().map(move |i| all[j * n + i]))
                .collect()
        };
        Matrix::new(part.len(), cut(&self.a), cut(&self.sizes))
    }

    fn solve(&self, rhs: &[f64]) -> Option<Vec<f64>> {
        if self.rows.is_empty() {
            return Some(Vec::new());
        }
        self.solve_in_parts(rhs).or_else(|| {
            let svd = Singular::new(self.rows.len(), &self.scaled())?;
            let count = svd.values.iter().take_while(|s| **s > ZERO).count();
            Some(self.of_columns(&svd.solve(&self.of_rows(rhs), count)))
        })
    }

    /// One part after the other; `None` if one is singular. A long chain that amplifies is nearly so as a whole, and none of its
    /// parts is.
    fn solve_in_parts(&self, rhs: &[f64]) -> Option<Vec<f64>> {
        let mut found = vec![0.0; rhs.len()];
        let mut left = rhs.to_vec();
        for part in self.parts() {
            let own = self.part(&part);
            let rhs: Vec<f64> = part.iter().map(|i| left[*i]).collect();
            let y = solve(part.len(), &own.scaled(), &own.of_rows(&rhs), ZERO)?;
            for (j, y) in part.iter().zip(own.of_columns(&y)) {
                found[*j] = y;
                let all = left.iter_mut().enumerate();
                all.for_each(|(i, l)| *l -= self.entry(i, *j) * y);
            }
        }
        Some(found)
    }

    pub fn of_rows(&self, v: &[f64]) -> Vec<f64> {
        v.iter().zip(&self.rows).map(|(v, r)| v * r).collect()
    }

    pub fn of_columns(&self, v: &[f64]) -> Vec<f64> {
        v.iter().zip(&self.columns).map(|(v, c)| v * c).collect()
    }
}

/// Entry `i` of a direction that is not special, the same every time.
pub(super) fn ordinary(i: usize) -> f64 {
    1.0 + 0.37 * (2.399_963 * i as f64).sin()
}

/// The largest entry, without sign.
pub(super) fn largest(v: &[f64]) -> f64 {
    v.iter().fold(0.0, |m, v| m.max(v.abs()))
}
