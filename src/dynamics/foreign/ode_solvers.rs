//! The explicit methods of the crate `ode_solvers`, as witnesses: another program, from Hairer's, takes the same steps.
//!
//! What it is kept from: its dense output (calls back with a state and a velocity of different times), times below zero
//! (panics there), the step past the end (its RK4), its stiffness test (fires on every explicit method that rests at an
//! attractor). It keeps every state of a run, so runs are short and follow one another. States and velocities go in and
//! out as slices: its nalgebra is not ours.

use std::cell::{Cell, RefCell};

use ode_solvers::dop_shared::{IntegrationError, Stats};
use ode_solvers::{DVector, Dop853, Dopri5, OutputType, Rk4, System};

use super::Watch;
use crate::dynamics::control::WELL_INSIDE;
use crate::dynamics::{Dense, Method};

/// Dormand and Prince 1980, in another program than our own.
pub static DOPRI5: Method = Method {
    name: "ode_solvers-dopri5",
    about: "Dormand–Prince 5(4) of the crate ode_solvers: a second opinion on dopri5",
    order: 5,
    error_order: Some(4),
    stability: 3.306,
    dense: Dense::Foreign,
    takes_back: false,
    matrices: 0,
    tableau: None,
    make: super::none,
    engine: Some(dopri5),
};

/// Hairer, Nørsett and Wanner 1993, *Solving Ordinary Differential Equations I*, II.5.
pub static DOP853: Method = Method {
    name: "ode_solvers-dop853",
    about: "Dormand–Prince 8(5,3) of the crate ode_solvers: for tolerances near rounding",
    order: 8,
    error_order: Some(7),
    stability: 6.393,
    dense: Dense::Foreign,
    takes_back: false,
    matrices: 0,
    tableau: None,
    make: super::none,
    engine: Some(dop853),
};

/// Kutta 1901, in another program than our own.
pub static RK4: Method = Method {
    name: "ode_solvers-rk4",
    about: "the classical method of order 4 of the crate ode_solvers: a second opinion on rk4",
    order: 4,
    error_order: None,
    stability: 2.785,
    dense: Dense::Foreign,
    takes_back: false,
    matrices: 0,
    tableau: None,
    make: super::none,
    engine: Some(rk4),
};

/// Most bytes of states that a run keeps before another takes over.
const KEPT: usize = 1 << 24;

/// A run from one time to another, which the engine sees as from 0 to `length`. The engine owns it and does not give it
/// back: what is to be known afterwards is in the log.
struct Run<'w, 'a> {
    watch: RefCell<&'w mut Watch<'a>>,
    log: &'w Log,
    target: f64,
    length: f64,
    /// Evaluations for one try of a step.
    stages: u64,
    most_steps: usize,
    /// The last two states at which the velocity was asked for, each with its velocity.
    last: RefCell<[[Vec<f64>; 2]; 2]>,
}

struct Log {
    from: f64,
    /// The end of the last step.
    s: Cell<f64>,
    /// The next step, and the longest.
    h: Cell<f64>,
    most: Cell<f64>,
    steps: Cell<usize>,
    /// Evaluations at the end of the last step.
    seen: Cell<u64>,
    /// What the watch found wrong.
    fault: RefCell<Option<String>>,
}

impl<'w, 'a> Run<'w, 'a> {
    fn new(
        watch: &'w mut Watch<'a>,
        log: &'w Log,
        target: f64,
        stages: u64,
    ) -> (Self, DVector<f64>) {
        let x = DVector::from_column_slice(watch.x());
        let most_steps = most_steps(x.len());
        let run = Run {
            watch: RefCell::new(watch),
            log,
            target,
            length: target - log.from,
            stages,
            most_steps,
            last: RefCell::new(std::array::from_fn(|_| {
                [x.as_slice().to_vec(), vec![0.0; x.len()]]
            })),
        };
        (run, x)
    }
}

impl System<f64, DVector<f64>> for Run<'_, '_> {
    fn system(&self, s: f64, x: &DVector<f64>, velocity: &mut DVector<f64>) {
        let mut watch = self.watch.borrow_mut();
        watch.velocity(self.log.from + s, x.as_slice(), velocity.as_mut_slice());
        let mut last = self.last.borrow_mut();
        last.swap(0, 1);
        last[1][0].copy_from_slice(x.as_slice());
        last[1][1].copy_from_slice(velocity.as_slice());
    }

    /// Sees every step that was taken; `true` ends the run. The velocity is not used: RK4 hands over that of the start.
    fn solout(&mut self, s: f64, x: &DVector<f64>, _velocity: &DVector<f64>) -> bool {
        let (watch, log) = (self.watch.get_mut(), self.log);
        let tries = (watch.evaluations() - log.seen.get()) / self.stages;
        watch.failed(tries.saturating_sub(1));
        log.seen.set(watch.evaluations());
        let h = s - log.s.replace(s);
        log.steps.set(log.steps.get() + 1);
        // Steps are stretched to the end from within a hundredth of their length, so that less than a thousandth is the
        // rounding of a sum.
        let lands = self.length - s <= 1e-3 * h;
        // A step that was cut short to land says nothing against a longer one.
        log.h.set(if lands && tries <= 1 {
            log.h.get().max(2.0 * h)
        } else {
            h
        });
        let t = if lands { self.target } else { log.from + s };
        let past = |t: f64| format!("a run reaches past t = {t}, where it was to end");
        match watch.step(t, x.as_slice(), |t, _| Err(past(t))) {
            Ok(goes_on) => {
                !goes_on || log.steps.get() >= self.most_steps || self.stability_moved(h)
            }
            Err(fault) => {
                log.fault.replace(Some(fault));
                true
            }
        }
    }
}

