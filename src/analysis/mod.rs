//! Questions asked of a network about states it has reached. The answers are plain data.

mod recall;
mod rest;

pub use recall::{Memories, Recalled};
pub use rest::{RestPoint, RestPoints, Stability};
