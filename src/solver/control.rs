//! Step size control (Hairer, Nørsett and Wanner, *Solving Ordinary Differential Equations I*, II.4 and IV.2).

use super::{Method, Settings};
use crate::kernels::{math, vectorized};

const SAFETY: f64 = 0.9;
/// Weight of the previous error in the proportional–integral law.
const BETA: f64 = 0.04;
const SHRINK_MOST: f64 = 0.2;
const GROW_MOST: f64 = 10.0;
/// The logarithm of 1e-4: errors below that do not make the next prediction bolder.
const FLOOR: f64 = -9.210_340_371_976_182;

/// The part of the interval of stability that a step uses while rest is watched for.
pub(super) const WELL_INSIDE: f64 = 0.7;

/// The proportional–integral controllers of a block, one for each lane.
#[derive(Clone, Debug)]
pub(super) struct Controllers {
    exponent: f64,
    /// The logarithm of the error of the step before.
    previous: Vec<f64>,
    after_rejection: Vec<bool>,
    /// Of the step just tried: the logarithm of its error, and the factor if it is taken.
    log: Vec<f64>,
    factor: Vec<f64>,
}

impl Controllers {
    pub fn new(method: &Method, lanes: usize) -> Self {
        let order = f64::from(method.error_order.unwrap_or(method.order) + 1);
        Controllers {
            exponent: 1.0 / order - 0.75 * BETA,
            previous: vec![FLOOR; lanes],
            after_rejection: vec![false; lanes],
            log: vec![0.0; lanes],
            factor: vec![0.0; lanes],
        }
    }

    /// A trajectory begins in this lane.
    pub fn begin(&mut self, lane: usize) {
        self.previous[lane] = FLOOR;
        self.after_rejection[lane] = false;
    }

    /// Makes the error of a step in every lane (1 = the tolerance) of its sum of so many squares, and prepares for it. One
    /// logarithm and one exponential, of all lanes together: in small networks powers lane by lane cost as much as all
    /// neurons.
    pub fn weigh(&mut self, count: f64, sums: &mut [f64]) {
        let exponent = self.exponent;
        let (logs, factors) = (&mut self.log, &mut self.factor);
        vectorized(
            #[inline(always)]
            || {
                let lanes = logs.iter_mut().zip(factors).zip(sums).zip(&self.previous);
                for (((log, factor), error), previous) in lanes {
                    *error = (*error / count).sqrt();
                    *log = ln(error.max(1e-300));
                    *factor = SAFETY * math::exp(BETA * previous - exponent * *log);
                }
            },
        );
    }

    /// The factor for the next step after the one that was weighed was taken.
    pub fn accepted(&mut self, lane: usize) -> f64 {
        self.previous[lane] = self.log[lane].max(FLOOR);
        let most = match std::mem::take(&mut self.after_rejection[lane]) {
            true => 1.0,
            false => GROW_MOST,
        };
        self.factor[lane].clamp(SHRINK_MOST, most)
    }

    /// The factor after a step with this error was refused; an error that is not a number shrinks it most.
    pub fn rejected(&mut self, lane: usize, error: f64) -> f64 {
        self.after_rejection[lane] = true;
        let factor = SAFETY * error.powf(-self.exponent);
        if factor.is_finite() {
            factor.clamp(SHRINK_MOST, 1.0)
        } else {
            SHRINK_MOST
        }
    }

    /// The factor after a monitor sent a step back.
    pub fn sent_back(&mut self, lane: usize) -> f64 {
        self.after_rejection[lane] = true;
        0.25
    }
}

/// `ln x` of a positive number that is not subnormal, without a branch: x = 2ⁿ m with 1 ≤ m < 2.
#[inline(always)]
fn ln(x: f64) -> f64 {
    const TWO_52: f64 = 4_503_599_627_370_496.0;
    let bits = x.to_bits();
    let m = f64::from_bits(bits & (u64::MAX >> 12) | 1f64.to_bits());
    // The exponent's bits as the last bits of 2⁵²: a conversion that every instruction set has.
    let n = f64::from_bits(bits >> 52 | TWO_52.to_bits()) - (TWO_52 + 1023.0);
    n * std::f64::consts::LN_2 + math::ln_1p(m - 1.0)
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
