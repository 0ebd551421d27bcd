//! What all bilinear forms share, whatever keeps their matrix: currents, and the energy as a by-product of one of them.

use super::{Ports, Scratch};
use crate::kernels::{Correlation, Weights, add, add_sums, sum_rows, vectorized};
use crate::lagrangian::TermRows;

/// A matrix of a bilinear form, however it is kept.
pub(super) trait Matrix {
    /// `out += W g`.
    fn add_product(&self, g: &[f64], width: usize, out: &mut [f64]);

    /// `out += Wᵀ f`.
    fn add_transposed_product(&self, f: &[f64], width: usize, out: &mut [f64]);

    /// Both.
    fn add_both(&self, g: &[f64], f: &[f64], width: usize, to: &mut [f64], back: &mut [f64]) {
        self.add_product(g, width, to);
        self.add_transposed_product(f, width, back);
    }

    /// Euclidean norm of each row.
    fn row_norms(&self) -> &[f64];
}

impl Matrix for Weights {
    fn add_product(&self, g: &[f64], width: usize, out: &mut [f64]) {
        Weights::add_product(self, g, width, out);
    }

    fn add_transposed_product(&self, f: &[f64], width: usize, out: &mut [f64]) {
        Weights::add_transposed_product(self, f, width, out);
    }

    fn add_both(&self, g: &[f64], f: &[f64], width: usize, to: &mut [f64], back: &mut [f64]) {
        Weights::add_both(self, g, f, width, to, back);
    }

    fn row_norms(&self) -> &[f64] {
        Weights::row_norms(self)
    }
}

impl Matrix for Correlation {
    fn add_product(&self, g: &[f64], width: usize, out: &mut [f64]) {
        Correlation::add_product(self, g, width, out);
    }

    fn add_transposed_product(&self, f: &[f64], width: usize, out: &mut [f64]) {
        Correlation::add_transposed_product(self, f, width, out);
    }

    fn row_norms(&self) -> &[f64] {
        Correlation::row_norms(self)
    }
}

/// Adds the currents of `E = −bᵀ W a` to the layers A and B, and tells E. The scratch has a row more than W.
pub(super) fn evaluate(
    matrix: &impl Matrix,
    ports: &Ports<'_>,
    g: &[f64],
    current: &mut [f64],
    energy: Option<TermRows<'_>>,
    scratch: &mut Scratch,
) {
    let width = ports.width;
    let (a, b) = (ports.of(0, g), ports.of(1, g));
    let (to_a, to_b) = ports.pair_mut(0, 1, current);
    match (ports.wants(0), ports.wants(1)) {
        (false, true) => return matrix.add_product(a, width, to_b),
        (true, false) => return matrix.add_transposed_product(b, width, to_a),
        _ => {}
    }
    let (own, norm) = scratch.rows.split_at_mut(b.len());
    let product = kept_product(ports.is_first(1), own, to_b, |product| {
        matrix.add_both(a, b, width, product, to_a);
    });
    if let Some(out) = energy {
        energy_rows(1.0, matrix.row_norms(), [b, a], product, norm, out);
    }
}

/// Adds a product to a current, and gives it by itself: the energy falls out of the force, without a second pass over the
/// weights. Where the current is zero so far it is the product; else that is kept in `own` first.
pub(super) fn kept_product<'a>(
    is_first: bool,
    own: &'a mut [f64],
    current: &'a mut [f64],
    add_product: impl FnOnce(&mut [f64]),
) -> &'a [f64] {
    if is_first {
        add_product(current);
        return current;
    }
    own.fill(0.0);
    add_product(own);
    add(own, current);
    own
}

/// Writes `−c b·(W a)` and a bound of `c Σ |b_i W_ij a_j|`, by column. `product` holds `W a`; `norm` has one entry
/// for each column and is overwritten; `norms` are those of the rows of W.
pub(super) fn energy_rows(
    c: f64,
    norms: &[f64],
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
    add_sums(
        [norms],
        [b, product],
        width,
        sums,
        move |_, _, [w], [b, p]| [-c * b * p, c * b.abs() * w],
    );
    vectorized(
        #[inline(always)]
        // Moved in, or it is no loop of vectors.
        move || {
            for (m, n) in magnitude.iter_mut().zip(norm) {
                *m *= n.sqrt();
            }
        },
    );
}
