//! The energy of a bilinear form, `−c bᵀ W a`, as a by-product of the current `W a`.

use crate::kernels::{Weights, sum_rows, sum_rows_by};
use crate::lagrangian::TermRows;

/// Writes `−c b·(W a)` and a bound of `c Σ |b_i W_ij a_j|`, by lane. `product` holds `W a`; `norm` has one entry for each lane
/// and is overwritten.
pub(super) fn energy_rows(
    c: f64,
    weights: &Weights,
    [b, a]: [&[f64]; 2],
    product: &[f64],
    norm: &mut [f64],
    out: TermRows<'_>,
) {
    let lanes = norm.len();
    sum_rows([b, product], lanes, out.value, |[b, p]| -c * b * p);
    // Σ |b_i W_ij a_j| ≤ Σ_i |b_i| ‖W_i‖ ‖a‖: no second pass over W.
    sum_rows([a], lanes, norm, |[a]| a * a);
    let norms = weights.row_norms();
    sum_rows_by([b], lanes, out.magnitude, |i, _, [b]| {
        c * b.abs() * norms[i]
    });
    for (m, n) in out.magnitude.iter_mut().zip(norm) {
        *m *= n.sqrt();
    }
}
