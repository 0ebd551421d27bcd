//! Hebb's rule.

use super::{Learned, Options, Patterns, Rule, clear_diagonal, of_signs, square};
use crate::refusal::Refusal;

/// Hebb's rule, by its sums.
pub(super) const RULE: Rule = Rule {
    name: "hebb",
    about: "Hebb: J_ij = Σ_μ ξ_i ξ_j / N, without a diagonal unless `zero_diagonal = false`; some 0.138 N patterns (Hopfield 1982)",
    options: &["zero_diagonal"],
    symmetric: true,
    learn,
};

fn learn(patterns: &Patterns, options: &Options) -> Result<Learned, Refusal> {
    let size = patterns.size();
    square(size)?;
    let mut weights = outer_products(&patterns.centred(), size, 1.0 / size as f64);
    if options.zero_diagonal.unwrap_or(true) {
        clear_diagonal(&mut weights, size);
    }
    Ok(of_signs(weights, patterns))
}

/// Adds `scale · ξ ξᵀ` to weights of N × N, all of it or without the diagonal: one pattern more, and with `−scale` one forgotten.
pub fn add_hebb(weights: &mut [f64], pattern: &[f64], scale: f64, diagonal: bool) {
    let size = pattern.len();
    for (i, row) in weights.chunks_exact_mut(size.max(1)).enumerate() {
        let kept = row.get(i).copied();
        for (w, x) in row.iter_mut().zip(pattern) {
            *w += scale * (pattern[i] * x);
        }
        if let (false, Some(w), Some(kept)) = (diagonal, row.get_mut(i), kept) {
            *w = kept;
        }
    }
}

/// `scale · Σ_μ ξ_μ ξ_μᵀ` of patterns of `size` numbers, row by row. Exactly symmetric: the upper half is computed and mirrored.
pub fn outer_products(xi: &[f64], size: usize, scale: f64) -> Vec<f64> {
    let mut w = vec![0.0; size * size];
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

/// `scale · Σ_μ η_{μ + next} ξ_μᵀ`: what each pattern calls up, the first following the last. η has patterns of `rows` numbers, ξ of `columns`.
pub fn recalls(
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
pub(crate) fn mirror(w: &mut [f64], size: usize) {
    for i in 0..size {
        for j in 0..i {
            w[i * size + j] = w[j * size + i];
        }
    }
}
