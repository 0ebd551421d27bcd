//! `auto`: the method that costs least, chosen again and again on the way.
//!
//! A trajectory begins with `tsit5`. After every few steps it is asked what a unit of time costs with the method it goes by, and
//! whether another would do with less: the exponential method, whose steps the leak does not limit, or the implicit one,
//! whose steps accuracy alone limits. All of it is counted, in evaluations of the velocity, and never timed.
//!
//! Another method is tried before it is chosen: by one step, so long that it pays. Where that is within the tolerance the
//! trajectory goes on with it. A trial can be wrong: near a fixed point a step that is unstable errs little at first. So what a
//! unit of time costs then is compared with what it cost before, the way back is open, and a method that was left soon is
//! trusted less. What trials cost is a small part of what the steps between them cost.
//!
//! While accuracy holds the explicit steps nothing is tried: no other method takes longer ones.

use super::forcing::Forcing;
use super::list::CHOICES;
use super::method::{MOST_BYTES, Method};
use super::room::Room;
use super::rosenbrock::RODAS5P;
use super::stages::Stages;
use super::stepper::Equation;
use super::{Choice, Settings};
use crate::kernels::GoOn;
use crate::network::{Network, Workspace};
use crate::number::rough;
use crate::stimulus::Stimulus;
use crate::trajectory::Column;

/// Their places in the list.
const EXPLICIT: usize = 0;
const LEAK_EXACT: usize = 1;
const IMPLICIT: usize = 2;

/// Steps tried between two decisions at first, and at most; half as many again after each that changed nothing.
const EVERY: u64 = 8;
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
/// Actions of the Jacobian that find its fastest rate.
const POWERS: u64 = 6;

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
    /// One step of each method, made when it is first needed.
    trials: [Option<Stages>; CHOICES.len()],
    ws: Workspace,
    x: Vec<f64>,
    forcing: Forcing<'n>,
    error: Vec<f64>,
    direction: Vec<f64>,
}

/// What is known of one trajectory. Costs are in evaluations.
#[derive(Clone, Copy, Debug)]
pub(super) struct Record {
    /// Steps tried at which it is decided next, and how many after that again.
    next: u64,
    gap: u64,
    /// Steps tried and time at the last decision.
    since: (u64, f64),
    /// Steps tried when its method was chosen.
    entered: u64,
    /// The fastest rate seen, halved at every decision.
    fastest: f64,
    /// The cost so far.
    spent: f64,
    /// For each method how much must have been spent before it is tried, and how many times rarer its trials are.
    ready: [f64; CHOICES.len()],
    mistrust: [f64; CHOICES.len()],
    /// Trials of the implicit method that failed in a row.
    failures: u32,
    /// How much must have been spent before the exponential method is tried in place of steps that accuracy holds.
    leisure: f64,
    /// The linear systems of a step of the implicit method; what they are in truth a trial tells.
    solving: f64,
    /// What it came from, what a unit of time cost there, and the length of its steps.
    before: Option<(usize, f64, f64)>,
    /// When it was first expected to come to rest, where rest is waited for.
    rest_by: Option<f64>,
}

/// A trajectory after an accepted step.
#[derive(Clone, Copy, Debug)]
pub(super) struct Snapshot<'a> {
    pub t: f64,
    /// The length of that step.
    pub h: f64,
    pub tried: u64,
    /// The fastest rate of the network, as the last step saw it.
    pub fastest: f64,
    pub x: Column<'a>,
    pub velocity: Column<'a>,
    /// The input of its block, and its column there.
    pub forcing: (&'a Forcing<'a>, usize),
    pub clamped: &'a [usize],
    /// Tolerances of rest, where it is waited for.
    pub rest: Option<[f64; 2]>,
}

