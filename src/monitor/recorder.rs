//! The recorder keeps a trajectory: at every step, at asked times, at even intervals, or its ends only.

use super::{Flow, Monitor, Needs};
use crate::trajectory::{EnergyChange, State, Step, StopReason, Trajectory};

/// Which states are kept; the start and the end with them, unless times are asked for one by one.
#[derive(Clone, Debug, PartialEq)]
pub enum Save {
    /// The start and the end.
    Final,
    /// Every accepted step.
    Steps,
    /// Every so much time.
    Every(f64),
    /// These times, rising.
    At(Vec<f64>),
}

/// Keeps states as they go by.
///
/// ```
/// use attractor::kernels::Weights;
/// use attractor::lagrangian::Tanh;
/// use attractor::monitor::{Recorder, Save};
/// use attractor::network::{Layer, theories};
/// use attractor::dynamics::{Settings, Start, integrate};
/// use attractor::stimulus::Stimulus;
///
/// let network = theories::classical(
///     Layer::new("n", &[1], Tanh { beta: 1.0 })?,
///     Weights::new(1, 1, vec![2.0])?,
/// )?;
/// let mut recorder = Recorder::new(network.size(), Save::At(vec![0.0, 0.5, 1.0]), true);
/// let settings = Settings { t_end: 1.0, ..Settings::default() };
/// integrate(&network, &settings, &Stimulus::constant(&network), Start::at(vec![0.1]), &mut recorder)?;
/// let kept = recorder.into_trajectory();
/// assert_eq!(kept.t, [0.0, 0.5, 1.0]);
/// assert!(kept.energy[2] < kept.energy[0]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Recorder {
    save: Save,
    energy: bool,
    t_start: f64,
    taken: usize,
    trajectory: Trajectory,
    /// What the energy did in the steps since the last state that was kept.
    change: EnergyChange,
    limit: u64,
}

impl Recorder {
    /// Keeps states of `neurons` numbers; with `energy` also the energy, its terms, and its rises beside what was allowed.
    pub fn new(neurons: usize, save: Save, energy: bool) -> Self {
        Recorder {
            save,
            energy,
            t_start: 0.0,
            taken: 0,
            trajectory: Trajectory::new(neurons),
            change: EnergyChange::default(),
            limit: u64::MAX,
        }
    }

    /// Keeps so many bytes, and at most two states more: one for which there was no room, and where that step ends the trajectory.
    pub fn limit(mut self, bytes: u64) -> Self {
        self.limit = bytes;
        self
    }

    /// Samples bring an energy whether or not steps do: all rows have one, or none.
    fn keep(&mut self, state: &State<'_>) {
        let energy = state.energy.filter(|_| self.energy);
        let change = std::mem::take(&mut self.change);
        self.trajectory.push(&State { energy, ..*state }, change);
    }

    fn is_full(&self) -> bool {
        self.trajectory.bytes() > self.limit
    }

    /// What was kept.
    pub fn into_trajectory(self) -> Trajectory {
        self.trajectory
    }
}

impl Monitor for Recorder {
    fn needs(&self) -> Needs {
        Needs {
            // Whatever is kept: with it goes how far the energy rose in every step.
            energy: self.energy,
            ..Needs::default()
        }
    }

    fn start(&mut self, state: &State<'_>) -> Flow {
        self.t_start = state.t;
        // Of asked times, those at or before the start show the start.
        self.taken = match &self.save {
            Save::At(times) => times.partition_point(|t| *t <= state.t),
            _ => 1,
        };
        if self.taken > 0 {
            self.keep(state);
        }
        Flow::Continue
    }

    fn observe(&mut self, step: &Step<'_>) -> Flow {
        self.change = self.change.worse(step.energy.unwrap_or_default());
        if self.save == Save::Steps {
            self.keep(&step.end);
        }
        if self.is_full() {
            return Flow::Stop(StopReason::OutputFull);
        }
        Flow::Continue
    }

    fn switched(&mut self, state: &State<'_>) {
        // The energy jumps: both its values belong to this time.
        if self.save == Save::Steps {
            self.keep(state);
        }
    }

    fn end(&mut self, state: &State<'_>) {
        // A multiple of the interval may fall short of the end by roundings: 49 · (1/49) < 1. That is the end itself.
        let same = match self.save {
            Save::Every(dt) => 1e-9 * dt,
            _ => 0.0,
        };
        let last = self.trajectory.t.last().copied();
        // The start is no such sample, however short the run is beside the interval.
        if self.taken > 1 && last.is_some_and(|t| t != state.t && (t - state.t).abs() <= same) {
            self.change = self.change.worse(self.trajectory.pop());
        }
        if self.trajectory.t.last() == Some(&state.t) {
            // A state inside or at the end of a step is shown before the step itself.
            self.trajectory.amend(std::mem::take(&mut self.change));
        } else if !matches!(self.save, Save::At(_)) {
            self.keep(state);
        }
    }

    fn next_sample(&self) -> f64 {
        // A step may have any number of states inside.
        if self.is_full() {
            return f64::INFINITY;
        }
        match &self.save {
            Save::Final | Save::Steps => f64::INFINITY,
            Save::Every(dt) => self.t_start + self.taken as f64 * dt,
            Save::At(times) => times.get(self.taken).copied().unwrap_or(f64::INFINITY),
        }
    }

    fn sample(&mut self, state: &State<'_>) {
        self.keep(state);
        self.taken += 1;
    }
}
