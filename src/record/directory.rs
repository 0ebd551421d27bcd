//! The directory of one run: it appears whole or not at all, and replaces only what an earlier run wrote.

use std::collections::BTreeSet;
use std::fs::{File, TryLockError};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::fingerprint::fingerprint;
use super::owned::{self, KEPT, MANIFEST, MARKER, ROWS};
use super::png;
use super::{Fault, RecordError};

/// A run directory under construction.
///
/// Files are written into `PATH.partial/`, beside the target; [`RunDirectory::finish`] adds `manifest.json` and renames.
/// Dropped before that, it takes everything away again, parents it had to make included, unless
/// [`RunDirectory::keep_partial`] was called and a file was written.
#[derive(Debug)]
pub struct RunDirectory {
    path: PathBuf,
    partial: PathBuf,
    marker: Option<File>,
    names: BTreeSet<String>,
    /// Directories that did not exist before, innermost first.
    made: Vec<PathBuf>,
    keep: bool,
    done: bool,
}

impl RunDirectory {
    /// Begins a run directory that will be at `path`.
    ///
    /// # Errors
    /// If `path` is a file or a symbolic link, or a directory with anything that no manifest of a run lists; if another
    /// run is writing to it, or something that is not ours lies at `PATH.partial`; if the parent cannot be written to.
    /// Nothing is left behind then.
    pub fn create(path: impl AsRef<Path>) -> Result<Self, RecordError> {
        let path = path.as_ref();
        let partial = owned::beside(path, ".partial").ok_or_else(|| {
            let why = "it has no name of its own that a run could take";
            owned::occupied(path, why, "choose a directory such as `runs/first`")
        })?;
        owned::replaceable(path)?;
        let parents = path.ancestors().skip(1);
        let missing =
            parents.take_while(|p| !p.as_os_str().is_empty() && p.symlink_metadata().is_err());
        // From here on, dropping it cleans up.
        let mut run = RunDirectory {
            path: path.to_path_buf(),
            partial,
            marker: None,
            names: BTreeSet::new(),
            made: missing.map(Path::to_path_buf).collect(),
            keep: false,
            done: false,
        };
        if let Some(parent) = run.made.first() {
            let made = std::fs::create_dir_all(parent);
            made.map_err(RecordError::io("create the directory", parent))?;
        }
        let _gate = owned::gate(path);
        owned::remove_stale(&run.partial)?;
        std::fs::create_dir(&run.partial).map_err(|error| match error.kind() {
            io::ErrorKind::AlreadyExists => owned::taken(&run.partial),
            _ => RecordError::io("create the directory", &run.partial)(error),
        })?;
        run.made.insert(0, run.partial.clone());
        run.claim()?;
        Ok(run)
    }

    /// Where the directory of `path` is while it is not finished.
    pub fn partial_of(path: &Path) -> Option<PathBuf> {
        owned::beside(path, ".partial")
    }

    /// Is there an unfinished directory `PATH.partial/` with this file in it?
    pub fn is_left(path: &Path, name: &str) -> bool {
        RunDirectory::partial_of(path).is_some_and(|dir| dir.join(name).is_file())
    }

    /// Takes up the unfinished directory `PATH.partial/` of what was interrupted or killed, which the file `left` tells.
    ///
    /// # Errors
    /// If there is none with that file in it, another run is writing to it, or `path` could not be replaced when it is finished.
    pub fn resume(path: impl AsRef<Path>, left: &str) -> Result<Self, RecordError> {
        let path = path.as_ref();
        let partial = owned::beside(path, ".partial").unwrap_or_default();
        if !partial.join(left).is_file() {
            let mut why = "there is no unfinished ensemble";
            let mut hint = "run it without --resume, or name the directory with --out";
            let finished = path.join(MANIFEST).is_file();
            if finished {
                why = "it is finished, nothing is left to do";
                hint =
                    "without --resume it is run anew and replaced; --out names another directory";
            }
            let place = if finished { path } else { &partial };
            return Err(RecordError::new(place, Fault::NoResume(why.into()), hint));
        }
        owned::replaceable(path)?;
        let _gate = owned::gate(path);
        let place = partial.join(MARKER);
        let failed = || RecordError::io("open", &place);
        // Without a mark the process was killed just before the directory got its name.
        let mut options = File::options();
        let marker = options.read(true).append(true).create(true).open(&place);
        let marker = marker.map_err(failed())?;
        if matches!(marker.try_lock(), Err(TryLockError::WouldBlock)) {
            return Err(owned::taken(&partial));
        }
        let text = std::fs::read_to_string(&place).map_err(failed())?;
        let names = text.lines().filter(|l| owned::is_plain(l));
        Ok(RunDirectory {
            path: path.to_path_buf(),
            names: names.map(str::to_string).collect(),
            partial,
            marker: Some(marker),
            made: Vec::new(),
            keep: true,
            done: false,
        })
    }