/// What is asked of: the network, how it is integrated, and whether to go on.
pub(super) type Problem<'a> = (&'a Network, &'a Settings, GoOn<'a>);

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
            has_implicit: RODAS5P.check_size(network).is_ok(),
            trial_bytes: network.layout().bytes(),
            slowest: leaks.fold(f64::INFINITY, f64::min),
            operations,
            solving,
            trials: [const { None }; CHOICES.len()],
            ws: Workspace::new(network, 1),
            x: vec![0.0; n],
            forcing: Forcing::new(network, stimulus, 1),
            error: vec![0.0; n],
            direction: vec![0.0; n],
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
            _ => self.trial(problem, method).stepper().evaluations(),
        };
        evaluations as f64 + solving
    }

    /// The storage for a step of a method.
    fn trial(&mut self, (network, settings, _): Problem<'_>, method: usize) -> &mut Stages {
        self.trials[method]
            .get_or_insert_with(|| Stages::new(CHOICES[method], network, settings.tolerance(), 1))
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
        self.take_over(now);
        decision.evaluations += powers;
        if other == EXPLICIT
            && long * self.fastest_rate(network, now) > INSIDE * CHOICES[EXPLICIT].stability
        {
            return None;
        }
        // Whoever has a place among the trials waits for nothing.
        let is_large = other == IMPLICIT && self.trial_bytes > KEPT;
        let _place = is_large.then(|| TRIALS.take(self.trial_bytes));
        let error = self.error_of(other, problem, now, long)?;
        let trial = self.trials[other].as_ref()?;
        decision.evaluations += trial.stepper().evaluations();
        if other == IMPLICIT {
            decision.factorisations += 1;
            let multiplications = trial.stepper().multiplications() as f64;
            self.records[column].solving = multiplications / self.operations;
        }
        if is_large {
            self.trials[other] = None;
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

    /// Copies what a trial begins with.
    fn take_over(&mut self, now: &Snapshot<'_>) {
        copy(&mut self.x, now.x);
        let (forcing, column) = now.forcing;
        self.forcing.copy(0, forcing, column);
    }

    /// About the largest eigenvalue of the Jacobian, by the power method.
    fn fastest_rate(&mut self, network: &Network, now: &Snapshot<'_>) -> f64 {
        network.activation(&self.x, 1, &mut self.ws.g);
        network.hessian(&self.x, &mut self.ws);
        for (i, d) in self.direction.iter_mut().enumerate() {
            // Not in the way of any symmetry.
            *d = 1.0 + 0.5 * (i as f64 * 0.7).sin();
        }
        let mut rate = 0.0;
        for _ in 0..POWERS {
            let size = self.direction.iter().map(|v| v * v).sum::<f64>().sqrt();
            if size == 0.0 {
                return 0.0;
            }
            self.direction.iter_mut().for_each(|d| *d /= size);
            let out = &mut self.error;
            network.jacobian_action(&self.direction, now.clamped, &mut self.ws, out);
            rate = out.iter().map(|v| v * v).sum::<f64>().sqrt();
            self.direction.copy_from_slice(out);
        }
        rate
    }

    /// The error of one step of a method, in units of the tolerance.
    fn error_of(
        &mut self,
        method: usize,
        problem: Problem<'_>,
        now: &Snapshot<'_>,
        h: f64,
    ) -> Option<f64> {
        let (network, settings, go_on) = problem;
        self.trial(problem, method);
        let trial = self.trials[method].as_mut()?;
        copy(&mut trial.storage.k[0], now.velocity);
        let equation = Equation {
            network,
            clamped: now.clamped,
            forcing: &mut self.forcing,
            times: [&[now.t], &[now.t + h]],
            tries: u64::MAX,
            go_on,
        };
        let step = trial.advance(equation, &self.x, &[h], false, &mut self.ws);
        step.ok()?;
        trial.error(&self.x, &[h], &mut self.error);
        let tolerance = settings.tolerance();
        let pairs = self.x.iter().zip(trial.end()).zip(&self.error);
        let sum: f64 = pairs
            .map(|((x, y), e)| (e / tolerance.scale(*x, *y)).powi(2) + 0.0 * y)
            .sum();
        Some((sum / self.x.len() as f64).sqrt())
    }
}

impl Record {
    fn new(solving: f64, t: f64) -> Self {
        Record {
            next: EVERY,
            gap: EVERY,
            since: (0, t),
            entered: 0,
            fastest: 0.0,
            spent: 0.0,
            ready: [0.0; CHOICES.len()],
            mistrust: [1.0; CHOICES.len()],
            failures: 0,
            leisure: 0.0,
            solving,
            before: None,
            rest_by: None,
        }
    }
}

fn copy(to: &mut [f64], from: Column<'_>) {
    to.iter_mut().zip(from.iter()).for_each(|(t, f)| *t = f);
}
