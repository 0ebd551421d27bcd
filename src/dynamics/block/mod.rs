//! A block of trajectories that advance together, each with its own time, step, error control and monitor.

mod accept;
mod advance;
mod clock;
mod job;
mod migrate;
mod quiet;
mod start;
mod starting;
mod step;

use self::clock::{StepClock, StepClocks};
use self::job::{Job, Phase};
pub use self::migrate::Migrant;
use self::quiet::Quiet;
use self::starting::Starting;
use super::auto::Chooser;
use super::control::Controllers;
use super::dense::Output;
use super::doubt::Doubt;
use super::error::{RunError, StartError};
use super::forcing::Forcing;
use super::interrupt::Interrupt;
use super::method::Method;
use super::outcome::Outcome;
use super::settings::Settings;
use super::slopes::Slopes;
use super::stages::Stages;
use super::start::Start;
use super::view::Measures;
use crate::monitor::{Monitor, Needs};
use crate::network::{Network, Workspace};
use crate::stimulus::Stimulus;
use crate::trajectory::{Column, StopReason};

/// A block of columns; see the module.
#[derive(Debug)]
pub struct Block<'n, M> {
    method: &'static Method,
    network: &'n Network,
    settings: &'n Settings,
    stimulus: &'n Stimulus,
    width: usize,
    x: Vec<f64>,
    forcing: Forcing<'n>,
    clamped: Vec<usize>,
    stages: Stages,
    error: Vec<f64>,
    ws: Workspace,
    output: Output<'n>,
    slopes: Option<Slopes>,
    doubt: Option<Doubt<'n>>,
    chooser: Option<Chooser<'n>>,
    /// What any of its monitors needed so far: those of a block are mostly alike.
    needs: Needs,
    /// Did any of them see steps?
    sees_steps: bool,
    control: Controllers,
    /// Mean squares of the errors of the last step tried (1 = the tolerance), by column.
    errors: Vec<f64>,
    /// Of the last step tried.
    measures: Measures,
    quiet: Quiet,
    starting: Starting,
    phases: Vec<Phase>,
    clocks: StepClocks,
    jobs: Vec<Option<Job<M>>>,
    /// Columns with nothing to do.
    idle: Vec<usize>,
    /// Columns whose velocity is not known.
    waiting: Vec<usize>,
    /// Columns whose trajectories are to go on with another method.
    leaving: Vec<usize>,
    /// Columns whose trajectories have ended.
    ended: Vec<usize>,
    /// Columns in which the slope of the energy is to be measured after the present step.
    due: Vec<usize>,
    /// Storage for the columns that end in one step.
    ends: Vec<(usize, StopReason)>,
}

impl<'n, M: Monitor> Block<'n, M> {
    /// An empty block.
    ///
    /// # Errors
    /// Settings that make no sense, a stimulus of another network or one that the method cannot follow.
    pub fn new(
        network: &'n Network,
        settings: &'n Settings,
        stimulus: &'n Stimulus,
        width: usize,
    ) -> Result<Self, RunError> {
        Block::of(settings.method.first(), network, settings, stimulus, width)
    }

    /// A block of one of the methods that the settings name.
    pub(super) fn of(
        method: &'static Method,
        network: &'n Network,
        settings: &'n Settings,
        stimulus: &'n Stimulus,
        width: usize,
    ) -> Result<Self, RunError> {
        settings.check()?;
        stimulus.check(network)?;
        method.fits(network, settings)?;
        method.may_follow(stimulus)?;
        let is_chosen = !settings.method.choices.is_empty();
        let size = network.size() * width;
        Ok(Block {
            method,
            network,
            settings,
            stimulus,
            width,
            x: vec![0.0; size],
            forcing: Forcing::new(network, stimulus, width),
            clamped: Vec::new(),
            stages: Stages::new(method, network, settings, width),
            error: vec![0.0; size],
            ws: Workspace::new(network, width),
            output: Output::new(method, network, settings, stimulus),
            slopes: None,
            doubt: None,
            chooser: is_chosen.then(|| Chooser::new(network, method, stimulus, width)),
            needs: Needs::default(),
            sees_steps: false,
            control: Controllers::new(method, width),
            errors: vec![0.0; width],
            measures: Measures::new(width),
            quiet: Quiet::new(width),
            starting: Starting::new(network, width),
            phases: vec![Phase::Idle; width],
            clocks: StepClocks::new(method, settings, width),
            jobs: (0..width).map(|_| None).collect(),
            // The last is taken first.
            idle: (0..width).rev().collect(),
            waiting: Vec::with_capacity(width),
            leaving: Vec::with_capacity(width),
            ended: Vec::with_capacity(width),
            due: Vec::with_capacity(width),
            ends: Vec::with_capacity(width),
        })
    }

