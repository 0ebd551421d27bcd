//! `auto`: explicit steps until stability, and not accuracy, holds them down.
//!
//! An explicit method at rest takes steps at the edge of its stability too, and is right to: what there is left to do
//! costs it little. So the length of the steps alone decides nothing (a test that counts such steps fires at every
//! attractor). Another method is chosen when all of this holds, all of it counted and never timed: the step is held by
//! stability, the trajectory is not at rest within what the tolerances can tell, accuracy allows steps twenty times as
//! long, and the way to the last time costs less.
//!
//! The exponential method is asked first, by a trial step: it needs no matrix. Where it fails because neurons of one level
//! drive each other fast, an implicit method comes next, if there is memory for its matrices and if the states so far, seen
//! at long intervals, lie on a curve smooth enough for it.

use super::control::Tolerance;
use super::exponential::EXPONENTIAL;
use super::forcing::Forcing;
use super::method::{Dense, Method, Scheme};
use super::stages::{Equation, Stages};
use super::{Choice, Settings};
use crate::network::{Network, Workspace};
use crate::number::rough;
use crate::stimulus::Stimulus;
use crate::trajectory::Column;

/// The entry in the list.
pub static AUTO: Method = Method {
    name: "auto",
    about: "tsit5, and from where stability alone holds its steps down exponential or, if that cannot help, bdf",
    order: 5,
    error_order: Some(4),
    stability: 3.506,
    dense: Dense::Halved,
    takes_back: true,
    scheme: Scheme::Auto,
};

/// Accepted steps between two looks at first; twice as many after each that changed nothing.
const EVERY: u64 = 25;
/// Part of the interval of stability from which on a step counts as held by it.
const HELD: f64 = 0.4;
/// How many times as long a step must be that accuracy allows.
const LONGER: f64 = 20.0;
/// A velocity below this many tolerances over the time constant is the trembling of steps held by stability.
const TREMBLING: f64 = 10.0;
/// Evaluations that beginning with the exponential method costs: its first steps grow from the length of the trial.
const CHANGE: f64 = 100.0;
/// Tolerances by which the states may be off the parabola through the three seen before: a multistep method of higher
/// order inside its nodes errs far less than a parabola beyond them.
const SMOOTH: f64 = 10.0;
/// States that are kept of each lane.
const KEPT: usize = 3;

/// Looks at one lane of a block after the other.
#[derive(Debug)]
pub(super) struct Stiffness<'n> {
    lanes: Vec<History>,
    /// The implicit method, if there is one for so many neurons.
    implicit: Option<&'static Method>,
    /// The slowest rate of a leak.
    slowest: f64,
    trial: Stages,
    ws: Workspace,
    x: Vec<f64>,
    forcing: Forcing<'n>,
    error: Vec<f64>,
}

/// What is known of one trajectory.
#[derive(Clone, Debug)]
pub(super) struct History {
    /// The accepted steps at which it is looked at next, and how long after that again.
    next: u64,
    gap: u64,
    /// States at the last looks, the latest last, and how many there are.
    seen: [(f64, Vec<f64>); KEPT],
    count: usize,
    /// When it was first expected to come to rest, where rest is waited for.
    rest_by: Option<f64>,
}

/// A trajectory after an accepted step.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sight<'a> {
    pub t: f64,
    pub h: f64,
    /// The fastest rate of the network.
    pub fastest: f64,
    pub x: Column<'a>,
    pub velocity: Column<'a>,
    /// The input of its block, and its column there.
    pub forcing: (&'a Forcing<'a>, usize),
    pub held: &'a [usize],
    /// Tolerances of rest, where it is waited for.
    pub rest: Option<[f64; 2]>,
}

