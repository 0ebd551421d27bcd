//! Writing `.npz`.

use std::collections::HashSet;
use std::fs::File;
use std::io::{self, BufWriter, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use zip::result::ZipError;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use super::header::Header;
use crate::record::{Fault, RecordError};

/// An `.npz` archive under construction; one array after another goes straight to the disk.
///
/// Arrays are stored, not compressed: trajectories of f64 shrink by a tenth and take ten times as long. Nothing in the
/// archive depends on the clock, so equal data make equal bytes.
#[derive(Debug)]
pub struct NpzWriter {
    zip: ZipWriter<Disk>,
    path: PathBuf,
    names: HashSet<String>,
}

impl NpzWriter {
    /// Creates the file, or empties it.
    pub fn create(path: impl AsRef<Path>) -> Result<Self, RecordError> {
        let path = path.as_ref();
        let file = File::create(path).map_err(RecordError::io("create", path))?;
        Ok(Self::over(file, path))
    }

    fn over(file: File, path: &Path) -> Self {
        NpzWriter {
            zip: ZipWriter::new(Disk {
                file: BufWriter::new(file),
                at: 0,
                failed: false,
            }),
            path: path.to_path_buf(),
            names: HashSet::new(),
        }
    }

    /// Adds an array of f64 in C order, the last axis fastest. `shape` is empty for a scalar.
    ///
    /// # Errors
    /// If `data` does not have as many values as `shape` says, the name is taken or unusable, or the disk refuses.
    pub fn write(&mut self, name: &str, shape: &[usize], data: &[f64]) -> Result<(), RecordError> {
        self.fits(name, shape, data.len())?;
        let mut bits = data.iter().map(|v| v.to_bits());
        self.write_bits(name, shape, false, |take| bits.try_for_each(take))
    }

    /// Adds an array of i64; everything else as in [`NpzWriter::write`].
    pub fn write_i64(
        &mut self,
        name: &str,
        shape: &[usize],
        data: &[i64],
    ) -> Result<(), RecordError> {
        self.fits(name, shape, data.len())?;
        let mut bits = data.iter().map(|v| *v as u64);
        self.write_bits(name, shape, true, |take| bits.try_for_each(take))
    }

    /// Adds an array of f64, or of i64 if they are `whole`, whose bits `feed` gives one after another.
    ///
    /// # Errors
    /// As for [`NpzWriter::write`]; an error of `feed` counts as one of the disk.
    pub fn write_bits(
        &mut self,
        name: &str,
        shape: &[usize],
        whole: bool,
        feed: impl FnOnce(&mut dyn FnMut(u64) -> io::Result<()>) -> io::Result<()>,
    ) -> Result<(), RecordError> {
        let odd = |c: char| c.is_control() || c == '/' || c == '\\';
        if name.is_empty() || name.contains(odd) {
            let why = "a name needs at least one character, and no slash or control character";
            return Err(self.bad(name, why));
        }
        let Some(count) = shape.iter().try_fold(1usize, |n, &k| n.checked_mul(k)) else {
            return Err(self.bad(name, format!("no array has the shape {shape:?}")));
        };
        if self.names.contains(name) {
            return Err(self.bad(name, "there is already one of that name"));
        }
        let size = 8 * count as u64;
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Stored)
            .last_modified_time(DateTime::default())
            // 64-bit sizes only where they are needed: old readers do not know them. The header takes some bytes too.
            .large_file(size > u64::from(u32::MAX) - (1 << 16));
        let failed = RecordError::io("write", &self.path);
        let start = self.zip.start_file(format!("{name}.npy"), options);
        let header = Header::write(if whole { "<i8" } else { "<f8" }, shape);
        let given = start
            .map_err(plain)
            .and_then(|()| stream(&mut self.zip, &header, count, feed))
            .map_err(failed)?;
        self.fits(name, shape, given)?;
        self.names.insert(name.to_string());
        Ok(())
    }

    /// Writes the archive's directory. An archive that is dropped instead may be unreadable.
    pub fn finish(self) -> Result<(), RecordError> {
        let path = self.path;
        let failed = RecordError::io("write", &path);
        let mut file = match self.zip.finish() {
            Ok(file) => file,
            Err(error) => return Err(failed(plain(error))),
        };
        if file.failed {
            return Err(failed(io::Error::other("it failed before")));
        }
        file.flush().map_err(failed)
    }

    /// Do so many values fill the shape? Said before anything is written.
    fn fits(&self, name: &str, shape: &[usize], given: usize) -> Result<(), RecordError> {
        match shape.iter().try_fold(1usize, |n, &k| n.checked_mul(k)) {
            Some(count) if count == given => Ok(()),
            _ => {
                let why = format!("{given} values do not fill the shape {shape:?}");
                Err(self.bad(name, why))
            }
        }
    }

    fn bad(&self, name: &str, why: impl Into<String>) -> RecordError {
        RecordError::new(
            &self.path,
            Fault::BadArray(name.to_string(), why.into()),
            "",
        )
    }
}

