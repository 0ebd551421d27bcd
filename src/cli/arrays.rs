//! What commands on arrays share: reading them, and the answer that is kept of them.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use serde_json::Value;

use super::Exit;
use super::failure::Failure;
use super::flags::Place;
use super::origin::Origin;
use super::out::outln;
use super::question::Question;
use crate::association::Rows;
use crate::record::{
    Array, DataFiles, RecordError, npy_from_bytes, npz_from_bytes, npz_names_from_bytes,
};
use crate::refusal::Refusal;
use crate::report::{Answer, NamedArray};

/// Rows of a table that are printed.
const ROWS: usize = 20;

/// The bytes of a file of arrays.
pub(super) struct ArrayFile {
    path: PathBuf,
    bytes: Arc<[u8]>,
}

/// An archive of arrays that a command reads by name.
pub(super) struct Arrays {
    file: ArrayFile,
    names: Vec<String>,
    read: Vec<&'static str>,
}

/// What came of a command.
pub(super) struct Found {
    pub arrays: Vec<NamedArray>,
    pub document: Value,
    /// A row of cells each, the first the heads.
    pub table: Vec<Vec<String>>,
    pub sentence: String,
    pub exit: Exit,
}

impl ArrayFile {
    /// The file and its sha256.
    pub fn read(path: &Path) -> Result<(Self, String), RecordError> {
        let (bytes, sha256) = DataFiles::default().get(path)?;
        let path = path.to_owned();
        Ok((ArrayFile { path, bytes }, sha256))
    }

    /// Does it hold one array, a `.npy`?
    pub fn is_alone(&self) -> bool {
        self.path
            .extension()
            .is_some_and(|e| e.eq_ignore_ascii_case("npy"))
    }

    pub fn names(&self) -> Result<Vec<String>, RecordError> {
        match self.is_alone() {
            // It is called as its file.
            true => Ok(vec![stem(&self.path)]),
            false => npz_names_from_bytes(&self.bytes, &self.path),
        }
    }

    pub fn array(&self, name: &str) -> Result<Array, RecordError> {
        match self.is_alone() {
            true => npy_from_bytes(&self.bytes, &self.path),
            false => npz_from_bytes(&self.bytes, &self.path, Some(name)),
        }
    }
}

fn stem(path: &Path) -> String {
    let stem = path.file_stem().unwrap_or(path.as_os_str());
    stem.to_string_lossy().into_owned()
}

impl Arrays {
    /// An array that need not be there.
    pub fn optional(&mut self, name: &'static str) -> Result<Option<Array>, Failure> {
        self.read.push(name);
        match self.names.iter().any(|n| n == name) {
            true => Ok(Some(self.file.array(name).map_err(Failure::bad)?)),
            false => Ok(None),
        }
    }

    pub fn required(&mut self, name: &'static str) -> Result<Array, Failure> {
        self.read.push(name);
        self.file.array(name).map_err(Failure::bad)
    }

    /// An array of one axis.
    pub fn list(&self, name: &str, array: Array) -> Result<Vec<f64>, Failure> {
        match array.shape.len() {
            1 => Ok(array.data),
            _ => Err(self.rank(
                name,
                &array.shape,
                "one axis, an entry for each row",
                "a.ravel()",
            )),
        }
    }

    /// The rows of an array of two axes.
    pub fn rows<'a>(&self, name: &str, array: &'a Array) -> Result<Rows<'a>, Failure> {
        match array.shape[..] {
            [_, size] => Rows::new(name, &array.data, size).map_err(|r| self.refused(r)),
            _ => {
                let must = "two axes, a row for each vector";
                Err(self.rank(name, &array.shape, must, "a.reshape(len(a), -1)"))
            }
        }
    }

    fn rank(&self, name: &str, shape: &[usize], must: &str, numpy: &str) -> Failure {
        let why = format!("has the shape {shape:?}, it must have {must}");
        self.refused(Refusal::new(name, why).help(format!("in numpy {numpy}")))
    }

    /// Why an array of the file is refused.
    pub fn refused(&self, why: Refusal) -> Failure {
        let array = self.names.contains(&why.what);
        match array {
            true => Failure::bad(format_args!("{}: {why}", self.file.path.display())),
            false => Failure::bad(why),
        }
    }

    /// The same, where the library and the file call arrays otherwise.
    pub fn renamed(&self, mut why: Refusal, names: &[(&str, &str)]) -> Failure {
        if let Some((_, name)) = names.iter().find(|(library, _)| *library == why.what) {
            why.what = (*name).to_owned();
        }
        self.refused(why)
    }

    /// Arrays of the file that the command does not know: a name may be misspelt.
    fn unread(&self) -> Option<String> {
        let unknown = |n: &&String| !self.read.contains(&n.as_str());
        let unread: Vec<String> = self.names.iter().filter(unknown).cloned().collect();
        (!unread.is_empty()).then(|| {
            let known = self.read.join("`, `");
            format!(
                "not read: `{}`; arrays that are: `{known}`",
                unread.join("`, `")
            )
        })
    }
}

/// Answers `command` by what `work` finds of the arrays of a file. Its place is claimed before the work.
pub(super) fn answer(
    (command, path): (&'static str, &Path),
    place: &Place,
    work: impl FnOnce(&mut Arrays) -> Result<Found, Failure>,
) -> Result<Exit, Failure> {
    let clock = Instant::now();
    let (file, sha256) = ArrayFile::read(path).map_err(Failure::bad)?;
    if file.is_alone() {
        let why = format!(
            "{} holds one array, and this command reads several by their names",
            path.display()
        );
        let help = "numpy.savez(path, states=…, keys=…) writes them; --help names them";
        return Err(Failure::bad(format_args!("{why}: {help}")));
    }
    let names = file.names().map_err(Failure::bad)?;
    let read = Vec::new();
    let mut arrays = Arrays { file, names, read };
    let mut asked = Question::of_data(clock, Origin::data(path, sha256), command, place)?;
    // Nothing is to be kept of half of it.
    let found = asked.ask_whole(|| work(&mut arrays))?;
    let Found {
        table,
        mut document,
        sentence,
        exit,
        ..
    } = found;
    let notes: Vec<String> = arrays.unread().into_iter().collect();
    document["notes"] = notes.clone().into();
    document["sentence"] = sentence.as_str().into();
    let answer = Answer {
        document,
        arrays: found.arrays,
        notes,
        sentence,
        ..Answer::default()
    };
    let title = path.file_name().unwrap_or(path.as_os_str());
    asked.finish_data(&title.to_string_lossy(), answer, || print(&table), exit)
}

fn print(table: &[Vec<String>]) {
    let shown = &table[..table.len().min(ROWS + 1)];
    let columns = shown.iter().map(Vec::len).max().unwrap_or(0);
    let wide = |c: usize| {
        let cells = shown.iter().filter_map(|row| row.get(c));
        cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..columns).map(wide).collect();
    for row in shown {
        let cells = row
            .iter()
            .zip(&widths)
            .map(|(cell, w)| format!("{cell:w$}"));
        let line = cells.collect::<Vec<_>>().join("  ");
        outln!("{}", line.trim_end());
    }
    if table.len() > shown.len() {
        outln!("and {} more, in the archive", table.len() - shown.len());
    }
}
