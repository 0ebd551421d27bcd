//! `L = ln(Σ_i e^{βx_i})/β`, `g = p = softmax(βx)`, `H = β (diag p − p pᵀ)`, `L* = (1/β) Σ p ln p`: competing neurons whose
//! activations add up to 1 (Krotov and Hopfield 2021, model B; Ramsauer et al. 2021).
//!
//! A common shift of all states changes neither g nor L*: H has the null vector 1. A group needs one time constant.

use std::sync::Arc;

use super::log_sum_exp::LogSumExp;
use super::{Direction, Growth, HessianRows, Kind, Lagrangian, Parameter, Range, TermRows};
use crate::refusal::Refusal;

/// Softmax over the group.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Softmax {
    /// Gain, above 0.
    pub beta: f64,
}

impl Softmax {
    fn shared(self) -> LogSumExp {
        LogSumExp {
            beta: self.beta,
            ghost: false,
        }
    }
}

impl Lagrangian for Softmax {
    fn describe(&self) -> String {
        format!("softmax(beta = {})", self.beta)
    }

    fn kind(&self) -> Option<&'static Kind> {
        Some(&KIND)
    }

    fn is_additive(&self) -> bool {
        false
    }

    fn value(&self, x: &[f64], width: usize, out: TermRows<'_>) {
        self.shared().value(x, width, out);
    }

    fn activation(&self, x: &[f64], width: usize, g: &mut [f64]) {
        self.shared().activation(x, width, g);
    }

    fn hessian(&self, x: &[f64], width: usize, rows: HessianRows<'_>) {
        self.shared().hessian(x, width, rows);
    }

    fn legendre(&self, x: &[f64], width: usize, out: TermRows<'_>) {
        self.shared().legendre(x, width, out);
    }

    fn range(&self) -> Range {
        Range {
            low: 0.0,
            high: 1.0,
        }
    }

    fn growth(&self) -> Growth {
        Growth::Confined
    }

    fn order(&self) -> f64 {
        1.0
    }

    fn directions(&self) -> &'static [Direction] {
        &[Direction::Ones]
    }

    fn fits(&self, n: usize) -> Result<(), Refusal> {
        match n {
            0 => Err(Refusal::new(
                self.describe(),
                "needs a group of one neuron or more",
            )),
            _ => Ok(()),
        }
    }
}

/// The entry in the list.
pub const KIND: Kind = Kind {
    name: "softmax",
    formula: "L = ln(sum exp(beta x))/beta, g = softmax(beta x)",
    parameters: &[Parameter::number("beta", "gain, above 0; 1")],
    examples: &[
        r#"{ kind = "softmax" }"#,
        r#"{ kind = "softmax", beta = 2.5 }"#,
    ],
    make: |p| {
        let beta = p.positive("beta", Some(1.0))?;
        Ok(Arc::new(Softmax { beta }))
    },
};
