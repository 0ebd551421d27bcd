//! Dense synapse between two layers: `E = −g_Bᵀ W g_A` (Scholarpedia (3), (17): no factor ½).

use super::bilinear::energy_rows;
use super::{Energy, Kind, Ports, Scratch, Synapse};
use crate::kernels::{Patch, Weights, add};
use crate::lagrangian::TermRows;

/// Two layers joined by one matrix, feedforward and feedback weights being equal: the memories ξ of the two-layer
/// network (1), the ξ^(A+1,A) of a hierarchical memory (14).
#[derive(Clone, Debug, PartialEq)]
pub struct Dense {
    weights: Weights,
}

/// The entry in the list.
pub const KIND: Kind = Kind {
    name: "dense",
    formula: "E = −g_Bᵀ W g_A between two layers (Scholarpedia (3), (17)); acts both ways: currents W g_A into B and Wᵀ g_B into A",
    parameters: &[
        ("layers", "[A, B]: from, to"),
        (
            "weights",
            "W, size of B × size of A: one row for each neuron of B",
        ),
    ],
};

impl Dense {
    /// From layer A to layer B by `W`, `n_B × n_A`.
    pub fn new(weights: Weights) -> Self {
        Dense { weights }
    }
}

impl Synapse for Dense {
    fn describe(&self) -> String {
        let (rows, cols) = (self.weights.rows(), self.weights.cols());
        format!("dense {rows} × {cols}")
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
        energy: Option<TermRows<'_>>,
        scratch: &mut Scratch,
    ) {
        let width = ports.width;
        let (a, b) = (ports.of(0, g), ports.of(1, g));
        let (to_a, to_b) = ports.pair_mut(0, 1, current);
        match (ports.wants(0), ports.wants(1)) {
            (false, true) => return self.weights.add_product(a, width, to_b),
            (true, false) => return self.weights.add_transposed_product(b, width, to_a),
            _ => {}
        }
        // W g_A is needed by itself, for the energy: it falls out of the force, without a second pass over W.
        let (own, norm) = scratch.rows.split_at_mut(b.len());
        let product = if ports.is_first(1) {
            self.weights.add_both(a, b, width, to_b, to_a);
            to_b
        } else {
            own.fill(0.0);
            self.weights.add_both(a, b, width, own, to_a);
            add(own, to_b);
            own
        };
        if let Some(out) = energy {
            energy_rows(1.0, &self.weights, [b, a], product, norm, out);
        }
    }

    fn add_curvature(
        &self,
        ports: &Ports<'_>,
        _g: &[f64],
        dg: &[f64],
        dcurrent: &mut [f64],
        _scratch: &mut Scratch,
    ) {
        let (a, b) = (ports.of(0, dg), ports.of(1, dg));
        let (to_a, to_b) = ports.pair_mut(0, 1, dcurrent);
        self.weights.add_both(a, b, ports.width, to_b, to_a);
    }

    fn curvature(
        &self,
        _ports: &Ports<'_>,
        _g: &[f64],
        _scratch: &mut Scratch,
        show: &mut dyn FnMut([usize; 2], Patch<'_>),
    ) -> bool {
        show([1, 0], Patch::Weights(1.0, &self.weights));
        show([0, 1], Patch::Transposed(1.0, &self.weights));
        true
    }

    fn energy(&self) -> Energy {
        Energy::Exact
    }

    fn order(&self, unbounded: &[bool]) -> f64 {
        unbounded.iter().filter(|u| **u).count() as f64
    }

    fn is_quadratic(&self) -> bool {
        true
    }

    fn scratch(&self, width: usize) -> Scratch {
        Scratch::rows(self.weights.rows() + 1, width)
    }
}
