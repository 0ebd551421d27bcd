//! A trajectory in a column.

use super::clock::StepClock;
use crate::dynamics::method::Method;
use crate::dynamics::outcome::{Choice, Statistics};
use crate::monitor::Needs;
use crate::pattern::random::Stream;
use crate::trajectory::StopReason;

/// What a column is at.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Phase {
    Idle,
    /// Its monitor has not seen it yet.
    Fresh,
    /// The input has just changed.
    Switched,
    /// Its monitor has seen everything; only the velocity is not known.
    Resumed,
    Runs,
    Ended,
}

/// A trajectory in a column: what is seldom asked for. The rest is its [`StepClock`].
#[derive(Debug)]
pub(super) struct Job<M> {
    pub monitor: M,
    pub needs: Needs,
    /// Does its monitor see steps?
    pub sees_steps: bool,
    /// The accepted step after which its monitor sees the slope of the energy next; 0 for never.
    pub slope_at: u64,
    pub own_input: Vec<f64>,
    /// Neurons that are clamped.
    pub clamped: Vec<usize>,
    pub stream: Stream,
    pub sent_back: u64,
    pub output_evaluations: u64,
    pub factorisations: u64,
    /// Steps tried when it came into this block.
    pub entered: u64,
    /// What it is to go on with.
    pub method: &'static Method,
    /// What `auto` chose so far.
    pub choices: Vec<Choice>,
    pub stop: Option<StopReason>,
}

impl<M> Job<M> {
    pub fn statistics(&self, clock: StepClock) -> Statistics {
        Statistics {
            accepted: clock.accepted,
            rejected: clock.tried - clock.accepted - self.sent_back,
            sent_back: self.sent_back,
            evaluations: clock.evaluations,
            output_evaluations: self.output_evaluations,
            factorisations: self.factorisations,
        }
    }

    /// It leaves a block of this method: its steps there are counted as factorisations.
    pub fn leave(&mut self, method: &Method, clock: StepClock) {
        if method.matrices > 0 {
            self.factorisations += clock.tried - self.entered;
        }
    }
}
