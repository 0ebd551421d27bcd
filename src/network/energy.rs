//! The energy term by term, its rate, and how far an error of the state may lift it.

use super::{Drive, Network, Workspace};
use crate::kernels::add_sums;
use crate::lagrangian::TermRows;

impl Network {
    /// Completes the energy at `x`, for which [`Network::velocity`] has just been called with its energies:
    /// `E = Σ_A d_A (k_A L*_A − I_A·g_A) + Σ_s E_s`, term by term, with the size of its summands.
    pub(crate) fn energy(&self, x: &[f64], drive: Drive<'_>, ws: &mut Workspace) {
        self.complete(x, drive, false, ws);
    }

    /// The same, and every Hessian at `x` as [`Network::hessian`] leaves it, for less than both cost.
    pub(crate) fn energy_and_hessian(&self, x: &[f64], drive: Drive<'_>, ws: &mut Workspace) {
        self.complete(x, drive, true, ws);
    }

    fn complete(&self, x: &[f64], drive: Drive<'_>, with_hessian: bool, ws: &mut Workspace) {
        let width = ws.width;
        let mut first_unit = 0;
        for (k, (layer, range)) in self.layers.iter().zip(&self.ranges).enumerate() {
            let at = range.start * width..range.end * width;
            let units = first_unit..first_unit + layer.lagrangian.units();
            let rows = units.start * width..units.end * width;
            let value = &mut ws.units[rows.clone()];
            let magnitude = &mut ws.unit_magnitude[rows];
            let out = TermRows {
                value: &mut *value,
                magnitude: &mut *magnitude,
            };
            let x = &x[at.clone()];
            if with_hessian {
                ws.hessians[k].evaluate_with_legendre(&layer.lagrangian, x, out);
            } else {
                layer.lagrangian.legendre(x, width, out);
            }
            let term = k * width..(k + 1) * width;
            let (total, size) = (&mut ws.terms[term.clone()], &mut ws.magnitudes[term]);
            total.fill(0.0);
            size.fill(0.0);
            // d k L*: the weights are those of the units.
            let sums = [&mut *total, &mut *size];
            let (w, own) = ([&self.unit_weight[units.clone()]], [&*value, &*magnitude]);
            add_sums(w, own, width, sums, |_, _, [w], [v, m]| [w * v, w * m]);
            first_unit = units.end;
            // d I·g, by neuron.
            let (d, own) = ([&layer.weight[..]], [&drive.input[at.clone()], &ws.g[at]]);
            add_sums(d, own, width, [total, size], |_, _, [d], [i, g]| {
                let work = d * i * g;
                [-work, work.abs()]
            });
        }
        ws.energy.fill(0.0);
        ws.magnitude.fill(0.0);
        let sums = [&mut ws.energy[..], &mut ws.magnitude];
        let terms = [&ws.terms[..], &ws.magnitudes];
        add_sums([], terms, width, sums, |_, _, [], terms| terms);
    }

    /// `dE/dt = −Σ_A ẋᵀ D T H ẋ` by column, with the Hessians last evaluated. A sum of terms none of which is positive,
    /// unless the network is outside the theory: τ or d that differ inside a group, a Lagrangian that is not convex.
    pub(crate) fn energy_rate(&self, velocity: &[f64], ws: &mut Workspace, out: &mut [f64]) {
        let width = ws.width;
        out.fill(0.0);
        for (k, range) in self.ranges.iter().enumerate() {
            let at = range.start * width..range.end * width;
            let v = &velocity[at.clone()];
            let m = &self.friction[range.clone()];
            let h = &mut ws.hessians[k];
            let rest = &mut ws.spare[at];
            if self.uniform[k] {
                h.add_quadratic(v, m, rest, out);
            } else {
                h.apply(v, rest);
                add_sums([m], [&*rest, v], width, [&mut *out], |_, _, [m], [r, v]| {
                    [m * r * v]
                });
            }
        }
        out.iter_mut().for_each(|o| *o = -*o);
    }

    /// What an input that changes at this `rate` does to the energy, by column: `−Σ_A d_A İ_A·g_A` with the activations last
    /// evaluated, and the size of its summands.
    pub(crate) fn input_power(&self, rate: &[f64], ws: &Workspace, outs: [&mut [f64]; 2]) {
        let [sum, size] = outs;
        sum.fill(0.0);
        size.fill(0.0);
        let own = [rate, &ws.g];
        add_sums(
            [&self.weight],
            own,
            ws.width,
            [sum, size],
            |_, _, [d], [i, g]| {
                let power = d * i * g;
                [-power, power.abs()]
            },
        );
    }

    /// How far an error of the states may change that, by column: `Σ_i d_i |İ_i| |(H δ)_i|` with the Hessians last evaluated.
    pub(crate) fn input_power_of_error(
        &self,
        rate: &[f64],
        error: &[f64],
        ws: &mut Workspace,
        out: &mut [f64],
    ) {
        let mut moved = std::mem::take(&mut ws.product);
        self.apply_hessian(error, ws, &mut moved);
        out.fill(0.0);
        let own = [rate, &moved];
        add_sums([&self.weight], own, ws.width, [out], |_, _, [d], [i, g]| {
            [(d * i * g).abs()]
        });
        ws.product = moved;
    }

