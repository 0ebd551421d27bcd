//! Many small tasks on all cores.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use crate::dynamics::Interrupt;
use crate::ensemble::workers;

/// What comes of each of so many tasks, in their order, whatever thread does them; none of those that an interrupt cut off. `worker` is
/// asked once in every thread.
pub(super) fn each<T: Send, W: FnMut(usize) -> T>(
    count: usize,
    (threads, interrupt): (usize, &Interrupt),
    worker: impl Fn() -> W + Sync,
) -> Vec<Option<T>> {
    let found = Mutex::new((0..count).map(|_| None).collect::<Vec<Option<T>>>());
    let next = AtomicUsize::new(0);
    let work = || {
        let mut worker = worker();
        loop {
            let k = next.fetch_add(1, Ordering::Relaxed);
            if k >= count || interrupt.is_raised() {
                return;
            }
            let came = worker(k);
            found.lock().unwrap_or_else(PoisonError::into_inner)[k] = Some(came);
        }
    };
    std::thread::scope(|scope| {
        for _ in 1..workers(threads).min(count) {
            // Where the system gives no more threads, those that are there do the work.
            let _ = std::thread::Builder::new().spawn_scoped(scope, work);
        }
        work();
    });
    found.into_inner().unwrap_or_else(PoisonError::into_inner)
}
