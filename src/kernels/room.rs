//! Is there memory for something large? Asked before it is taken: what is refused then ends nothing.

/// Would the system give so many bytes? A yes is no promise: most systems give more than they have.
pub fn has_room(bytes: usize) -> bool {
    Vec::<u8>::new().try_reserve_exact(bytes).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_is_room_for_little_and_none_for_more_than_addresses() {
        assert!(has_room(1000));
        assert!(!has_room(usize::MAX / 2));
    }
}
