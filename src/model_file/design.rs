//! A design: the ensemble of a model file, or those of its sweep. Every trajectory of all of them has one number, so that
//! any part can be run by itself, elsewhere or later.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::{DataFile, LoadError, Loaded, load_point};
use crate::learning::Task;
use crate::network::Certificate;
use crate::record::DataFiles;
use crate::study::{Columns, Keep, Part, Refusal, Starts, Study, Sweep};

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
    /// How the model learns, if it does.
    pub learn: Option<Task>,
    /// Its ensembles.
    pub parts: Vec<Part>,
    /// The points as they were looked at, as far as there is room for them; others are read again.
    points: Vec<Option<Arc<Point>>>,
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

/// What is wrong with a model, or with a point of its sweep.
#[derive(Debug)]
pub struct DesignError {
    /// What.
    pub why: Box<DesignFault>,
    /// Which point, in words.
    pub at: Option<String>,
}

impl DesignError {
    fn new(why: DesignFault, at: Option<String>) -> Self {
        let why = Box::new(why);
        DesignError { why, at }
    }
}

impl From<Refusal> for DesignError {
    fn from(why: Refusal) -> Self {
        DesignError::new(DesignFault::Refused(why), None)
    }
}

impl From<LoadError> for DesignError {
    fn from(why: LoadError) -> Self {
        DesignError::new(DesignFault::Load(why), None)
    }
}

/// Why there is no design.
#[derive(Debug)]
pub enum DesignFault {
    /// The model is not understood.
    Load(LoadError),
    /// It is not run.
    Refused(Refusal),
    /// The rows of the points have different columns.
    OtherColumns,
}

impl fmt::Display for DesignError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let at = self.at.as_deref().unwrap_or("the first point");
        match &*self.why {
            DesignFault::Load(why) => why.fmt(f)?,
            DesignFault::Refused(why) => why.fmt(f)?,
            DesignFault::OtherColumns => {
                return write!(
                    f,
                    "the rows of a sweep have the same columns, and at {at} there are other neurons or memories than at its first point; leave `keep` and `overlaps` of [ensemble] out"
                );
            }
        }
        match self.at {
            Some(_) => write!(f, "\nat {at}"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for DesignError {}

/// Numbers that the points of a sweep may hold together in memory, half a GiB of them.
const ROOM: u64 = 1 << 26;

impl Design {
    /// The design of a model that was loaded: every point is looked at, so that a mistake at the last one is found before
    /// the first is run. `directory` is where its files are, none for a model that is part of the program.
    pub fn new(
        loaded: Loaded,
        name: &str,
        overrides: &[String],
        directory: Option<&Path>,
    ) -> Result<Self, DesignError> {
        let Loaded {
            study,
            text,
            files,
            data,
            sweep,
            learn,
        } = loaded;
        let base = Point::of(study, sweep.is_some());
        let base = Arc::new(base.map_err(|why| DesignError::new(why, None))?);
        let mut design = Design {
            name: name.to_owned(),
            text,
            overrides: overrides.to_vec(),
            directory: directory.map(Path::to_path_buf),
            files,
            data,
            sweep,
            learn,
            parts: Vec::new(),
            points: Vec::new(),
            first: base.clone(),
            base,
        };
        let (mut count, mut room) = (0, ROOM);
        let replicates = design.sweep.as_ref().map_or(1, |s| s.replicates.max(1));
        for k in 0..design.sweep.as_ref().map_or(1, |s| s.points.len()) {
            let point = design.read_first(k)?;
            if k == 0 {
                design.first = point.clone();
            }
            let next = count + point.starts.count() as u64;
            design.parts.push(Part {
                trajectories: count..next,
                row: k / replicates,
                replicate: k % replicates,
                network: design.sweep.as_ref().and_then(|s| s.network(k)),
                each: point.starts.each(),
            });
            count = next;
            let left = room.checked_sub(point.numbers());
            room = left.unwrap_or(room);
            design.points.push(left.map(|_| point));
        }
        Ok(design)
    }

    /// The data files as they were when they were read.
    pub fn data(&self) -> &DataFiles {
        &self.data
    }

    /// Does the model say anything of an ensemble or a sweep?
    pub fn is_asked_for(&self) -> bool {
        self.sweep.is_some() || self.base.study.ensemble.is_some()
    }

    /// How many trajectories its ensembles have together.
    pub fn count(&self) -> u64 {
        self.parts.last().map_or(0, |part| part.trajectories.end)
    }

    /// Point `k`.
    pub fn point(&self, k: usize) -> Result<Arc<Point>, DesignError> {
        match self.points.get(k) {
            Some(Some(point)) => Ok(point.clone()),
            _ => Ok(self.read(k)?.0),
        }
    }

    /// Point `k` as it is read first, with the files it reads.
    fn read_first(&mut self, k: usize) -> Result<Arc<Point>, DesignError> {
        if self.sweep.is_none() {
            return Ok(self.base.clone());
        }
        let (point, files) = self.read(k)?;
        for file in files {
            // The directory of a point is absolute, that of the model as it was named.
            let place = |file: &DataFile| std::path::absolute(&file.path).ok();
            if self.files.iter().all(|f| place(f) != place(&file)) {
                self.files.push(file);
            }
        }
        if k > 0 && point.columns() != self.first.columns() {
            let at = self.sweep.as_ref().map(|s| s.describe(k));
            return Err(DesignError::new(DesignFault::OtherColumns, at));
        }
        Ok(point)
    }

    fn read(&self, k: usize) -> Result<(Arc<Point>, Vec<DataFile>), DesignError> {
        let sweep = self.sweep.as_ref();
        let mut overrides = self.overrides.clone();
        overrides.extend(sweep.map_or_else(Vec::new, |s| s.overrides(k)));
        let (directory, data) = (self.directory.as_deref(), &self.data);
        let loaded = load_point(&self.name, &self.text, &overrides, directory, data);
        let asked = self.overrides.len();
        let loaded = loaded.map_err(|e| DesignFault::Load(e.with_sweep(asked)));
        let read = loaded.and_then(|loaded| {
            let point = Point::of(loaded.study, true)?;
            Ok((Arc::new(point), loaded.files))
        });
        read.map_err(|why| {
            let at = |s: &Sweep| format!("point {k} of the sweep: {}", s.describe(k));
            DesignError::new(why, sweep.map(at))
        })
    }
}

impl Point {
    /// The columns of its rows.
    pub fn columns(&self) -> Columns {
        self.study.columns(self.keep)
    }

    /// About how many numbers it holds.
    fn numbers(&self) -> u64 {
        let study = &self.study;
        let weights = study.network.operations() as u64;
        let states = (study.cases.len() + 1) * study.network.size();
        weights + states as u64 + self.starts.numbers() as u64
    }

    fn of(study: Study, swept: bool) -> Result<Self, DesignFault> {
        let certificate = study.admit().map_err(DesignFault::Refused)?;
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
