//! How a trajectory ended, and what it cost.

use crate::trajectory::StopReason;

/// What the integration cost.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Statistics {
    /// Steps that were taken.
    pub accepted: u64,
    /// Steps that failed the tolerance.
    pub rejected: u64,
    /// Steps that a monitor sent back.
    pub sent_back: u64,
    /// Evaluations of the velocity for the steps (those of monitors and of output not counted).
    pub evaluations: u64,
    /// Evaluations for output: between steps, and one at the end if a monitor sees it.
    pub output_evaluations: u64,
    /// Matrices that were factorised for the steps of an implicit method.
    pub factorisations: u64,
}

/// A change of method.
#[derive(Clone, Debug, PartialEq)]
pub struct Choice {
    /// When.
    pub t: f64,
    /// To which method.
    pub method: &'static str,
    /// Why.
    pub reason: String,
}

/// How a trajectory ended.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    /// Why.
    pub stop: StopReason,
    /// When.
    pub t: f64,
    /// Where.
    pub x: Vec<f64>,
    /// The input that acted there, for each neuron.
    pub input: Vec<f64>,
    /// What it cost.
    pub statistics: Statistics,
    /// What `auto` changed to on the way.
    pub choices: Vec<Choice>,
}
