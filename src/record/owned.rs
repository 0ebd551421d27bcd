//! Which files are ours: what may be replaced, and deletion that never touches anything else.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::ffi::OsString;
use std::fs::{DirEntry, File, Metadata, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde_json::Value;

use super::{Fault, RUN, RecordError, kind_in_words, kind_of};

/// What a directory is of, and what lies in it.
pub const MANIFEST: &str = "manifest.json";
/// Says that a `.partial` directory is ours and, a line each, which files we put there. Its lock says that the run is
/// alive: the system drops the lock when the process ends, however it ends.
pub(super) const MARKER: &str = ".attractor-unfinished";
/// The rows of an ensemble, as long as it is not finished: what took days is not thrown away for a new run.
pub const ROWS: &str = "ensemble.rows";
/// What a training needs to go on, which is not thrown away either.
pub const TRAINING: &str = "training.npz";
/// The manifest of a run that was interrupted.
pub const KEPT: &str = "manifest.json.partial";
/// A manifest is a page or two; its resolved model may hold arrays.
const MAX_MANIFEST: u64 = 1 << 28;

/// Whether a name is one plain component of a path, in every operating system's eyes.
pub(super) fn is_plain(name: &str) -> bool {
    let odd = |c: char| c.is_control() || "/\\:".contains(c);
    !name.is_empty() && name != "." && name != ".." && !name.contains(odd)
}

/// The first entry of a directory that is not a regular file of one of these names; a symbolic link is not what was written.
pub(super) fn foreign(
    directory: &Path,
    ours: &BTreeSet<String>,
) -> Result<Option<OsString>, RecordError> {
    let entries = std::fs::read_dir(directory).and_then(Iterator::collect::<io::Result<Vec<_>>>);
    let entries = entries.map_err(RecordError::io("read", directory))?;
    let foreign = entries.iter().filter(|entry| {
        let known = entry
            .file_name()
            .to_str()
            .is_some_and(|name| ours.contains(name));
        // `file_type` does not follow links.
        !known || !entry.file_type().is_ok_and(|t| t.is_file())
    });
    Ok(foreign.map(DirEntry::file_name).min())
}

/// What is at a place, if anything is; links are not followed.
fn there(path: &Path) -> Result<Option<Metadata>, RecordError> {
    match std::fs::symlink_metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        meta => meta.map(Some).map_err(RecordError::io("look at", path)),
    }
}

pub(super) fn delete(path: &Path) -> Result<(), RecordError> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        done => done.map_err(RecordError::io("delete", path)),
    }
}

/// The files that the manifest of a finished run lists, and the manifest; an empty directory has none.
pub(super) fn listed(directory: &Path) -> Result<BTreeSet<String>, RecordError> {
    let occupied = |why: String| occupied(directory, why, AWAY);
    if foreign(directory, &BTreeSet::new())?.is_none() {
        return Ok(BTreeSet::new());
    }
    let path = directory.join(MANIFEST);
    let Some(meta) = there(&path)? else {
        let why = format!("it is no run directory, it has files but no {MANIFEST}");
        return Err(occupied(why));
    };
    if !meta.is_file() || meta.len() > MAX_MANIFEST {
        return Err(occupied(format!("its {MANIFEST} is not a manifest")));
    }
    let text = std::fs::read(&path).map_err(RecordError::io("read", &path))?;
    let manifest: Value = serde_json::from_slice(&text).unwrap_or_default();
    let name = |file: &Value| Some(file["name"].as_str()?.to_string());
    let files = manifest["files"].as_array();
    let names = files.and_then(|files| files.iter().map(name).collect::<Option<BTreeSet<_>>>());
    let Some(mut names) = names else {
        let why = format!("its {MANIFEST} does not list the files of a run");
        return Err(occupied(why));
    };
    // Rows are there when the process was killed after all but their deletion.
    names.extend([MANIFEST.to_string(), ROWS.to_string()]);
    Ok(names)
}

/// Deletes those files and the directory, if it holds no others: not recursive, no links followed.
pub(super) fn remove(directory: &Path, ours: &BTreeSet<String>) -> Result<(), RecordError> {
    if let Some(name) = foreign(directory, ours)? {
        return Err(foreign_file(directory, &name));
    }
    for name in ours.iter().filter(|name| is_plain(name)) {
        delete(&directory.join(name))?;
    }
    std::fs::remove_dir(directory).map_err(RecordError::io("delete", directory))
}

const AWAY: &str = "move it away or choose another directory";

pub(super) fn occupied(
    path: &Path,
    why: impl Into<String>,
    hint: impl Into<Cow<'static, str>>,
) -> RecordError {
    RecordError::new(path, Fault::Occupied(why.into()), hint)
}

