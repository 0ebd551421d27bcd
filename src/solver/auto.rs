//! `auto`: explicit steps until stability, and not accuracy, holds them down.
//!
//! An explicit method at rest takes steps at the edge of its stability too, and is right to: what there is left to do
//! costs it little. So the length of the steps alone decides nothing (a test that counts such steps fires at every
//! attractor). Another method is chosen when all of this holds, all of it counted in evaluations and never in seconds:
//! the step is held by stability, the trajectory is not at rest within what the tolerances can tell, a trial step twenty
//! times as long meets the tolerance, and the way to the last time costs less.

use super::control::scale;
use super::exponential::EXPONENTIAL;
use super::method::{Dense, Method, Scheme};
use super::stages::{Equation, Stages};
use super::{Choice, Settings};
use crate::network::{Drive, Network, Workspace};
use crate::trajectory::Column;

/// The entry in the list.
pub static AUTO: Method = Method {
    name: "auto",
    about: "tsit5, and from where stability alone holds its steps down, exponential",
    order: 5,
    error_order: Some(4),
    stability: 3.506,
    dense: Dense::Halved,
    takes_back: true,
    scheme: Scheme::Auto,
};

/// Accepted steps between two looks at first; as long again after each that changed nothing.
const EVERY: u64 = 25;
/// Part of the interval of stability from which on a step counts as held by it.
const HELD: f64 = 0.4;
/// How many times as long a step must be that accuracy allows.
const LONGER: f64 = 20.0;
/// A velocity below this many tolerances over the time constant is the trembling of steps held by stability.
const TREMBLING: f64 = 10.0;
/// Evaluations that beginning with another method costs: its first steps grow from the length of the trial.
const CHANGE: f64 = 50.0;

/// Looks at one lane of a block after the other.
#[derive(Debug)]
pub(super) struct Stiffness {
    /// For every lane, the accepted steps at which it is looked at next, and how long after that again.
    next: Vec<[u64; 2]>,
    trial: Stages,
    ws: Workspace,
    x: Vec<f64>,
    input: Vec<f64>,
    error: Vec<f64>,
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
    pub input: Column<'a>,
    pub held: &'a [usize],
}

impl Stiffness {
    pub fn new(network: &Network, lanes: usize) -> Self {
        let n = network.size();
        Stiffness {
            next: vec![[EVERY, EVERY]; lanes],
            trial: Stages::new(&EXPONENTIAL, network, 1),
            ws: Workspace::new(network, 1),
            x: vec![0.0; n],
            input: vec![0.0; n],
            error: vec![0.0; n],
        }
    }

    /// A new trajectory begins in this lane.
    pub fn begin(&mut self, lane: usize) {
        self.next[lane] = [EVERY, EVERY];
    }

    /// Is this lane to be looked at after so many accepted steps?
    pub fn is_due(&self, lane: usize, accepted: u64) -> bool {
        accepted >= self.next[lane][0]
    }

    /// What to go on with, and the length of step to begin with, if not with what it is.
    pub fn look(
        &mut self,
        lane: usize,
        accepted: u64,
        network: &Network,
        settings: &Settings,
        sight: Sight<'_>,
    ) -> Option<(Choice, f64)> {
        let [next, gap] = &mut self.next[lane];
        let held = sight.h * sight.fastest > HELD * settings.method.stability;
        if !held || !moves(network, settings, &sight) {
            *next = accepted + *gap;
            return None;
        }
        *gap *= 2;
        *next = accepted + *gap;
        let long = LONGER * sight.h;
        let rest = settings.t_end - sight.t;
        let cost = self.trial.evaluations() as f64;
        let stay = rest / sight.h * 6.0;
        let change = rest / long * cost + CHANGE;
        if long > rest || change >= stay {
            return None;
        }
        let error = self.error_of(network, settings, &sight, long);
        (error <= 1.0).then(|| {
            let reason = format!(
                "stability held its steps at {:.1e}, where accuracy allows at least {long:.1e}",
                sight.h
            );
            let choice = Choice {
                t: sight.t,
                method: EXPONENTIAL.name,
                reason,
            };
            (choice, long)
        })
    }

    /// The error of one step of the other method, in units of the tolerance.
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
        copy(&mut self.input, sight.input);
        copy(&mut self.trial.k[0], sight.velocity);
        let drive = Drive {
            input: &self.input,
            held: sight.held,
        };
        let equation = Equation { network, drive };
        self.trial
            .advance(equation, &self.x, &[h], false, &mut self.ws);
        self.trial.error(&self.x, &[h], &mut self.error);
        let pairs = self.x.iter().zip(&self.trial.end).zip(&self.error);
        let sum: f64 = pairs
            .map(|((x, y), e)| (e / scale(settings, *x, *y)).powi(2))
            .sum();
        (sum / self.x.len() as f64).sqrt()
    }
}

/// Is the trajectory further from rest than its own trembling?
fn moves(network: &Network, settings: &Settings, sight: &Sight<'_>) -> bool {
    let states = sight.x.iter().zip(sight.velocity.iter());
    let mut all = states.zip(network.rates());
    all.any(|((x, v), rate)| (v / rate).abs() > TREMBLING * scale(settings, x, x))
}
