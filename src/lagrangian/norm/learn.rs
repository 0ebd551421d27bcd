//! What a norm learns: its scale γ and its shift δ.

use std::sync::Arc;

use super::{Centre, Norm};
use crate::lagrangian::{Array, Lagrangian, Learn};
use crate::refusal::Refusal;

/// θ = (ln γ, δ): γ stays above 0. With `g = γ y/s + δ` it is `∂g/∂ln γ = g − δ`, and `∂g/∂δ = 1`.
impl<C: Centre> Learn for Norm<C> {
    fn parameters(&self, n: usize) -> Vec<(&'static str, Vec<usize>)> {
        vec![("gamma", Vec::new()), ("delta", vec![n])]
    }

    fn values(&self, n: usize) -> Vec<f64> {
        let delta = (0..n).map(|i| self.delta.at(i));
        std::iter::once(self.gamma.ln()).chain(delta).collect()
    }

    fn arrays(&self, n: usize) -> Vec<Array> {
        let one = |shape: Vec<usize>, data| Array { shape, data };
        let delta = (0..n).map(|i| self.delta.at(i)).collect();
        vec![one(Vec::new(), vec![self.gamma]), one(vec![n], delta)]
    }

    fn add_mixed(&self, g: &[f64], c: &[f64], width: usize, gradient: &mut [f64]) {
        let rows = g.chunks_exact(width).zip(c.chunks_exact(width));
        for (i, (g, c)) in rows.enumerate() {
            let shift = self.delta.at(i);
            let by_ln_gamma = g.iter().zip(c).map(|(g, c)| (g - shift) * c);
            gradient[0] += by_ln_gamma.sum::<f64>();
            gradient[1 + i] += c.iter().sum::<f64>();
        }
    }

    fn with(&self, values: &[f64]) -> Result<Arc<dyn Lagrangian>, Refusal> {
        let gamma = values.first().map_or(f64::NAN, |v| v.exp());
        let delta = values.get(1..).unwrap_or_default();
        let is_finite = delta.iter().all(|d| d.is_finite());
        match gamma > 0.0 && gamma.is_finite() && is_finite {
            true => Ok(Arc::new(Norm::<C>::new(gamma, delta, self.eps))),
            false => Err(Refusal::new(
                C::KIND.name,
                format!("must have a gamma above 0 and a finite delta, gamma is {gamma}"),
            )),
        }
    }
}
