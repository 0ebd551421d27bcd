//! A synapse that acts one way: `W g_A` into layer B, nothing back.

use super::{Energy, Kind, Ports, Scratch, Synapse};
use crate::kernels::{Patch, Weights};
use crate::lagrangian::TermRows;

/// One layer drives another that does not answer. [`super::Dense`] is the pair that has an energy.
#[derive(Clone, Debug, PartialEq)]
pub struct Feedforward {
    weights: Weights,
}

/// The entry in the list.
pub const KIND: Kind = Kind {
    name: "feedforward",
    formula: "current W g_A into B (divided by its energy weight, as all currents), nothing into A; no energy",
    parameters: &[
        ("layers", "[A, B]: from, to"),
        (
            "weights",
            "W, size of B × size of A: one row for each neuron of B",
        ),
    ],
};

impl Feedforward {
    /// From layer A to layer B by `W`, `n_B × n_A`.
    pub fn new(weights: Weights) -> Self {
        Feedforward { weights }
    }
}

impl Synapse for Feedforward {
    fn describe(&self) -> String {
        let (rows, cols) = (self.weights.rows(), self.weights.cols());
        format!("feedforward {rows} × {cols}")
    }

    fn kind(&self) -> Option<&'static Kind> {
        Some(&KIND)
    }

    fn sizes(&self) -> Vec<usize> {
        vec![self.weights.cols(), self.weights.rows()]
    }

    fn evaluate(
        &self,
        ports: &Ports<'_>,
        g: &[f64],
        current: &mut [f64],
        _energy: Option<TermRows<'_>>,
        scratch: &mut Scratch,
    ) {
        // The currents are linear in g: they are their own derivative.
        self.add_curvature(ports, g, g, current, scratch);
    }

    fn add_curvature(
        &self,
        ports: &Ports<'_>,
        _g: &[f64],
        dg: &[f64],
        dcurrent: &mut [f64],
        _scratch: &mut Scratch,
    ) {
        if ports.wants(1) {
            let (from, to) = (ports.of(0, dg), ports.of_mut(1, dcurrent));
            self.weights.add_product(from, ports.width, to);
        }
    }

    fn curvature(
        &self,
        _ports: &Ports<'_>,
        _g: &[f64],
        _scratch: &mut Scratch,
        show: &mut dyn FnMut([usize; 2], Patch<'_>),
    ) -> bool {
        show([1, 0], Patch::Weights(1.0, &self.weights));
        true
    }

    fn energy(&self) -> Energy {
        Energy::None(
            "it acts one way only, and a current without its answer is not the gradient of any energy (kind \"dense\" acts both ways and has one)".into(),
        )
    }

    fn order(&self, unbounded: &[bool]) -> f64 {
        if unbounded.contains(&true) {
            f64::INFINITY
        } else {
            0.0
        }
    }

    fn scratch(&self, width: usize) -> Scratch {
        Scratch::rows(0, width)
    }
}
