//! Is there memory for something large? Asked before it is taken: what is refused then ends nothing.

use std::cell::Cell;

thread_local! {
    /// Does this thread only ask?
    static ASKS: Cell<bool> = const { Cell::new(false) };
}

/// Would the system give so many bytes? A yes is no promise: most systems give more than they have.
pub fn has_room(bytes: usize) -> bool {
    ASKS.set(true);
    let given = Vec::<u8>::new().try_reserve_exact(bytes);
    ASKS.set(false);
    given.is_ok()
}

/// Does this thread take no for an answer? Whoever makes the end of memory the end of the process needs to know.
pub fn asks_for_room() -> bool {
    ASKS.try_with(Cell::get).unwrap_or(false)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_is_room_for_little_and_none_for_more_than_addresses() {
        assert!(has_room(1000));
        assert!(!has_room(usize::MAX / 2));
        assert!(!asks_for_room());
    }
}
