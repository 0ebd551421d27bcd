//! What can go wrong with files, said so that the reader knows what to do next.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

/// An error of reading or writing a file or a run directory.
#[derive(Debug)]
#[non_exhaustive]
pub enum RecordError {
    /// The operating system refused.
    Io {
        /// What was tried: `read`, `write`, `rename` …
        action: &'static str,
        /// The file or directory.
        path: PathBuf,
        /// Its reason.
        source: io::Error,
    },
    /// The file is not what it should be.
    Format {
        /// The file.
        path: PathBuf,
        /// What it should be: `a .npy array` …
        expected: &'static str,
        /// What is wrong with it.
        why: String,
        /// What to try.
        hint: &'static str,
    },
    /// The file holds, or claims to hold, more than is read into memory.
    TooLarge {
        /// The file.
        path: PathBuf,
        /// How much it is.
        what: String,
        /// How much is allowed.
        limit: String,
    },
    /// The archive has no array of this name.
    NoSuchArray {
        /// The archive.
        path: PathBuf,
        /// The name asked for.
        key: String,
        /// The names it has.
        keys: Vec<String>,
    },
    /// The archive has not one array, and none was asked for by name.
    WhichArray {
        /// The archive.
        path: PathBuf,
        /// The names it has.
        keys: Vec<String>,
    },
    /// An array cannot be written like this: a programming error or an odd layer name.
    BadArray {
        /// The archive.
        path: PathBuf,
        /// Name of the array.
        name: String,
        /// What is wrong.
        why: String,
    },
    /// A file name that a run directory does not take.
    BadName {
        /// The run directory.
        path: PathBuf,
        /// The name.
        name: String,
        /// What is wrong.
        why: &'static str,
    },
    /// The directory exists and may not be replaced.
    Occupied {
        /// The directory.
        path: PathBuf,
        /// Why it is not replaced; names the file that is foreign to it.
        why: String,
        /// What to try.
        hint: &'static str,
    },
    /// A data file is read again and is no longer what it was.
    Changed {
        /// The file.
        path: PathBuf,
    },
    /// What an interrupted ensemble left cannot be gone on with; it is not touched.
    NoResume {
        /// The directory, or the file of its rows.
        path: PathBuf,
        /// What is in the way; names what has changed since.
        why: String,
        /// What to try.
        hint: &'static str,
    },
}

impl RecordError {
    /// Why, without the path, for messages that have named it already.
    pub fn why(&self) -> String {
        match self {
            // The system's own words differ from one to the next.
            RecordError::Io { source, .. } if source.kind() == io::ErrorKind::NotFound => {
                "there is no such file".into()
            }
            RecordError::Io { source, .. } => source.to_string(),
            other => {
                let text = other.to_string();
                let without = text.strip_prefix('`').and_then(|t| t.split_once("` "));
                without.map_or(text.clone(), |(_, rest)| format!("it {rest}"))
            }
        }
    }

    /// For `map_err`: an error of the operating system with the action and the path.
    pub(super) fn io(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> RecordError {
        let path = path.to_path_buf();
        move |source| RecordError::Io {
            action,
            path,
            source,
        }
    }
}

impl fmt::Display for RecordError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            RecordError::Io {
                action,
                path,
                source,
            } => {
                write!(f, "cannot {action} `{}`: {source}", path.display())?;
                match source.kind() {
                    io::ErrorKind::NotFound => write!(f, "; check the path"),
                    io::ErrorKind::NotADirectory => {
                        write!(
                            f,
                            "; a part of the path is a file, choose another directory"
                        )
                    }
                    io::ErrorKind::PermissionDenied => {
                        write!(f, "; choose a place that you may write to, or read from")
                    }
                    io::ErrorKind::ReadOnlyFilesystem => {
                        write!(f, "; choose a place that can be written to")
                    }
                    io::ErrorKind::StorageFull => write!(f, "; free some space"),
                    _ => Ok(()),
                }
            }
            RecordError::Format {
                path,
                expected,
                why,
                hint,
            } => write!(
                f,
                "`{}` is not {expected} that can be read: {why}; {hint}",
                path.display()
            ),
            RecordError::TooLarge { path, what, limit } => write!(
                f,
                "`{}` holds {what}, more than the {limit} that are read; cut it into smaller files",
                path.display()
            ),
            RecordError::NoSuchArray { path, key, keys } if keys.is_empty() => write!(
                f,
                "`{}` has no array `{key}`: it has no arrays at all; \
                 write it with numpy.savez(path, {key}=…)",
                path.display()
            ),
            RecordError::NoSuchArray { path, key, keys } => write!(
                f,
                "`{}` has no array `{key}`; it has `{}`",
                path.display(),
                keys.join("`, `")
            ),
            RecordError::WhichArray { path, keys } if keys.is_empty() => write!(
                f,
                "`{}` has no arrays; write it with numpy.savez(path, a=…)",
                path.display()
            ),
            RecordError::WhichArray { path, keys } => write!(
                f,
                "`{}` has {} arrays, `{}`; `key` says which",
                path.display(),
                keys.len(),
                keys.join("`, `")
            ),
            RecordError::BadArray { path, name, why } => write!(
                f,
                "cannot write the array `{name}` into `{}`: {why}",
                path.display()
            ),
            RecordError::BadName { path, name, why } => write!(
                f,
                "cannot make a file `{name}` in `{}`: {why}; use a plain file name such as `energy.png`",
                path.display()
            ),
            RecordError::Occupied { path, why, hint } => {
                write!(f, "`{}` is not replaced: {why}; {hint}", path.display())
            }
            RecordError::Changed { path } => write!(
                f,
                "`{}` has changed since it was read first, so that results of two states of it would be mixed; \
                 leave data files alone while they are in use, and begin anew",
                path.display()
            ),
            RecordError::NoResume { path, why, hint } => {
                write!(f, "cannot go on with `{}`: {why}; {hint}", path.display())
            }
        }
    }
}

impl std::error::Error for RecordError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            RecordError::Io { source, .. } => Some(source),
            _ => None,
        }
    }
}
