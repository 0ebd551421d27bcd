//! What came of a study of which the trajectories are kept.

use std::sync::{Mutex, PoisonError};

use super::run::Monitors;
use super::{Case, Census, Ended, Keep, Part, Progress, Refusal, Study, Tally, marks};
use crate::analysis::{FixedPoints, Recalled};
use crate::dynamics::{Interrupt, Outcome};
use crate::monitor::{LyapunovMonitor, LyapunovReport, Recorder};
use crate::network::Certificate;
use crate::trajectory::{StopReason, Trajectory};

/// What came of one start.
#[derive(Clone, Debug)]
pub struct CaseResult {
    /// Position of the case in the study: a run that was interrupted has not come to all of them.
    pub case: usize,
    /// How the trajectory ended.
    pub outcome: Outcome,
    /// What was kept of it.
    pub trajectory: Trajectory,
    /// The states at the times that pictures ask for ([`Study::snapshots`]), as far as the trajectory went.
    pub snapshots: Trajectory,
    /// What the Lyapunov monitor saw; none if it was off or the network has no energy.
    pub lyapunov: Option<LyapunovReport>,
    /// The memory nearest to the end, where recall is asked about.
    pub recalled: Option<Recalled>,
    /// Was the memory of the cue recalled, as near as asked for? None where there is no such memory.
    pub correct: Option<bool>,
    /// Which fixed point it ended at.
    pub rest: Option<usize>,
    /// Its row in the table of outcomes, with the final state.
    pub row: Vec<u64>,
}

/// What came of a study.
#[derive(Debug)]
pub struct Results {
    /// One for each case, in their order.
    pub cases: Vec<CaseResult>,
    /// The distinct fixed points.
    pub fixed_points: FixedPoints,
    /// The network's certificate.
    pub certificate: Certificate,
}

/// Where one start ended, where nothing else is asked.
#[derive(Clone, Debug)]
pub struct Reached {
    /// How it ended.
    pub outcome: Outcome,
    /// What the Lyapunov monitor saw; none if it was off or the network has no energy.
    pub lyapunov: Option<LyapunovReport>,
}

impl Study {
    /// Integrates every case as [`Study::run`] does, to the same bits, and keeps nothing but where it ended. Those that an interrupt did
    /// not let begin are missing.
    ///
    /// # Errors
    /// As there.
    pub fn reach(&self, interrupt: &Interrupt) -> Result<Vec<Reached>, Refusal> {
        self.admit()?;
        let ended = Mutex::new(Vec::new());
        let done = |k, outcome, monitors: Monitors<'_>| {
            let lyapunov = monitors.lyapunov.map(LyapunovMonitor::into_report);
            let reached = Reached { outcome, lyapunov };
            let mut ended = ended.lock().unwrap_or_else(PoisonError::into_inner);
            ended.push((k, reached));
        };
        let numbers = 0..self.cases.len();
        self.integrate(&self.starts(), numbers, None, interrupt, done)?;
        let mut ended = ended.into_inner().unwrap_or_else(PoisonError::into_inner);
        ended.sort_by_key(|(k, _)| *k);
        Ok(ended.into_iter().map(|(_, reached)| reached).collect())
    }

    /// Integrates every case, keeps its trajectory and examines where it ended, telling `progress` on the way.
    pub fn run(&self, interrupt: &Interrupt, progress: &dyn Progress) -> Result<Results, Refusal> {
        let certificate = self.admit()?;
        let starts = self.starts();
        let ended = Mutex::new(Vec::new());
        let done = |k, outcome, monitors| {
            let mut ended = ended.lock().unwrap_or_else(PoisonError::into_inner);
            ended.push((k, outcome, monitors));
            progress.ended(k);
        };
        let numbers = 0..self.cases.len();
        self.integrate(&starts, numbers, Some(progress), interrupt, done)?;
        let mut ended = ended.into_inner().unwrap_or_else(PoisonError::into_inner);
        // Whichever ended first: the fixed points are numbered in the order of the starts.
        ended.sort_by_key(|(k, ..)| *k);
        let directions = marks::directions(self.network.size());
        let mut fixed_points = FixedPoints::under(&self.settings);
        let examine = |(k, outcome, monitors): (usize, Outcome, Monitors<'_>)| {
            let lyapunov = monitors.lyapunov.map(LyapunovMonitor::into_report);
            let end = (&outcome, lyapunov.as_ref());
            let ended = Ended::new(self, (&starts, k), Keep::STATES, end, &directions);
            let (row, recalled, correct) = (ended.row(), ended.nearest, ended.correct());
            let rest = (outcome.stop == StopReason::Rest).then(|| {
                let clamped = &self.cases[k].start.clamped;
                fixed_points.find(&self.network, &outcome.x, &outcome.input, clamped)
            });
            let kept = |r: Option<Recorder>| r.map(Recorder::into_trajectory).unwrap_or_default();
            CaseResult {
                case: k,
                trajectory: kept(monitors.kept),
                snapshots: kept(monitors.snapshots),
                lyapunov,
                recalled,
                correct,
                rest,
                row,
                outcome,
            }
        };
        let mut cases: Vec<CaseResult> = ended.into_iter().map(examine).collect();
        self.measure_slopes(&mut cases);
        self.measure_power(&mut cases);
        Ok(Results {
            cases,
            fixed_points,
            certificate,
        })
    }
}

impl Results {
    /// Were some starts not begun, or their trajectories not ended, when it was interrupted?
    pub fn is_interrupted(&self, study: &Study) -> bool {
        let cut = |end: &CaseResult| end.outcome.stop == StopReason::Interrupted;
        self.cases.len() < study.cases.len() || self.cases.iter().any(cut)
    }

    /// At which fixed points they ended.
    pub fn census(&self, study: &Study) -> Census {
        if !study.settings.until_rest {
            return Census::default();
        }
        let ends = self.cases.iter();
        let of_starts = ends.filter_map(|end| Some((end.case, end.rest?)));
        Census::of_run(of_starts.collect(), self.fixed_points.points())
    }

    /// What they came to together.
    pub fn tally(&self, study: &Study) -> Tally {
        let columns = study.columns(Keep::STATES);
        let part = Part::whole(study.cases.len() as u64);
        let mut tally = Tally::default();
        for end in &self.cases {
            tally.add(&columns, &end.row, &part, end.case as u64);
        }
        tally.end_at(&self.census(study));
        tally
    }

    /// Every result beside the case it belongs to.
    pub fn pairs<'a>(
        &'a self,
        study: &'a Study,
    ) -> impl Iterator<Item = (&'a Case, &'a CaseResult)> {
        self.cases.iter().map(|r| (&study.cases[r.case], r))
    }

    /// The methods that took the steps, the first first.
    pub fn methods(&self, study: &Study) -> Vec<&'static str> {
        let mut names = vec![study.settings.method.first().name];
        for choice in self.cases.iter().flat_map(|c| &c.outcome.choices) {
            if !names.contains(&choice.method) {
                names.push(choice.method);
            }
        }
        names
    }
}
