//! What is seen of a run: views of a state and a step for monitors, and plain data that is kept.

use std::fmt;

use crate::number::{number, rough};

/// One trajectory's part of a block.
#[derive(Clone, Copy, Debug)]
pub struct Column<'a> {
    block: &'a [f64],
    width: usize,
    column: usize,
}

impl<'a> Column<'a> {
    /// One of the columns of a block of `width`.
    pub fn new(block: &'a [f64], width: usize, column: usize) -> Self {
        Column {
            block,
            width,
            column,
        }
    }

    /// Its entries, one for each row of the block.
    pub fn iter(&self) -> impl Iterator<Item = f64> + use<'a> {
        self.block
            .iter()
            .skip(self.column)
            .step_by(self.width)
            .copied()
    }

    /// The entry of row `i`.
    pub fn get(&self, i: usize) -> f64 {
        self.block[i * self.width + self.column]
    }
}

/// What became of one comparison of a formula with a measurement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Agreement {
    /// They agree within the tolerance, and the tolerance is small enough for that to mean something.
    Agrees,
    /// They differ by more than the tolerance, and by as much over a shorter stretch.
    Differs,
    /// Rounding, a kink or a steep activation hides more than a stated part of the slope: nothing is known.
    NotJudged,
}

/// The slope of the energy along the velocity, measured and by formula.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Slope {
    /// Central difference of E along ẋ.
    pub measured: f64,
    /// The mean of `−(DTẋ)ᵀ H v` over the stretch of that difference, by Simpson's rule; `v` is the velocity in its middle.
    pub formula: f64,
    /// How far the two may differ: 1e-6 of the formula's summands, the rounding of the difference, and what Simpson's rule
    /// may be off by.
    pub tolerance: f64,
    /// What follows.
    pub agreement: Agreement,
}

impl Slope {
    /// Where there is nothing to measure.
    pub const NONE: Slope = Slope {
        measured: 0.0,
        formula: 0.0,
        tolerance: 0.0,
        agreement: Agreement::NotJudged,
    };
}

/// The energy at a state.
#[derive(Clone, Copy, Debug)]
pub struct EnergyView<'a> {
    /// E.
    pub total: f64,
    /// `Σ |summands|` of E.
    pub magnitude: f64,
    /// dE/dt by formula.
    pub rate: f64,
    /// Terms in the order of `Network::term_names`.
    pub terms: Column<'a>,
}

/// A state on a trajectory.
#[derive(Clone, Copy, Debug)]
pub struct State<'a> {
    /// Time.
    pub t: f64,
    /// State of every neuron.
    pub x: Column<'a>,
    /// Its velocity.
    pub velocity: Column<'a>,
    /// The energy, where a monitor needs it and the network has one.
    pub energy: Option<EnergyView<'a>>,
    /// The slope of E, where it was measured.
    pub slope: Option<Slope>,
    /// `max |τ ẋ| / (atol + rtol |x|)`, where a monitor needs it: at rest below 1.
    pub residual: Option<f64>,
}

/// A step that was tried.
#[derive(Clone, Copy, Debug)]
pub struct Step<'a> {
    /// Accepted steps before this one.
    pub number: u64,
    /// Its length.
    pub h: f64,
    /// Where it ends.
    pub end: State<'a>,
    /// What the energy did in it, where a monitor needs that and the network has an energy.
    pub energy: Option<EnergyChange>,
}

/// What the energy did over a step, beside what it might have done; all 0 where there is no step.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct EnergyChange {
    /// E at the end of the step less E at its start, and less the `work` of a changing input.
    pub change: f64,
    /// What a changing input did to E meanwhile, `−Σ_A d_A ∫ İ_A·g_A dt`; the estimate of the error of that, which is a
    /// part of `error`, and its rounding, which is one of `rounding`.
    pub work: [f64; 3],
    /// The largest rise that rounding explains.
    pub rounding: f64,
    /// The effect of the method's estimate of its own error; 0 for a method without one.
    pub error: f64,
}

impl EnergyChange {
    /// What a method's error may be beside its estimate. An embedded pair estimates the error of its lower order, which is no
    /// bound: at a relative tolerance of 1e-3 one step in three errs by more.
    pub const SURE: f64 = 64.0;

    /// The largest rise that is explained.
    pub fn allowance(self) -> f64 {
        self.rounding + EnergyChange::SURE * self.error
    }

