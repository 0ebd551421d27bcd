//! The table of outcomes: a row for each trajectory, the same columns whichever command wrote it. A new column is one
//! entry of [`COLUMNS`] and one line of `docs/output.md`.

use std::ops::Range;

use super::marks::{MARKS, marks};
use super::{Axis, Keep, Law, Starts, Study};
use crate::analysis::Recalled;
use crate::dynamics::Outcome;
use crate::monitor::LyapunovReport;
use crate::network::{Drive, Workspace};
use crate::trajectory::StopReason;

/// A trajectory that has ended, with what several columns ask for.
pub struct Ended<'a> {
    study: &'a Study,
    starts: &'a Starts,
    keep: Keep,
    k: usize,
    outcome: &'a Outcome,
    report: Option<&'a LyapunovReport>,
    /// On which the end is projected.
    directions: &'a [Vec<f64>],
    /// Activation of the layer whose memories are asked about.
    g: Vec<f64>,
    pub(super) nearest: Option<Recalled>,
}

enum Fill {
    /// A whole number, kept as an i64; −1 where it is not known.
    Whole(fn(&Ended<'_>) -> Option<usize>),
    /// A number, NaN where it is not known.
    Real(fn(&Ended<'_>) -> f64),
    /// So many numbers.
    Reals(fn(&Study, Keep) -> usize, fn(&Ended<'_>) -> Vec<f64>),
}
use Fill::{Real, Reals, Whole};

/// A column of the table of outcomes.
pub struct Column {
    /// Its name in tables.
    pub name: &'static str,
    /// The unit of its numbers: `time` and `energy` are those of the model; of counts, codes and cosines there is none.
    pub unit: &'static str,
    /// What its numbers mean.
    pub about: &'static str,
    fill: Fill,
}

/// A column that no table shows: numbers by which the program knows equal ends.
pub(super) const END: &str = "end";

const fn column(name: &'static str, unit: &'static str, about: &'static str, fill: Fill) -> Column {
    Column {
        name,
        unit,
        about,
        fill,
    }
}

/// All columns, in the order of the table. Those of several numbers are left out where there are none.
#[rustfmt::skip]
pub static COLUMNS: [Column; 26] = [
    column("seed", "", "the seed of the starts", Whole(|e| Some((e.starts.seed & i64::MAX as u64) as usize))),
    column("stop", "", "why it ended, a position in `stop_codes` of the manifest", Whole(|e| Some(e.outcome.stop.code()))),
    column("t", "time", "when it ended", Real(|e| e.outcome.t)),
    column("steps", "", "steps that were accepted", Whole(|e| Some(e.outcome.statistics.accepted as usize))),
    column("rejected", "", "steps that were tried and taken back", Whole(|e| {
        Some((e.outcome.statistics.rejected + e.outcome.statistics.sent_back) as usize)
    })),
    column("evaluations", "", "evaluations of the velocity", Whole(|e| Some(e.outcome.statistics.evaluations as usize))),
    column("factorisations", "", "matrices that implicit methods factorised", Whole(|e| Some(e.outcome.statistics.factorisations as usize))),
    column("changes", "", "changes of the method by `auto`", Whole(|e| Some(e.outcome.choices.len()))),
    column("energy_start", "energy", "E at the start", Real(|e| e.energies()[0])),
    column("energy_end", "energy", "E at the end", Real(|e| e.energies()[1])),
    column("largest_rise", "energy", "the largest rise of E in a step", Real(|e| e.seen(|r| r.largest_rise))),
    column("risen", "energy", "what all rises of E beyond rounding add up to", Real(|e| e.seen(|r| r.risen))),
    column("fallen", "energy", "what all falls of E add up to", Real(|e| e.seen(|r| r.fallen))),
    column("input_work", "energy", "the work of a changing input", Real(|e| e.seen(|r| r.input_work))),
    column("input_error", "energy", "what `input_work` may be off by", Real(|e| e.seen(|r| r.input_error))),
    column("course", "", "what E did, a position in `course_codes` of the manifest", Whole(|e| Some(e.report?.course().code()))),
    column("violation", "", "the check of the monitor that failed: 0 none, 1 descent, 2 identity", Whole(|e| {
        Some(e.report?.violation.as_ref().map_or(0, |v| v.check.code()))
    })),
    column("memory", "", "the nearest memory", Whole(|e| Some(e.nearest?.memory))),
    column("distance", "", "the Euclidean distance of the activation from it", Real(|e| e.nearest.map_or(f64::NAN, |r| r.distance))),
    column("overlap", "", "the overlap with it, a cosine", Real(|e| e.nearest.map_or(f64::NAN, |r| r.overlap))),
    column("target", "", "the memory that the cue was made from", Whole(|e| e.starts.target(e.k))),
    column("recalled", "", "1 where the end meets what `[recall]` asks of the target, 0 where not, or where the trajectory failed", Whole(|e| e.correct().map(usize::from))),
    column(END, "", "what tells the state at rest from others", Reals(|_, _| MARKS, |e| match e.outcome.stop {
        StopReason::Rest => marks(e.directions, &e.outcome.x).to_vec(),
        _ => vec![f64::NAN; MARKS],
    })),
    column("grid", "", "where it began on the grid of starts, a number for each axis", Reals(|_, keep| keep.axes, |e| {
        match &e.starts.law {
            Law::Grid(axes) if e.keep.axes > 0 => Axis::point(axes, e.k),
            _ => Vec::new(),
        }
    })),
    column("overlaps", "", "the overlap with every memory", Reals(
        |study, keep| match &study.recall {
            Some(recall) if keep.overlaps => recall.memories.count(),
            _ => 0,
        },
        |e| {
            let memories = e.study.recall.iter().filter(|_| e.keep.overlaps).map(|r| &r.memories);
            memories.flat_map(|m| (0..m.count()).map(|k| m.overlap(k, &e.g))).collect()
        },
    )),
    column("x", "", "the state of all neurons at the end", Reals(
        |study, keep| if keep.states { study.network.size() } else { 0 },
        |e| if e.keep.states { e.outcome.x.clone() } else { Vec::new() },
    )),
];

impl<'a> Ended<'a> {
    pub(super) fn new(
        study: &'a Study,
        (starts, k): (&'a Starts, usize),
        keep: Keep,
        (outcome, report): (&'a Outcome, Option<&'a LyapunovReport>),
        directions: &'a [Vec<f64>],
    ) -> Self {
        let mut g = Vec::new();
        if let Some(recall) = &study.recall {
            g.resize(study.network.size(), 0.0);
            study.network.activation(&outcome.x, 1, &mut g);
            g = g[study.network.neurons(recall.layer)].to_vec();
        }
        Ended {
            nearest: study.recall.as_ref().and_then(|r| r.nearest(&g)),
            study,
            starts,
            keep,
            k,
            outcome,
            report,
            directions,
            g,
        }
    }

    /// Its row, one word a number: an i64 or the bits of an f64.
    pub(super) fn row(&self) -> Vec<u64> {
        let mut row = Vec::with_capacity(COLUMNS.len());
        for column in &COLUMNS {
            match column.fill {
                Whole(of) => row.push(of(self).map_or(-1, |n| n as i64) as u64),
                Real(of) => row.push(of(self).to_bits()),
                Reals(_, of) => row.extend(of(self).into_iter().map(f64::to_bits)),
            }
        }
        row
    }

    /// Was the memory of the cue recalled, as near as asked for? None where there is no such memory.
    pub(super) fn correct(&self) -> Option<bool> {
        let recall = self.study.recall.as_ref()?;
        let target = self.starts.target(self.k)?;
        Some(self.outcome.stop.is_success() && recall.holds(target, &self.g))
    }

    fn seen(&self, of: fn(&LyapunovReport) -> f64) -> f64 {
        self.report.map_or(f64::NAN, of)
    }

    /// The energy at both ends, where nobody watched it computed from the states.
    fn energies(&self) -> [f64; 2] {
        let watched = self.report.and_then(|r| r.energy);
        let energies = watched.or_else(|| self.unwatched());
        energies.unwrap_or([f64::NAN; 2])
    }

    fn unwatched(&self) -> Option<[f64; 2]> {
        let (study, network) = (self.study, &self.study.network);
        if !network.has_energy() {
            return None;
        }
        let start = self.starts.get(network, self.k).ok()?;
        let mut ws = Workspace::new(network, 1);
        let mut at = |x: &[f64], input: &[f64]| {
            let clamped = &[];
            network
                .at(x, Drive { input, clamped }, &mut ws)
                .energy()
                .total[0]
        };
        let input = study.input(study.settings.t_start, &start.input);
        Some([
            at(&start.x, &input),
            at(&self.outcome.x, &self.outcome.input),
        ])
    }
}

impl Study {
    /// The columns of a table that keeps so much.
    pub fn columns(&self, keep: Keep) -> Columns {
        let mut end = 0;
        let placed = COLUMNS.iter().map(|column| {
            let first = end;
            end += match column.fill {
                Reals(width, _) => width(self, keep),
                _ => 1,
            };
            (column, first..end)
        });
        Columns(placed.filter(|(_, words)| !words.is_empty()).collect())
    }
}

/// The columns of one table, each with its place in a row.
#[derive(Clone)]
pub struct Columns(Vec<(&'static Column, Range<usize>)>);

impl Columns {
    /// Words of 8 bytes in a row.
    pub fn words(&self) -> usize {
        self.0.last().map_or(0, |(_, words)| words.end)
    }

    /// Those that tables show, with their places.
    pub fn shown(&self) -> impl Iterator<Item = (&'static Column, Range<usize>)> + '_ {
        let shown = self.0.iter().filter(|(column, _)| column.name != END);
        shown.map(|(column, words)| (*column, words.clone()))
    }

    /// Where a column is in a row; nowhere if the table has none of this name.
    pub fn place(&self, name: &str) -> Range<usize> {
        let found = self.0.iter().find(|(column, _)| column.name == name);
        found.map_or(0..0, |(_, words)| words.clone())
    }

    /// The whole number in this column of a row; none where it is not known.
    pub fn whole(&self, row: &[u64], name: &str) -> Option<usize> {
        let word = row[self.place(name)].first()?;
        usize::try_from(*word as i64).ok()
    }

    /// The number in this column of a row; NaN where it is not known.
    pub fn real(&self, row: &[u64], name: &str) -> f64 {
        let word = row[self.place(name)].first();
        word.map_or(f64::NAN, |word| f64::from_bits(*word))
    }
}

impl Column {
    /// Are its numbers whole, i64 in arrays?
    pub fn is_whole(&self) -> bool {
        matches!(self.fill, Whole(_))
    }

    /// Has it several numbers in a row, even where these are but one?
    pub fn is_wide(&self) -> bool {
        matches!(self.fill, Reals(..))
    }
}

/// Tables are alike if the same columns are in the same places.
impl PartialEq for Columns {
    fn eq(&self, other: &Columns) -> bool {
        let named = |columns: &Columns| format!("{columns:?}");
        named(self) == named(other)
    }
}

impl std::fmt::Debug for Columns {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let names = self.0.iter().map(|(column, words)| (column.name, words));
        f.debug_map().entries(names).finish()
    }
}
