//! The energy term by term, its rate, and how far an error of the state may lift it.

use super::{Drive, Network, Workspace};
use crate::kernels::sum_rows;
use crate::lagrangian::TermRows;

impl Network {
    /// Completes the energy at `x`, for which [`Network::velocity`] has just been called with its energies:
    /// `E = Σ_A d_A (k_A L*_A − I_A·g_A) + Σ_s E_s`, term by term, with the size of its summands.
    pub fn energy(&self, x: &[f64], drive: Drive<'_>, ws: &mut Workspace) {
        let lanes = ws.lanes;
        let mut first_unit = 0;
        for (k, (layer, range)) in self.layers.iter().zip(&self.ranges).enumerate() {
            let at = range.start * lanes..range.end * lanes;
            let units = first_unit..first_unit + layer.lagrangian.units();
            let rows = units.start * lanes..units.end * lanes;
            let value = &mut ws.units[rows.clone()];
            let magnitude = &mut ws.unit_magnitude[rows];
            let out = TermRows {
                value: &mut *value,
                magnitude: &mut *magnitude,
            };
            layer.lagrangian.legendre(&x[at.clone()], lanes, out);
            // d k L*: the weights are those of the units.
            for (u, w) in self.unit_weight[units.clone()].iter().enumerate() {
                if *w != 1.0 {
                    let row = u * lanes..(u + 1) * lanes;
                    value[row.clone()].iter_mut().for_each(|v| *v *= w);
                    magnitude[row].iter_mut().for_each(|v| *v *= w);
                }
            }
            first_unit = units.end;
            // d I·g, by neuron.
            let spare = &mut ws.spare[at.clone()];
            let rows = spare.chunks_exact_mut(lanes);
            let inputs = drive.input[at.clone()].chunks_exact(lanes);
            let activations = ws.g[at].chunks_exact(lanes);
            for (((s, i), g), d) in rows.zip(inputs).zip(activations).zip(&layer.weight) {
                for ((s, i), g) in s.iter_mut().zip(i).zip(g) {
                    *s = d * i * g;
                }
            }
            let term = k * lanes..(k + 1) * lanes;
            let lane = &mut ws.lane;
            sum_rows([value], lanes, &mut ws.terms[term.clone()], |[v]| v);
            sum_rows([&*spare], lanes, lane, |[s]| s);
            for (t, s) in ws.terms[term.clone()].iter_mut().zip(&*lane) {
                *t -= s;
            }
            sum_rows(
                [magnitude],
                lanes,
                &mut ws.magnitudes[term.clone()],
                |[v]| v,
            );
            sum_rows([&*spare], lanes, lane, |[s]| s.abs());
            for (t, s) in ws.magnitudes[term].iter_mut().zip(&*lane) {
                *t += s;
            }
        }
        sum_rows([&ws.terms], lanes, &mut ws.energy, |[t]| t);
        sum_rows([&ws.magnitudes], lanes, &mut ws.magnitude, |[t]| t);
    }

    /// `dE/dt = −Σ_A ẋᵀ D T H ẋ` by lane, with the Hessians last evaluated. A sum of terms none of which is positive,
    /// unless the network is outside the theory: τ or d that differ inside a group, a Lagrangian that is not convex.
    pub fn energy_rate(&self, velocity: &[f64], ws: &mut Workspace, out: &mut [f64]) {
        let lanes = ws.lanes;
        out.fill(0.0);
        for (k, range) in self.ranges.iter().enumerate() {
            let at = range.start * lanes..range.end * lanes;
            let v = &velocity[at.clone()];
            let m = &self.mobility[range.clone()];
            let h = &mut ws.hessians[k];
            let rest = &mut ws.spare[at];
            if self.uniform[k] {
                h.add_quadratic(v, m, rest, out);
            } else {
                h.apply(v, rest);
                let rows = rest.chunks_exact(lanes).zip(v.chunks_exact(lanes)).zip(m);
                for ((r, v), m) in rows {
                    for ((o, r), v) in out.iter_mut().zip(r).zip(v) {
                        *o += m * r * v;
                    }
                }
            }
        }
        out.iter_mut().for_each(|o| *o = -*o);
    }

    /// How far an error δ of the state may lift the energy, by lane, to first and second order:
    /// `Σ_i |(D T H ẋ)_i| |δ_i| + ½ Σ_i d_i |δ_i| |(H δ)_i|`, with the Hessians last evaluated.
    pub fn energy_of_error(
        &self,
        velocity: &[f64],
        error: &[f64],
        ws: &mut Workspace,
        out: &mut [f64],
    ) {
        let lanes = ws.lanes;
        let mut product = std::mem::take(&mut ws.product);
        self.apply_hessian(velocity, ws, &mut product);
        self.scale(&self.mobility, lanes, &mut product);
        sum_rows([&product, error], lanes, out, |[m, e]| (m * e).abs());
        self.apply_hessian(error, ws, &mut product);
        self.scale(&self.weight, lanes, &mut product);
        let second = &mut ws.lane;
        sum_rows([&product, error], lanes, second, |[h, e]| {
            0.5 * (h * e).abs()
        });
        for (o, s) in out.iter_mut().zip(&*second) {
            *o += s;
        }
        ws.product = product;
    }

    /// `Σ_i |(D T H ẋ)_i ẋ_i|` by lane: the size of the summands of dE/dt.
    pub fn rate_magnitude(&self, velocity: &[f64], ws: &mut Workspace, out: &mut [f64]) {
        let lanes = ws.lanes;
        let mut product = std::mem::take(&mut ws.product);
        self.apply_hessian(velocity, ws, &mut product);
        self.scale(&self.mobility, lanes, &mut product);
        sum_rows([&product, velocity], lanes, out, |[m, v]| (m * v).abs());
        ws.product = product;
    }

    fn scale(&self, factors: &[f64], lanes: usize, block: &mut [f64]) {
        for (row, f) in block.chunks_exact_mut(lanes).zip(factors) {
            row.iter_mut().for_each(|v| *v *= f);
        }
    }
}
