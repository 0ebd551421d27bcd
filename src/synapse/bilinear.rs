//! The energy of a bilinear form, `−c bᵀ W a`, as a by-product of the current `W a`.

use crate::kernels::{Weights, sum_rows};
use crate::lagrangian::TermRows;

/// Writes `−c b·(W a)` and a bound of `c Σ |b_i W_ij a_j|`, by lane. `product` holds `W a` and is overwritten; `norm` has one
/// entry for each lane.
pub(super) fn energy_rows(
    c: f64,
    weights: &Weights,
    [b, a]: [&[f64]; 2],
    product: &mut [f64],
    norm: &mut [f64],
    out: TermRows<'_>,
) {
    let lanes = norm.len();
    sum_rows([b, product], lanes, out.value, |[b, p]| -c * b * p);
    // Σ |b_i W_ij a_j| ≤ Σ_i |b_i| ‖W_i‖ ‖a‖: no second pass over W.
    sum_rows([a], lanes, norm, |[a]| a * a);
    let rows = product.chunks_exact_mut(lanes);
    for (row, w) in rows.zip(weights.row_norms()) {
        row.fill(*w);
    }
    sum_rows([b, product], lanes, out.magnitude, |[b, w]| c * b.abs() * w);
    for (m, n) in out.magnitude.iter_mut().zip(norm) {
        *m *= n.sqrt();
    }
}
