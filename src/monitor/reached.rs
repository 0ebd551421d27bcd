//! Has the energy come down to where a trajectory is to end?

use super::{Flow, Monitor, Needs};
use crate::trajectory::{State, Step, StopReason};

/// Ends a trajectory at the first step whose end has an energy of at most so much; at the start, where that has.
///
/// An optimisation problem whose solutions have a known energy is solved there: units at a temperature would leave it again.
#[derive(Clone, Copy, Debug)]
pub struct EnergyReached {
    most: f64,
}

impl EnergyReached {
    /// With this energy.
    pub fn new(most: f64) -> Self {
        EnergyReached { most }
    }

    fn see(&self, state: &State<'_>) -> Flow {
        match state.energy.is_some_and(|e| e.total <= self.most) {
            true => Flow::Stop(StopReason::EnergyReached),
            false => Flow::Continue,
        }
    }
}

impl Monitor for EnergyReached {
    fn needs(&self) -> Needs {
        Needs {
            energy: true,
            ..Needs::default()
        }
    }

    fn sees_end(&self) -> bool {
        false
    }

    fn start(&mut self, state: &State<'_>) -> Flow {
        self.see(state)
    }

    fn observe(&mut self, step: &Step<'_>) -> Flow {
        self.see(&step.end)
    }
}
