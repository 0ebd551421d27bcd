//! Memory for the matrices of implicit methods. Trajectories on several threads take turns where there is not enough for
//! all: their results do not depend on it, and a machine with many cores does not run out of memory for having them.

use std::sync::{Condvar, Mutex, PoisonError};

/// So many bytes, and who waits for them.
#[derive(Debug)]
pub(super) struct Room {
    most: u64,
    taken: Mutex<u64>,
    freed: Condvar,
}

/// A part of a room, until it is dropped.
#[derive(Debug)]
pub(super) struct Place<'a> {
    room: &'a Room,
    bytes: u64,
}

impl Room {
    pub const fn new(most: u64) -> Self {
        Room {
            most,
            taken: Mutex::new(0),
            freed: Condvar::new(),
        }
    }

    /// Waits until so many bytes are free. What is larger than the room has it alone. Whoever asks must hold no other part,
    /// or two of them would wait for each other.
    pub fn take(&self, bytes: u64) -> Place<'_> {
        // A thread that panicked has given its part back all the same.
        let taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let full = |taken: &mut u64| *taken > 0 && taken.saturating_add(bytes) > self.most;
        let taken = self.freed.wait_while(taken, full);
        *taken.unwrap_or_else(PoisonError::into_inner) += bytes;
        Place { room: self, bytes }
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        let taken = self.room.taken.lock();
        *taken.unwrap_or_else(PoisonError::into_inner) -= self.bytes;
        self.room.freed.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::time::Duration;

    /// The most that were inside together, of eight threads that go in three times each.
    fn together(bytes: u64) -> usize {
        let room = Room::new(100);
        let (inside, most) = (AtomicUsize::new(0), AtomicUsize::new(0));
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    for _ in 0..3 {
                        let _place = room.take(bytes);
                        let now = 1 + inside.fetch_add(1, Ordering::SeqCst);
                        most.fetch_max(now, Ordering::SeqCst);
                        std::thread::sleep(Duration::from_millis(2));
                        inside.fetch_sub(1, Ordering::SeqCst);
                    }
                });
            }
        });
        assert_eq!(
            *room.taken.lock().unwrap_or_else(PoisonError::into_inner),
            0
        );
        most.into_inner()
    }

    #[test]
    fn no_more_are_inside_than_there_is_room_for_and_all_get_in() {
        assert!(together(30) <= 3);
        assert_eq!(together(60), 1);
        assert_eq!(together(1000), 1);
        assert!(together(0) > 1);
    }
}
