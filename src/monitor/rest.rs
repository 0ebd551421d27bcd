//! Has a trajectory come to rest? The velocity tells: energy and activations stand still while a saturated neuron moves.

use super::{Attention, Flow, Monitor, Needs};
use crate::network::Network;
use crate::trajectory::{State, Step, StopReason};

/// Ends a trajectory once `max_i |τ_i ẋ_i| / (atol + rtol |x_i|) < 1` has lasted for the longest time constant of free neurons.
#[derive(Clone, Debug)]
pub struct RestMonitor {
    tolerance: [f64; 2],
    lasts: f64,
    /// Since when the trajectory has been still.
    since: Option<f64>,
    /// Before this time nothing rests: the input still changes.
    not_before: f64,
}

impl RestMonitor {
    /// Rest with tolerances `[atol, rtol]`. It must last for the longest time constant of the neurons that are not clamped.
    pub fn new(network: &Network, tolerance: [f64; 2]) -> Self {
        RestMonitor {
            tolerance,
            lasts: 1.0 / network.slowest_rate(&[]),
            since: None,
            not_before: f64::NEG_INFINITY,
        }
    }

    /// The same for a start that clamps more neurons: what cannot move is not waited for.
    pub fn clamping(mut self, network: &Network, clamped: &[usize]) -> Self {
        self.lasts = 1.0 / network.slowest_rate(clamped);
        self
    }

    /// The same where a state at rest stays there, so that nothing need last.
    pub fn at_once(self) -> Self {
        RestMonitor { lasts: 0.0, ..self }
    }

    /// The same for an input that changes until this time: nothing rests before.
    pub fn not_before(mut self, time: f64) -> Self {
        self.not_before = time;
        self
    }

    #[inline]
    fn see(&mut self, state: &State<'_>) -> Flow {
        let still = state.residual.is_some_and(|r| r < 1.0) && state.t >= self.not_before;
        if !still {
            self.since = None;
            return Flow::Continue;
        }
        let since = *self.since.get_or_insert(state.t);
        if state.t - since >= self.lasts {
            Flow::Stop(StopReason::Rest)
        } else {
            Flow::Continue
        }
    }
}

impl Monitor for RestMonitor {
    fn needs(&self) -> Needs {
        Needs {
            rest: Some(self.tolerance),
            ..Needs::default()
        }
    }

    /// Those that end at rest, and the first after them that does not.
    #[inline]
    fn attention(&mut self) -> Attention<'_> {
        match self.since {
            Some(_) => Attention::Steps,
            None => Attention::Events(None),
        }
    }

    fn sees_end(&self) -> bool {
        false
    }

    fn start(&mut self, state: &State<'_>) -> Flow {
        self.see(state)
    }

    #[inline]
    fn observe(&mut self, step: &Step<'_>) -> Flow {
        self.see(&step.end)
    }

    fn switched(&mut self, _state: &State<'_>) {
        self.since = None;
    }
}
