//! The explicit methods of the crate `ode_solvers`, as witnesses: another program, from Hairer's, follows the same
//! trajectories. Only this file names the crate.
//!
//! A step is an interval in which the crate takes steps of its own, as many as its own control of the error wants. Each
//! interval has a fresh solver.
//!
//! The crate is kept from what does not work in it. Its dense output calls back with a state and a velocity of different
//! times: a state inside an interval is the end of a shorter one. It panics at times below zero: an interval begins at 0.
//! Its test for stiffness fires on every explicit method that rests at an attractor: it is off. It keeps every state: after
//! so many bytes of them another solver takes over.

use std::cell::RefCell;

use ode_solvers::dop_shared::{IntegrationError, Stats};
use ode_solvers::{DVector, Dop853, Dopri5, OutputType, Rk4, System};

use super::explicit::PLAIN;
use super::forcing::BOOLE;
use super::hermite;
use super::method::Method;
use super::stepper::{Ends, Equation, Node, Stepper, Storage};
use super::tolerance::Tolerance;
use crate::network::{Network, Workspace};
use crate::trajectory::StopReason;

/// Dormand and Prince 1980, in another program than our own.
pub static ODE_SOLVERS_DOPRI5: Method = Method {
    name: "ode_solvers-dopri5",
    about: "Dormand–Prince 5(4) of the crate ode_solvers: a second opinion on dopri5",
    order: 5,
    error_order: Some(4),
    stability: 3.306,
    make: |network, settings, _| {
        Box::new(Witness::new(network, settings.tolerance(), 1.0, 6, dopri5))
    },
    ..WITNESS
};

/// Hairer, Nørsett and Wanner 1993, *Solving Ordinary Differential Equations I*, II.5.
pub static ODE_SOLVERS_DOP853: Method = Method {
    name: "ode_solvers-dop853",
    about: "Dormand–Prince 8(5,3) of the crate ode_solvers: for tolerances near rounding",
    order: 8,
    error_order: Some(7),
    stability: 6.393,
    // In ode_solvers 0.6.2 the twelfth entry of c is 0 and should be 1.
    wrong_between_switches: Some(
        "evaluates its stage 12 at the start of a step instead of its end",
    ),
    make: |network, settings, _| {
        Box::new(Witness::new(network, settings.tolerance(), 1.0, 11, dop853))
    },
    ..WITNESS
};

/// Kutta 1901, in another program than our own.
pub static ODE_SOLVERS_RK4: Method = Method {
    name: "ode_solvers-rk4",
    about: "the classical method of order 4 of the crate ode_solvers: a second opinion on rk4",
    order: 4,
    stability: 2.785,
    controls_itself: false,
    make: |network, settings, _| Box::new(Witness::new(network, settings.tolerance(), 0.0, 4, rk4)),
    ..WITNESS
};

/// What the three have in common.
const WITNESS: Method = Method {
    takes_back: false,
    columns: 1,
    controls_itself: true,
    tableau: None,
    ..PLAIN
};

/// Most bytes of states that a solver keeps before another takes over.
const KEPT: usize = 1 << 24;

/// Follows a solution from 0 to a length.
type Solve =
    fn(Run<'_, '_, '_, '_>, DVector<f64>, f64, (Tolerance, u32)) -> Result<Stats, IntegrationError>;

fn dopri5(
    run: Run<'_, '_, '_, '_>,
    x: DVector<f64>,
    length: f64,
    (tolerance, tries): (Tolerance, u32),
) -> Result<Stats, IntegrationError> {
    // The constants of Dopri5::new, but for the first and the longest step and the number of tries, of which it makes one
    // more than it is told, unlike the next one.
    Dopri5::from_param(
        run,
        0.0,
        length,
        length,
        x,
        tolerance.rtol,
        tolerance.atol,
        0.9,
        0.04,
        0.2,
        10.0,
        length,
        length,
        tries.saturating_sub(1),
        u32::MAX,
        OutputType::Sparse,
    )
    .integrate()
}

fn dop853(
    run: Run<'_, '_, '_, '_>,
    x: DVector<f64>,
    length: f64,
    (tolerance, tries): (Tolerance, u32),
) -> Result<Stats, IntegrationError> {
    // The constants of Dop853::new, but for the same.
    Dop853::from_param(
        run,
        0.0,
        length,
        length,
        x,
        tolerance.rtol,
        tolerance.atol,
        0.9,
        0.0,
        0.333,
        6.0,
        length,
        length,
        tries,
        u32::MAX,
        OutputType::Sparse,
    )
    .integrate()
}