impl<'n> Stiffness<'n> {
    pub fn new(network: &Network, stimulus: &'n Stimulus, lanes: usize) -> Result<Self, String> {
        let n = network.size();
        let implicit = Method::named("bdf").filter(|m| m.check_size(n).is_ok());
        let room = if implicit.is_some() { n } else { 0 };
        let lane = History {
            next: EVERY,
            gap: EVERY,
            seen: std::array::from_fn(|_| (0.0, vec![0.0; room])),
            count: 0,
            rest_by: None,
        };
        let leaks = network.rates().iter().zip(network.leaks());
        let leaks = leaks.map(|(r, k)| r * k).filter(|rate| *rate > 0.0);
        Ok(Stiffness {
            slowest: leaks.fold(f64::INFINITY, f64::min),
            lanes: vec![lane; lanes],
            implicit,
            trial: Stages::new(&EXPONENTIAL, network, 1)?,
            ws: Workspace::new(network, 1),
            x: vec![0.0; n],
            forcing: Forcing::new(network, stimulus, 1),
            error: vec![0.0; n],
        })
    }

    /// A new trajectory begins in this lane.
    pub fn begin(&mut self, lane: usize) {
        let lane = &mut self.lanes[lane];
        (lane.next, lane.gap, lane.count) = (EVERY, EVERY, 0);
        lane.rest_by = None;
    }

    /// What is known of the trajectory in a lane.
    pub fn history(&self, lane: usize) -> History {
        self.lanes[lane].clone()
    }

    /// A trajectory of which this is known goes on in a lane.
    pub fn put(&mut self, lane: usize, history: History) {
        self.lanes[lane] = history;
    }

    /// The input of this lane was switched: what was seen before says nothing of what comes.
    pub fn switched(&mut self, lane: usize) {
        self.lanes[lane].count = 0;
        self.lanes[lane].rest_by = None;
    }

    /// Is this lane to be looked at after so many accepted steps?
    pub fn is_due(&self, lane: usize, accepted: u64) -> bool {
        accepted >= self.lanes[lane].next
    }

