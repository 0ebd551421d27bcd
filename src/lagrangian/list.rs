//! The list of Lagrangians: what model files may name and what the laws are tested on.

use std::sync::Arc;

use super::{
    Lagrangian, arctan, exponential, gauss_relu, ghostmax, identity, layer_norm, power,
    rectified_exponential, relu, repu, sigmoid, soft_threshold, softmax, softplus, spherical_norm,
    tanh,
};
use crate::number::exact;

/// Every Lagrangian there is. A new one is one file beside this one and one line here.
pub const KINDS: &[&Kind] = &[
    &identity::KIND,
    &relu::KIND,
    &repu::KIND,
    &power::KIND,
    &soft_threshold::KIND,
    &gauss_relu::KIND,
    &softplus::KIND,
    &tanh::KIND,
    &sigmoid::KIND,
    &arctan::KIND,
    &exponential::KIND,
    &rectified_exponential::KIND,
    &softmax::KIND,
    &ghostmax::KIND,
    &spherical_norm::KIND,
    &layer_norm::KIND,
];

/// Functions that a reader may expect in the list and that cannot be in it, with the reason.
pub const REFUSED: &[(&str, &str)] = &[
    (
        "gelu",
        "GELU is not monotone (its slope is negative below x = -0.7518), so it has no convex Lagrangian and its energy could rise; gauss-relu is the convex stand-in",
    ),
    (
        "silu",
        "SiLU is not monotone (its slope is negative below x = -1.2785), so it has no convex Lagrangian and its energy could rise; softplus or gauss-relu are convex",
    ),
];

/// A Lagrangian, or what is wrong with its parameters.
pub type Made = Result<Arc<dyn Lagrangian>, String>;

/// One entry of the list.
#[derive(Debug)]
pub struct Kind {
    /// The word that a model file writes.
    pub name: &'static str,
    /// `L` as a formula, with where it comes from.
    pub formula: &'static str,
    /// Its parameters, each with its meaning and default.
    pub parameters: &'static [(&'static str, &'static str)],
    /// Ways to write it in a model file; the laws are tested on every one of them.
    pub examples: &'static [&'static str],
    /// Makes one from its parameters.
    pub make: fn(&mut dyn Parameters) -> Made,
}

/// The parameters of a Lagrangian, from wherever they come (a model file, a test).
pub trait Parameters {
    /// A finite number; `default` where nothing is said, an error where there is no default.
    fn number(&mut self, name: &'static str, default: Option<f64>) -> Result<f64, String>;

    /// A vector over the group; empty where nothing is said.
    fn vector(&mut self, name: &'static str) -> Result<Vec<f64>, String>;

    /// A number above zero.
    fn positive(&mut self, name: &'static str, default: Option<f64>) -> Result<f64, String> {
        let v = self.number(name, default)?;
        if v > 0.0 {
            Ok(v)
        } else {
            Err(format!("{name} must be above 0, it is {}", exact(v)))
        }
    }

    /// A number that is zero or above.
    fn not_negative(&mut self, name: &'static str, default: Option<f64>) -> Result<f64, String> {
        let v = self.number(name, default)?;
        if v >= 0.0 {
            Ok(v)
        } else {
            Err(format!("{name} must not be negative, it is {}", exact(v)))
        }
    }

    /// A whole number from `least` to `most`.
    fn whole(&mut self, name: &'static str, least: u32, most: u32) -> Result<u32, String> {
        let v = self.number(name, None)?;
        if v.fract() == 0.0 && v >= f64::from(least) && v <= f64::from(most) {
            // In range and whole, so the conversion is exact.
            Ok(v as u32)
        } else {
            Err(format!(
                "{name} must be a whole number from {least} to {most}, it is {}",
                exact(v)
            ))
        }
    }
}
