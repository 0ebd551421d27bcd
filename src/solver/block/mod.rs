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

/// What a lane is at.
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
    held: Vec<usize>,
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

/// A block of lanes; see the module.
#[derive(Debug)]
pub struct Block<'n, M> {
    network: &'n Network,
    settings: &'n Settings,
    stimulus: &'n Stimulus,
    lanes: usize,
    x: Vec<f64>,
    forcing: Forcing<'n>,
    held: Vec<usize>,
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
    /// Mean squares of the errors of the last step tried (1 = the tolerance), by lane.
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
    /// Storage for the lanes that end in one attempt.
    ends: Vec<(usize, StopReason)>,
}

impl<'n, M: Monitor> Block<'n, M> {
    /// An empty block.
    ///
    /// # Errors
    /// Settings that make no sense, a stimulus of another network, or a method that is not our own.
    pub fn new(
        network: &'n Network,
        settings: &'n Settings,
        stimulus: &'n Stimulus,
        lanes: usize,
    ) -> Result<Self, String> {
        settings.check()?;
        stimulus.check(network)?;
        if lanes == 0 {
            return Err("a block needs at least one lane".into());
        }
        let size = network.size() * lanes;
        Ok(Block {
            network,
            settings,
            stimulus,
            lanes,
            x: vec![0.0; size],
            forcing: Forcing::new(network, stimulus, lanes),
            held: Vec::new(),
            stages: Stages::new(settings.method, network, lanes)?,
            error: vec![0.0; size],
            ws: Workspace::new(network, lanes),
            output: Output::new(network, settings.method, stimulus)?,
            slopes: None,
            doubt: None,
            chooser: std::ptr::eq(settings.method, &raw const AUTO)
                .then(|| Chooser::new(network, settings.method, stimulus, lanes)),
            needs: Needs::default(),
            watched: false,
            control: Controllers::new(settings.method, lanes),
            errors: vec![0.0; lanes],
            measures: Measures::new(lanes),
            beginning: Beginning::new(network, lanes),
            phases: vec![Phase::Idle; lanes],
            paces: Paces::new(lanes),
            jobs: (0..lanes).map(|_| None).collect(),
            // The last is taken first.
            idle: (0..lanes).rev().collect(),
            waiting: Vec::with_capacity(lanes),
            leaving: Vec::with_capacity(lanes),
            ended: Vec::with_capacity(lanes),
            due: Vec::with_capacity(lanes),
            ends: Vec::with_capacity(lanes),
        })
    }

    /// The same block for trajectories of `auto`, which may leave it for another method.
    pub(super) fn chosen(mut self) -> Self {
        let (network, method) = (self.network, self.settings.method);
        self.chooser = Some(Chooser::new(network, method, self.stimulus, self.lanes));
        self
    }

    /// A lane with nothing to do.
    pub fn idle_lane(&self) -> Option<usize> {
        self.idle.last().copied()
    }

    /// How many lanes have nothing to do.
    pub fn idle_lanes(&self) -> usize {
        self.idle.len()
    }

    /// Puts a trajectory into a lane, whatever was there.
    ///
    /// # Errors
    /// A start of the wrong length or not finite, or a group that is held in part.
    ///
    /// # Panics
    /// There is no such lane.
    pub fn load(&mut self, lane: usize, start: Start, mut monitor: M) -> Result<(), String> {
        let held = start.check(self.network)?;
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
            held,
            sent_back: 0,
            output_evaluations: 0,
            factorisations: 0,
            entered: 0,
            method: settings.method,
            choices: Vec::new(),
            stop: None,
        };
        if let Some(chooser) = &mut self.chooser {
            chooser.begin(lane, t);
        }
        self.occupy(lane, Phase::Fresh, pace, job, &start.x);
        Ok(())
    }

    /// Fills a lane.
    fn occupy(&mut self, lane: usize, phase: Phase, pace: Pace, mut job: Job<M>, x: &[f64]) {
        let lanes = self.lanes;
        job.entered = pace.tried;
        for (i, x) in x.iter().enumerate() {
            self.x[i * lanes + lane] = *x;
        }
        if !self.held.is_empty() {
            self.held.retain(|k| k % lanes != lane);
        }
        self.held.extend(job.held.iter().map(|i| i * lanes + lane));
        if job.needs.slope_every.is_some() && self.slopes.is_none() {
            self.slopes = Some(Slopes::new(self.network, lanes));
        }
        // A step of a length that was asked for is the experiment: nothing excuses it.
        if job.needs.energy && self.doubt.is_none() && self.settings.method.is_adaptive() {
            let method = self.settings.method;
            // A block of this method has been made: so can another be.
            self.doubt = Doubt::new(self.network, method, self.stimulus, lanes).ok();
        }
        self.needs = self.needs.and(job.needs);
        self.measures.expect(lane, job.needs);
        self.watched |= job.watched;
        self.control.begin(lane);
        for list in [
            &mut self.idle,
            &mut self.waiting,
            &mut self.leaving,
            &mut self.ended,
        ] {
            // The lane that is taken next stands last.
            if list.last() == Some(&lane) {
                list.pop();
            } else {
                list.retain(|l| *l != lane);
            }
        }
        self.waiting.push(lane);
        let t = pace.t;
        self.phases[lane] = phase;
        self.paces.set(lane, pace);
        self.jobs[lane] = Some(job);
        self.set_input(lane, t);
    }

    /// A lane has nothing to do any more.
    fn vacate(&mut self, lane: usize) {
        self.phases[lane] = Phase::Idle;
        self.paces.halt(lane);
        self.waiting.retain(|l| *l != lane);
        self.idle.push(lane);
    }

    /// Takes a trajectory that has ended out of its lane.
    pub fn take_finished(&mut self) -> Option<(usize, Outcome, M)> {
        let lane = self.ended.pop()?;
        let mut job = self.jobs[lane].take()?;
        let pace = self.paces.get(lane);
        job.leave(self.settings.method, pace);
        self.vacate(lane);
        let outcome = Outcome {
            statistics: job.statistics(pace),
            stop: job.stop?,
            t: pace.t,
            x: column(&self.x, self.lanes, lane),
            input: column(self.forcing.input(), self.lanes, lane),
            choices: job.choices,
        };
        Some((lane, outcome, job.monitor))
    }

    /// Tries one step in every lane that is at work.
    pub fn advance(&mut self, interrupt: &Interrupt) {
        if interrupt.is_raised() {
            for lane in 0..self.lanes {
                self.finish(lane, StopReason::Interrupted);
            }
        }
        if !self.waiting.is_empty() {
            self.restart();
        }
        let [any, odd] = self.paces.choose(self.settings);
        if odd {
            for lane in 0..self.lanes {
                if self.paces.events(lane) {
                    self.finish(lane, StopReason::StepTooSmall);
                }
            }
        }
        if any {
            self.attempt(interrupt);
        }
    }

    fn set_input(&mut self, lane: usize, t: f64) {
        if let Some(job) = &self.jobs[lane] {
            self.forcing.set(lane, t, &job.own_input);
        }
    }
}

/// One lane of a block by itself.
fn column(block: &[f64], lanes: usize, lane: usize) -> Vec<f64> {
    let column = Column::new(block, lanes, lane);
    (0..block.len() / lanes).map(|i| column.get(i)).collect()
}
