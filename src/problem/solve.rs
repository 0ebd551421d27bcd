//! Runs the networks of a problem, one after the other, from all starts.

use std::fmt;
use std::ops::Range;

use super::{Asked, Attempt, Course, End, Solved, Stage};
use crate::dynamics::Interrupt;
use crate::kernels::each;
use crate::model_file::{LoadError, Loaded};
use crate::network::Network;
use crate::refusal::Refusal;
use crate::study::{self, Reached};
use crate::trajectory::StopReason;

/// Most networks on the way of a start whose activations are kept for figures.
const WAY: usize = 16;
/// Most numbers that are kept of all ways together.
const ROOM: usize = 1 << 25;
/// Most starts that are traced step by step.
const TRACED: usize = 12;

/// What is told on the way.
#[derive(Clone, Copy, Debug)]
pub struct Told {
    /// Networks that have been run.
    pub stage: usize,
    /// Starts that have ended, where each has networks of its own.
    pub ended: Option<usize>,
}

/// Why a problem was not solved.
#[derive(Debug)]
pub enum SolveError {
    /// A network that cannot be made of it.
    Network(LoadError),
    /// No network follows.
    Refused(Refusal),
    /// A network that cannot be run.
    Study(study::Refusal),
}

impl fmt::Display for SolveError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SolveError::Network(why) => why.fmt(f),
            SolveError::Refused(why) => why.fmt(f),
            SolveError::Study(why) => why.fmt(f),
        }
    }
}

impl std::error::Error for SolveError {}

impl From<LoadError> for SolveError {
    fn from(why: LoadError) -> Self {
        SolveError::Network(why)
    }
}

impl From<Refusal> for SolveError {
    fn from(why: Refusal) -> Self {
        SolveError::Refused(why)
    }
}

impl From<study::Refusal> for SolveError {
    fn from(why: study::Refusal) -> Self {
        SolveError::Study(why)
    }
}

/// Starts that share their networks, and what came of them once they have been run.
type Group = (Range<usize>, Option<Result<Vec<Attempt>, SolveError>>);

/// Solves a problem from all of its starts.
///
/// # Errors
/// A network that is refused or cannot be run.
pub fn solve(
    asked: &Asked,
    interrupt: &Interrupt,
    tell: &(dyn Fn(Told) + Sync),
) -> Result<Solved, SolveError> {
    let alone = asked.problem.alone();
    let group = if alone { 1 } else { asked.starts };
    let mut groups: Vec<Group> = (0..asked.starts)
        .step_by(group)
        .map(|k| (k..(k + group).min(asked.starts), None))
        .collect();
    let ended = std::sync::atomic::AtomicUsize::new(0);
    each(&mut groups, alone, &|(starts, found)| {
        if interrupt.is_raised() {
            return;
        }
        let own = &|stage| {
            if !alone {
                tell(Told { stage, ended: None });
            }
        };
        *found = Some(run(asked, starts.clone(), alone, interrupt, own));
        if alone {
            let ended = 1 + ended.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            tell(Told {
                stage: 0,
                ended: Some(ended),
            });
        }
    });
    let mut attempts = Vec::new();
    for found in groups.into_iter().filter_map(|(_, found)| found) {
        attempts.extend(found?);
    }
    Ok(Solved {
        is_interrupted: attempts.len() < asked.starts,
        // It may take its time.
        baseline: (!interrupt.is_raised())
            .then(|| asked.problem.baseline())
            .flatten(),
        attempts,
        maximises: asked.problem.maximises(),
    })
}

/// The network of a problem that its starts begin in, or the one that follows after so many others.
///
/// # Errors
/// As [`solve`]; there are not so many.
pub fn stage(asked: &Asked, number: usize, interrupt: &Interrupt) -> Result<Stage, SolveError> {
    let starts = if asked.problem.alone() {
        1
    } else {
        asked.starts
    };
    let mut course = asked.problem.course(asked.seed, 0..starts);
    let mut before: Option<Ran> = None;
    for k in 0.. {
        let next = next(asked, &mut *course, before.as_ref(), (k, 0))?;
        let Some(stage) = next else {
            let why = format!(
                "must be below {k}, the number of networks that follow one another, it is {number}"
            );
            return Err(Refusal::new("stage", why).into());
        };
        if k == number {
            return Ok(stage);
        }
        before = Some(Ran::of(stage.load(&asked.name)?, false, interrupt)?);
    }
    Err(Refusal::new("stage", "is too large").into())
}

/// A network that was run from its starts.
struct Ran {
    loaded: Loaded,
    ends: Vec<Reached>,
    g: Vec<Vec<f64>>,
    /// Of each start the activations after every step, if they were asked for.
    traces: Vec<Vec<Vec<f64>>>,
}

