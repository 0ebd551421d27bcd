//! A plane through the space of states: energy and velocity on a grid of two neurons, all others standing still.

use std::fmt;

use crate::network::{Drive, Network, Workspace};
use crate::refusal::Refusal;

/// In what the two coordinates are measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Space {
    /// States x.
    State,
    /// Activations g; the state is found from them, so the neurons' activation must be one-to-one.
    Activation,
}

/// A rectangle of a plane.
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
        let n = self.points.max(2);
        let mut field = PlaneField {
            x: self.axis(self.x, n),
            y: self.axis(self.y, n),
            horizontal: Vec::new(),
            vertical: Vec::new(),
            energy: Vec::new(),
        };
        // A row of the grid is a block: its points are the trajectories.
        let mut ws = Workspace::new(network, n);
        let spread = |values: &[f64]| -> Vec<f64> {
            values
                .iter()
                .flat_map(|v| std::iter::repeat_n(*v, n))
                .collect()
        };
        let (mut x, input) = (spread(base), spread(input));
        let [mut own, mut change] = [vec![0.0; x.len()], vec![0.0; x.len()]];
        // Of a block, all entries of a clamped neuron.
        let clamped = network.clamped().iter().chain(clamped);
        let clamped: Vec<usize> = clamped.flat_map(|i| i * n..(i + 1) * n).collect();
        let drive = Drive {
            input: &input,
            clamped: &clamped,
        };
        let [a, b] = self.neurons;
        let across = self.states(network, a, &field.x)?;
        let up = self.states(network, b, &field.y)?;
        x[a * n..(a + 1) * n].copy_from_slice(&across);
        for y in up {
            x[b * n..(b + 1) * n].fill(y);
            let mut at = network.at(&x, drive, &mut ws);
            let velocity = match network.has_energy() {
                true => {
                    let energy = at.energy();
                    field.energy.extend(energy.total);
                    energy.velocity
                }
                false => at.velocity(),
            };
            // The plane's own motion: the two neurons move alone.
            for i in [a, b] {
                own[i * n..(i + 1) * n].copy_from_slice(&velocity[i * n..(i + 1) * n]);
            }
            let shown = match self.space {
                Space::State => &own,
                Space::Activation => {
                    // ġ = H ẋ
                    at.hessian().apply(&own, &mut change);
                    &change
                }
            };
            field.horizontal.extend(&shown[a * n..(a + 1) * n]);
            field.vertical.extend(&shown[b * n..(b + 1) * n]);
        }
        Ok(field)
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
        let segment = network.segment(neuron);
        let own = segment.filter(|s| s.lagrangian.is_additive());
        let state = |g: &f64| {
            let mut x = [f64::NAN];
            let found = own.is_some_and(|s| s.lagrangian.state(&[*g], 1, &mut x));
            if found { x[0] } else { f64::NAN }
        };
        let x: Vec<f64> = at.iter().map(state).collect();
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
