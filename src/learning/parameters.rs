//! The parameters of a network that learn, in one vector.

use std::ops::Range;

use crate::lagrangian::Array;
use crate::network::{Layer, Network, NetworkBuilder, NetworkError};
use crate::refusal::Refusal;
use crate::synapse::Ports;

/// An array that learns.
#[derive(Clone, Debug, PartialEq)]
pub struct Parameter {
    /// As `--set` names it: `synapses.0.weights`, `layers.hidden.input`.
    pub name: String,
    /// Its shape; of sparse weights as many as are kept.
    pub shape: Vec<usize>,
    /// Where it is in θ.
    pub range: Range<usize>,
}

/// θ of a network: what its synapses learn, and the inputs of its layers.
#[derive(Clone, Debug, PartialEq)]
pub struct Parameters {
    /// Its arrays, in their order.
    pub all: Vec<Parameter>,
    /// Entries that stay as they are.
    fixed: Vec<usize>,
    /// The synapses, each with where its own begin.
    synapses: Vec<(usize, usize)>,
    /// The layers, each with where its input begins.
    inputs: Vec<(usize, usize)>,
}

impl Parameters {
    /// What these synapses learn, and the inputs of these layers, all by position.
    ///
    /// # Errors
    /// A synapse or layer that there is not, a synapse that does not learn, or nothing at all.
    pub fn of(network: &Network, synapses: &[usize], inputs: &[usize]) -> Result<Self, Refusal> {
        let mut own = Parameters {
            all: Vec::new(),
            fixed: Vec::new(),
            synapses: Vec::new(),
            inputs: Vec::new(),
        };
        for (what, list) in [("synapse", synapses), ("layer", inputs)] {
            let twice = (1..list.len()).find(|i| list[..*i].contains(&list[*i]));
            if let Some(i) = twice {
                let what = format!("{what} {}", list[i]);
                return Err(Refusal::new(what, "is named twice"));
            }
        }
        for k in synapses {
            let place = || format!("synapse {k}");
            let Some(connection) = network.connections().get(*k) else {
                let why = format!("is none of the {}", network.connections().len());
                return Err(Refusal::new(place(), why));
            };
            let Some(learn) = connection.synapse.learn() else {
                let kind = connection.synapse.describe();
                let why = format!(
                    "({kind}) does not learn: it has no parameters on which an energy depends"
                );
                return Err(Refusal::new(place(), why).help("leave it out of `synapses`"));
            };
            let first = own.count();
            own.synapses.push((*k, first));
            own.fixed.extend(learn.fixed().iter().map(|i| first + i));
            for (name, shape) in learn.parameters() {
                own.push(format!("synapses.{k}.{name}"), shape);
            }
        }
        for k in inputs {
            let Some(layer) = network.layers().get(*k) else {
                let why = format!("is none of the {}", network.layers().len());
                return Err(Refusal::new(format!("layer {k}"), why));
            };
            own.inputs.push((*k, own.count()));
            own.push(format!("layers.{}.input", layer.name), layer.shape.clone());
        }
        match own.count() {
            0 => Err(Refusal::new("the network", "has nothing that learns")),
            _ => Ok(own),
        }
    }

    fn push(&mut self, name: String, shape: Vec<usize>) {
        let first = self.count();
        let n: usize = shape.iter().product();
        self.all.push(Parameter {
            name,
            shape,
            range: first..first + n,
        });
    }

    /// How many numbers there are.
    pub fn count(&self) -> usize {
        self.all.last().map_or(0, |p| p.range.end)
    }

    /// How many of them stay as they are.
    pub fn fixed(&self) -> usize {
        let mut fixed = self.fixed.clone();
        fixed.sort_unstable();
        fixed.dedup();
        fixed.len()
    }

    /// Leaves entries of synapses that are 0 in this network as they are.
    pub fn keep_zeros(&mut self, network: &Network) {
        let values = self.values(network);
        for p in self.all.iter().filter(|p| p.name.starts_with("synapses.")) {
            let zeros = p.range.clone().filter(|k| values[*k] == 0.0);
            self.fixed.extend(zeros);
        }
    }

    /// Takes the entries out of a gradient that stay as they are.
    pub fn hold(&self, gradient: &mut [f64]) {
        self.fixed.iter().for_each(|k| gradient[*k] = 0.0);
    }

