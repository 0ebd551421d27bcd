//! The symmetric matrix that the Jacobian of a network with an energy is similar to.
//!
//! With `H = G Gᵀ` and `F = −∂²E_s/∂g∂g`, τ, k and d being constant in every group,
//!
//! ```text
//! T J = −k + D⁻¹ F G Gᵀ    is similar to    M = −k + D^-½ Gᵀ F G D^-½
//! J                        is similar to    T^-½ M T^-½
//! ```
//!
//! By Sylvester's law of inertia J has as many eigenvalues on either side of 0 as M, which knows nothing of τ: whether
//! a fixed point attracts does not depend on time constants, and is not lost in the rounding of the fastest.

use super::{Network, Workspace};
use crate::synapse::Ports;

/// Of a direction of which less is kept than this part the activations see nothing: far out on a sphere with ε > 0.
const KEPT: f64 = 1e-6;

impl Network {
    /// `out = M v` at the state of the last [`Network::activation`] (into `ws.g`) and [`Network::hessian`]; one
    /// trajectory wide. Clamped neurons neither move nor act. What moves in a layer without leak along a direction that
    /// its activations do not see is given the leak of the largest weight of H: it grows for ever and matters to
    /// nobody.
    ///
    /// Of a layer without leak the activations can be at rest while the state moves: towards the end of their range, where
    /// `H` goes to 0, or straight away from the centre of a sphere. With `δg = H δx` then
    /// `δġ = (Ḣ H⁻¹ + H J H⁻¹) δg`, which adds `G⁻¹ Ḣ G⁻ᵀ` to M: `P^½ diag(d ln w/dt) P^½` on what the activations
    /// see. `shift` is that derivative of the weights of H along `τẋ`; zero elsewhere.
    pub fn symmetric_action(
        &self,
        v: &[f64],
        clamped: &[usize],
        shift: &[f64],
        ws: &mut Workspace,
        out: &mut [f64],
    ) {
        let scaled = |v: &[f64]| -> Vec<f64> {
            let pairs = v.iter().zip(&self.weight);
            pairs.map(|(v, d)| v / d.sqrt()).collect()
        };
        let mut free = v.to_vec();
        clamped.iter().for_each(|k| free[*k] = 0.0);
        let mut dg = vec![0.0; v.len()];
        let small = scaled(&free);
        for (range, h) in self.ranges.iter().zip(&mut ws.hessians) {
            h.root(&small[range.clone()], &mut dg[range.clone()]);
        }
        self.curvature_along(&dg, ws);
        let mut back = vec![0.0; v.len()];
        for (range, h) in self.ranges.iter().zip(&mut ws.hessians) {
            h.root_transposed(&ws.current[range.clone()], &mut back[range.clone()]);
        }
        let back = scaled(&back);
        for (i, o) in out.iter_mut().enumerate() {
            *o = back[i] - self.leak[i] * free[i];
        }
        for (k, range) in self.ranges.iter().enumerate() {
            if self.leak[range.clone()].iter().all(|k| *k > 0.0) {
                continue;
            }
            let h = &ws.hessians[k];
            let own = &free[range.clone()];
            let n = own.len();
            let (mut seen, mut twice) = (vec![0.0; n], vec![0.0; n]);
            // What the activations see of v: nothing of a direction of which nothing is kept, or less and less.
            h.damp(own, &mut seen, |keep| f64::from(u8::from(keep > KEPT)));
            for (s, w) in seen.iter_mut().zip(h.weights()) {
                *s = if *w > 0.0 { *s } else { 0.0 };
            }
            let mut part = vec![0.0; n];
            h.damp(own, &mut part, f64::sqrt);
            part.iter_mut()
                .zip(&shift[range.clone()])
                .for_each(|(v, s)| *v *= s);
            h.damp(&part, &mut twice, f64::sqrt);
            // As fast as what the activations see, so that it does not outweigh it.
            let largest = h.weights().iter().fold(0.0f64, |m, w| m.max(*w));
            let leak = if largest > 0.0 { largest } else { 1.0 };
            for (j, i) in range.clone().enumerate() {
                if self.leak[i] == 0.0 {
                    out[i] += twice[j] - leak * (own[j] - seen[j]);
                }
            }
        }
        clamped.iter().for_each(|k| out[*k] = 0.0);
    }

    /// The direction in the space of states that belongs to the eigenvector `z` of M with an eigenvalue near 0, where every
    /// neuron has a leak: `k v = D⁻¹ F G D^-½ z`.
    pub fn state_direction(&self, z: &[f64], clamped: &[usize], ws: &mut Workspace) -> Vec<f64> {
        let mut small: Vec<f64> = z
            .iter()
            .zip(&self.weight)
            .map(|(z, d)| z / d.sqrt())
            .collect();
        clamped.iter().for_each(|k| small[*k] = 0.0);
        let mut dg = vec![0.0; z.len()];
        for (range, h) in self.ranges.iter().zip(&mut ws.hessians) {
            h.root(&small[range.clone()], &mut dg[range.clone()]);
        }
        self.curvature_along(&dg, ws);
        let parameters = self.weight.iter().zip(&self.leak);
        let mut v: Vec<f64> = ws
            .current
            .iter()
            .zip(parameters)
            .map(|(c, (d, k))| c / (d * k))
            .collect();
        clamped.iter().for_each(|k| v[*k] = 0.0);
        v
    }

    /// The weights of the Hessians last evaluated, one for each neuron.
    pub fn hessian_weights(&self, ws: &Workspace) -> Vec<f64> {
        let all = ws.hessians.iter().flat_map(|h| h.weights());
        all.copied().collect()
    }

    /// The derivative of all currents along `dg`, into `ws.current`, at the activations in `ws.g`.
    pub(super) fn curvature_along(&self, dg: &[f64], ws: &mut Workspace) {
        ws.current.fill(0.0);
        for (k, c) in self.connections.iter().enumerate() {
            let ports = Ports::new(&c.neurons, ws.width);
            c.synapse
                .add_curvature(&ports, &ws.g, dg, &mut ws.current, &mut ws.scratch[k]);
        }
    }
}
