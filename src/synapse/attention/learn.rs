//! How E depends on W_Q, W_K and β:
//!
//! ```text
//! −∂E/∂W_Q = (P K)ᵀ g        −∂E/∂W_K = (Pᵀ Q)ᵀ g        −∂E/∂β = −(1/β²) Σ_C entropy(P_C)
//! M_WQ = aᵀ g + (P K)ᵀ v     M_WK = eᵀ g + (Pᵀ Q)ᵀ v     M_β = (1/β) Σ dP ∘ S
//! ```
//!
//! with `a` and `e` the derivatives of `P K` and `Pᵀ Q` along v.

use super::TokenAttention;
use super::heads::Room;
use crate::kernels::View;
use crate::lagrangian::{positive, weights};
use crate::refusal::Refusal;
use crate::synapse::{Learn, Ports, Synapse};

impl TokenAttention {
    /// Adds `sumᵀ g` of a column to the gradient by W_Q and W_K.
    fn add_outer(
        &self,
        ports: &Ports<'_>,
        block: &[f64],
        column: usize,
        room: &mut Room<'_>,
        gradient: &mut [f64],
    ) {
        let (inner, first) = (self.inner(), self.weights[0].data().len());
        let (by_query, by_key) = gradient.split_at_mut(first);
        for (k, port) in self.layers().into_iter().enumerate() {
            let [tokens, dims] = self.shapes[k];
            let own = &mut room.layer[..tokens * dims];
            let from = ports.of(port, block).iter().skip(column);
            for (to, v) in own.iter_mut().zip(from.step_by(ports.width)) {
                *to = *v;
            }
            let sum = &*room.sums[k];
            if k == 0 {
                View::rows(sum, tokens).add_product(own, by_query, dims, [dims; 2]);
                continue;
            }
            let outs = by_key.chunks_mut(inner * dims);
            for (sum, out) in sum.chunks(inner * tokens).zip(outs) {
                let turned = View::rows(sum, inner).turned();
                turned.add_product(own, out, dims, [dims; 2]);
            }
        }
    }
}

impl Learn for TokenAttention {
    fn parameters(&self) -> Vec<(&'static str, Vec<usize>)> {
        let heads = self.heads;
        let shape = |k: usize| {
            let w = &self.weights[k];
            vec![heads, w.rows() / heads, w.cols()]
        };
        vec![
            ("w_query", shape(0)),
            ("w_key", shape(1)),
            ("beta", Vec::new()),
        ]
    }

    fn values(&self) -> Vec<f64> {
        let [query, key] = [0, 1].map(|k| self.weights[k].data());
        [query, key, &[self.beta]].concat()
    }

    fn add_gradient(&self, ports: &Ports<'_>, g: &[f64], by: &[f64], gradient: &mut [f64]) {
        let mut rows = vec![0.0; Room::size(self)];
        let mut room = Room::new(self, &mut rows);
        for (column, by) in by.iter().enumerate() {
            let mut entropy = 0.0;
            self.project(ports, g, column, room.layer, &mut room.at);
            self.forward(&mut room, |_, seen| {
                let shares = seen.shares.iter().filter(|p| **p != 0.0);
                entropy -= shares.map(|p| p * p.ln()).sum::<f64>();
            });
            for sum in &mut room.sums {
                sum.iter_mut().for_each(|s| *s *= by);
            }
            self.add_outer(ports, g, column, &mut room, gradient);
            if let Some(by_beta) = gradient.last_mut() {
                *by_beta -= by * entropy / (self.beta * self.beta);
            }
        }
    }

    fn add_mixed(&self, ports: &Ports<'_>, g: &[f64], v: &[f64], gradient: &mut [f64]) {
        let mut rows = vec![0.0; Room::size(self)];
        let mut room = Room::new(self, &mut rows);
        for column in 0..ports.width {
            let mut spread = 0.0;
            self.project(ports, g, column, room.layer, &mut room.at);
            self.project(ports, v, column, room.layer, &mut room.along);
            self.forward(&mut room, |_, _| {});
            self.add_outer(ports, v, column, &mut room, gradient);
            self.tangent(&mut room, |seen| {
                let pairs = seen.change.iter().zip(seen.scores);
                // A key that may not be attended to has a score of −∞.
                let open = pairs.filter(|(_, s)| **s != f64::NEG_INFINITY);
                spread += open.map(|(dp, s)| dp * s).sum::<f64>();
            });
            self.add_outer(ports, g, column, &mut room, gradient);
            if let Some(by_beta) = gradient.last_mut() {
                *by_beta += spread / self.beta;
            }
        }
    }

    fn with(&self, values: Vec<f64>) -> Result<Box<dyn Synapse>, Refusal> {
        let counts = self.parameters();
        let count = |(_, shape): &(_, Vec<usize>)| shape.iter().product::<usize>();
        let wanted: usize = counts.iter().map(count).sum();
        if values.len() != wanted {
            let why = format!("must be {wanted} numbers, {} are given", values.len());
            return Err(Refusal::new("parameters", why));
        }
        let mut rest = &values[..];
        let mut made = self.clone();
        for (k, (name, shape)) in counts.into_iter().enumerate() {
            let (own, others) = rest.split_at(shape.iter().product());
            rest = others;
            match made.weights.get_mut(k) {
                Some(to) => *to = weights(name, to.rows(), to.cols(), own.to_vec())?,
                None => made.beta = positive(name, own[0])?,
            }
        }
        Ok(Box::new(made))
    }
}
