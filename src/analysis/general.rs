//! The outermost eigenvalues of a network without energy, part by part.
//!
//! A part is a set of neurons that act on one another. Where one part acts on the next and hears nothing of it, the Jacobian is
//! block triangular, and its eigenvalues are those of the parts. Of equal neurons in a chain it is a Jordan block, whose
//! eigenvalues no iteration finds to more than the n-th root of rounding; part by part they are entries of its diagonal.

use super::local::{Local, Matrix};
use super::outermost::{Outermost, space};
use crate::kernels::{Eigenvalue, Singular, all_eigenvalues, outermost};

pub(super) fn general(local: &mut Local<'_>, x: &[f64]) -> Option<Outermost> {
    let mut ends = Vec::new();
    gather(local, x, &mut ends)?;
    let rightmost = ends.iter().map(|[right, _]| *right);
    let best = rightmost.clone().max_by(|a, b| a.re.total_cmp(&b.re))?;
    // All parts must decay for the whole to decay; one growing part is enough for it to grow. The error is chosen so that this
    // sign is safe.
    let residual = if best.re > 0.0 {
        let above = rightmost.map(|e| best.re - e.re + e.residual);
        above.fold(f64::INFINITY, f64::min)
    } else {
        let above = rightmost.map(|e| e.re - best.re + e.residual);
        above.fold(0.0, f64::max)
    };
    let bottom = ends.iter().map(|[_, left]| left.re - left.residual);
    let unit = slowest(local);
    Some(Outermost {
        eigenvalue: Eigenvalue { residual, ..best },
        top: best.re / unit,
        error: residual / unit,
        bottom: bottom.fold(f64::INFINITY, f64::min) / unit,
        near: 1,
        direction: None,
    })
}

/// What the eigenvalues of a network without energy are measured by: the slowest rate of its neurons by themselves.
fn slowest(local: &Local<'_>) -> f64 {
    let (rates, leaks) = (local.network.rates(), local.network.leaks());
    let own = |i: &usize| rates[*i] * if leaks[*i] > 0.0 { leaks[*i] } else { 1.0 };
    local.free.iter().map(own).fold(f64::INFINITY, f64::min)
}

/// The rightmost and the leftmost eigenvalue of every part.
fn gather(local: &mut Local<'_>, x: &[f64], ends: &mut Vec<[Eigenvalue; 2]>) -> Option<()> {
    if local.is_dense() {
        let m = local.matrix(x);
        for part in m.parts() {
            ends.push(dense(local, &m, &part)?);
        }
        return Some(());
    }
    let parts = local.parts(x);
    let whole = parts.len() == 1;
    for (neurons, acts_on_itself) in parts {
        if !acts_on_itself {
            ends.push(decay(local, &neurons)?);
        } else if whole {
            ends.push(krylov(local, x)?);
        } else {
            gather(&mut local.only(neurons), x, ends)?;
        }
    }
    Some(())
}

/// Of neurons that do not act on one another.
fn decay(local: &Local<'_>, neurons: &[usize]) -> Option<[Eigenvalue; 2]> {
    let (rates, leaks) = (local.network.rates(), local.network.leaks());
    let own = neurons.iter().map(|i| -leaks[*i] * rates[*i]);
    let known = |re: f64| Eigenvalue {
        re,
        im: 0.0,
        residual: 2.0 * f64::EPSILON * re.abs(),
    };
    let right = own.clone().max_by(f64::total_cmp)?;
    Some([known(right), known(own.min_by(f64::total_cmp)?)])
}

/// All eigenvalues of J, `[real, imaginary part]`, part by part.
pub(super) fn eigenvalues(local: &Local<'_>, x: &[f64]) -> Option<Vec<[f64; 2]>> {
    let m = local.matrix(x);
    let mut all = Vec::with_capacity(local.free.len());
    for part in m.parts() {
        all.extend(all_eigenvalues(part.len(), &scaled(local, &m, &part))?);
    }
    Some(all)
}

/// A part of J in the coordinates √τ x, the fastest first: the slow ones then keep their digits.
fn scaled(local: &Local<'_>, m: &Matrix, part: &[usize]) -> Vec<f64> {
    let rate = |i: usize| local.network.rates()[local.free[i]];
    let mut order = part.to_vec();
    order.sort_by(|a, b| rate(*b).total_cmp(&rate(*a)));
    let mut a = Vec::with_capacity(order.len().pow(2));
    for j in &order {
        for i in &order {
            a.push(m.entry(*i, *j) * rate(*i).sqrt() * rate(*j).sqrt());
        }
    }
    a
}

/// Of a part of a matrix.
fn dense(local: &Local<'_>, m: &Matrix, part: &[usize]) -> Option<[Eigenvalue; 2]> {
    let n = part.len();
    let a = scaled(local, m, part);
    let [mut right, left] = outermost(n, &a)?;
    // Eigenvectors that nearly coincide say little of the sign. What was computed are the eigenvalues of a matrix that differs
    // by rounding: if none so near is singular, none has crossed 0.
    if right.im == 0.0 && right.residual >= right.re.abs() {
        let values = Singular::new(n, &a)?.values;
        if values[n - 1] > 10.0 * n as f64 * f64::EPSILON * values[0] {
            right.residual = 0.5 * right.re.abs();
        }
    }
    Some([right, left])
}

/// Of more neurons than a matrix is written out for.
fn krylov(local: &mut Local<'_>, x: &[f64]) -> Option<[Eigenvalue; 2]> {
    let rates = local.network.rates();
    let (space, norm) = space(local, x, &[], &|i| rates[i].sqrt());
    let (right, left) = (space.rightmost()?, space.leftmost()?);
    if right.residual.is_infinite() {
        return None;
    }
    Some([right, left].map(|e| Eigenvalue {
        residual: space.error_of(e) + 1e-14 * norm,
        ..e
    }))
}
