//! Printing that survives a reader who has gone (`| head`) and a disk that is full: `println!` would panic.

use std::fmt::Arguments;
use std::io::{ErrorKind, Write};
use std::sync::atomic::{AtomicBool, Ordering};

/// Could something not be printed that somebody waits for?
static FAILED: AtomicBool = AtomicBool::new(false);

/// A line on stdout.
pub(super) fn line(text: Arguments<'_>) {
    let mut out = std::io::stdout().lock();
    let written = out.write_fmt(text).and_then(|()| out.write_all(b"\n"));
    let Err(error) = written.and_then(|()| out.flush()) else {
        return;
    };
    // Whoever closes a pipe has read enough.
    if error.kind() != ErrorKind::BrokenPipe && !FAILED.swap(true, Ordering::Relaxed) {
        remark(format_args!("error: cannot print the results: {error}"));
    }
}

/// A line on stderr. Nothing can be done about a stderr that is gone, least of all give up a run for it.
pub(super) fn remark(text: Arguments<'_>) {
    let mut out = std::io::stderr().lock();
    let _ = out.write_fmt(text).and_then(|()| out.write_all(b"\n"));
}

/// Was everything printed?
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
