//! Does a fixed point attract? From the Jacobian, and where that does not tell from what the flow does along its centre.

use super::centre::{Along, along_centre};
use super::general::general;
use super::local::{DENSE, Local, ZERO, act, ordinary};
use super::rest::Stability;
use crate::kernels::{Eigenvalue, Krylov, Spectrum};

/// Below this the sign of an eigenvalue is not taken from the Jacobian alone, the leaks being 1: a root of order 3 is known to
/// the third root of rounding, and the eigenvalue to its square.
pub(super) const DOUBT: f64 = 1e-5;

/// An eigenvalue this many times larger than what it may be off by is no rounding.
const CLEAR: f64 = 1e3;

/// What is known of the stability at a state.
pub(super) struct Verdict {
    /// The eigenvalue of J with the largest real part.
    pub eigenvalue: Option<Eigenvalue>,
    pub stability: Stability,
    /// Does every perturbation grow?
    pub repels: bool,
    pub along: Option<Along>,
    /// The largest real part, in units of the leaks.
    pub top: f64,
}

/// The outermost eigenvalues, those that decide scaled by leaks and time constants.
pub(super) struct Outermost {
    pub eigenvalue: Eigenvalue,
    /// In units of leaks, which the time constants do not enter where there is an energy.
    pub top: f64,
    pub error: f64,
    pub bottom: f64,
    /// How many are 0 but for [`DOUBT`].
    pub near: usize,
    /// The direction of the rightmost, where matrices are too large to be written out.
    pub direction: Option<Vec<f64>>,
}

/// Is there a perturbation of this state that grows, and is that more than doubt? `None` where it cannot be told.
pub(super) fn grows(local: &mut Local<'_>, x: &[f64]) -> Option<bool> {
    if local.free.is_empty() {
        return Some(false);
    }
    let force = local.force(x);
    let found = find(local, x, &force)?;
    Some(found.top > DOUBT)
}

/// The stability of a fixed point.
pub(super) fn certify(local: &mut Local<'_>, x: &[f64]) -> Verdict {
    let verdict = |stability| Verdict {
        eigenvalue: None,
        stability,
        repels: false,
        along: None,
        top: f64::NEG_INFINITY,
    };
    if local.free.is_empty() {
        return verdict(Stability::Stable);
    }
    let force = local.force(x);
    let Some(found) = find(local, x, &force) else {
        return Verdict {
            eigenvalue: Some(Eigenvalue {
                re: 0.0,
                im: 0.0,
                residual: f64::INFINITY,
            }),
            ..verdict(Stability::Unknown)
        };
    };
    let mut along = None;
    let is_clear = local.gradient && local.is_dense() && is_clear(local, &found);
    let error = found.error + ZERO;
    // Of a pair of complex eigenvalues only the sign matters.
    let doubt = if found.eigenvalue.im == 0.0 {
        DOUBT
    } else {
        0.0
    };
    let stability = if is_clear && found.top < 0.0 {
        Stability::Stable
    } else if is_clear || found.top > error.max(doubt) {
        Stability::Unstable
    } else if found.top < -error.max(doubt) {
        Stability::Stable
    } else if found.eigenvalue.im != 0.0 || found.top.abs() > DOUBT || !error.is_finite() {
        Stability::Marginal
    } else {
        let centre = along_centre(local, x, found.near.max(1), found.direction);
        along = centre.map(|c| c.along);
        match centre {
            // A small slope that is no rounding: as good as a large one.
            Some(c) if c.linear && found.top.abs() > error => match c.along {
                Along::Inward => Stability::Stable,
                Along::Outward => Stability::Unstable,
                Along::Flat | Along::OneSided => Stability::Marginal,
            },
            // Weights are not typed with so many digits.
            Some(c) if c.linear => {
                along = Some(Along::Flat);
                Stability::Marginal
            }
            Some(c) if c.along == Along::Inward => Stability::Degenerate,
            _ => Stability::Marginal,
        }
    };
    Verdict {
        eigenvalue: Some(found.eigenvalue),
        stability,
        repels: found.bottom > error.max(DOUBT),
        along,
        top: found.top,
    }
}

