//! What is to be kept of a run, and where else if it cannot be kept in its place.

use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::model_file::Array;
use crate::record::RecordError;
use crate::report::{Report, ReportError, Whose, of_cases};
use crate::study::{Results, Study};

pub(super) struct Kept<'a> {
    pub study: &'a Study,
    pub results: &'a Results,
    pub whose: Whose<'a>,
    pub csv: bool,
    pub arrays: Option<Vec<(String, Array)>>,
    pub interrupted: bool,
    /// The manifest, but for the figures.
    pub document: Value,
}

impl Kept<'_> {
    pub fn fill(&self, report: &mut Report) -> Result<(), RecordError> {
        let mut ends = self.results.cases.iter();
        ends.try_for_each(|end| report.outcomes.put(end.case as u64, end.row.clone()))
    }

    /// Writes everything; where, and what is to be said of the figures.
    pub fn write(&self, mut report: Report) -> Result<(PathBuf, Vec<String>), ReportError> {
        report.trajectories(self.study, self.results, self.csv)?;
        report.tables(self.whose, self.csv)?;
        if let Some(arrays) = &self.arrays {
            report.arrays(arrays, &of_cases(self.study))?;
        }
        let (names, notes) = report.figures(self.study, self.results)?;
        let mut document = self.document.clone();
        document["figures"] = names.into();
        if let Some(all) = document["notes"].as_array_mut() {
            all.extend(notes.iter().cloned().map(Value::from));
        }
        Ok((report.finish(document, self.interrupted)?, notes))
    }

    /// Writes everything elsewhere: it is still here, and may have taken days. Says where.
    pub fn rescue(&self, out: &Path) -> String {
        let name = out.file_name().unwrap_or("run".as_ref());
        let name = format!("attractor-{}-{}", std::process::id(), name.display());
        let claimed = Report::claim(&std::env::temp_dir().join(name), self.study);
        let written = claimed.map_err(ReportError::from).and_then(|mut report| {
            self.fill(&mut report)?;
            self.write(report)
        });
        match written {
            Ok((place, _)) => format!("all of it is in {} instead", place.display()),
            Err(error) => format!("nor can it be kept elsewhere: {error}"),
        }
    }
}