fn rk4(
    run: Run<'_, '_, '_, '_>,
    x: DVector<f64>,
    length: f64,
    _: (Tolerance, u32),
) -> Result<Stats, IntegrationError> {
    // To half the length: the rounding of `length / length` would add a step.
    Rk4::new(run, 0.0, x, 0.5 * length, length).integrate()
}

/// One of them.
#[derive(Debug)]
struct Witness {
    tolerance: Tolerance,
    /// The root mean square of the error of a step over the tolerance, at most.
    errs: f64,
    solve: Solve,
    /// Evaluations for one try of a step.
    stages: u64,
    clamped: Vec<usize>,
    /// The last state at which the velocity was asked for, and the velocity; the one before is left in the storage.
    now: [Vec<f64>; 2],
    /// The velocity at the end of the last step that was taken, and a state inside the next; where the input varies.
    velocity: Vec<f64>,
    inside: Vec<f64>,
    /// How far it has come in the interval: where the present solver began, and the end of the last step.
    from: f64,
    at: f64,
    /// Steps of the present solver.
    steps: usize,
    /// Steps tried and taken in the interval, evaluations asked for, those of them before the present step.
    tried: u64,
    taken: u64,
    asked: u64,
    seen: u64,
    failed: bool,
    /// A state at which the velocity was not finite, if there was one in the interval.
    wild: Option<Vec<f64>>,
}

impl Witness {
    fn new(network: &Network, tolerance: Tolerance, errs: f64, stages: u64, solve: Solve) -> Self {
        let numbers = || vec![0.0; network.size()];
        Witness {
            tolerance,
            errs,
            solve,
            stages,
            clamped: Vec::new(),
            now: [numbers(), numbers()],
            velocity: numbers(),
            inside: numbers(),
            from: 0.0,
            at: 0.0,
            steps: 0,
            tried: 0,
            taken: 0,
            asked: 0,
            seen: 0,
            failed: false,
            wild: None,
        }
    }

    /// Books the tries since the last step that was taken.
    fn count_tries(&mut self) {
        self.tried += (self.asked - self.seen) / self.stages;
        self.seen = self.asked;
    }
}

/// What a solver works on. It owns this and does not give it back.
struct Run<'r, 'e, 'n, 'w>(RefCell<Interval<'r, 'e, 'n, 'w>>);

struct Interval<'r, 'e, 'n, 'w> {
    own: &'r mut Witness,
    equation: &'r mut Equation<'e, 'n>,
    node: &'r mut Node<'w>,
    storage: &'r mut Storage,
    ws: &'r mut Workspace,
}

impl System<f64, DVector<f64>> for Run<'_, '_, '_, '_> {
    fn system(&self, s: f64, x: &DVector<f64>, velocity: &mut DVector<f64>) {
        let mut interval = self.0.borrow_mut();
        interval.evaluate(s, x.as_slice());
        velocity.copy_from_slice(&interval.own.now[1]);
    }

    /// Sees every step that was taken; `true` ends the run. The velocity is not used: RK4 tells that of the start.
    fn solout(&mut self, s: f64, x: &DVector<f64>, _velocity: &DVector<f64>) -> bool {
        self.0.get_mut().accept(s, x.as_slice())
    }
}

impl Interval<'_, '_, '_, '_> {
    /// Finds the velocity at a state, a time `s` after the solver began.
    fn evaluate(&mut self, s: f64, x: &[f64]) {
        let own = &mut *self.own;
        std::mem::swap(&mut own.now[0], &mut self.storage.point);
        std::mem::swap(&mut own.now[1], &mut self.storage.k[1]);
        let [state, velocity] = &mut own.now;
        state.copy_from_slice(x);
        own.asked += 1;
        if own.asked == 1 {
            // The start, where it is known.
            velocity.copy_from_slice(&self.storage.k[0]);
            return;
        }
        let h = self.node.h;
        self.equation.place((own.from + s) / h[0], h);
        let network = self.equation.network;
        network.velocity(x, self.equation.drive(), false, self.ws, velocity);
        if velocity.iter().any(|v| !v.is_finite()) {
            own.wild = Some(x.to_vec());
        }
    }