    /// `−Σ_A uᵀ D T H v` by column, with the Hessians last evaluated: the slope of the energy along `v` where the
    /// velocity is `u`. A sum of terms of either sign; along the velocity itself [`Network::energy_rate`] has them of
    /// one.
    pub(crate) fn energy_rate_along(
        &self,
        u: &[f64],
        v: &[f64],
        ws: &mut Workspace,
        out: &mut [f64],
    ) {
        let width = ws.width;
        out.fill(0.0);
        for (k, range) in self.ranges.iter().enumerate() {
            let at = range.start * width..range.end * width;
            let (u, v) = (&u[at.clone()], &v[at.clone()]);
            let (m, hv) = ([&self.friction[range.clone()]], &mut ws.spare[at]);
            ws.hessians[k].apply(v, hv);
            add_sums(m, [u, &*hv], width, [&mut *out], |_, _, [m], [u, hv]| {
                [-m * u * hv]
            });
        }
    }

    /// How far an error δ of the state may lift the energy, by column, to first and second order:
    /// `Σ_i |(D T H ẋ)_i| |δ_i| + ½ Σ_i d_i |δ_i| |(H δ)_i|`, with the Hessians last evaluated. Into `rounding` goes
    /// the first-order effect of a rounding of each state, `δ_i = 4 ε |x_i|`: an activation sees its state no better.
    pub(crate) fn energy_of_error(
        &self,
        x: &[f64],
        velocity: &[f64],
        error: &[f64],
        ws: &mut Workspace,
        [out, rounding]: [&mut [f64]; 2],
    ) {
        let width = ws.width;
        out.fill(0.0);
        rounding.fill(0.0);
        for (k, range) in self.ranges.iter().enumerate() {
            let at = range.start * width..range.end * width;
            let scales = [&self.friction[range.clone()], &self.weight[range.clone()]];
            let (x, v, e) = (&x[at.clone()], &velocity[at.clone()], &error[at.clone()]);
            let h = &mut ws.hessians[k];
            let lift = |[m, d]: [f64; 2], [hv, he, e, x]: [f64; 4]| {
                let slope = (m * hv).abs();
                [
                    slope * e.abs() + 0.5 * (d * he * e).abs(),
                    4.0 * f64::EPSILON * slope * x.abs(),
                ]
            };
            let outs = [&mut *out, &mut *rounding];
            if h.is_diagonal() {
                let own = [h.weights(), v, e, x];
                add_sums(scales, own, width, outs, |_, _, c, [w, v, e, x]| {
                    lift(c, [w * v, w * e, e, x])
                });
            } else {
                let (hv, he) = (&mut ws.spare[at.clone()], &mut ws.product[at]);
                h.apply(v, hv);
                h.apply(e, he);
                let own = [&*hv, &*he, e, x];
                add_sums(scales, own, width, outs, |_, _, c, v| lift(c, v));
            }
        }
    }

    /// What the energy may have done between the ends of a step that does not follow the activations there, by column:
    /// `Σ_i d_i τ_i max(|ẋ_i|, |ẋ'_i|) |g'_i − g_i − (h/2)(Hẋ + H'ẋ')_i|`. It vanishes with the third power of a step
    /// that does. One that leaps over the steep part of an activation has slopes at its ends that know nothing of it.
    pub(crate) fn energy_leapt(
        &self,
        [start, end]: [[&[f64]; 2]; 2],
        h: &[f64],
        ws: &mut Workspace,
        out: &mut [f64],
    ) {
        let width = ws.width;
        let mut change = std::mem::take(&mut ws.current);
        let mut slope = std::mem::take(&mut ws.product);
        change.fill(0.0);
        for ([x, v], sign) in [(start, -1.0), (end, 1.0)] {
            let mut g = std::mem::take(&mut ws.g);
            self.activation(x, width, &mut g);
            self.hessian(x, ws);
            self.apply_hessian(v, ws, &mut slope);
            for (k, (c, (g, s))) in change.iter_mut().zip(g.iter().zip(&slope)).enumerate() {
                *c += sign * g - 0.5 * h[k % width] * s;
            }
            ws.g = g;
        }
        out.fill(0.0);
        let own = [start[1], end[1], &change];
        add_sums(
            [&self.friction],
            own,
            width,
            [out],
            |_, _, [m], [v, w, c]| {
                let fastest = if v.abs() > w.abs() { v.abs() } else { w.abs() };
                [m * fastest * c.abs()]
            },
        );
        (ws.current, ws.product) = (change, slope);
    }

    /// `Σ_i |(D T H ẋ)_i ẋ_i|` by column: the size of the summands of dE/dt.
    pub(crate) fn rate_magnitude(&self, velocity: &[f64], ws: &mut Workspace, out: &mut [f64]) {
        let width = ws.width;
        out.fill(0.0);
        for (k, range) in self.ranges.iter().enumerate() {
            let at = range.start * width..range.end * width;
            let (m, v) = ([&self.friction[range.clone()]], &velocity[at.clone()]);
            let h = &mut ws.hessians[k];
            let out = [&mut *out];
            if h.is_diagonal() {
                let own = [h.weights(), v];
                add_sums(m, own, width, out, |_, _, [m], [w, v]| {
                    [(m * (w * v) * v).abs()]
                });
            } else {
                let product = &mut ws.spare[at];
                h.apply(v, product);
                add_sums(m, [&*product, v], width, out, |_, _, [m], [hv, v]| {
                    [(m * hv * v).abs()]
                });
            }
        }
    }
}
