//! The coordinates in which the noise is additive: the states themselves, or at a temperature the arc lengths of the layers.

use std::ops::Range;
use std::sync::Arc;

use crate::dynamics::settings::Settings;
use crate::lagrangian::Lagrangian;
use crate::network::Network;

/// Neurons that share an arc.
#[derive(Debug)]
struct Curved {
    neurons: Range<usize>,
    lagrangian: Arc<dyn Lagrangian>,
}

/// How strong the noise of every neuron is, and in which coordinate.
#[derive(Debug)]
pub(super) struct Coordinates {
    /// `c` in `dy = … + c dW`, by neuron: `σ/τ`, or `√(2 T/(d τ))`.
    pub amplitude: Vec<f64>,
    /// Those that are not their own arc; none without a temperature.
    curved: Vec<Curved>,
}

impl Coordinates {
    pub fn new(network: &Network, settings: &Settings) -> Self {
        let t = settings.flipping.temperature.of(0);
        let neurons = network.noise().iter().zip(network.rates());
        let amplitude = match t > 0.0 {
            true => neurons
                .zip(network.energy_weights())
                .map(|((_, rate), d)| (2.0 * t * rate / d).sqrt())
                .collect(),
            false => neurons.map(|(sigma, rate)| sigma * rate).collect(),
        };
        let mut curved = Vec::new();
        for (k, layer) in network.layers().iter().enumerate().filter(|_| t > 0.0) {
            let first = network.neurons(k).start;
            let bent = |l: &dyn Lagrangian| !l.is_half_square() && l.arc_length().is_some();
            let segments = layer.lagrangian.segments().iter();
            curved.extend(segments.filter(|s| bent(&*s.lagrangian)).map(|s| Curved {
                neurons: first + s.start..first + s.start + s.len,
                lagrangian: Arc::clone(&s.lagrangian),
            }));
        }
        Coordinates { amplitude, curved }
    }

    /// The coordinates of these states.
    pub fn enter(&self, x: &[f64], width: usize, y: &mut [f64]) {
        y.copy_from_slice(x);
        for own in &self.curved {
            if let Some(arc) = own.lagrangian.arc_length() {
                let entries = own.neurons.start * width..own.neurons.end * width;
                y[entries].iter_mut().for_each(|y| *y = arc.of(*y));
            }
        }
    }

    /// The states at these coordinates.
    pub fn leave(&self, y: &[f64], width: usize, x: &mut [f64]) {
        x.copy_from_slice(y);
        for own in &self.curved {
            if let Some(arc) = own.lagrangian.arc_length() {
                let entries = own.neurons.start * width..own.neurons.end * width;
                x[entries].iter_mut().for_each(|x| *x = arc.at(*x).state);
            }
        }
    }

    /// The drift of the coordinates: `(dg/dy) ẋ + (c²/2) d ln H^½/dy`, for a step of these lengths.
    ///
    /// At the end of a range the second term is infinite: the path comes near and is pushed back before it arrives. Steps may land
    /// there. What the term moves in one of them is kept to a standard deviation of the noise, `c √h`: of steps of Brownian
    /// motion on a sphere (tanh with no energy, `T h/(d τ) = 0.04`) the variance of `g` is then right to 0.0015 of it, without that to 0.05.
    pub fn drift(&self, velocity: &[f64], y: &[f64], h: &[f64], out: &mut [f64]) {
        let width = h.len();
        out.copy_from_slice(velocity);
        for own in &self.curved {
            let Some(arc) = own.lagrangian.arc_length() else {
                continue;
            };
            for i in own.neurons.clone() {
                let c = self.amplitude[i];
                for (b, h) in h.iter().enumerate().filter(|(_, h)| **h > 0.0) {
                    let k = i * width + b;
                    let at = arc.at(y[k]);
                    let most = c / h.sqrt();
                    out[k] = at.slope * velocity[k] + (0.5 * c * c * at.bend).clamp(-most, most);
                }
            }
        }
    }
}
