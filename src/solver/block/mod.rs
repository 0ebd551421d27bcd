//! A block of trajectories that advance together, each with its own time, step, error control and monitor.

mod attempt;
mod begin;
mod length;
mod take;

use self::length::{smallest_step, step_length, target};
use super::auto::Stiffness;
use super::control::Controller;
use super::dense::Output;
use super::foreign::{self, Engine, Watch};
use super::stages::Stages;
use super::view::Measures;
use super::{Choice, Interrupt, Method, Outcome, Scheme, Settings, Start, Statistics};
use crate::monitor::{IdentityProbe, Monitor, Needs};
use crate::network::{Network, Workspace};
use crate::stimulus::Stimulus;
use crate::trajectory::{Column, StopReason};

/// Refusals of one step in a row after which it is given up: the step has then shrunk by far more than 2⁵³.
const REFUSALS: u32 = 100;

/// One trajectory in its lane.
#[derive(Debug)]
struct Job<M> {
    monitor: M,
    needs: Needs,
    t: f64,
    /// The step to try next.
    h: f64,
    /// When the input changes next.
    switch: f64,
    /// Not shown to its monitor yet.
    fresh: bool,
    /// The input has just changed.
    switched: bool,
    /// It comes from another block: its monitor has seen everything, only the velocity is missing.
    resumed: bool,
    control: Controller,
    statistics: Statistics,
    refusals: u32,
    own_input: Vec<f64>,
    /// Neurons that are held.
    held: Vec<usize>,
    /// What `auto` chose so far.
    choices: Vec<Choice>,
    finished: Option<StopReason>,
    /// It is to go on with another method.
    handed_over: bool,
}

/// A trajectory between two blocks.
#[derive(Debug)]
pub struct Handover<M> {
    job: Job<M>,
    x: Vec<f64>,
}

impl<M: Monitor> Handover<M> {
    /// The method that it is to go on with.
    pub fn method(&self) -> Option<&'static Method> {
        Method::named(self.job.choices.last()?.method)
    }

    /// Goes on to the end with a foreign engine.
    ///
    /// # Errors
    /// What makes the engine useless for this network.
    pub fn follow(
        self,
        problem: (&Network, &Settings, &Stimulus),
        engine: Engine,
        interrupt: &Interrupt,
    ) -> Result<(Outcome, M), String> {
        let Handover { job, x } = self;
        let mut monitor = job.monitor;
        let start = Start {
            x,
            input: job.own_input,
            held: job.held,
        };
        let mut watch = Watch::new(problem, start, &mut monitor, interrupt)?;
        watch.go_on(job.t, job.statistics);
        let mut outcome = foreign::go_on(watch, engine)?;
        outcome.choices = job.choices;
        Ok((outcome, monitor))
    }
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Fate {
    Idle,
    Accepted(f64),
    Refused,
}

/// A block of lanes; see the module.
#[derive(Debug)]
pub struct Block<'n, M> {
    network: &'n Network,
    settings: &'n Settings,
    stimulus: &'n Stimulus,
    lanes: usize,
    x: Vec<f64>,
    input: Vec<f64>,
    held: Vec<usize>,
    stages: Stages,
    error: Vec<f64>,
    ws: Workspace,
    output: Output,
    probe: Option<IdentityProbe>,
    stiffness: Option<Stiffness>,
    h: Vec<f64>,
    lane: Vec<f64>,
    /// Of the last step tried.
    measures: Measures,
    fates: Vec<Fate>,
    jobs: Vec<Option<Job<M>>>,
    /// Storage for the lanes that end in one attempt.
    ends: Vec<(usize, StopReason)>,
}

impl<'n, M: Monitor> Block<'n, M> {
    /// An empty block.
    ///
    /// # Errors
    /// Settings that make no sense, or a method that is not our own.
    pub fn new(
        network: &'n Network,
        settings: &'n Settings,
        stimulus: &'n Stimulus,
        lanes: usize,
    ) -> Result<Self, String> {
        settings.check()?;
        if lanes == 0 {
            return Err("a block needs at least one lane".into());
        }
        let size = network.size() * lanes;
        let per_lane = vec![0.0; lanes];
        Ok(Block {
            network,
            settings,
            stimulus,
            lanes,
            x: vec![0.0; size],
            input: vec![0.0; size],
            held: Vec::new(),
            stages: Stages::new(settings.method, network, lanes)?,
            error: vec![0.0; size],
            ws: Workspace::new(network, lanes),
            output: Output::new(network, settings.method)?,
            probe: None,
            stiffness: matches!(settings.method.scheme, Scheme::Auto)
                .then(|| Stiffness::new(network, lanes))
                .transpose()?,
            h: per_lane.clone(),
            lane: per_lane,
            measures: Measures::new(lanes),
            fates: vec![Fate::Idle; lanes],
            jobs: (0..lanes).map(|_| None).collect(),
            ends: Vec::with_capacity(lanes),
        })
    }

