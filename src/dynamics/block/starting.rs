//! Storage for columns that start together.

use crate::dynamics::gathered::Gathered;
use crate::dynamics::view::Measures;
use crate::network::{Network, Workspace};

/// Some columns of a block, side by side.
#[derive(Debug)]
pub(super) struct Starting {
    /// State and input.
    pub start: Gathered<2>,
    pub velocity: [Vec<f64>; 1],
    /// A state a little further on, and its velocity.
    pub ahead: Vec<f64>,
    pub then: Vec<f64>,
    /// Norms by column: of the states, the velocities and their change.
    pub norms: [Vec<f64>; 3],
    pub ws: Workspace,
    pub measures: Measures,
}

impl Starting {
    /// For a block of so many columns.
    pub fn new(network: &Network, width: usize) -> Self {
        let start = Gathered::new(network, width);
        let width = start.width;
        let block = || vec![0.0; network.size() * width];
        let numbers = || vec![0.0; width];
        Starting {
            start,
            velocity: [block()],
            ahead: block(),
            then: block(),
            norms: [numbers(), numbers(), numbers()],
            ws: Workspace::new(network, width),
            measures: Measures::new(width),
        }
    }
}