    /// The rows of all arrays, along their first axis; of a list it is one.
    pub fn rows(&self) -> Vec<Range<usize>> {
        let rows = self.all.iter().flat_map(|p| {
            let rows = if p.shape.len() > 1 {
                p.shape[0].max(1)
            } else {
                1
            };
            let long = p.range.len() / rows;
            (0..rows).map(move |r| p.range.start + r * long..p.range.start + (r + 1) * long)
        });
        rows.collect()
    }

    /// θ of a network.
    pub fn values(&self, network: &Network) -> Vec<f64> {
        let synapses = self.synapses.iter().map(|(k, _)| *k);
        let learns = synapses.filter_map(|k| network.connections()[k].synapse.learn());
        let mut all: Vec<f64> = learns.flat_map(|l| l.values()).collect();
        for (k, _) in &self.inputs {
            all.extend(&network.layers()[*k].input);
        }
        all
    }

    /// The arrays of a network as a model file takes them, in the order of [`Parameters::all`]; sparse weights are whole matrices.
    pub fn arrays(&self, network: &Network) -> Vec<Array> {
        let synapses = self.synapses.iter().map(|(k, _)| *k);
        let learns = synapses.filter_map(|k| network.connections()[k].synapse.learn());
        let mut all: Vec<Array> = learns.flat_map(|l| l.arrays()).collect();
        for (k, _) in &self.inputs {
            let Layer { shape, input, .. } = &network.layers()[*k];
            all.push(Array {
                shape: shape.clone(),
                data: input.clone(),
            });
        }
        all
    }

    /// The same network with another θ.
    ///
    /// # Errors
    /// A θ of another length, or that a synapse or layer refuses: numbers that are not finite.
    pub fn network(&self, network: &Network, values: &[f64]) -> Result<Network, NetworkError> {
        self.builder(network, values)?.build()
    }

    /// The same, to which something can be added.
    ///
    /// # Errors
    /// As [`Parameters::network`].
    pub(super) fn builder(
        &self,
        network: &Network,
        values: &[f64],
    ) -> Result<NetworkBuilder, NetworkError> {
        if values.len() != self.count() {
            let why = format!(
                "must be {} numbers, {} are given",
                self.count(),
                values.len()
            );
            return Err(Refusal::new("parameters", why).into());
        }
        let mut builder = Network::builder();
        for (k, layer) in network.layers().iter().enumerate() {
            let own = self.inputs.iter().find(|(at, _)| *at == k);
            let layer = layer.clone();
            builder = builder.layer(match own {
                Some((_, first)) => {
                    let n = layer.size();
                    layer.input(values[*first..first + n].to_vec())
                }
                None => layer,
            });
        }
        for (k, connection) in network.connections().iter().enumerate() {
            let names = connection.layers.iter();
            let names = names.map(|l| network.layers()[*l].name.clone()).collect();
            let own = self.synapses.iter().find(|(at, _)| *at == k);
            builder = match own.zip(connection.synapse.learn()) {
                Some(((_, first), learn)) => {
                    let n = learn.values().len();
                    let made = learn.with(values[*first..first + n].to_vec())?;
                    builder.connect_boxed(names, made)
                }
                None => builder.connect_boxed(names, connection.synapse.clone()),
            };
        }
        Ok(builder)
    }

    /// `gradient += Σ_b by_b (−∂E/∂θ)(g_b)` over the columns of a block of activations, `neurons × width`.
    pub fn add_gradient(&self, network: &Network, g: &[f64], by: &[f64], gradient: &mut [f64]) {
        let width = by.len();
        for (k, first) in &self.synapses {
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
        for (k, first) in &self.inputs {
            for (j, i) in network.neurons(*k).enumerate() {
                let row = g[i * width..(i + 1) * width].iter().zip(by);
                let sum: f64 = row.map(|(g, by)| g * by).sum();
                gradient[first + j] += network.energy_weights()[i] * sum;
            }
        }
    }

    /// The same from derivatives of each synapse's parameters and of the input, `neurons × width`, which are summed over the columns.
    pub(super) fn gather(
        &self,
        network: &Network,
        (synapses, input): (&[Vec<f64>], &[f64]),
        width: usize,
        gradient: &mut [f64],
    ) {
        for (k, first) in &self.synapses {
            let own = gradient[*first..].iter_mut().zip(&synapses[*k]);
            own.for_each(|(to, d)| *to += d);
        }
        for (k, first) in &self.inputs {
            for (j, i) in network.neurons(*k).enumerate() {
                gradient[first + j] += input[i * width..(i + 1) * width].iter().sum::<f64>();
            }
        }
    }
}
