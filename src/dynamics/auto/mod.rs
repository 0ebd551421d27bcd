//! `auto`: the method that costs least, chosen again and again on the way.
//!
//! A trajectory starts with `tsit5`. Every few steps `auto` counts what a unit of time costs, in evaluations of the velocity;
//! no clock is asked. Then it asks whether another method costs less: the exponential one, whose steps the leak does not limit,
//! or the implicit one, whose steps only accuracy limits.
//!
//! Another method is tried by one step, so long that it would pay. If its error is within the tolerance, the trajectory goes on
//! with that method. A trial can be wrong: near a fixed point an unstable step errs little at first. So the costs before and
//! after are compared, the way back is open, and a method that was soon left is trusted less. Trials are rare enough to cost
//! a small part of all steps.
//!
//! Where accuracy limits the explicit steps, no other method takes longer ones, and nothing is tried.

mod record;
mod trial;

pub(super) use self::record::Record;
pub(super) use self::trial::{Problem, Snapshot};

use self::record::EVERY;
use self::trial::{POWERS, Trials};
use super::list::CHOICES;
use super::method::{MOST_BYTES, Method};
use super::outcome::Choice;
use super::room::Room;
use super::rosenbrock::RODAS5P;
use super::settings::Settings;
use crate::network::Network;
use crate::number::rough;
use crate::stimulus::Stimulus;

/// Their places in the list.
const EXPLICIT: usize = 0;
const LEAK_EXACT: usize = 1;
const IMPLICIT: usize = 2;

/// Steps tried between two decisions at most. After each that changed nothing they are half as many again.
const SELDOM: u64 = 64;
/// Part of the interval of stability from which on a step counts as held by it.
const HELD: f64 = 0.4;
/// Part of it that a step of the explicit method may use when it is chosen again.
const INSIDE: f64 = 0.8;
/// By how much another method must be cheaper.
const CHEAPER: f64 = 1.6;
/// By how much a method may be dearer than the one before it.
const DEARER: f64 = 1.1;
/// A trial waits for this many times its cost to be spent before the first, and between two.
const FIRST: f64 = 2.0;
const BETWEEN: f64 = 10.0;
/// The way left must be worth so many trials.
const WORTH: f64 = 4.0;
/// A method that costs more than the one before it within so many steps is left again, and trials of it are so many times
/// rarer, and rarer once more. (What such a mistake costs, some ten steps, then is a tenth of what is spent between two.)
const SOON: u64 = 64;
const MISTRUST: f64 = 4.0;
/// After so many trials of the implicit method that failed it is chosen all the same, with a first step as short as those
/// before it.
const FAILURES: u32 = 3;
/// Memory for the matrices of trials of the implicit method, apart from that of its steps; and up to what size a trial keeps
/// its own, which then is less than a state of the block.
static TRIALS: Room = Room::new(MOST_BYTES / 4);
const KEPT: u64 = 1 << 20;
/// Stages of the implicit method.
const STAGES: u64 = 8;

/// Decides for the columns of a block.
#[derive(Debug)]
pub(super) struct Chooser<'n> {
    /// Place of the block's own method.
    own: usize,
    records: Vec<Record>,
    /// Is there memory for the matrices of the implicit method? And bytes of the one that a trial of it takes.
    has_implicit: bool,
    trial_bytes: u64,
    /// The slowest rate of a leak.
    slowest: f64,
    /// What an evaluation takes, in multiplications.
    operations: f64,
    /// The linear systems of a step of the implicit method, in evaluations, for a matrix without structure.
    solving: f64,
    trials: Trials<'n>,
}

/// What came of a decision.
#[derive(Debug, Default)]
pub(super) struct Decision {
    /// What its trials cost.
    pub evaluations: u64,
    pub factorisations: u64,
    /// What to go on with, why, and the length of the first step.
    pub choice: Option<(&'static Method, Choice, f64)>,
}

/// What the present method costs.
#[derive(Clone, Copy, Debug)]
struct Present {
    /// Of a unit of time.
    rate: f64,
    /// The mean length of a step.
    h: f64,
    /// Does stability hold it?
    held: bool,
    /// The time that is left.
    left: f64,
    /// The length of steps that reach the end within the limit of their number, if these do not.
    needed: Option<f64>,
}

impl<'n> Chooser<'n> {
    pub fn new(
        network: &Network,
        method: &'static Method,
        stimulus: &'n Stimulus,
        width: usize,
    ) -> Self {
        let n = network.size();
        let leaks = network.rates().iter().zip(network.leaks());
        let leaks = leaks.map(|(r, k)| r * k).filter(|rate| *rate > 0.0);
        let named = |m: &&Method| std::ptr::eq(*m, method);
        let size = n as f64;
        let operations = network.operations();
        let solving = size * size * (size / 3.0 + STAGES as f64) / operations;
        Chooser {
            own: CHOICES.iter().position(named).unwrap_or(EXPLICIT),
            records: vec![Record::new(solving, 0.0); width],
            has_implicit: RODAS5P.has_room(network).is_ok(),
            trial_bytes: network.layout().bytes(),
            slowest: leaks.fold(f64::INFINITY, f64::min),
            operations,
            solving,
            trials: Trials::new(network, stimulus),
        }
    }

