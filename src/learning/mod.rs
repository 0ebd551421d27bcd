//! Learning: how parameters change so that a network does what is wanted of it.
//!
//! A synapse that learns says how its energy depends on its parameters ([`crate::synapse::Learn`]). Here are what is made of that: the
//! derivative of a loss through the steps that a network takes ([`Steps`]), and the rules that turn derivatives into changes ([`Adam`]).

mod adam;
mod steps;
pub mod transformer;

pub use adam::{Adam, Schedule};
pub use steps::{Derivatives, Steps, Visit};
