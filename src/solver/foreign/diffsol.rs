//! The implicit methods of the crate `diffsol`, for stiff networks. Every few steps they ask for the Jacobian column by
//! column and factorise it: n actions and n³ multiplications, so they are for networks of up to a thousand neurons or so.
//!
//! What it is kept from: its limits of failures, which count over a whole trajectory; its shortest step and its guess of
//! the first, which are in a unit of time of its own; times far from zero, near which its stop times panic.

use std::cell::RefCell;

use diffsol::{
    BdfState, DiffsolError, NalgebraContext, NalgebraLU, NalgebraMat, NalgebraVec, OdeBuilder,
    OdeEquations, OdeEquationsImplicit, OdeSolverMethod, OdeSolverProblem, OdeSolverState,
    OdeSolverStopReason, RkState,
};

use super::Watch;
use crate::solver::{Dense, Engine, Method, Scheme};

type Matrix = NalgebraMat<f64>;
type Lu = NalgebraLU<f64>;
type Vector = NalgebraVec<f64>;

/// The Jacobian, the identity in its place for a mass, and the factors.
const MATRICES: u64 = 3;

/// Shampine and Reichelt 1997, *The MATLAB ODE suite*.
pub static BDF: Method = method(
    "bdf",
    "backward differentiation of order 1 to 5 (crate diffsol), implicit: for stiff networks, and smooth long runs",
    5,
    bdf,
);

/// Hosea and Shampine 1996, *Analysis and implementation of TR-BDF2*.
pub static TR_BDF2: Method = method(
    "tr_bdf2",
    "trapezoidal rule and backward differentiation, order 2(3) (crate diffsol), implicit: for stiff networks at loose tolerances",
    2,
    tr_bdf2,
);

/// Jørgensen, Kristensen and Thomsen 2018, *A family of ESDIRK integration methods*.
pub static ESDIRK34: Method = method(
    "esdirk34",
    "diagonally implicit Runge–Kutta method of order 3(4) (crate diffsol): for stiff networks with kinks or switches",
    3,
    esdirk34,
);

const fn method(name: &'static str, about: &'static str, order: u32, engine: Engine) -> Method {
    Method {
        name,
        about,
        order,
        error_order: Some(order),
        stability: f64::INFINITY,
        dense: Dense::Foreign,
        takes_back: false,
        scheme: Scheme::Foreign {
            engine,
            matrices: MATRICES,
        },
    }
}

/// Failures of one step after which it is given up. Each shortens the step to a half or a third, or renews the Jacobian.
const FAILURES: usize = 100;

fn bdf(watch: &mut Watch<'_>, until: f64) -> Result<(), String> {
    // It starts with order 1.
    let leg = Leg::new(watch, until, 1);
    let watch = RefCell::new(watch);
    let problem = problem(&watch)?;
    let mut state = BdfState::new_without_initialise(&problem).map_err(told)?;
    *state.as_mut().h = leg.h;
    let solver = problem.bdf_solver::<Lu>(state).map_err(told)?;
    leg.run(&watch, solver, |c, most| c.maximum_newton_fails = most)
}

fn tr_bdf2(watch: &mut Watch<'_>, until: f64) -> Result<(), String> {
    let leg = Leg::new(watch, until, TR_BDF2.order);
    let watch = RefCell::new(watch);
    let problem = problem(&watch)?;
    let mut state = RkState::new_without_initialise(&problem).map_err(told)?;
    *state.as_mut().h = leg.h;
    let solver = problem.tr_bdf2_solver::<Lu>(state).map_err(told)?;
    leg.run(&watch, solver, |c, most| c.maximum_newton_fails = most)
}

fn esdirk34(watch: &mut Watch<'_>, until: f64) -> Result<(), String> {
    let leg = Leg::new(watch, until, ESDIRK34.order);
    let watch = RefCell::new(watch);
    let problem = problem(&watch)?;
    let mut state = RkState::new_without_initialise(&problem).map_err(told)?;
    *state.as_mut().h = leg.h;
    let solver = problem.esdirk34_solver::<Lu>(state).map_err(told)?;
    leg.run(&watch, solver, |c, most| c.maximum_newton_fails = most)
}

