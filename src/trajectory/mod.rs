//! What is seen of a run: states and steps as monitors see them, why a trajectory ended, and plain data that is kept.

mod kept;
mod seen;
mod stop;

pub use kept::Trajectory;
pub use seen::{Agreement, Column, EnergyChange, EnergyView, Slope, State, Step};
pub use stop::{Check, StopReason, Violation};
