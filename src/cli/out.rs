//! Printing that survives a reader who has gone (`| head`) and a disk that is full: `println!` would panic.

use std::fmt::Arguments;
use std::io::{ErrorKind, Write};
use std::sync::atomic::{AtomicBool, Ordering};

use crate::model_file::escaped;

/// Could something not be printed that somebody waits for?
static FAILED: AtomicBool = AtomicBool::new(false);

pub(super) fn line(text: Arguments<'_>) {
    let mut out = std::io::stdout().lock();
    let written = out.write_all(plain(text).as_bytes());
    let Err(error) = written.and_then(|()| out.flush()) else {
        return;
    };
    // Whoever closes a pipe has read enough.
    if error.kind() != ErrorKind::BrokenPipe && !FAILED.swap(true, Ordering::Relaxed) {
        self::error(format_args!("cannot print the results: {error}"));
    }
}

/// A line on stderr. Nothing can be done about a stderr that is gone, least of all give up a run for it.
pub(super) fn remark(text: Arguments<'_>) {
    let mut out = std::io::stderr().lock();
    let _ = out.write_all(plain(text).as_bytes());
}

/// The only place that says `error: `, but for the drawn mistakes of a model.
pub(super) fn error(why: impl std::fmt::Display) {
    remark(format_args!("error: {why}"));
}

/// A line without what would move the cursor: names of files and texts of models may hold anything.
fn plain(text: Arguments<'_>) -> String {
    let mut line = escaped(&text.to_string()).into_owned();
    line.push('\n');
    line
}

pub(super) fn is_complete() -> bool {
    !FAILED.load(Ordering::Relaxed)
}

macro_rules! outln {
    ($($text:tt)*) => { $crate::cli::out::line(format_args!($($text)*)) };
}

macro_rules! errln {
    ($($text:tt)*) => { $crate::cli::out::remark(format_args!($($text)*)) };
}

pub(super) use {errln, outln};
