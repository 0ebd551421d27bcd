//! Ctrl-C.

use std::time::{Duration, Instant};

use super::Exit;
use super::out::errln;
use crate::dynamics::Interrupt;

static INTERRUPT: Interrupt = Interrupt::new();

/// From here on Ctrl-C ends the process at once, with the exit code of what was interrupted.
pub(super) fn end_at_once() {
    let _ = ctrlc::set_handler(|| {
        errln!("interrupted: nothing is kept");
        std::process::exit(Exit::Interrupted as i32);
    });
}

/// From here on Ctrl-C asks for an end, and a second one ends the process at once, unless it is the same key press told
/// twice (to the process and to its group). A handler that cannot be set leaves the system's own.
pub(super) fn watch() -> &'static Interrupt {
    let mut first: Option<Instant> = None;
    let _ = ctrlc::set_handler(move || {
        let since = first.get_or_insert_with(Instant::now).elapsed();
        if INTERRUPT.is_raised() && since > Duration::from_millis(500) {
            std::process::exit(Exit::Interrupted as i32);
        }
        INTERRUPT.raise();
    });
    &INTERRUPT
}
