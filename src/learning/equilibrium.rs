//! Equilibrium propagation (Scellier & Bengio 2017): the derivative of a loss at a fixed point, from fixed points of the nudged network.
//!
//! The loss of an example is `C(g) = ½|g_B − t|²` of the layer B of the targets. The nudged network has the energy `E + b C`: a recurrent
//! synapse `−b` of layer B with itself, and `b t` added to its input. With its fixed points `g_b`
//!
//! ```text
//! dC/dθ = (∂E/∂θ(g_b) − ∂E/∂θ(g_−b))/2b + O(b²)        symmetric (Laborieux et al. 2021)
//!       = (∂E/∂θ(g_b) − ∂E/∂θ(g_0))/b + O(b)           one-sided
//! ```
//!
//! This is the derivative by the activations' own energy: no Hessian is in it.

use super::rule::{not_made, targets};
use super::{Examples, Found, Lesson, Phase, Rule, Score};
use crate::dynamics::Start;
use crate::kernels::Weights;
use crate::lagrangian::{Segment, Values};
use crate::network::Network;
use crate::refusal::Refusal;
use crate::synapse::Recurrent;

/// On which side of the free fixed point others are sought.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Nudge {
    /// On both.
    Symmetric,
    /// Towards the targets.
    OneSided,
}

/// Equilibrium propagation.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Equilibrium {
    /// b, above 0.
    pub by: f64,
    /// On which sides.
    pub nudge: Nudge,
}

impl Equilibrium {
    /// The network with `E + b C`, without the part of C that the targets of an example have.
    fn nudged(&self, lesson: &Lesson<'_>, layer: usize, by: f64) -> Result<Network, Refusal> {
        let Lesson {
            network,
            parameters,
            ..
        } = lesson;
        let n = network.layers()[layer].size();
        let own: Vec<_> = (0..n).map(|i| (i, i, -by)).collect();
        let made = Weights::sparse(n, n, own).map_err(|e| Refusal::new("nudge", e.to_string()))?;
        let d = &network.layers()[layer].weight;
        // The current of a synapse is divided by d: C has no energy weights.
        let scaled = made.with((0..n).map(|i| -by / d[i]).collect());
        let scaled = scaled.map_err(|e| Refusal::new("nudge", e.to_string()))?;
        let synapse = Recurrent::new(scaled, d)?;
        let values = parameters.values(network);
        let builder = parameters.builder(network, &values).map_err(not_made)?;
        let name = network.layers()[layer].name.clone();
        builder.connect(&[&name], synapse).build().map_err(not_made)
    }

    /// Where the nudged network comes to rest from the free fixed points.
    fn phase(
        &self,
        lesson: &Lesson<'_>,
        (name, by): (&str, f64),
        rows: &[usize],
        (starts, free): (&[Start], &Phase),
    ) -> Result<Phase, Refusal> {
        let network = lesson.network;
        let layer = targets(lesson.examples)?;
        let nudged = self.nudged(lesson, layer, by)?;
        let own = network.neurons(layer);
        let mut from = Vec::with_capacity(rows.len());
        for (b, (start, r)) in starts.iter().zip(rows).enumerate() {
            let mut start = start.clone();
            start.x = free.column(b);
            start.input.resize(network.size(), 0.0);
            let wanted = lesson.examples.wanted(network, *r);
            for (i, t) in own.clone().zip(wanted) {
                start.input[i] += by * t / network.energy_weights()[i];
            }
            from.push(start);
        }
        lesson.phases.run(name, &nudged, &from)
    }
}

/// Does it run to corners where nothing holds it back? Norms turn on their sphere, softmax and single neurons saturate.
fn saturates(s: &Segment) -> bool {
    let range = s.lagrangian.reach().range;
    range.is_bounded() && (s.lagrangian.is_additive() || range.low >= 0.0)
}

impl Rule for Equilibrium {
    fn check(&self, network: &Network, examples: &Examples) -> Result<(), Refusal> {
        let layer = targets(examples)?;
        if !(self.by > 0.0 && self.by.is_finite()) {
            return Err(Refusal::new(
                "nudge",
                format!("must be finite and above 0, it is {}", self.by),
            ));
        }
        if !network.is_gradient() {
            let why = "has no energy, whose fixed points this rule learns from";
            return Err(Refusal::new("the network", why)
                .help("the rules that make weights from patterns need none"));
        }
        for (k, l) in network.layers().iter().enumerate() {
            let own = network.neurons(k);
            let loose =
                l.leak.contains(&0.0) && own.clone().any(|i| !network.clamped().contains(&i));
            if loose && k != examples.layer && l.lagrangian.segments().iter().any(saturates) {
                let why = "has no leak, and activations that saturate: it runs to corners, where a derivative by the parameters vanishes or is none";
                return Err(Refusal::new(format!("layer `{}`", l.name), why)
                    .help("give it a leak, or learn by the adjoint of steps"));
            }
        }
        let name = &network.layers()[layer].name;
        let jumps = |s: &Segment| s.lagrangian.values() != Values::Interval;
        if network
            .layers()
            .iter()
            .any(|l| l.lagrangian.segments().iter().any(jumps))
        {
            let why = format!("has units that flip, which no small nudge of layer `{name}` moves");
            return Err(
                Refusal::new("the network", why).help("rule = \"boltzmann\" learns with them")
            );
        }
        Ok(())
    }

    fn learn(&mut self, lesson: &Lesson<'_>, rows: &[usize]) -> Result<Found, Refusal> {
        let starts = lesson.starts(rows, true);
        let free = lesson.phases.run("free phase", lesson.network, &starts)?;
        let b = self.by;
        let at = (&starts[..], &free);
        let above = self.phase(lesson, ("nudged phase", b), rows, at)?;
        let width = rows.len();
        let mut found = Found {
            loss: lesson.judge(rows, &free.g).loss * width as f64,
            gradient: vec![0.0; lesson.parameters.count()],
            phases: vec![
                ("free", free.residual, free.moving),
                ("nudged", above.residual, above.moving),
            ],
        };
        // add_gradient is of −∂E/∂θ.
        let mut add = |phase: &Phase, by: f64| {
            let by = vec![by; width];
            let (parameters, network) = (lesson.parameters, lesson.network);
            parameters.add_gradient(network, &phase.g, &by, &mut found.gradient);
        };
        match self.nudge {
            Nudge::OneSided => {
                add(&above, -1.0 / b);
                add(&free, 1.0 / b);
            }
            Nudge::Symmetric => {
                let below = self.phase(lesson, ("phase nudged away", -b), rows, at)?;
                add(&above, -0.5 / b);
                add(&below, 0.5 / b);
                found
                    .phases
                    .push(("nudged away", below.residual, below.moving));
            }
        }
        Ok(found)
    }

    fn score(&self, lesson: &Lesson<'_>, rows: &[usize]) -> Result<Score, Refusal> {
        lesson.at_rest(rows)
    }
}
