//! Planes through the space of states: energy and velocity on them, and where the velocity is zero.

mod principal;
mod section;
mod sheet;
mod streamlines;

use std::fmt;

pub use section::{Nullclines, OnSection, PlaneValues, Section};
pub use streamlines::streamlines;

use crate::network::Network;
use crate::refusal::Refusal;

/// In what the two coordinates are measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Space {
    /// States x.
    State,
    /// Activations g; the state is found from them, so the neurons' activation must be one-to-one.
    Activation,
}

/// A rectangle of the plane of two neurons.
#[derive(Clone, Debug, PartialEq)]
pub struct Plane {
    /// The two neurons, counted over all layers.
    pub neurons: [usize; 2],
    /// What is measured along the axes.
    pub space: Space,
    /// Lower and upper end of the horizontal axis.
    pub x: [f64; 2],
    /// Lower and upper end of the vertical axis.
    pub y: [f64; 2],
    /// Points along each axis.
    pub points: usize,
}

/// Energy and velocity on the grid of a plane, row by row from the lower end of the vertical axis.
#[derive(Clone, Debug, PartialEq)]
pub struct PlaneField {
    /// Coordinates along the horizontal axis.
    pub x: Vec<f64>,
    /// Coordinates along the vertical axis.
    pub y: Vec<f64>,
    /// Velocity along the horizontal axis, `y × x`.
    pub horizontal: Vec<f64>,
    /// Velocity along the vertical axis, `y × x`.
    pub vertical: Vec<f64>,
    /// Energy, `y × x`; empty if the network has none.
    pub energy: Vec<f64>,
}

/// A neuron has a state for none of these activations.
#[derive(Clone, Debug, PartialEq)]
pub struct PlaneError {
    /// Its layer.
    pub layer: String,
    /// Its number in the layer.
    pub neuron: usize,
    /// The least and the largest of the activations.
    pub between: [f64; 2],
}

impl PlaneError {
    /// The same as a refusal.
    pub fn refusal(&self) -> Refusal {
        let (layer, k, [low, high]) = (&self.layer, self.neuron, self.between);
        let why =
            format!("has no state of its own for any activation between {low:?} and {high:?}");
        Refusal::new(format!("neuron {k} of layer `{layer}`"), why)
            .help("draw the plane of states, space = \"state\", or another range")
    }
}

impl fmt::Display for PlaneError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.refusal().fmt(f)
    }
}

impl std::error::Error for PlaneError {}

/// The open ends of a range of activations are reached by no state: the grid keeps this part of the range away.
const EDGE: f64 = 1e-3;

impl Plane {
    /// Evaluates the network on the grid, the other neurons being as in `base`, under this input and with these neurons
    /// clamped besides those that the layers clamp. Where an activation is that of no state, values are NaN.
    ///
    /// # Errors
    /// A neuron that has a state for none of the activations.
    pub fn evaluate(
        &self,
        network: &Network,
        base: &[f64],
        input: &[f64],
        clamped: &[usize],
    ) -> Result<PlaneField, PlaneError> {
        self.check(network)?;
        let section = self.section(base);
        Ok(OnSection::new(&section, (network, input, clamped)).field())
    }

    /// The same plane as a section, the other neurons being as in `base`.
    pub fn section(&self, base: &[f64]) -> Section {
        let mut origin = base.to_vec();
        let directions = self.neurons.map(|i| {
            origin[i] = 0.0;
            let mut unit = vec![0.0; base.len()];
            unit[i] = 1.0;
            unit
        });
        let axis = |ends| {
            let all = self.axis(ends, 2);
            [all[0], all[1]]
        };
        Section {
            space: self.space,
            origin,
            directions,
            relaxed: None,
            x: axis(self.x),
            y: axis(self.y),
            points: self.points.max(2),
        }
    }

    /// A state of the network as a point of the plane.
    pub fn point(&self, network: &Network, x: &[f64]) -> [f64; 2] {
        match self.space {
            Space::State => self.neurons.map(|i| x[i]),
            Space::Activation => {
                let mut g = vec![0.0; x.len()];
                network.activation(x, 1, &mut g);
                self.neurons.map(|i| g[i])
            }
        }
    }

    pub(super) fn axis(&self, [low, high]: [f64; 2], n: usize) -> Vec<f64> {
        let margin = match self.space {
            Space::State => 0.0,
            Space::Activation => EDGE * (high - low),
        };
        let (low, high) = (low + margin, high - margin);
        let step = (high - low) / (n - 1) as f64;
        (0..n).map(|k| low + step * k as f64).collect()
    }

    /// Whether there is anything to evaluate.
    ///
    /// # Errors
    /// A neuron that has a state for none of the activations.
    pub fn check(&self, network: &Network) -> Result<(), PlaneError> {
        let n = self.points.max(2);
        self.states(network, self.neurons[0], &self.axis(self.x, n))?;
        self.states(network, self.neurons[1], &self.axis(self.y, n))?;
        Ok(())
    }

    /// The states of one neuron at these coordinates; NaN where there is none.
    pub(super) fn states(
        &self,
        network: &Network,
        neuron: usize,
        at: &[f64],
    ) -> Result<Vec<f64>, PlaneError> {
        if self.space == Space::State {
            return Ok(at.to_vec());
        }
        let x: Vec<f64> = at.iter().map(|g| state_of(network, neuron, *g)).collect();
        if x.iter().any(|x| x.is_finite()) {
            return Ok(x);
        }
        let (layer, k) = network.locate(neuron);
        Err(PlaneError {
            layer: layer.to_owned(),
            neuron: k,
            between: [at.first(), at.last()].map(|g| g.copied().unwrap_or_default()),
        })
    }
}

/// The state of a neuron that has this activation; NaN where there is none of its own.
fn state_of(network: &Network, neuron: usize, g: f64) -> f64 {
    let own = network.segment(neuron);
    let own = own.filter(|s| s.lagrangian.is_additive());
    let mut x = [f64::NAN];
    let found = own.is_some_and(|s| s.lagrangian.state(&[g], 1, &mut x));
    if found { x[0] } else { f64::NAN }
}
