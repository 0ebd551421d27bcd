//! Running a study.

use std::sync::Mutex;

use super::{Case, Courses, Study};
use crate::analysis::{Recalled, RestPoints};
use crate::dynamics::{Interrupt, Outcome};
use crate::ensemble::Ensemble;
use crate::monitor::{
    Flow, LyapunovMonitor, LyapunovReport, Mode, Monitor, Recorder, RestMonitor, Save,
};
use crate::network::{Boundedness, Certificate, ClampError};
use crate::trajectory::{Step, StopReason, Trajectory};

/// Why a study is not run.
#[derive(Clone, Debug, PartialEq)]
pub enum Refusal {
    /// The network is outside the theory and the monitor would have nothing to hold on to.
    OutsideTheory(Certificate),
    /// Something else.
    Other(String),
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Refusal::OutsideTheory(certificate) => {
                for fault in &certificate.faults {
                    writeln!(f, "{fault}")?;
                }
                f.write_str(
                    "the energy of this network need not fall, so it is not run; lyapunov = \"record\" runs it and shows what the energy does, lyapunov = \"off\" runs it unwatched",
                )
            }
            Refusal::Other(message) => f.write_str(message),
        }
    }
}

impl std::error::Error for Refusal {}

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
    pub rest_points: RestPoints,
    /// The network's certificate.
    pub certificate: Certificate,
}

type Watch<'a> = (
    Option<LyapunovMonitor>,
    (
        Option<RestMonitor>,
        (Recorder, (Option<Recorder>, Teller<'a>)),
    ),
);

/// Is told how a run goes on, from any thread.
pub trait Progress: Sync {
    /// A step of a case was taken.
    fn step(&self, case: usize, t: f64, energy: Option<f64>) {
        let _ = (case, t, energy);
    }

    /// So many cases have ended.
    fn ended(&self, count: usize) {
        let _ = count;
    }
}

/// Nobody wants to know.
impl Progress for () {}

/// Tells of every step.
struct Teller<'a> {
    case: usize,
    progress: &'a dyn Progress,
}

impl Monitor for Teller<'_> {
    fn observe(&mut self, step: &Step<'_>) -> Flow {
        self.progress
            .step(self.case, step.end.t, step.end.energy.map(|e| e.total));
        Flow::Continue
    }
}

impl Study {
    /// Is the study within the theory, as far as its monitor demands, and within its bounds?
    ///
    /// # Errors
    /// Why it will not be run.
    pub fn admit(&self) -> Result<Certificate, Refusal> {
        if self.cases.is_empty() {
            return Err(Refusal::Other("there is no start".into()));
        }
        // Before the certificate, which advises another mode of the monitor: none of them runs a group clamped in part.
        self.may_be_clamped()
            .map_err(|why| Refusal::Other(why.to_string()))?;
        let certificate = self.network.certificate();
        if !certificate.holds() && self.lyapunov.demands_certificate() {
            return Err(Refusal::OutsideTheory(certificate));
        }
        let refused = |why: &dyn std::fmt::Display| Refusal::Other(why.to_string());
        self.settings.check().map_err(|why| refused(&why))?;
        let method = self.settings.method;
        method
            .check_size(&self.network)
            .map_err(|why| refused(&why))?;
        let bytes = self.output_bytes().unwrap_or(0);
        if bytes > self.max_output {
            let bytes = match bytes {
                u64::MAX => "more than 1.8e19".into(),
                bytes => bytes.to_string(),
            };
            return Err(Refusal::Other(format!(
                "the states to be kept take {bytes} bytes, more than the {} allowed: keep fewer (save), or raise --max-output",
                self.max_output
            )));
        }
        Ok(certificate)
    }

    /// Is no group clamped in part, neither by its layer nor by a case?
    fn may_be_clamped(&self) -> Result<(), ClampError> {
        self.cases.iter().try_for_each(|case| {
            let clamped = [self.network.clamped(), &case.start.clamped].concat();
            self.network.may_clamp(&clamped)
        })
    }

    /// The mode in which the Lyapunov monitor will work: not every method takes steps back.
    pub fn lyapunov_mode(&self) -> Mode {
        match self.lyapunov {
            Mode::Reject if !self.settings.method.takes_back => Mode::Stop,
            mode => mode,
        }
    }

