//! `SHORT=1` in the environment asks a study for a few networks instead of all: to see that it runs, not what it finds.

#![allow(dead_code, reason = "not every example needs all of it")]

/// How many of `all`: no more than `few` where a short study is asked for.
pub fn at_most(few: usize, all: usize) -> usize {
    match is_short() {
        true => few.min(all),
        false => all,
    }
}

/// Is a short study asked for?
pub fn is_short() -> bool {
    std::env::var_os("SHORT").is_some()
}
