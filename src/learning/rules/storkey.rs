//! Storkey's rule.

use super::{Learned, Options, Patterns, Rule, dot, of_signs, square};
use crate::refusal::Refusal;

/// Storkey's rule.
pub(super) const RULE: Rule = Rule {
    name: "storkey",
    about: "Storkey, one pattern after the other: J_ij += (ξ_i ξ_j − ξ_i h_ji − h_ij ξ_j) / N, h_ij = Σ_{k ≠ i, j} J_ik ξ_k with the J before; no diagonal (Storkey 1997)",
    options: &[],
    symmetric: true,
    learn,
};

fn learn(patterns: &Patterns, _: &Options) -> Result<Learned, Refusal> {
    let signs = patterns.signs()?;
    let mut weights = square(patterns.size())?;
    for pattern in signs.chunks_exact(patterns.size()) {
        add_storkey(&mut weights, pattern);
    }
    Ok(of_signs(weights, patterns))
}

/// Adds one pattern of ±1 to symmetric weights of N × N, by Storkey's rule: the later a pattern, the less those before it are disturbed. The
/// diagonal is left out of all sums, and stays.
pub fn add_storkey(weights: &mut [f64], pattern: &[f64]) {
    let n = pattern.len();
    // Of the weights before this pattern, all of them: a sum that sees some of the new ones is another rule.
    let rows = weights.chunks_exact(n.max(1)).enumerate();
    let fields = rows.map(|(i, row)| dot(row, pattern) - row[i] * pattern[i]);
    let fields: Vec<f64> = fields.collect();
    for i in 0..n {
        for j in 0..i {
            let w = weights[i * n + j];
            let [hij, hji] = [fields[i] - w * pattern[j], fields[j] - w * pattern[i]];
            let change = pattern[i] * pattern[j] - pattern[i] * hji - hij * pattern[j];
            let new = w + change / n as f64;
            weights[i * n + j] = new;
            weights[j * n + i] = new;
        }
    }
}
