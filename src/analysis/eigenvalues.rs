//! All eigenvalues of a Jacobian, where it is small enough to be written out.

use super::local::Local;
use super::{general, gradient};

/// The eigenvalues `[re, im]` of the Jacobian of ẋ at `x` among the free neurons, those farthest to the right first; `None` where
/// they were not found. With an energy they are those of a symmetric matrix (see `network/symmetric.rs`), and real.
pub(super) fn eigenvalues(local: &mut Local<'_>, x: &[f64]) -> Option<Vec<[f64; 2]>> {
    match local.gradient {
        true => symmetric(local, x),
        false => of_jacobian(local, x),
    }
}

/// Those of the symmetric matrix.
pub(super) fn symmetric(local: &mut Local<'_>, x: &[f64]) -> Option<Vec<[f64; 2]>> {
    let force = local.force(x);
    let real = gradient::eigenvalues(local, x, &force)?;
    Some(real.into_iter().map(|re| [re, 0.0]).collect())
}

/// Those of the Jacobian itself.
pub(super) fn of_jacobian(local: &Local<'_>, x: &[f64]) -> Option<Vec<[f64; 2]>> {
    let mut all = general::eigenvalues(local, x)?;
    all.sort_by(|a, b| b[0].total_cmp(&a[0]).then(b[1].total_cmp(&a[1])));
    Some(all)
}

/// An eigenvalue is 0 below so many times its [unit].
const ZERO: f64 = 1e-9;
/// Of neurons whose rates differ by more than the inverse of this the fastest hide the slowest in rounding.
const HIDDEN: f64 = 1e-5;

/// Below this the real part of an eigenvalue counts as 0: 1e-9 of its unit.
pub(super) fn zero(local: &Local<'_>, eigenvalues: &[[f64; 2]]) -> f64 {
    ZERO * unit(local, eigenvalues)
}

/// What eigenvalues are small beside: `r max(1, largest/R)`, r and R being the slowest and the fastest rate `k/τ` of a free neuron (`1/τ` of
/// one without leak). With `k = τ = 1` that is max(1, largest eigenvalue), and another unit of time changes nothing.
pub(super) fn unit(local: &Local<'_>, eigenvalues: &[[f64; 2]]) -> f64 {
    let network = local.network;
    let rates = local.free.iter().map(|i| {
        let leak = network.leaks()[*i];
        network.rates()[*i] * if leak > 0.0 { leak } else { 1.0 }
    });
    let (slow, fast) = rates.fold((f64::INFINITY, 0.0), |(slow, fast): (f64, f64), rate| {
        (slow.min(rate), fast.max(rate))
    });
    let largest = size(eigenvalues);
    (slow * (largest / fast).max(1.0)).max(HIDDEN * largest)
}

/// The size of the largest eigenvalue.
pub(super) fn size(eigenvalues: &[[f64; 2]]) -> f64 {
    let sizes = eigenvalues.iter().map(|e| e[0].hypot(e[1]));
    sizes.fold(0.0, f64::max)
}
