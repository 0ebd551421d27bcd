//! A block of trajectories that advance together, each with its own time, step, error control and monitor.

mod attempt;
mod begin;
mod pace;
mod pass;
mod take;

use self::begin::Beginning;
use self::pace::{Pace, Paces};
pub use self::pass::Handover;
use super::auto::{AUTO, Chooser};
use super::control::Controllers;
use super::dense::Output;
use super::doubt::Doubt;
use super::forcing::Forcing;
use super::slopes::Slopes;
use super::stepper::Stages;
use super::view::Measures;
use super::{Choice, Interrupt, Method, Outcome, Settings, Start, Statistics};
use crate::monitor::{Monitor, Needs};
use crate::network::{Network, Workspace};
use crate::stimulus::Stimulus;
use crate::trajectory::{Column, StopReason};

/// What a column is at.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Phase {
    Idle,
    /// Not shown to its monitor yet.
    Fresh,
    /// The input has just changed.
    Switched,
    /// It comes from another block: its monitor has seen everything, only the velocity is missing.
    Resumed,
    Runs,
    Ended,
}

/// What is seldom asked for of one trajectory; the rest is its [`Pace`].
#[derive(Debug)]
struct Job<M> {
    monitor: M,
    needs: Needs,
    /// Does its monitor see steps?
    watched: bool,
    /// The accepted step after which its monitor is shown the slope of the energy next; 0 for never.
    slope_at: u64,
    own_input: Vec<f64>,
    /// Neurons that are held.
    clamped: Vec<usize>,
    sent_back: u64,
    output_evaluations: u64,
    /// Factorised matrices, and the steps tried when it came into this block.
    factorisations: u64,
    entered: u64,
    /// What it is to go on with.
    method: &'static Method,
    /// What `auto` chose so far.
    choices: Vec<Choice>,
    stop: Option<StopReason>,
}

impl<M> Job<M> {
    fn statistics(&self, pace: Pace) -> Statistics {
        Statistics {
            accepted: pace.accepted,
            rejected: pace.tried - pace.accepted - self.sent_back,
            sent_back: self.sent_back,
            evaluations: pace.evaluations,
            output_evaluations: self.output_evaluations,
            factorisations: self.factorisations,
        }
    }

    /// It leaves a block of this method: books what its steps there have factorised.
    fn leave(&mut self, method: &Method, pace: Pace) {
        if method.matrices > 0 {
            self.factorisations += pace.tried - self.entered;
        }
    }
}

/// A block of columns; see the module.
#[derive(Debug)]
pub struct Block<'n, M> {
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
    /// What any of its trajectories needed so far: those of a block are mostly watched alike.
    needs: Needs,
    /// Did any of them have a monitor that sees steps?
    watched: bool,
    control: Controllers,
    /// Mean squares of the errors of the last step tried (1 = the tolerance), by column.
    errors: Vec<f64>,
    /// Of the last step tried.
    measures: Measures,
    beginning: Beginning,
    phases: Vec<Phase>,
    paces: Paces,
    jobs: Vec<Option<Job<M>>>,
    /// Lanes with nothing to do.
    idle: Vec<usize>,
    /// Lanes whose velocity is not known.
    waiting: Vec<usize>,
    /// Lanes whose trajectories are to go on with another method.
    leaving: Vec<usize>,
    /// Lanes whose trajectories have ended.
    ended: Vec<usize>,
    /// Lanes in which the slope of the energy is to be measured after the present step.
    due: Vec<usize>,
    /// Storage for the columns that end in one attempt.
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
    ) -> Result<Self, String> {
        settings.check()?;
        stimulus.check(network)?;
        settings.method.may_follow(stimulus)?;
        if width == 0 {
            return Err("a block needs at least one column".into());
        }
        let size = network.size() * width;
        Ok(Block {
            network,
            settings,
            stimulus,
            width,
            x: vec![0.0; size],
            forcing: Forcing::new(network, stimulus, width),
            clamped: Vec::new(),
            stages: Stages::new(settings, network, width),
            error: vec![0.0; size],
            ws: Workspace::new(network, width),
            output: Output::new(network, settings, stimulus),
            slopes: None,
            doubt: None,
            chooser: std::ptr::eq(settings.method, &raw const AUTO)
                .then(|| Chooser::new(network, settings.method, stimulus, width)),
            needs: Needs::default(),
            watched: false,
            control: Controllers::new(settings.method, width),
            errors: vec![0.0; width],
            measures: Measures::new(width),
            beginning: Beginning::new(network, width),
            phases: vec![Phase::Idle; width],
            paces: Paces::new(width),
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

    /// The same block for trajectories of `auto`, which may leave it for another method.
    pub(super) fn chosen(mut self) -> Self {
        let (network, method) = (self.network, self.settings.method);
        self.chooser = Some(Chooser::new(network, method, self.stimulus, self.width));
        self
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
    pub fn load(&mut self, column: usize, start: Start, mut monitor: M) -> Result<(), String> {
        let clamped = start.check(self.network)?;
        if !self.settings.method.takes_back {
            monitor.committed();
        }
        let (settings, t) = (self.settings, self.settings.t_start);
        let pace = Pace {
            t,
            next: settings.step.unwrap_or(f64::NAN),
            target: self.stimulus.next_stop(t).min(settings.t_end),
            ..Pace::default()
        };
        let needs = monitor.needs().of(self.network);
        let job = Job {
            slope_at: needs.slope_every.unwrap_or(0),
            needs,
            watched: monitor.watches(),
            monitor,
            own_input: start.input,
            clamped,
            sent_back: 0,
            output_evaluations: 0,
            factorisations: 0,
            entered: 0,
            method: settings.method,
            choices: Vec::new(),
            stop: None,
        };
        if let Some(chooser) = &mut self.chooser {
            chooser.begin(column, t);
        }
        self.occupy(column, Phase::Fresh, pace, job, &start.x);
        Ok(())
    }

    /// Fills a column.
    fn occupy(&mut self, column: usize, phase: Phase, pace: Pace, mut job: Job<M>, x: &[f64]) {
        let width = self.width;
        job.entered = pace.tried;
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
        if job.needs.energy && self.doubt.is_none() && self.settings.method.is_adaptive() {
            let doubt = Doubt::new(self.network, self.settings, self.stimulus, width);
            self.doubt = Some(doubt);
        }
        self.needs = self.needs.and(job.needs);
        self.measures.expect(column, job.needs);
        self.watched |= job.watched;
        self.control.begin(column);
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
        let t = pace.t;
        self.phases[column] = phase;
        self.paces.set(column, pace);
        self.jobs[column] = Some(job);
        self.set_input(column, t);
    }

    /// A column has nothing to do any more.
    fn vacate(&mut self, column: usize) {
        self.phases[column] = Phase::Idle;
        self.paces.halt(column);
        self.waiting.retain(|l| *l != column);
        self.idle.push(column);
    }

    /// Takes a trajectory that has ended out of its column.
    pub fn take_finished(&mut self) -> Option<(usize, Outcome, M)> {
        let column = self.ended.pop()?;
        let mut job = self.jobs[column].take()?;
        let pace = self.paces.get(column);
        job.leave(self.settings.method, pace);
        self.vacate(column);
        let outcome = Outcome {
            statistics: job.statistics(pace),
            stop: job.stop?,
            t: pace.t,
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
        let [any, odd] = self.paces.choose(self.settings);
        if odd {
            for column in 0..self.width {
                if self.paces.events(column) {
                    self.finish(column, StopReason::StepTooSmall);
                }
            }
        }
        if any {
            self.attempt(interrupt);
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