impl Run<'_, '_> {
    /// At rest an explicit method takes ever longer steps, to the edge of its stability, where its error in the fastest
    /// mode neither grows nor decays: the state never rests, and trembles by more than its tolerance. Where the edge
    /// has come near, or gone away from a bound that it set, another run takes over with a bound well inside it.
    fn stability_moved(&mut self, h: f64) -> bool {
        let (method, longest) = {
            let settings = self.watch.get_mut().settings();
            (settings.method, settings.max_step)
        };
        if !method.is_adaptive() {
            return false;
        }
        // Both states are stages at the end of the step, so that their difference is of the fast modes.
        let [before, end] = self.last.get_mut();
        let apart = |k: usize| -> f64 {
            let pairs = before[k].iter().zip(&end[k]);
            pairs.map(|(a, b)| (a - b) * (a - b)).sum()
        };
        let fastest = (apart(1) / apart(0)).sqrt();
        let edge = WELL_INSIDE * method.stability / fastest;
        let edge = if edge > 0.0 {
            edge.min(longest)
        } else {
            longest
        };
        let most = self.log.most.get();
        let moved = h > edge || (h >= 0.9 * most && edge > 1.5 * most);
        if moved {
            self.log.most.set(edge);
        }
        moved
    }
}

fn most_steps(neurons: usize) -> usize {
    (KEPT / (8 * neurons + 64)).max(1)
}

/// What bounds the steps of a run.
struct Bounds {
    h: f64,
    most: f64,
    tries: u32,
}

type Integrate = fn(Run<'_, '_>, DVector<f64>, [f64; 2], Bounds) -> Result<Stats, IntegrationError>;

fn dopri5(watch: &mut Watch<'_>, until: f64) -> Result<(), String> {
    adaptive(watch, until, 6, |run, x, [rtol, atol], b| {
        let (end, kind) = (run.length, OutputType::Sparse);
        // The constants of Dopri5::new, but for the bounds. It makes one try more than it is told, unlike the next one.
        Dopri5::from_param(
            run,
            0.0,
            end,
            end,
            x,
            rtol,
            atol,
            0.9,
            0.04,
            0.2,
            10.0,
            b.most,
            b.h,
            b.tries - 1,
            u32::MAX,
            kind,
        )
        .integrate()
    })
}

fn dop853(watch: &mut Watch<'_>, until: f64) -> Result<(), String> {
    adaptive(watch, until, 11, |run, x, [rtol, atol], b| {
        let (end, kind) = (run.length, OutputType::Sparse);
        // The constants of Dop853::new, but for the bounds.
        Dop853::from_param(
            run,
            0.0,
            end,
            end,
            x,
            rtol,
            atol,
            0.9,
            0.0,
            0.333,
            6.0,
            b.most,
            b.h,
            b.tries,
            u32::MAX,
            kind,
        )
        .integrate()
    })
}

/// Run after run, each to the next time at which something is to be seen.
fn adaptive(
    watch: &mut Watch<'_>,
    until: f64,
    stages: u64,
    integrate: Integrate,
) -> Result<(), String> {
    let settings = watch.settings();
    let mut h = watch.first_step(settings.method.order);
    let mut most = settings.max_step;
    while watch.is_running() && watch.t() < until {
        let log = Log::at(watch, [h, most]);
        let target = until.min(watch.next_sample());
        let length = target - log.from;
        let bounds = Bounds {
            h: h.min(most).min(length),
            most: most.min(length),
            tries: u32::try_from(watch.steps_left()).unwrap_or(u32::MAX),
        };
        let (run, x) = Run::new(watch, &log, target, stages);
        let ended = integrate(run, x, [settings.rtol, settings.atol], bounds);
        log.check()?;
        if let Err(why) = ended {
            watch.failed((watch.evaluations() - log.seen.get()) / stages);
            if !matches!(why, IntegrationError::MaxNumStepReached { .. }) {
                watch.give_up();
            }
        }
        (h, most) = (log.h.get(), log.most.get());
    }
    Ok(())
}

/// Steps of equal length that end where they are to end: the engine itself would step past.
fn rk4(watch: &mut Watch<'_>, until: f64) -> Result<(), String> {
    let settings = watch.settings();
    // The settings were checked: a method of fixed step has one.
    let wanted = settings.step.unwrap_or(settings.t_end - settings.t_start);
    let wanted = wanted.min(settings.max_step);
    while watch.is_running() && watch.t() < until {
        let log = Log::at(watch, [wanted; 2]);
        let target = until.min(watch.next_sample());
        let length = target - log.from;
        let count = (length / wanted - 1e-9).ceil().max(1.0);
        let h = length / count;
        let now = count
            .min(most_steps(watch.x().len()) as f64)
            .min(watch.steps_left() as f64);
        let (run, x) = Run::new(watch, &log, target, 4);
        // Half a step short, or the rounding of `end / h` may add a step.
        let ended = Rk4::new(run, 0.0, x, (now - 0.5) * h, h).integrate();
        log.check()?;
        if ended.is_err() {
            watch.give_up();
        }
    }
    Ok(())
}

impl Log {
    fn at(watch: &Watch<'_>, [h, most]: [f64; 2]) -> Self {
        Log {
            from: watch.t(),
            s: Cell::new(0.0),
            h: Cell::new(h),
            most: Cell::new(most),
            steps: Cell::new(0),
            seen: Cell::new(watch.evaluations()),
            fault: RefCell::new(None),
        }
    }

    fn check(&self) -> Result<(), String> {
        self.fault.borrow_mut().take().map_or(Ok(()), Err)
    }
}
