//! Learning: how parameters change so that a network does what is wanted of it.
//!
//! A synapse that learns says how its energy depends on its parameters ([`crate::synapse::Learn`]). A [`Rule`] makes of that the derivative of
//! a loss by all parameters of a network ([`Parameters`]), an [`Optimiser`] makes of the derivative a change, and [`train`] goes through the
//! [`Examples`] until they are learnt. The derivative of a loss through the steps that a network takes is that of [`Steps`].

mod adjoint;
mod blown;
mod boltzmann;
mod classifier;
mod contrastive;
mod course;
mod dense_memory;
mod equilibrium;
mod examples;
mod likelihood;
mod list;
mod masks;
mod optimiser;
mod parameters;
mod phases;
mod plan;
mod reading;
mod rule;
pub mod rules;
mod steps;
mod task;
mod training;
mod words;

pub use adjoint::Adjoint;
pub use boltzmann::Boltzmann;
pub use classifier::Classifier;
pub use contrastive::Contrastive;
pub use course::{Epoch, State, Told, Trained};
pub use dense_memory::{DenseMemory, Ramp};
pub use equilibrium::{Equilibrium, Nudge};
pub use examples::{Examples, Targets};
pub use list::{KINDS, RuleKind, Said};
pub use masks::Masks;
pub use optimiser::{Fall, Form, Optimiser, Schedule};
pub use parameters::{Parameter, Parameters};
pub use phases::{PHASES, Phase, Phases};
pub use plan::Plan;
pub use reading::Reading;
pub use rule::{Found, Lesson, Rule, Score};
pub use steps::{Derivatives, Steps};
pub use task::Task;
pub use training::{Pupil, train};
