//! Passages under noise: how long trajectories take from one place to another, measured, and what the theory says of one coordinate.
//!
//! A coordinate that moves as `d τ dx = −E'(x) dt + √(2 T d τ) dW` (an identity neuron at temperature T) comes from `a` to `b > a` after a
//! mean time of `(d τ/T) ∫_a^b e^(E(y)/T) ∫_{−∞}^y e^(−E(z)/T) dz dy`, exactly. From well to well over a barrier that is high beside T
//! this tends to Kramers' `2π d τ e^(ΔE/T)/√(E''(a) |E''(s)|)`; to the saddle itself it takes half of that.

use std::sync::Mutex;

use crate::dynamics::Start;
use crate::ensemble::{Ensemble, EnsembleError};
use crate::monitor::{Flow, Monitor};
use crate::pattern::Drawer;
use crate::pattern::random::Stream;
use crate::trajectory::{Column, State, Step, StopReason};

/// In the place of a layer, for what is drawn here.
const OWN: usize = Drawer::Passage.place();
/// Intervals of the trapezoidal sums of the exact integral.
const INTERVALS: usize = 20_000;

/// The exact mean time from `a` to `b` at temperature `t`, of friction d τ. The inner integral begins at `low`, where `e^(−E/T)` is
/// negligible, or where the coordinate is reflected: `low < a < b`.
///
/// ```
/// use attractor::analysis::mean_passage;
///
/// // From the bottom of a parabola to x = 1 at T = 1/2, where the integral is √π ∫_0^1 e^(y²) (1 + erf y) dy.
/// let time = mean_passage(|x| 0.5 * x * x, [-8.0, 0.0, 1.0], 1.0, 0.5);
/// assert!((time - 4.037_73).abs() < 1e-4, "{time}");
/// ```
pub fn mean_passage(
    energy: impl Fn(f64) -> f64,
    [low, a, b]: [f64; 3],
    friction: f64,
    t: f64,
) -> f64 {
    let h = (b - low) / INTERVALS as f64;
    let places: Vec<f64> = (0..=INTERVALS).map(|k| low + h * k as f64).collect();
    let energies: Vec<f64> = places.iter().map(|x| energy(*x)).collect();
    // From the lowest energy, so that nothing overflows before the time does.
    let least = energies.iter().copied().fold(f64::INFINITY, f64::min);
    let (mut inner, mut outer, mut last) = (0.0, 0.0, 0.0);
    for k in 1..=INTERVALS {
        let [before, here] = [k - 1, k].map(|k| (-(energies[k] - least) / t).exp());
        inner += 0.5 * h * (before + here);
        // Where nothing lies to the left the trajectory never is.
        let integrand = match inner > 0.0 {
            true => inner * ((energies[k] - least) / t).exp(),
            false => 0.0,
        };
        // The part of the interval that lies beyond a.
        let part = ((places[k] - a) / h).clamp(0.0, 1.0);
        if part > 0.0 {
            outer += 0.5 * h * part * (last + integrand);
        }
        last = integrand;
    }
    friction / t * outer
}

/// Kramers' time from well to well over a barrier of this height, with the curvatures `E''` of the energy in the well and on the saddle.
pub fn kramers(barrier: f64, [well, saddle]: [f64; 2], friction: f64, t: f64) -> f64 {
    2.0 * std::f64::consts::PI * friction * (barrier / t).exp() / (well * saddle).abs().sqrt()
}

/// Sees when a trajectory arrives, and ends it there.
struct Arrival<F> {
    arrived: F,
    time: Option<f64>,
}

impl<F: Fn(Column<'_>) -> bool> Arrival<F> {
    fn see(&mut self, state: &State<'_>) -> Flow {
        if !(self.arrived)(state.x) {
            return Flow::Continue;
        }
        self.time = Some(state.t);
        Flow::Stop(StopReason::Interrupted)
    }
}

impl<F: Fn(Column<'_>) -> bool> Monitor for Arrival<F> {
    fn sees_end(&self) -> bool {
        false
    }

    fn start(&mut self, state: &State<'_>) -> Flow {
        self.see(state)
    }

    fn observe(&mut self, step: &Step<'_>) -> Flow {
        self.see(&step.end)
    }
}

/// When each of `count` trajectories from one start, every one with a stream of this seed, has first arrived at the end of a step; none for
/// one that has not by the end of its time.
///
/// Between two steps a path may arrive and leave again: a place that is hard to leave is the better one to ask for.
///
/// # Errors
/// As [`Ensemble::run`].
pub fn passage_times(
    ensemble: &Ensemble<'_>,
    start: &Start,
    (count, seed): (usize, u64),
    arrived: impl Fn(Column<'_>) -> bool + Copy + Sync,
) -> Result<Vec<Option<f64>>, EnsembleError> {
    let times = Mutex::new(vec![None; count]);
    let from = |k| {
        Ok(Start {
            stream: Some(Stream::of(seed, OWN, k, 0)),
            ..start.clone()
        })
    };
    let monitor = |_| Arrival {
        arrived,
        time: None,
    };
    ensemble.run(0..count, from, monitor, |k, _, arrival| {
        if let Ok(mut times) = times.lock() {
            times[k] = arrival.time;
        }
    })?;
    Ok(times.into_inner().unwrap_or_default())
}
