//! What a study leaves behind: a directory with its table of outcomes, trajectories, pictures and a manifest.

mod answer;
mod arrays;
mod barriers;
mod basins;
mod bounds;
mod branches;
mod collect;
mod csv;
#[cfg(feature = "figures")]
mod diagram;
mod heads;
mod landscape;
mod manifest;
#[cfg(feature = "figures")]
mod phase_plane;
#[cfg(feature = "figures")]
mod pictures;
#[cfg(feature = "figures")]
mod points;
mod problem;
mod sweep;
mod table;
mod training;

pub use answer::{Answer, AnswerDirectory, NamedArray, Values};
pub use arrays::{of_cases, of_starts};
pub use barriers::barriers_answer;
pub use basins::basins_answer;
pub use bounds::bounds;
pub use branches::{branches_answer, end_in_words};
#[cfg(feature = "figures")]
pub use diagram::{Shown, branches_plot};
pub use heads::{HeadsFound, heads_answer};
pub use landscape::landscape_answer;
pub use manifest::{
    Provenance, certificate, fingerprint_of, manifest, of_data, of_results, of_table, of_tally,
};
#[cfg(feature = "figures")]
pub use phase_plane::phase_plane_answer;
#[cfg(feature = "figures")]
pub use pictures::{BasinMap, Plots, Redraw, draw_to, ensemble_plots, foreseen, plots, redraw};
pub use problem::problem_answer;
pub use sweep::{sweep_document, sweep_sentence};
pub use table::{Outcomes, Whose};
pub use training::{Checkpoints, in_words, left_of, parameters, rows, training_answer};

use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::model_file::{Array, Design, DesignError};
use crate::record::{KEPT, Present, ROWS, RecordError, Rows, RunDirectory};
use crate::refusal::Refusal;
use crate::study::{Keep, Results, Study, Tally};
use table::Store;

/// Why something is not made or kept.
#[derive(Debug)]
pub enum ReportError {
    /// The directory or a file in it.
    Record(RecordError),
    /// A point of a sweep that is no longer what it was, or that cannot be integrated.
    Design(DesignError),
    /// Anything else.
    Refused(Refusal),
}

impl std::fmt::Display for ReportError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            ReportError::Record(why) => why.fmt(f),
            ReportError::Design(why) => why.fmt(f),
            ReportError::Refused(why) => why.fmt(f),
        }
    }
}

impl std::error::Error for ReportError {}

impl From<RecordError> for ReportError {
    fn from(why: RecordError) -> Self {
        ReportError::Record(why)
    }
}

impl<E: Into<DesignError>> From<E> for ReportError {
    fn from(why: E) -> Self {
        ReportError::Design(why.into())
    }
}

impl From<Refusal> for ReportError {
    fn from(why: Refusal) -> Self {
        ReportError::Refused(why)
    }
}

/// The ensembles of a design, and what came of them.
#[derive(Clone, Copy, Debug)]
pub struct Finished<'a> {
    /// The design.
    pub design: &'a Design,
    /// Whose rows they are.
    pub whose: Whose<'a>,
    /// The sums of each point.
    pub tallies: &'a [Tally],
}

/// The directory of a study in the making. It is claimed before the work, so that a place that cannot be written to is
/// found before it and not after it; it has its name when it is finished, and until then that of an unfinished one.
#[derive(Debug)]
pub struct Report {
    directory: RunDirectory,
    /// Its table.
    pub outcomes: Outcomes,
}

impl Report {
    /// Claims `path`; rows are kept in memory.
    pub fn claim(path: &Path, study: &Study) -> Result<Self, RecordError> {
        Ok(Report {
            directory: RunDirectory::create(path)?,
            outcomes: Outcomes::new(study.columns(Keep::STATES)),
        })
    }

