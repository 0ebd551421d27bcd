//! Rules that make the weights of one layer from patterns.
//!
//! Patterns are ±1 or 0/1. The rules are written for ±1: patterns of 0 and 1 are learned as 2ξ − 1, and units of 0 and 1 whose input is
//! the `bias` that comes with the weights then do what ±1 units without one do. (Units of 0 and 1 without it are another network: of 10 patterns in
//! 100 units they keep 58 of 100 and not 97.)
//!
//! ```
//! use attractor::learning::rules::{Options, Patterns, named};
//!
//! let xi = Patterns::new(vec![1.0, 1.0, -1.0, -1.0, 1.0, -1.0, 1.0, -1.0], 4)?;
//! let storkey = named("storkey").ok_or("no such rule")?;
//! let learned = (storkey.learn)(&xi, &Options::default())?;
//! assert_eq!(learned.weights.len(), 16);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod covariance;
mod hebb;
mod patterns;
mod perceptron;
mod projection;
mod storkey;

pub use covariance::{covariance, mean_activity};
pub(crate) use hebb::mirror;
pub use hebb::{add_hebb, outer_products, recalls};
pub use patterns::{Coding, Patterns};
pub use perceptron::{Couplings, Taught, taught};
pub use projection::{independent, projector};
pub use storkey::add_storkey;

use crate::kernels::has_room;
use crate::refusal::Refusal;

/// What a rule may be told. What is not said is up to the rule.
#[derive(Clone, Debug, PartialEq)]
pub struct Options {
    /// Is the diagonal set to zero?
    pub zero_diagonal: Option<bool>,
    /// The part a of the neurons that is active in a pattern; that of the patterns unless said.
    pub activity: Option<f64>,
    /// κ: how far each neuron's field is to be on its pattern's side, in units of the norm of its weights.
    pub margin: f64,
    /// How often at most all patterns are gone through.
    pub sweeps: usize,
}

impl Default for Options {
    fn default() -> Self {
        Options {
            zero_diagonal: None,
            activity: None,
            margin: 0.0,
            sweeps: 1000,
        }
    }
}

/// What a rule makes of patterns of N numbers.
#[derive(Clone, Debug, PartialEq)]
pub struct Learned {
    /// N × N, row by row; row i is what neuron i receives.
    pub weights: Vec<f64>,
    /// The input of every neuron; 0 where patterns are ±1, but for a rule that says otherwise.
    pub bias: Vec<f64>,
}

/// A rule of the list.
#[derive(Debug)]
pub struct Rule {
    /// Its word in model files.
    pub name: &'static str,
    /// What it is, with its formula and source.
    pub about: &'static str,
    /// Which of the options it takes.
    pub options: &'static [&'static str],
    /// Are the weights symmetric, so that the network has an energy?
    pub symmetric: bool,
    /// The weights of these patterns.
    ///
    /// # Errors
    /// Patterns or options that the rule cannot do with: `what` names the option, or `patterns`, and `entry` the pattern.
    pub learn: fn(&Patterns, &Options) -> Result<Learned, Refusal>,
}

/// Every rule there is. A new one is one file beside this one and one line here.
pub const RULES: &[&Rule] = &[
    &hebb::RULE,
    &covariance::RULE,
    &projection::RULE,
    &storkey::RULE,
    &perceptron::INDEPENDENT,
    &perceptron::SYMMETRIC,
];

/// Every rule there is.
pub fn list() -> &'static [&'static Rule] {
    RULES
}

/// The rule of this name.
pub fn named(name: &str) -> Option<&'static Rule> {
    list().iter().copied().find(|rule| rule.name == name)
}

/// Zeros for the weights of so many neurons.
fn square(size: usize) -> Result<Vec<f64>, Refusal> {
    let n = size
        .checked_mul(size)
        .filter(|n| n.checked_mul(16).is_some_and(has_room));
    let n = n.ok_or_else(|| {
        let why = format!("have {size} entries each: there is no memory for as many weights");
        Refusal::new("patterns", why)
    })?;
    Ok(vec![0.0; n])
}

/// Weights that were learned for ±1, with the input that units of the patterns' own coding need: `Σ_j J_ij (2 V_j − 1)` is twice
/// `Σ_j J_ij V_j − ½ Σ_j J_ij`.
fn of_signs(weights: Vec<f64>, patterns: &Patterns) -> Learned {
    let half = match patterns.coding() {
        Coding::Bits => -0.5,
        Coding::Signs | Coding::Numbers => 0.0,
    };
    let rows = weights.chunks_exact(patterns.size().max(1));
    let bias = rows.map(|row| half * row.iter().sum::<f64>()).collect();
    Learned { weights, bias }
}

/// Sets the diagonal to zero.
fn clear_diagonal(weights: &mut [f64], size: usize) {
    weights.iter_mut().step_by(size + 1).for_each(|w| *w = 0.0);
}

/// `Σ_j a_j b_j`, in eight sums side by side, which is how processors are fast.
fn dot(a: &[f64], b: &[f64]) -> f64 {
    let mut sums = [0.0; 8];
    let (mut a, mut b) = (a.chunks_exact(8), b.chunks_exact(8));
    for (a, b) in a.by_ref().zip(b.by_ref()) {
        for (s, (a, b)) in sums.iter_mut().zip(a.iter().zip(b)) {
            *s += a * b;
        }
    }
    let rest = a.remainder().iter().zip(b.remainder());
    sums.iter().sum::<f64>() + rest.map(|(a, b)| a * b).sum::<f64>()
}