    /// Of two steps, the one that came nearer to its allowance or went further beyond it.
    pub fn worse(self, other: EnergyChange) -> EnergyChange {
        let none = EnergyChange::default();
        let beyond = |c: EnergyChange| c.change - c.allowance();
        if self == none || (other != none && beyond(other) > beyond(self)) {
            other
        } else {
            self
        }
    }
}

/// Which of the two checks of the Lyapunov monitor; the certificate is examined before the run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Check {
    /// The formula for dE/dt against the slope of E.
    Identity,
    /// E at the end of a step against E at its start.
    Descent,
}

impl Check {
    /// The number that stands for it in tables; 0 is no violation.
    pub fn code(self) -> usize {
        match self {
            Check::Descent => 1,
            Check::Identity => 2,
        }
    }

    /// The check of a code.
    pub fn of_code(code: usize) -> Option<Check> {
        [Check::Descent, Check::Identity]
            .into_iter()
            .find(|c| c.code() == code)
    }
}

impl fmt::Display for Check {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Check::Identity => "identity",
            Check::Descent => "descent",
        })
    }
}

/// The energy did what it must not do.
#[derive(Clone, Debug, PartialEq)]
pub struct Violation {
    /// Which check failed.
    pub check: Check,
    /// When.
    pub t: f64,
    /// What was found.
    pub found: f64,
    /// What was allowed.
    pub allowed: f64,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Violation {
            check,
            t,
            found,
            allowed,
        } = self;
        match check {
            Check::Descent => write!(
                f,
                "descent: at t = {} the energy rose by {} in one step, the allowance is {}",
                number(*t),
                number(*found),
                rough(*allowed)
            ),
            Check::Identity => write!(
                f,
                "identity: at t = {} the slope of the energy differs from -x'DTHx' by {}, the allowance is {}; the currents are not the gradient of the energy",
                number(*t),
                number(*found),
                rough(*allowed)
            ),
        }
    }
}

/// Why a trajectory ended.
#[derive(Clone, Debug, PartialEq)]
pub enum StopReason {
    /// It reached the end of its time.
    TimeReached,
    /// It came to rest.
    Rest,
    /// It was to come to rest and did not before the end of its time.
    NotAtRest,
    /// The energy rose, or the identity failed.
    Violation(Violation),
    /// A number that is not finite.
    NonFinite {
        /// Neuron, counted over all layers.
        neuron: usize,
    },
    /// The largest number of steps was taken.
    StepLimit,
    /// The tolerance would need steps below rounding.
    StepTooSmall,
    /// The states to be kept filled the room they were given.
    OutputFull,
    /// It was asked to stop.
    Interrupted,
}

impl StopReason {
    /// Their names in manifests and tables, in the order of their codes.
    pub const WORDS: [&'static str; 9] = [
        "time-reached",
        "rest",
        "not-at-rest",
        "violation",
        "non-finite",
        "step-limit",
        "step-too-small",
        "output-full",
        "interrupted",
    ];

    /// The codes below this are of trajectories that ended as they were meant to.
    pub const FIRST_FAILURE: usize = 2;

    /// Its position in [`StopReason::WORDS`], which stands for it in tables of numbers.
    pub fn code(&self) -> usize {
        match self {
            StopReason::TimeReached => 0,
            StopReason::Rest => 1,
            StopReason::NotAtRest => 2,
            StopReason::Violation(_) => 3,
            StopReason::NonFinite { .. } => 4,
            StopReason::StepLimit => 5,
            StopReason::StepTooSmall => 6,
            StopReason::OutputFull => 7,
            StopReason::Interrupted => 8,
        }
    }

    /// Its name in manifests and tables.
    pub fn word(&self) -> &'static str {
        StopReason::WORDS[self.code()]
    }

    /// Did the trajectory end as it was meant to?
    pub fn is_success(&self) -> bool {
        self.code() < StopReason::FIRST_FAILURE
    }
}

/// What was kept of a trajectory: times, states (time × neuron) and energies.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Trajectory {
    /// Number of neurons.
    pub neurons: usize,
    /// Times.
    pub t: Vec<f64>,
    /// States, one row of `neurons` numbers for each time.
    pub x: Vec<f64>,
    /// Velocities, likewise.
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
