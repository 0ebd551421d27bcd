//! Has a trajectory come to rest? Asked of the velocity alone: the energy and the activations can stand still while a
//! saturated neuron still moves.

use super::{Flow, Monitor, Needs};
use crate::network::Network;
use crate::trajectory::{State, Step, StopReason};

/// Ends a trajectory once `max_i |τ_i ẋ_i| / (atol + rtol |x_i|) < 1` has held for a time constant of those that
/// are free.
#[derive(Clone, Debug)]
pub struct RestMonitor {
    tolerance: [f64; 2],
    hold: f64,
    since: Option<f64>,
    /// Times up to this are never a rest: the input still changes there.
    not_before: f64,
}

impl RestMonitor {
    /// Rest with tolerances `[atol, rtol]`, held for the longest time constant of the neurons that no layer holds, and not
    /// before the input has `settled`, if it changes at all.
    pub fn new(network: &Network, tolerance: [f64; 2], settled: Option<f64>) -> Self {
        RestMonitor::holding(network, &[], tolerance, settled)
    }

    /// The same for a start that holds some neurons besides: what cannot move is not waited for.
    pub fn holding(
        network: &Network,
        clamped: &[usize],
        tolerance: [f64; 2],
        settled: Option<f64>,
    ) -> Self {
        RestMonitor {
            tolerance,
            hold: 1.0 / network.slowest_rate(clamped),
            since: None,
            not_before: settled.unwrap_or(f64::NEG_INFINITY),
        }
    }

    #[inline]
    fn see(&mut self, state: &State<'_>) -> Flow {
        let still = state.residual.is_some_and(|r| r < 1.0) && state.t >= self.not_before;
        if !still {
            self.since = None;
            return Flow::Continue;
        }
        let since = *self.since.get_or_insert(state.t);
        if state.t - since >= self.hold {
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

    fn sees_end(&self) -> bool {
        false
    }

    fn begin(&mut self, state: &State<'_>) -> Flow {
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
