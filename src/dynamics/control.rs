//! Step size control (Hairer, Nørsett and Wanner, *Solving Ordinary Differential Equations I*, II.4; Hairer and Wanner, *II*,
//! IV.2).

use super::method::Method;
use crate::kernels::vectorized;

const SAFETY: f64 = 0.9;
/// Weight of the previous error in the proportional–integral law.
const BETA: f64 = 0.04;
/// The factor after an error that is not a number, and the least of all.
pub(super) const SHRINK_MOST: f64 = 0.2;
/// The factor after a monitor sent a step back.
pub(super) const SENT_BACK: f64 = 0.25;
const GROW_MOST: f64 = 10.0;
/// The binary logarithm of 1e-4: errors below that do not make the next prediction bolder.
const FLOOR: f64 = -13.287_712_379_549_449;

/// The part of the interval of stability that a step uses while a monitor waits for rest.
pub(super) const WELL_INSIDE: f64 = 0.7;

/// The proportional–integral controllers of a block, one for each column.
#[derive(Clone, Debug)]
pub(super) struct Controllers {
    exponent: f64,
    /// The binary logarithm of the error of the step before.
    previous: Vec<f64>,
    /// The most by which the next step may be longer: no longer at all after a refusal.
    most: Vec<f64>,
    /// Of the step just tried: the binary logarithm of its error, and the factor for the next one.
    log: Vec<f64>,
    factor: Vec<f64>,
}

impl Controllers {
    pub fn new(method: &Method, width: usize) -> Self {
        let order = f64::from(method.error_order.unwrap_or(method.order) + 1);
        Controllers {
            exponent: 1.0 / order - 0.75 * BETA,
            previous: vec![FLOOR; width],
            most: vec![GROW_MOST; width],
            log: vec![0.0; width],
            factor: vec![0.0; width],
        }
    }

    /// A trajectory starts in this column.
    pub fn start(&mut self, column: usize) {
        self.previous[column] = FLOOR;
        self.most[column] = GROW_MOST;
    }

    /// What is remembered of the steps of a column.
    pub fn memory(&self, column: usize) -> [f64; 2] {
        [self.previous[column], self.most[column]]
    }

    /// Goes on with what was remembered of another block's column.
    pub fn remember(&mut self, column: usize, memory: [f64; 2]) {
        [self.previous[column], self.most[column]] = memory;
    }

    /// Divides the sums of so many squares, so that they are the mean squares of the errors by column (1 = the tolerance), and
    /// finds the factors for the next steps. After a step within the tolerance the factor is that of the
    /// proportional–integral law, after another that of the plain law. An error that is not a number shrinks the step most.
    pub fn weigh(&mut self, count: f64, sums: &mut [f64]) {
        let exponent = self.exponent;
        let share = 1.0 / count;
        let (logs, factors) = (&mut self.log, &mut self.factor);
        let (previous, most) = (&self.previous, &self.most);
        vectorized(
            #[inline(always)]
            || {
                let width = logs.iter_mut().zip(factors).zip(sums);
                for (((log, factor), square), (previous, most)) in
                    width.zip(previous.iter().zip(most))
                {
                    *square *= share;
                    *log = 0.5 * log2(square.max(1e-300));
                    let stands = *square <= 1.0;
                    let bolder = if stands { BETA * previous } else { 0.0 };
                    let wish = SAFETY * exp2(bolder - exponent * *log);
                    let most = if stands { *most } else { 1.0 };
                    let most = if square.is_finite() {
                        most
                    } else {
                        SHRINK_MOST
                    };
                    let wish = if wish < most { wish } else { most };
                    *factor = if wish > SHRINK_MOST {
                        wish
                    } else {
                        SHRINK_MOST
                    };
                }
            },
        );
    }

    /// The factors for the next steps.
    pub fn factors(&self) -> &[f64] {
        &self.factor
    }

    /// A step that was within the tolerance does not stand after all: a monitor sent it back, or its energy is not a number.
    pub fn sent_back(&mut self, column: usize, factor: f64) {
        self.factor[column] = factor;
    }

    /// Remembers what became of the steps: `h` is 0 in a column that tried none, `stands` in one whose step was refused.
    pub fn settle(&mut self, h: &[f64], stands: &[u64]) {
        let (previous, most, log) = (&mut self.previous, &mut self.most, &self.log);
        vectorized(
            #[inline(always)]
            || {
                let width = previous.iter_mut().zip(most).zip(log);
                for (((previous, most), log), (h, stands)) in width.zip(h.iter().zip(stands)) {
                    let stands = *stands != 0;
                    let log = if *log > FLOOR { *log } else { FLOOR };
                    *previous = if stands { log } else { *previous };
                    let now = if stands { GROW_MOST } else { 1.0 };
                    *most = if *h > 0.0 { now } else { *most };
                }
            },
        );
    }
}

