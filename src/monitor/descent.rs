//! The change of the energy over a step, and by how much it may rise.

use super::identity::ROUNDING;
use crate::trajectory::{EnergyChange, State, Step};

/// The energy where the present step began.
#[derive(Clone, Copy, Debug)]
pub(super) struct Descent {
    energy: f64,
    magnitude: f64,
}

impl Descent {
    /// Before the start is seen.
    pub(super) fn new() -> Self {
        Descent {
            energy: f64::NAN,
            magnitude: 0.0,
        }
    }

    /// The next step begins at this state; returns by how much its energy differs from that where the last one ended.
    #[inline]
    pub(super) fn begin(&mut self, state: &State<'_>) -> Option<f64> {
        let e = state.energy?;
        let jump = e.total - self.energy;
        (self.energy, self.magnitude) = (e.total, e.magnitude);
        Some(jump)
    }

    /// The change over a step, and what is allowed: `64 ε Σ|summands|` plus the effect of the method's own error.
    #[inline]
    pub(super) fn over(&self, step: &Step<'_>) -> Option<EnergyChange> {
        let e = step.end.energy?;
        Some(EnergyChange {
            change: e.total - self.energy,
            allowance: ROUNDING * self.magnitude.max(e.magnitude) + step.energy_of_error,
        })
    }
}
