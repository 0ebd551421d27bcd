//! What can go wrong with files, said so that the reader knows what to do next.

use std::borrow::Cow;
use std::fmt;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

/// An error of reading or writing a file or a run directory.
#[derive(Debug)]
pub struct RecordError {
    /// The file or directory.
    pub path: PathBuf,
    /// What is wrong.
    pub what: Fault,
    /// What to try; empty where nothing is known to help.
    pub hint: Cow<'static, str>,
}

/// What is wrong with a file or directory.
#[derive(Debug)]
#[non_exhaustive]
pub enum Fault {
    /// The operating system refused: what was tried (`read`, `write` …), and its reason.
    Io(&'static str, io::Error),
    /// It is not what it should be (`a .npy array` …): why not.
    Format(&'static str, String),
    /// It holds, or claims to hold, more than is read into memory: how much, and how much is allowed.
    TooLarge(String, String),
    /// The archive has no array of this name.
    NoSuchArray(String),
    /// The archive has not one array, and none was asked for by name; how many it has.
    WhichArray(String),
    /// An array of this name cannot be written so: a programming error or an odd layer name.
    BadArray(String, String),
    /// A file name that a run directory does not take, and why.
    BadName(String, &'static str),
    /// The directory exists and may not be replaced: why.
    Occupied(String),
    /// A data file is read again and is no longer what it was.
    Changed,
    /// What an interrupted ensemble left cannot be gone on with; it is not touched. What is in the way.
    NoResume(String),
}

impl RecordError {
    pub(super) fn new(path: &Path, what: Fault, hint: impl Into<Cow<'static, str>>) -> Self {
        RecordError {
            path: path.to_path_buf(),
            what,
            hint: hint.into(),
        }
    }

    /// The same, of this array of an archive.
    pub(super) fn of_array(mut self, key: &str) -> Self {
        match &mut self.what {
            Fault::Format(_, why) => *why = format!("array `{key}`: {why}"),
            Fault::TooLarge(what, _) => *what = format!("array `{key}`: {what}"),
            _ => {}
        }
        self
    }

    /// More values than are read.
    pub(super) fn too_large(path: &Path, what: String, limit: String) -> Self {
        let what = Fault::TooLarge(what, limit);
        RecordError::new(path, what, "cut it into smaller files")
    }

    /// Why, without the path, for messages that have named it already.
    pub fn why(&self) -> String {
        match &self.what {
            // The system's own words differ from one to the next.
            Fault::Io(_, source) if source.kind() == ErrorKind::NotFound => {
                "there is no such file".into()
            }
            Fault::Io(_, source) => source.to_string(),
            _ => match self.predicate() {
                Some(rest) => format!("it {rest}{}", self.help()),
                None => self.to_string(),
            },
        }
    }

    /// What is said of the path, in sentences of which it is the subject.
    fn predicate(&self) -> Option<String> {
        Some(match &self.what {
            Fault::Format(expected, why) => format!("is not {expected} that can be read: {why}"),
            Fault::TooLarge(what, limit) => {
                format!("holds {what}, more than the {limit} that are read")
            }
            Fault::NoSuchArray(key) => format!("has no array `{key}`"),
            Fault::WhichArray(count) => format!("has {count}"),
            Fault::Occupied(why) => format!("is not replaced: {why}"),
            Fault::Changed => {
                "has changed since it was read first, so that results of two states of it would be mixed".into()
            }
            Fault::Io(..) | Fault::BadArray(..) | Fault::BadName(..) | Fault::NoResume(_) => {
                return None;
            }
        })
    }

    fn help(&self) -> String {
        match &*self.hint {
            "" => String::new(),
            hint => format!("; {hint}"),
        }
    }

    /// For `map_err`: an error of the operating system with the action and the path.
    pub(crate) fn io(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> RecordError {
        move |source| {
            let hint = match source.kind() {
                ErrorKind::NotFound => "check the path",
                ErrorKind::NotADirectory => {
                    "a part of the path is a file, choose another directory"
                }
                ErrorKind::PermissionDenied => "choose a place that you may write to, or read from",
                ErrorKind::ReadOnlyFilesystem => "choose a place that can be written to",
                ErrorKind::StorageFull => "free some space",
                _ => "",
            };
            RecordError::new(path, Fault::Io(action, source), hint)
        }
    }
}

impl fmt::Display for RecordError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = self.path.display();
        match &self.what {
            Fault::Io(action, source) => write!(f, "cannot {action} `{path}`: {source}"),
            Fault::BadArray(name, why) => {
                write!(f, "cannot write the array `{name}` into `{path}`: {why}")
            }
            Fault::BadName(name, why) => {
                write!(f, "cannot make a file `{name}` in `{path}`: {why}")
            }
            Fault::NoResume(why) => write!(f, "cannot go on with `{path}`: {why}"),
            _ => write!(f, "`{path}` {}", self.predicate().unwrap_or_default()),
        }?;
        f.write_str(&self.help())
    }
}

/// For whoever writes what is read elsewhere.
impl From<RecordError> for io::Error {
    fn from(error: RecordError) -> Self {
        io::Error::other(error)
    }
}

impl std::error::Error for RecordError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &self.what {
            Fault::Io(_, source) => Some(source),
            _ => None,
        }
    }
}
