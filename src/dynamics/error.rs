//! Why nothing is integrated.

use std::fmt;
use std::ops::Range;

use crate::lagrangian::Values;
use crate::network::ClampError;

use crate::refusal::Refusal;
use crate::stimulus::StimulusError;

/// Why a run cannot begin.
#[derive(Clone, Debug, PartialEq)]
pub enum RunError {
    /// A setting makes no sense.
    Settings(Refusal),
    /// The stimulus is not one for the network.
    Stimulus(StimulusError),
    /// The method is none for the network, or for its input.
    Method(MethodError),
    /// The start is none for the network.
    Start(StartError),
}

/// Why a method is of no use.
#[derive(Clone, Debug, PartialEq)]
pub enum MethodError {
    /// It is wrong where the input changes between its switches.
    Input {
        /// Its name.
        method: &'static str,
        /// What is wrong with it.
        why: &'static str,
    },
    /// It is not one for the network.
    Network {
        /// Its name.
        method: &'static str,
        /// Why.
        why: Refusal,
    },
    /// Its matrices take more memory than is allowed.
    Size {
        /// Its name.
        method: &'static str,
        /// How many neurons there are.
        neurons: usize,
        /// How many matrices of neurons × neurons it holds.
        matrices: u64,
        /// What they take, and what is allowed, in GiB.
        gib: [f64; 2],
    },
}

/// Why a start is of no use.
#[derive(Clone, Debug, PartialEq)]
pub enum StartError {
    /// It has not one state for each neuron.
    Length {
        /// How many there are to be.
        needed: usize,
        /// How many there are.
        found: usize,
    },
    /// Its own input has not one entry for each neuron.
    InputLength {
        /// How many there are to be.
        needed: usize,
        /// How many there are.
        found: usize,
    },
    /// A number is not finite.
    NotFinite {
        /// `state` or `input`.
        what: &'static str,
        /// The neuron's layer.
        layer: String,
        /// Its number there.
        neuron: usize,
        /// The number.
        value: f64,
    },
    /// A unit that flips is at none of its values.
    NoValue {
        /// The neuron's layer.
        layer: String,
        /// Its number there.
        neuron: usize,
        /// Its state.
        value: f64,
        /// The values that it may have.
        wanted: Values,
        /// The neurons that share its Lagrangian.
        group: Range<usize>,
    },
    /// Its neurons may not be clamped.
    Clamped(ClampError),
}

impl fmt::Display for RunError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            RunError::Settings(why) => why.fmt(f),
            RunError::Stimulus(why) => why.fmt(f),
            RunError::Method(why) => why.fmt(f),
            RunError::Start(why) => why.fmt(f),
        }
    }
}

impl fmt::Display for MethodError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            MethodError::Input { method, why } => write!(
                f,
                "{method} {why}, which is wrong where the input is a ramp, a sine or sampled: use tsit5 with a smaller rtol"
            ),
            MethodError::Network { method, why } => write!(f, "{method}: {why}"),
            MethodError::Size {
                method,
                neurons,
                matrices,
                gib: [takes, most],
            } => write!(
                f,
                "{method} solves with the whole Jacobian: for {neurons} neurons {matrices} matrices, {takes:.1} GiB, more than the {most:.0} GiB allowed; method = \"exponential\" takes stiff networks without any matrix"
            ),
        }
    }
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            StartError::Length { needed, found } => {
                write!(f, "a start needs {needed} states, has {found}")
            }
            StartError::InputLength { needed, found } => {
                write!(f, "a start's own input needs {needed} entries, has {found}")
            }
            StartError::NotFinite {
                what,
                layer,
                neuron,
                value,
            } => write!(
                f,
                "the start's {what} of neuron {neuron} in layer `{layer}` is {value}"
            ),
            StartError::NoValue {
                layer,
                neuron,
                value,
                wanted: Values::OneOfGroup,
                group,
            } => write!(
                f,
                "one neuron of group {} to {} of layer `{layer}` must start at 1 and the others at 0; neuron {neuron} starts at {value}",
                group.start,
                group.end - 1,
            ),
            StartError::NoValue {
                layer,
                neuron,
                value,
                wanted,
                ..
            } => {
                let [low, high] = match wanted {
                    Values::Two(values) => *values,
                    _ => [0.0, 1.0],
                };
                write!(
                    f,
                    "neuron {neuron} of layer `{layer}` starts at {value}; its units are {low} or {high}"
                )
            }
            StartError::Clamped(why) => why.fmt(f),
        }
    }
}

impl std::error::Error for RunError {}
impl std::error::Error for MethodError {}
impl std::error::Error for StartError {}

impl From<Refusal> for RunError {
    fn from(why: Refusal) -> Self {
        RunError::Settings(why)
    }
}

impl From<StimulusError> for RunError {
    fn from(why: StimulusError) -> Self {
        RunError::Stimulus(why)
    }
}

impl From<MethodError> for RunError {
    fn from(why: MethodError) -> Self {
        RunError::Method(why)
    }
}

impl From<StartError> for RunError {
    fn from(why: StartError) -> Self {
        RunError::Start(why)
    }
}
