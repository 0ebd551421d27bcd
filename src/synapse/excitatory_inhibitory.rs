//! The excitatory–inhibitory pair: `+A g_E` to the inhibitory layer, `−Aᵀ g_I` back (Dale's principle).

use super::{Energy, Kind, Ports, Scratch, Synapse};
use crate::kernels::{Patch, Weights};
use crate::lagrangian::TermRows;

/// Inhibition that the excitatory layer drives. The two directions have opposite signs, so no function of the
/// activations has them as its gradient; slow inhibition oscillates.
#[derive(Clone, Debug, PartialEq)]
pub struct ExcitatoryInhibitory {
    a: Weights,
}

/// The entry in the list.
pub const KIND: Kind = Kind {
    name: "excitatory-inhibitory",
    formula: "currents +A g_E to the inhibitory layer and −Aᵀ g_I to the excitatory one; no energy",
    parameters: &[
        ("layers", "[E, I]"),
        ("weights", "A, one row for each inhibitory neuron"),
    ],
};

impl ExcitatoryInhibitory {
    /// From the excitatory layer to the inhibitory one by `A`, `n_I × n_E`.
    pub fn new(a: Weights) -> Self {
        ExcitatoryInhibitory { a }
    }
}

impl Synapse for ExcitatoryInhibitory {
    fn describe(&self) -> String {
        format!(
            "excitatory–inhibitory {} × {}",
            self.a.rows(),
            self.a.cols()
        )
    }

    fn kind(&self) -> Option<&'static Kind> {
        Some(&KIND)
    }

    fn sizes(&self) -> Vec<usize> {
        vec![self.a.cols(), self.a.rows()]
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
        scratch: &mut Scratch,
    ) {
        let (excited, inhibiting) = (ports.of(0, dg), ports.of(1, dg));
        for (s, i) in scratch.rows.iter_mut().zip(inhibiting) {
            *s = -i;
        }
        let (to_e, to_i) = ports.pair_mut(0, 1, dcurrent);
        self.a
            .add_both(excited, &scratch.rows, ports.width, to_i, to_e);
    }

    fn curvature(
        &self,
        _ports: &Ports<'_>,
        _g: &[f64],
        _scratch: &mut Scratch,
        show: &mut dyn FnMut([usize; 2], Patch<'_>),
    ) -> bool {
        show([1, 0], Patch::Weights(1.0, &self.a));
        show([0, 1], Patch::Transposed(-1.0, &self.a));
        true
    }

    fn energy(&self) -> Energy {
        Energy::None(
            "excitation and inhibition have opposite signs in the two directions, so the currents are not the gradient of any energy".into(),
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
        Scratch::rows(self.a.rows(), width)
    }
}
