//! A network at a point: what follows from the states of a block and from what acts on them.
//!
//! What must be known first is in the types. [`Network::at`] evaluates the activations; [`At::hessian`] evaluates the
//! Hessians and gives an [`AtHessian`], which has all that needs them. No method asks for another to be called first.

use super::{Drive, Network, Workspace};

/// The states of a block with their activations; see [`Network::at`].
#[derive(Debug)]
pub struct At<'a> {
    pub(super) network: &'a Network,
    pub(super) x: &'a [f64],
    pub(super) drive: Drive<'a>,
    pub(super) ws: &'a mut Workspace,
}

/// The same with the Hessians of the Lagrangians; see [`At::hessian`].
#[derive(Debug)]
pub struct AtHessian<'a> {
    pub(super) at: At<'a>,
}

/// The energy at a point, and the velocity, which is found in the same pass over the weights.
#[derive(Clone, Copy, Debug)]
pub struct EnergyAt<'a> {
    /// `E = Σ_A d_A (k_A L*_A(g_A) − I_A·g_A) + Σ_s E_s(g)`, by column.
    pub total: &'a [f64],
    /// `Σ |summands|` of the energy, by column: its rounding is measured by this.
    pub magnitude: &'a [f64],
    /// Its terms, `terms × width`, in the order of [`Network::term_names`].
    pub terms: &'a [f64],
    /// The velocity `ẋ`, `neurons × width`.
    pub velocity: &'a [f64],
}

impl Network {
    /// The network at the states `x` of a block, `neurons × width`. Results lie in the workspace; after its first use
    /// nothing is allocated.
    ///
    /// ```
    /// use attractor::kernels::Weights;
    /// use attractor::lagrangian::Tanh;
    /// use attractor::network::{Drive, Layer, Workspace, theories};
    ///
    /// let inhibition = Weights::new(2, 2, vec![0.0, -1.0, -1.0, 0.0])?;
    /// let network = theories::classical(Layer::new("neurons", &[2], Tanh { beta: 1.0 })?, inhibition)?;
    /// let mut ws = Workspace::new(&network, 1);
    ///
    /// let mut at = network.at(&[1.0, 0.5], Drive::own(&network), &mut ws);
    /// let velocity = at.velocity().to_vec();
    /// assert_eq!(velocity[0], -1.0 - 0.5_f64.tanh());
    /// assert!(at.hessian().energy_rate(&velocity)[0] < 0.0);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn at<'a>(&'a self, x: &'a [f64], drive: Drive<'a>, ws: &'a mut Workspace) -> At<'a> {
        self.activation(x, ws.width, &mut ws.g);
        At {
            network: self,
            x,
            drive,
            ws,
        }
    }
}

impl<'a> At<'a> {
    /// The activations `g = ∂L/∂x`.
    pub fn activation(&self) -> &[f64] {
        &self.ws.g
    }

    /// The velocity `ẋ = (I − k x + (1/d) Σ_s currents)/τ`; zero where clamped.
    pub fn velocity(&mut self) -> &[f64] {
        self.find_velocity(false);
        &self.ws.velocity
    }

    /// The energy, and the velocity.
    pub fn energy(&mut self) -> EnergyAt<'_> {
        self.find_velocity(true);
        self.network.energy(self.x, self.drive, self.ws);
        self.found()
    }

    /// The energy, and the slope `−Σ_A ẋ_Aᵀ D_A T_A H_A v_A` that the formula says it has along `v`, by column.
    pub fn energy_along(&mut self, v: &[f64]) -> (EnergyAt<'_>, &[f64]) {
        self.find_velocity(true);
        self.network.energy_and_hessian(self.x, self.drive, self.ws);
        let velocity = std::mem::take(&mut self.ws.velocity);
        self.by_column(|network, _, ws, [out, _]| {
            network.energy_rate_along(&velocity, v, ws, out);
        });
        self.ws.velocity = velocity;
        (self.found(), &self.ws.columns[0])
    }

    /// What the workspace holds of an energy.
    fn found(&self) -> EnergyAt<'_> {
        EnergyAt {
            total: &self.ws.energy,
            magnitude: &self.ws.magnitude,
            terms: &self.ws.terms,
            velocity: &self.ws.velocity,
        }
    }

    fn find_velocity(&mut self, with_energy: bool) {
        let At {
            network,
            x,
            drive,
            ws,
        } = self;
        let mut velocity = std::mem::take(&mut ws.velocity);
        velocity.resize(x.len(), 0.0);
        network.currents(None, with_energy, ws);
        network.move_along(x, *drive, ws, &mut velocity);
        ws.velocity = velocity;
    }

    /// The part of dE/dt that an input has which changes at this `rate`, `−Σ_A d_A İ_A·g_A`, by column.
    pub fn input_power(&mut self, rate: &[f64]) -> &[f64] {
        self.by_column(|network, _, ws, outs| network.input_power(rate, ws, outs))[0]
    }

    /// The largest `|τẋ| / (atol + rtol |x|)` of all neurons, by column: a state is at rest below 1. A neuron without
    /// leak is at rest where its activation is.
    pub fn rest_residual(&mut self, velocity: &[f64], tolerances: [&[f64]; 2]) -> &[f64] {
        self.by_column(|network, x, ws, [out, _]| {
            network.rest_residual(x, velocity, tolerances, ws, out);
        })[0]
    }

    /// Evaluates the Hessians `H = ∂²L/∂x∂x`.
    pub fn hessian(self) -> AtHessian<'a> {
        self.network.hessian(self.x, self.ws);
        AtHessian { at: self }
    }

    /// Two results for each column.
    fn by_column(
        &mut self,
        find: impl FnOnce(&Network, &[f64], &mut Workspace, [&mut [f64]; 2]),
    ) -> [&[f64]; 2] {
        let mut outs = std::mem::take(&mut self.ws.columns);
        outs.iter_mut().for_each(|o| o.resize(self.ws.width, 0.0));
        let [a, b] = &mut outs;
        find(self.network, self.x, self.ws, [a, b]);
        self.ws.columns = outs;
        self.ws.columns.each_ref().map(Vec::as_slice)
    }
}

