//! Activations, velocity, and the distance from rest.

use super::{Connection, Drive, Network, Workspace};
use crate::kernels::{max_rows_by, relax};
use crate::lagrangian::TermRows;
use crate::synapse::Ports;

/// Some layers of a network, or some synapses.
#[derive(Clone, Debug)]
pub struct Part {
    /// For every connection, which of the layers that it joins.
    ports: Vec<Vec<bool>>,
}

impl Network {
    /// The layers for which `has` says yes.
    pub fn part(&self, has: impl Fn(usize) -> bool) -> Part {
        let ports = |c: &Connection| c.layers.iter().map(|l| has(*l)).collect();
        Part {
            ports: self.connections.iter().map(ports).collect(),
        }
    }

    /// The synapses that act at once, of all layers; none where all do.
    pub(crate) fn prompt(&self) -> Option<Part> {
        let has_delay = |c: &Connection| c.synapse.delay() > 0;
        let ports = |c: &Connection| vec![!has_delay(c); c.layers.len()];
        self.connections.iter().any(has_delay).then(|| Part {
            ports: self.connections.iter().map(ports).collect(),
        })
    }

    /// Activations only: `g = ∂L/∂x`.
    pub fn activation(&self, x: &[f64], width: usize, g: &mut [f64]) {
        for (layer, range) in self.layers.iter().zip(&self.ranges) {
            let at = range.start * width..range.end * width;
            layer
                .lagrangian
                .activation(&x[at.clone()], width, &mut g[at]);
        }
    }

    /// `ẋ = (I − k x + (1/d) Σ_s currents)/τ`; with `with_energy` also the energies of the synapses, from the same pass
    /// over their weights.
    pub fn velocity(
        &self,
        x: &[f64],
        drive: Drive<'_>,
        with_energy: bool,
        ws: &mut Workspace,
        out: &mut [f64],
    ) {
        self.evaluate(x, drive, None, with_energy, ws, out);
    }

    /// The same for the layers of a part only, the rest of `out` being without meaning: nothing is multiplied that does
    /// not go there.
    pub(crate) fn velocity_of(
        &self,
        part: &Part,
        x: &[f64],
        drive: Drive<'_>,
        ws: &mut Workspace,
        out: &mut [f64],
    ) {
        self.evaluate(x, drive, Some(part), false, ws, out);
    }

    fn evaluate(
        &self,
        x: &[f64],
        drive: Drive<'_>,
        part: Option<&Part>,
        with_energy: bool,
        ws: &mut Workspace,
        out: &mut [f64],
    ) {
        self.activation(x, ws.width, &mut ws.g);
        self.currents(part, with_energy, ws);
        self.move_along(x, drive, ws, out);
    }

    /// The velocity that belongs to the currents in `ws`.
    pub(super) fn move_along(&self, x: &[f64], drive: Drive<'_>, ws: &Workspace, out: &mut [f64]) {
        let parameters = [&self.rate[..], &self.leak, &self.weight];
        relax(ws.width, [x, drive.input, &ws.current], parameters, out);
        for k in drive.clamped {
            out[*k] = 0.0;
        }
    }

    /// What the synapses, or those of a part, add to the fields of the neurons at these states, `(1/d) Σ_s currents`; with
    /// `with_energy` their energies too.
    pub(crate) fn pull(
        &self,
        x: &[f64],
        part: Option<&Part>,
        with_energy: bool,
        ws: &mut Workspace,
        out: &mut [f64],
    ) {
        self.activation(x, ws.width, &mut ws.g);
        self.currents(part, with_energy, ws);
        let rows = out
            .chunks_exact_mut(ws.width)
            .zip(ws.current.chunks_exact(ws.width));
        for ((out, current), d) in rows.zip(&self.weight) {
            out.iter_mut()
                .zip(current)
                .for_each(|(out, c)| *out = c / d);
        }
    }

    /// What the synapses make of the activations in `ws`.
    pub(super) fn currents(&self, part: Option<&Part>, with_energy: bool, ws: &mut Workspace) {
        let width = ws.width;
        ws.current.fill(0.0);
        for (k, c) in self.connections.iter().enumerate() {
            let wanted = part.map_or(&[][..], |p| &p.ports[k]);
            if !wanted.is_empty() && !wanted.contains(&true) {
                continue;
            }
            let ports = Ports::new(&c.neurons, width).only(wanted).first(&c.first);
            let term = self.layers.len() + k;
            let row = term * width..(term + 1) * width;
            let energy = with_energy.then(|| TermRows {
                value: &mut ws.terms[row.clone()],
                magnitude: &mut ws.magnitudes[row],
            });
            c.synapse
                .evaluate(&ports, &ws.g, &mut ws.current, energy, &mut ws.scratch[k]);
        }
    }

    /// Largest residual by column: `max_i |τ_i ẋ_i| / (atol + rtol |x_i|)` with tolerances of the column's own, a state
    /// being at rest below 1. A neuron without leak never comes to rest; there the residual is that of its activation,
    /// `H τẋ`, for which the Hessians are evaluated at `x` (only then).
    pub(crate) fn rest_residual(
        &self,
        x: &[f64],
        velocity: &[f64],
        [atol, rtol]: [&[f64]; 2],
        ws: &mut Workspace,
        out: &mut [f64],
    ) {
        let width = ws.width;
        let mut product = std::mem::take(&mut ws.product);
        let moves = if self.leak.contains(&0.0) {
            self.hessian(x, ws);
            self.apply_hessian(velocity, ws, &mut product);
            for (i, row) in product.chunks_exact_mut(width).enumerate() {
                if self.leak[i] != 0.0 {
                    row.copy_from_slice(&velocity[i * width..(i + 1) * width]);
                }
            }
            &product
        } else {
            velocity
        };
        let (rate, leak) = (&self.rate[..], &self.leak[..]);
        let (atol, rtol) = (&atol[..width], &rtol[..width]);
        max_rows_by([moves, x], width, out, move |i, b, [v, x]| {
            // Without leak |x| grows without bound and says nothing about the activation.
            let size = if leak[i] == 0.0 { 0.0 } else { x.abs() };
            v.abs() / (rate[i] * (atol[b] + rtol[b] * size))
        });
        ws.product = product;
    }
}
