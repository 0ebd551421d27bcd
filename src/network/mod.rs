//! Networks: layers joined by synapses. The only place where the equations are put together.
//!
//! With `g_A = ∂L_A/∂x_A`, `T = diag τ`, `D = diag d` and `H_A = ∂²L_A/∂x∂x`:
//!
//! ```text
//! E      = Σ_A d_A (k_A L*_A(g_A) − I_A·g_A) + Σ_s E_s(g)           Scholarpedia (3), (12), (17)
//! τ_A ẋ_A = I_A − k_A x_A − (1/d_A) ∂(Σ_s E_s)/∂g_A                                (1), (11), (14)
//! dE/dt  = − Σ_A ẋ_Aᵀ D_A T_A H_A ẋ_A                                              (4), (13), (18)
//! ```

mod at;
mod build;
mod certificate;
mod clamp;
mod energy;
mod jacobian;
mod layer;
mod layout;
mod matrix;
mod named;
mod patches;
mod symmetric;
pub mod theories;
mod velocity;
mod workspace;

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;

pub use at::{At, AtHessian, EnergyAt};
pub use build::{Fault, NetworkBuilder, NetworkError, Place};
pub use certificate::{Boundedness, Certificate};
pub use clamp::ClampError;
pub use layer::{Layer, PerNeuron};
pub use layout::Layout;
pub use patches::{Masked, Patches};
pub(crate) use velocity::Part;
pub use workspace::{Drive, Workspace};

use crate::lagrangian::Segment;
use crate::synapse::Synapse;

/// A synapse and the layers it joins.
#[derive(Debug)]
pub struct Connection {
    /// Positions of the layers.
    pub layers: Vec<usize>,
    /// Neurons of each of them.
    pub neurons: Vec<Range<usize>>,
    /// Those of them that no connection before it joins.
    pub first: Vec<bool>,
    /// The interaction.
    pub synapse: Arc<dyn Synapse>,
}

/// Layers and connections, checked and immutable; shared between threads, scratch is handed in.
///
/// ```
/// use attractor::kernels::Weights;
/// use attractor::lagrangian::{Relu, Tanh};
/// use attractor::network::{Layer, Network};
/// use attractor::synapse::{Dense, Recurrent};
///
/// let forward = Weights::new(2, 3, vec![0.5; 6])?;
/// let inhibition = Weights::new(2, 2, vec![0.0, -1.0, -1.0, 0.0])?;
/// let network = Network::builder()
///     .layer(Layer::new("features", &[3], Tanh { beta: 1.0 })?)
///     .layer(Layer::new("hidden", &[2], Relu)?.tau(0.1))
///     .connect(&["features", "hidden"], Dense::new(forward))
///     .connect(&["hidden"], Recurrent::new(inhibition, &[1.0; 2])?)
///     .build()?;
/// assert_eq!(network.size(), 5);
/// assert!(network.certificate().holds());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Network {
    layers: Vec<Layer>,
    ranges: Vec<Range<usize>>,
    connections: Vec<Connection>,
    /// 1/τ, k, d, I of every neuron, layer after layer.
    rate: Vec<f64>,
    leak: Vec<f64>,
    weight: Vec<f64>,
    input: Vec<f64>,
    noise: Vec<f64>,
    /// d τ of every neuron.
    friction: Vec<f64>,
    /// d k of every unit (neuron or group), layer after layer.
    unit_weight: Vec<f64>,
    /// Is d τ constant inside every group of the layer?
    uniform: Vec<bool>,
    clamped: Vec<usize>,
    has_energy: bool,
}

impl Network {
    /// Starts to build one.
    pub fn builder() -> NetworkBuilder {
        NetworkBuilder::default()
    }

    fn assemble(
        layers: Vec<Layer>,
        ranges: Vec<Range<usize>>,
        connections: Vec<Connection>,
    ) -> Self {
        let gather = |f: fn(&Layer) -> &Vec<f64>| -> Vec<f64> {
            layers.iter().flat_map(|l| f(l).iter().copied()).collect()
        };
        let tau = gather(|l| &l.tau);
        let weight = gather(|l| &l.weight);
        let friction: Vec<f64> = tau.iter().zip(&weight).map(|(t, d)| t * d).collect();
        let mut unit_weight = Vec::new();
        let mut uniform = Vec::new();
        for (layer, range) in layers.iter().zip(&ranges) {
            let friction = &friction[range.clone()];
            let mut same = true;
            for s in layer.lagrangian.segments() {
                for u in 0..s.units {
                    // A unit is a neuron of an additive segment, or the whole of another one.
                    let i = s.start + u;
                    unit_weight.push(layer.weight[i] * layer.leak[i]);
                }
                if !s.lagrangian.is_additive() {
                    let group = &friction[s.start..s.start + s.len];
                    same &= group.windows(2).all(|p| p[0] == p[1]);
                }
            }
            uniform.push(same);
        }
        let clamped = layers.iter().zip(&ranges);
        let clamped = clamped.flat_map(|(l, r)| l.clamped.iter().map(|i| r.start + i));
        let mut energies = connections.iter().map(|c| c.synapse.energy());
        let has_energy = !energies.any(|e| matches!(e, crate::synapse::Energy::None(_)));
        Network {
            has_energy,
            rate: tau.iter().map(|t| 1.0 / t).collect(),
            leak: gather(|l| &l.leak),
            input: gather(|l| &l.input),
            noise: gather(|l| &l.noise),
            clamped: clamped.collect(),
            weight,
            friction,
            unit_weight,
            uniform,
            ranges,
            connections,
            layers,
        }
    }

