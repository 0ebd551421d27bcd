//! Where a trajectory starts.

use super::error::StartError;
use crate::lagrangian::Values;
use crate::network::{Masked, Network};
use crate::pattern::random::Stream;

/// Where a trajectory begins, and what acts on it alone.
#[derive(Clone, Debug, PartialEq)]
pub struct Start {
    /// State of every neuron.
    pub x: Vec<f64>,
    /// Added to the input of every neuron; empty for nothing.
    pub input: Vec<f64>,
    /// Neurons that are clamped, besides those that the layers clamp.
    pub clamped: Vec<usize>,
    /// Where a method that draws at random takes its numbers for this trajectory. Unsaid, an ensemble gives every start a stream of
    /// its own, that of seed 0 with the start's number.
    pub stream: Option<Stream>,
}

impl Start {
    /// A start with nothing of its own but the state.
    pub fn at(x: Vec<f64>) -> Self {
        Start {
            x,
            input: Vec::new(),
            clamped: Vec::new(),
            stream: None,
        }
    }

    /// The same where the tokens of a layer that is seen as pictures begin as this one; a leak k draws them back to it, by an input
    /// `k x`. Another layer begins where it did.
    pub fn seeing(mut self, network: &Network, layer: usize, picture: &Masked) -> Self {
        let Some(patches) = &network.layers()[layer].patches else {
            return self;
        };
        self.input.resize(network.size(), 0.0);
        let leaks = network.leaks();
        for (i, x) in network.neurons(layer).zip(patches.read_in(picture)) {
            self.x[i] = x;
            self.input[i] = leaks[i] * x;
        }
        self
    }

    /// The input under which it moves, the network's own and what the start adds.
    pub fn whole_input(&self, network: &Network) -> Vec<f64> {
        let own = self.input.iter().chain(std::iter::repeat(&0.0));
        let pairs = network.input().iter().zip(own);
        pairs.map(|(a, b)| a + b).collect()
    }

    /// The neurons that are clamped, if it is a start for this network.
    pub(super) fn check(&self, network: &Network) -> Result<Vec<usize>, StartError> {
        let (needed, found) = (network.size(), self.x.len());
        if found != needed {
            return Err(StartError::Length { needed, found });
        }
        let found = self.input.len();
        if found != 0 && found != needed {
            return Err(StartError::InputLength { needed, found });
        }
        for (what, values) in [("state", &self.x), ("input", &self.input)] {
            if let Some(i) = values.iter().position(|v| !v.is_finite()) {
                let (layer, neuron) = network.locate(i);
                return Err(StartError::NotFinite {
                    what,
                    layer: layer.to_string(),
                    neuron,
                    value: values[i],
                });
            }
        }
        self.check_values(network)?;
        let mut clamped = network.clamped().to_vec();
        clamped.extend(&self.clamped);
        if !clamped.is_empty() {
            let may = network.may_clamp(&clamped);
            may.map_err(StartError::Clamped)?;
            clamped.sort_unstable();
            clamped.dedup();
        }
        Ok(clamped)
    }

    /// Is every unit that flips at one of its values?
    pub(crate) fn check_values(&self, network: &Network) -> Result<(), StartError> {
        for (k, layer) in network.layers().iter().enumerate() {
            let first = network.neurons(k).start;
            for s in layer.lagrangian.segments() {
                let own = &self.x[first + s.start..first + s.start + s.len];
                let wrong = match s.lagrangian.values() {
                    Values::Interval => None,
                    Values::Two(values) => own.iter().position(|x| !values.contains(x)),
                    Values::OneOfGroup => {
                        let is_one = |x: &&f64| **x == 1.0;
                        let sound = own.iter().all(|x| *x == 0.0 || *x == 1.0);
                        let ones = own.iter().filter(is_one).count();
                        // The first that is neither, or the second 1; the first neuron where there is none.
                        match (sound, ones) {
                            (false, _) => own.iter().position(|x| *x != 0.0 && *x != 1.0),
                            (true, 1) => None,
                            (true, 0) => Some(0),
                            _ => own
                                .iter()
                                .enumerate()
                                .filter(|(_, x)| is_one(x))
                                .map(|(i, _)| i)
                                .nth(1),
                        }
                    }
                };
                if let Some(i) = wrong {
                    return Err(StartError::NoValue {
                        layer: layer.name.clone(),
                        neuron: s.start + i,
                        value: own[i],
                        wanted: s.lagrangian.values(),
                        group: s.start..s.start + s.len,
                    });
                }
            }
        }
        Ok(())
    }
}
