//! Why something is no input for a network.

use std::fmt;

/// What is wrong with an input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StimulusError {
    /// It is one for a network of another size.
    OtherNetwork {
        /// Neurons that it is for.
        own: usize,
        /// Neurons of the network.
        network: usize,
    },
    /// One of its additions is wrong.
    Addition {
        /// Its position.
        number: usize,
        /// What is wrong: `must end after it starts`.
        why: String,
    },
}

impl fmt::Display for StimulusError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            StimulusError::OtherNetwork { own, network } => write!(
                f,
                "the stimulus is for {own} neurons, the network has {network}"
            ),
            StimulusError::Addition { number, why } => write!(f, "stimulus {number} {why}"),
        }
    }
}

impl std::error::Error for StimulusError {}
