//! The figures that a model may ask for, one file a kind: its keys, what it needs of the model, and how results become
//! plain data for `figure`.

mod activity;
mod averaged;
mod channels;
mod connectivity;
mod course;
mod density;
mod energy;
mod filled;
mod gain;
mod histogram;
mod kind;
mod landscape;
mod list;
mod monitor;
mod overlap;
mod panels;
mod patterns;
mod phase;
mod plane;
mod surface;
mod terms;
mod transitions;
mod words;

pub use connectivity::connectivity;
pub use kind::{Asked, Given, Kind, Refused, SPACES};
pub use list::KINDS;
pub use plane::{
    Others, PhasePlane, PlaneQuestion, PointOnPlane, phase_plane, phase_plane_watched,
};
pub(crate) use plane::{System, label, marks, of_two};
pub(crate) use words::{UNTITLED, about, method, time_label, title};

use crate::study::Picture;