    /// Takes a file away again.
    pub fn discard(&mut self, name: &str) -> Result<(), RecordError> {
        owned::delete(&self.file(name)?)
    }

    /// Takes every file away again: what was taken up is not gone on with.
    ///
    /// # Errors
    /// The disk refuses.
    pub fn clear(&mut self) -> Result<(), RecordError> {
        let names: Vec<String> = self.names.iter().cloned().collect();
        names.iter().try_for_each(|name| self.discard(name))
    }

    /// Writes the file `name` beside its place and moves it there: whoever kills the program finds the old one or the new one, and both whole.
    ///
    /// # Errors
    /// As [`file`](Self::file); what `write` refuses, or the disk.
    pub fn replace<E: From<RecordError>>(
        &mut self,
        name: &str,
        write: impl FnOnce(&Path) -> Result<(), E>,
    ) -> Result<(), E> {
        let path = self.file(name)?;
        let new = self.file(&format!("{name}.new"))?;
        write(&new)?;
        let moved = std::fs::rename(&new, &path);
        Ok(moved.map_err(RecordError::io("rename", &new))?)
    }

    /// Where to write the file `name`, which then belongs to the run. A name may be asked for again.
    ///
    /// # Errors
    /// If the name is not a plain file name, or is one that the directory keeps for itself.
    pub fn file(&mut self, name: &str) -> Result<PathBuf, RecordError> {
        let why = if !owned::is_plain(name) {
            Some("it is not a plain file name")
        } else if [MANIFEST, MARKER].contains(&name) {
            Some("the run directory writes that file itself")
        } else {
            None
        };
        if let Some(why) = why {
            let what = Fault::BadName(name.to_string(), why);
            let hint = "use a plain file name such as `energy.png`";
            return Err(RecordError::new(&self.path, what, hint));
        }
        let path = self.partial.join(name);
        if self.names.insert(name.to_string())
            && let Some(marker) = &mut self.marker
        {
            let place = self.partial.join(MARKER);
            writeln!(marker, "{name}").map_err(RecordError::io("write", &place))?;
        }
        Ok(path)
    }

    /// Where the run directory will be.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Where it is until then.
    #[must_use]
    pub fn partial_path(&self) -> &Path {
        &self.partial
    }

    /// From now on leave what was written, should the run not finish: half a trajectory is worth more than none.
    pub fn keep_partial(&mut self) {
        self.keep = true;
    }

    /// Leaves what was interrupted in its partial directory, `document` beside it as `manifest.json.partial`; returns that directory. What
    /// was finished before keeps its place.
    ///
    /// # Errors
    /// If the disk refuses.
    pub fn leave(mut self, mut document: Value) -> Result<PathBuf, RecordError> {
        self.keep = true;
        document["partial"] = true.into();
        let path = self.file(KEPT)?;
        let written = std::fs::write(&path, format!("{document:#}\n"));
        written.map_err(RecordError::io("write", &path))?;
        Ok(self.partial.clone())
    }

