//! `L = ln(1 + Σ_i e^{βx_i})/β`, `g_i = p_i = e^{βx_i}/(1 + Σ e^{βx})`, `H = β (diag p − p pᵀ)`,
//! `L* = (1/β) [Σ p ln p + q ln q]` with `q = 1 − Σp`: softmax with a ghost neuron of state 0, so that a group may also be
//! silent ("softmax₁", Miller 2023). Unlike softmax it is strictly convex.

use std::sync::Arc;

use super::log_sum_exp::LogSumExp;
use super::{Direction, Growth, HessianRows, Kind, Lagrangian, Parameter, Range, TermRows};
use crate::kernels::{PIECE, pieces, sum_rows, update_rows};
use crate::refusal::Refusal;

/// Softmax over the group and a ghost of state 0.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ghostmax {
    /// Gain, above 0.
    pub beta: f64,
}

impl Ghostmax {
    fn shared(self) -> LogSumExp {
        LogSumExp {
            beta: self.beta,
            ghost: true,
        }
    }
}

impl Lagrangian for Ghostmax {
    fn describe(&self) -> String {
        format!("ghostmax(beta = {})", self.beta)
    }

    fn kind(&self) -> Option<&'static Kind> {
        Some(&KIND)
    }

    fn is_additive(&self) -> bool {
        false
    }

    fn value(&self, x: &[f64], columns: usize, out: TermRows<'_>) {
        self.shared().value(x, columns, out);
    }

    fn activation(&self, x: &[f64], columns: usize, g: &mut [f64]) {
        self.shared().activation(x, columns, g);
    }

    fn hessian(&self, x: &[f64], columns: usize, rows: HessianRows<'_>) {
        self.shared().hessian(x, columns, rows);
    }

    fn legendre(&self, x: &[f64], columns: usize, out: TermRows<'_>) {
        self.shared().legendre(x, columns, out);
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

    fn state(&self, g: &[f64], columns: usize, x: &mut [f64]) -> bool {
        let mut inside = true;
        for at in pieces(columns) {
            let (g, x, width) = (&g[at.start..], &mut x[at.start..], at.len());
            let mut q = [0.0; PIECE];
            sum_rows([g], columns, &mut q[..width], |[g]| g);
            for q in &mut q[..width] {
                *q = 1.0 - *q;
                inside &= *q > 0.0;
            }
            update_rows([g], columns, width, x, |_, b, x, [g]| {
                *x = (g / q[b]).ln() / self.beta;
            });
        }
        inside && g.iter().all(|g| *g > 0.0)
    }
}

/// The entry in the list.
pub const KIND: Kind = Kind {
    name: "ghostmax",
    formula: "L = ln(1 + sum exp(beta x))/beta, g = exp(beta x)/(1 + sum exp(beta x))",
    parameters: &[Parameter::number("beta", "gain, above 0; 1")],
    examples: &[
        r#"{ kind = "ghostmax" }"#,
        r#"{ kind = "ghostmax", beta = 2.5 }"#,
    ],
    make: |p| {
        let beta = p.positive("beta", Some(1.0))?;
        Ok(Arc::new(Ghostmax { beta }))
    },
};
