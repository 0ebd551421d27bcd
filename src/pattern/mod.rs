//! Memories and where they come from. The only module that names the crates of random numbers.

pub mod random;