    /// Puts a trajectory into a lane, whatever was there.
    ///
    /// # Errors
    /// A start of the wrong length or not finite, or a group that is held in part.
    pub fn load(&mut self, lane: usize, start: Start, monitor: M) -> Result<(), String> {
        let n = self.network.size();
        let held = start.check(self.network)?;
        let t = self.settings.t_start;
        for i in 0..n {
            self.x[i * self.lanes + lane] = start.x[i];
        }
        let needs = monitor.needs().of(self.network);
        if needs.slope_every.is_some() && self.probe.is_none() {
            self.probe = Some(IdentityProbe::new(self.network, self.lanes));
        }
        self.jobs[lane] = Some(Job {
            monitor,
            needs,
            t,
            h: self.settings.step.unwrap_or(f64::NAN),
            switch: self.stimulus.next_switch(t),
            fresh: true,
            switched: false,
            resumed: false,
            control: Controller::new(self.settings.method),
            statistics: Statistics::default(),
            refusals: 0,
            own_input: start.input,
            held,
            choices: Vec::new(),
            finished: None,
            handed_over: false,
        });
        if let Some(stiffness) = &mut self.stiffness {
            stiffness.begin(lane);
        }
        self.occupy(lane, t);
        Ok(())
    }

    /// Goes on with a trajectory of another block.
    pub fn resume(&mut self, lane: usize, handover: Handover<M>) {
        let Handover { mut job, x } = handover;
        for (i, x) in x.iter().enumerate() {
            self.x[i * self.lanes + lane] = *x;
        }
        job.control = Controller::new(self.settings.method);
        job.resumed = true;
        job.handed_over = false;
        if job.needs.slope_every.is_some() && self.probe.is_none() {
            self.probe = Some(IdentityProbe::new(self.network, self.lanes));
        }
        let t = job.t;
        self.jobs[lane] = Some(job);
        self.occupy(lane, t);
    }

    /// Takes the trajectory out of a lane if it is to go on with another method.
    pub fn take_handover(&mut self, lane: usize) -> Option<Handover<M>> {
        if !self.jobs[lane].as_ref()?.handed_over {
            return None;
        }
        let job = self.jobs[lane].take()?;
        let x = Column::new(&self.x, self.lanes, lane).iter().collect();
        Some(Handover { job, x })
    }

    /// Input and held neurons of a lane that has been filled.
    fn occupy(&mut self, lane: usize, t: f64) {
        self.set_input(lane, t);
        self.held.clear();
        for (lane, job) in self.jobs.iter().enumerate() {
            let neurons = job.iter().flat_map(|j| &j.held);
            self.held.extend(neurons.map(|i| i * self.lanes + lane));
        }
    }

    /// Has this lane nothing to do?
    pub fn is_idle(&self, lane: usize) -> bool {
        self.jobs[lane].is_none()
    }

    /// Takes the trajectory out of a lane if it has ended.
    pub fn take_finished(&mut self, lane: usize) -> Option<(Outcome, M)> {
        let ended = self.jobs[lane].as_ref()?.finished.is_some();
        let job = if ended {
            self.jobs[lane].take()?
        } else {
            return None;
        };
        let column = |block: &[f64]| Column::new(block, self.lanes, lane).iter().collect();
        let outcome = Outcome {
            stop: job.finished?,
            t: job.t,
            x: column(&self.x),
            input: column(&self.input),
            statistics: job.statistics,
            choices: job.choices,
        };
        Some((outcome, job.monitor))
    }

    /// Tries one step in every lane that is at work.
    pub fn advance(&mut self, interrupt: &Interrupt) {
        if interrupt.is_raised() {
            for lane in 0..self.lanes {
                self.finish(lane, StopReason::Interrupted);
            }
        }
        let waiting = |j: &&Job<M>| j.finished.is_none() && (j.fresh || j.switched || j.resumed);
        if self.jobs.iter().flatten().any(|j| waiting(&j)) {
            self.restart();
        }
        self.give_up_small_steps();
        if self.jobs.iter().flatten().any(|j| j.finished.is_none()) {
            self.attempt();
        }
    }

    /// A step that hardly moves the time would move the state all the same: the trajectory would leave its own time
    /// behind. The last bit before a target, however short, lands on it.
    fn give_up_small_steps(&mut self) {
        for lane in 0..self.lanes {
            let Some(job) = self.jobs[lane].as_ref().filter(|j| j.finished.is_none()) else {
                continue;
            };
            let h = step_length(job, self.settings);
            let lands = h == target(job, self.settings) - job.t;
            if !lands && h <= smallest_step(job.t) {
                self.finish(lane, StopReason::StepTooSmall);
            }
        }
    }

    fn set_input(&mut self, lane: usize, t: f64) {
        let Some(job) = &self.jobs[lane] else { return };
        for (i, v) in self.stimulus.input(t).iter().enumerate() {
            let own = job.own_input.get(i).copied().unwrap_or(0.0);
            self.input[i * self.lanes + lane] = v + own;
        }
    }

    fn needs(&self) -> Needs {
        let active = self.jobs.iter().flatten().filter(|j| j.finished.is_none());
        active.fold(Needs::default(), |n, j| n.and(j.needs))
    }
}
