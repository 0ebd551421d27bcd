//! A design: the ensemble of a model file, or those of its sweep. Every trajectory of all of them has one number, so that
//! any part can be run by itself, elsewhere or later.

use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::{DataFile, Loaded, load_point};
use crate::network::Certificate;
use crate::record::DataFiles;
use crate::study::{Column, Keep, Member, Starts, Study, Sweep};

/// A design; see the module.
#[derive(Debug)]
pub struct Design {
    /// The model file, as it was named.
    name: String,
    /// Its text.
    pub text: String,
    overrides: Vec<String>,
    directory: Option<PathBuf>,
    /// Every file that any of its points reads.
    pub files: Vec<DataFile>,
    data: Arc<DataFiles>,
    /// What varies, if anything does.
    pub sweep: Option<Sweep>,
    /// The number of the first trajectory of every point.
    pub offsets: Vec<u64>,
    count: u64,
    /// Of every ensemble, how many starts are of one pattern.
    each: Vec<Option<usize>>,
    /// The model as it stands in the file, without the sweep.
    pub base: Arc<Point>,
    /// The first point.
    pub first: Arc<Point>,
}

/// One point of a design: an ensemble.
#[derive(Debug)]
pub struct Point {
    /// The model with the parameters of the point.
    pub study: Study,
    /// Of its network.
    pub certificate: Certificate,
    /// Its starts.
    pub starts: Starts,
    /// What is kept of each.
    pub keep: Keep,
}

impl Design {
    /// The data files as they were when they were read.
    pub fn data(&self) -> &DataFiles {
        &self.data
    }

    /// The design of a model that was loaded: every point is looked at, so that a mistake at the last one is found before
    /// the first is run. `directory` is where its files are, none for a model that is part of the program.
    ///
    /// # Errors
    /// What is wrong with a point.
    pub fn new(
        loaded: Loaded,
        name: &str,
        overrides: &[String],
        directory: Option<&Path>,
    ) -> Result<Self, String> {
        let Loaded {
            study,
            text,
            files,
            data,
            sweep,
        } = loaded;
        let first = Arc::new(Point::of(study, sweep.is_some())?);
        let mut design = Design {
            name: name.to_owned(),
            text,
            overrides: overrides.to_vec(),
            directory: directory.map(Path::to_path_buf),
            files,
            data,
            sweep,
            offsets: Vec::new(),
            count: 0,
            each: Vec::new(),
            base: first.clone(),
            first,
        };
        for k in 0..design.points() {
            let point = design.read(k)?;
            design.offsets.push(design.count);
            design.count += point.starts.count() as u64;
            design.each.push(point.starts.each());
            if k == 0 {
                design.first = point;
            } else if point.columns() != design.first.columns() {
                let at = design
                    .sweep
                    .as_ref()
                    .map_or(String::new(), |s| s.describe(k));
                return Err(format!(
                    "error: the rows of a sweep have the same columns, and at {at} there are other neurons or memories than at its first point; leave `keep` and `overlaps` of [ensemble] out"
                ));
            }
        }
        Ok(design)
    }

    /// Does the model say anything of an ensemble or a sweep?
    pub fn is_asked_for(&self) -> bool {
        self.sweep.is_some() || self.base.study.ensemble.is_some()
    }

    /// How many ensembles.
    pub fn points(&self) -> usize {
        self.sweep.as_ref().map_or(1, |s| s.points.len())
    }

    /// How many trajectories they have together.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// The numbers of the trajectories of a point.
    pub fn range(&self, point: usize) -> Range<u64> {
        let end = self.offsets.get(point + 1).copied();
        self.offsets[point]..end.unwrap_or(self.count)
    }

    /// Its ensembles.
    pub fn members(&self) -> Vec<Member> {
        let replicates = self.sweep.as_ref().map_or(1, |s| s.replicates.max(1));
        let member = |k| Member {
            trajectories: self.range(k),
            row: k / replicates,
            replicate: k % replicates,
            network: self.sweep.as_ref().and_then(|s| s.network(k)),
            each: self.each[k],
        };
        (0..self.points()).map(member).collect()
    }

    /// Point `k`.
    ///
    /// # Errors
    /// If a file that it reads is no longer what it was.
    pub fn point(&self, k: usize) -> Result<Arc<Point>, String> {
        if k == 0 {
            return Ok(self.first.clone());
        }
        let (point, _) = self.make(k)?;
        Ok(point)
    }

    fn read(&mut self, k: usize) -> Result<Arc<Point>, String> {
        if self.sweep.is_none() {
            return Ok(self.first.clone());
        }
        let (point, files) = self.make(k)?;
        for file in files {
            // The directory of a point is absolute, that of the model as it was named.
            let place = |file: &DataFile| std::path::absolute(&file.path).ok();
            if self.files.iter().all(|f| place(f) != place(&file)) {
                self.files.push(file);
            }
        }
        Ok(point)
    }

    fn make(&self, k: usize) -> Result<(Arc<Point>, Vec<DataFile>), String> {
        let mut overrides = self.overrides.clone();
        let at = self.sweep.as_ref().map(|sweep| {
            overrides.extend(sweep.overrides(k));
            sweep.describe(k)
        });
        let at = at.unwrap_or_default();
        let loaded = load_point(
            &self.name,
            &self.text,
            &overrides,
            self.directory.as_deref(),
            &self.data,
        );
        let loaded = loaded.map_err(|e| format!("{e}\nat point {k} of the sweep: {at}"))?;
        let point = Point::of(loaded.study, true);
        let point = point.map_err(|e| format!("{e}\nat point {k} of the sweep: {at}"))?;
        Ok((Arc::new(point), loaded.files))
    }
}

impl Point {
    /// The columns of its rows.
    pub fn columns(&self) -> Vec<Column> {
        self.study.columns(self.keep)
    }

    fn of(study: Study, swept: bool) -> Result<Self, String> {
        let certificate = study.admit().map_err(|e| format!("error: {e}"))?;
        let (starts, mut keep) = study.ensemble();
        if swept {
            // The grids of other points may have other axes.
            keep.axes = 0;
        }
        Ok(Point {
            study,
            certificate,
            starts,
            keep,
        })
    }
}
