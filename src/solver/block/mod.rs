//! A block of trajectories that advance together, each with its own time, step, error control and monitor.

mod attempt;
mod begin;
mod length;
mod take;

use self::length::step_length;
use super::auto::Stiffness;
use super::control::Controllers;
use super::dense::Output;
use super::foreign::{self, Engine, Watch};
use super::slopes::Slopes;
use super::stages::Stages;
use super::view::Measures;
use super::{Choice, Interrupt, Method, Outcome, Scheme, Settings, Start, Statistics};
use crate::monitor::{Monitor, Needs};
use crate::network::{Network, Workspace};
use crate::stimulus::Stimulus;
use crate::trajectory::{Column, StopReason};

/// Refusals of one step in a row after which it is given up: the step has then shrunk by far more than 2⁵³.
const REFUSALS: u32 = 100;

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

impl Phase {
    /// Has it a trajectory that goes on?
    fn is_open(self) -> bool {
        !matches!(self, Phase::Idle | Phase::Ended)
    }

    /// Has it one whose velocity is not known?
    fn is_waiting(self) -> bool {
        matches!(self, Phase::Fresh | Phase::Switched | Phase::Resumed)
    }
}

/// What every step of a trajectory reads or writes. It lies apart from what is seldom asked for: in tiny networks a pass over
/// the lanes costs as much as their neurons.
#[derive(Clone, Debug, Default)]
struct Pace {
    t: f64,
    /// The step to try next.
    h: f64,
    /// Where the present step ends at the latest: when the input changes next, or the last time.
    target: f64,
    statistics: Statistics,
    refusals: u32,
    needs: Needs,
    /// Does its monitor see steps?
    watched: bool,
}

/// The rest of one trajectory.
#[derive(Debug)]
struct Job<M> {
    monitor: M,
    own_input: Vec<f64>,
    /// Neurons that are held.
    held: Vec<usize>,
    /// What `auto` chose so far.
    choices: Vec<Choice>,
    stop: Option<StopReason>,
}

/// A trajectory between two blocks.
#[derive(Debug)]
pub struct Handover<M> {
    job: Job<M>,
    pace: Pace,
    /// Has its input just changed?
    switched: bool,
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
        let Handover { job, pace, x, .. } = self;
        let mut monitor = job.monitor;
        let start = Start {
            x,
            input: job.own_input,
            held: job.held,
        };
        let mut watch = Watch::new(problem, start, &mut monitor, interrupt)?;
        watch.go_on(pace.t, pace.statistics);
        let mut outcome = foreign::go_on(watch, engine)?;
        outcome.choices = job.choices;
        Ok((outcome, monitor))
    }
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Fate {
    Idle,
    Refused,
    Accepted,
    /// Accepted, and its monitor ends the trajectory there.
    Last,
}