    /// Writes `manifest.json`, an object to which the list `files` (name, size, sha256 of each file that was written)
    /// is added, and moves the directory to its place; returns that place.
    ///
    /// # Errors
    /// If the manifest is no object or has a `files` already, a file was written that [`RunDirectory::file`] was not
    /// asked for, the place has been taken by something foreign meanwhile, or the disk refuses. The partial directory
    /// stays then: it holds the results.
    pub fn finish(mut self, manifest: Value) -> Result<PathBuf, RecordError> {
        self.keep = true;
        let place = self.partial.join(MANIFEST);
        let own = |why: &str| {
            let hint = "give a JSON object without a key `files`";
            RecordError::new(&place, Fault::Format("a manifest", why.to_string()), hint)
        };
        let mut manifest = match manifest {
            Value::Object(map) if !map.contains_key("files") => map,
            Value::Object(_) => return Err(own("it has the key `files`, which is filled in here")),
            _ => return Err(own("it is not an object")),
        };
        let ours = self.ours();
        if let Some(name) = owned::foreign(&self.partial, &ours)? {
            return Err(owned::foreign_file(&self.partial, &name));
        }
        let mut files = Vec::new();
        for name in self.names.iter().filter(|name| *name != ROWS) {
            let path = self.partial.join(name);
            if !path.exists() {
                continue;
            }
            if !png::is_whole(&path)? {
                let why = "it was cut short, as by a full disk".to_string();
                let what = Fault::Format("a picture", why);
                return Err(RecordError::new(&path, what, "free some space"));
            }
            let (size, sha256) = fingerprint(&path)?;
            files.push(json!({ "name": name, "size": size, "sha256": sha256 }));
        }
        manifest.insert("files".to_string(), Value::Array(files));
        let text = format!("{:#}\n", Value::Object(manifest));
        std::fs::write(&place, text).map_err(RecordError::io("write", &place))?;
        self.put_in_place()?;
        self.done = true;
        // All that was in them is in the tables. Only now: whoever is killed before goes on with them.
        let _ = std::fs::remove_file(self.path.join(ROWS));
        Ok(self.path.clone())
    }

    /// Moves an earlier run aside, this one to its place, and deletes the earlier one: an interruption loses neither.
    fn put_in_place(&mut self) -> Result<(), RecordError> {
        let earlier = owned::replaceable(&self.path)?;
        let aside = owned::beside(&self.path, ".replaced").unwrap_or_default();
        if earlier.is_some() {
            if let Some(files) = owned::replaceable(&aside)? {
                owned::remove(&aside, &files)?;
            }
            std::fs::rename(&self.path, &aside).map_err(RecordError::io("rename", &self.path))?;
        }
        let marker = self.partial.join(MARKER);
        self.marker = None;
        let moved = std::fs::remove_file(&marker)
            .and_then(|()| std::fs::rename(&self.partial, &self.path))
            .map_err(RecordError::io("rename", &self.partial));
        if let Err(error) = moved {
            // Best effort to be where we were; the first error is the one to tell.
            let _ = self.mark();
            if earlier.is_some() {
                let _ = std::fs::rename(&aside, &self.path);
            }
            return Err(error);
        }
        self.done = true;
        // What cannot be deleted of the earlier run is in nobody's way but a later run's, which is told.
        if let Some(files) = earlier {
            let _ = owned::remove(&aside, &files);
        }
        Ok(())
    }

    fn ours(&self) -> BTreeSet<String> {
        let mut ours = self.names.clone();
        ours.extend([MANIFEST.to_string(), MARKER.to_string()]);
        ours
    }

    /// Puts the mark into the new directory. Another run that came at the same moment may have taken it for one that was
    /// left, or put its own mark there: then the place is the other's.
    fn claim(&mut self) -> Result<(), RecordError> {
        let place = self.partial.join(MARKER);
        let marker = File::create_new(&place).map_err(|error| match error.kind() {
            io::ErrorKind::AlreadyExists | io::ErrorKind::NotFound => owned::taken(&self.partial),
            _ => RecordError::io("write", &place)(error),
        })?;
        if matches!(marker.try_lock(), Err(TryLockError::WouldBlock)) || !place.exists() {
            return Err(owned::taken(&self.partial));
        }
        self.marker = Some(marker);
        Ok(())
    }

    fn mark(&mut self) -> Result<(), RecordError> {
        let place = self.partial.join(MARKER);
        let write = || -> io::Result<File> {
            let mut marker = File::create(&place)?;
            // Some network file systems have no locks; the marker alone must do there.
            let _ = marker.try_lock();
            for name in &self.names {
                writeln!(marker, "{name}")?;
            }
            Ok(marker)
        };
        self.marker = Some(write().map_err(RecordError::io("write", &place))?);
        Ok(())
    }
}

impl Drop for RunDirectory {
    fn drop(&mut self) {
        if self.done {
            return;
        }
        let written = |name: &String| self.partial.join(name).symlink_metadata().is_ok();
        if self.keep && self.names.iter().any(written) {
            return;
        }
        // Only what this very object made: no marker, no directory of ours.
        if self.marker.take().is_some() {
            let _ = owned::remove(&self.partial, &self.ours());
        }
        for directory in &self.made {
            let _ = std::fs::remove_dir(directory);
        }
    }
}
