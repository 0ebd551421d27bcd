//! The command `attractor`.

use std::alloc::{GlobalAlloc, Layout, System};
use std::io::Write;

fn main() -> std::process::ExitCode {
    attractor::cli::main()
}

/// The system's memory. Where that ends, the process ends too: there is no going on in safe code. But it ends with a sentence
/// and the code of a run that failed, not with a signal and a dump. What an ensemble has finished is on disk.
struct Memory;

#[global_allocator]
static MEMORY: Memory = Memory;

/// Memory that was given, or the end.
fn given(place: *mut u8, bytes: usize) -> *mut u8 {
    if place.is_null() && bytes > 0 && !attractor::kernels::asks_for_room() {
        // Nothing here may allocate.
        let _ = std::io::stderr().write_all(
            b"error: there is no more memory: fewer neurons, trajectories or threads take less, and save = \"final\" keeps less\n",
        );
        std::process::exit(1);
    }
    place
}

// SAFETY: everything is handed on to the system's allocator as it came.
unsafe impl GlobalAlloc for Memory {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        given(unsafe { System.alloc(layout) }, layout.size())
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        given(unsafe { System.alloc_zeroed(layout) }, layout.size())
    }

    unsafe fn realloc(&self, place: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        given(unsafe { System.realloc(place, layout, size) }, size)
    }

    unsafe fn dealloc(&self, place: *mut u8, layout: Layout) {
        unsafe { System.dealloc(place, layout) }
    }
}
