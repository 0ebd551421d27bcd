//! The covariance rule, for patterns in which few neurons are active.

use super::{Coding, Learned, Options, Patterns, Rule, clear_diagonal, outer_products, square};
use crate::number::exact;
use crate::refusal::Refusal;

/// The covariance rule.
pub(super) const RULE: Rule = Rule {
    name: "covariance",
    about: "covariance, for sparse patterns of 0 and 1: J_ij = Σ_μ (ξ_i − a)(ξ_j − a) / (N a (1 − a)), no diagonal, with the input I_i = −(½ − a) − a Σ_j J_ij; a is the `activity` (Tsodyks and Feigel'man 1988)",
    options: &["activity"],
    symmetric: true,
    learn,
};

fn learn(patterns: &Patterns, options: &Options) -> Result<Learned, Refusal> {
    square(patterns.size())?;
    let bits = patterns.bits()?;
    let activity = match options.activity {
        Some(a) => a,
        None => mean_activity(&bits),
    };
    if !(activity > 0.0 && activity < 1.0) {
        let said = match options.activity {
            Some(_) => format!("must be above 0 and below 1, it is {}", exact(activity)),
            None => "of the patterns is 1: every neuron is active in all of them".into(),
        };
        let help = "it is the part of the neurons that is active in a pattern";
        return Err(Refusal::new("activity", said).help(help));
    }
    let mut learned = covariance(&bits, patterns.size(), activity);
    if patterns.coding() == Coding::Signs {
        // S = 2V − 1: twice the field of 0 and 1.
        let rows = learned.weights.chunks_exact(patterns.size());
        for (bias, row) in learned.bias.iter_mut().zip(rows) {
            *bias = 2.0 * *bias + row.iter().sum::<f64>();
        }
    }
    Ok(learned)
}

/// The part of the entries that is 1.
pub fn mean_activity(bits: &[f64]) -> f64 {
    bits.iter().sum::<f64>() / bits.len().max(1) as f64
}

/// The covariance rule of patterns of 0 and 1 with the activity a, `size` numbers each: J and the input of units of 0 and 1.
///
/// J_ij = Σ_μ (ξ_i − a)(ξ_j − a)/(N a (1 − a)), J_ii = 0, I_i = −(½ − a) − a Σ_j J_ij. At a pattern the field is then ½ where it is 1 and −½ where
/// it is 0, up to crosstalk.
pub fn covariance(bits: &[f64], size: usize, activity: f64) -> Learned {
    let from_mean: Vec<f64> = bits.iter().map(|x| x - activity).collect();
    let scale = 1.0 / (size as f64 * activity * (1.0 - activity));
    let mut weights = outer_products(&from_mean, size, scale);
    clear_diagonal(&mut weights, size);
    let bias = |row: &[f64]| -(0.5 - activity) - activity * row.iter().sum::<f64>();
    let bias = weights.chunks_exact(size).map(bias).collect();
    Learned { weights, bias }
}
