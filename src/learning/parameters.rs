//! What of a network learns, in one vector.

mod gather;
mod owner;

use std::ops::Range;

use crate::lagrangian::Array;
use crate::network::{Network, NetworkBuilder, NetworkError};
use crate::refusal::Refusal;
use owner::Owner;

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

/// θ of a network: what its synapses learn, the inputs of its layers, what their Lagrangians learn, and what pictures are read in and
/// out with.
#[derive(Clone, Debug, PartialEq)]
pub struct Parameters {
    /// Its arrays, in their order.
    pub all: Vec<Parameter>,
    /// Entries that stay as they are.
    fixed: Vec<usize>,
    /// Whose they are, each with where its own begin.
    owners: Vec<(Owner, usize)>,
}

impl Parameters {
    /// What these synapses learn, and the inputs of these layers, all by position.
    ///
    /// # Errors
    /// A synapse or layer that there is not, a synapse that does not learn, or nothing at all.
    pub fn of(network: &Network, synapses: &[usize], inputs: &[usize]) -> Result<Self, Refusal> {
        let synapses = synapses.iter().map(|k| Owner::Synapse(*k));
        let inputs = inputs.iter().map(|k| Owner::Input(*k));
        let own = Parameters {
            all: Vec::new(),
            fixed: Vec::new(),
            owners: Vec::new(),
        };
        let own = own.and(network, synapses.chain(inputs))?;
        match own.count() {
            0 => Err(Refusal::new("the network", "has nothing that learns")),
            _ => Ok(own),
        }
    }

    /// The same, and what the Lagrangians of these layers learn: γ, as ln γ, and δ of a norm.
    ///
    /// # Errors
    /// A layer that there is not, or whose Lagrangian does not learn.
    pub fn with_lagrangians(self, network: &Network, layers: &[usize]) -> Result<Self, Refusal> {
        self.and(network, layers.iter().map(|k| Owner::Lagrangian(*k)))
    }

    /// The same, and what pictures of these layers are read in and out with.
    ///
    /// # Errors
    /// A layer that there is not, or that is not seen as pictures.
    pub fn with_patches(self, network: &Network, layers: &[usize]) -> Result<Self, Refusal> {
        self.and(network, layers.iter().map(|k| Owner::Patches(*k)))
    }

    fn and(
        mut self,
        network: &Network,
        owners: impl Iterator<Item = Owner>,
    ) -> Result<Self, Refusal> {
        for owner in owners {
            if self.owners.iter().any(|(own, _)| *own == owner) {
                return Err(Refusal::new(owner.to_string(), "is named twice"));
            }
            let first = self.count();
            for (name, shape) in owner.arrays_of(network)? {
                let start = self.count();
                let n: usize = shape.iter().product();
                self.all.push(Parameter {
                    name,
                    shape,
                    range: start..start + n,
                });
            }
            let fixed = owner.fixed(network);
            self.fixed.extend(fixed.iter().map(|i| first + i));
            self.owners.push((owner, first));
        }
        Ok(self)
    }

    /// How many numbers there are.
    pub fn count(&self) -> usize {
        self.all.last().map_or(0, |p| p.range.end)
    }

    /// How many of them learn.
    pub fn free(&self) -> usize {
        self.count() - self.fixed()
    }

    /// Do any of these learn?
    pub fn frees(&self, mut range: Range<usize>) -> bool {
        range.any(|k| !self.fixed.contains(&k))
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

    /// Leaves the array of this name as it is.
    ///
    /// # Errors
    /// None of them is called so.
    pub fn fix(&mut self, name: &str) -> Result<(), Refusal> {
        match self.all.iter().find(|p| p.name == name) {
            Some(p) => {
                self.fixed.extend(p.range.clone());
                Ok(())
            }
            None => {
                let all: Vec<&str> = self.all.iter().map(|p| p.name.as_str()).collect();
                Err(
                    Refusal::new(format!("\"{name}\""), "is no array that learns")
                        .help(format!("those are {}", all.join(", "))),
                )
            }
        }
    }

    /// Takes the entries out of a gradient that stay as they are.
    pub fn hold(&self, gradient: &mut [f64]) {
        self.fixed.iter().for_each(|k| gradient[*k] = 0.0);
    }

    /// Puts the entries back that stay as they are, for what moves them without a gradient.
    pub fn restore(&self, before: &[f64], values: &mut [f64]) {
        self.fixed.iter().for_each(|k| values[*k] = before[*k]);
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
        let owners = self.owners.iter();
        owners
            .flat_map(|(owner, _)| owner.values(network))
            .collect()
    }

    /// The arrays of a network as a model file takes them, in the order of [`Parameters::all`]; sparse weights are whole matrices.
    pub fn arrays(&self, network: &Network) -> Vec<Array> {
        let owners = self.owners.iter();
        owners
            .flat_map(|(owner, _)| owner.arrays(network))
            .collect()
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
        // What an owner has of θ, if it is one.
        let of = |owner: Owner| {
            let own = self.owners.iter().position(|(o, _)| *o == owner)?;
            let next = self.owners.get(own + 1).map_or(values.len(), |(_, k)| *k);
            Some(&values[self.owners[own].1..next])
        };
        let mut builder = Network::builder();
        for (k, layer) in network.layers().iter().enumerate() {
            let mut layer = layer.clone();
            if let Some(own) = of(Owner::Input(k)) {
                layer.input = own.to_vec();
            }
            if let Some(own) = of(Owner::Lagrangian(k)) {
                layer.lagrangian = layer.lagrangian.with(own)?;
            }
            if let Some((own, patches)) = of(Owner::Patches(k)).zip(layer.patches.as_ref()) {
                layer.patches = Some(patches.with(own.to_vec())?);
            }
            builder = builder.layer(layer);
        }
        for (k, connection) in network.connections().iter().enumerate() {
            let names = connection.layers.iter();
            let names = names.map(|l| network.layers()[*l].name.clone()).collect();
            builder = match of(Owner::Synapse(k)).zip(connection.synapse.learn()) {
                Some((own, learn)) => builder.connect_boxed(names, learn.with(own.to_vec())?),
                None => builder.connect_boxed(names, connection.synapse.clone()),
            };
        }
        Ok(builder)
    }
}
