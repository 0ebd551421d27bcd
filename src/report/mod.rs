//! What a run leaves behind: arrays, a manifest and pictures in a run directory.

mod arrays;
mod csv;
mod ensemble;
mod manifest;
#[cfg(feature = "figures")]
mod pictures;
mod sweep;

pub use ensemble::{EnsembleReport, Tally};
pub use manifest::{Provenance, certificate, fingerprint_of, manifest};
#[cfg(feature = "figures")]
pub use pictures::{BasinMap, Redraw, foreseen, plots, redraw, sweep_plot};
pub use sweep::{sweep_document, sweep_sentence};

use std::path::{Path, PathBuf};

use crate::model_file::Array;
use crate::record::{RecordError, RunDirectory};
use crate::study::{Results, Study};

/// Why a run could not be kept.
#[derive(Debug)]
pub enum ReportError {
    /// The directory or a file in it.
    Record(RecordError),
    /// A picture, or another file.
    Other(String),
}

impl std::fmt::Display for ReportError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            ReportError::Record(e) => e.fmt(f),
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

/// How a run is kept.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Options {
    /// Also as a table of comma-separated values?
    pub csv: bool,
    /// Was the run interrupted? Then the directory keeps the name of an unfinished one.
    pub interrupted: bool,
    /// The arrays of the model, each with its path, where they are to be kept.
    pub arrays: Option<Vec<(String, Array)>>,
}

/// What was written.
#[derive(Clone, Debug)]
pub struct Written {
    /// The run directory.
    pub path: PathBuf,
    /// What could not be drawn, and why.
    pub notes: Vec<String>,
}

/// A run directory in the making. It is claimed before the run, so that a place that cannot be written to is found before
/// the work and not after it.
#[derive(Debug)]
pub struct Report(RunDirectory);

impl Report {
    /// Claims `path`.
    ///
    /// # Errors
    /// Why nothing can be written there.
    pub fn claim(path: &Path) -> Result<Self, ReportError> {
        Ok(Report(RunDirectory::create(path)?))
    }

    /// Where the files are until the run directory has its name, and stay if it does not get it.
    pub fn partial_path(&self) -> &Path {
        self.0.partial_path()
    }

    /// Writes `trajectory.npz`, `outcomes.npz`, the pictures and `manifest.json`; the directory then has its name. A run
    /// that was interrupted, or could be written in part only, keeps the name of an unfinished one.
    ///
    /// # Errors
    /// What could not be written, and why.
    pub fn write(
        mut self,
        study: &Study,
        results: &Results,
        provenance: &Provenance,
        options: &Options,
    ) -> Result<Written, ReportError> {
        arrays::trajectories(study, results, &self.0.file("trajectory.npz")?)?;
        arrays::outcomes(study, results, &self.0.file("outcomes.npz")?)?;
        // From here on there is something to lose, should the rest fail.
        self.0.keep_partial();
        if let Some(all) = &options.arrays {
            let starts = arrays::starts(study);
            arrays::resolved(all, &starts, &self.0.file("arrays.npz")?)?;
        }
        if options.csv {
            csv::trajectories(study, results, &self.0.file("trajectory.csv")?)?;
        }
        let mut document = manifest(study, results, provenance);
        #[cfg_attr(not(feature = "figures"), allow(unused_mut))]
        let mut notes: Vec<String> = Vec::new();
        #[cfg(feature = "figures")]
        {
            // A picture that cannot be drawn (a state that ran away) must not take the results with it.
            let names = pictures::draw(study, results, &mut self.0, &mut notes)?;
            document["figures"] = names.into();
        }
        if let Some(all) = document["notes"].as_array_mut() {
            all.extend(notes.iter().cloned().map(Into::into));
        }
        if options.interrupted {
            document["partial"] = true.into();
            let path = self.0.file("manifest.json.partial")?;
            let text = format!("{document:#}\n");
            std::fs::write(&path, text).map_err(|e| cannot_write(&path, &e))?;
            let path = self.0.partial_path().to_owned();
            return Ok(Written { path, notes });
        }
        let path = self.0.finish(document)?;
        Ok(Written { path, notes })
    }
}

fn cannot_write(path: &Path, error: &std::io::Error) -> ReportError {
    ReportError::Other(format!("cannot write {}: {error}", path.display()))
}
