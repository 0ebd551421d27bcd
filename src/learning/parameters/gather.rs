//! The derivatives of what learns, put into one vector.

use super::{Owner, Parameters};
use crate::learning::Derivatives;
use crate::network::Network;
use crate::synapse::Ports;

impl Parameters {
    /// `gradient += Σ_b by_b (−∂E/∂θ)(g_b)` over the columns of a block of activations, `neurons × width`: of synapses and inputs.
    pub fn add_gradient(&self, network: &Network, g: &[f64], by: &[f64], gradient: &mut [f64]) {
        let width = by.len();
        for (owner, first) in &self.owners {
            match owner {
                Owner::Synapse(k) => {
                    let connection = &network.connections()[*k];
                    if let Some(learn) = connection.synapse.learn() {
                        let ports = Ports::new(&connection.neurons, width);
                        let n: usize = learn
                            .parameters()
                            .iter()
                            .map(|(_, s)| s.iter().product::<usize>())
                            .sum();
                        learn.add_gradient(&ports, g, by, &mut gradient[*first..first + n]);
                    }
                }
                Owner::Input(k) => {
                    for (j, i) in network.neurons(*k).enumerate() {
                        let row = g[i * width..(i + 1) * width].iter().zip(by);
                        let sum: f64 = row.map(|(g, by)| g * by).sum();
                        gradient[first + j] += network.energy_weights()[i] * sum;
                    }
                }
                // Only the adjoint of steps knows what they do.
                Owner::Lagrangian(_) | Owner::Patches(_) => {}
            }
        }
    }

    /// The same from the derivatives of a loss through steps, that by the input being summed over the columns; `patches` are those of the
    /// layer that is seen as pictures.
    pub(in crate::learning) fn gather(
        &self,
        network: &Network,
        (found, patches): (&Derivatives, &[f64]),
        width: usize,
        gradient: &mut [f64],
    ) {
        for (owner, first) in &self.owners {
            let add = |gradient: &mut [f64], from: &[f64]| {
                let own = gradient[*first..].iter_mut().zip(from);
                own.for_each(|(to, d)| *to += d);
            };
            match owner {
                Owner::Synapse(k) => add(gradient, &found.synapses[*k]),
                Owner::Lagrangian(k) => add(gradient, &found.lagrangians[*k]),
                Owner::Patches(_) => add(gradient, patches),
                Owner::Input(k) => {
                    for (j, i) in network.neurons(*k).enumerate() {
                        let row = &found.input[i * width..(i + 1) * width];
                        gradient[first + j] += row.iter().sum::<f64>();
                    }
                }
            }
        }
    }
}
