//! The derivative of a loss through Euler steps (the adjoint of the steps).
//!
//! A block takes steps `x ← x + Δt ẋ` with `ẋ = T⁻¹ (I − k x + D⁻¹ f(g(x)))`. With λ the derivative of the loss by x after the last
//! step, one goes back through each: with `w = Δt T⁻¹ λ` and `v = D⁻¹ w`
//!
//! ```text
//! ∂loss/∂θ += M(g, v)      c = C(g) v      ∂loss/∂I += w      λ ← λ − k w + H(x) c
//! ```
//!
//! with the mixed derivative M of the synapses and their curvature C = ∂f/∂g, which is symmetric. What a Lagrangian learns gets c·∂g/∂θ at
//! each of these states, and at the last the same of the derivative of the loss by g. Nothing is differentiated twice, and no more is kept
//! than the states.

use crate::network::{Drive, Network, Workspace};
use crate::refusal::Refusal;
use crate::synapse::Ports;

/// Steps of one length that a block of trajectories takes.
#[derive(Clone, Debug)]
pub struct Steps<'a> {
    network: &'a Network,
    length: f64,
    count: usize,
    /// Neurons that stay where they are.
    held: Vec<usize>,
}

/// Derivatives of a loss.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Derivatives {
    /// By the parameters of each synapse; empty for one that does not learn.
    pub synapses: Vec<Vec<f64>>,
    /// By what the Lagrangian of each layer learns; empty where it learns nothing.
    pub lagrangians: Vec<Vec<f64>>,
    /// By the states at the start, `neurons × width`.
    pub start: Vec<f64>,
    /// By the input, `neurons × width`.
    pub input: Vec<f64>,
    /// By the length of the steps.
    pub length: f64,
}

impl<'a> Steps<'a> {
    /// So many steps of this length, in units of t.
    ///
    /// # Errors
    /// A network without an energy, whose curvature is not symmetric; a length that is not finite and above 0.
    pub fn new(network: &'a Network, length: f64, count: usize) -> Result<Self, Refusal> {
        if !network.is_gradient() {
            let why = "has no energy: its curvature is not symmetric, and the adjoint of its steps is another";
            return Err(Refusal::new("the network", why));
        }
        match length > 0.0 && length.is_finite() {
            true => Ok(Steps {
                network,
                length,
                count,
                held: network.clamped().to_vec(),
            }),
            false => {
                let why = format!("is {length}, it must be finite and above 0");
                Err(Refusal::new("the length of a step", why))
            }
        }
    }

    /// The same with these neurons held where they start, besides those that the layers clamp.
    pub fn holding(mut self, neurons: &[usize]) -> Self {
        self.held.extend(neurons);
        self.held.sort_unstable();
        self.held.dedup();
        self
    }

    /// The entries of a block that are held.
    fn clamped(&self, width: usize) -> Vec<usize> {
        let all = self.held.iter();
        all.flat_map(|i| i * width..(i + 1) * width).collect()
    }

    /// All states of a block of `width` columns that begins at `x` under this input, the first included.
    pub fn take(&self, x: Vec<f64>, input: &[f64], width: usize) -> Vec<Vec<f64>> {
        let mut ws = Workspace::new(self.network, width);
        let clamped = self.clamped(width);
        let drive = Drive {
            input,
            clamped: &clamped,
        };
        let mut states = vec![x];
        for _ in 0..self.count {
            let x = &states[states.len() - 1];
            let mut at = self.network.at(x, drive, &mut ws);
            let next = x.iter().zip(at.velocity());
            let next = next.map(|(x, v)| x + self.length * v).collect();
            states.push(next);
        }
        states
    }

    /// The derivatives of a loss that depends on the activations after the last step, `by_g` being its derivative by these.
    pub fn back(&self, states: &[Vec<f64>], input: &[f64], by_g: &[f64]) -> Derivatives {
        let network = self.network;
        let n = network.size();
        let width = by_g.len() / n.max(1);
        let mut ws = Workspace::new(network, width);
        let clamped = self.clamped(width);
        let drive = Drive {
            input,
            clamped: &clamped,
        };
        let learns = network.connections().iter().map(|c| c.synapse.learn());
        let counts = learns.map(|learn| {
            let all = learn.map(|l| l.parameters()).unwrap_or_default();
            let counts = all.iter().map(|(_, shape)| shape.iter().product::<usize>());
            counts.sum::<usize>()
        });
        let mut found = Derivatives {
            synapses: counts.map(|n| vec![0.0; n]).collect(),
            lagrangians: (network.layers().iter())
                .map(|l| vec![0.0; l.lagrangian.learns()])
                .collect(),
            start: vec![0.0; n * width],
            input: vec![0.0; n * width],
            length: 0.0,
        };
        let Some((last, before)) = states.split_last() else {
            return found;
        };
        let at = network.at(last, drive, &mut ws);
        self.add_lagrangians(at.activation(), by_g, &mut found.lagrangians);
        at.hessian().apply(by_g, &mut found.start);
        let (rates, leaks) = (network.rates(), network.leaks());
        let weights = network.energy_weights();
        let [mut w, mut v, mut c, mut back] = [(); 4].map(|()| vec![0.0; n * width]);
        for (x, next) in before.iter().zip(&states[1..]).rev() {
            let lambda = &mut found.start;
            let moved = next.iter().zip(x).zip(&*lambda);
            found.length += moved.map(|((b, a), l)| l * (b - a)).sum::<f64>() / self.length;
            for i in 0..n {
                let row = i * width..(i + 1) * width;
                // What is held moves by nothing.
                let moves = self.held.binary_search(&i).is_err();
                let scale = if moves { self.length * rates[i] } else { 0.0 };
                let all = w[row.clone()].iter_mut().zip(&mut v[row.clone()]);
                for ((w, v), lambda) in all.zip(&lambda[row]) {
                    *w = scale * lambda;
                    *v = *w / weights[i];
                }
            }
            let at = network.at(x, drive, &mut ws);
            let g = at.activation();
            let all = network.connections().iter().zip(&mut found.synapses);
            for (connection, gradient) in all {
                if let Some(learn) = connection.synapse.learn() {
                    let ports = Ports::new(&connection.neurons, width);
                    learn.add_mixed(&ports, g, &v, gradient);
                }
            }
            let g = g.to_vec();
            let mut here = at.hessian();
            here.curvature(&v, &mut c);
            self.add_lagrangians(&g, &c, &mut found.lagrangians);
            here.apply(&c, &mut back);
            for (i, leak) in leaks.iter().enumerate() {
                for k in i * width..(i + 1) * width {
                    found.input[k] += w[k];
                    lambda[k] += back[k] - leak * w[k];
                }
            }
        }
        found
    }

    /// Adds c·∂g/∂θ of what Lagrangians learn, those of each layer.
    fn add_lagrangians(&self, g: &[f64], c: &[f64], gradients: &mut [Vec<f64>]) {
        let width = g.len() / self.network.size().max(1);
        for (k, layer) in self.network.layers().iter().enumerate() {
            let own = self.network.neurons(k);
            let at = own.start * width..own.end * width;
            if !gradients[k].is_empty() {
                let gradient = &mut gradients[k];
                layer
                    .lagrangian
                    .add_mixed(&g[at.clone()], &c[at], width, gradient);
            }
        }
    }
}
