//! Storage for evaluating a network on blocks of states.

use super::Network;
use crate::lagrangian::Hessian;
use crate::synapse::Scratch;

/// What acts on a block from outside.
#[derive(Clone, Copy, Debug)]
pub struct Drive<'a> {
    /// Input I, `neurons × width`.
    pub input: &'a [f64],
    /// Entries of the block (not neurons) that are clamped: their velocity is zero.
    pub clamped: &'a [usize],
}

impl<'a> Drive<'a> {
    /// The network's own input and clamped neurons, for one trajectory.
    pub fn own(network: &'a Network) -> Self {
        Drive {
            input: network.input(),
            clamped: network.clamped(),
        }
    }
}

/// Storage for the evaluation of one network on blocks of one width; see [`Network::at`].
#[derive(Debug)]
pub struct Workspace {
    pub(super) width: usize,
    /// Activations, `neurons × width`.
    pub(crate) g: Vec<f64>,
    pub(super) current: Vec<f64>,
    pub(super) scratch: Vec<Scratch>,
    pub(super) hessians: Vec<Hessian>,
    pub(super) units: Vec<f64>,
    pub(super) unit_magnitude: Vec<f64>,
    pub(super) spare: Vec<f64>,
    pub(super) product: Vec<f64>,
    /// Terms of the energy, `terms × width` in the order of [`Network::term_names`].
    pub(crate) terms: Vec<f64>,
    pub(super) magnitudes: Vec<f64>,
    /// The energy, by column.
    pub(crate) energy: Vec<f64>,
    /// `Σ |summands|` of the energy, by column.
    pub(crate) magnitude: Vec<f64>,
    /// What [`super::At`] is asked for; empty until then.
    pub(super) velocity: Vec<f64>,
    pub(super) columns: [Vec<f64>; 2],
}

impl Workspace {
    /// Storage for blocks of `width` states.
    pub fn new(network: &Network, width: usize) -> Self {
        let n = network.size() * width;
        let units: usize = network.layers.iter().map(|l| l.lagrangian.units()).sum();
        let terms = network.layers.len() + network.connections.len();
        let scratch = network.connections.iter();
        let hessians = network.layers.iter();
        Workspace {
            width,
            g: vec![0.0; n],
            current: vec![0.0; n],
            scratch: scratch.map(|c| c.synapse.scratch(width)).collect(),
            hessians: hessians
                .map(|l| Hessian::new(&l.lagrangian, width))
                .collect(),
            units: vec![0.0; units * width],
            unit_magnitude: vec![0.0; units * width],
            spare: vec![0.0; n],
            product: vec![0.0; n],
            terms: vec![0.0; terms * width],
            magnitudes: vec![0.0; terms * width],
            energy: vec![0.0; width],
            magnitude: vec![0.0; width],
            velocity: Vec::new(),
            columns: [Vec::new(), Vec::new()],
        }
    }

    /// The storage of connection `k`.
    pub(crate) fn scratch_of(&mut self, k: usize) -> &mut Scratch {
        &mut self.scratch[k]
    }

    /// Number of trajectories in the block.
    pub fn width(&self) -> usize {
        self.width
    }
}
