//! What every step of a trajectory reads or writes, column by column in whole vectors: in tiny networks a loop that takes the
//! columns one by one costs as much as their neurons.

use crate::dynamics::Settings;
use crate::dynamics::control::Controllers;
use crate::dynamics::stepper::Stepper;
use crate::kernels::vectorized;

/// Refusals of one step in a row after which it is given up: the step has then shrunk by far more than 2⁵³.
const REFUSALS: u64 = 100;

/// Of one trajectory.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Pace {
    pub t: f64,
    /// The step to try next.
    pub next: f64,
    /// Where the present step ends at the latest: when the input changes next, or the last time.
    pub target: f64,
    /// Steps tried, and those of them that stand.
    pub tried: u64,
    pub accepted: u64,
    pub evaluations: u64,
    /// Refusals of the present step so far.
    pub refusals: u64,
}

/// What a step cost.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cost {
    evaluations: u64,
    tried: u64,
    accepted: u64,
}

impl Cost {
    pub fn of(stepper: &dyn Stepper) -> Self {
        let [tried, accepted] = stepper.steps();
        Cost {
            evaluations: stepper.evaluations(),
            tried,
            accepted,
        }
    }
}

/// Of all trajectories of a block.
#[derive(Debug)]
pub(super) struct Paces {
    pub t: Vec<f64>,
    next: Vec<f64>,
    target: Vec<f64>,
    pub tried: Vec<u64>,
    pub accepted: Vec<u64>,
    evaluations: Vec<u64>,
    refusals: Vec<u64>,
    /// Length of the step tried, 0 in a column that tries none, and where it ends.
    pub h: Vec<f64>,
    pub landing: Vec<f64>,
    /// Does it stand? 1 or 0, as wide as the numbers beside which it is read.
    stands: Vec<u64>,
    /// Is there more to be done about it than the next step? 1 or 0.
    events: Vec<u64>,
}

/// Steps up to this are lost in the rounding of the time.
#[inline(always)]
fn smallest_step(t: f64) -> f64 {
    16.0 * f64::EPSILON * t.abs()
}

/// By how much more than one step the way to a target may be that is reached with this step: what the sum of all its times
/// may be off by, one rounding for each. Steps with error control end where they like.
fn drift(settings: &Settings) -> f64 {
    let Some(step) = settings.step.filter(|_| !settings.method.is_adaptive()) else {
        return 0.0;
    };
    let (t0, t1) = (settings.t_start, settings.t_end);
    let roundings = (t1 - t0) / step;
    let largest = 0.5 * f64::EPSILON * t0.abs().max(t1.abs());
    // Not so much that anybody could take it for a longer step.
    (roundings * largest).min(1e-3 * step)
}

// Each of these is a function because what its parameters write cannot be what another of them reads: only so, or by
// comparing every pair of slices first, may a loop take whole vectors. Nothing in them branches.

/// Moves the time of steps that stand and finds the next length.
#[inline(always)]
fn go_on(
    t: &mut [f64],
    next: &mut [f64],
    [h, landing, factor]: [&[f64]; 3],
    stands: &[u64],
    adaptive: bool,
) {
    let width = t.len();
    let (next, h, landing) = (&mut next[..width], &h[..width], &landing[..width]);
    let (factor, stands) = (&factor[..width], &stands[..width]);
    for b in 0..width {
        let (now, was, wish) = (t[b], next[b], h[b] * factor[b]);
        let (tries, stands) = (h[b] > 0.0, stands[b] != 0);
        // A step that was cut short to land somewhere says nothing against a longer one.
        let longer = (h[b] < was) & (wish < was);
        let keeps = !tries | (stands & (longer | !adaptive));
        next[b] = if keeps { was } else { wish };
        t[b] = if stands { landing[b] } else { now };
    }
}

/// Counts steps and what they cost.
#[inline(always)]
fn count(
    tried: &mut [u64],
    accepted: &mut [u64],
    evaluations: &mut [u64],
    h: &[f64],
    stands: &[u64],
    cost: Cost,
) {
    let width = h.len();
    let (tried, accepted) = (&mut tried[..width], &mut accepted[..width]);
    let (evaluations, stands) = (&mut evaluations[..width], &stands[..width]);
    for b in 0..width {
        let tries = h[b] > 0.0;
        let tries = u64::from(tries);
        tried[b] += tries * cost.tried;
        accepted[b] += stands[b] * cost.accepted;
        evaluations[b] += tries * cost.evaluations;
    }
}

