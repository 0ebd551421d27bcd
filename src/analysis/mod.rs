//! Questions asked of a network about states it has reached. The answers are plain data.

mod barriers;
mod basins;
pub mod capacity;
mod centre;
mod certify;
mod continuation;
mod eigenvalues;
mod fixed_points;
mod follow;
mod general;
mod gradient;
mod landscape;
mod local;
mod manifolds;
mod newton;
mod outermost;
mod parts;
mod plane;
mod recall;
mod rest;
mod stability;
mod transitions;
mod watch;
mod wilson;
mod zeros;

pub use barriers::{
    Barriers, Between, Connection, Pass, Path, StringPath, StringSettings, Summit, barriers,
    between, may_have_barriers, minimum_energy_path, pass_path, straight_line,
};
pub use basins::{
    Across, BasinMap, Border, Cues, Fractions, MapRange, Reached, RecallCurves, Share, StatePlane,
    Whence, basin_fractions, basin_map, recall_curves, state_box,
};
pub use centre::Along;
pub use continuation::{
    Bifurcation, Branch, BranchPoint, Continuation, Diagram, End, MOST_NEURONS, Slice, Special,
    continuation, continuation_watched,
};
pub use fixed_points::fixed_points;
pub use follow::Follow;
pub use landscape::{
    Class, Completeness, Count, Landscape, LandscapePoint, Likeness, Search, StateKind, landscape,
    landscape_watched,
};
pub use manifolds::{Curve, CurveEnd, stable_manifold, unstable_manifold};
pub use plane::{
    Nullclines, OnSection, Plane, PlaneError, PlaneField, PlaneValues, Section, Space, streamlines,
};
pub use recall::{Criterion, Memories, Recall, Recalled};
pub use rest::{FixedPoint, FixedPoints, newton_from};
pub use stability::Stability;
pub use transitions::{MOST_STATES, Transitions, states_of, transitions};
pub use watch::{Told, Watch};
pub use wilson::{Clusters, wilson};
pub use zeros::{Field, Rectangle, ZeroLine, ZeroSet, zero_set};
