//! The outermost eigenvalues of a Jacobian, and the Krylov spaces that they are found in.

use super::local::{DENSE, Local, act, ordinary};
use crate::kernels::{Eigenvalue, Krylov};

/// Below this the sign of an eigenvalue is not taken from the Jacobian alone, the leaks being 1: a root of order 3 is known to
/// the third root of rounding, and the eigenvalue to its square.
pub(super) const DOUBT: f64 = 1e-5;

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
