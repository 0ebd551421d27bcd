//! An archive of results at a place of its own, without a directory round it.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use super::npz::NpzReader;
use super::{Fault, NpzWriter, RecordError};

/// An `.npz` of results under construction.
///
/// It grows as `PATH.partial` and is renamed when it is complete. Dropped before that, the partial file is deleted. What it
/// replaces is an archive with the same mark only, unless it is told otherwise.
#[derive(Debug)]
pub struct Archive {
    path: PathBuf,
    partial: PathBuf,
    writer: Option<NpzWriter>,
}

impl Archive {
    /// Claims `path` for an archive whose array `mark` says whose it is. With `force` another file there is replaced as well.
    ///
    /// # Errors
    /// If there is something else already, it is a directory, or the place cannot be written to.
    pub fn claim(path: &Path, mark: &str, force: bool) -> Result<Self, RecordError> {
        let occupied = |why: &str, hint: &'static str| {
            let why = Fault::Occupied(why.to_owned());
            Err(RecordError::new(path, why, hint))
        };
        if path.is_dir() {
            return occupied("it is a directory", "name a file with --out");
        }
        let ours = || NpzReader::open(path).is_ok_and(|npz| npz.has(mark));
        if path.exists() && !force && !ours() {
            let hint = "name another with --out, or replace it with --force";
            return occupied("no result of this command is in it", hint);
        }
        // A name that nobody else's file has.
        let beside = |k: u32| {
            let mut partial = OsString::from(path);
            partial.push(match k {
                0 => ".partial".to_owned(),
                k => format!(".partial-{k}"),
            });
            PathBuf::from(partial)
        };
        let free = (0..1000)
            .map(beside)
            .find(|p| p.symlink_metadata().is_err());
        let Some(partial) = free else {
            return occupied("a thousand unfinished files lie beside it", "delete them");
        };
        let mut writer = NpzWriter::create(&partial)?;
        writer.write_i64(mark, &[], &[1])?;
        Ok(Archive {
            path: path.to_path_buf(),
            partial,
            writer: Some(writer),
        })
    }

    /// Writes arrays by `write`, and puts the archive in its place.
    ///
    /// # Errors
    /// If something cannot be written.
    pub fn keep(
        mut self,
        write: impl FnOnce(&mut NpzWriter) -> Result<(), RecordError>,
    ) -> Result<(), RecordError> {
        if let Some(mut writer) = self.writer.take() {
            write(&mut writer)?;
            writer.finish()?;
            let moved = std::fs::rename(&self.partial, &self.path);
            moved.map_err(RecordError::io("rename", &self.partial))?;
        }
        Ok(())
    }
}

impl Drop for Archive {
    fn drop(&mut self) {
        self.writer = None;
        // After the renaming there is none; what cannot be deleted is in nobody's way.
        let _ = std::fs::remove_file(&self.partial);
    }
}