impl Ran {
    fn of(loaded: Loaded, is_traced: bool, interrupt: &Interrupt) -> Result<Self, SolveError> {
        let network = &loaded.study.network;
        let active = |x: &[f64]| {
            let mut g = vec![0.0; network.size()];
            network.activation(x, 1, &mut g);
            g
        };
        let mut traces = Vec::new();
        let ends = match is_traced {
            false => loaded.study.reach(interrupt)?,
            true => {
                let mut ends = Vec::new();
                for case in loaded.study.run(interrupt, &())?.cases {
                    let steps = case.trajectory.x.chunks_exact(network.size());
                    traces.push(steps.map(active).collect());
                    ends.push(Reached {
                        outcome: case.outcome,
                        lyapunov: case.lyapunov,
                    });
                }
                ends
            }
        };
        let g = ends.iter().map(|e| active(&e.outcome.x)).collect();
        Ok(Ran {
            g,
            ends,
            traces,
            loaded,
        })
    }

    fn network(&self) -> &Network {
        &self.loaded.study.network
    }

    fn ends(&self) -> Vec<End<'_>> {
        let all = self.ends.iter().zip(&self.g);
        all.map(|(reached, g)| End::new(self.network(), reached, g))
            .collect()
    }

    fn is_interrupted(&self) -> bool {
        let cut = |e: &Reached| e.outcome.stop == StopReason::Interrupted;
        self.ends.len() < self.loaded.study.cases.len() || self.ends.iter().any(cut)
    }
}

/// The network that follows, as the file says how it is run: its number, and the first of its starts.
fn next(
    asked: &Asked,
    course: &mut dyn Course,
    before: Option<&Ran>,
    (number, first): (usize, usize),
) -> Result<Option<Stage>, SolveError> {
    let ends = before.map_or(Vec::new(), Ran::ends);
    let stage = course.next(&ends)?;
    Ok(stage.map(|stage| asked.complete(stage, number, first)))
}

/// All networks of some starts; nothing where it was interrupted.
fn run(
    asked: &Asked,
    starts: Range<usize>,
    alone: bool,
    interrupt: &Interrupt,
    tell: &dyn Fn(usize),
) -> Result<Vec<Attempt>, SolveError> {
    let mut course = asked.problem.course(asked.seed, starts.clone());
    let mut before: Option<Ran> = None;
    let mut sums = vec![Sum::default(); starts.len()];
    let mut every = 1;
    for k in 0.. {
        let Some(mut stage) = next(asked, &mut *course, before.as_ref(), (k, starts.start))? else {
            break;
        };
        if alone {
            // Cores are busy with other starts.
            stage = stage.solve("threads", 1);
        }
        let is_on_the_way = course.is_on_the_way();
        let is_traced = is_on_the_way && asked.problem.is_traced() && asked.starts <= TRACED;
        let mut ran = Ran::of(stage.load(&asked.name)?, is_traced, interrupt)?;
        if ran.is_interrupted() {
            return Ok(Vec::new());
        }
        let has_room = asked.starts * ran.network().size() * WAY <= ROOM;
        if k == 0 && has_room {
            for (sum, case) in sums.iter_mut().zip(ran.loaded.study.cases.iter()) {
                sum.first = vec![0.0; ran.network().size()];
                ran.network().activation(&case.start.x, 1, &mut sum.first);
            }
        }
        let keeps = is_on_the_way && has_room && k % every == 0;
        for (sum, trace) in sums.iter_mut().zip(&mut ran.traces) {
            sum.trace.append(trace);
        }
        for (sum, (end, g)) in sums.iter_mut().zip(ran.ends.iter().zip(&ran.g)) {
            sum.add(end);
            if keeps {
                sum.way.push((k, g.clone()));
            }
        }
        if sums.first().is_some_and(|s| s.way.len() >= WAY) {
            every *= 2;
            let stays = |(k, _): &(usize, Vec<f64>)| k % every == 0;
            sums.iter_mut().for_each(|s| s.way.retain(stays));
        }
        before = Some(ran);
        tell(k + 1);
    }
    let Some(last) = before else {
        let why = "has no network";
        return Err(Refusal::new("the problem", why).into());
    };
    let ends = last.ends();
    let all = sums.into_iter().zip(&ends).enumerate();
    let attempt = |(k, (sum, end)): (usize, (Sum, &End<'_>))| Attempt {
        start: starts.start + k,
        answer: course.answer(k, end),
        g: end.g.to_vec(),
        stop: end.outcome.stop.clone(),
        stages: sum.stages,
        steps: sum.steps,
        rises: sum.rises,
        first: sum.first,
        way: sum.way,
        trace: sum.trace,
    };
    Ok(all.map(attempt).collect())
}

/// What the networks of a start took together.
#[derive(Clone, Default)]
struct Sum {
    stages: usize,
    steps: u64,
    rises: Option<u64>,
    first: Vec<f64>,
    way: Vec<(usize, Vec<f64>)>,
    trace: Vec<Vec<f64>>,
}

impl Sum {
    fn add(&mut self, end: &Reached) {
        self.stages += 1;
        self.steps += end.outcome.statistics.accepted;
        if let Some(report) = &end.lyapunov {
            *self.rises.get_or_insert(0) += report.rises;
        }
    }
}
