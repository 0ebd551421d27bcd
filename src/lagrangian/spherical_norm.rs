//! `L = γ r + δ·x` with `r = √(|x|² + ε)`, `g = γ x/r + δ`, `H = (γ/r) (1 − u uᵀ)` with `u = x/r`,
//! `L* = −γ ε/r = −γ √ε √(1 − |g − δ|²/γ²)`: activations on (inside, for ε > 0) a sphere (Krotov and Hopfield 2021,
//! model C). For ε = 0 H has the null vector x.

use std::sync::Arc;

use super::norm::{Centre, Norm};
use super::{Direction, Kind};
use crate::key::{Form, parameter};

/// The spherical norm over the group.
pub type SphericalNorm = Norm<Origin>;

/// States as they are.
#[derive(Clone, Debug, PartialEq)]
pub struct Origin;

impl Centre for Origin {
    const KIND: &'static Kind = &KIND;
    const DIRECTIONS: &'static [Direction] = &[Direction::Own];
    const HAS_STATE: bool = true;
    const OPERATIONS: f64 = 55.0;

    const START: Self = Origin;

    fn find(&mut self, _: &[f64], _: usize, _: usize, _: f64) {}

    #[inline(always)]
    fn centred(&self, _: usize, x: f64) -> f64 {
        x
    }

    fn divisor(_: usize) -> f64 {
        1.0
    }

    fn shift(_: f64, _: f64) -> f64 {
        0.0
    }

    fn radius(_: Option<usize>) -> f64 {
        1.0
    }

    fn fits(n: usize, eps: f64) -> Result<(), String> {
        match n {
            0 => Err("needs a group of one neuron or more".into()),
            1 if eps == 0.0 => {
                Err("is a step on a group of one neuron; give it eps above 0".into())
            }
            _ => Ok(()),
        }
    }
}

pub const KIND: Kind = Kind {
    name: "spherical-norm",
    formula: "L = gamma r + delta·x with r = sqrt(x·x + eps), g = gamma x/r + delta",
    parameters: &[
        parameter("gamma", Form::Number, "radius, above 0; 1"),
        parameter(
            "delta",
            Form::Array,
            "centre, a vector over the group or one number; 0",
        ),
        parameter("eps", Form::Number, "added to x·x, 0 or above; 0"),
    ],
    examples: &[
        r#"{ kind = "spherical-norm" }"#,
        r#"{ kind = "spherical-norm", gamma = 1.5, eps = 0.25 }"#,
        r#"{ kind = "spherical-norm", gamma = 0.5, delta = 0.3, eps = 1e-6 }"#,
        r#"{ kind = "spherical-norm", delta = [0.1, -0.2, 0.3, 0, 0.5], eps = 0.01 }"#,
    ],
    make: |p| {
        let gamma = p.positive("gamma", Some(1.0))?;
        let delta = p.vector("delta")?;
        let eps = p.not_negative("eps", Some(0.0))?;
        Ok(Arc::new(SphericalNorm::new(gamma, &delta, eps)))
    },
};
