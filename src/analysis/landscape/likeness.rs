//! What a fixed point is beside the memories: one of them, an inverse, a mixture, an average, or none of these.
//!
//! Where a softmax over these memories acts on the layer (a memory synapse, or a hidden layer), its weights `p` say it: the memories
//! whose weight is 1/e² of the largest or more, scores that differ by 2/β at most. One of them is a single memory, some are an
//! average, all are the global average, and so is what these hold less than 0.8 of. The *effective number* of memories is `1/Σp²`: 1 of a single
//! one, P of P alike. Elsewhere it is the least-squares fit `s ≈ Σ c_μ ξ_μ` of the activation by the memories that matter, those
//! whose coefficient is half of the largest or more, of all together. Activations and memories between two bounds are taken as `s`
//! from −1 to 1. A symmetric mixture of n memories of ±1 that are not correlated has `c = 2^(1−n) (n−1 over (n−1)/2)`: 1/2 of 3, 3/8 of 5 (Amit,
//! Gutfreund and Sompolinsky 1985); of `|s|²` it leaves 1 − n c², which is at most 1 − 2/π.

use crate::analysis::averaged::effective_number;
use crate::kernels::Singular;

/// Weights that are so large beside the largest one are alike: 1/e².
const ALIKE: f64 = 0.135_335_283_236_612_7;
/// They are what the state is made of if they hold this much.
const HELD: f64 = 0.8;
/// A mixture has no more parts.
const PARTS: usize = 9;
/// A memory matters whose coefficient is so large beside the largest.
const MATTERS: f64 = 0.5;
/// The largest residual `|s − Σ c ξ|/|s|` of what is explained: that of symmetric mixtures is below √(1 − 2/π) = 0.603, and the
/// fluctuations of some hundred neurons come on top.
const EXPLAINED: f64 = 0.65;
/// Activations smaller than this are none.
const SILENT: f64 = 1e-9;

/// What a state is beside the memories.
#[derive(Clone, Debug, PartialEq)]
pub enum StateKind {
    /// One of the memories.
    Single(usize),
    /// The opposite of one.
    Inverse(usize),
    /// A mixture of several, each with its coefficient.
    Mixture(Vec<(usize, f64)>),
    /// The average of some that a softmax weighs alike: a metastable state of attention.
    Average(Vec<usize>),
    /// The average of all of them.
    GlobalAverage,
    /// The middle of the activations' range, which is no nearer to any memory than to its opposite.
    Centre,
    /// None of these.
    Spurious,
}

/// A state beside the memories.
#[derive(Clone, Debug, PartialEq)]
pub struct Likeness {
    /// What it is.
    pub kind: StateKind,
    /// For each memory the weight that the softmax gives it, or its coefficient in the fit; 0 of those that do not matter.
    pub weights: Vec<f64>,
    /// `1/Σp²`, where a softmax weighs the memories.
    pub effective: Option<f64>,
    /// What the memories that matter leave of the activation, `|s − Σ c ξ|/|s|`; none where a softmax weighs them.
    pub residual: Option<f64>,
}

impl StateKind {
    /// One word for it: `single`, `inverse`, `mixture`, `average`, `global average`, `centre`, `spurious`.
    pub fn word(&self) -> &'static str {
        match self {
            StateKind::Single(_) => "single",
            StateKind::Inverse(_) => "inverse",
            StateKind::Mixture(_) => "mixture",
            StateKind::Average(_) => "average",
            StateKind::GlobalAverage => "global average",
            StateKind::Centre => "centre",
            StateKind::Spurious => "spurious",
        }
    }

    /// Its number in arrays, in the order of these words.
    pub fn code(&self) -> i64 {
        match self {
            StateKind::Single(_) => 0,
            StateKind::Inverse(_) => 1,
            StateKind::Mixture(_) => 2,
            StateKind::Average(_) => 3,
            StateKind::GlobalAverage => 4,
            StateKind::Centre => 5,
            StateKind::Spurious => 6,
        }
    }

    /// The memories that it is made of.
    pub fn memories(&self) -> Vec<usize> {
        match self {
            StateKind::Single(k) | StateKind::Inverse(k) => vec![*k],
            StateKind::Mixture(parts) => parts.iter().map(|(k, _)| *k).collect(),
            StateKind::Average(all) => all.clone(),
            StateKind::GlobalAverage | StateKind::Centre | StateKind::Spurious => Vec::new(),
        }
    }
}

