//! The step clocks of a block: for every column its time, its next step and how many it has taken.
//!
//! Every step of a trajectory reads or writes them. They are kept as one array for each number, and handled in whole vectors:
//! in tiny networks a loop that takes the columns one by one costs as much as their neurons.

use super::advance::{Cost, REFUSALS, count, find_events, go_on, smallest_step};
use crate::dynamics::control::Controllers;
use crate::dynamics::method::Method;
use crate::dynamics::settings::Settings;
use crate::kernels::vectorized;

/// A method that controls itself is asked for intervals. Monitors see their ends only, and so none is longer than this part of
/// the whole time.
const INTERVAL: f64 = 1.0 / 64.0;

/// The clock of one trajectory.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct StepClock {
    pub t: f64,
    /// The step to try next.
    pub next: f64,
    /// A time that no step goes beyond: when the input changes next, or the last time.
    pub target: f64,
    /// Steps tried, and those of them that were accepted.
    pub tried: u64,
    pub accepted: u64,
    pub evaluations: u64,
    /// Refusals of the present step so far.
    pub refusals: u64,
}

/// What all steps of a block keep to.
#[derive(Clone, Copy, Debug)]
struct Limits {
    adaptive: bool,
    /// Is a step that is not finite to be tried shorter? Not one of a fixed length, nor one of a method that has tried that.
    insists: bool,
    /// The longest step, and the most steps that are tried.
    longest: f64,
    most: u64,
    /// By how much more than one step the way to a target may be, so that one step reaches it.
    drift: f64,
}

impl Limits {
    fn new(method: &Method, settings: &Settings) -> Self {
        let (t0, t1) = (settings.t_start, settings.t_end);
        let longest = match method.controls_itself {
            true => settings.max_step.min((t1 - t0) * INTERVAL),
            false => settings.max_step,
        };
        // Steps of a fixed length are summed up. The sum of all times may be off by one rounding for each, but not by so much
        // that anybody could take it for a longer step.
        let adaptive = method.is_adaptive();
        let drift = settings
            .fixed_step()
            .filter(|_| !adaptive)
            .map_or(0.0, |step| {
                let largest = 0.5 * f64::EPSILON * t0.abs().max(t1.abs());
                ((t1 - t0) / step * largest).min(1e-3 * step)
            });
        Limits {
            adaptive,
            insists: adaptive && !method.controls_itself,
            longest,
            most: settings.max_steps,
            drift,
        }
    }
}

/// The clocks of all trajectories of a block.
#[derive(Debug)]
pub(super) struct StepClocks {
    limits: Limits,
    pub t: Vec<f64>,
    next: Vec<f64>,
    target: Vec<f64>,
    pub tried: Vec<u64>,
    pub accepted: Vec<u64>,
    evaluations: Vec<u64>,
    refusals: Vec<u64>,
    /// Length of the step tried, 0 in a column that tries none, and when it ends.
    pub h: Vec<f64>,
    pub landing: Vec<f64>,
    /// Does it stand? 1 or 0, as wide as the numbers beside which it is read.
    stands: Vec<u64>,
    /// Is there more to be done about it than the next step? 1 or 0.
    events: Vec<u64>,
}

impl StepClocks {
    pub fn new(method: &Method, settings: &Settings, width: usize) -> Self {
        let (numbers, counts) = (vec![0.0; width], vec![0; width]);
        StepClocks {
            limits: Limits::new(method, settings),
            t: numbers.clone(),
            next: numbers.clone(),
            target: numbers.clone(),
            tried: counts.clone(),
            accepted: counts.clone(),
            evaluations: counts.clone(),
            refusals: counts.clone(),
            h: numbers.clone(),
            landing: numbers,
            stands: counts.clone(),
            events: counts,
        }
    }

    pub fn get(&self, column: usize) -> StepClock {
        StepClock {
            t: self.t[column],
            next: self.next[column],
            target: self.target[column],
            tried: self.tried[column],
            accepted: self.accepted[column],
            evaluations: self.evaluations[column],
            refusals: self.refusals[column],
        }
    }

    pub fn set(&mut self, column: usize, clock: StepClock) {
        self.t[column] = clock.t;
        self.next[column] = clock.next;
        self.target[column] = clock.target;
        self.tried[column] = clock.tried;
        self.accepted[column] = clock.accepted;
        self.evaluations[column] = clock.evaluations;
        self.refusals[column] = clock.refusals;
    }

    /// The length of the next step.
    pub fn set_next(&mut self, column: usize, next: f64) {
        self.next[column] = next;
    }

    /// Evaluations beside those of its steps.
    pub fn book(&mut self, column: usize, evaluations: u64) {
        self.evaluations[column] += evaluations;
    }

    /// A step was left half-way, because it wanted too many steps of its own.
    pub fn abandon(&mut self, column: usize, cost: Cost) {
        self.evaluations[column] += cost.evaluations;
        self.tried[column] += cost.tried;
    }

    /// How many more steps may be tried in every column.
    pub fn tries_left(&self) -> u64 {
        let tried = &self.tried[..];
        let tried = vectorized(
            #[inline(always)]
            move || {
                tried
                    .iter()
                    .fold(0, |most, t| if *t > most { *t } else { most })
            },
        );
        self.limits.most.saturating_sub(tried)
    }

