//! The matrix `T (s − J)` of an implicit method, `J = T⁻¹(−k + D⁻¹ C H)` being the Jacobian of the velocity.
//!
//! It is put together from what the synapses are made of: the blocks of `C = −∂²E_s/∂g∂g` are copied, the columns scaled by the
//! weights of `H`, and one product of a column and a row taken away for every direction of a group: n² multiplications in all
//! for a dense or a recurrent synapse, a product of matrices for a memory. Rows are in units of `T J`, so that those of fast
//! neurons are not larger than others, which is what pivots are chosen by.

use std::ops::Range;

use super::{Layout, Network, Workspace};
use crate::kernels::{Factors, GoOn, Patch, add_scaled};
use crate::synapse::Ports;

impl Network {
    /// `T (s − J)` at the state `x`, one trajectory wide, for [`Factors`] of the size of this layout; `clamped` says of every
    /// neuron whether it is: such a one neither moves nor acts. Returns whether it went on to the end.
    #[must_use]
    pub fn matrix(
        &self,
        (x, clamped): (&[f64], &[bool]),
        s: f64,
        layout: &Layout,
        ws: &mut Workspace,
        out: &mut Factors,
        go_on: GoOn<'_>,
    ) -> bool {
        out.clear(layout.symmetric);
        self.activation(x, 1, &mut ws.g);
        self.hessian(x, ws);
        for (k, c) in self.connections.iter().enumerate() {
            let place = |port: usize| layout.spans[c.layers[port]].1;
            let (ports, scratch) = (Ports::new(&c.neurons, 1), &mut ws.scratch[k]);
            let known = c
                .synapse
                .curvature(&ports, &ws.g, scratch, &mut |[to, from], patch| {
                    out.add([place(to), place(from)], patch);
                });
            if !go_on() || !known && !self.add_units(k, layout, ws, out, go_on) {
                return false;
            }
        }
        if layout.symmetric && !self.absorb(clamped, s, layout, ws, out, go_on) {
            return false;
        }
        self.turn(clamped, layout, ws, out);
        for ((range, place), i) in layout
            .spans
            .iter()
            .flat_map(|span| span.0.clone().map(move |i| (span, i)))
        {
            let leak = if clamped[i] { 0.0 } else { self.leak[i] };
            *out.diagonal(place + i - range.start) += s / self.rate[i] + leak;
        }
        true
    }

    /// Adds the blocks of a synapse that does not know them, column by column.
    fn add_units(
        &self,
        k: usize,
        layout: &Layout,
        ws: &mut Workspace,
        out: &mut Factors,
        go_on: GoOn<'_>,
    ) -> bool {
        let c = &self.connections[k];
        let ports = Ports::new(&c.neurons, 1);
        let place = |port: usize| layout.spans[c.layers[port]].1;
        let columns: usize = c.neurons.iter().map(Range::len).sum();
        out.count((columns as f64 * c.synapse.operations()) as u64);
        ws.product.fill(0.0);
        for (from, neurons) in c.neurons.iter().enumerate() {
            // A layer that is joined twice has been asked before.
            if c.layers[..from].contains(&c.layers[from]) {
                continue;
            }
            for j in neurons.clone() {
                if !go_on() {
                    return false;
                }
                ws.product[j] = 1.0;
                ws.current.fill(0.0);
                let scratch = &mut ws.scratch[k];
                c.synapse
                    .add_curvature(&ports, &ws.g, &ws.product, &mut ws.current, scratch);
                ws.product[j] = 0.0;
                for (to, rows) in c.neurons.iter().enumerate() {
                    if !c.layers[..to].contains(&c.layers[to]) {
                        let patch = Patch::Outer(1.0, [&ws.current[rows.clone()], &[1.0]]);
                        out.add([place(to), place(from) + j - neurons.start], patch);
                    }
                }
            }
        }
        true
    }