impl AtHessian<'_> {
    /// `out = H v`.
    pub fn apply(&mut self, v: &[f64], out: &mut [f64]) {
        self.at.network.apply_hessian(v, self.at.ws, out);
    }

    /// The weights of the Hessians, one for each neuron.
    pub fn weights(&self) -> Vec<f64> {
        let all = self.at.ws.hessians.iter().flat_map(|h| h.weights());
        all.copied().collect()
    }

    /// `out = C v` with the curvature `C = ∂f/∂g` of all synapses, f being their currents. C is symmetric where they have an energy:
    /// then this is the derivative of `v·f` by g as well.
    pub fn curvature(&mut self, v: &[f64], out: &mut [f64]) {
        self.at.network.curvature_along(v, self.at.ws);
        out.copy_from_slice(&self.at.ws.current);
    }

    /// `out = J v`, `J = ∂ẋ/∂x = T⁻¹(−k − D⁻¹ (∂²E_s/∂g∂g) H)`. Clamped neurons neither move nor act.
    pub fn jacobian_action(&mut self, v: &[f64], out: &mut [f64]) {
        let At {
            network, drive, ws, ..
        } = &mut self.at;
        network.jacobian_action(v, drive.clamped, ws, out);
    }

    /// About the largest size of an eigenvalue of the Jacobian, by so many steps of the power method; not finite where the
    /// Jacobian is not. For one trajectory; `direction` and `next` are overwritten.
    pub fn fastest_rate(&mut self, powers: u64, direction: &mut [f64], next: &mut [f64]) -> f64 {
        let norm = |v: &[f64]| v.iter().map(|v| v * v).sum::<f64>().sqrt();
        for (i, d) in direction.iter_mut().enumerate() {
            // Not in the way of any symmetry.
            *d = 1.0 + 0.5 * (i as f64 * 0.7).sin();
        }
        let mut rate = 0.0;
        for _ in 0..powers {
            let size = norm(direction);
            if !size.is_finite() || size == 0.0 {
                break;
            }
            direction.iter_mut().for_each(|d| *d /= size);
            self.jacobian_action(direction, next);
            rate = norm(next);
            direction.copy_from_slice(next);
        }
        rate
    }

    /// `dE/dt = −Σ_A ẋ_Aᵀ D_A T_A H_A ẋ_A`, by column, where the states move with this velocity.
    pub fn energy_rate(&mut self, velocity: &[f64]) -> &[f64] {
        self.at.by_column(|network, _, ws, [out, _]| {
            network.energy_rate(velocity, ws, out);
        })[0]
    }

    /// `Σ_i |(D T H ẋ)_i ẋ_i|`, by column: the size of the summands of dE/dt.
    pub fn rate_magnitude(&mut self, velocity: &[f64]) -> &[f64] {
        self.at.by_column(|network, _, ws, [out, _]| {
            network.rate_magnitude(velocity, ws, out);
        })[0]
    }

    /// How far an error δ of the states may lift the energy, and how far their rounding may, by column:
    /// `Σ_i |(D T H ẋ)_i| |δ_i| + ½ Σ_i d_i |δ_i| |(H δ)_i|`, and the first sum for `δ_i = 4 ε |x_i|`.
    pub fn energy_of_error(&mut self, velocity: &[f64], error: &[f64]) -> [&[f64]; 2] {
        self.at.by_column(|network, x, ws, outs| {
            network.energy_of_error(x, velocity, error, ws, outs);
        })
    }
}
