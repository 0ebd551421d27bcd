//! What is left of a question that was asked of a network: its answer as a document, as arrays and as figures.

use std::path::{Path, PathBuf};

use serde_json::Value;

use super::ReportError;
#[cfg(feature = "figures")]
use super::pictures::{Plots, draw};
use crate::record::{KEPT, NpzWriter, RecordError, RunDirectory};

/// The answer to a question, ready to be kept.
#[derive(Debug, Default)]
pub struct Answer {
    /// What `--json` prints and `answer.json` holds.
    pub document: Value,
    /// What `answer.npz` holds.
    pub arrays: Vec<NamedArray>,
    /// Other archives by the names of their files, and what they hold.
    pub files: Vec<(String, Vec<NamedArray>)>,
    /// Texts by the names of their files.
    pub texts: Vec<(String, String)>,
    /// The figures, and why others could not be made.
    #[cfg(feature = "figures")]
    pub figures: Plots,
    /// What a user should know besides.
    pub notes: Vec<String>,
    /// What came of it, in a sentence without its full stop.
    pub sentence: String,
}

/// An array with its name and shape, the last axis fastest.
#[derive(Clone, Debug, PartialEq)]
pub struct NamedArray {
    /// Its name in the archive.
    pub name: String,
    /// Length of every axis.
    pub shape: Vec<usize>,
    /// Its values.
    pub values: Values,
}

/// Values of one kind.
#[derive(Clone, Debug, PartialEq)]
pub enum Values {
    /// Real numbers; NaN where there is none.
    Real(Vec<f64>),
    /// Whole numbers.
    Whole(Vec<i64>),
}

impl NamedArray {
    /// Real numbers of this shape.
    pub fn real(name: impl Into<String>, shape: &[usize], values: Vec<f64>) -> Self {
        NamedArray {
            name: name.into(),
            shape: shape.to_vec(),
            values: Values::Real(values),
        }
    }

    /// Whole numbers of this shape.
    pub fn whole(name: impl Into<String>, shape: &[usize], values: Vec<i64>) -> Self {
        NamedArray {
            name: name.into(),
            shape: shape.to_vec(),
            values: Values::Whole(values),
        }
    }

    /// Adds it to an archive.
    ///
    /// # Errors
    /// As [`NpzWriter::write`].
    pub fn write(&self, npz: &mut NpzWriter) -> Result<(), RecordError> {
        match &self.values {
            Values::Real(v) => npz.write(&self.name, &self.shape, v),
            Values::Whole(v) => npz.write_i64(&self.name, &self.shape, v),
        }
    }
}

/// The directory of an answer, claimed before the work.
#[derive(Debug)]
pub struct AnswerDirectory(RunDirectory);

impl AnswerDirectory {
    /// Claims `path`.
    ///
    /// # Errors
    /// It cannot be written to, or holds what is not ours.
    pub fn claim(path: &Path) -> Result<Self, RecordError> {
        RunDirectory::create(path).map(AnswerDirectory)
    }

    /// Claims `path`. What is left beside it of an answer that did not end and has this file is taken up, or thrown away where that is not
    /// gone on with; without it as [`AnswerDirectory::claim`].
    ///
    /// # Errors
    /// As there.
    pub fn go_on(path: &Path, left: &str, goes_on: bool) -> Result<Self, RecordError> {
        if !RunDirectory::is_left(path, left) {
            return AnswerDirectory::claim(path);
        }
        let mut directory = RunDirectory::resume(path, left)?;
        if !goes_on {
            directory.clear()?;
        }
        Ok(AnswerDirectory(directory))
    }

    /// Keeps how far an answer is, whatever becomes of it: this document and archive, one after the other, each whole or as it was.
    ///
    /// # Errors
    /// Something cannot be written.
    pub fn keep_so_far(
        &mut self,
        document: &Value,
        (name, arrays): (&str, &[NamedArray]),
    ) -> Result<(), RecordError> {
        write_document(&mut self.0, document)?;
        self.0.keep_partial();
        write_archive(&mut self.0, name, arrays)
    }

    /// Where it is until it is finished.
    pub fn partial_path(&self) -> &Path {
        self.0.partial_path()
    }

    /// Writes `answer.json`, `answer.npz`, the figures with their data and the manifest; where they are, and what is to be said of the
    /// figures. The manifest gets the names of the figures and these words. An answer that was interrupted is left in `DIR.partial`: it
    /// takes the place of nothing that was finished.
    ///
    /// # Errors
    /// Something cannot be written. What was written until then stays.
    pub fn keep(
        self,
        answer: Answer,
        mut manifest: Value,
        is_interrupted: bool,
    ) -> Result<(PathBuf, Vec<String>), ReportError> {
        let mut directory = self.0;
        write_document(&mut directory, &answer.document)?;
        directory.keep_partial();
        let own = ("answer.npz".to_owned(), answer.arrays);
        for (name, arrays) in std::iter::once(&own).chain(&answer.files) {
            write_archive(&mut directory, name, arrays)?;
        }
        for (name, text) in &answer.texts {
            let path = directory.file(name)?;
            std::fs::write(&path, text).map_err(RecordError::io("write", &path))?;
        }
        #[cfg(feature = "figures")]
        let (names, notes) = draw(answer.figures, &mut directory)?;
        #[cfg(not(feature = "figures"))]
        let (names, notes): (Vec<String>, Vec<String>) = Default::default();
        manifest["figures"] = names.into();
        if let Some(all) = manifest["notes"].as_array_mut() {
            all.extend(notes.iter().cloned().map(Value::from));
        }
        let place = match is_interrupted {
            true => directory.leave(manifest)?,
            false => {
                // What it was interrupted with before is of the past.
                directory.discard(KEPT)?;
                directory.finish(manifest)?
            }
        };
        Ok((place, notes))
    }
}

fn write_document(directory: &mut RunDirectory, document: &Value) -> Result<(), RecordError> {
    directory.replace("answer.json", |path| {
        let written = std::fs::write(path, format!("{document:#}\n"));
        written.map_err(RecordError::io("write", path))
    })
}

fn write_archive(
    directory: &mut RunDirectory,
    name: &str,
    arrays: &[NamedArray],
) -> Result<(), RecordError> {
    directory.replace(name, |path| {
        let mut npz = NpzWriter::create(path)?;
        arrays.iter().try_for_each(|a| a.write(&mut npz))?;
        npz.finish().map(drop)
    })
}