    /// Integrates every case and examines where it ended, telling `progress` on the way.
    ///
    /// # Errors
    /// Why it was not run.
    pub fn run(&self, interrupt: &Interrupt, progress: &dyn Progress) -> Result<Results, Refusal> {
        let certificate = self.admit()?;
        let starts = self.cases.iter().map(|c| c.start.clone()).enumerate();
        let ensemble = Ensemble {
            network: &self.network,
            settings: &self.settings,
            stimulus: &self.stimulus,
            threads: self.threads,
            alone: self.cases.len() == 1,
            interrupt,
        };
        let mut none: Vec<Option<(Outcome, Watch<'_>)>> = Vec::new();
        none.resize_with(self.cases.len(), || None);
        let ended = Mutex::new((0, none));
        ensemble
            .run(
                starts,
                |k| self.watch(k, progress),
                |k, outcome, watch| {
                    if let Ok(mut ended) = ended.lock() {
                        ended.1[k] = Some((outcome, watch));
                        ended.0 += 1;
                        progress.ended(ended.0);
                    }
                },
            )
            .map_err(|why| Refusal::Other(why.to_string()))?;
        let mut rest_points = RestPoints::default();
        let (_, ended) = ended
            .into_inner()
            .map_err(|_| Refusal::Other("a thread of the ensemble failed".into()))?;
        let ended = ended.into_iter().enumerate();
        let mut cases: Vec<CaseResult> = ended
            .filter_map(|(k, end)| end.map(|e| self.examine(k, e, &mut rest_points)))
            .collect();
        self.measure_slopes(&mut cases);
        self.measure_power(&mut cases);
        Ok(Results {
            cases,
            rest_points,
            certificate,
        })
    }

    fn watch<'a>(&self, case: usize, progress: &'a dyn Progress) -> Watch<'a> {
        let mode = self.lyapunov_mode();
        let watched = mode != Mode::Off && self.network.has_energy();
        let rest = self.settings.until_rest.then(|| {
            let clamped = &self.cases[case].start.clamped;
            RestMonitor::new(&self.network, self.rest)
                .clamping(&self.network, clamped)
                .not_before(self.stimulus.settles())
        });
        let budget = self.max_output / self.cases.len().max(1) as u64;
        let recorder = Recorder::new(self.network.size(), self.save.clone(), watched).limit(budget);
        let times = self.snapshots();
        let snapshots = (!times.is_empty())
            .then(|| Recorder::new(self.network.size(), Save::At(times), false).limit(budget));
        (
            watched.then(|| LyapunovMonitor::new(mode)),
            (rest, (recorder, (snapshots, Teller { case, progress }))),
        )
    }

    fn examine(
        &self,
        index: usize,
        (outcome, (lyapunov, (_, (recorder, (snapshots, _))))): (Outcome, Watch<'_>),
        rest_points: &mut RestPoints,
    ) -> CaseResult {
        let case = &self.cases[index];
        let mut g = vec![0.0; self.network.size()];
        self.network.activation(&outcome.x, 1, &mut g);
        let recalled = self
            .recall
            .as_ref()
            .and_then(|r| r.nearest(&g[self.network.neurons(r.layer)]));
        let correct = self
            .recall
            .as_ref()
            .zip(case.target)
            .map(|(r, target)| r.holds(target, &g[self.network.neurons(r.layer)]));
        let rest = (outcome.stop == StopReason::Rest).then(|| {
            let clamped = &case.start.clamped;
            rest_points.find(&self.network, &outcome.x, &outcome.input, clamped)
        });
        CaseResult {
            case: index,
            trajectory: recorder.into_trajectory(),
            snapshots: snapshots.map_or_else(Trajectory::default, Recorder::into_trajectory),
            lyapunov: lyapunov.map(LyapunovMonitor::into_report),
            recalled,
            correct,
            rest,
            outcome,
        }
    }
}

impl Results {
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

    /// Did any trajectory end as it should not have, or any energy rise?
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

    /// Is the energy known to be bounded below?
    pub fn is_bounded(&self) -> bool {
        matches!(self.certificate.boundedness, Boundedness::Bounded(_))
    }
}
