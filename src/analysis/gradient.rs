//! The outermost eigenvalues of a network with an energy, of a symmetric matrix that its Jacobian is similar to.

use super::local::{DENSE, Local, ordinary};
use super::outermost::{DOUBT, Outermost, space};
use crate::kernels::{Eigenvalue, Krylov, Spectrum, inertia};

/// All eigenvalues of J, falling: those of the symmetric matrix that it is similar to.
pub(super) fn eigenvalues(local: &mut Local<'_>, x: &[f64], force: &[f64]) -> Option<Vec<f64>> {
    let (m, factors) = local.symmetric(x, force);
    let own = own_rates(local, &factors);
    Some(of_rates(&m, &own)?.values)
}

/// The ends of the spectrum of J, and how many of its eigenvalues are above some values.
pub(super) struct Ends {
    /// The largest and the smallest eigenvalue.
    pub values: [f64; 2],
    matrix: Vec<f64>,
    n: usize,
}

impl Ends {
    /// By the symmetric matrix written out, of which Krylov spaces find the ends.
    pub fn new(local: &mut Local<'_>, x: &[f64], force: &[f64]) -> Option<Self> {
        let n = local.free.len();
        let (mut matrix, factors) = local.symmetric(x, force);
        let own = own_rates(local, &factors);
        for (k, m) in matrix.iter_mut().enumerate() {
            *m *= own[k % n] * own[k / n];
        }
        let start: Vec<f64> = (0..n).map(ordinary).collect();
        let space = Krylov::new(&start, DENSE, |v, out| {
            out.fill(0.0);
            for (column, v) in matrix.chunks_exact(n).zip(v) {
                let all = out.iter_mut().zip(column);
                all.for_each(|(o, m)| *o += v * m);
            }
        });
        let (right, left) = (space.rightmost()?, space.leftmost()?);
        let known = right.residual.is_finite() && left.residual.is_finite();
        known.then_some(Ends {
            values: [right.re, left.re],
            matrix,
            n,
        })
    }

    /// How many eigenvalues are above a value: by inertia.
    pub fn above(&self, value: f64) -> Option<usize> {
        inertia(self.n, &mut self.matrix.clone(), value).map(|[above, ..]| above)
    }
}

/// What M, whose entries are scaled by `factors`, is multiplied by on both sides to be T^-½ M T^-½.
fn own_rates(local: &Local<'_>, factors: &[f64]) -> Vec<f64> {
    let rates = local.network.rates();
    let free = local.free.iter().zip(factors);
    free.map(|(i, c)| rates[*i].sqrt() / c).collect()
}

/// J is similar to T^-½ M T^-½, M = C⁻¹ m C⁻¹.
fn of_rates(m: &[f64], own: &[f64]) -> Option<Spectrum> {
    let n = own.len();
    let entry = |(k, m): (usize, &f64)| own[k % n] * m * own[k / n];
    let all: Vec<f64> = m.iter().enumerate().map(entry).collect();
    Spectrum::new(n, &all)
}

/// By the matrix written out.
pub(super) fn dense(local: &mut Local<'_>, x: &[f64], force: &[f64]) -> Option<Outermost> {
    let n = local.free.len();
    let (m, factors) = local.symmetric(x, force);
    let found = Spectrum::new(n, &m)?;
    let (top, bottom) = (found.values[0], found.values[n - 1]);
    let own = own_rates(local, &factors);
    let rates = of_rates(&m, &own)?;
    let norm = rates.values[0].abs().max(rates.values[n - 1].abs());
    let unit = n as f64 * f64::EPSILON;
    let mut eigenvalue = Eigenvalue {
        re: rates.values[0],
        im: 0.0,
        residual: unit * norm,
    };
    // Rounding of the fast modes hides a slow one. In the inverse it is the largest by size: the most positive eigenvalue if one
    // mode grows, the most negative if none does.
    let positive = found.values.iter().filter(|v| **v > 0.0).count();
    let singular = |v: &f64| v.abs() <= unit * top.abs().max(bottom.abs());
    if eigenvalue.re.abs() < 1e-3 * norm
        && top.abs() > DOUBT
        && positive <= 1
        && !found.values.iter().any(singular)
    {
        let entry = |k: usize| {
            let (i, j) = (k % n, k / n);
            let terms = found.values.iter().zip(&found.vectors);
            let sum: f64 = terms.map(|(value, q)| q[i] * q[j] / value).sum();
            sum / (own[i] * own[j])
        };
        let inverse: Vec<f64> = (0..n * n).map(entry).collect();
        let inverse = Spectrum::new(n, &inverse)?;
        let slow = inverse.values[if positive == 1 { 0 } else { n - 1 }];
        let worst = found
            .values
            .iter()
            .fold(f64::INFINITY, |m, v| m.min(v.abs()));
        eigenvalue.re = 1.0 / slow;
        eigenvalue.residual = unit * eigenvalue.re.abs() * top.abs().max(bottom.abs()) / worst;
    }
    Some(Outermost {
        eigenvalue,
        top,
        error: unit,
        bottom,
        near: found.values.iter().filter(|v| v.abs() <= DOUBT).count(),
        direction: None,
    })
}

/// By Krylov spaces.
pub(super) fn large(local: &mut Local<'_>, x: &[f64], force: &[f64]) -> Option<Outermost> {
    let shift = local.shift(x, force);
    let network = local.network;
    let (rates, leaks) = (network.rates(), network.leaks());
    let leak = |i: usize| if leaks[i] > 0.0 { leaks[i] } else { 1.0 };
    let (fast, norm) = space(local, x, &shift, &|i| rates[i].sqrt());
    let mut eigenvalue = fast.rightmost()?;
    if eigenvalue.residual.is_infinite() {
        return None;
    }
    eigenvalue.residual += 1e-14 * norm;
    let (plain, norm) = space(local, x, &shift, &|i| 1.0 / leak(i).sqrt());
    let (right, left) = (plain.rightmost()?, plain.leftmost()?);
    if right.residual.is_infinite() {
        return None;
    }
    let direction = plain
        .vector(right)
        .filter(|_| right.re.abs() <= DOUBT && local.is_seen);
    let direction = direction.map(|z| {
        let z: Vec<f64> = z
            .iter()
            .enumerate()
            .map(|(i, z)| z / leak(i).sqrt())
            .collect();
        local.hessian(x).state_direction(&z)
    });
    Some(Outermost {
        eigenvalue,
        top: right.re,
        error: right.residual + 1e-14 * norm,
        bottom: left.re - left.residual,
        near: 1,
        direction,
    })
}
