//! What commands on arrays share: reading them, the flags of a Hopfield layer, and where results go.

use std::path::{Path, PathBuf};

use clap::Args;
use serde_json::Value;

use super::Exit;
use super::failure::Failure;
use super::out::{errln, outln};
use crate::association::Rows;
use crate::record::{Archive, Array, npz_names, read_npz};
use crate::refusal::Refusal;
use crate::report::NamedArray;

/// Rows of a table that are printed.
const ROWS: usize = 20;

/// Where results go, and what is said.
#[derive(Args, Debug)]
pub(super) struct Results {
    /// The archive of the results [default: beside the arrays, with the name of the command]
    #[arg(long, value_name = "FILE.npz")]
    out: Option<PathBuf>,
    /// Replace the file, whatever it is
    #[arg(long)]
    force: bool,
    /// Print what came of it as one JSON document on stdout
    #[arg(long)]
    json: bool,
    /// Say nothing on stderr but errors
    #[arg(long)]
    quiet: bool,
}

/// An archive of arrays that a command reads by name.
pub(super) struct Arrays {
    path: PathBuf,
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

impl Arrays {
    pub fn open(path: &Path) -> Result<Self, Failure> {
        Ok(Arrays {
            path: path.to_path_buf(),
            names: npz_names(path).map_err(Failure::bad)?,
            read: Vec::new(),
        })
    }

    /// An array that need not be there.
    pub fn optional(&mut self, name: &'static str) -> Result<Option<Array>, Failure> {
        self.read.push(name);
        match self.names.iter().any(|n| n == name) {
            true => Ok(Some(read_npz(&self.path, name).map_err(Failure::bad)?)),
            false => Ok(None),
        }
    }

    pub fn required(&mut self, name: &'static str) -> Result<Array, Failure> {
        self.read.push(name);
        read_npz(&self.path, name).map_err(Failure::bad)
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
            true => Failure::bad(format_args!("{}: {why}", self.path.display())),
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

impl Results {
    /// Claims the place for results before the work, and keeps and prints what `work` finds.
    pub fn keep(
        &self,
        command: &str,
        arrays: &Path,
        work: impl FnOnce(&mut Arrays) -> Result<Found, Failure>,
    ) -> Result<Exit, Failure> {
        let mut read = Arrays::open(arrays)?;
        let path = self.out.clone().unwrap_or_else(|| beside(arrays, command));
        let same = |a: &Path| a.canonicalize().ok();
        if same(&path).is_some() && same(&path) == same(arrays) {
            let path = path.display();
            let why =
                format!("{path} holds the arrays that are read: name another file with --out");
            return Err(Failure::bad(why));
        }
        let mark = format!("attractor_{command}");
        let archive = Archive::claim(&path, &mark, self.force).map_err(Failure::bad)?;
        let found = work(&mut read)?;
        archive
            .keep(|npz| found.arrays.iter().try_for_each(|a| a.write(npz)))
            .map_err(Failure::failed)?;
        let mut document = found.document;
        document["arrays"] = path.display().to_string().into();
        document["sentence"] = found.sentence.as_str().into();
        match self.json {
            true => outln!("{document:#}"),
            false => print(&found.table),
        }
        if !self.quiet {
            read.unread().iter().for_each(|unread| errln!("{unread}"));
            errln!("kept in {}", path.display());
        }
        if !self.quiet || found.exit != Exit::Fine {
            errln!("{}.", found.sentence);
        }
        Ok(found.exit)
    }
}

/// `bags.npz` → `bags-pool.npz`.
fn beside(arrays: &Path, command: &str) -> PathBuf {
    let stem = arrays.file_stem().unwrap_or_default().to_string_lossy();
    arrays.with_file_name(format!("{stem}-{command}.npz"))
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
