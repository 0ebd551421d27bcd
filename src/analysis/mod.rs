//! Questions asked of a network about states it has reached. The answers are plain data.

mod centre;
mod certify;
mod fixed_points;
mod general;
mod local;
mod newton;
mod parts;
mod plane;
mod recall;
mod rest;
mod wilson;

pub use centre::Along;
pub use fixed_points::fixed_points;
pub use plane::{Plane, PlaneError, PlaneField, Space};
pub use recall::{Memories, Recalled};
pub use rest::{FixedPoint, FixedPoints, Stability, newton_from};
pub use wilson::{Clusters, wilson};
