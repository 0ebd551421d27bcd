//! `L = nγ s + δ·x` with `s = √(var + ε)` and `var = (1/n) Σ (x_i − x̄)²`, `g = γ (x − x̄)/s + δ`,
//! `H = (γ/s) (1 − 11ᵀ/n − u uᵀ/n)` with `u = (x − x̄)/s`, `L* = −nγ ε/s`: layer normalisation over a group of n neurons
//! (Ba et al. 2016), whose Lagrangian makes it the token neuron of the Energy Transformer (Hoover et al. 2023).
//!
//! γ is one number: with a vector g would not be a gradient. The variance divides by n, and ε stands inside the root.
//! A common shift of all states changes neither g nor L*: H has the null vector 1. For ε = 0 it also has x − x̄, and a
//! tip where all states are equal; there `g = δ` and the weights of H are 0.

use std::sync::Arc;

use super::norm::{Centre, Norm};
use super::{Direction, Kind};
use crate::kernels::{PIECE, sum_rows, sum_rows_by};
use crate::key::{Form, parameter};

/// The largest group, so that the activation has a bound for every group: |g − δ| ≤ γ √(n − 1).
const LARGEST: usize = 1 << 32;

/// Layer normalisation over the group.
pub type LayerNorm = Norm<Mean>;

/// The mean of each column of a piece.
#[derive(Clone, Debug, PartialEq)]
pub struct Mean {
    /// A first mean, rounded in proportion to the states, …
    mean: [f64; PIECE],
    /// … and the mean of what it leaves. Without it, states of 1e6 ± 1e-3 would be centred with an error of 1e-10.
    rest: [f64; PIECE],
}

impl Centre for Mean {
    const KIND: &'static Kind = &KIND;
    const DIRECTIONS: &'static [Direction] = &[Direction::Ones, Direction::Own];
    // A common shift of all states changes no activation.
    const HAS_STATE: bool = false;
    const OPERATIONS: f64 = 95.0;

    const START: Self = Mean {
        mean: [0.0; PIECE],
        rest: [0.0; PIECE],
    };

    fn find(&mut self, x: &[f64], columns: usize, width: usize, n: f64) {
        let (mean, rest) = (&mut self.mean[..width], &mut self.rest[..width]);
        sum_rows([x], columns, mean, |[x]| x);
        mean.iter_mut().for_each(|mean| *mean /= n);
        sum_rows_by([x], columns, rest, |_, b, [x]| x - mean[b]);
        rest.iter_mut().for_each(|rest| *rest /= n);
    }

    #[inline(always)]
    fn centred(&self, b: usize, x: f64) -> f64 {
        (x - self.mean[b]) - self.rest[b]
    }

    fn divisor(n: usize) -> f64 {
        n as f64
    }

    fn shift(sum: f64, n: f64) -> f64 {
        sum / n
    }

    fn radius(n: Option<usize>) -> f64 {
        ((n.unwrap_or(LARGEST) - 1) as f64).sqrt()
    }

    fn fits(n: usize, eps: f64) -> Result<(), String> {
        match n {
            0 | 1 => Err(format!(
                "needs a group of two neurons or more: one of {n} has no variance, its activation would be constant"
            )),
            2 if eps == 0.0 => {
                Err("is a step on a group of two neurons; give it eps above 0".into())
            }
            _ if n > LARGEST => Err(format!("takes groups of at most {LARGEST}, not {n}")),
            _ => Ok(()),
        }
    }
}

pub const KIND: Kind = Kind {
    name: "layer-norm",
    formula: "L = n gamma s + delta·x with s = sqrt(variance of x + eps), g = gamma (x - mean)/s + delta",
    parameters: &[
        parameter("gamma", Form::Number, "scale, above 0; 1"),
        parameter(
            "delta",
            Form::Array,
            "shift, a vector over the group or one number; 0",
        ),
        parameter(
            "eps",
            Form::Number,
            "added to the variance, 0 or above; 1e-5",
        ),
    ],
    examples: &[
        r#"{ kind = "layer-norm" }"#,
        r#"{ kind = "layer-norm", gamma = 1.2, eps = 0.25 }"#,
        r#"{ kind = "layer-norm", gamma = 0.5, delta = 0.3, eps = 0 }"#,
        r#"{ kind = "layer-norm", delta = [0.1, -0.2, 0.3, 0, 0.5], eps = 0.01 }"#,
    ],
    make: |p| {
        let gamma = p.positive("gamma", Some(1.0))?;
        let delta = p.vector("delta")?;
        let eps = p.not_negative("eps", Some(1e-5))?;
        Ok(Arc::new(LayerNorm::new(gamma, &delta, eps)))
    },
};