fn told(error: DiffsolError) -> String {
    format!("diffsol: {error}")
}

/// The network as the engine wants it, from time 0 on.
fn problem(
    watch: &RefCell<&mut Watch<'_>>,
) -> Result<
    OdeSolverProblem<
        impl OdeEquationsImplicit<M = Matrix, V = Vector, T = f64, C = NalgebraContext>,
    >,
    String,
> {
    let start = watch.borrow().x().to_vec();
    let (n, settings) = (start.len(), watch.borrow().settings());
    let mut problem = OdeBuilder::<Matrix>::new()
        .rtol(settings.rtol)
        .atol([settings.atol])
        .rhs_implicit(
            |x: &[f64], _: &[f64], _: f64, out: &mut [f64]| watch.borrow_mut().velocity(x, out),
            |x: &[f64], _: &[f64], _: f64, v: &[f64], out: &mut [f64]| {
                watch.borrow_mut().jacobian(x, v, out);
            },
        )
        .init(
            move |_: &[f64], _: f64, x: &mut [f64]| x.copy_from_slice(&start),
            n,
        )
        .build()
        .map_err(told)?;
    // A step that does not move the time is the watch's to see.
    problem.ode_options.min_timestep = f64::MIN_POSITIVE;
    problem.ode_options.max_error_test_failures = FAILURES;
    Ok(problem)
}

/// The way from one switch of the input to the next, which the engine sees as from 0 to `length`.
struct Leg {
    from: f64,
    until: f64,
    length: f64,
    h: f64,
    longest: f64,
}

impl Leg {
    fn new(watch: &mut Watch<'_>, until: f64, order: u32) -> Self {
        let from = watch.t();
        let length = until - from;
        let longest = watch.settings().max_step;
        Leg {
            from,
            until,
            length,
            h: watch.first_step(order).min(longest).min(length),
            longest,
        }
    }

    /// Step by step to the end; `allow` sets how many failures of Newton's method the engine bears.
    fn run<'p, E, S>(
        &self,
        watch: &RefCell<&mut Watch<'_>>,
        mut solver: S,
        allow: impl Fn(&mut S::Config, usize),
    ) -> Result<(), String>
    where
        E: OdeEquations<V = Vector, T = f64> + 'p,
        S: OdeSolverMethod<'p, E>,
    {
        let (mut s, mut failed) = (0.0, 0);
        let mut bounded = false;
        loop {
            // The longest step is a time to stop at, a new one after every step.
            if !bounded || self.longest.is_finite() {
                let stop = self.length.min(s + self.longest);
                solver.set_stop_time(stop).map_err(told)?;
                bounded = true;
            }
            let newton = solver.get_statistics().number_of_nonlinear_solver_fails;
            allow(solver.config_mut(), newton + FAILURES);
            let end = solver.step();
            let seen = solver.get_statistics();
            let all = seen.number_of_error_test_failures + seen.number_of_nonlinear_solver_fails;
            let tries = (all - failed) as u64;
            failed = all;
            watch.borrow_mut().failed(tries);
            if !watch.borrow().is_running() {
                return Ok(());
            }
            let Ok(reason) = end else {
                watch.borrow_mut().give_up();
                return Ok(());
            };
            let before = s;
            s = solver.state().t;
            let arrived = reason == OdeSolverStopReason::TstopReached
                && self.length - s <= 1e-9 * self.length;
            let t = if arrived { self.until } else { self.from + s };
            // Between steps the engine evaluates nothing: the watch is free.
            let x = solver.state().y.clone();
            let goes_on = watch.borrow_mut().step(t, x.batch_as_slice(0), |t, out| {
                let inside = (t - self.from).clamp(before, s);
                let x = solver.interpolate(inside).map_err(told)?;
                out.copy_from_slice(x.batch_as_slice(0));
                Ok(())
            })?;
            if !goes_on || arrived {
                return Ok(());
            }
        }
    }
}