    /// What to go on with, why, and the length of step to begin with, if not with what it is.
    pub fn look(
        &mut self,
        lane: usize,
        accepted: u64,
        network: &Network,
        settings: &Settings,
        sight: Sight<'_>,
    ) -> Option<(&'static Method, Choice, f64)> {
        let smooth = self.is_smooth(lane, settings, &sight);
        self.keep(lane, &sight);
        let own = &mut self.lanes[lane];
        let held = sight.h * sight.fastest > HELD * settings.method.stability;
        if !held || !moves(network, settings, &sight) {
            own.next = accepted + own.gap;
            return None;
        }
        own.gap *= 2;
        own.next = accepted + own.gap;
        let long = LONGER * sight.h;
        let steps = (self.end(lane, network, settings, &sight) - sight.t) / long;
        let explicit = 6.0 * LONGER * steps;
        let choose = |method: &'static Method| {
            let reason = format!(
                "stability held its steps at {}, where accuracy allows at least {}{}",
                rough(sight.h),
                rough(long),
                if method.takes_back {
                    ""
                } else {
                    "; a monitor that would send a step back stops the run from there"
                }
            );
            let choice = Choice {
                t: sight.t,
                method: method.name,
                reason,
            };
            Some((method, choice, long))
        };
        if steps < 1.0 {
            return None;
        }
        let exponential = steps * self.trial.evaluations() as f64 + CHANGE;
        if exponential < explicit && self.error_of(network, settings, &sight, long) <= 1.0 {
            return choose(&EXPONENTIAL);
        }
        let evaluation = network.operations();
        let implicit = self.implicit.filter(|_| smooth)?;
        (implicit_work(network.size() as f64, evaluation, steps) < explicit * evaluation)
            .then(|| choose(implicit))
            .flatten()
    }

    /// The time to which the work is counted. Where rest is waited for, that is when the slowest leak will have brought the
    /// trajectory there; if it takes longer than was first expected, the last time.
    fn end(
        &mut self,
        lane: usize,
        network: &Network,
        settings: &Settings,
        sight: &Sight<'_>,
    ) -> f64 {
        let Some([atol, rtol]) = sight.rest.filter(|_| self.slowest.is_finite()) else {
            return settings.t_end;
        };
        let states = sight.x.iter().zip(sight.velocity.iter());
        let residuals = states.zip(network.rates());
        let residual = residuals
            .map(|((x, v), rate)| (v / rate).abs() / (atol + rtol * x.abs()))
            .fold(1.0, f64::max);
        let expected = sight.t + residual.ln() / self.slowest;
        let rest_by = *self.lanes[lane].rest_by.get_or_insert(expected);
        if sight.t > rest_by {
            settings.t_end
        } else {
            settings.t_end.min(expected)
        }
    }

    /// Do the states seen before tell where the trajectory is now?
    fn is_smooth(&self, lane: usize, settings: &Settings, sight: &Sight<'_>) -> bool {
        let lane = &self.lanes[lane];
        let [(ta, a), (tb, b), (tc, c)] = &lane.seen;
        if self.implicit.is_none() || lane.count < KEPT || sight.t - tc < LONGER * sight.h {
            return false;
        }
        let weight = |t: f64, [u, v]: [f64; 2]| (sight.t - u) * (sight.t - v) / ((t - u) * (t - v));
        let w = [
            weight(*ta, [*tb, *tc]),
            weight(*tb, [*ta, *tc]),
            weight(*tc, [*ta, *tb]),
        ];
        let tolerance = Tolerance::of(settings);
        let states = a.iter().zip(b).zip(c).zip(sight.x.iter());
        let sum: f64 = states
            .map(|(((a, b), c), x)| {
                let off = w[0] * a + w[1] * b + w[2] * c - x;
                (off / tolerance.scale(*c, x)).powi(2)
            })
            .sum();
        (sum / a.len() as f64).sqrt() <= SMOOTH
    }

    fn keep(&mut self, lane: usize, sight: &Sight<'_>) {
        let lane = &mut self.lanes[lane];
        lane.seen.rotate_left(1);
        let (t, x) = &mut lane.seen[KEPT - 1];
        *t = sight.t;
        x.iter_mut().zip(sight.x.iter()).for_each(|(k, x)| *k = x);
        lane.count = KEPT.min(lane.count + 1);
    }

    /// The error of one step of the exponential method, in units of the tolerance.
    fn error_of(
        &mut self,
        network: &Network,
        settings: &Settings,
        sight: &Sight<'_>,
        h: f64,
    ) -> f64 {
        let copy = |to: &mut [f64], from: Column<'_>| {
            to.iter_mut().zip(from.iter()).for_each(|(t, f)| *t = f);
        };
        copy(&mut self.x, sight.x);
        let (forcing, column) = sight.forcing;
        self.forcing.copy(0, forcing, column);
        copy(&mut self.trial.k[0], sight.velocity);
        let equation = Equation {
            network,
            held: sight.held,
            forcing: &mut self.forcing,
            times: [&[sight.t], &[sight.t + h]],
        };
        self.trial
            .advance(equation, &self.x, &[h], false, &mut self.ws);
        self.trial.error(&self.x, &[h], &mut self.error);
        let tolerance = Tolerance::of(settings);
        let pairs = self.x.iter().zip(&self.trial.end).zip(&self.error);
        let sum: f64 = pairs
            .map(|((x, y), e)| (e / tolerance.scale(*x, *y)).powi(2))
            .sum();
        (sum / self.x.len() as f64).sqrt()
    }
}

/// Multiplications of so many steps of a multistep method with a dense Jacobian: two evaluations and two solutions a step, a
/// Jacobian column by column and its factors every twenty steps and, while it finds its order, three times more.
fn implicit_work(n: f64, evaluation: f64, steps: f64) -> f64 {
    let matrix = n * evaluation + n * n * n / 3.0;
    steps * (2.0 * evaluation + 2.0 * n * n) + (steps / 20.0 + 3.0) * matrix
}

/// Is the trajectory further from rest than its own trembling?
fn moves(network: &Network, settings: &Settings, sight: &Sight<'_>) -> bool {
    let tolerance = Tolerance::of(settings);
    let states = sight.x.iter().zip(sight.velocity.iter());
    let mut all = states.zip(network.rates());
    all.any(|((x, v), rate)| (v / rate).abs() > TREMBLING * tolerance.scale(x, x))
}
