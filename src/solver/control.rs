//! Step size control (Hairer, Nørsett and Wanner, *Solving Ordinary Differential Equations I*, II.4 and IV.2).

use super::{Settings, Tableau};

const SAFETY: f64 = 0.9;
/// Weight of the previous error in the proportional–integral law.
const BETA: f64 = 0.04;
const SHRINK_MOST: f64 = 0.2;
const GROW_MOST: f64 = 10.0;
/// Errors below this do not make the next prediction bolder.
const FLOOR: f64 = 1e-4;

/// The proportional–integral controller of one trajectory.
#[derive(Clone, Debug)]
pub(super) struct Controller {
    exponent: f64,
    previous: f64,
    after_rejection: bool,
}

impl Controller {
    pub fn new(tableau: &Tableau) -> Self {
        let order = f64::from(tableau.embedded_order + 1);
        Controller {
            exponent: 1.0 / order - 0.75 * BETA,
            previous: FLOOR,
            after_rejection: false,
        }
    }

    /// The factor for the next step after one with this error (1 = the tolerance) was taken.
    pub fn accepted(&mut self, error: f64) -> f64 {
        let factor = SAFETY * error.max(1e-300).powf(-self.exponent) * self.previous.powf(BETA);
        self.previous = error.max(FLOOR);
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

/// First guess of the first step from the norms of the state and its velocity.
pub(super) fn first_guess(state: f64, velocity: f64) -> f64 {
    if state < 1e-5 || velocity < 1e-5 {
        1e-6
    } else {
        0.01 * state / velocity
    }
}

/// The first step from the guess, the norm of the velocity and the norm of its change over the guess.
pub(super) fn first_step(tableau: &Tableau, guess: f64, velocity: f64, change: f64) -> f64 {
    let second = change / guess;
    let largest = velocity.max(second);
    let step = if largest <= 1e-15 {
        (guess * 1e-3).max(1e-6)
    } else {
        (0.01 / largest).powf(1.0 / f64::from(tableau.order + 1))
    };
    step.min(100.0 * guess)
}
