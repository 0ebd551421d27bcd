//! What an entry of the list of methods is: all that the time loop must know of it.

use super::error::MethodError;
use super::settings::Settings;
use super::stepper::Stepper;
use super::tableau::Tableau;
use crate::network::Network;
use crate::refusal::Refusal;
use crate::stimulus::Stimulus;

/// Makes the stepper of a block of so many columns.
pub type Make = fn(&Network, &Settings, usize) -> Box<dyn Stepper>;

/// Most bytes that the matrices of methods may take, those of all trajectories at work together.
pub(super) const MOST_BYTES: u64 = 1 << 30;

/// One entry of the list.
#[derive(Debug)]
pub struct Method {
    /// Its name in model files.
    pub name: &'static str,
    /// What it is and where it comes from.
    pub about: &'static str,
    /// Order of the solution.
    pub order: u32,
    /// Order of the embedded solution: the estimate of the error shrinks with one power more. None for a fixed step.
    pub error_order: Option<u32>,
    /// How far its region of stability reaches along the negative real axis: the eigenvalues of an energy network are
    /// real.
    pub stability: f64,
    /// Can a monitor send a step back, to be tried again at a shorter length?
    pub takes_back: bool,
    /// How many matrices of a linear system it holds for a trajectory.
    pub matrices: u64,
    /// Columns of the widest block that it takes.
    pub columns: usize,
    /// Does it keep to the tolerance by itself, in steps of its own? What is asked of it are intervals.
    pub controls_itself: bool,
    /// What makes it wrong where the input changes between its switches, if anything.
    pub wrong_between_switches: Option<&'static str>,
    /// What it chooses from, if it does; it starts with the first.
    pub choices: &'static [&'static Method],
    /// Its coefficients, if it is an explicit Runge–Kutta method.
    pub tableau: Option<&'static Tableau>,
    /// Do units flip in its steps, of which one of length 1 is a sweep? Then nothing has a velocity, and a state that no unit wants
    /// to leave is at rest at once.
    pub flips: bool,
    /// Do all units flip at once?
    pub at_once: bool,
    /// Does it take a temperature, as one that flips units at random or one for networks under noise?
    pub is_warm: bool,
    /// Why it is not one for a network under these settings, if it is not.
    pub suits: fn(&Network, &Settings) -> Result<(), Refusal>,
    /// Makes what takes its steps.
    pub make: Make,
}

impl Method {
    /// The methods that it goes through: its choices, or itself.
    pub fn each(&'static self) -> impl Iterator<Item = &'static Method> {
        let own = self.choices.is_empty().then_some(self);
        own.into_iter().chain(self.choices.iter().copied())
    }

    /// The method that the first step is taken with.
    pub fn first(&'static self) -> &'static Method {
        self.choices.first().copied().unwrap_or(self)
    }

    /// Is it one for networks under noise? Its states move, and the energy is free to rise.
    pub fn is_noisy(&self) -> bool {
        self.is_warm && !self.flips
    }

    /// Does the energy of its steps need more than to be booked?
    pub(super) fn is_judged_apart(&self) -> bool {
        self.flips || self.is_noisy()
    }

    /// Has it error control?
    pub fn is_adaptive(&self) -> bool {
        self.error_order.is_some()
    }

    /// Can it follow this input?
    ///
    /// # Errors
    /// Why not, and what to try.
    pub fn may_follow(&self, stimulus: &Stimulus) -> Result<(), MethodError> {
        match self.wrong_between_switches {
            Some(why) if stimulus.varies() => Err(MethodError::Input {
                method: self.name,
                why,
            }),
            _ => Ok(()),
        }
    }

    /// Bytes of the matrices that it holds for a trajectory of a network.
    pub fn matrix_bytes(&self, network: &Network) -> u64 {
        match self.matrices {
            0 => 0,
            matrices => network.layout().bytes().saturating_mul(matrices),
        }
    }

    /// Columns of the widest block of a network on each of so many threads, at most those wanted: as many as there is
    /// memory for. Two, if they fit at all: the bits of a block of one are others, and must not tell of the threads.
    pub fn widest(&self, network: &Network, threads: usize, wanted: usize) -> usize {
        let wanted = wanted.min(self.columns);
        let Some(all) = MOST_BYTES.checked_div(self.matrix_bytes(network)) else {
            return wanted;
        };
        let share = (all / threads as u64).max(all.min(2)).max(1);
        wanted.min(usize::try_from(share).unwrap_or(usize::MAX))
    }

    /// What is to be said where there is not room for the matrices of so many trajectories at once, so that they take turns.
    pub fn turns(&self, network: &Network, together: usize) -> Option<String> {
        let bytes = self.matrix_bytes(network).max(1);
        let fit = MOST_BYTES / bytes;
        (fit < together as u64).then(|| {
            format!(
                "{} holds {:.2} GiB of matrices for each trajectory and {:.0} GiB is allowed: of {together} threads, {} at a time",
                self.name,
                gib(bytes),
                gib(MOST_BYTES),
                fit.max(1)
            )
        })
    }

    /// Is it one for this network, and is there room for what it holds of it?
    ///
    /// # Errors
    /// Why not, or how much it would take and how much there is, and what to try.
    pub fn fits(&self, network: &Network, settings: &Settings) -> Result<(), MethodError> {
        (self.suits)(network, settings).map_err(|why| MethodError::Network {
            method: self.name,
            why,
        })?;
        self.has_room(network)
    }

    /// Is there room for what it holds of this network?
    ///
    /// # Errors
    /// How much it would take, how much there is, and what to try.
    pub fn has_room(&self, network: &Network) -> Result<(), MethodError> {
        let bytes = self.matrix_bytes(network);
        if bytes <= MOST_BYTES {
            return Ok(());
        }
        Err(MethodError::Size {
            method: self.name,
            neurons: network.size(),
            matrices: self.matrices,
            gib: [gib(bytes), gib(MOST_BYTES)],
        })
    }
}

fn gib(bytes: u64) -> f64 {
    bytes as f64 / f64::from(1 << 30)
}