pub(super) fn foreign_file(directory: &Path, name: &OsString) -> RecordError {
    let why = format!("`{}` in it is not a file of the run", name.display());
    occupied(directory, why, "move that away or choose another directory")
}

/// Held while a place is looked at and claimed, so that of two runs that come at one moment neither takes the other's
/// directory, not yet marked, for one that was left. A lock on the parent, which leaves nothing behind; where the system
/// cannot lock a directory (Windows, some network file systems), the marker alone must do.
pub(super) fn gate(path: &Path) -> Option<File> {
    let parent = path.parent().filter(|p| !p.as_os_str().is_empty());
    let gate = File::open(parent.unwrap_or(Path::new("."))).ok()?;
    // Others hold it for a moment only; who holds it longer is no run.
    for _ in 0..200 {
        match gate.try_lock() {
            Ok(()) => return Some(gate),
            Err(TryLockError::WouldBlock) => std::thread::sleep(Duration::from_millis(5)),
            Err(TryLockError::Error(_)) => break,
        }
    }
    None
}

/// Another run is at work there.
pub(super) fn taken(partial: &Path) -> RecordError {
    let hint = "wait until it has finished, or choose another directory";
    occupied(partial, "another run is writing to it", hint)
}

/// `name` with an ending, beside it: `runs/a` gives `runs/a.partial`.
pub(super) fn beside(path: &Path, ending: &str) -> Option<PathBuf> {
    let mut name = path.file_name()?.to_os_string();
    name.push(ending);
    Some(path.with_file_name(name))
}

/// What a target holds that may be replaced: `None` if there is nothing at all.
pub(super) fn replaceable(path: &Path) -> Result<Option<BTreeSet<String>>, RecordError> {
    let occupied = |why: &str| Err(occupied(path, why, AWAY));
    match there(path)? {
        None => Ok(None),
        Some(meta) if meta.is_symlink() => {
            occupied("it is a symbolic link, and only real directories are replaced")
        }
        Some(meta) if !meta.is_dir() => occupied("it is a file"),
        Some(_) => {
            let names = listed(path)?;
            match foreign(path, &names)? {
                Some(name) => Err(foreign_file(path, &name)),
                None => Ok(Some(names)),
            }
        }
    }
}

/// Deletes what a crash or an interrupt left at `PATH.partial`, if it is ours and nobody is writing to it.
pub(super) fn remove_stale(partial: &Path) -> Result<(), RecordError> {
    let occupied = |why: &str, hint: &str| occupied(partial, why, hint.to_owned());
    let hint = "it should be what an earlier run left; move it away or choose another directory";
    let Some(meta) = there(partial)? else {
        return Ok(());
    };
    if !meta.is_dir() {
        return Err(occupied("it is not a directory", hint));
    }
    let mut ours = BTreeSet::new();
    if foreign(partial, &ours)?.is_some() {
        let place = partial.join(MARKER);
        if !there(&place)?.is_some_and(|meta| meta.is_file()) {
            return Err(occupied("no run has left its mark in it", hint));
        }
        let marker = File::open(&place).map_err(RecordError::io("read", &place))?;
        if let Err(TryLockError::WouldBlock) = marker.try_lock() {
            return Err(taken(partial));
        }
        let text = std::fs::read_to_string(&place).map_err(RecordError::io("read", &place))?;
        ours.extend(text.lines().filter(|l| is_plain(l)).map(str::to_string));
        if ours.contains(ROWS) && partial.join(ROWS).exists() {
            return Err(occupied(
                "it holds what is finished of an ensemble",
                "`attractor ensemble --resume` goes on with it; move it away or delete it to begin anew",
            ));
        }
        if ours.contains(TRAINING) && partial.join(TRAINING).exists() {
            return Err(occupied(
                "it holds a training that did not end",
                "`attractor train --resume` goes on with it; move it away or delete it to begin anew",
            ));
        }
        if ours.contains(KEPT) && partial.join(KEPT).exists() {
            let text = std::fs::read_to_string(partial.join(KEPT)).unwrap_or_default();
            let document = serde_json::from_str(&text).unwrap_or_default();
            let again = match kind_of(&document) {
                RUN => format!(
                    "`attractor run --from {} --out DIR` runs that again from its start; ",
                    partial.display()
                ),
                _ => String::new(),
            };
            let (what, of) = (
                "it holds what was kept of",
                kind_in_words(kind_of(&document)),
            );
            return Err(occupied(
                &format!("{what} {of} that was interrupted"),
                &format!(
                    "{again}move it away or delete it to begin anew here, or name another place with --out"
                ),
            ));
        }
        ours.extend([MANIFEST.to_string(), MARKER.to_string()]);
    }
    remove(partial, &ours)
}
