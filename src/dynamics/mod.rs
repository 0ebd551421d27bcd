//! Integration in time.
//!
//! There is one time loop, whatever the method: a block of trajectories advances together, each with its own step; steps end
//! on the switches of the input; monitors may send them back. A [`Method`] is an entry of the list [`METHODS`]. It makes a
//! [`Stepper`], which takes the steps of one block.

mod auto;
mod block;
mod control;
mod dense;
mod doubt;
mod explicit;
mod exponential;
mod forcing;
mod gathered;
mod hermite;
mod method;
mod ode_solvers;
mod relay;
mod room;
mod rosenbrock;
mod slopes;
mod stepper;
mod tableau;
mod view;

use std::sync::atomic::{AtomicBool, Ordering};

pub use self::ode_solvers::{ODE_SOLVERS_DOP853, ODE_SOLVERS_DOPRI5, ODE_SOLVERS_RK4};
pub use auto::AUTO;
pub use block::{Block, Handover};
pub use exponential::EXPONENTIAL;
pub use method::{FORMER, METHODS, Make, Method, OWN};
pub use relay::{NARROWEST, Plan, Relay};
pub use rosenbrock::{RODAS5P, ROSENBROCK23};
pub use stepper::{Ends, Equation, Node, Stepper, Storage};
pub use tableau::{BS3, DOPRI5, EULER, RK4, TSIT5, Tableau};

use crate::monitor::Monitor;
use crate::network::Network;
use crate::number::exact;
use crate::stimulus::Stimulus;
use crate::trajectory::StopReason;

/// How a trajectory is integrated.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The method.
    pub method: &'static Method,
    /// Relative tolerance of a step.
    pub rtol: f64,
    /// Absolute tolerance of a step.
    pub atol: f64,
    /// First time.
    pub t_start: f64,
    /// Last time.
    pub t_end: f64,
    /// Must it come to rest before the last time?
    pub until_rest: bool,
    /// The step of a method without error control; the first step of the others, chosen by them if none. Where it does not
    /// divide the way to the last time, or to a switch of the input, the step that ends there is shorter.
    pub step: Option<f64>,
    /// Longest step.
    pub max_step: f64,
    /// Largest number of steps tried.
    pub max_steps: u64,
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            method: &AUTO,
            rtol: 1e-6,
            atol: 1e-9,
            t_start: 0.0,
            t_end: 1.0,
            until_rest: false,
            step: None,
            max_step: f64::INFINITY,
            max_steps: 100_000,
        }
    }
}

/// A method that controls itself is asked for intervals no longer than this part of the way: monitors see their ends only.
const INTERVALS: f64 = 64.0;

impl Settings {
    /// The longest step that is asked for.
    pub(crate) fn longest(&self) -> f64 {
        match self.method.controls_itself {
            true => self.max_step.min((self.t_end - self.t_start) / INTERVALS),
            false => self.max_step,
        }
    }

    /// What is wrong with them, if anything.
    ///
    /// # Errors
    /// The setting, its value, and what it must be.
    pub fn check(&self) -> Result<(), String> {
        let (t0, t1) = (self.t_start, self.t_end);
        if !t0.is_finite() || !t1.is_finite() || t1 <= t0 {
            return Err(format!(
                "t_end must be finite and after t_start = {}, it is {}",
                exact(t0),
                exact(t1)
            ));
        }
        for (name, value, least) in [("rtol", self.rtol, 1e-14), ("atol", self.atol, 0.0)] {
            if !(value >= least && value.is_finite()) {
                return Err(format!(
                    "{name} must be finite and at least {least:e}, it is {value:e}: a tolerance below rounding cannot be met"
                ));
            }
        }
        if self.atol == 0.0 {
            return Err("atol must be above 0: near zero no relative tolerance can be met".into());
        }
        if !self.method.is_adaptive() && self.step.is_none() {
            let name = self.method.name;
            return Err(format!(
                "{name} has no error control: give it a step, step = 0.01"
            ));
        }
        for (name, value) in [
            ("step", self.step.unwrap_or(1.0)),
            ("max_step", self.max_step),
        ] {
            if value.is_nan() || value <= 0.0 {
                return Err(format!("{name} must be above 0, it is {}", exact(value)));
            }
        }
        // A step that was asked for is the user's choice; a shorter one in its place would be another.
        if let (Some(step), false) = (self.step, self.method.is_adaptive()) {
            if step > (t1 - t0) * (1.0 + 1e-9) {
                let name = self.method.name;
                return Err(format!(
                    "step must fit into the run, from t = {} to {}, it is {}: {name} takes steps of just this length",
                    exact(t0),
                    exact(t1),
                    exact(step)
                ));
            }
            if step > self.max_step {
                let most = self.max_step;
                return Err(format!(
                    "step must be at most max_step = {}, it is {}",
                    exact(most),
                    exact(step)
                ));
            }
        }
        if self.max_steps == 0 {
            return Err("max_steps must be at least 1".into());
        }
        Ok(())
    }
}

