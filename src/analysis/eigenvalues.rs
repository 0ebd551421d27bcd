//! All eigenvalues of a Jacobian, where it is small enough to be written out.

use super::local::Local;
use crate::kernels::{Spectrum, all_eigenvalues};

/// The eigenvalues `[re, im]` of the Jacobian of ẋ at `x` among the free neurons, those farthest to the right first; `None` where
/// they were not found. With an energy they are those of a symmetric matrix (see `network/symmetric.rs`), and real.
pub(super) fn eigenvalues(local: &mut Local<'_>, x: &[f64]) -> Option<Vec<[f64; 2]>> {
    let n = local.free.len();
    let rates = local.network.rates();
    if !local.gradient {
        let m = local.matrix(x);
        let rate = |i: usize| rates[local.free[i]].sqrt();
        // In the coordinates √τ x.
        let entry = |k: usize| m.entry(k % n, k / n) * rate(k % n) * rate(k / n);
        return all_eigenvalues(n, &(0..n * n).map(entry).collect::<Vec<f64>>());
    }
    let force = local.force(x);
    let (m, _) = local.unscaled(x, &force);
    let own = |i: usize| rates[local.free[i]].sqrt();
    let entry = |k: usize| own(k % n) * m[k] * own(k / n);
    let found = Spectrum::new(n, &(0..n * n).map(entry).collect::<Vec<f64>>())?;
    Some(found.values.iter().map(|v| [*v, 0.0]).collect())
}
