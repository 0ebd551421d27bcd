//! Perceptron learning with a margin (Gardner), each neuron by itself or with symmetric weights.

use super::{Learned, Options, Patterns, Rule, dot, of_signs, square};
use crate::number::{exact, plural};
use crate::refusal::Refusal;

/// Each neuron by itself.
pub(super) const INDEPENDENT: Rule = Rule {
    name: "perceptron",
    about: "perceptron with margin κ (`margin`), each neuron by itself: where ξ_i Σ_j J_ij ξ_j ≤ κ |J_i|, J_ij += ξ_i ξ_j / N, until it is so nowhere; up to 2 N patterns, not symmetric, so without an energy (Gardner 1988)",
    options: &["margin", "sweeps"],
    symmetric: false,
    learn: |patterns, options| learn(patterns, options, Couplings::Independent),
};

/// With one weight for a pair.
pub(super) const SYMMETRIC: Rule = Rule {
    name: "symmetric-perceptron",
    about: "the same with J_ij = J_ji, each changed where either neuron errs: keeps an energy, holds some 1.28 N patterns (Gardner, Gutfreund and Yekutieli 1989)",
    options: &["margin", "sweeps"],
    symmetric: true,
    learn: |patterns, options| learn(patterns, options, Couplings::Symmetric),
};

/// Are there two weights for a pair of neurons, or one?
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Couplings {
    /// Each neuron learns for itself.
    Independent,
    /// `J_ij = J_ji`.
    Symmetric,
}

/// What perceptron learning came to.
#[derive(Clone, Debug, PartialEq)]
pub struct Taught {
    /// N × N, row by row, no diagonal.
    pub weights: Vec<f64>,
    /// How often the patterns were gone through, the last time without an error if there is none left.
    pub sweeps: usize,
    /// How many entries of all patterns were wrong when they were seen last; 0 where all was learned.
    pub wrong: usize,
}

fn learn(patterns: &Patterns, options: &Options, kind: Couplings) -> Result<Learned, Refusal> {
    let (margin, sweeps) = (options.margin, options.sweeps);
    if !(margin >= 0.0 && margin.is_finite()) {
        let why = format!("must be 0 or above and finite, it is {}", exact(margin));
        return Err(Refusal::new("margin", why));
    }
    if sweeps == 0 {
        return Err(Refusal::new("sweeps", "must be 1 or more, it is 0"));
    }
    square(patterns.size())?;
    let found = taught(&patterns.signs()?, patterns.size(), kind, margin, sweeps);
    if found.wrong > 0 {
        let (count, size) = (patterns.count(), patterns.size());
        let why = format!(
            "are not learned: after {} {} of their {} entries are still wrong",
            plural(sweeps, "sweep"),
            found.wrong,
            count * size
        );
        let (holds, kind) = match kind {
            Couplings::Independent => (2.0, "such weights"),
            Couplings::Symmetric => (1.28, "symmetric weights"),
        };
        let most = holds * size as f64;
        let help = match count as f64 > most {
            true => format!(
                "{count} patterns of {size} neurons are beyond capacity: {kind} hold some {most:.0} without a margin, fewer with one; take fewer patterns or more neurons"
            ),
            false => format!(
                "{kind} hold some {most:.0} random patterns of {size} neurons without a margin, fewer with one, and fewer that are alike; take fewer patterns, a smaller margin, or more sweeps"
            ),
        };
        return Err(Refusal::new("patterns", why).help(help));
    }
    Ok(of_signs(found.weights, patterns))
}

/// Teaches patterns of ±1, `size` numbers each, from weights of 0 until there is no error or `sweeps` have passed. No error means
/// `ξ_i Σ_j J_ij ξ_j > κ |J_i|` for every neuron of every pattern.
pub fn taught(xi: &[f64], size: usize, kind: Couplings, margin: f64, sweeps: usize) -> Taught {
    let mut found = Taught {
        weights: vec![0.0; size * size],
        sweeps: 0,
        wrong: 0,
    };
    match kind {
        Couplings::Independent => {
            for i in 0..size {
                let row = &mut found.weights[i * size..(i + 1) * size];
                let (took, wrong) = one_neuron(xi, i, row, margin, sweeps);
                found.sweeps = found.sweeps.max(took);
                found.wrong += wrong;
            }
        }
        Couplings::Symmetric => {
            while found.sweeps < sweeps {
                found.sweeps += 1;
                found.wrong = symmetric_sweep(xi, &mut found.weights, margin, size);
                if found.wrong == 0 {
                    break;
                }
            }
        }
    }
    // Whole numbers up to here, so that a field of 0 is one.
    found.weights.iter_mut().for_each(|w| *w /= size as f64);
    found
}

/// Is the field of a neuron not far enough on its pattern's side?
fn errs(row: &[f64], pattern: &[f64], i: usize, margin: f64) -> bool {
    let norm = match margin > 0.0 {
        true => dot(row, row).sqrt(),
        false => 0.0,
    };
    pattern[i] * dot(row, pattern) <= margin * norm
}

/// The sweeps that a neuron took, and its errors in the last of them.
fn one_neuron(xi: &[f64], i: usize, row: &mut [f64], margin: f64, sweeps: usize) -> (usize, usize) {
    let mut wrong = 0;
    for sweep in 1..=sweeps {
        wrong = 0;
        for pattern in xi.chunks_exact(row.len()) {
            if errs(row, pattern, i, margin) {
                wrong += 1;
                for (w, x) in row.iter_mut().zip(pattern) {
                    *w += pattern[i] * x;
                }
                row[i] = 0.0;
            }
        }
        if wrong == 0 {
            return (sweep, 0);
        }
    }
    (sweeps, wrong)
}

fn symmetric_sweep(xi: &[f64], weights: &mut [f64], margin: f64, size: usize) -> usize {
    let mut wrong = 0;
    for pattern in xi.chunks_exact(size) {
        let rows = weights.chunks_exact(size).enumerate();
        let erring = rows.filter(|(i, row)| errs(row, pattern, *i, margin));
        let erring: Vec<usize> = erring.map(|(i, _)| i).collect();
        wrong += erring.len();
        // A pair of which both err is changed twice.
        for i in erring {
            for j in (0..size).filter(|j| *j != i) {
                let change = pattern[i] * pattern[j];
                weights[i * size + j] += change;
                weights[j * size + i] += change;
            }
        }
    }
    wrong
}
