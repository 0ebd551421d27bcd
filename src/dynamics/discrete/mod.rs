//! Networks whose units flip: binary and Potts networks, Boltzmann machines.
//!
//! The layers are limits of others as their gain goes to infinity (`step`, `sign`, `one-hot`), so that the energy is the one
//! that all layers have, with `L* = 0`. A flip changes it by what every synapse says, exactly ([`crate::synapse::Flips`]).

mod asynchronous;
mod descent;
mod flipping;
mod list;
mod moves;
mod past;
mod still;
mod suits;
mod synchronous;
mod units;
mod walk;

pub use descent::{Descent, descent};
pub use flipping::{Fall, Flipping, Order, Rule, Temperature, Ties};
pub use list::{ANNEALING, ASYNCHRONOUS, GLAUBER, METROPOLIS, SYNCHRONOUS};
pub use moves::Moves;
pub use still::{Still, still};
pub(in crate::dynamics) use suits::{continuous, graded};
