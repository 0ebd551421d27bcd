//! What is kept of a trajectory.

use super::seen::{EnergyChange, State};

/// What was kept of a trajectory: times, states (time × neuron) and energies.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Trajectory {
    /// Number of neurons.
    pub neurons: usize,
    /// Times.
    pub t: Vec<f64>,
    /// States, one row of `neurons` numbers for each time.
    pub x: Vec<f64>,
    /// Velocities, likewise. Of units that flip, which have none: what they want to become, less what they are; after a sweep with
    /// flips 1 where there was one. Only whether all are 0 has a meaning.
    pub velocity: Vec<f64>,
    /// Energies; empty if the network has none.
    pub energy: Vec<f64>,
    /// dE/dt by formula; empty if the network has no energy.
    pub energy_rate: Vec<f64>,
    /// Change of the energy over the step since the time before (the work of a changing input left out); over the one that
    /// came nearest to its allowance, if there were several, and 0 if none ended. Empty if the network has no energy.
    pub energy_change: Vec<f64>,
    /// By how much the energy might have risen over that step by rounding; 0 if there is no such step.
    pub energy_rounding: Vec<f64>,
    /// By how much it might have risen over that step by the method's own error.
    pub energy_error: Vec<f64>,
    /// Slope of the energy along the velocity, measured; empty unless the formula for dE/dt does not hold.
    pub energy_slope: Vec<f64>,
    /// What a changing input adds to dE/dt just before and just after each time, `−Σ_A d_A İ_A·g_A`; empty if it does not change
    /// but by switches.
    pub input_power: Vec<[f64; 2]>,
    /// Terms of the energy, one row for each time; empty if the network has none.
    pub terms: Vec<f64>,
}

impl Trajectory {
    /// An empty one for states of `neurons` numbers.
    pub fn new(neurons: usize) -> Self {
        Trajectory {
            neurons,
            ..Trajectory::default()
        }
    }

    /// Appends a state; `change` is that of the energy since the state before.
    pub fn push(&mut self, state: &State<'_>, change: EnergyChange) {
        self.t.push(state.t);
        self.x.extend(state.x.iter());
        self.velocity.extend(state.velocity.iter());
        if let Some(e) = state.energy {
            self.energy.push(e.total);
            self.energy_rate.push(e.rate);
            self.energy_change.push(change.change);
            self.energy_rounding.push(change.rounding);
            self.energy_error.push(change.error);
            self.terms.extend(e.terms.iter());
        }
    }

    /// What the energy did in the step that row `k` tells of.
    pub fn change(&self, k: usize) -> EnergyChange {
        let at = |list: &[f64]| list.get(k).copied().unwrap_or_default();
        EnergyChange {
            change: at(&self.energy_change),
            work: [0.0; 3],
            rounding: at(&self.energy_rounding),
            error: at(&self.energy_error),
        }
    }

    /// By how much the energy might have risen over the step of each row, all told.
    pub fn energy_allowance(&self) -> Vec<f64> {
        let rows = 0..self.energy_change.len();
        rows.map(|k| self.change(k).allowance()).collect()
    }

    /// Adds a step to those that the last state tells of.
    pub fn amend(&mut self, step: EnergyChange) {
        let Some(last) = self.energy_change.len().checked_sub(1) else {
            return;
        };
        let worse = self.change(last).worse(step);
        self.energy_change[last] = worse.change;
        self.energy_rounding[last] = worse.rounding;
        self.energy_error[last] = worse.error;
    }

    /// Takes the last state away and returns what the energy did before it.
    pub fn pop(&mut self) -> EnergyChange {
        let (before, after) = (self.t.len().saturating_sub(1), self.t.len().max(1));
        self.t.truncate(before);
        let rows = [&mut self.x, &mut self.velocity, &mut self.terms];
        for list in rows {
            list.truncate(list.len() / after * before);
        }
        let change = self.change(before);
        let columns = [
            &mut self.energy,
            &mut self.energy_rate,
            &mut self.energy_change,
            &mut self.energy_rounding,
            &mut self.energy_error,
        ];
        for column in columns {
            column.truncate(before);
        }
        change
    }

    /// Number of states.
    pub fn len(&self) -> usize {
        self.t.len()
    }

    /// Is there none?
    pub fn is_empty(&self) -> bool {
        self.t.is_empty()
    }

    /// Bytes that it takes.
    pub fn bytes(&self) -> u64 {
        let numbers = self.t.len() + self.x.len() + self.velocity.len() + self.terms.len();
        8 * (numbers + 5 * self.energy.len()) as u64
    }

    /// The state at row `k`.
    pub fn state(&self, k: usize) -> &[f64] {
        &self.x[k * self.neurons..(k + 1) * self.neurons]
    }

    /// The velocity at row `k`.
    pub fn velocity(&self, k: usize) -> &[f64] {
        &self.velocity[k * self.neurons..(k + 1) * self.neurons]
    }
}
