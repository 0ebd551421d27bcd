//! The currents `c ξᵀ F'(h)` over intervals of activations, `h = (ξ g + b)/k`.

use super::Memory;
use crate::kernels::Interval;
use crate::synapse::Enclosure;

impl Memory {
    /// The entry of a memory for a neuron, counted through all layers.
    fn entry(&self, memory: usize, mut neuron: usize) -> f64 {
        for xi in &self.patterns {
            match neuron.checked_sub(xi.cols()) {
                Some(beyond) => neuron = beyond,
                None => return xi.entry(memory, neuron),
            }
        }
        0.0
    }

    fn hidden(&self, g: &[Interval]) -> Vec<Interval> {
        let state = |memory: usize| {
            let seen = g.iter().enumerate();
            let sum: Interval = seen.map(|(j, g)| g.times(self.entry(memory, j))).sum();
            (sum + Interval::at(self.bias[memory])).times(1.0 / self.leak)
        };
        (0..self.bias.len()).map(state).collect()
    }
}

impl Enclosure for Memory {
    fn enclose_currents(&self, g: &[Interval], currents: &mut [Interval]) {
        let h = self.hidden(g);
        let mut f = vec![Interval::ALL; h.len()];
        for s in self.potential.segments() {
            let at = s.start..s.start + s.len;
            if let Some(form) = s.lagrangian.enclosure() {
                form.activation(&h[at.clone()], &mut f[at]);
            }
        }
        for (i, current) in currents.iter_mut().enumerate() {
            let all = f.iter().enumerate();
            let sum: Interval = all.map(|(k, f)| f.times(self.entry(k, i))).sum();
            *current = *current + sum.times(self.scale);
        }
    }

    fn enclose_curvature(&self, g: &[Interval], curvature: &mut [Interval]) {
        let (h, n) = (self.hidden(g), g.len());
        for s in self.potential.segments() {
            let Some(form) = s.lagrangian.enclosure() else {
                curvature.fill(Interval::ALL);
                return;
            };
            form.hessian(&h[s.start..s.start + s.len], &mut |[a, b], slope| {
                let slope = slope.times(self.scale).times(1.0 / self.leak);
                for (k, entry) in curvature.iter_mut().enumerate() {
                    let left = self.entry(s.start + a, k / n);
                    let right = self.entry(s.start + b, k % n);
                    *entry = *entry + slope.times(left).times(right);
                }
            });
        }
    }
}
