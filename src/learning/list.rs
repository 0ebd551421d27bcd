//! The rules by their names in model files.

use super::boltzmann::FEW;
use super::{Adjoint, Boltzmann, Contrastive, DenseMemory, Equilibrium, Nudge, Ramp, Rule};
use crate::network::Network;

/// What a model file says of a rule, as numbers; each rule takes its own.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Said {
    /// `nudge`.
    pub nudge: f64,
    /// `sides`.
    pub sides: Nudge,
    /// `temperature`.
    pub temperature: Option<Ramp>,
    /// `power`.
    pub power: u32,
    /// `step` and `steps`.
    pub steps: (f64, usize),
    /// `chains`.
    pub chains: usize,
    /// `sweeps`.
    pub sweeps: usize,
}

/// One entry of the list.
#[derive(Debug)]
pub struct RuleKind {
    /// Its name in model files.
    pub name: &'static str,
    /// What it is and where it comes from.
    pub about: &'static str,
    /// Its loss, in a formula.
    pub loss: &'static str,
    /// What is told of its epochs, and what a score of rows of this network is, in a word each.
    pub told: fn(&Network) -> [&'static str; 2],
    /// The keys of `[learn]` that it takes besides those that all take.
    pub keys: &'static [&'static str],
    /// Makes one.
    pub make: fn(&Said) -> Box<dyn Rule + Send>,
}

/// The rules that learn from examples.
pub static KINDS: [RuleKind; 5] = [
    RuleKind {
        name: "equilibrium-propagation",
        about: "fixed points of the network, nudged and free (Scellier and Bengio 2017)",
        loss: "½|g − t|² at the free fixed point",
        told: |_| ["loss"; 2],
        keys: &["nudge", "sides"],
        make: |s| {
            Box::new(Equilibrium {
                by: s.nudge,
                nudge: s.sides,
            })
        },
    },
    RuleKind {
        name: "contrastive-hebbian",
        about: "fixed points with the targets held, and free (Movellan 1991)",
        loss: "½|g − t|² at the free fixed point; what falls is E(held) − E(free)",
        told: |_| ["loss"; 2],
        keys: &[],
        make: |_| Box::new(Contrastive),
    },
    RuleKind {
        name: "adjoint",
        about: "backwards through Euler steps",
        loss: "½|g − t|² after the last step",
        told: |_| ["loss"; 2],
        keys: &["step", "steps", "masked", "lagrangians"],
        make: |s| {
            Box::new(Adjoint {
                step: s.steps.0,
                steps: s.steps.1,
            })
        },
    },
    RuleKind {
        name: "boltzmann",
        about: "states at a temperature, with the data held and free (Ackley, Hinton and Sejnowski 1985)",
        loss: "−ln p(v) of the data; epochs, and networks of more than 20 units, tell the error of a reconstruction instead",
        told: |network| match network.size() <= FEW {
            true => ["reconstruction error", "−⟨ln p(v)⟩"],
            false => ["reconstruction error"; 2],
        },
        keys: &["chains", "sweeps"],
        make: |s| {
            let t = s.temperature.map_or(0.0, |t| t.to);
            Box::new(Boltzmann::new(s.chains, s.sweeps, t))
        },
    },
    RuleKind {
        name: "dense-memory",
        about: "one update of the units of the classes (Krotov and Hopfield 2016)",
        loss: "Σ (t_c − y_c)^2m over the classes",
        told: |_| ["loss"; 2],
        keys: &["temperature", "power"],
        make: |s| {
            let none = Ramp {
                from: 0.0,
                to: 0.0,
                epochs: 0,
            };
            let temperature = s.temperature.unwrap_or(none);
            Box::new(DenseMemory {
                temperature,
                power: s.power,
            })
        },
    },
];