/// An array of f64 as the bytes of a `.npy` file.
pub fn npy_to_bytes(shape: &[usize], data: &[f64]) -> Vec<u8> {
    let mut bytes = Header::write("<f8", shape);
    bytes.extend(data.iter().flat_map(|v| v.to_le_bytes()));
    bytes
}

/// The error of the system without the words that the archive puts before it.
fn plain(error: ZipError) -> io::Error {
    match error {
        ZipError::Io(error) => error,
        other => other.into(),
    }
}

/// Writes a header and the numbers that `feed` gives, but not more than `count`; returns how many it gave.
fn stream(
    out: &mut impl Write,
    header: &[u8],
    count: usize,
    feed: impl FnOnce(&mut dyn FnMut(u64) -> io::Result<()>) -> io::Result<()>,
) -> io::Result<usize> {
    // The checksum of the zip is computed per call, hence a buffer in front of it.
    let mut out = BufWriter::with_capacity(1 << 16, out);
    out.write_all(header)?;
    let mut given = 0;
    feed(&mut |bits| {
        given += 1;
        match given > count {
            true => Ok(()),
            false => out.write_all(&bits.to_le_bytes()),
        }
    })?;
    out.flush()?;
    Ok(given)
}

/// A file that takes everything, and drops it, once it has refused something: an archive that is given up tries to write
/// its directory all the same, and would complain on stderr of a disk that is full.
#[derive(Debug)]
struct Disk {
    file: BufWriter<File>,
    /// Where the next byte goes, or would go once it has failed: an archive computes sizes of the places that it is told.
    at: u64,
    failed: bool,
}

impl Disk {
    fn watch<T>(&mut self, done: io::Result<T>) -> io::Result<T> {
        if done
            .as_ref()
            .is_err_and(|e| e.kind() != io::ErrorKind::Interrupted)
        {
            self.failed = true;
        }
        done
    }
}

impl Write for Disk {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let done = if self.failed {
            Ok(bytes.len())
        } else {
            self.file.write(bytes)
        };
        let count = self.watch(done)?;
        self.at += count as u64;
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.failed {
            return Ok(());
        }
        let done = self.file.flush();
        self.watch(done)
    }
}

impl Seek for Disk {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let done = if self.failed {
            Ok(match to {
                SeekFrom::Start(n) => n,
                SeekFrom::Current(n) | SeekFrom::End(n) => self.at.saturating_add_signed(n),
            })
        } else {
            self.file.seek(to)
        };
        self.at = self.watch(done)?;
        Ok(self.at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A file that refuses what is written, as a full disk does: the archive ends without a complaint of its own on stderr.
    #[test]
    fn an_archive_that_is_given_up_does_not_complain() -> Result<(), RecordError> {
        let name = format!("attractor-refusing-{}.npz", std::process::id());
        let path = std::env::temp_dir().join(name);
        NpzWriter::create(&path)?.finish()?;
        let refusing = File::open(&path).map_err(RecordError::io("open", &path))?;
        let mut npz = NpzWriter::over(refusing, &path);
        assert!(npz.write("x", &[100_000], &[0.5; 100_000]).is_err());
        let given_up = npz.zip.finish();
        std::fs::remove_file(&path).ok();
        assert!(given_up.is_ok_and(|disk| disk.failed));
        Ok(())
    }
}
