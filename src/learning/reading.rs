//! As which class a network reads an example, once it has come to an end.

use super::{Task, rule::largest};
use crate::network::Network;

/// How a start is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reading {
    /// The class whose neuron is the most active at the end.
    pub class: usize,
    /// The row of the data that the start is; none where it is none.
    pub row: Option<usize>,
    /// The class of that row.
    pub label: Option<usize>,
    /// What that row is for: `train`, `choose` or `test`; empty where it is for nothing.
    pub part: &'static str,
}

impl Task {
    /// How a start `x` is read whose activations at the end are `g`; none where classes are not what is learnt.
    pub fn reads(&self, network: &Network, x: &[f64], g: &[f64]) -> Option<Reading> {
        let (examples, plan) = (&self.examples, &self.plan);
        let targets = examples.targets.as_ref()?;
        let classes = targets.classes.as_ref()?;
        let class = largest(&g[network.neurons(targets.layer)])?;
        let own = &x[network.neurons(examples.layer)];
        let mut rows = examples.rows.chunks_exact(own.len().max(1));
        let row = rows.position(|r| r == own);
        let parts = [
            ("train", &plan.learn),
            ("choose", &plan.choose),
            ("test", &plan.test),
        ];
        let mut parts = parts.iter();
        let part = parts.find(|(_, rows)| row.is_some_and(|r| rows.contains(&r)));
        Some(Reading {
            class,
            row,
            label: row.and_then(|r| classes.get(r).copied()),
            part: part.map_or("", |p| p.0),
        })
    }
}
