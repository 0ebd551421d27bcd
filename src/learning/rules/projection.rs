//! The projection rule, or pseudo-inverse.

use super::{
    Learned, Options, Patterns, Rule, clear_diagonal, dot, of_signs, outer_products, square,
};
use crate::number::plural;
use crate::refusal::Refusal;

/// The projection rule.
pub(super) const RULE: Rule = Rule {
    name: "projection",
    about: "projection or pseudo-inverse: J = Σ_μν ξ_μ (Q⁻¹)_μν ξ_νᵀ / N, Q_μν = ξ_μ·ξ_ν / N, so that J ξ = ξ, with its diagonal unless `zero_diagonal = true`; up to N independent patterns (Personnaz, Guyon and Dreyfus 1985)",
    options: &["zero_diagonal"],
    symmetric: true,
    learn,
};

/// A pattern is dependent on those before it where no more than this part of its length is left over. Rounding leaves 1e-15; of two
/// patterns of N = 10⁴ that differ in one neuron, the second keeps 0.02.
const LEFT: f64 = 1e-10;

fn learn(patterns: &Patterns, options: &Options) -> Result<Learned, Refusal> {
    let size = patterns.size();
    square(size)?;
    let mut weights = projector(&patterns.centred(), size)?;
    if options.zero_diagonal == Some(true) {
        clear_diagonal(&mut weights, size);
    }
    Ok(of_signs(weights, patterns))
}

/// The projector on the space that patterns of `size` numbers span. It is `Σ q qᵀ` of an orthonormal basis: the same as the formula with Q⁻¹,
/// without squaring the condition of the patterns.
///
/// # Errors
/// A pattern that depends on those before it, with them.
pub fn projector(xi: &[f64], size: usize) -> Result<Vec<f64>, Refusal> {
    Ok(outer_products(&independent(xi, size)?, size, 1.0))
}

/// An orthonormal basis of the space of these patterns, row by row (Gram and Schmidt, each twice).
///
/// # Errors
/// A pattern that depends on those before it, with them.
pub fn independent(xi: &[f64], size: usize) -> Result<Vec<f64>, Refusal> {
    let mut basis: Vec<f64> = Vec::with_capacity(xi.len());
    // What each vector of the basis is made of: its row has a factor for each pattern up to its own.
    let mut made: Vec<Vec<f64>> = Vec::new();
    for (k, pattern) in xi.chunks_exact(size.max(1)).enumerate() {
        let mut left = pattern.to_vec();
        let mut of = vec![0.0; k + 1];
        of[k] = 1.0;
        for _ in 0..2 {
            for (q, made) in basis.chunks_exact(size).zip(&made) {
                let along = dot(q, &left);
                left.iter_mut().zip(q).for_each(|(x, q)| *x -= along * q);
                of.iter_mut().zip(made).for_each(|(f, m)| *f -= along * m);
            }
        }
        let [whole, length] = [pattern, &left].map(|x| dot(x, x).sqrt());
        if length <= LEFT * whole {
            return Err(dependent(k, &of, size));
        }
        left.iter_mut().for_each(|x| *x /= length);
        of.iter_mut().for_each(|f| *f /= length);
        basis.extend(left);
        made.push(of);
    }
    Ok(basis)
}

/// Pattern `k` is a sum of those whose factor is not 0.
fn dependent(k: usize, factors: &[f64], size: usize) -> Refusal {
    const SHOWN: usize = 6;
    if k >= size {
        let why = format!(
            "is one too many: {} of {size} numbers cannot be independent",
            plural(k + 1, "pattern")
        );
        return Refusal::new("patterns", why).of_entry(k).help(format!(
            "the projection rule holds {size} at most; \"perceptron\" may hold more"
        ));
    }
    let of: Vec<usize> = (0..k).filter(|j| factors[*j].abs() > 1e-6).collect();
    let why = match of[..] {
        [] => "has nothing of its own".into(),
        [j] if (factors[j] + 1.0).abs() < 1e-6 => format!("is the same as pattern {j}"),
        [j] if (factors[j] - 1.0).abs() < 1e-6 => format!("is the opposite of pattern {j}"),
        [j] => format!("is a multiple of pattern {j}"),
        _ => {
            let names: Vec<String> = of.iter().take(SHOWN).map(usize::to_string).collect();
            let more = match of.len().saturating_sub(SHOWN) {
                0 => String::new(),
                more => format!(" and {more} more"),
            };
            format!("is a combination of patterns {}{more}", names.join(", "))
        }
    };
    Refusal::new("patterns", why).of_entry(k).help(
        "the projection rule needs patterns that are linearly independent: leave this one out",
    )
}
