//! Named parameters: what an entry of a list is made from. Whoever has them (a model file, a test) is a [`Parameters`].

use super::DirectSum;
use crate::kernels::Weights;
use crate::number::exact;
use crate::refusal::Refusal;

/// Numbers in a shape, the last axis running fastest. A single number has the shape `[]`.
#[derive(Clone, Debug, PartialEq)]
pub struct Array {
    /// Lengths of the axes.
    pub shape: Vec<usize>,
    /// The numbers.
    pub data: Vec<f64>,
}

/// How long an axis of an array is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Axis {
    /// Any length; one number alone is one row.
    Any,
    /// One entry for each of so many things, called so.
    Each(usize, &'static str),
    /// The neurons of the layer at this position among those that a synapse joins; 0 for the group of a Lagrangian.
    Layer(usize),
    /// The neurons of all layers that a synapse joins, side by side.
    Layers,
}

/// Named parameters, asked for by a constructor. What is not there is `None`; what is there and wrong is refused.
///
/// A constructor asks for all of its parameters before it gives up, so that all mistakes are found.
pub trait Parameters {
    /// A finite number.
    fn number(&mut self, name: &'static str) -> Result<Option<f64>, Refusal>;

    /// One of the words that its key lists.
    fn word(&mut self, name: &'static str) -> Result<Option<&'static str>, Refusal>;

    /// Yes or no.
    fn flag(&mut self, name: &'static str) -> Result<Option<bool>, Refusal>;

    /// Finite numbers in this shape.
    fn array(&mut self, name: &'static str, shape: &[Axis]) -> Result<Option<Array>, Refusal>;

    /// A matrix of this shape, where it is written as a sparse one; whoever has none asks for the array.
    fn sparse(&mut self, name: &'static str, shape: &[Axis]) -> Result<Option<Weights>, Refusal> {
        let _ = (name, shape);
        Ok(None)
    }

    /// Sets of the `n` neurons of a layer, each written as the list of its neurons; whoever has none leaves them out.
    fn simplices(
        &mut self,
        name: &'static str,
        n: usize,
    ) -> Result<Option<Vec<Vec<usize>>>, Refusal> {
        let _ = (name, n);
        Ok(None)
    }

    /// A Lagrangian of a layer of `n` neurons. Where `n` is not known, because what says it is wrong, there is none
    /// either; it is looked at all the same.
    fn lagrangian(
        &mut self,
        name: &'static str,
        n: Option<usize>,
    ) -> Result<Option<DirectSum>, Refusal>;

    /// Takes note that a parameter that is needed is not there.
    fn missing(&mut self, name: &'static str) -> Refusal {
        Refusal::new(name, "is missing")
    }

    /// Takes note of what is wrong with a value.
    fn refuse(&mut self, refusal: Refusal) -> Refusal {
        refusal
    }
}

impl dyn Parameters + '_ {
    /// What must be there.
    pub fn needed<T>(
        &mut self,
        name: &'static str,
        value: Result<Option<T>, Refusal>,
    ) -> Result<T, Refusal> {
        value?.ok_or_else(|| self.missing(name))
    }

    fn bounded(
        &mut self,
        name: &'static str,
        default: Option<f64>,
        bound: impl Fn(&str, f64) -> Result<f64, Refusal>,
    ) -> Result<f64, Refusal> {
        let value = self.number(name).map(|v| v.or(default));
        let v = self.needed(name, value)?;
        bound(name, v).map_err(|e| self.refuse(e))
    }

    /// A number above 0; `default` where nothing is said.
    pub fn positive(&mut self, name: &'static str, default: Option<f64>) -> Result<f64, Refusal> {
        self.bounded(name, default, positive)
    }

    /// A number that is 0 or above; `default` where nothing is said.
    pub fn not_negative(
        &mut self,
        name: &'static str,
        default: Option<f64>,
    ) -> Result<f64, Refusal> {
        self.bounded(name, default, |n, v| ruled(n, v, v >= 0.0, "0 or above"))
    }

    /// A whole number from `least` to `most`; `default` where nothing is said.
    pub fn whole(
        &mut self,
        name: &'static str,
        default: Option<u32>,
        [least, most]: [u32; 2],
    ) -> Result<u32, Refusal> {
        let holds = |v: f64| v.fract() == 0.0 && v >= f64::from(least) && v <= f64::from(most);
        let rule = format!("a whole number from {least} to {most}");
        // In range and whole, so the conversion is exact.
        Ok(self.bounded(name, default.map(f64::from), |n, v| {
            ruled(n, v, holds(v), &rule)
        })? as u32)
    }

    /// A vector over the group of a Lagrangian; empty where nothing is said.
    pub fn vector(&mut self, name: &'static str) -> Result<Vec<f64>, Refusal> {
        let array = self.array(name, &[Axis::Layer(0)])?;
        Ok(array.map_or_else(Vec::new, |a| a.data))
    }

    /// A matrix, which must be there.
    pub fn weights(&mut self, name: &'static str, shape: [Axis; 2]) -> Result<Weights, Refusal> {
        if let Some(sparse) = self.sparse(name, &shape)? {
            return Ok(sparse);
        }
        let array = self.array(name, &shape);
        let Array { shape, data } = self.needed(name, array)?;
        let (rows, cols) = match shape[..] {
            [rows, cols] => (rows, cols),
            _ => (1, data.len()),
        };
        weights(name, rows, cols, data).map_err(|e| self.refuse(e))
    }
}

/// The number, if the rule holds for it.
fn ruled(name: &str, v: f64, holds: bool, rule: &str) -> Result<f64, Refusal> {
    let why = || format!("must be {rule}, it is {}", exact(v));
    holds.then_some(v).ok_or_else(|| Refusal::new(name, why()))
}

/// The number, if it is finite and above 0.
pub(crate) fn positive(name: &str, v: f64) -> Result<f64, Refusal> {
    match v.is_finite() {
        true => ruled(name, v, v > 0.0, "above 0"),
        false => ruled(name, v, false, "finite and above 0"),
    }
}

/// A matrix of these numbers, if they are as many as it has, and finite.
pub(crate) fn weights(
    name: &str,
    rows: usize,
    cols: usize,
    data: Vec<f64>,
) -> Result<Weights, Refusal> {
    Weights::new(rows, cols, data).map_err(|e| Refusal::new(name, format!("cannot be taken: {e}")))
}
