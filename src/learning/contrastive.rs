//! Contrastive Hebbian learning (Movellan 1991): what a network does with its outputs held at the targets, against what it does freely.
//!
//! `J = E(clamped) − E(free)` at the fixed points of both phases falls along `∂E/∂θ(clamped) − ∂E/∂θ(free)`; it is 0 where the network
//! gives the targets by itself. It is not the derivative of the squared error, which is told beside it.

use super::rule::targets;
use super::{Examples, Found, Lesson, Phase, Rule, Score};
use crate::network::Network;
use crate::refusal::Refusal;

/// Contrastive Hebbian learning.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Contrastive;

impl Rule for Contrastive {
    fn check(&self, network: &Network, examples: &Examples) -> Result<(), Refusal> {
        let layer = targets(examples)?;
        if !network.is_gradient() {
            let why = "has no energy, whose fixed points this rule compares";
            return Err(Refusal::new("the network", why));
        }
        let count = examples.count(network);
        for r in 0..count {
            states(network, examples, layer, r)?;
        }
        Ok(())
    }

    fn learn(&mut self, lesson: &Lesson<'_>, rows: &[usize]) -> Result<Found, Refusal> {
        let network = lesson.network;
        let layer = targets(lesson.examples)?;
        let mut starts = lesson.starts(rows, true);
        let free = lesson.phases.run("free phase", network, &starts)?;
        for (start, r) in starts.iter_mut().zip(rows) {
            let own = network.neurons(layer);
            let held = states(network, lesson.examples, layer, *r)?;
            start.x[own.clone()].copy_from_slice(&held);
            start.clamped.extend(own);
        }
        let held = lesson.phases.run("clamped phase", network, &starts)?;
        let mut found = Found {
            loss: lesson.judge(rows, &free.g).loss * rows.len() as f64,
            gradient: vec![0.0; lesson.parameters.count()],
            phases: vec![
                ("free", free.residual, free.moving),
                ("clamped", held.residual, held.moving),
            ],
        };
        let mut add = |phase: &Phase, by: f64| {
            let by = vec![by; rows.len()];
            let parameters = lesson.parameters;
            parameters.add_gradient(network, &phase.g, &by, &mut found.gradient);
        };
        // add_gradient is of −∂E/∂θ.
        add(&held, -1.0);
        add(&free, 1.0);
        Ok(found)
    }

    fn score(&self, lesson: &Lesson<'_>, rows: &[usize]) -> Result<Score, Refusal> {
        lesson.at_rest(rows)
    }
}

/// The states of the layer at which its activations are what is wanted at a row.
fn states(
    network: &Network,
    examples: &Examples,
    layer: usize,
    r: usize,
) -> Result<Vec<f64>, Refusal> {
    let l = &network.layers()[layer];
    l.lagrangian
        .state(examples.wanted(network, r))
        .map_err(|why| {
            let what = format!("row {r} of the targets");
            let why = format!("is no activation of layer `{}`: {why}", l.name);
            Refusal::new(what, why).help("coded = [-0.9, 0.9] keeps inside the range of a tanh")
        })
}
