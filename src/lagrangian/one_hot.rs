//! `L = max_i x_i`, `g` = 1 for the neuron whose state is largest and 0 for the others, `H = 0`, `L* = 0`: one unit of as many
//! states as the group has neurons (a Potts neuron), the limit of softmax whose gain goes to infinity.

use std::sync::Arc;

use super::{Changes, HessianRows, Kind, Lagrangian, Name, Reach, TermRows, Values, rise};
use crate::refusal::Refusal;

/// A group of which one neuron is 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct OneHot;

impl OneHot {
    /// The neuron whose state is largest in a column, the first of several, and that state; not a number if any is none.
    fn winner(x: &[f64], width: usize, column: usize) -> (usize, f64) {
        let mut best = (0, x[column]);
        for (i, x) in x.iter().skip(column).step_by(width).enumerate() {
            if *x > best.1 || x.is_nan() {
                best = (i, *x);
            }
        }
        best
    }

    /// 0, but where a state is not a number.
    fn nothing(x: &[f64], width: usize, out: TermRows<'_>) {
        for column in 0..width {
            let (_, largest) = OneHot::winner(x, width, column);
            let nothing = if largest.is_nan() { largest } else { 0.0 };
            (out.value[column], out.magnitude[column]) = (nothing, nothing);
        }
    }
}

impl Lagrangian for OneHot {
    fn name(&self) -> Name {
        Name::of(&KIND, "")
    }

    fn is_additive(&self) -> bool {
        false
    }

    fn value(&self, x: &[f64], width: usize, out: TermRows<'_>) {
        for column in 0..width {
            let (_, largest) = OneHot::winner(x, width, column);
            (out.value[column], out.magnitude[column]) = (largest, largest.abs());
        }
    }

    fn activation(&self, x: &[f64], width: usize, g: &mut [f64]) {
        g.fill(0.0);
        for column in 0..width {
            let (winner, largest) = OneHot::winner(x, width, column);
            g[winner * width + column] = if largest.is_nan() { largest } else { 1.0 };
        }
    }

    fn operations(&self) -> f64 {
        30.0
    }

    fn hessian(&self, x: &[f64], width: usize, rows: HessianRows<'_>) {
        rows.weights.fill(0.0);
        for column in 0..width {
            let (winner, largest) = OneHot::winner(x, width, column);
            if largest.is_nan() {
                rows.weights[winner * width + column] = largest;
            }
        }
    }

    fn legendre(&self, x: &[f64], width: usize, out: TermRows<'_>) {
        OneHot::nothing(x, width, out);
    }

    fn rise(&self, c: f64, x: &[f64], _: &[f64], changes: &Changes<'_>) -> f64 {
        let (_, largest) = OneHot::winner(x, 1, 0);
        c * rise::largest(x, changes, |x, by| x - largest + by)
    }

    fn reach(&self) -> Reach {
        Reach::confined(0.0, 1.0)
    }

    fn values(&self) -> Values {
        Values::OneOfGroup
    }

    fn fits(&self, n: usize) -> Result<(), Refusal> {
        match n {
            0 | 1 => Err(Refusal::new(
                "one-hot",
                "needs a group of two neurons or more",
            )),
            _ => Ok(()),
        }
    }
}

pub const KIND: Kind = Kind {
    name: "one-hot",
    formula: "L = max x_i, g = 1 for the largest of the group and 0 for the others; its groups flip",
    parameters: &[],
    examples: &[r#"{ kind = "one-hot" }"#],
    make: |_| Ok(Arc::new(OneHot)),
};
