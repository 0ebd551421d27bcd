//! Where a trajectory starts.

use super::error::StartError;
use crate::network::Network;
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
    /// Where a method that draws at random takes its numbers for this trajectory.
    pub stream: Stream,
}

impl Start {
    /// A start with nothing of its own but the state.
    pub fn at(x: Vec<f64>) -> Self {
        Start {
            x,
            input: Vec::new(),
            clamped: Vec::new(),
            stream: Stream::default(),
        }
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
}
