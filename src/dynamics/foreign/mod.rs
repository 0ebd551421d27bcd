//! Engines that others wrote, one file for each, and only that file names its crate.
//!
//! An engine takes one trajectory at a time and shows every step that it took to a [`Watch`], which is all that it knows
//! of the simulator. A further engine is one such file and its methods in the list.

mod ode_solvers;
mod watch;

pub use self::ode_solvers::{
    DOP853 as ODE_SOLVERS_DOP853, DOPRI5 as ODE_SOLVERS_DOPRI5, RK4 as ODE_SOLVERS_RK4,
};
pub use self::watch::Watch;

use super::Outcome;
use super::stepper::Stepper;
use crate::network::Network;

/// An engine with a time loop of its own takes no part in a block.
fn none(_: &Network, _: usize) -> Result<Box<dyn Stepper>, String> {
    Err("it is an engine with a time loop of its own and takes no part in a block: use `integrate` or an ensemble".into())
}

/// Integrates from the watch's state to the time given, up to which the input neither jumps nor bends, and shows every step on the
/// way; stops when the watch says so, or by [`Watch::give_up`] where it cannot go on.
///
/// # Errors
/// What makes the engine or the watch useless for this network, for the user to read.
pub type Engine = fn(&mut Watch<'_>, f64) -> Result<(), String>;

/// Takes a trajectory through an engine from its start, switch by switch of its input.
pub(super) fn follow(mut watch: Watch<'_>, engine: Engine) -> Result<Outcome, String> {
    watch.begin();
    while watch.is_running() {
        let until = watch.end_of_leg();
        engine(&mut watch, until)?;
        if watch.is_running() {
            if watch.t() < until {
                return Err(format!(
                    "the engine stopped at t = {} without a reason, on its way to {until}",
                    watch.t()
                ));
            }
            watch.switch();
        }
    }
    Ok(watch.finish())
}