    /// The method of its steps.
    pub(super) fn method(&self) -> &'static Method {
        self.method
    }

    /// A column with nothing to do.
    pub fn idle_column(&self) -> Option<usize> {
        self.idle.last().copied()
    }

    /// How many columns have nothing to do.
    pub fn idle_columns(&self) -> usize {
        self.idle.len()
    }

    /// Puts a trajectory into a column, whatever was there.
    ///
    /// # Errors
    /// A start of the wrong length or not finite, or a group that is clamped in part.
    ///
    /// # Panics
    /// There is no such column.
    pub fn load(&mut self, column: usize, start: Start, mut monitor: M) -> Result<(), StartError> {
        let clamped = start.check(self.network)?;
        if !self.method.takes_back {
            monitor.committed();
        }
        let (settings, t) = (self.settings, self.settings.t_start);
        let clock = StepClock {
            t,
            next: settings.fixed_step().unwrap_or(f64::NAN),
            target: self.stimulus.next_stop(t).min(settings.t_end),
            ..StepClock::default()
        };
        let mut needs = monitor.needs().of(self.network);
        if self.method.flips {
            // Nothing moves along a velocity.
            needs.slope_every = None;
        }
        let job = Job {
            slope_at: needs.slope_every.unwrap_or(0),
            needs,
            sees_steps: monitor.sees_steps(),
            monitor,
            own_input: start.input,
            clamped,
            stream: start.stream.unwrap_or_default(),
            sent_back: 0,
            output_evaluations: 0,
            factorisations: 0,
            entered: 0,
            method: self.method,
            choices: Vec::new(),
            stop: None,
        };
        if let Some(chooser) = &mut self.chooser {
            chooser.start(column, t);
        }
        self.occupy(column, Phase::Fresh, clock, job, &start.x);
        Ok(())
    }

    /// Fills a column.
    fn occupy(
        &mut self,
        column: usize,
        phase: Phase,
        clock: StepClock,
        mut job: Job<M>,
        x: &[f64],
    ) {
        let width = self.width;
        job.entered = clock.tried;
        for (i, x) in x.iter().enumerate() {
            self.x[i * width + column] = *x;
        }
        if !self.clamped.is_empty() {
            self.clamped.retain(|k| k % width != column);
        }
        self.clamped
            .extend(job.clamped.iter().map(|i| i * width + column));
        if job.needs.slope_every.is_some() && self.slopes.is_none() {
            self.slopes = Some(Slopes::new(self.network, width));
        }
        // A step of a length that was asked for is the user's choice: nothing excuses it.
        let stepper = self.stages.stepper_mut();
        stepper.begin(self.network, (column, x), job.stream);
        let may_doubt = self.method.is_adaptive() && stepper.may_repeat();
        if job.needs.energy && self.doubt.is_none() && may_doubt {
            let (network, settings) = (self.network, self.settings);
            let doubt = Doubt::new(self.method, network, settings, self.stimulus, width);
            self.doubt = Some(doubt);
        }
        self.needs = self.needs.and(job.needs);
        self.measures.expect(column, job.needs);
        self.sees_steps |= job.sees_steps;
        self.control.start(column);
        for list in [
            &mut self.idle,
            &mut self.waiting,
            &mut self.leaving,
            &mut self.ended,
        ] {
            // The column that is taken next stands last.
            if list.last() == Some(&column) {
                list.pop();
            } else {
                list.retain(|l| *l != column);
            }
        }
        self.waiting.push(column);
        let t = clock.t;
        self.phases[column] = phase;
        self.clocks.set(column, clock);
        self.quiet.listen(column, &mut job);
        self.jobs[column] = Some(job);
        self.set_input(column, t);
    }

    /// A column has nothing to do any more.
    fn vacate(&mut self, column: usize) {
        self.phases[column] = Phase::Idle;
        self.clocks.halt(column);
        self.waiting.retain(|l| *l != column);
        self.idle.push(column);
    }

    /// Takes a trajectory that has ended out of its column.
    pub fn take_finished(&mut self) -> Option<(usize, Outcome, M)> {
        let column = self.ended.pop()?;
        let mut job = self.jobs[column].take()?;
        let clock = self.clocks.get(column);
        job.leave(self.method, clock);
        self.vacate(column);
        let outcome = Outcome {
            statistics: job.statistics(clock),
            stop: job.stop?,
            t: clock.t,
            x: column_of(&self.x, self.width, column),
            input: column_of(self.forcing.input(), self.width, column),
            choices: job.choices,
        };
        Some((column, outcome, job.monitor))
    }

    /// Tries one step in every column that is at work.
    pub fn advance(&mut self, interrupt: &Interrupt) {
        if interrupt.is_raised() {
            for column in 0..self.width {
                self.finish(column, StopReason::Interrupted);
            }
        }
        if !self.waiting.is_empty() {
            self.restart();
        }
        let [any, odd] = self.clocks.choose();
        if odd {
            for column in 0..self.width {
                if self.clocks.events(column) {
                    self.finish(column, StopReason::StepTooSmall);
                }
            }
        }
        if any {
            self.step(interrupt);
        }
    }

    fn set_input(&mut self, column: usize, t: f64) {
        if let Some(job) = &self.jobs[column] {
            self.forcing.set(column, t, &job.own_input);
        }
    }
}

/// One column of a block by itself.
fn column_of(block: &[f64], width: usize, column: usize) -> Vec<f64> {
    let column = Column::new(block, width, column);
    (0..block.len() / width).map(|i| column.get(i)).collect()
}