    /// About how much work an evaluation of the velocity is, in multiplications of a large dense product: what every synapse
    /// and every layer's Lagrangian say, and the rates and leaks.
    pub fn operations(&self) -> f64 {
        const VELOCITY: f64 = 3.0;
        let synapses = self.connections.iter().map(|c| c.synapse.operations());
        let layers = self.layers.iter().map(|l| l.lagrangian.operations());
        synapses.sum::<f64>() + layers.sum::<f64>() + VELOCITY * self.size() as f64
    }

    /// Number of neurons in all layers.
    pub fn size(&self) -> usize {
        self.rate.len()
    }

    /// The layers, in order.
    pub fn layers(&self) -> &[Layer] {
        &self.layers
    }

    /// The connections, in order.
    pub fn connections(&self) -> &[Connection] {
        &self.connections
    }

    /// Which entries of a state belong to layer `k`.
    pub fn neurons(&self, k: usize) -> Range<usize> {
        self.ranges[k].clone()
    }

    /// Position of a layer by its name.
    pub fn layer(&self, name: &str) -> Option<usize> {
        self.layers.iter().position(|l| l.name == name)
    }

    /// The layer of neuron `i` of the whole network, and the neuron's number in it.
    pub fn locate(&self, i: usize) -> (&str, usize) {
        let k = self.ranges.partition_point(|r| r.end <= i);
        let k = k.min(self.layers.len().saturating_sub(1));
        (&self.layers[k].name, i - self.ranges[k].start)
    }

    /// The segment of its layer's Lagrangian that neuron `i` of the whole network belongs to.
    pub fn segment(&self, i: usize) -> Option<&Segment> {
        let k = self.ranges.iter().position(|r| r.contains(&i))?;
        let i = i - self.ranges[k].start;
        let mut all = self.layers[k].lagrangian.segments().iter();
        all.find(|s| (s.start..s.start + s.len).contains(&i))
    }

    /// The input I of every neuron, the bias included.
    pub fn input(&self) -> &[f64] {
        &self.input
    }

    /// The neurons that the layers hold at their start.
    pub fn clamped(&self) -> &[usize] {
        &self.clamped
    }

    /// 1/τ of every neuron.
    pub fn rates(&self) -> &[f64] {
        &self.rate
    }

    /// The smallest 1/τ of the neurons that are clamped neither by their layer nor here; infinite if there is none.
    pub fn slowest_rate(&self, clamped: &[usize]) -> f64 {
        let clamped: BTreeSet<usize> = self.clamped.iter().chain(clamped).copied().collect();
        let rates = self.rate.iter().enumerate();
        let free = rates.filter(|(i, _)| !clamped.contains(i));
        free.fold(f64::INFINITY, |least, (_, rate)| least.min(*rate))
    }

    /// k of every neuron.
    pub fn leaks(&self) -> &[f64] {
        &self.leak
    }

    /// d of every neuron.
    pub fn energy_weights(&self) -> &[f64] {
        &self.weight
    }

    /// σ of every neuron: the noise of its current.
    pub fn noise(&self) -> &[f64] {
        &self.noise
    }

    /// The first layer whose currents are noisy.
    pub fn noisy_layer(&self) -> Option<&Layer> {
        let noisy = |l: &&Layer| l.noise.iter().any(|s| *s > 0.0);
        self.layers.iter().find(noisy)
    }

    /// Names of the layers that no synapse joins.
    pub fn lonely_layers(&self) -> Vec<&str> {
        let joined = |k: usize| self.connections.iter().any(|c| c.layers.contains(&k));
        let layers = self.layers.iter().enumerate();
        layers
            .filter(|(k, _)| !joined(*k))
            .map(|(_, l)| l.name.as_str())
            .collect()
    }

    /// Names of the terms of the energy, in the order in which they are recorded: `layer:NAME`, then `synapse:INDEX`.
    pub fn term_names(&self) -> Vec<String> {
        let layers = self.layers.iter().map(|l| format!("layer:{}", l.name));
        let synapses = (0..self.connections.len()).map(|k| format!("synapse:{k}"));
        layers.chain(synapses).collect()
    }

    /// Has the network an energy, or at least a candidate for one, that can be evaluated?
    pub fn has_energy(&self) -> bool {
        self.has_energy
    }
}
