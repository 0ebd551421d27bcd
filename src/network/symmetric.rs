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

use super::{At, AtHessian, Network, Workspace};
use crate::lagrangian::Hessian;
use crate::synapse::Ports;

/// Of a direction of which less is kept than this part the activations see nothing: far out on a sphere with ε > 0.
const KEPT: f64 = 1e-6;

impl AtHessian<'_> {
    /// `out = M v`, one trajectory wide. Clamped neurons neither move nor act.
    ///
    /// In a layer without leak the state can move while the activations are at rest: towards the end of their range,
    /// where `H` goes to 0, or straight away from the centre of a sphere. With `δg = H δx` then
    /// `δġ = (Ḣ H⁻¹ + H J H⁻¹) δg`, which adds `G⁻¹ Ḣ G⁻ᵀ` to M: `P^½ diag(d ln w/dt) P^½` on what the activations
    /// see. `shift` is that derivative of the weights `w` of H along `τẋ`; zero elsewhere. What the activations do not
    /// see decays with the largest weight of H: its growth matters to nobody.
    pub fn symmetric_action(&mut self, v: &[f64], shift: &[f64], out: &mut [f64]) {
        let mut free = v.to_vec();
        self.stop_clamped(&mut free);
        self.curvature_of_root(&free);
        let At { network, ws, .. } = &mut self.at;
        let mut back = vec![0.0; v.len()];
        for (range, h) in network.ranges.iter().zip(&mut ws.hessians) {
            h.root_transposed(&ws.current[range.clone()], &mut back[range.clone()]);
        }
        for (i, o) in out.iter_mut().enumerate() {
            *o = back[i] / network.weight[i].sqrt() - network.leak[i] * free[i];
        }
        for (range, h) in network.ranges.iter().zip(&mut ws.hessians) {
            let range = range.clone();
            if network.leak[range.clone()].contains(&0.0) {
                let more = without_leak(h, &free[range.clone()], &shift[range.clone()]);
                let own = range.zip(more).filter(|(i, _)| network.leak[*i] == 0.0);
                own.for_each(|(i, more)| out[i] += more);
            }
        }
        self.stop_clamped(out);
    }

    /// The direction in the space of states that belongs to the eigenvector `z` of M with an eigenvalue near 0, where every
    /// neuron has a leak, `k v = D⁻¹ F G D^-½ z`, or the state for its activation, `v = D^-½ z`.
    pub fn state_direction(&mut self, z: &[f64]) -> Vec<f64> {
        let mut z = z.to_vec();
        self.stop_clamped(&mut z);
        self.curvature_of_root(&z);
        let At { network, ws, .. } = &self.at;
        let parameters = network.weight.iter().zip(&network.leak);
        let all = ws.current.iter().zip(&z).zip(parameters);
        let along = |((c, z), (d, k)): ((&f64, &f64), (&f64, &f64))| match *k {
            0.0 => z / d.sqrt(),
            k => c / (d * k),
        };
        let mut v: Vec<f64> = all.map(along).collect();
        self.stop_clamped(&mut v);
        v
    }

    fn stop_clamped(&self, v: &mut [f64]) {
        self.at.drive.clamped.iter().for_each(|k| v[*k] = 0.0);
    }

    /// `F G D^-½ v`, into the currents.
    fn curvature_of_root(&mut self, v: &[f64]) {
        let At { network, ws, .. } = &mut self.at;
        let pairs = v.iter().zip(&network.weight);
        let small: Vec<f64> = pairs.map(|(v, d)| v / d.sqrt()).collect();
        let mut dg = vec![0.0; v.len()];
        for (range, h) in network.ranges.iter().zip(&mut ws.hessians) {
            h.root(&small[range.clone()], &mut dg[range.clone()]);
        }
        network.curvature_along(&dg, ws);
    }
}

/// What M has more of in a layer without leak.
fn without_leak(h: &Hessian, v: &[f64], shift: &[f64]) -> Vec<f64> {
    let [mut seen, mut part, mut twice] = [(); 3].map(|()| vec![0.0; v.len()]);
    // What the activations see of v: nothing of a direction of which nothing is kept, or less and less.
    h.damp(v, &mut seen, |keep| f64::from(u8::from(keep > KEPT)));
    for (s, w) in seen.iter_mut().zip(h.weights()) {
        *s = if *w > 0.0 { *s } else { 0.0 };
    }
    h.damp(v, &mut part, f64::sqrt);
    part.iter_mut().zip(shift).for_each(|(v, s)| *v *= s);
    h.damp(&part, &mut twice, f64::sqrt);
    // The rest decays as fast as what the activations see, so that it does not outweigh it.
    let largest = h.weights().iter().fold(0.0f64, |m, w| m.max(*w));
    let leak = if largest > 0.0 { largest } else { 1.0 };
    let all = twice.iter().zip(v.iter().zip(&seen));
    all.map(|(twice, (v, seen))| twice - leak * (v - seen))
        .collect()
}

impl Network {
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