impl Fate {
    fn stands(self) -> bool {
        matches!(self, Fate::Accepted | Fate::Last)
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
    input: Vec<f64>,
    held: Vec<usize>,
    stages: Stages,
    error: Vec<f64>,
    ws: Workspace,
    output: Output,
    slopes: Option<Slopes>,
    stiffness: Option<Stiffness>,
    /// What any of its trajectories needed so far: those of a block are mostly watched alike.
    needs: Needs,
    control: Controllers,
    /// Length of the step tried, and where it ends.
    h: Vec<f64>,
    landing: Vec<f64>,
    lane: Vec<f64>,
    /// Of the last step tried.
    measures: Measures,
    fates: Vec<Fate>,
    phases: Vec<Phase>,
    paces: Vec<Pace>,
    jobs: Vec<Option<Job<M>>>,
    /// Lanes whose trajectories are to go on with another method.
    leaving: Vec<usize>,
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
            slopes: None,
            stiffness: matches!(settings.method.scheme, Scheme::Auto)
                .then(|| Stiffness::new(network, lanes))
                .transpose()?,
            needs: Needs::default(),
            control: Controllers::new(settings.method, lanes),
            h: per_lane.clone(),
            landing: per_lane.clone(),
            lane: per_lane,
            measures: Measures::new(lanes),
            fates: vec![Fate::Idle; lanes],
            phases: vec![Phase::Idle; lanes],
            paces: vec![Pace::default(); lanes],
            jobs: (0..lanes).map(|_| None).collect(),
            leaving: Vec::with_capacity(lanes),
            ends: Vec::with_capacity(lanes),
        })
    }

    /// Puts a trajectory into a lane, whatever was there.
    ///
    /// # Errors
    /// A start of the wrong length or not finite, or a group that is held in part.
    pub fn load(&mut self, lane: usize, start: Start, monitor: M) -> Result<(), String> {
        let held = start.check(self.network)?;
        let (settings, t) = (self.settings, self.settings.t_start);
        let pace = Pace {
            t,
            h: settings.step.unwrap_or(f64::NAN),
            target: self.stimulus.next_switch(t).min(settings.t_end),
            statistics: Statistics::default(),
            refusals: 0,
            needs: monitor.needs().of(self.network),
            watched: monitor.watches(),
        };
        let job = Job {
            monitor,
            own_input: start.input,
            held,
            choices: Vec::new(),
            stop: None,
        };
        if let Some(stiffness) = &mut self.stiffness {
            stiffness.begin(lane);
        }
        self.occupy(lane, Phase::Fresh, pace, job, &start.x);
        Ok(())
    }

    /// Goes on with a trajectory of another block.
    pub fn resume(&mut self, lane: usize, handover: Handover<M>) {
        let Handover {
            job,
            pace,
            switched,
            x,
        } = handover;
        let phase = match switched {
            true => Phase::Switched,
            false => Phase::Resumed,
        };
        self.occupy(lane, phase, pace, job, &x);
    }

    /// Takes a trajectory that is to go on with another method out of its lane.
    pub fn take_handover(&mut self) -> Option<(usize, Handover<M>)> {
        let lane = self.leaving.pop()?;
        let handover = Handover {
            job: self.jobs[lane].take()?,
            pace: self.paces[lane].clone(),
            switched: self.phases[lane] == Phase::Switched,
            x: column(&self.x, self.lanes, lane),
        };
        self.phases[lane] = Phase::Idle;
        Some((lane, handover))
    }

    /// Fills a lane.
    fn occupy(&mut self, lane: usize, phase: Phase, pace: Pace, job: Job<M>, x: &[f64]) {
        let lanes = self.lanes;
        for (i, x) in x.iter().enumerate() {
            self.x[i * lanes + lane] = *x;
        }
        self.held.retain(|k| k % lanes != lane);
        self.held.extend(job.held.iter().map(|i| i * lanes + lane));
        if pace.needs.slope_every.is_some() && self.slopes.is_none() {
            self.slopes = Some(Slopes::new(self.network, lanes));
        }
        self.needs = self.needs.and(pace.needs);
        self.control.begin(lane);
        self.leaving.retain(|l| *l != lane);
        let t = pace.t;
        (self.phases[lane], self.paces[lane]) = (phase, pace);
        self.jobs[lane] = Some(job);
        self.set_input(lane, t);
    }

    /// Has this lane nothing to do?
    pub fn is_idle(&self, lane: usize) -> bool {
        self.phases[lane] == Phase::Idle
    }

    /// Takes the trajectory out of a lane if it has ended.
    pub fn take_finished(&mut self, lane: usize) -> Option<(Outcome, M)> {
        if self.phases[lane] != Phase::Ended {
            return None;
        }
        self.phases[lane] = Phase::Idle;
        let job = self.jobs[lane].take()?;
        let outcome = Outcome {
            stop: job.stop?,
            t: self.paces[lane].t,
            x: column(&self.x, self.lanes, lane),
            input: column(&self.input, self.lanes, lane),
            statistics: self.paces[lane].statistics,
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
        if self.phases.iter().any(|p| p.is_waiting()) {
            self.restart();
        }
        if self.choose_lengths() {
            self.attempt();
        }
    }

    /// The steps to be tried; false if there is none.
    fn choose_lengths(&mut self) -> bool {
        let mut any = false;
        for lane in 0..self.lanes {
            self.h[lane] = 0.0;
            if !self.phases[lane].is_open() {
                continue;
            }
            match step_length(&self.paces[lane], self.settings) {
                Some([h, landing]) => {
                    (self.h[lane], self.landing[lane]) = (h, landing);
                    any = true;
                }
                None => self.finish(lane, StopReason::StepTooSmall),
            }
        }
        any
    }

    fn set_input(&mut self, lane: usize, t: f64) {
        let Some(job) = &self.jobs[lane] else { return };
        for (i, v) in self.stimulus.input(t).iter().enumerate() {
            let own = job.own_input.get(i).copied().unwrap_or(0.0);
            self.input[i * self.lanes + lane] = v + own;
        }
    }
}

/// One lane of a block by itself.
fn column(block: &[f64], lanes: usize, lane: usize) -> Vec<f64> {
    let column = Column::new(block, lanes, lane);
    (0..block.len() / lanes).map(|i| column.get(i)).collect()
}
