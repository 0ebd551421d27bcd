//! How a run is stopped from outside.

use std::sync::atomic::{AtomicBool, Ordering};

/// Lets a run be stopped from outside (Ctrl-C).
#[derive(Debug, Default)]
pub struct Interrupt(AtomicBool);

impl Interrupt {
    /// A flag that is not raised.
    pub const fn new() -> Self {
        Interrupt(AtomicBool::new(false))
    }

    /// Asks every trajectory to stop after its step.
    pub fn raise(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Was it raised?
    pub fn is_raised(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}
