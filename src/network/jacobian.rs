//! First derivatives: the Hessian of the Lagrangians and the Jacobian of the velocity as actions, and some columns of it.

use super::{Network, Workspace};
use crate::kernels::{GoOn, relax};

/// Columns of a Jacobian that are evaluated together: the weights are then read once for all of them.
const COLUMNS: usize = 64;

impl Network {
    /// Evaluates every Hessian at `x`, for the calls that follow.
    pub(crate) fn hessian(&self, x: &[f64], ws: &mut Workspace) {
        let width = ws.width;
        for ((layer, range), h) in self.layers.iter().zip(&self.ranges).zip(&mut ws.hessians) {
            let x = &x[range.start * width..range.end * width];
            h.evaluate(&layer.lagrangian, x);
        }
    }

    /// `out = H v` with the Hessians last evaluated.
    pub(crate) fn apply_hessian(&self, v: &[f64], ws: &mut Workspace, out: &mut [f64]) {
        let width = ws.width;
        for (range, h) in self.ranges.iter().zip(&mut ws.hessians) {
            let at = range.start * width..range.end * width;
            h.apply(&v[at.clone()], &mut out[at]);
        }
    }

    /// `J v` with `J = ∂ẋ/∂x = T⁻¹(−k + (1/d) (−∂²E_s/∂g∂g) H)` at the state of the last [`Network::activation`] (into
    /// `ws.g`) and [`Network::hessian`]. No velocity need have been evaluated there: what a synapse keeps in its
    /// scratch may be that of another state. Clamped entries neither move nor act.
    pub(crate) fn jacobian_action(
        &self,
        v: &[f64],
        clamped: &[usize],
        ws: &mut Workspace,
        out: &mut [f64],
    ) {
        let width = ws.width;
        let mut dg = std::mem::take(&mut ws.product);
        self.apply_hessian(v, ws, &mut dg);
        for k in clamped {
            dg[*k] = 0.0;
        }
        self.curvature_along(&dg, ws);
        dg.fill(0.0);
        relax(
            width,
            [v, &dg, &ws.current],
            [&self.rate, &self.leak, &self.weight],
            out,
        );
        for k in clamped {
            out[*k] = 0.0;
        }
        ws.product = dg;
    }

    /// What these neurons do to one another in `J`, by unit vectors: as many rows and columns as they are. For a few of many
    /// neurons; [`Network::matrix`] is all of it. `clamped` are the clamped neurons. Returns whether it went on to the end:
    /// `go_on` is asked before every few columns.
    #[must_use]
    pub fn jacobian_among(
        &self,
        x: &[f64],
        [clamped, neurons]: [&[usize]; 2],
        out: &mut [f64],
        go_on: GoOn<'_>,
    ) -> bool {
        let n = neurons.len();
        let width = COLUMNS.min(n).max(1);
        let mut ws = Workspace::new(self, width);
        let wide: Vec<f64> = x.iter().flat_map(|x| [*x].repeat(width)).collect();
        self.activation(&wide, width, &mut ws.g);
        self.hessian(&wide, &mut ws);
        let clamped = clamped.iter().flat_map(|k| k * width..(k + 1) * width);
        let clamped: Vec<usize> = clamped.collect();
        let (mut units, mut columns) = (vec![0.0; wide.len()], wide);
        for from in (0..n).step_by(width) {
            if !go_on() {
                return false;
            }
            // The last block overlaps the one before, so that all are full.
            let from = from.min(n - width);
            units.fill(0.0);
            for (b, k) in neurons[from..from + width].iter().enumerate() {
                units[k * width + b] = 1.0;
            }
            self.jacobian_action(&units, &clamped, &mut ws, &mut columns);
            for (b, column) in out[from * n..].chunks_exact_mut(n).take(width).enumerate() {
                for (o, i) in column.iter_mut().zip(neurons) {
                    *o = columns[i * width + b];
                }
            }
        }
        true
    }
}
