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
        /// What is wrong.
        why: AdditionError,
    },
}

/// What is wrong with an addition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AdditionError {
    /// It is for neurons that there are not.
    Neurons {
        /// The first.
        from: usize,
        /// The one after the last.
        to: usize,
        /// How many there are.
        of: usize,
    },
    /// It has not so many finite entries.
    Entries(usize),
    /// Its samples have not one finite factor for each time.
    Factors,
    /// The times of its samples are not finite, or do not rise.
    Times,
    /// It ends before it starts.
    Ends,
    /// It is a ramp without an end.
    EndlessRamp,
    /// It is a sine without a positive period or a finite phase.
    Period,
    /// It is a sine so fast that its rate is no number.
    Rate,
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

impl fmt::Display for AdditionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            AdditionError::Neurons { from, to, of } => {
                return write!(f, "is for the neurons {from} to {to} of {of}");
            }
            AdditionError::Entries(count) => return write!(f, "needs {count} finite entries"),
            AdditionError::Factors => "needs one finite factor for each time",
            AdditionError::Times => "needs finite times, each later than the one before",
            AdditionError::Ends => "must end after it starts",
            AdditionError::EndlessRamp => "is a ramp, which must end",
            AdditionError::Period => "needs a positive period and a finite phase",
            AdditionError::Rate => "has a period so short that its rate is no number",
        })
    }
}

impl std::error::Error for StimulusError {}
impl std::error::Error for AdditionError {}
