//! Memories and where they come from. The only module that names the crates of random numbers.

mod damage;
pub mod random;

pub use damage::Damage;
