//! Why a figure could not be drawn.

use std::fmt;
use std::io;
use std::path::PathBuf;

/// An error of drawing a figure.
#[derive(Debug)]
#[non_exhaustive]
pub enum FigureError {
    /// The data cannot be drawn.
    Data {
        /// Where they are wrong: `curve 2 ("start 7"), energy, index 31`.
        place: String,
        /// What is wrong with them.
        why: String,
    },
    /// The file's name ends in none of `.png`, `.svg` and `.pdf`.
    Ending {
        /// The file.
        path: PathBuf,
    },
    /// The picture would be too large.
    TooLarge {
        /// Its width in pixels.
        width: f64,
        /// Its height in pixels.
        height: f64,
    },
    /// The file cannot be written.
    Write {
        /// The file.
        path: PathBuf,
        /// The operating system's reason.
        source: io::Error,
    },
    /// The drawing library failed.
    Drawing(String),
}

/// What drawing gives.
pub(super) type Drawn = Result<(), FigureError>;

impl FigureError {
    pub(super) fn data(place: impl Into<String>, why: impl Into<String>) -> FigureError {
        FigureError::Data {
            place: place.into(),
            why: why.into(),
        }
    }
}

/// Data that cannot be drawn: where, and why.
pub(super) fn refused<T>(
    place: impl Into<String>,
    why: impl Into<String>,
) -> Result<T, FigureError> {
    Err(FigureError::data(place, why))
}

impl fmt::Display for FigureError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            FigureError::Data { place, why } => write!(f, "cannot draw {place}: {why}"),
            FigureError::Ending { path } => write!(
                f,
                "cannot draw `{}`: the name must end in .png, .svg or .pdf",
                path.display()
            ),
            FigureError::TooLarge { width, height } => write!(
                f,
                "cannot draw a picture of {width:.0} × {height:.0} pixels; show fewer rows or columns"
            ),
            FigureError::Write { path, source } => {
                let hint = match source.kind() {
                    io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => "free some space",
                    _ => "check that its directory exists and may be written to",
                };
                let path = path.display();
                write!(f, "cannot write the figure `{path}`: {source}; {hint}")
            }
            FigureError::Drawing(why) => write!(f, "the drawing library failed: {why}"),
        }
    }
}

impl std::error::Error for FigureError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            FigureError::Write { source, .. } => Some(source),
            _ => None,
        }
    }
}
