//! Starts × network × settings: the one loop behind every command that integrates.

use super::{Ended, Keep, Refusal, Starts, Study, marks};
use crate::dynamics::{Interrupt, Outcome};
use crate::ensemble::Ensemble;
use crate::monitor::{
    EnergyReached, Flow, LyapunovMonitor, Mode, Monitor, Recorder, RestMonitor, Save, together,
};
use crate::trajectory::{Step, StopReason};

/// Is told how a run goes on, from any thread.
pub trait Progress: Sync {
    /// A step of a trajectory was taken.
    fn step(&self, _start: usize, _t: f64, _energy: Option<f64>) {}

    /// The trajectory of this start has ended.
    fn ended(&self, _start: usize) {}
}

/// Nobody wants to know.
impl Progress for () {}

/// What watches one trajectory of a study.
pub(super) struct Monitors<'a> {
    pub lyapunov: Option<LyapunovMonitor>,
    rest: Option<RestMonitor>,
    reached: Option<EnergyReached>,
    /// The states that are kept, and those that pictures show.
    pub kept: Option<Recorder>,
    pub snapshots: Option<Recorder>,
    steps: Option<Steps<'a>>,
}

together!(['a] Monitors<'a>, me => me.lyapunov, me.rest, me.reached, me.kept, me.snapshots, me.steps);

struct Steps<'a> {
    start: usize,
    progress: &'a dyn Progress,
}

impl Monitor for Steps<'_> {
    fn observe(&mut self, step: &Step<'_>) -> Flow {
        let energy = step.end.energy.map(|e| e.total);
        self.progress.step(self.start, step.end.t, energy);
        Flow::Continue
    }
}

impl Study {
    /// Integrates the starts of these numbers in blocks and gives `done` each as it ends, from any thread; with `progress` keeps
    /// the trajectories as far as the study says.
    pub(super) fn integrate<'a>(
        &'a self,
        starts: &Starts,
        numbers: impl Iterator<Item = usize> + Send,
        progress: Option<&'a dyn Progress>,
        interrupt: &Interrupt,
        done: impl Fn(usize, Outcome, Monitors<'a>) + Sync,
    ) -> Result<(), Refusal> {
        let network = &self.network;
        let ensemble = Ensemble {
            network,
            settings: &self.settings,
            stimulus: &self.stimulus,
            threads: self.threads,
            alone: starts.count() == 1,
            interrupt,
        };
        let mode = self.lyapunov_mode();
        let watched = mode != Mode::Off && network.has_energy();
        let times = self.snapshots();
        let budget = self.max_output / starts.count().max(1) as u64;
        let monitors = |k| {
            let keep = |save: Save, energy| {
                let recorder = Recorder::new(network.size(), save, energy);
                progress.map(|_| recorder.limit(budget))
            };
            let snapshots = (!times.is_empty()).then(|| keep(Save::At(times.clone()), false));
            Monitors {
                lyapunov: watched.then(|| LyapunovMonitor::new(mode)),
                rest: self.settings.until_rest.then(|| {
                    let monitor = RestMonitor::new(network, self.rest);
                    let monitor = match self.settings.method.flips {
                        true => monitor.at_once(),
                        false => monitor.clamping(network, &starts.clamped(k)),
                    };
                    let settled = self.stimulus.settles();
                    monitor.not_before(settled.max(self.settings.rests_from()))
                }),
                reached: self.settings.until_energy.map(EnergyReached::new),
                kept: keep(self.save.clone(), watched),
                snapshots: snapshots.flatten(),
                steps: progress.map(|progress| Steps { start: k, progress }),
            }
        };
        let start = |k| starts.get(network, k);
        let ran = ensemble.run(numbers, start, monitors, done);
        ran.map_err(Refusal::Ensemble)
    }

    /// The same, giving `done` the row of each ([`Study::columns`]). Those that an interrupt ends have no row.
    pub fn run_ensemble(
        &self,
        starts: &Starts,
        numbers: impl Iterator<Item = usize> + Send,
        keep: Keep,
        interrupt: &Interrupt,
        done: impl Fn(usize, Vec<u64>) + Sync,
    ) -> Result<(), Refusal> {
        let directions = marks::directions(self.network.size());
        self.integrate(starts, numbers, None, interrupt, |k, outcome, monitors| {
            if outcome.stop != StopReason::Interrupted {
                let report = monitors.lyapunov.map(LyapunovMonitor::into_report);
                let end = (&outcome, report.as_ref());
                let ended = Ended::new(self, (starts, k), keep, end, &directions);
                done(k, ended.row());
            }
        })
    }
}