    /// Claims `path` for the rows of a design, kept on disk as they come; with `resume` goes on with what was left of the same.
    pub fn open(
        path: &Path,
        design: &Design,
        provenance: &Provenance,
        resume: bool,
    ) -> Result<(Self, Option<Present>), RecordError> {
        let (columns, count) = (design.first.columns(), design.count());
        let identity = provenance.identity();
        let mut directory = match resume {
            true => RunDirectory::resume(path, ROWS)?,
            false => RunDirectory::create(path)?,
        };
        let place = directory.file(ROWS)?;
        let (rows, present) = if resume {
            let (rows, present) = Rows::open(&place, columns.words(), count, &identity)?;
            (rows, Some(present))
        } else {
            (
                Rows::create(&place, columns.words(), count, &identity)?,
                None,
            )
        };
        directory.keep_partial();
        let store = Store::Disk(rows);
        let outcomes = Outcomes { columns, store };
        let report = Report {
            directory,
            outcomes,
        };
        Ok((report, present))
    }

    /// Where the files are until the directory has its name, and stay if it does not get it.
    pub fn partial_path(&self) -> &Path {
        self.directory.partial_path()
    }

    /// Writes `outcomes.npz`, and `outcomes.csv` if asked for, of what has ended.
    pub fn tables(&mut self, whose: Whose<'_>, csv: bool) -> Result<(), RecordError> {
        let path = self.directory.file("outcomes.npz")?;
        self.outcomes.npz(whose, &path)?;
        // From here on there is something to lose, should the rest fail.
        self.directory.keep_partial();
        if !csv {
            // That of an interrupted run with --csv has fewer rows.
            return self.directory.discard("outcomes.csv");
        }
        let path = self.directory.file("outcomes.csv")?;
        let written = self.outcomes.csv(whose, &path);
        written.map_err(RecordError::io("write", &path))
    }

    /// Writes `trajectory.npz`, and `trajectory.csv` if asked for.
    pub fn trajectories(
        &mut self,
        study: &Study,
        results: &Results,
        csv: bool,
    ) -> Result<(), RecordError> {
        arrays::trajectories(study, results, &self.directory.file("trajectory.npz")?)?;
        if csv {
            let path = self.directory.file("trajectory.csv")?;
            let written = csv::trajectories(study, results, &path);
            written.map_err(RecordError::io("write", &path))?;
        }
        Ok(())
    }

    /// Draws what the study asks for; the names of the figures and notes. One that cannot be drawn does not take the results with it.
    pub fn figures(
        &mut self,
        study: &Study,
        results: &Results,
    ) -> Result<(Vec<String>, Vec<String>), ReportError> {
        #[cfg(feature = "figures")]
        return pictures::draw(plots(study, results), &mut self.directory);
        #[cfg(not(feature = "figures"))]
        {
            let _ = (study, results);
            Ok(Default::default())
        }
    }

    /// The same of ensembles.
    pub fn ensemble_figures(
        &mut self,
        finished: Finished<'_>,
    ) -> Result<(Vec<String>, Vec<String>), ReportError> {
        #[cfg(feature = "figures")]
        {
            let plots = ensemble_plots(finished, &mut self.outcomes)?;
            pictures::draw(plots, &mut self.directory)
        }
        #[cfg(not(feature = "figures"))]
        {
            let _ = finished;
            Ok(Default::default())
        }
    }

    /// Writes `sweep.npz` and `sweep.csv`, a row for each point, where something is swept.
    pub fn sweep(&mut self, finished: Finished<'_>) -> Result<(), RecordError> {
        let (Some(sweep), tallies) = (&finished.design.sweep, finished.tallies) else {
            return Ok(());
        };
        sweep::npz(sweep, tallies, &self.directory.file("sweep.npz")?)?;
        let path = self.directory.file("sweep.csv")?;
        let written = sweep::csv(sweep, tallies, &path);
        written.map_err(RecordError::io("write", &path))
    }

    /// Writes `arrays.npz`: these arrays of the model, and the starts, which are named by their layers or together.
    pub fn arrays(
        &mut self,
        arrays: &[(String, Array)],
        starts: &[(String, Array)],
    ) -> Result<(), RecordError> {
        arrays::resolved(arrays, starts, &self.directory.file("arrays.npz")?)
    }

    /// Writes the manifest; the directory then has its name, which is returned, but for one that is interrupted.
    pub fn finish(mut self, document: Value, interrupted: bool) -> Result<PathBuf, RecordError> {
        if interrupted {
            return self.directory.leave(document);
        }
        // That of what was interrupted and has been gone on with.
        self.directory.discard(KEPT)?;
        // Some systems delete no file that is open.
        drop(self.outcomes);
        self.directory.finish(document)
    }
}