    /// A new trajectory begins at this time in a column.
    pub fn start(&mut self, column: usize, t: f64) {
        self.records[column] = Record::new(self.solving, t);
    }

    /// What is known of the trajectory in a column.
    pub fn record(&self, column: usize) -> Record {
        self.records[column]
    }

    /// A trajectory of which this is known goes on in a column.
    pub fn put(&mut self, column: usize, record: Record) {
        self.records[column] = record;
    }

    /// The input of this column was switched: what was expected before says nothing of what comes.
    pub fn switched(&mut self, column: usize) {
        self.records[column].rest_by = None;
    }

    /// Is it to be decided after so many steps?
    pub fn is_due(&self, column: usize, tried: u64) -> bool {
        tried >= self.records[column].next
    }

    /// How a trajectory goes on after an accepted step.
    pub fn decide(&mut self, column: usize, problem: Problem<'_>, now: Snapshot<'_>) -> Decision {
        let mut decision = Decision::default();
        let Some(present) = self.present(column, problem, &now) else {
            return decision;
        };
        let own = &mut self.records[column];
        if now.tried - own.entered >= SOON {
            own.before = None;
        }
        if let Some((before, rate, h)) = own.before
            && present.rate > DEARER * rate
        {
            let mistrust = &mut own.mistrust[self.own];
            *mistrust = (*mistrust * MISTRUST).min(MISTRUST * MISTRUST);
            decision.choice = Some(self.choose(column, before, present, h, &now));
            return decision;
        }
        if own.before.is_none() {
            own.mistrust[self.own] = 1.0;
        }
        own.gap = (own.gap + own.gap / 2).min(SELDOM);
        own.next = now.tried + own.gap;
        let is_free = self.own == EXPLICIT && !present.held && present.needed.is_none();
        if is_free {
            if own.spent < own.leisure {
                return decision;
            }
            own.leisure = 2.0 * own.spent;
        }
        for other in [LEAK_EXACT, IMPLICIT, EXPLICIT] {
            let has_none = other == IMPLICIT && (is_free || !self.has_implicit);
            if other == self.own || has_none {
                continue;
            }
            if let Some(h) = self.attempt(column, other, problem, present, &now, &mut decision) {
                decision.choice = Some(self.choose(column, other, present, h, &now));
                break;
            }
        }
        decision
    }

    /// What the steps since the last decision cost; none if the way is at its end.
    fn present(
        &mut self,
        column: usize,
        problem: Problem<'_>,
        now: &Snapshot<'_>,
    ) -> Option<Present> {
        let (network, settings, _) = problem;
        let end = self.end(column, network, settings, now);
        let cost = self.cost(column, problem, self.own);
        let own = &mut self.records[column];
        let (steps, time) = (now.tried - own.since.0, now.t - own.since.1);
        own.since = (now.tried, now.t);
        own.spent += steps as f64 * cost;
        own.fastest = now.fastest.max(0.5 * own.fastest);
        let left = end - now.t;
        if steps == 0 || time <= 0.0 || left <= 0.0 {
            own.next = now.tried + own.gap;
            return None;
        }
        // Steps that grow are judged by the last of them.
        let h = now.h.max(time / steps as f64);
        let tries = settings.max_steps.saturating_sub(now.tried).max(1) as f64;
        Some(Present {
            rate: cost / h,
            h,
            held: self.own == EXPLICIT && h * own.fastest > HELD * CHOICES[self.own].stability,
            left,
            needed: (left / h > tries).then(|| left / tries),
        })
    }

    /// What a step of a method costs.
    fn cost(&mut self, column: usize, problem: Problem<'_>, method: usize) -> f64 {
        let solving = match method {
            IMPLICIT => self.records[column].solving,
            _ => 0.0,
        };
        // To make the storage of the implicit method would take a matrix.
        let evaluations = match method {
            IMPLICIT => STAGES,
            _ => self.trials.evaluations(problem, method),
        };
        evaluations as f64 + solving
    }