/// Where a trajectory begins, and what acts on it alone.
#[derive(Clone, Debug, PartialEq)]
pub struct Start {
    /// State of every neuron.
    pub x: Vec<f64>,
    /// Added to the input of every neuron; empty for nothing.
    pub input: Vec<f64>,
    /// Neurons that are held at their start, besides those that the layers hold.
    pub clamped: Vec<usize>,
}

impl Start {
    /// A start with nothing of its own but the state.
    pub fn at(x: Vec<f64>) -> Self {
        Start {
            x,
            input: Vec::new(),
            clamped: Vec::new(),
        }
    }

    /// The neurons that are clamped, if it is a start for this network.
    fn check(&self, network: &Network) -> Result<Vec<usize>, String> {
        let n = network.size();
        if self.x.len() != n {
            return Err(format!("a start needs {n} states, has {}", self.x.len()));
        }
        if !self.input.is_empty() && self.input.len() != n {
            return Err(format!(
                "a start's own input needs {n} entries, has {}",
                self.input.len()
            ));
        }
        for (what, values) in [("state", &self.x), ("input", &self.input)] {
            if let Some(i) = values.iter().position(|v| !v.is_finite()) {
                let (layer, k) = network.locate(i);
                return Err(format!(
                    "the start's {what} of neuron {k} in layer `{layer}` is {}",
                    values[i]
                ));
            }
        }
        let mut clamped = network.clamped().to_vec();
        clamped.extend(&self.clamped);
        if !clamped.is_empty() {
            network.may_clamp(&clamped)?;
            clamped.sort_unstable();
            clamped.dedup();
        }
        Ok(clamped)
    }
}

/// What the integration cost.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Statistics {
    /// Steps that were taken.
    pub accepted: u64,
    /// Steps that failed the tolerance.
    pub rejected: u64,
    /// Steps that a monitor sent back.
    pub sent_back: u64,
    /// Evaluations of the velocity for the steps (those of monitors and of output not counted).
    pub evaluations: u64,
    /// Evaluations for output: between steps, and one at the end if a monitor sees it.
    pub output_evaluations: u64,
    /// Matrices that were factorised for the steps of an implicit method.
    pub factorisations: u64,
}

/// A change of method.
#[derive(Clone, Debug, PartialEq)]
pub struct Choice {
    /// When.
    pub t: f64,
    /// To which method.
    pub method: &'static str,
    /// Why.
    pub reason: String,
}

/// How a trajectory ended.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    /// Why.
    pub stop: StopReason,
    /// When.
    pub t: f64,
    /// Where.
    pub x: Vec<f64>,
    /// The input that acted there, for each neuron.
    pub input: Vec<f64>,
    /// What it cost.
    pub statistics: Statistics,
    /// What `auto` changed to on the way.
    pub choices: Vec<Choice>,
}

/// Lets a run be stopped from outside (Ctrl-C).
#[derive(Debug, Default)]
pub struct Interrupt(AtomicBool);

impl Interrupt {
    /// A flag that is not raised.
    pub const fn new() -> Self {
        Interrupt(AtomicBool::new(false))
    }

    /// Asks every trajectory to stop after its step.
    pub fn raise(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Was it raised?
    pub fn is_raised(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

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
) -> Result<Outcome, String> {
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
) -> Result<Outcome, String> {
    let plan = Plan::new(settings);
    let mut relay = Relay::new(network, &plan, stimulus, 1)?;
    relay.load(0, start, monitor)?;
    let mut end = None;
    loop {
        relay.advance(interrupt, |_, outcome, _| end = Some(outcome))?;
        if let Some(outcome) = end {
            return Ok(outcome);
        }
    }
}