    /// Books a step that was taken; true if the solver is to end.
    fn accept(&mut self, s: f64, x: &[f64]) -> bool {
        let (length, at) = (self.node.h[0], self.own.from + s);
        // Steps are stretched to the end from within a hundredth of their length, so that less than a thousandth is the
        // rounding of a sum.
        let lands = length - at <= 1e-3 * (at - self.own.at);
        let at = if lands { length } else { at };
        self.own.count_tries();
        if self.node.works() {
            self.add_work(s, at, x);
        }
        self.storage.end.copy_from_slice(x);
        let own = &mut *self.own;
        own.at = at;
        own.taken += 1;
        own.steps += 1;
        let most = (KEPT / (8 * x.len() + 64)).max(1);
        own.steps >= most || !(self.equation.go_on)()
    }

    /// Adds the work of a changing input in a step to `x`, by Boole's rule on the cubic through both its ends.
    fn add_work(&mut self, s: f64, at: f64, x: &[f64]) {
        if self.own.now[0] != x {
            self.evaluate(s, x);
        }
        let (own, h) = (&mut *self.own, self.node.h);
        let step = at - own.at;
        for (part, weights) in BOOLE {
            let ends = [[&self.storage.end[..], &own.velocity], [x, &own.now[1]]];
            hermite::sum(hermite::cubic(part), ends, step, &mut own.inside);
            self.equation.place((own.at + part * step) / h[0], h);
            let network = self.equation.network;
            network.activation(&own.inside, 1, &mut self.ws.g);
            let weights = weights.map(|w| w * step / h[0]);
            self.node.add(self.equation, self.ws, weights);
        }
        own.velocity.copy_from_slice(&own.now[1]);
    }
}

impl Stepper for Witness {
    fn velocities(&self) -> usize {
        3
    }

    fn evaluations(&self) -> u64 {
        // That at the start is known, that at the end is evaluated once more.
        self.asked
    }

    fn steps(&self) -> [u64; 2] {
        [self.tried, self.taken]
    }

    fn advance(
        &mut self,
        equation: &mut Equation<'_, '_>,
        node: &mut Node<'_>,
        storage: &mut Storage,
        ws: &mut Workspace,
    ) -> Result<(), StopReason> {
        let (length, solve) = (node.h[0], self.solve);
        self.clamped.clear();
        self.clamped.extend(equation.clamped);
        (self.at, self.failed, self.wild) = (0.0, false, None);
        (self.tried, self.taken, self.asked, self.seen) = (0, 0, 0, 0);
        storage.end.copy_from_slice(node.x);
        self.velocity.copy_from_slice(&storage.k[0]);
        while self.at < length && !self.failed {
            (self.from, self.steps) = (self.at, 0);
            let x = DVector::from_column_slice(&storage.end);
            let tries = equation.tries.saturating_sub(self.tried);
            let bounds = (self.tolerance, u32::try_from(tries).unwrap_or(u32::MAX));
            let run = Run(RefCell::new(Interval {
                own: self,
                equation,
                node,
                storage,
                ws,
            }));
            let left = length - run.0.borrow().own.at;
            let ended = solve(run, x, left, bounds);
            self.count_tries();
            if !(equation.go_on)() {
                return Err(StopReason::Interrupted);
            }
            if let Err(IntegrationError::MaxNumStepReached { .. }) = ended {
                return Err(StopReason::StepLimit);
            }
            if ended.is_err() || self.at <= self.from {
                // No step was short enough. Where velocities were not finite, the block is shown which.
                self.failed = true;
                let tried = self.wild.as_ref().unwrap_or(&self.now[0]);
                storage.end.copy_from_slice(tried);
            }
        }
        Ok(())
    }

    fn work_at_end(&self) -> [f64; 2] {
        [0.0; 2]
    }

    /// The solver keeps its estimates to itself. What is known is that it was content: the root mean square of the error of
    /// a step over the tolerance was at most 1. One neuron may then have erred by `√n` tolerances, if the others did not.
    fn error(&self, x: &[f64], _h: &[f64], storage: &Storage, out: &mut [f64]) {
        if self.failed {
            out.fill(f64::NAN);
            return;
        }
        let size = self.errs * (x.len() as f64).sqrt();
        for (out, (x, y)) in out.iter_mut().zip(x.iter().zip(&storage.end)) {
            *out = size * self.tolerance.scale(*x, *y);
        }
        for k in &self.clamped {
            out[*k] = 0.0;
        }
    }

    fn repeats(&self, theta: f64) -> f64 {
        theta
    }

    fn inside(&self, _theta: f64, _ends: Ends<'_>, _h: f64, storage: &Storage, out: &mut [f64]) {
        out.copy_from_slice(&storage.end);
    }
}
