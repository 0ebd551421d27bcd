//! What came of a study of which the trajectories are kept.

use std::sync::{Mutex, PoisonError};

use super::run::Monitors;
use super::{Case, Courses, Ended, Keep, Progress, Refusal, Study, census};
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
    /// Activation of the layer that recall is asked of, at the end.
    pub recalled: Option<Recalled>,
    /// Was the memory of the cue recalled, as near as asked for? None where there is no such memory.
    pub correct: Option<bool>,
    /// Which fixed point it ended at.
    pub rest: Option<usize>,
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

impl Study {
    /// Integrates every case, keeps its trajectory and examines where it ended, telling `progress` on the way.
    pub fn run(&self, interrupt: &Interrupt, progress: &dyn Progress) -> Result<Results, Refusal> {
        let certificate = self.admit()?;
        let ended = Mutex::new(Vec::new());
        let numbers = 0..self.cases.len();
        let done = |k, outcome, monitors| {
            let mut ended = ended.lock().unwrap_or_else(PoisonError::into_inner);
            ended.push((k, outcome, monitors));
            progress.ended(ended.len());
        };
        self.integrate(&self.starts(), numbers, Some(progress), interrupt, done)?;
        let mut ended = ended.into_inner().unwrap_or_else(PoisonError::into_inner);
        // Whichever ended first: the fixed points are numbered in the order of the starts.
        ended.sort_by_key(|(k, ..)| *k);
        let mut fixed_points = FixedPoints::default();
        let ended = ended.into_iter();
        let mut cases: Vec<CaseResult> = ended
            .map(|(k, outcome, monitors)| self.examine(k, outcome, monitors, &mut fixed_points))
            .collect();
        self.measure_slopes(&mut cases);
        self.measure_power(&mut cases);
        Ok(Results {
            cases,
            fixed_points,
            certificate,
        })
    }

    fn examine(
        &self,
        k: usize,
        outcome: Outcome,
        monitors: Monitors<'_>,
        fixed_points: &mut FixedPoints,
    ) -> CaseResult {
        let case = &self.cases[k];
        let mut g = vec![0.0; self.network.size()];
        self.network.activation(&outcome.x, 1, &mut g);
        let recall = self.recall.as_ref();
        let recall = recall.map(|r| (r, &g[self.network.neurons(r.layer)]));
        let rest = (outcome.stop == StopReason::Rest).then(|| {
            let clamped = &case.start.clamped;
            fixed_points.find(&self.network, &outcome.x, &outcome.input, clamped)
        });
        let kept = |r: Option<Recorder>| r.map(Recorder::into_trajectory).unwrap_or_default();
        CaseResult {
            case: k,
            trajectory: kept(monitors.kept),
            snapshots: kept(monitors.snapshots),
            lyapunov: monitors.lyapunov.map(LyapunovMonitor::into_report),
            recalled: recall.and_then(|(recall, g)| recall.nearest(g)),
            correct: recall
                .zip(case.target)
                .map(|((r, g), target)| outcome.stop.is_success() && r.holds(target, g)),
            rest,
            outcome,
        }
    }
}

impl Results {
    /// The rows of the table of outcomes, each with the number of its start; final states are among them.
    pub fn rows(&self, study: &Study) -> Vec<(u64, Vec<u64>)> {
        let starts = study.starts();
        let directions = census::directions(study.network.size());
        let row = |r: &CaseResult| {
            let end = (&r.outcome, r.lyapunov.as_ref());
            let ended = Ended::new(study, (&starts, r.case), Keep::STATES, end, &directions);
            (r.case as u64, ended.row())
        };
        self.cases.iter().map(row).collect()
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

    /// How many trajectories did not end as they were meant to.
    pub fn failures(&self) -> usize {
        let failed = |c: &&CaseResult| !c.outcome.stop.is_success();
        self.cases.iter().filter(failed).count()
    }

    /// What the energy did on those trajectories on which it was watched.
    pub fn courses(&self) -> Courses {
        let mut courses = Courses::default();
        let reports = self.cases.iter().filter_map(|c| c.lyapunov.as_ref());
        reports.for_each(|report| courses.add(report));
        courses
    }

    /// Trajectories on which the monitor noted a violation, whether or not that ended them.
    pub fn violations(&self) -> usize {
        self.courses().violations() as usize
    }
}