impl std::fmt::Display for StateKind {
    /// `memory 2`, `inverse of memory 2`, `mixture of 0, −1, 2`, `average of 0, 1`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let list = |all: Vec<String>| all.join(", ");
        match self {
            StateKind::Single(k) => write!(f, "memory {k}"),
            StateKind::Inverse(k) => write!(f, "inverse of memory {k}"),
            StateKind::Mixture(parts) => {
                let sign = |c: f64| if c < 0.0 { "−" } else { "" };
                let all = parts.iter().map(|(k, c)| format!("{}{k}", sign(*c)));
                write!(f, "mixture of {}", list(all.collect()))
            }
            StateKind::Average(all) => {
                let all = all.iter().map(ToString::to_string);
                write!(f, "average of {}", list(all.collect()))
            }
            other => f.write_str(other.word()),
        }
    }
}

/// By the weights of a softmax.
pub(super) fn by_weights(weights: Vec<f64>) -> Likeness {
    let largest = weights.iter().fold(0.0f64, |m, p| m.max(*p));
    let alike = |k: &usize| weights[*k] >= ALIKE * largest;
    let members: Vec<usize> = (0..weights.len()).filter(alike).collect();
    let held: f64 = members.iter().map(|k| weights[*k]).sum();
    let kind = match members[..] {
        [only] if held >= HELD => StateKind::Single(only),
        _ if members.len() < weights.len() && held >= HELD => StateKind::Average(members),
        _ => StateKind::GlobalAverage,
    };
    Likeness {
        kind,
        effective: Some(effective_number(&weights)),
        weights,
        residual: None,
    }
}

/// By least squares.
pub(super) fn by_fit(rows: &[Vec<f64>], svd: &Singular, s: &[f64]) -> Likeness {
    let count = rows.len();
    let size = dot(s, s).sqrt();
    let mut found = Likeness {
        kind: StateKind::Centre,
        weights: vec![0.0; count],
        effective: None,
        residual: Some(1.0),
    };
    if size <= SILENT * (s.len() as f64).sqrt() {
        return found;
    }
    let overlaps: Vec<f64> = rows.iter().map(|row| dot(row, s)).collect();
    let all = shortest(svd, &overlaps);
    let largest = all.iter().fold(0.0f64, |m, c| m.max(c.abs()));
    let matters = |k: &usize| all[*k].abs() >= MATTERS * largest;
    let of: Vec<usize> = (0..count).filter(matters).collect();
    let own: Vec<f64> = of.iter().map(|k| overlaps[*k]).collect();
    let fit = Singular::new(of.len(), &products(rows, &of)).map(|svd| shortest(&svd, &own));
    let Some(fit) = fit else {
        found.kind = StateKind::Spurious;
        return found;
    };
    let mut left = s.to_vec();
    for (k, c) in of.iter().zip(&fit) {
        left.iter_mut()
            .zip(&rows[*k])
            .for_each(|(l, v)| *l -= c * v);
        found.weights[*k] = *c;
    }
    let residual = dot(&left, &left).sqrt() / size;
    found.residual = Some(residual);
    found.kind = match of[..] {
        _ if residual > EXPLAINED || of.len() > PARTS => StateKind::Spurious,
        [only] if fit[0] > 0.0 => StateKind::Single(only),
        [only] => StateKind::Inverse(only),
        _ => StateKind::Mixture(of.iter().copied().zip(fit).collect()),
    };
    found
}

/// The shortest solution where memories depend on each other.
fn shortest(svd: &Singular, b: &[f64]) -> Vec<f64> {
    let most = svd.values.first().copied().unwrap_or(0.0);
    let count = svd.values.iter().take_while(|v| **v > 1e-10 * most).count();
    svd.solve(b, count)
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// The inner products of some rows.
pub(super) fn products(rows: &[Vec<f64>], of: &[usize]) -> Vec<f64> {
    let column = |j: &usize| {
        of.iter()
            .map(|i| dot(&rows[*i], &rows[*j]))
            .collect::<Vec<_>>()
    };
    of.iter().flat_map(column).collect()
}
