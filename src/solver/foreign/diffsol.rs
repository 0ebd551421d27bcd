//! The implicit methods of the crate `diffsol`, for stiff networks. Every few steps they ask for the Jacobian and factorise
//! `I − cJ`, for which we give them what knows more of networks than their own: J in blocks of columns, and factors for
//! which a layer without a synapse of its own costs a division (`kernels/factors.rs`). Of s such neurons and m others that is
//! m²s + m³/3 multiplications, of a network without layers n³/3; either as fast as the machine multiplies matrices.
//!
//! What it is kept from: its limits of failures, which count over a whole trajectory; its shortest step and its guess of
//! the first, which are in a unit of time of its own; times far from zero, near which its stop times panic.

use std::cell::RefCell;

use diffsol::ode_equations::{NoAug, OdeEquationsRef};
use diffsol::{
    Bdf, BdfState, ConstantOp, DiffsolError, Matrix as _, NalgebraContext, NalgebraMat,
    NalgebraVec, NonLinearOp, NonLinearOpJacobian, OdeBuilder, OdeEquations, OdeSolverMethod,
    OdeSolverProblem, OdeSolverState, OdeSolverStopReason, Op, RkState, Sdirk, Tableau,
    UnitCallable,
};

use super::diffsol_la::LayeredLu;
use super::{LongWork, Watch};
use crate::solver::{Dense, Engine, Method, Scheme};

type Matrix = NalgebraMat<f64>;
type Vector = NalgebraVec<f64>;

/// The Jacobian, the identity in its place for a mass, and `I − cJ`, whose factors take its own place. (Beside them, a
/// Jacobian in the making holds blocks of 64 states, and products of matrices some MiB.)
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
    let work = watch.long_work();
    let watch = RefCell::new(watch);
    let problem = problem(&watch, &work)?;
    let mut state: BdfState<Vector, Matrix> =
        BdfState::new_without_initialise(&problem).map_err(told)?;
    *state.as_mut().h = leg.h;
    let solver: Bdf<'_, _, _, _, NoAug<_>> =
        Bdf::new(&problem, state, LayeredLu::new(&work)).map_err(told)?;
    leg.run(&watch, &work, solver, |c, most| {
        c.maximum_newton_fails = most
    })
}

fn tr_bdf2(watch: &mut Watch<'_>, until: f64) -> Result<(), String> {
    diagonally_implicit(watch, until, &TR_BDF2, Tableau::tr_bdf2())
}

fn esdirk34(watch: &mut Watch<'_>, until: f64) -> Result<(), String> {
    diagonally_implicit(watch, until, &ESDIRK34, Tableau::esdirk34())
}

fn diagonally_implicit(
    watch: &mut Watch<'_>,
    until: f64,
    method: &Method,
    tableau: Tableau<f64>,
) -> Result<(), String> {
    let leg = Leg::new(watch, until, method.order);
    let work = watch.long_work();
    let watch = RefCell::new(watch);
    let problem = problem(&watch, &work)?;
    let mut state: RkState<Vector, Matrix> =
        RkState::new_without_initialise(&problem).map_err(told)?;
    *state.as_mut().h = leg.h;
    let solver: Sdirk<'_, _, _, _, NoAug<_>> =
        Sdirk::new(&problem, state, tableau, LayeredLu::new(&work)).map_err(told)?;
    leg.run(&watch, &work, solver, |c, most| {
        c.maximum_newton_fails = most
    })
}

fn told(error: DiffsolError) -> String {
    format!("diffsol: {error}")
}

/// The network as the engine wants it, from time 0 on: the right side and its derivative, and where it starts. Closures
/// would be shorter, but of them the engine makes the Jacobian column by column.
struct Equations<'w, 'm, 'a> {
    watch: &'w RefCell<&'m mut Watch<'a>>,
    work: &'w LongWork<'a>,
    /// The time that the engine calls 0.
    from: f64,
    start: Vec<f64>,
    context: NalgebraContext,
}

impl Op for Equations<'_, '_, '_> {
    type T = f64;
    type V = Vector;
    type M = Matrix;
    type C = NalgebraContext;

    fn context(&self) -> &NalgebraContext {
        &self.context
    }
    fn nstates(&self) -> usize {
        self.start.len()
    }
    fn nout(&self) -> usize {
        self.start.len()
    }
    fn nparams(&self) -> usize {
        0
    }
}

impl NonLinearOp for Equations<'_, '_, '_> {
    fn call_inplace(&self, x: &Vector, s: f64, y: &mut Vector) {
        let y = y.batch_as_mut_slice(0);
        if self.work.was_left() {
            // The engine tries a hundred shorter steps before it gives up; they need not cost anything.
            y.fill(f64::NAN);
        } else {
            let mut watch = self.watch.borrow_mut();
            watch.velocity(self.from + s, x.batch_as_slice(0), y);
        }
    }
}

impl NonLinearOpJacobian for Equations<'_, '_, '_> {
    fn jac_mul_inplace(&self, x: &Vector, _: f64, v: &Vector, y: &mut Vector) {
        let (x, v) = (x.batch_as_slice(0), v.batch_as_slice(0));
        let mut watch = self.watch.borrow_mut();
        watch.jacobian(x, v, y.batch_as_mut_slice(0));
    }

    fn jacobian_inplace(&self, x: &Vector, _: f64, y: &mut Matrix) {
        let out = y.inner_mut().as_mut_slice();
        let mut watch = self.watch.borrow_mut();
        watch.jacobian_matrix(x.batch_as_slice(0), out, self.work);
    }
}

impl ConstantOp for Equations<'_, '_, '_> {
    fn call_inplace(&self, _: f64, y: &mut Vector) {
        y.batch_as_mut_slice(0).copy_from_slice(&self.start);
    }
}

/// In the place of everything that these equations do not have.
type Nothing = UnitCallable<Matrix>;

impl<'e, 'w, 'm, 'a> OdeEquationsRef<'e> for Equations<'w, 'm, 'a> {
    type Rhs = &'e Equations<'w, 'm, 'a>;
    type Init = &'e Equations<'w, 'm, 'a>;
    type Mass = Nothing;
    type Root = Nothing;
    type Out = Nothing;
    type Reset = Nothing;
}

impl OdeEquations for Equations<'_, '_, '_> {
    fn rhs(&self) -> &Self {
        self
    }
    fn init(&self) -> &Self {
        self
    }
    fn mass(&self) -> Option<Nothing> {
        None
    }
    fn set_params(&mut self, _: &Vector) {}
    fn get_params(&self, _: &mut Vector) {}
}

fn problem<'w, 'm, 'a>(
    watch: &'w RefCell<&'m mut Watch<'a>>,
    work: &'w LongWork<'a>,
) -> Result<OdeSolverProblem<Equations<'w, 'm, 'a>>, String> {
    let settings = watch.borrow().settings();
    let equations = Equations {
        watch,
        work,
        from: watch.borrow().t(),
        start: watch.borrow().x().to_vec(),
        context: NalgebraContext::default(),
    };
    let mut problem = OdeBuilder::<Matrix>::new()
        .rtol(settings.rtol)
        .atol([settings.atol])
        .build_from_eqn(equations)
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
        work: &LongWork<'_>,
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
            if end.is_err() && work.was_left() {
                watch.borrow_mut().left();
                return Ok(());
            }
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
