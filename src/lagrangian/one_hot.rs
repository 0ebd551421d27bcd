//! `L = max_i x_i`, `g` = 1 for the neuron whose state is largest and 0 for the others, `H = 0`, `L* = 0`: one unit of as many
//! states as the group has neurons (a Potts neuron), the limit of softmax whose gain goes to infinity.

use std::sync::Arc;

use super::{HessianRows, Kind, Lagrangian, Name, Reach, TermRows, Values};
use crate::refusal::Refusal;

/// A group of which one neuron is 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct OneHot;

impl OneHot {
    /// The neuron whose state is largest in a column, the first of several.
    fn winner(x: &[f64], width: usize, column: usize) -> usize {
        let all = x.iter().skip(column).step_by(width).enumerate();
        let best = |best: (usize, f64), (i, x): (usize, &f64)| match *x > best.1 {
            true => (i, *x),
            false => best,
        };
        all.fold((0, f64::NEG_INFINITY), best).0
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
            let largest = x[OneHot::winner(x, width, column) * width + column];
            (out.value[column], out.magnitude[column]) = (largest, largest.abs());
        }
    }

    fn activation(&self, x: &[f64], width: usize, g: &mut [f64]) {
        g.fill(0.0);
        for column in 0..width {
            g[OneHot::winner(x, width, column) * width + column] = 1.0;
        }
    }

    fn hessian(&self, _: &[f64], _: usize, rows: HessianRows<'_>) {
        rows.weights.fill(0.0);
    }

    fn legendre(&self, _: &[f64], _: usize, out: TermRows<'_>) {
        out.value.fill(0.0);
        out.magnitude.fill(0.0);
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
