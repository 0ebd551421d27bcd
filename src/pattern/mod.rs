//! Memories and where they come from. The only module that names the crates of random numbers.

mod damage;
mod drawer;
pub mod random;

pub use damage::Damage;
pub(crate) use drawer::Drawer;
