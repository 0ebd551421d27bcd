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

/// An eigenvalue is 0 below so many times the largest eigenvalue, and 1.
const ZERO: f64 = 1e-9;

/// Below this an eigenvalue counts as 0: 1e-9 max(1, largest eigenvalue).
pub(super) fn zero(eigenvalues: &[[f64; 2]]) -> f64 {
    ZERO * size(eigenvalues).max(1.0)
}

/// The size of the largest eigenvalue.
pub(super) fn size(eigenvalues: &[[f64; 2]]) -> f64 {
    let sizes = eigenvalues.iter().map(|e| e[0].hypot(e[1]));
    sizes.fold(0.0, f64::max)
}
