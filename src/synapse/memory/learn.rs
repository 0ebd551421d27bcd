//! How E depends on ξ and b: `−∂E/∂ξ = c F'(h) gᵀ` and `−∂E/∂b = c F'(h)`; along v, with `u = F''(h) ξ v/k`,
//! `M_ξ = c (F'(h) vᵀ + u gᵀ)` and `M_b = c u`.

use super::{Memory, columns};
use crate::kernels::{View, Weights};
use crate::lagrangian::{Hessian, weights};
use crate::refusal::Refusal;
use crate::synapse::{Learn, Ports, Synapse};

impl Memory {
    /// The hidden state of a block.
    fn hidden_of(&self, ports: &Ports<'_>, g: &[f64]) -> Vec<f64> {
        let mut h = vec![0.0; self.memories() * ports.width];
        self.hidden_state(ports, g, &mut h);
        h
    }

    /// `c F'(h)`.
    fn sent(&self, ports: &Ports<'_>, h: &[f64]) -> Vec<f64> {
        let mut f = vec![0.0; h.len()];
        self.potential.activation(h, ports.width, &mut f);
        f.iter_mut().for_each(|f| *f *= self.scale);
        f
    }

    /// Adds `Σ f gᵀ` over the columns to the gradient by ξ.
    fn add_outer(&self, ports: &Ports<'_>, f: &[f64], g: &[f64], gradient: &mut [f64]) {
        let (width, all) = (ports.width, self.neurons());
        let mut first = 0;
        for (k, xi) in self.patterns.iter().enumerate() {
            let (g, n) = (ports.of(k, g), xi.cols());
            let turned: Vec<f64> = (0..g.len()).map(|at| g[at % n * width + at / n]).collect();
            let out = &mut gradient[first..];
            View::rows(f, width).add_product(&turned, out, n, [n, all]);
            first += n;
        }
    }

    /// Adds the sums over the columns to the gradient by b.
    fn add_sums(&self, width: usize, f: &[f64], gradient: &mut [f64]) {
        let first = self.memories() * self.neurons();
        for (to, row) in gradient[first..].iter_mut().zip(f.chunks_exact(width)) {
            *to += row.iter().sum::<f64>();
        }
    }
}

/// θ is ξ, the columns of all layers side by side, and b.
impl Learn for Memory {
    fn parameters(&self) -> Vec<(&'static str, Vec<usize>)> {
        let memories = self.memories();
        vec![
            ("patterns", vec![memories, self.neurons()]),
            ("bias", vec![memories]),
        ]
    }

    fn values(&self) -> Vec<f64> {
        let row = |m: usize| {
            let parts = self.patterns.iter();
            parts.flat_map(move |xi| &xi.data()[m * xi.cols()..(m + 1) * xi.cols()])
        };
        let all = (0..self.memories()).flat_map(row);
        all.chain(&self.bias).copied().collect()
    }

    fn add_gradient(&self, ports: &Ports<'_>, g: &[f64], by: &[f64], gradient: &mut [f64]) {
        let mut f = self.sent(ports, &self.hidden_of(ports, g));
        for row in f.chunks_exact_mut(ports.width.max(1)) {
            row.iter_mut().zip(by).for_each(|(f, by)| *f *= by);
        }
        self.add_outer(ports, &f, g, gradient);
        self.add_sums(ports.width, &f, gradient);
    }

    fn add_mixed(&self, ports: &Ports<'_>, g: &[f64], v: &[f64], gradient: &mut [f64]) {
        let (width, h) = (ports.width, self.hidden_of(ports, g));
        self.add_outer(ports, &self.sent(ports, &h), v, gradient);
        let mut along = vec![0.0; h.len()];
        for (k, xi) in self.patterns.iter().enumerate() {
            xi.add_product(ports.of(k, v), width, &mut along);
        }
        let factor = self.scale / self.leak;
        along.iter_mut().for_each(|u| *u *= factor);
        let (mut hessian, mut u) = (Hessian::new(&self.potential, width), vec![0.0; h.len()]);
        hessian.evaluate(&self.potential, &h);
        hessian.apply(&along, &mut u);
        self.add_outer(ports, &u, g, gradient);
        self.add_sums(width, &u, gradient);
    }

    fn with(&self, values: Vec<f64>) -> Result<Box<dyn Synapse>, Refusal> {
        Ok(Box::new(self.with_values(values)?))
    }
}

impl Memory {
    /// Other memories and biases.
    ///
    /// # Errors
    /// If they are not as many, or not finite.
    pub(super) fn with_values(&self, values: Vec<f64>) -> Result<Self, Refusal> {
        let (memories, all) = (self.memories(), self.neurons());
        let wanted = memories * all + memories;
        if values.len() != wanted {
            let why = format!("must be {wanted} numbers, {} are given", values.len());
            return Err(Refusal::new("parameters", why));
        }
        let (xi, bias) = values.split_at(memories * all);
        let xi = weights("patterns", memories, all, xi.to_vec())?;
        let mut first = 0;
        let parts = self.patterns.iter().map(Weights::cols).map(|n| {
            first += n;
            columns(&xi, first - n..first)
        });
        let parts = parts.collect::<Result<_, _>>()?;
        let made = Memory::new(parts, self.potential.clone())?;
        made.scale(self.scale)?.leak(self.leak)?.bias(bias.to_vec())
    }
}
