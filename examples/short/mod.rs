//! `SHORT=1` in the environment asks a study for a few networks instead of all: to see that it runs, not what it finds.

/// How many of `all`: no more than `few` where a short study is asked for.
pub fn at_most(few: usize, all: usize) -> usize {
    match std::env::var_os("SHORT") {
        Some(_) => few.min(all),
        None => all,
    }
}