/// Counts refusals and finds the events among the steps; true if there is one.
#[inline(always)]
fn find_events(
    refusals: &mut [u64],
    events: &mut [u64],
    [h, t, next, target, errors]: [&[f64]; 5],
    [stands, tried]: [&[u64]; 2],
    [most, adaptive]: [u64; 2],
) -> bool {
    let width = h.len();
    let (refusals, events) = (&mut refusals[..width], &mut events[..width]);
    let (t, next, target) = (&t[..width], &next[..width], &target[..width]);
    let (errors, stands, tried) = (&errors[..width], &stands[..width], &tried[..width]);
    let (mut any, fixed) = (0, adaptive == 0);
    for b in 0..width {
        let (tries, stands) = (h[b] > 0.0, stands[b] != 0);
        let refused = refusals[b] + u64::from(tries);
        let refused = if stands { 0 } else { refused };
        let hopeless = (refused >= REFUSALS) | (next[b] <= smallest_step(t[b]));
        let fails = hopeless | (!errors[b].is_finite() & fixed);
        let over = (stands & (t[b] >= target[b])) | (!stands & fails);
        let event = u64::from(tries & (over | (tried[b] >= most)));
        (refusals[b], events[b]) = (refused, event);
        any |= event;
    }
    any != 0
}

impl Paces {
    pub fn new(width: usize) -> Self {
        let (numbers, counts) = (vec![0.0; width], vec![0; width]);
        Paces {
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

    pub fn get(&self, column: usize) -> Pace {
        Pace {
            t: self.t[column],
            next: self.next[column],
            target: self.target[column],
            tried: self.tried[column],
            accepted: self.accepted[column],
            evaluations: self.evaluations[column],
            refusals: self.refusals[column],
        }
    }

    pub fn set(&mut self, column: usize, pace: Pace) {
        self.t[column] = pace.t;
        self.next[column] = pace.next;
        self.target[column] = pace.target;
        self.tried[column] = pace.tried;
        self.accepted[column] = pace.accepted;
        self.evaluations[column] = pace.evaluations;
        self.refusals[column] = pace.refusals;
    }

    /// The next step, and evaluations that it took to find it.
    pub fn begin(&mut self, column: usize, next: Option<f64>, evaluations: u64) {
        self.next[column] = next.unwrap_or(self.next[column]);
        self.evaluations[column] += evaluations;
    }

    /// A step was left half-way: what it has cost is booked, and the steps of its own that it tried.
    pub fn abandon(&mut self, column: usize, cost: Cost) {
        self.evaluations[column] += cost.evaluations;
        self.tried[column] += cost.tried - 1;
    }

    /// After a step that stands the next one uses at most this part of the interval of stability, at that rate.
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

    /// From now on its steps end at `target` at the latest.
    pub fn aim(&mut self, column: usize, target: f64) {
        self.target[column] = target;
    }

    /// From now on it tries no step: there is no way left to go.
    pub fn halt(&mut self, column: usize) {
        (self.next[column], self.target[column]) = (0.0, self.t[column]);
        (self.h[column], self.stands[column], self.events[column]) = (0.0, 0, 0);
    }

    /// Is its step one that stands?
    #[inline]
    pub fn stands(&self, column: usize) -> bool {
        self.stands[column] != 0
    }

    /// Takes the judgement of the error back.
    pub fn refuse(&mut self, column: usize) {
        self.stands[column] = 0;
    }

    /// For each column, whether its step stands.
    pub fn standing(&self) -> &[u64] {
        &self.stands
    }

    /// Lanes about whose step there is more to be done, or whose step cannot be tried.
    pub fn events(&self, column: usize) -> bool {
        self.events[column] != 0
    }

    /// The steps to be tried and where they end; they land exactly on the target and leave no sliver before it.
    /// Returns whether there is one to be tried, and whether there is an event: a step that would hardly move the time. It
    /// would move the state all the same, and the trajectory would leave its own time behind. (The last bit before a target,
    /// however short, lands on it.)
    pub fn choose(&mut self, settings: &Settings) -> [bool; 2] {
        let (max_step, halves) = (settings.longest(), settings.method.is_adaptive());
        let (width, drift) = (self.h.len(), drift(settings));
        let (t, next, target) = (&self.t[..width], &self.next[..width], &self.target[..width]);
        let (h, landing) = (&mut self.h[..width], &mut self.landing[..width]);
        let events = &mut self.events[..width];
        vectorized(
            #[inline(always)]
            || {
                let (mut any, mut odd) = (0, 0);
                for b in 0..width {
                    let rest = target[b] - t[b];
                    let wish = next[b].min(max_step);
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

    /// Moves the time of the steps that stand and chooses the next ones. True if there is an event: a target reached, the
    /// limit of steps, a step refused that cannot be tried shorter.
    pub fn settle(
        &mut self,
        control: &Controllers,
        errors: &[f64],
        settings: &Settings,
        cost: Cost,
    ) -> bool {
        let (adaptive, most) = (settings.method.is_adaptive(), settings.max_steps);
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
                    [most, u64::from(adaptive)],
                )
            },
        )
    }

    /// Has a step that was refused been given up?
    pub fn is_hopeless(&self, column: usize) -> bool {
        self.refusals[column] >= REFUSALS || self.next[column] <= smallest_step(self.t[column])
    }
}
