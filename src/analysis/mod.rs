//! Questions asked of a network about states it has reached. The answers are plain data.

mod fixed_points;
mod plane;
mod recall;
mod rest;
mod wilson;

pub use fixed_points::{fixed_points, newton};
pub use plane::{Plane, PlaneField, Space};
pub use recall::{Memories, Recalled};
pub use rest::{RestPoint, RestPoints, Stability};
pub use wilson::{Clusters, wilson};
