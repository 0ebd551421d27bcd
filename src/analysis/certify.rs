//! Does a fixed point attract? From the Jacobian, and where that does not tell from what the flow does along its centre.

use super::centre::{Along, along_centre};
use super::general::general;
use super::gradient;
use super::local::{Local, ZERO};
use super::outermost::{DOUBT, Outermost};
use super::stability::Stability;
use crate::kernels::Eigenvalue;

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
    // Scaled to order 1, currents of nearly nothing are rounding too: what grows does so as an eigenvalue of the network itself.
    let may_grow = found.eigenvalue.re > found.eigenvalue.residual;
    let stability = if is_clear && found.top < 0.0 {
        Stability::Stable
    } else if is_clear || (may_grow && found.top > error.max(doubt)) {
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
        (true, true) => gradient::dense(local, x, force),
        (true, false) => gradient::large(local, x, force),
        (false, _) => general(local, x),
    }
}
