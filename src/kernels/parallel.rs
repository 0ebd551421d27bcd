//! One large product on several cores. The only file that names the crate of the threads.
//!
//! Work is cut into pieces by its size alone, never by the number of cores, and what the pieces give is put together in
//! their order: the bits do not depend on who did what.

use std::cell::Cell;
use std::sync::OnceLock;

use rayon::{ThreadPool, ThreadPoolBuilder};

thread_local! {
    /// Cores that a product in this thread may use; 0 for all.
    static CORES: Cell<usize> = const { Cell::new(0) };
    static STORAGE: Cell<Vec<f64>> = const { Cell::new(Vec::new()) };
    static ROOM: Cell<Vec<f64>> = const { Cell::new(Vec::new()) };
}

/// The threads that large products share; none where the system gives none. Not the crate's own global ones, which end the
/// process there.
fn pool() -> Option<&'static ThreadPool> {
    static POOL: OnceLock<Option<ThreadPool>> = OnceLock::new();
    let made = POOL.get_or_init(|| ThreadPoolBuilder::new().build().ok());
    made.as_ref()
}

/// Threads that large products share.
pub fn cores() -> usize {
    pool().map_or(1, ThreadPool::current_num_threads)
}

/// Runs `f`, in which a large product takes at most so many cores: one, where every core has a block of its own. With
/// more than one `f` runs in one of the threads that share them, so that no product waits until another thread has been
/// woken to begin.
pub fn with_cores<R: Send>(cores: usize, f: impl FnOnce() -> R + Send) -> R {
    let run = || {
        let before = CORES.replace(cores);
        let result = f();
        CORES.set(before);
        result
    };
    if cores <= 1 {
        return run();
    }
    if cores < self::cores() {
        let own = ThreadPoolBuilder::new().num_threads(cores).build();
        if let Ok(own) = own {
            return own.install(run);
        }
    }
    match pool() {
        Some(pool) => pool.install(run),
        None => run(),
    }
}

/// Does `work` for every piece; where they are `large`, on all cores that this thread may use. What a piece becomes must not
/// depend on the others: the order in which they are worked on is open.
pub fn each<T: Send>(pieces: &mut [T], large: bool, work: &(impl Fn(&mut T) + Sync)) {
    let alone = !large || CORES.get() == 1;
    match rayon::current_thread_index() {
        _ if alone => pieces.iter_mut().for_each(work),
        // One of the threads that share the work already.
        Some(_) => halve(pieces, work),
        None => match pool().filter(|pool| pool.current_num_threads() > 1) {
            Some(pool) => pool.install(|| halve(pieces, work)),
            None => pieces.iter_mut().for_each(work),
        },
    }
}

fn halve<T: Send>(pieces: &mut [T], work: &(impl Fn(&mut T) + Sync)) {
    match pieces {
        [] => {}
        [one] => work(one),
        _ => {
            let (a, b) = pieces.split_at_mut(pieces.len() / 2);
            rayon::join(|| halve(a, work), || halve(b, work));
        }
    }
}

/// Lends zeros for sums that wait to be put together. The storage is the thread's own and is kept, so that only its first
/// use allocates.
pub(super) fn with_zeros<R>(n: usize, f: impl FnOnce(&mut [f64]) -> R) -> R {
    // Taken, not borrowed: while it waits, a thread may be given another product to work on.
    let mut storage = STORAGE.take();
    storage.clear();
    storage.resize(n, 0.0);
    let result = f(&mut storage);
    STORAGE.set(storage);
    result
}

/// Lends so many numbers, whatever they are, to a product that asks for nothing else meanwhile. They are kept like those of
/// [`with_zeros`].
pub(super) fn with_room<R>(n: usize, f: impl FnOnce(&mut [f64]) -> R) -> R {
    let mut storage = ROOM.take();
    storage.resize(n.max(storage.len()), 0.0);
    let result = f(&mut storage[..n]);
    ROOM.set(storage);
    result
}
