//! What the energy of a trajectory did, added up step by step.

use super::{ROUNDING, TINY};
use crate::trajectory::EnergyChange;

/// The energy of one trajectory over the steps that it has taken. Numbers only, and booked without a branch: a block keeps the
/// accounts of its columns side by side and books a step of all of them in vector instructions.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct EnergyAccount {
    /// Steps that were booked.
    pub steps: u64,
    /// Sum of all falls, as a positive number.
    pub fallen: f64,
    /// Sum of all rises in a step that are larger than the rounding of the energy itself.
    pub risen: f64,
    /// Largest rise in one step (0 if it never rose).
    pub largest_rise: f64,
    /// Largest rise as a multiple of its allowance.
    pub largest_excess: f64,
    /// The energy where it was seen last.
    pub last: f64,
    /// Largest rounding of an energy that was seen.
    pub rounding: f64,
    /// What a changing input did to it, how far that may be off by the method's estimate, and by rounding.
    pub input: [f64; 3],
}

impl EnergyAccount {
    /// What the energy did in a step, before [`EnergyAccount::see`] is told of its end.
    #[inline(always)]
    pub fn book(&mut self, c: EnergyChange) {
        self.steps += 1;
        for (sum, work) in self.input.iter_mut().zip(c.work) {
            *sum += work;
        }
        if c.change > self.largest_rise {
            self.largest_rise = c.change;
        }
        let allowed = c.allowance();
        let is_record = (allowed > 0.0) & (c.change > self.largest_excess * allowed);
        let excess = c.change / allowed;
        if is_record {
            self.largest_excess = excess;
        }
        // What only the error of the work makes of it is no fall.
        let fall = -c.change - EnergyChange::SURE * c.work[1];
        self.fallen += if fall > 0.0 { fall } else { 0.0 };
        // What a state too coarse for a steep activation does to the energy excuses a rise. It is one all the same.
        let (explained, larger) = (c.change <= c.rounding, c.change > self.rounding);
        self.risen += if explained & !larger { 0.0 } else { c.change };
    }

    /// The energy at a state, and the size of its summands.
    #[inline(always)]
    pub fn see(&mut self, total: f64, magnitude: f64) {
        self.last = total;
        // Of a sum that overflows no more is known than that it is finite where the energy is.
        let magnitude = if magnitude <= f64::MAX {
            magnitude
        } else {
            f64::MAX
        };
        let rounding = ROUNDING * magnitude + TINY;
        if rounding > self.rounding {
            self.rounding = rounding;
        }
    }
}