/// `log₂ x` of a positive number that is not subnormal, to 2e-5, without a branch: `x = 2ⁿ m` with `1 ≤ m < 2`, and a
/// polynomial through the Chebyshev nodes of `log₂ m`. The length of a step needs no more digits.
#[inline(always)]
fn log2(x: f64) -> f64 {
    const TWO_52: f64 = 4_503_599_627_370_496.0;
    let bits = x.to_bits();
    let m = f64::from_bits(bits & (u64::MAX >> 12) | 1f64.to_bits());
    // The exponent's bits as the last bits of 2⁵²: a conversion that every instruction set has.
    let n = f64::from_bits(bits >> 52 | TWO_52.to_bits()) - (TWO_52 + 1023.0);
    let c = [
        1.651467e-5,
        1.4414924,
        -0.70648645,
        0.4094703,
        -0.1874886,
        0.043004958,
    ];
    n + polynomial(m - 1.0, c)
}

/// `2^y` for `|y| < 1022`, to 3e-6 of itself, likewise.
#[inline(always)]
fn exp2(y: f64) -> f64 {
    /// Adding it rounds to an integer, which with the bias of an exponent then is in the low bits of the sum.
    const BIASED: f64 = 6_755_399_441_055_744.0 + 1023.0;
    let n = y + BIASED;
    let c = [1.0, 0.693121045, 0.24022349, 0.0559219758, 0.00966636852];
    polynomial(y - (n - BIASED), c) * f64::from_bits(n.to_bits() << 52)
}

#[inline(always)]
fn polynomial<const N: usize>(x: f64, coefficients: [f64; N]) -> f64 {
    let mut sum = 0.0;
    for c in coefficients.into_iter().rev() {
        sum = x.mul_add(sum, c);
    }
    sum
}

/// First guess of the first step from the norms of the state and its velocity, both in units of the tolerance: a hundredth
/// of the state's size, which for a state near zero counts as ten thousand tolerances. Where nothing moves it is a millionth
/// of the shortest time constant, the `rates` being 1/τ: nothing here knows a unit of time.
pub(super) fn first_guess(state: f64, velocity: f64, rates: &[f64]) -> f64 {
    let guess = 0.01 * state.max(1e4) / velocity;
    if guess.is_finite() {
        return guess;
    }
    1e-6 / rates.iter().copied().fold(0.0, f64::max)
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dynamics::TSIT5;

    /// The factor after each of these errors of steps in a row.
    fn factors(errors: &[f64]) -> Vec<f64> {
        let mut control = Controllers::new(&TSIT5, 1);
        let step = |error: &f64| {
            control.weigh(1.0, &mut [error * error]);
            control.settle(&[0.1], &[u64::from(*error <= 1.0)]);
            control.factors()[0]
        };
        errors.iter().map(step).collect()
    }

    #[test]
    fn logarithms_and_powers_are_good_to_four_digits() {
        for k in -30_000..30_000 {
            let x = (f64::from(k) * 0.023).exp();
            if x.is_normal() {
                assert!((log2(x) - x.log2()).abs() < 2e-5, "{x}");
            }
            let y = f64::from(k) * 0.033;
            assert!((exp2(y) / y.exp2() - 1.0).abs() < 4e-6, "{y}");
        }
    }

    #[test]
    fn after_a_refusal_the_next_step_is_no_longer_and_the_one_after_it_may_be() {
        let all = factors(&[1e-9, 30.0, 1e-9, 1e-9]);
        assert_eq!((all[0], all[2], all[3]), (GROW_MOST, 1.0, GROW_MOST));
        assert!(all[1] < 0.6, "{all:?}");
    }

    #[test]
    fn the_error_of_a_step_that_was_refused_is_forgotten() {
        // The refused one limits the step after it, and nothing else; the last is far from any limit.
        let (with, without) = (factors(&[0.5, 7.0, 0.9, 0.8]), factors(&[0.5, 0.9, 0.8]));
        assert_eq!((with[2], with[3]), (without[1], without[2]));
        // The law of a refusal knows no step before it.
        assert_eq!(factors(&[1e-3, 7.0])[1], factors(&[0.9, 7.0])[1]);
    }

    #[test]
    fn an_error_that_is_no_number_shrinks_the_step_most() {
        for error in [f64::NAN, f64::INFINITY] {
            assert_eq!(factors(&[error]), [SHRINK_MOST]);
        }
    }
}
