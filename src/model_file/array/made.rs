//! Arrays that are computed.

use super::super::{Diagnostics, Span};
use super::{Array, RandomSpec, shape_text};
use crate::pattern::random;
use crate::study::Distribution;

/// Seeded random numbers in a shape of `n` entries.
pub(super) fn draw(
    spec: &RandomSpec,
    n: usize,
    shape: Vec<usize>,
    span: &Span,
    diagnostics: &Diagnostics,
) -> Option<Array> {
    let size = match (spec.symmetric, spec.zero_diagonal) {
        (true, _) => square(&shape, "a symmetric array", span, diagnostics)?,
        (_, true) => square(&shape, "an array with a diagonal", span, diagnostics)?,
        _ => 0,
    };
    let mut data = match spec.law {
        Distribution::Normal(mean, std) => random::normal(spec.seed, n, mean, std),
        Distribution::Uniform(low, high) => random::uniform(spec.seed, n, low, high),
        Distribution::Sign => random::signs(spec.seed, n),
    };
    if spec.symmetric {
        mirror(&mut data, size);
    }
    if spec.zero_diagonal {
        data.iter_mut().step_by(size + 1).for_each(|x| *x = 0.0);
    }
    Some(Array { shape, data })
}

/// The side of a shape that must be square.
pub(super) fn square(
    shape: &[usize],
    what: &str,
    span: &Span,
    diagnostics: &Diagnostics,
) -> Option<usize> {
    match *shape {
        [a, b] if a == b => Some(a),
        _ => {
            let found = shape_text(shape);
            let why = format!("{what} must be square, the shape here is {found}");
            diagnostics.error(span.clone(), why).none()
        }
    }
}

/// `scale · Σ_μ ξ_μ ξ_μᵀ`, exactly symmetric: the upper half is computed and mirrored.
pub(super) fn hebbian(xi: &[f64], size: usize, n: usize, scale: f64) -> Vec<f64> {
    let mut w = vec![0.0; n];
    for i in 0..size {
        let row = &mut w[i * size + i..(i + 1) * size];
        for pattern in xi.chunks_exact(size) {
            for (w, x) in row.iter_mut().zip(&pattern[i..]) {
                *w += pattern[i] * x;
            }
        }
        row.iter_mut().for_each(|w| *w *= scale);
    }
    mirror(&mut w, size);
    w
}

/// `scale · Σ_μ η_{μ + next} ξ_μᵀ`: what each pattern calls up, the first following the last.
pub(super) fn hetero(
    [eta, xi]: [&[f64]; 2],
    [rows, columns]: [usize; 2],
    next: usize,
    scale: f64,
) -> Vec<f64> {
    let count = xi.len() / columns.max(1);
    let mut w = vec![0.0; rows * columns];
    for (i, row) in w.chunks_exact_mut(columns.max(1)).enumerate() {
        for (mu, pattern) in xi.chunks_exact(columns).enumerate() {
            let called = eta[(mu + next) % count * rows + i];
            for (w, x) in row.iter_mut().zip(pattern) {
                *w += called * x;
            }
        }
        row.iter_mut().for_each(|w| *w *= scale);
    }
    w
}

/// Copies the upper triangle into the lower.
fn mirror(w: &mut [f64], size: usize) {
    for i in 0..size {
        for j in 0..i {
            w[i * size + j] = w[j * size + i];
        }
    }
}