    /// Tries a step of another method, so long that it would pay; its length if it would.
    fn attempt(
        &mut self,
        column: usize,
        other: usize,
        problem: Problem<'_>,
        present: Present,
        now: &Snapshot<'_>,
        decision: &mut Decision,
    ) -> Option<f64> {
        let (network, settings, _) = problem;
        let step = self.cost(column, problem, other);
        let powers = if other == EXPLICIT { POWERS } else { 0 };
        let cost = step + powers as f64;
        let own = &mut self.records[column];
        let first = if own.ready[other] > 0.0 {
            0.0
        } else {
            FIRST * cost
        };
        if own.spent < own.ready[other].max(first) {
            return None;
        }
        let pays = CHEAPER * step / present.rate;
        // Where steps run out before time does, what counts is that they do not.
        let long = present
            .needed
            .map_or(pays, |h| pays.min(h.max(2.0 * present.h)));
        let worth = present.rate * present.left >= WORTH * cost;
        if !(worth || present.needed.is_some()) || long > present.left.min(settings.max_step) {
            return None;
        }
        own.ready[other] = own.spent + BETWEEN * cost * own.mistrust[other];
        own.spent += cost;
        self.trials.start(now);
        decision.evaluations += powers;
        if other == EXPLICIT
            && long * self.trials.fastest_rate(network, now.clamped)
                > INSIDE * CHOICES[EXPLICIT].stability
        {
            return None;
        }
        // Whoever has a place among the trials waits for nothing.
        let is_large = other == IMPLICIT && self.trial_bytes > KEPT;
        let _place = is_large.then(|| TRIALS.take(self.trial_bytes));
        let [error, multiplications] = self.trials.error_of(other, problem, now, long)?;
        decision.evaluations += self.trials.evaluations(problem, other);
        if other == IMPLICIT {
            decision.factorisations += 1;
            self.records[column].solving = multiplications / self.operations;
        }
        if is_large {
            self.trials.forget(other);
        }
        if error <= 1.0 {
            return Some(long);
        }
        if other != IMPLICIT {
            return None;
        }
        // The trembling of steps at the edge of stability is more than a single long step forgives: short ones damp it first.
        let failures = &mut self.records[column].failures;
        *failures += 1;
        (*failures >= FAILURES).then_some(present.h)
    }

    /// Goes on with another method.
    fn choose(
        &mut self,
        column: usize,
        other: usize,
        present: Present,
        h: f64,
        now: &Snapshot<'_>,
    ) -> (&'static Method, Choice, f64) {
        let (was, method) = (CHOICES[self.own], CHOICES[other]);
        let own = &mut self.records[column];
        let (short, long) = (rough(present.h), rough(h));
        let reason = if present.held {
            format!(
                "stability held its steps at {short}, where {} takes steps of {long} or more",
                method.name
            )
        } else {
            format!(
                "steps of about {short} with {} cost more than steps of {long} with {}",
                was.name, method.name
            )
        };
        own.failures = 0;
        let wait = BETWEEN * own.mistrust[self.own];
        own.ready[self.own] = own.spent + wait * present.rate * present.h;
        own.entered = now.tried;
        own.gap = EVERY;
        own.next = now.tried + EVERY;
        own.before = Some((self.own, present.rate, present.h));
        let choice = Choice {
            t: now.t,
            method: method.name,
            reason,
        };
        (method, choice, h)
    }

    /// The time to which the work is counted. Where rest is waited for, that is when the slowest leak will have brought the
    /// trajectory there, and it has stayed as long as that takes; if it takes longer than was first expected, the last time.
    fn end(
        &mut self,
        column: usize,
        network: &Network,
        settings: &Settings,
        now: &Snapshot<'_>,
    ) -> f64 {
        let Some([atol, rtol]) = now.rest.filter(|_| self.slowest.is_finite()) else {
            return settings.t_end;
        };
        let states = now.x.iter().zip(now.velocity.iter());
        let residuals = states.zip(network.rates());
        let residual = residuals
            .map(|((x, v), rate)| (v / rate).abs() / (atol + rtol * x.abs()))
            .fold(1.0, f64::max);
        let expected = now.t + (1.0 + residual.ln()) / self.slowest;
        let rest_by = *self.records[column].rest_by.get_or_insert(expected);
        if now.t > rest_by {
            settings.t_end
        } else {
            settings.t_end.min(expected)
        }
    }
}