    /// After a step that stands the next one uses at most this part of the interval of stability, of which the rates tell
    /// the length.
    pub fn limit(&mut self, parts: &[f64], rates: &[f64], stability: f64) {
        let width = parts.iter().zip(rates).zip(&self.stands);
        let next = &mut self.next;
        vectorized(
            #[inline(always)]
            || {
                for (next, ((part, rate), stands)) in next.iter_mut().zip(width) {
                    let longest = part * stability / rate;
                    let limits = (*stands != 0) & (*rate > 0.0) & (longest < *next);
                    *next = if limits { longest } else { *next };
                }
            },
        );
    }

    /// No step goes beyond this time from now on.
    pub fn aim(&mut self, column: usize, target: f64) {
        self.target[column] = target;
    }

    /// No step is tried from now on.
    pub fn halt(&mut self, column: usize) {
        (self.next[column], self.target[column]) = (0.0, self.t[column]);
        (self.h[column], self.stands[column], self.events[column]) = (0.0, 0, 0);
    }

    /// Does its step stand?
    #[inline]
    pub fn stands(&self, column: usize) -> bool {
        self.stands[column] != 0
    }

    /// Its step does not stand after all.
    pub fn refuse(&mut self, column: usize) {
        self.stands[column] = 0;
    }

    /// For each column 1 if its step stands, else 0.
    pub fn standing(&self) -> &[u64] {
        &self.stands
    }

    /// Is there more to be done in a column than the next step?
    pub fn events(&self, column: usize) -> bool {
        self.events[column] != 0
    }

    /// Chooses the steps to be tried. A step that would come near its target ends on it, and one that would come past the
    /// middle of the way there ends in the middle: so no tiny step is left before a target.
    ///
    /// Returns whether there is a step to be tried, and whether there is one too short to move the time. (Such a step would move
    /// the state, and the trajectory would leave its own time behind. A step that ends on its target may be that short.)
    pub fn choose(&mut self) -> [bool; 2] {
        let Limits {
            adaptive: halves,
            longest,
            drift,
            ..
        } = self.limits;
        let width = self.h.len();
        let (t, next, target) = (&self.t[..width], &self.next[..width], &self.target[..width]);
        let (h, landing) = (&mut self.h[..width], &mut self.landing[..width]);
        let events = &mut self.events[..width];
        vectorized(
            #[inline(always)]
            || {
                let (mut any, mut odd) = (0, 0);
                for b in 0..width {
                    let rest = target[b] - t[b];
                    let wish = next[b].min(longest);
                    let half = if halves && wish > 0.5 * rest {
                        0.5 * rest
                    } else {
                        wish
                    };
                    let lands = wish >= rest * (1.0 - 1e-9) - drift;
                    h[b] = if lands { rest } else { half };
                    let lands = h[b] == rest;
                    landing[b] = if lands { target[b] } else { t[b] + h[b] };
                    let moves = lands | (h[b] > smallest_step(t[b]));
                    events[b] = u64::from(!moves);
                    any |= u64::from(h[b] > 0.0);
                    odd |= events[b];
                }
                [any != 0, odd != 0]
            },
        )
    }

    /// Judges the steps by the mean squares of their errors (1 = the tolerance).
    pub fn weigh(&mut self, errors: &[f64]) {
        let (stands, h) = (&mut self.stands, &self.h);
        vectorized(
            #[inline(always)]
            || {
                for ((stands, h), error) in stands.iter_mut().zip(h).zip(errors) {
                    *stands = u64::from((*h > 0.0) & (*error <= 1.0));
                }
            },
        );
    }

    /// Moves the time of the steps that stand and finds the next lengths. True if more is to be done in some column: a target
    /// was reached, or the limit of steps, or a step was refused that cannot be shorter.
    pub fn settle(&mut self, control: &Controllers, errors: &[f64], cost: Cost) -> bool {
        let Limits {
            adaptive,
            insists,
            most,
            ..
        } = self.limits;
        let lengths = [&self.h[..], &self.landing, control.factors()];
        let (stands, target) = (&self.stands[..], &self.target[..]);
        let (t, next) = (&mut self.t[..], &mut self.next[..]);
        let [tried, accepted, evaluations, refusals, events] = [
            &mut self.tried,
            &mut self.accepted,
            &mut self.evaluations,
            &mut self.refusals,
            &mut self.events,
        ];
        vectorized(
            #[inline(always)]
            || {
                go_on(t, next, lengths, stands, adaptive);
                count(tried, accepted, evaluations, lengths[0], stands, cost);
                let now = [lengths[0], &*t, &*next, target, errors];
                find_events(
                    refusals,
                    events,
                    now,
                    [stands, tried],
                    [most, u64::from(insists)],
                )
            },
        )
    }

    /// Is a step that was refused with this error given up?
    pub fn is_hopeless(&self, column: usize, error: f64) -> bool {
        self.refusals[column] >= REFUSALS
            || self.next[column] <= smallest_step(self.t[column])
            || !(error.is_finite() || self.limits.insists)
    }
}