    /// Adds what the first layers do to the others to the curvature of these: `C_RS H_S (D_S (τ_S s + k_S))⁻¹ C_SR`, as a hidden
    /// layer does in its limit τ → 0, where s is 0. What is symmetric is mirrored.
    fn absorb(
        &self,
        clamped: &[bool],
        s: f64,
        layout: &Layout,
        ws: &mut Workspace,
        out: &mut Factors,
        go_on: GoOn<'_>,
    ) -> bool {
        let apart = layout.apart;
        let part = |i: usize| match clamped[i] {
            true => 0.0,
            false => 1.0 / (self.weight[i] * (s / self.rate[i] + self.leak[i])),
        };
        let first = || {
            let all = layout.spans.iter().zip(&ws.hessians);
            all.filter(|((_, place), _)| *place < apart)
        };
        for ((range, place), hessian) in first() {
            for (j, w) in hessian.weights().iter().enumerate() {
                ws.product[place + j] = w * part(range.start + j);
            }
        }
        if apart > 0 && !out.absorb(&ws.product[..apart], go_on) {
            return false;
        }
        out.mirror();
        for ((range, place), hessian) in first() {
            for (group, c, own) in hessian.directions() {
                ws.current.fill(0.0);
                ws.spare.fill(0.0);
                for j in group.clone() {
                    let b = own.map_or(1.0, |own| own[j - group.start]);
                    let v = hessian.weights()[j] * b;
                    let [_, column] = out.column(place + j);
                    add_scaled(&mut ws.current, v, column);
                    add_scaled(&mut ws.spare, v * part(range.start + j), column);
                }
                let rest = ws.current.len() - apart;
                let sums = [&ws.current[..rest], &ws.spare[..rest]];
                out.add([apart; 2], Patch::Outer(-c, sums));
            }
        }
        true
    }

    /// `−D⁻¹ C H` in the place of `C`.
    fn turn(&self, clamped: &[bool], layout: &Layout, ws: &mut Workspace, out: &mut Factors) {
        let apart = layout.apart;
        let all = self.weight.iter().zip(clamped);
        for (to, (d, clamped)) in ws.product.iter_mut().zip(all) {
            *to = if *clamped { 0.0 } else { -1.0 / d };
        }
        layout.place(&ws.product, &mut ws.spare);
        let rows = ws.spare.split_at(apart);
        for ((range, place), hessian) in layout.spans.iter().zip(&ws.hessians) {
            let weights = hessian.weights();
            for (j, w) in weights.iter().enumerate() {
                let w = if clamped[range.start + j] { 0.0 } else { *w };
                let [first, rest] = out.column(place + j);
                scale(first, w, rows.0);
                scale(rest, w, rows.1);
            }
            for (group, c, own) in hessian.directions() {
                let b = |j: usize| own.map_or(1.0, |own| own[j - group.start]);
                ws.current.fill(0.0);
                let sum = ws.current.split_at_mut(apart);
                for j in group.clone() {
                    let [first, rest] = out.column(place + j);
                    add_scaled(sum.0, b(j), first);
                    add_scaled(sum.1, b(j), rest);
                }
                for j in group.clone() {
                    let part = -c * weights[j] * b(j);
                    let [first, rest] = out.column(place + j);
                    add_scaled(first, part, sum.0);
                    add_scaled(rest, part, sum.1);
                }
            }
        }
    }

    /// `J` at a state, column by column; `clamped` are the clamped neurons. Returns whether it went on to the end.
    #[must_use]
    pub fn jacobian(&self, x: &[f64], clamped: &[usize], out: &mut [f64], go_on: GoOn<'_>) -> bool {
        let n = self.size();
        let (layout, mut matrix) = (self.layout_with(&[]), Factors::new(n, 0));
        let clamped: Vec<bool> = (0..n).map(|i| clamped.contains(&i)).collect();
        let mut ws = Workspace::new(self, 1);
        if !self.matrix((x, &clamped), 0.0, &layout, &mut ws, &mut matrix, go_on) {
            return false;
        }
        for (k, to) in out.chunks_exact_mut(n.max(1)).enumerate() {
            let [_, column] = matrix.column(k);
            for ((to, v), rate) in to.iter_mut().zip(column).zip(&self.rate) {
                *to = -rate * *v;
            }
        }
        true
    }
}

/// `column[i] *= w rows[i]`.
fn scale(column: &mut [f64], w: f64, rows: &[f64]) {
    for (v, row) in column.iter_mut().zip(rows) {
        *v *= w * row;
    }
}
