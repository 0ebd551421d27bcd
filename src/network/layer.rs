//! A layer: neurons with a Lagrangian, time constants, leak, energy weight, input and clamped neurons.

use std::sync::Arc;

use super::Patches;
use crate::lagrangian::{DirectSum, Lagrangian};
use crate::refusal::Refusal;

/// A layer of neurons, `τ ẋ = I − k x + (1/d) Σ currents`, with `g = ∂L/∂x`.
///
/// Every parameter has one entry for each neuron, the neurons being counted row-major along the shape.
///
/// ```
/// use attractor::lagrangian::Softmax;
/// use attractor::network::Layer;
///
/// // Four tokens of eight dimensions: a softmax over each token's dimensions, all with τ = 10.
/// let layer = Layer::new("tokens", &[4, 8], Softmax { beta: 2.0 })?.tau(10.0).input(0.5);
/// assert_eq!(layer.size(), 32);
/// assert_eq!(layer.tau, vec![10.0; 32]);
/// # Ok::<(), attractor::refusal::Refusal>(())
/// ```
#[derive(Clone, Debug)]
pub struct Layer {
    /// Its name; unique in the network.
    pub name: String,
    /// `[size]`, `[tokens, dims]`, `[channels, height, width]`: the Lagrangian acts along the last axis.
    pub shape: Vec<usize>,
    /// Its Lagrangian.
    pub lagrangian: DirectSum,
    /// Time constants τ > 0.
    pub tau: Vec<f64>,
    /// Leaks k ≥ 0 (1 unless said).
    pub leak: Vec<f64>,
    /// Energy weights d > 0 (1 unless said).
    pub weight: Vec<f64>,
    /// Input I, the bias included.
    pub input: Vec<f64>,
    /// Strength σ ≥ 0 of white noise in the current: `τ dx = … dt + σ dW` (0 unless said). Stochastic methods take it.
    pub noise: Vec<f64>,
    /// Clamped neurons: their state stays at its start.
    pub clamped: Vec<usize>,
    /// How tokens are seen as pictures, where they are.
    pub patches: Option<Patches>,
}

impl Layer {
    /// A layer with the same Lagrangian in every group along the last axis of `shape`; τ = k = d = 1, no input.
    ///
    /// # Errors
    /// Says why the Lagrangian does not fit the shape.
    pub fn new(
        name: impl Into<String>,
        shape: &[usize],
        lagrangian: impl Lagrangian + 'static,
    ) -> Result<Self, Refusal> {
        let sum = DirectSum::uniform(shape, Arc::new(lagrangian))?;
        Ok(Layer::of(name, shape, sum))
    }

    /// A layer with a direct sum of Lagrangians; τ = k = d = 1, no input.
    pub fn of(name: impl Into<String>, shape: &[usize], lagrangian: DirectSum) -> Self {
        let n = shape.iter().product();
        Layer {
            name: name.into(),
            shape: shape.to_vec(),
            lagrangian,
            tau: vec![1.0; n],
            leak: vec![1.0; n],
            weight: vec![1.0; n],
            input: vec![0.0; n],
            noise: vec![0.0; n],
            clamped: Vec::new(),
            patches: None,
        }
    }

    /// Number of neurons.
    pub fn size(&self) -> usize {
        self.shape.iter().product()
    }

    /// Sets τ, one number for all neurons or one for each.
    pub fn tau(mut self, tau: impl PerNeuron) -> Self {
        self.tau = tau.spread(self.size());
        self
    }

    /// Sets the leak k, one number for all neurons or one for each.
    pub fn leak(mut self, leak: impl PerNeuron) -> Self {
        self.leak = leak.spread(self.size());
        self
    }

    /// Sets the energy weight d, one number for all neurons or one for each.
    pub fn weight(mut self, weight: impl PerNeuron) -> Self {
        self.weight = weight.spread(self.size());
        self
    }

    /// Sets the input I, one number for all neurons or one for each.
    pub fn input(mut self, input: impl PerNeuron) -> Self {
        self.input = input.spread(self.size());
        self
    }

    /// Sets the noise σ of the current, one number for all neurons or one for each.
    pub fn noise(mut self, noise: impl PerNeuron) -> Self {
        self.noise = noise.spread(self.size());
        self
    }

    /// Is seen as pictures; that it has the shape for them is checked when the network is built.
    pub fn patches(mut self, patches: Patches) -> Self {
        self.patches = Some(patches);
        self
    }

    /// Holds these neurons at their start.
    pub fn clamp(mut self, neurons: Vec<usize>) -> Self {
        self.clamped = neurons;
        self
    }
}

/// One number for all neurons, or one for each.
pub trait PerNeuron {
    /// The numbers of `n` neurons (a vector is taken as it is; its length is checked when the network is built).
    fn spread(self, n: usize) -> Vec<f64>;
}

impl PerNeuron for f64 {
    fn spread(self, n: usize) -> Vec<f64> {
        vec![self; n]
    }
}

impl PerNeuron for Vec<f64> {
    fn spread(self, _n: usize) -> Vec<f64> {
        self
    }
}

impl<const N: usize> PerNeuron for [f64; N] {
    fn spread(self, _n: usize) -> Vec<f64> {
        self.to_vec()
    }
}
