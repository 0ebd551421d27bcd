//! The energy of a bilinear form, `−c bᵀ W a`, as a by-product of the current `W a`.

use crate::kernels::{Weights, add_sums, sum_rows, vectorized};
use crate::lagrangian::TermRows;

/// Writes `−c b·(W a)` and a bound of `c Σ |b_i W_ij a_j|`, by column. `product` holds `W a`; `norm` has one entry
/// for each column and is overwritten.
pub(super) fn energy_rows(
    c: f64,
    weights: &Weights,
    [b, a]: [&[f64]; 2],
    product: &[f64],
    norm: &mut [f64],
    out: TermRows<'_>,
) {
    let width = norm.len();
    // Σ |b_i W_ij a_j| ≤ Σ_i |b_i| ‖W_i‖ ‖a‖: no second pass over W.
    sum_rows([a], width, norm, |[a]| a * a);
    let TermRows { value, magnitude } = out;
    value.fill(0.0);
    magnitude.fill(0.0);
    let sums = [&mut *value, &mut *magnitude];
    let norms = [weights.row_norms()];
    add_sums(
        norms,
        [b, product],
        width,
        sums,
        move |_, _, [w], [b, p]| [-c * b * p, c * b.abs() * w],
    );
    vectorized(
        #[inline(always)]
        || {
            for (m, n) in magnitude.iter_mut().zip(norm) {
                *m *= n.sqrt();
            }
        },
    );
}
