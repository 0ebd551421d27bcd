//! What the Lyapunov monitor is asked for, and what it has seen.

use crate::trajectory::{EnergyChange, Violation};

/// What the monitor does about a violation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// It does not look.
    Off,
    /// It counts.
    Record,
    /// It counts, and the end of the run says so.
    Warn,
    /// It sends the step back to be taken shorter, and ends what no shorter step mends; [`Mode::Stop`] where none is taken back.
    Reject,
    /// It ends the trajectory.
    Stop,
}

impl Mode {
    /// The words of model files and of the command line.
    pub const WORDS: [(&'static str, Mode); 5] = [
        ("off", Mode::Off),
        ("record", Mode::Record),
        ("warn", Mode::Warn),
        ("reject", Mode::Reject),
        ("stop", Mode::Stop),
    ];

    /// Its word.
    pub fn word(self) -> &'static str {
        Mode::WORDS
            .iter()
            .find(|(_, m)| *m == self)
            .map_or("", |(w, _)| w)
    }

    /// Must the network lie within the theory?
    pub fn demands_certificate(self) -> bool {
        !matches!(self, Mode::Off | Mode::Record)
    }
}

/// What the monitor saw.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LyapunovReport {
    /// Steps on which descent was checked.
    pub steps: u64,
    /// Steps that rose beyond the allowance and were taken.
    pub rises: u64,
    /// Steps sent back because the energy rose.
    pub sent_back: u64,
    /// Steps that rose and were taken though nothing can be said of them: the method's own error explains the rise, but it
    /// explains more than [`PART`] of what the energy has fallen.
    pub not_judged: u64,
    /// Largest rise of the energy in one step that was taken (0 if it never rose).
    pub largest_rise: f64,
    /// Largest rise as a multiple of its allowance.
    pub largest_excess: f64,
    /// Sum of all changes of the energy in steps that fell, as a positive number.
    pub fallen: f64,
    /// Sum of all rises of the energy in a step that are larger than the rounding of the energy itself.
    pub risen: f64,
    /// Points at which the identity was checked and judged.
    pub identities: u64,
    /// Points at which rounding, a kink or a steep activation hid too much of the slope for it to be judged.
    pub identities_not_judged: u64,
    /// Points at which it failed.
    pub identity_failures: u64,
    /// Largest disagreement as a multiple of its tolerance.
    pub largest_disagreement: f64,
    /// The energy at the start and where it was seen last; none where it was never seen.
    pub energy: Option<[f64; 2]>,
    /// Largest rounding of an energy that was seen.
    pub rounding: f64,
    /// What a changing input did to the energy, by switches and between them: work done from outside, not a violation.
    pub input_work: f64,
    /// How far that may be off, by the method's estimates, and by rounding.
    pub input_error: f64,
    /// The second.
    pub input_rounding: f64,
    /// Steps in which the energy was free to rise.
    pub free: u64,
    /// The first violation, if any.
    pub violation: Option<Violation>,
}

/// What the energy did on the whole way of a trajectory, the work of a changing input left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Course {
    /// It fell, and its rises add up to at most [`PART`] of its falls.
    Fell,
    /// It ended where it began, within rounding.
    Stayed,
    /// It ended no higher than it began, but its rises add up to more than [`PART`] of its falls.
    Climbed,
    /// It ended higher than it began.
    Rose,
    /// It was free to rise, at a temperature or where all units flip at once, and nothing follows from what it did.
    Free,
    /// It was not seen, is not finite, or the work of a changing input is not known well enough to tell.
    Unknown,
}

impl Course {
    /// Their names in manifests and tables, in the order of their codes.
    pub const WORDS: [&'static str; 6] = ["fell", "stayed", "climbed", "rose", "unknown", "free"];

    /// Its position in [`Course::WORDS`].
    pub fn code(self) -> usize {
        match self {
            Course::Fell => 0,
            Course::Stayed => 1,
            Course::Climbed => 2,
            Course::Rose => 3,
            Course::Unknown => 4,
            Course::Free => 5,
        }
    }

    /// Its name in manifests.
    pub fn word(self) -> &'static str {
        Course::WORDS[self.code()]
    }
}

impl LyapunovReport {
    /// What the energy did from the start to where it was seen last.
    pub fn course(&self) -> Course {
        let Some([first, last]) = self.energy else {
            return Course::Unknown;
        };
        let net = last - first - self.input_work;
        let rounding = self.rounding + self.input_rounding;
        // To say that it rose is an accusation, and an estimate is no bound.
        let sure = if net > 0.0 { EnergyChange::SURE } else { 1.0 };
        let is_hidden = self.input_error > rounding && net.abs() <= sure * self.input_error;
        if !net.is_finite() || is_hidden {
            Course::Unknown
        } else if self.free > 0 {
            Course::Free
        } else if net > rounding {
            Course::Rose
        } else if net >= -rounding && self.largest_rise <= rounding {
            Course::Stayed
        } else if self.risen > PART * self.fallen {
            Course::Climbed
        } else if net < -rounding {
            Course::Fell
        } else {
            Course::Stayed
        }
    }
}

/// The part of what the energy has fallen that its rises may add up to, and that the allowance for the method's own error
/// may be: a larger allowance would acquit anything.
pub const PART: f64 = 0.01;
