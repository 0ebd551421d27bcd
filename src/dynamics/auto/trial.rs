//! One step of a method that a trajectory does not go by, to see whether it would pay.

use crate::dynamics::forcing::Forcing;
use crate::dynamics::list::CHOICES;
use crate::dynamics::settings::Settings;
use crate::dynamics::stages::Stages;
use crate::dynamics::stepper::Equation;
use crate::kernels::GoOn;
use crate::network::{Network, Workspace};
use crate::stimulus::Stimulus;
use crate::trajectory::Column;

/// Actions of the Jacobian that find its fastest rate.
pub(super) const POWERS: u64 = 6;

/// A trajectory after an accepted step.
#[derive(Clone, Copy, Debug)]
pub(in crate::dynamics) struct Snapshot<'a> {
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
pub(in crate::dynamics) type Problem<'a> = (&'a Network, &'a Settings, GoOn<'a>);

/// Storage for trials.
#[derive(Debug)]
pub(super) struct Trials<'n> {
    /// One step of each method, made when it is first needed.
    stages: [Option<Stages>; CHOICES.len()],
    ws: Workspace,
    x: Vec<f64>,
    forcing: Forcing<'n>,
    error: Vec<f64>,
    direction: Vec<f64>,
}

impl<'n> Trials<'n> {
    pub fn new(network: &Network, stimulus: &'n Stimulus) -> Self {
        let n = network.size();
        Trials {
            stages: [const { None }; CHOICES.len()],
            ws: Workspace::new(network, 1),
            x: vec![0.0; n],
            forcing: Forcing::new(network, stimulus, 1),
            error: vec![0.0; n],
            direction: vec![0.0; n],
        }
    }

    /// What a step of a method costs, in evaluations of the velocity.
    pub fn evaluations(&mut self, problem: Problem<'_>, method: usize) -> u64 {
        self.stages(problem, method).stepper().evaluations()
    }

    /// Frees the storage for a step of a method.
    pub fn forget(&mut self, method: usize) {
        self.stages[method] = None;
    }

    /// The storage for a step of a method.
    fn stages(&mut self, (network, settings, _): Problem<'_>, method: usize) -> &mut Stages {
        self.stages[method]
            .get_or_insert_with(|| Stages::new(CHOICES[method], network, settings, 1))
    }

    /// Trials start here.
    pub fn start(&mut self, now: &Snapshot<'_>) {
        copy(&mut self.x, now.x);
        let (forcing, column) = now.forcing;
        self.forcing.copy(0, forcing, column);
    }

    /// About the largest eigenvalue of the Jacobian, by the power method.
    pub fn fastest_rate(&mut self, network: &Network, clamped: &[usize]) -> f64 {
        let drive = self.forcing.drive(clamped);
        let mut here = network.at(&self.x, drive, &mut self.ws).hessian();
        here.fastest_rate(POWERS, &mut self.direction, &mut self.error)
    }

    /// The error of one step of a method, in units of the tolerance, and the multiplications of its linear systems.
    pub fn error_of(
        &mut self,
        method: usize,
        problem: Problem<'_>,
        now: &Snapshot<'_>,
        h: f64,
    ) -> Option<[f64; 2]> {
        let (network, settings, go_on) = problem;
        self.stages(problem, method);
        let trial = self.stages[method].as_mut()?;
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
        let multiplications = trial.stepper().multiplications() as f64;
        Some([(sum / self.x.len() as f64).sqrt(), multiplications])
    }
}

fn copy(to: &mut [f64], from: Column<'_>) {
    to.iter_mut().zip(from.iter()).for_each(|(t, f)| *t = f);
}
