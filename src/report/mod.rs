//! What a study leaves behind: a directory with its table of outcomes, trajectories, pictures and a manifest.

mod arrays;
mod collect;
mod csv;
mod manifest;
#[cfg(feature = "figures")]
mod pictures;
mod sweep;
mod table;

pub use arrays::{of_cases, of_starts};
pub use collect::CollectError;
pub use manifest::{Provenance, certificate, fingerprint_of, manifest, of_results, of_tally};
#[cfg(feature = "figures")]
pub use pictures::{BasinMap, Redraw, foreseen, plots, redraw, sweep_plot};
pub use sweep::{sweep_document, sweep_sentence};
pub use table::{Outcomes, Whose};

use std::io;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::model_file::Array;
use crate::record::{KEPT, Present, RecordError, Rows, RunDirectory};
use crate::refusal::Refusal;
use crate::study::{Census, Keep, Results, Starts, Study, Sweep, Tally};
use table::Store;

/// Why something could not be kept.
#[derive(Debug)]
pub enum ReportError {
    /// The directory or a file in it.
    Record(RecordError),
    /// Another file that cannot be written.
    Write(PathBuf, io::Error),
    /// The rows cannot be read again.
    Rows(io::Error),
    /// A start that cannot be made.
    Start(Refusal),
    /// A picture.
    Other(String),
}

impl std::fmt::Display for ReportError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            ReportError::Record(e) => e.fmt(f),
            ReportError::Write(path, e) => write!(f, "cannot write {}: {e}", path.display()),
            ReportError::Rows(e) => e.fmt(f),
            ReportError::Start(e) => e.fmt(f),
            ReportError::Other(e) => f.write_str(e),
        }
    }
}

impl std::error::Error for ReportError {}

impl From<RecordError> for ReportError {
    fn from(e: RecordError) -> Self {
        ReportError::Record(e)
    }
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
    pub fn claim(path: &Path, study: &Study) -> Result<Self, ReportError> {
        let directory = RunDirectory::create(path)?;
        let outcomes = Outcomes::new(study.columns(Keep::STATES));
        Ok(Report {
            directory,
            outcomes,
        })
    }

    /// Claims `path` for `count` trajectories whose rows are kept on disk as they come, or with `resume` goes on with what
    /// was left there of the same ones.
    pub fn open(
        path: &Path,
        (study, keep): (&Study, Keep),
        count: u64,
        provenance: &Provenance,
        resume: bool,
    ) -> Result<(Self, Option<Present>), ReportError> {
        let columns = study.columns(keep);
        let identity = provenance.identity();
        let mut directory = match resume {
            true => RunDirectory::resume(path)?,
            false => RunDirectory::create(path)?,
        };
        let place = directory.rows()?;
        let (rows, present) = match resume {
            true => {
                Rows::open(&place, columns.words(), count, &identity).map(|(r, p)| (r, Some(p)))
            }
            false => Rows::create(&place, columns.words(), count, &identity).map(|r| (r, None)),
        }?;
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
    pub fn tables(&mut self, whose: Whose<'_>, csv: bool) -> Result<(), ReportError> {
        let path = self.directory.file("outcomes.npz")?;
        self.outcomes.npz(whose, &path)?;
        // From here on there is something to lose, should the rest fail.
        self.directory.keep_partial();
        if csv {
            let path = self.directory.file("outcomes.csv")?;
            let written = self.outcomes.csv(whose, &path);
            written.map_err(|e| ReportError::Write(path, e))?;
        } else {
            // That of an interrupted run with --csv has fewer rows.
            self.directory.discard("outcomes.csv")?;
        }
        Ok(())
    }

    /// Writes `trajectory.npz`, and `trajectory.csv` if asked for.
    pub fn trajectories(
        &mut self,
        study: &Study,
        results: &Results,
        csv: bool,
    ) -> Result<(), ReportError> {
        arrays::trajectories(study, results, &self.directory.file("trajectory.npz")?)?;
        if csv {
            let path = self.directory.file("trajectory.csv")?;
            let written = csv::trajectories(study, results, &path);
            written.map_err(|e| ReportError::Write(path, e))?;
        }
        Ok(())
    }

    /// Draws what the study asks for; the names of the figures and what is to be said of them. A picture that cannot be
    /// drawn, of a state that ran away say, does not take the results with it.
    pub fn figures(
        &mut self,
        study: &Study,
        results: &Results,
    ) -> Result<(Vec<String>, Vec<String>), ReportError> {
        let mut notes: Vec<String> = Vec::new();
        #[cfg(feature = "figures")]
        let names = pictures::draw(study, results, &mut self.directory, &mut notes)?;
        #[cfg(not(feature = "figures"))]
        let names = Vec::new();
        let _ = (study, results, &mut notes);
        Ok((names, notes))
    }

    /// Writes `sweep.npz` and `sweep.csv`, a row for each point, and the figure; or says why there is none.
    pub fn sweep(
        &mut self,
        study: &Study,
        sweep: &Sweep,
        tallies: &[Tally],
    ) -> Result<Option<String>, ReportError> {
        sweep::npz(sweep, tallies, &self.directory.file("sweep.npz")?)?;
        let path = self.directory.file("sweep.csv")?;
        let written = sweep::csv(sweep, tallies, &path);
        written.map_err(|e| ReportError::Write(path, e))?;
        #[cfg(feature = "figures")]
        {
            let place = (&study.style, &mut self.directory);
            pictures::draw_sweep(&study.title, sweep, tallies, place)
        }
        #[cfg(not(feature = "figures"))]
        {
            let _ = study;
            Ok(None)
        }
    }

    /// Draws where the starts of a grid ended, at these fixed points; or says why it cannot be drawn.
    pub fn basins(
        &mut self,
        study: &Study,
        starts: &Starts,
        points: &Census,
    ) -> Result<Option<String>, ReportError> {
        #[cfg(feature = "figures")]
        if let Some(mut map) = BasinMap::new(study, starts, points) {
            let columns = self.outcomes.columns.clone();
            let read = self.outcomes.each(|k, row| {
                map.add(k as usize, &columns, row);
                Ok(())
            });
            read.map_err(ReportError::Rows)?;
            return pictures::draw_basins(map, &mut self.directory);
        }
        let _ = (study, starts, points);
        Ok(None)
    }

    /// Writes `arrays.npz`: these arrays of the model, and the starts, which are named by their layers or together.
    ///
    /// # Errors
    /// A start that cannot be made, or a disk that refuses.
    pub fn arrays(
        &mut self,
        arrays: &[(String, Array)],
        starts: &[(String, Array)],
    ) -> Result<(), ReportError> {
        Ok(arrays::resolved(
            arrays,
            starts,
            &self.directory.file("arrays.npz")?,
        )?)
    }

    /// Writes the manifest; the directory then has its name, which is returned. One that is interrupted keeps the name of
    /// an unfinished one.
    pub fn finish(
        mut self,
        mut document: Value,
        interrupted: bool,
    ) -> Result<PathBuf, ReportError> {
        if interrupted {
            document["partial"] = true.into();
            let path = self.directory.file(KEPT)?;
            let written = std::fs::write(&path, format!("{document:#}\n"));
            written.map_err(|e| ReportError::Write(path, e))?;
            return Ok(self.directory.partial_path().to_owned());
        }
        // Some systems delete no file that is open.
        drop(self.outcomes);
        Ok(self.directory.finish(document)?)
    }
}