/// A mode that is slow only beside stiff ones, as a penalty or a steep activation makes them, is as certain as any other: its
/// eigenvalue is no rounding, and not small beside the slowest leak.
fn is_clear(local: &Local<'_>, found: &Outermost) -> bool {
    let (rates, leaks) = (local.network.rates(), local.network.leaks());
    let free = local.free.iter().map(|i| rates[*i] * leaks[*i]);
    let slowest = free.fold(f64::INFINITY, f64::min);
    let Eigenvalue { re, residual, .. } = found.eigenvalue;
    re.signum() == found.top.signum()
        && re.abs() > CLEAR * residual
        && re.abs() > DOUBT * slowest
        && slowest > 0.0
}

fn find(local: &mut Local<'_>, x: &[f64], force: &[f64]) -> Option<Outermost> {
    match (local.gradient, local.is_dense()) {
        (true, true) => symmetric(local, x, force),
        (true, false) => large(local, x, force),
        (false, _) => general(local, x),
    }
}

fn symmetric(local: &mut Local<'_>, x: &[f64], force: &[f64]) -> Option<Outermost> {
    let n = local.free.len();
    let (m, factors) = local.symmetric(x, force);
    let found = Spectrum::new(n, &m)?;
    let (top, bottom) = (found.values[0], found.values[n - 1]);
    // J is similar to T^-½ M T^-½, M = C⁻¹ m C⁻¹.
    let own: Vec<f64> = local
        .free
        .iter()
        .zip(&factors)
        .map(|(i, c)| local.network.rates()[*i].sqrt() / c)
        .collect();
    let pairs = |of: &dyn Fn(usize, usize) -> f64| -> Vec<f64> {
        (0..n * n).map(|k| of(k % n, k / n)).collect()
    };
    let rates = Spectrum::new(n, &pairs(&|i, j| own[i] * m[j * n + i] * own[j]))?;
    let norm = rates.values[0].abs().max(rates.values[n - 1].abs());
    let unit = n as f64 * f64::EPSILON;
    let mut eigenvalue = Eigenvalue {
        re: rates.values[0],
        im: 0.0,
        residual: unit * norm,
    };
    // A slow mode beside fast ones is lost in their rounding, and found in the inverse. It has the largest eigenvalue of that, or
    // the smallest where all decay.
    let positive = found.values.iter().filter(|v| **v > 0.0).count();
    let singular = |v: &f64| v.abs() <= unit * top.abs().max(bottom.abs());
    if eigenvalue.re.abs() < 1e-3 * norm
        && top.abs() > DOUBT
        && positive <= 1
        && !found.values.iter().any(singular)
    {
        let inverse = pairs(&|i, j| {
            let terms = found.values.iter().zip(&found.vectors);
            let sum: f64 = terms.map(|(value, q)| q[i] * q[j] / value).sum();
            sum / (own[i] * own[j])
        });
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

/// The Krylov space of M, or of T J where there is no energy, scaled on both sides by a power of every neuron's
/// own rate or leak; and the norm of what was met.
pub(super) fn space(
    local: &mut Local<'_>,
    x: &[f64],
    shift: &[f64],
    scale: &dyn Fn(usize) -> f64,
) -> (Krylov, f64) {
    let network = local.network;
    // A part along every direction that is not special, the same every time; nothing along clamped neurons.
    let mut start: Vec<f64> = (0..network.size()).map(ordinary).collect();
    local.clamped.iter().for_each(|i| start[*i] = 0.0);
    let gradient = local.gradient;
    let mut here = local.hessian(x);
    let mut small = vec![0.0; start.len()];
    let mut norm = 0.0f64;
    let space = Krylov::new(&start, DENSE, |v, out| {
        let scaled = v.iter().enumerate();
        small
            .iter_mut()
            .zip(scaled)
            .for_each(|(s, (i, v))| *s = v * scale(i));
        if gradient {
            here.symmetric_action(&small, shift, out);
        } else {
            act(network, &mut here, &small, out);
        }
        out.iter_mut().enumerate().for_each(|(i, o)| *o *= scale(i));
        norm = norm.max(out.iter().map(|o| o * o).sum::<f64>().sqrt());
    });
    (space, norm)
}

/// Of a network with an energy, by Krylov spaces.
fn large(local: &mut Local<'_>, x: &[f64], force: &[f64]) -> Option<Outermost> {
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
        .filter(|_| right.re.abs() <= DOUBT && local.leaky);
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
