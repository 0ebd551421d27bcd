//! Why a trajectory ended.

use std::fmt;

use crate::number::{number, rough};

/// Which of the two checks of the Lyapunov monitor; the certificate is examined before the run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Check {
    /// The formula for dE/dt against the slope of E.
    Identity,
    /// E at the end of a step against E at its start.
    Descent,
    /// What flips add up to against the change of E.
    Flips,
}

impl Check {
    /// In the order of their codes, from 1 on.
    const ALL: [Check; 3] = [Check::Descent, Check::Identity, Check::Flips];

    /// The number that stands for it in tables; 0 is no violation.
    pub fn code(self) -> usize {
        1 + Check::ALL.iter().position(|c| *c == self).unwrap_or(0)
    }

    /// The check of a code.
    pub fn of_code(code: usize) -> Option<Check> {
        Check::ALL.get(code.checked_sub(1)?).copied()
    }
}

impl fmt::Display for Check {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Check::Identity => "identity",
            Check::Descent => "descent",
            Check::Flips => "flips",
        })
    }
}

/// The energy did what it must not do.
#[derive(Clone, Debug, PartialEq)]
pub struct Violation {
    /// Which check failed.
    pub check: Check,
    /// When.
    pub t: f64,
    /// What was found.
    pub found: f64,
    /// What was allowed.
    pub allowed: f64,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (check, t) = (self.check, number(self.t));
        let (found, allowed) = (number(self.found), rough(self.allowed));
        match check {
            Check::Descent => write!(
                f,
                "{check}: at t = {t} the energy rose by {found} in one step, the allowance is {allowed}"
            ),
            Check::Flips => write!(
                f,
                "{check}: in the sweep to t = {t} the energy changed by {found} more or less than its flips add up to, the allowance is {allowed}; a synapse does not tell what its flips do"
            ),
            Check::Identity => write!(
                f,
                "{check}: at t = {t} the slope of the energy differs from -x'DTHx' by {found}, the allowance is {allowed}; the currents are not the gradient of the energy"
            ),
        }
    }
}

/// Why a trajectory ended.
#[derive(Clone, Debug, PartialEq)]
pub enum StopReason {
    /// It reached the end of its time.
    TimeReached,
    /// It came to rest.
    Rest,
    /// Its energy came down to where it was to end.
    EnergyReached,
    /// It was to come to rest and did not before the end of its time.
    NotAtRest,
    /// The energy rose, or the identity failed.
    Violation(Violation),
    /// A number that is not finite.
    NonFinite {
        /// Neuron, counted over all layers.
        neuron: usize,
    },
    /// The largest number of steps was taken.
    StepLimit,
    /// The tolerance would need steps below rounding.
    StepTooSmall,
    /// The states to be kept filled the room they were given.
    OutputFull,
    /// It was asked to stop.
    Interrupted,
    /// It was to come to rest and goes to and fro between two states.
    Cycle,
}

impl StopReason {
    /// Their names in manifests and tables, in the order of their codes.
    pub const WORDS: [&'static str; 11] = [
        "time-reached",
        "rest",
        "energy-reached",
        "not-at-rest",
        "violation",
        "non-finite",
        "step-limit",
        "step-too-small",
        "output-full",
        "interrupted",
        "cycle",
    ];

    /// The codes below this are of trajectories that ended as they were meant to.
    pub const FIRST_FAILURE: usize = 3;

    /// Its position in [`StopReason::WORDS`], which stands for it in tables of numbers.
    pub fn code(&self) -> usize {
        match self {
            StopReason::TimeReached => 0,
            StopReason::Rest => 1,
            StopReason::EnergyReached => 2,
            StopReason::NotAtRest => 3,
            StopReason::Violation(_) => 4,
            StopReason::NonFinite { .. } => 5,
            StopReason::StepLimit => 6,
            StopReason::StepTooSmall => 7,
            StopReason::OutputFull => 8,
            StopReason::Interrupted => 9,
            StopReason::Cycle => 10,
        }
    }

    /// Its name in manifests and tables.
    pub fn word(&self) -> &'static str {
        StopReason::WORDS[self.code()]
    }

    /// Did the trajectory end as it was meant to?
    pub fn is_success(&self) -> bool {
        self.code() < StopReason::FIRST_FAILURE
    }
}
