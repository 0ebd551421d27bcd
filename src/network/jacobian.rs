//! First derivatives as actions: the Hessian of the Lagrangians and the Jacobian of the velocity.

use super::{Network, Workspace};
use crate::kernels::relax;
use crate::synapse::Ports;

impl Network {
    /// Evaluates every Hessian at `x`, for the calls that follow.
    pub fn hessian(&self, x: &[f64], ws: &mut Workspace) {
        let lanes = ws.lanes;
        for ((layer, range), h) in self.layers.iter().zip(&self.ranges).zip(&mut ws.hessians) {
            let x = &x[range.start * lanes..range.end * lanes];
            h.evaluate(&layer.lagrangian, x);
        }
    }

    /// `out = H v` with the Hessians last evaluated.
    pub fn apply_hessian(&self, v: &[f64], ws: &mut Workspace, out: &mut [f64]) {
        let lanes = ws.lanes;
        for (range, h) in self.ranges.iter().zip(&mut ws.hessians) {
            let at = range.start * lanes..range.end * lanes;
            h.apply(&v[at.clone()], &mut out[at]);
        }
    }

    /// `J v` with `J = ∂ẋ/∂x = T⁻¹(−k + (1/d) (−∂²E_s/∂g∂g) H)` at the state of the last [`Network::velocity`] and
    /// [`Network::hessian`]. Held entries neither move nor act.
    pub fn jacobian_action(&self, v: &[f64], held: &[usize], ws: &mut Workspace, out: &mut [f64]) {
        let lanes = ws.lanes;
        let mut dg = std::mem::take(&mut ws.product);
        self.apply_hessian(v, ws, &mut dg);
        for k in held {
            dg[*k] = 0.0;
        }
        ws.current.fill(0.0);
        for (k, c) in self.connections.iter().enumerate() {
            let ports = Ports::new(&c.neurons, lanes);
            c.synapse
                .add_curvature(&ports, &ws.g, &dg, &mut ws.current, &mut ws.scratch[k]);
        }
        dg.fill(0.0);
        relax(
            lanes,
            [v, &dg, &ws.current],
            [&self.rate, &self.leak, &self.weight],
            out,
        );
        for k in held {
            out[*k] = 0.0;
        }
        ws.product = dg;
    }
}
