//! An ensemble: many trajectories, of each one row of numbers.

use super::{Axis, Law, Refusal, Starts, Study, ends};
use crate::dynamics::{Interrupt, Outcome, Start};
use crate::ensemble::Ensemble;
#[cfg(doc)]
use crate::monitor::Course;
use crate::monitor::{LyapunovMonitor, Mode, RestMonitor};
use crate::network::{Drive, Network, Workspace};
use crate::trajectory::StopReason;

/// What is kept of every trajectory of an ensemble.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Keep {
    /// The final state?
    pub states: bool,
    /// Are the fixed points at which they end examined, or only counted?
    pub examine: bool,
    /// The overlap with every memory, or only with the nearest?
    pub overlaps: bool,
    /// How many coordinates a start has on its grid; 0 where starts are on none, and in a sweep.
    pub axes: usize,
}

impl Default for Keep {
    fn default() -> Self {
        Keep {
            states: false,
            examine: true,
            overlaps: false,
            axes: 0,
        }
    }
}

/// Columns of the table of outcomes, of one number a row or of several.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// Its name.
    pub name: &'static str,
    /// Whole numbers (stored as i64), or f64?
    pub whole: bool,
    /// Numbers in a row; none for a column that is a single number.
    pub width: Option<usize>,
    /// Is it for the program alone, and in no table?
    pub hidden: bool,
}

impl Column {
    const fn new(name: &'static str, whole: bool) -> Self {
        Column {
            name,
            whole,
            width: None,
            hidden: false,
        }
    }

    /// Words of 8 bytes that it takes in a row.
    pub fn words(&self) -> usize {
        self.width.unwrap_or(1)
    }
}

/// A start of an ensemble before it is made.
struct Number<'a> {
    starts: &'a Starts,
    network: &'a Network,
    k: usize,
}

impl TryFrom<Number<'_>> for Start {
    type Error = String;

    fn try_from(number: Number<'_>) -> Result<Start, String> {
        number.starts.get(number.network, number.k)
    }
}

impl Study {
    /// The columns of the table of outcomes. What is not known of a trajectory is −1 or NaN.
    ///
    /// `seed` of all starts; `stop`, a code ([`StopReason::code`]); `t`, when it ended; `steps` taken, `rejected` and
    /// `evaluations` of the velocity; `handovers`, how often `auto` changed the method; `energy_start` and
    /// `energy_end`; `largest_rise` of the energy in a step; what it has `risen` in all steps whose rise rounding does
    /// not explain; the `input_work` of a changing input; its `course`, a code ([`Course::code`]); the `violation`, 1 of descent, 2 of the identity; the
    /// nearest `memory` with its Euclidean `distance` and `overlap` (cosine); the `target` of the cue and whether it
    /// was `recalled`; where it began on its `grid`, one number for each axis; `overlaps` with all memories; the final
    /// state `x`. Three numbers that tell the state at rest are for the program alone.
    pub fn columns(&self, keep: Keep) -> Vec<Column> {
        let (whole, real) = (
            |name| Column::new(name, true),
            |name| Column::new(name, false),
        );
        let mut columns = vec![
            whole("seed"),
            whole("stop"),
            real("t"),
            whole("steps"),
            whole("rejected"),
            whole("evaluations"),
            whole("handovers"),
            real("energy_start"),
            real("energy_end"),
            real("largest_rise"),
            real("risen"),
            real("input_work"),
            whole("course"),
            whole("violation"),
            whole("memory"),
            real("distance"),
            real("overlap"),
            whole("target"),
            whole("recalled"),
        ];
        columns.push(Column {
            width: Some(ends::NUMBERS),
            hidden: true,
            ..real(ends::COLUMN)
        });
        if keep.axes > 0 {
            columns.push(Column {
                width: Some(keep.axes),
                ..real("grid")
            });
        }
        if let (true, Some(recall)) = (keep.overlaps, &self.recall) {
            columns.push(Column {
                width: Some(recall.memories.count()),
                ..real("overlaps")
            });
        }
        if keep.states {
            columns.push(Column {
                width: Some(self.network.size()),
                ..real("x")
            });
        }
        columns
    }

