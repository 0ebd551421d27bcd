//! Currents over intervals of activations: what an exhaustive search for fixed points needs.

use super::Linear;
use crate::kernels::Interval;

/// A synapse over a box of activations, an interval for each neuron that it joins, side by side in the order of its layers.
pub trait Enclosure {
    /// Adds intervals that hold every current.
    fn enclose_currents(&self, g: &[Interval], currents: &mut [Interval]);

    /// Adds intervals that hold every entry of `−∂²E_s/∂g∂g`, the derivatives of the currents: row by row, a row for each current.
    fn enclose_curvature(&self, g: &[Interval], curvature: &mut [Interval]);
}

impl<S: Linear> Enclosure for S {
    fn enclose_currents(&self, g: &[Interval], currents: &mut [Interval]) {
        for (i, current) in currents.iter_mut().enumerate() {
            for (j, g) in g.iter().enumerate() {
                let weight = self.weight(i, j);
                if weight != 0.0 {
                    *current = *current + g.times(weight);
                }
            }
        }
    }

    fn enclose_curvature(&self, g: &[Interval], curvature: &mut [Interval]) {
        for (k, entry) in curvature.iter_mut().enumerate() {
            let weight = self.weight(k / g.len(), k % g.len());
            if weight != 0.0 {
                *entry = *entry + Interval::at(weight);
            }
        }
    }
}
