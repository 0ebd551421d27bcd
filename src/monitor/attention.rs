//! Which steps a monitor must be shown.

use super::EnergyAccount;

/// Which steps a monitor must be shown; see [`Monitor::attention`](super::Monitor::attention).
///
/// Nearly all steps of a trajectory are *quiet*: the energy fell, or rose by what rounding explains; no slope of it was
/// measured, no state inside the step was asked for, and the trajectory is not at rest at its end. (What a monitor has no
/// need of makes no step of its trajectory loud.)
#[derive(Debug)]
pub enum Attention<'a> {
    /// Every one.
    Steps,
    /// Those that are not quiet. What the energy does in the quiet ones is booked in the account that the monitor keeps, if it
    /// keeps one.
    Events(Option<&'a mut EnergyAccount>),
}

impl<'a> Attention<'a> {
    /// What either of two monitors must be shown. Where both keep an account they are shown every step, and book it themselves.
    pub fn and(self, other: Attention<'a>) -> Attention<'a> {
        match (self, other) {
            (Attention::Events(None), other) | (other, Attention::Events(None)) => other,
            _ => Attention::Steps,
        }
    }

    /// The account, where quiet steps are booked in it.
    pub fn account(self) -> Option<&'a mut EnergyAccount> {
        match self {
            Attention::Events(account) => account,
            Attention::Steps => None,
        }
    }
}
