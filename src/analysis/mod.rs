//! Questions asked of a network about states it has reached. The answers are plain data.

mod averaged;
mod barriers;
mod basins;
pub mod capacity;
mod centre;
mod certify;
mod continuation;
mod eigenvalues;
mod follow;
mod general;
mod gradient;
mod heads;
mod kink;
mod landscape;
mod local;
mod manifolds;
mod memory_weights;
mod newton;
mod outermost;
mod parallel;
mod parts;
mod passage;
mod plane;
mod recall;
mod rest;
pub mod retrieval;
mod stability;
mod transitions;
mod watch;
mod wilson;
mod zeros;

pub use averaged::{count_to_mass, effective_number, entropy};
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
pub use follow::Follow;
pub use heads::{AttentionWeights, Head, HeadKind, Heads, ROW_SUM, heads};
pub use landscape::{
    Class, Completeness, Count, Landscape, LandscapePoint, Likeness, Search, StateKind, landscape,
    landscape_watched,
};
pub use manifolds::{Curve, CurveEnd, stable_manifold, unstable_manifold};
pub use memory_weights::MemoryWeights;
pub use passage::{kramers, mean_passage, passage_times};
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
