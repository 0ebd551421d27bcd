//! Barriers between attractors: over which saddles the lowest way from one to another leads, and how high it is.
//!
//! The lowest pass between two attractors is the smallest possible maximum of E along any path between them. It is a saddle of index 1: along
//! its unstable direction the flow leads down to either side, and a saddle of a higher index can be gone round. So the saddles of index 1
//! with what their unstable manifolds reach are a graph, and the lowest way is the one of its spanning tree that is made of the lowest
//! saddles first (Kruskal 1956). The tree by energy is the disconnectivity graph of Becker and Karplus (1997).
//!
//! Becker, O. M. & Karplus, M. (1997). The topology of multidimensional potential energy surfaces. *J. Chem. Phys.* 106, 1495–1517.

mod between;
mod climb;
mod line;
mod path;
mod string;
mod tree;

pub use between::{Between, between};
pub use climb::Summit;
pub use line::straight_line;
pub use path::{Path, pass_path};
pub use string::{StringPath, StringSettings, minimum_energy_path};
pub use tree::{Barriers, Connection, Pass, barriers, may_have_barriers};
