//! States and steps as monitors see them.

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
    /// What the energy did in it, where a monitor needs that and the network has an energy; none where it need not fall.
    pub energy: Option<EnergyChange>,
    /// What the energy did in it beside what its flips add up to, where units flip.
    pub flips: Option<Slope>,
    /// May the energy rise in it? At a temperature, and where all units flip at once.
    pub is_free: bool,
}

/// What the energy did over a step, beside what it might have done; all 0 where there is no step.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct EnergyChange {
    /// E at the end of the step less E at its start, and less the `work` of a changing input. Where units flip it is the largest
    /// rise of one flip, if there was any; where they all flip at once, the change of the function that falls in E's place.
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