    /// Integrates the starts of these numbers, blocks of them together. `done` is given a row for each as it ends, one word
    /// a number: an i64 or the bits of an f64, as [`Study::columns`] say; from any thread. Those that an interrupt
    /// ends have no row.
    ///
    /// # Errors
    /// Why they are not run.
    pub fn run_ensemble(
        &self,
        starts: &Starts,
        numbers: impl Iterator<Item = usize> + Send,
        keep: Keep,
        interrupt: &Interrupt,
        done: impl Fn(usize, Vec<u64>) + Sync,
    ) -> Result<(), Refusal> {
        let ensemble = Ensemble {
            network: &self.network,
            settings: &self.settings,
            stimulus: &self.stimulus,
            threads: self.threads,
            alone: false,
            interrupt,
        };
        let mode = self.lyapunov_mode();
        let watched = mode != Mode::Off && self.network.has_energy();
        let network = &self.network;
        let directions = ends::directions(network.size());
        let watch = |k| {
            let rest = self.settings.until_rest.then(|| {
                let clamped = starts.clamped(k);
                RestMonitor::new(network, self.rest)
                    .clamping(network, &clamped)
                    .not_before(self.stimulus.settles())
            });
            (watched.then(|| LyapunovMonitor::new(mode)), rest)
        };
        let numbered = numbers.map(|k| (k, Number { starts, network, k }));
        let ran = ensemble.run(numbered, watch, |k, outcome, (lyapunov, _)| {
            if outcome.stop != StopReason::Interrupted {
                let report = lyapunov.map(LyapunovMonitor::into_report);
                done(
                    k,
                    self.row((starts, k), keep, &outcome, report, &directions),
                );
            }
        });
        ran.map_err(|why| Refusal::Other(why.to_string()))
    }

    fn row(
        &self,
        (starts, k): (&Starts, usize),
        keep: Keep,
        outcome: &Outcome,
        report: Option<crate::monitor::LyapunovReport>,
        directions: &[Vec<f64>],
    ) -> Vec<u64> {
        let network = &self.network;
        let mut row = Row(Vec::with_capacity(16));
        let s = &outcome.statistics;
        // Within what a table can hold.
        row.whole(starts.seed & i64::MAX as u64);
        row.whole(outcome.stop.code() as u64);
        row.real(outcome.t);
        row.whole(s.accepted);
        row.whole(s.rejected + s.sent_back);
        row.whole(s.evaluations);
        row.whole(outcome.choices.len() as u64);
        let ends = report.as_ref().and_then(|r| r.energy);
        let ends = ends.or_else(|| self.energies(&starts.get(network, k).ok()?, outcome));
        for e in ends.unwrap_or([f64::NAN; 2]) {
            row.real(e);
        }
        row.real(report.as_ref().map_or(f64::NAN, |r| r.largest_rise));
        row.real(report.as_ref().map_or(f64::NAN, |r| r.risen));
        row.real(report.as_ref().map_or(f64::NAN, |r| r.input_work));
        row.index(report.as_ref().map(|r| r.course().code()));
        row.index(report.map(|r| r.violation.map_or(0, |v| v.check.code())));
        let asked = self.recall.as_ref().map(|recall| {
            let mut g = vec![0.0; network.size()];
            network.activation(&outcome.x, 1, &mut g);
            (recall, g[network.neurons(recall.layer)].to_vec())
        });
        let found = asked.as_ref().and_then(|(r, g)| r.nearest(g));
        let target = starts.target(k);
        row.index(found.map(|f| f.memory));
        row.real(found.map_or(f64::NAN, |f| f.distance));
        row.real(found.map_or(f64::NAN, |f| f.overlap));
        row.index(target);
        let recalled = |((r, g), target): (&(&super::Recall, Vec<f64>), usize)| r.holds(target, g);
        row.flag(asked.as_ref().zip(target).map(recalled));
        let end = match outcome.stop {
            StopReason::Rest => ends::numbers(directions, &outcome.x),
            _ => [f64::NAN; ends::NUMBERS],
        };
        end.into_iter().for_each(|v| row.real(v));
        if let (true, Law::Grid(axes)) = (keep.axes > 0, &starts.law) {
            for x in Axis::point(axes, k) {
                row.real(x);
            }
        }
        if let (true, Some((recall, g))) = (keep.overlaps, &asked) {
            for m in 0..recall.memories.count() {
                row.real(recall.memories.overlap(m, g));
            }
        }
        if keep.states {
            for x in &outcome.x {
                row.real(*x);
            }
        }
        row.0
    }

    /// The energy at the start and the end of a trajectory that nobody watched.
    fn energies(&self, start: &Start, outcome: &Outcome) -> Option<[f64; 2]> {
        let network = &self.network;
        if !network.has_energy() {
            return None;
        }
        let mut ws = Workspace::new(network, 1);
        let mut at = |x: &[f64], input: &[f64]| {
            let drive = Drive {
                input,
                clamped: &[],
            };
            network.at(x, drive, &mut ws).energy().total[0]
        };
        let mut input = self.stimulus.input(self.settings.t_start);
        input
            .iter_mut()
            .zip(&start.input)
            .for_each(|(i, o)| *i += o);
        Some([at(&start.x, &input), at(&outcome.x, &outcome.input)])
    }
}

/// A row in the making.
struct Row(Vec<u64>);

impl Row {
    fn whole(&mut self, value: u64) {
        self.0.push(value);
    }

    fn real(&mut self, value: f64) {
        self.0.push(value.to_bits());
    }

    fn index(&mut self, value: Option<usize>) {
        self.0.push(value.map_or(-1, |k| k as i64) as u64);
    }

    fn flag(&mut self, value: Option<bool>) {
        self.index(value.map(usize::from));
    }
}
