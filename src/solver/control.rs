//! Step size control (Hairer, Nørsett and Wanner, *Solving Ordinary Differential Equations I*, II.4 and IV.2).

use super::{Method, Settings};

const SAFETY: f64 = 0.9;
/// Weight of the previous error in the proportional–integral law.
const BETA: f64 = 0.04;
const SHRINK_MOST: f64 = 0.2;
const GROW_MOST: f64 = 10.0;
/// Errors below this do not make the next prediction bolder.
const FLOOR: f64 = 1e-4;

/// The part of the interval of stability that a step uses while rest is watched for.
pub(super) const WELL_INSIDE: f64 = 0.7;

/// The proportional–integral controller of one trajectory.
#[derive(Clone, Debug)]
pub(super) struct Controller {
    exponent: f64,
    /// The logarithm of the error of the step before.
    previous: f64,
    after_rejection: bool,
}

impl Controller {
    pub fn new(method: &Method) -> Self {
        let order = f64::from(method.error_order.unwrap_or(method.order) + 1);
        Controller {
            exponent: 1.0 / order - 0.75 * BETA,
            previous: FLOOR.ln(),
            after_rejection: false,
        }
    }

    /// The factor for the next step after one with this error (1 = the tolerance) was taken.
    pub fn accepted(&mut self, error: f64) -> f64 {
        // Powers by one logarithm and one exponential: in small networks two powers cost as much as all neurons.
        let log = error.max(1e-300).ln();
        let factor = SAFETY * (BETA * self.previous - self.exponent * log).exp();
        self.previous = log.max(FLOOR.ln());
        let most = if self.after_rejection { 1.0 } else { GROW_MOST };
        self.after_rejection = false;
        factor.clamp(SHRINK_MOST, most)
    }

    /// The factor after a step with this error was refused; an error that is not a number shrinks it most.
    pub fn rejected(&mut self, error: f64) -> f64 {
        self.after_rejection = true;
        let factor = SAFETY * error.powf(-self.exponent);
        if factor.is_finite() {
            factor.clamp(SHRINK_MOST, 1.0)
        } else {
            SHRINK_MOST
        }
    }

    /// The factor after a monitor sent a step back.
    pub fn sent_back(&mut self) -> f64 {
        self.after_rejection = true;
        0.25
    }
}

/// The scale of an error in one component: `atol + rtol max(|x|, |x'|)`.
#[inline]
pub(super) fn scale(settings: &Settings, x: f64, y: f64) -> f64 {
    settings.atol + settings.rtol * x.abs().max(y.abs())
}

/// First guess of the first step from the norms of the state and its velocity, both in units of the tolerance: a hundredth
/// of the state's size, which for a state near zero counts as ten thousand tolerances. Nothing here knows a unit of time.
pub(super) fn first_guess(state: f64, velocity: f64) -> f64 {
    let guess = 0.01 * state.max(1e4) / velocity;
    if guess.is_finite() { guess } else { 1e-6 }
}

/// The first step from the guess, the norm of the velocity and the norm of its change over the guess.
///
/// With λ = change / (guess · velocity) a step of a method of order p errs by about `velocity/λ (hλ)^(p+1)`, which shall be
/// 0.01. (Hairer's `h^(p+1) max(velocity, change/guess) = 0.01` adds numbers of different units: at τ = 1e6 its step is
/// 1e-6 τ.)
pub(super) fn first_step(order: u32, guess: f64, velocity: f64, change: f64) -> f64 {
    let lambda = change / (guess * velocity);
    if change.is_finite() && (lambda.is_nan() || lambda <= 0.0) {
        return 100.0 * guess;
    }
    if !change.is_finite() {
        return 1e-3 * guess;
    }
    let power = 1.0 / f64::from(order + 1);
    let step = (0.01 * lambda / velocity).powf(power) / lambda;
    step.min(100.0 * guess)
}
