//! Integration in time.
//!
//! There is one time loop, whatever the method: a block of trajectories advances together, each with its own step; steps end
//! on the switches of the input; monitors may send them back. A [`Method`] is an entry of the list [`METHODS`]. It makes a
//! [`Stepper`], which takes the steps of one block.

mod auto;
mod block;
mod control;
mod dense;
mod discrete;
mod doubt;
mod driver;
mod error;
mod explicit;
mod exponential;
mod forcing;
mod gathered;
mod hermite;
mod interrupt;
mod list;
mod method;
mod ode_solvers;
mod outcome;
mod room;
mod rosenbrock;
mod settings;
mod slopes;
mod stages;
mod start;
mod stepper;
mod stochastic;
mod tableau;
mod tolerance;
mod view;

pub use self::ode_solvers::{ODE_SOLVERS_DOP853, ODE_SOLVERS_DOPRI5, ODE_SOLVERS_RK4};
pub use block::{Block, Migrant};
pub use discrete::{
    ANNEALING, ASYNCHRONOUS, Descent, Fall, Flipping, GLAUBER, METROPOLIS, Moves, Order, Rule,
    SYNCHRONOUS, Still, Temperature, Ties, descent, still,
};
pub use driver::{Driver, FEWEST_COLUMNS};
pub use error::{MethodError, RunError, StartError};
pub use explicit::{BS3, DOPRI5, EULER, RK4, TSIT5};
pub use exponential::EXPONENTIAL;
pub use interrupt::Interrupt;
pub use list::{AUTO, FORMER, METHODS, OWN};
pub use method::{Make, Method};
pub use outcome::{Choice, Outcome, Statistics};
pub use rosenbrock::{RODAS5P, ROSENBROCK23};
pub use settings::Settings;
pub use start::Start;
pub use stepper::{Ends, Equation, Flipped, Node, Stepper, Storage};
pub(crate) use stochastic::without;
pub use stochastic::{EULER_MARUYAMA, SRA, noise_in_words};
pub(crate) use tableau::OF_DOPRI5;
pub use tableau::Tableau;
pub use tolerance::Tolerance;

use crate::monitor::Monitor;
use crate::network::Network;
use crate::stimulus::Stimulus;

/// Integrates one trajectory under a monitor.
///
/// ```
/// use attractor::kernels::Weights;
/// use attractor::lagrangian::Identity;
/// use attractor::network::{Layer, theories};
/// use attractor::dynamics::{Settings, Start, integrate};
/// use attractor::stimulus::Stimulus;
///
/// // A neuron that acts on nobody: x = e^(−t/τ).
/// let network = theories::classical(
///     Layer::new("n", &[1], Identity)?.tau(2.0),
///     Weights::new(1, 1, vec![0.0])?,
/// )?;
/// let settings = Settings { t_end: 3.0, ..Settings::default() };
/// // `&mut ()` is nobody who watches.
/// let end = integrate(&network, &settings, &Stimulus::constant(&network), Start::at(vec![1.0]), &mut ())?;
/// assert!((end.x[0] - (-1.5_f64).exp()).abs() < 1e-5);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// Settings that make no sense, a stimulus of another network, a start of the wrong length or not finite, a clamped group in
/// part, an input that the method cannot follow.
pub fn integrate<M: Monitor>(
    network: &Network,
    settings: &Settings,
    stimulus: &Stimulus,
    start: Start,
    monitor: &mut M,
) -> Result<Outcome, RunError> {
    integrate_until(
        network,
        settings,
        stimulus,
        start,
        monitor,
        &Interrupt::new(),
    )
}

/// The same, to be stopped from outside.
///
/// # Errors
/// As [`integrate`].
pub fn integrate_until<M: Monitor>(
    network: &Network,
    settings: &Settings,
    stimulus: &Stimulus,
    start: Start,
    monitor: &mut M,
    interrupt: &Interrupt,
) -> Result<Outcome, RunError> {
    let mut driver = Driver::new(network, settings, stimulus, [1, 1])?;
    driver.load(0, start, monitor)?;
    let mut end = None;
    loop {
        driver.advance(interrupt, |_, outcome, _| end = Some(outcome))?;
        if let Some(outcome) = end {
            return Ok(outcome);
        }
    }
}
