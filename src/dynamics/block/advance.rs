//! The loops that move step clocks on after a step.
//!
//! Each is a function of its own. The compiler then knows that what one parameter writes no other reads, and makes vectors of
//! the loop. Nothing in them branches.

use crate::dynamics::stepper::Stepper;

/// A step that was refused so many times in a row is given up: it has then shrunk by far more than 2⁵³.
pub(super) const REFUSALS: u64 = 100;

/// What a step cost.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cost {
    pub evaluations: u64,
    pub tried: u64,
    pub accepted: u64,
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

/// Steps up to this are lost in the rounding of the time.
#[inline(always)]
pub(super) fn smallest_step(t: f64) -> f64 {
    16.0 * f64::EPSILON * t.abs()
}

/// Moves the time of the steps that stand, and finds the length of the next ones.
#[inline(always)]
pub(super) fn go_on(
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
        // A step that was cut short to end on a target says nothing against a longer one.
        let longer = (h[b] < was) & (wish < was);
        let keeps = !tries | (stands & (longer | !adaptive));
        next[b] = if keeps { was } else { wish };
        t[b] = if stands { landing[b] } else { now };
    }
}

/// Counts steps and what they cost.
#[inline(always)]
pub(super) fn count(
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

/// Counts refusals, and marks the columns in which something is to be done beside the next step; true if there are any.
#[inline(always)]
pub(super) fn find_events(
    refusals: &mut [u64],
    events: &mut [u64],
    [h, t, next, target, errors]: [&[f64]; 5],
    [stands, tried]: [&[u64]; 2],
    [most, insists]: [u64; 2],
) -> bool {
    let width = h.len();
    let (refusals, events) = (&mut refusals[..width], &mut events[..width]);
    let (t, next, target) = (&t[..width], &next[..width], &target[..width]);
    let (errors, stands, tried) = (&errors[..width], &stands[..width], &tried[..width]);
    let (mut any, gives_up) = (0, insists == 0);
    for b in 0..width {
        let (tries, stands) = (h[b] > 0.0, stands[b] != 0);
        let refused = refusals[b] + u64::from(tries);
        let refused = if stands { 0 } else { refused };
        let hopeless = (refused >= REFUSALS) | (next[b] <= smallest_step(t[b]));
        let fails = hopeless | (!errors[b].is_finite() & gives_up);
        let over = (stands & (t[b] >= target[b])) | (!stands & fails);
        let event = u64::from(tries & (over | (tried[b] >= most)));
        (refusals[b], events[b]) = (refused, event);
        any |= event;
    }
    any != 0
}
