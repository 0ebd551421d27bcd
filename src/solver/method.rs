//! The list of methods: what users choose from, and what the time loop must know of each.

use super::auto::AUTO;
use super::exponential::EXPONENTIAL;
use super::foreign::{self, Engine};
use super::tableau::{BS3, DOPRI5, EULER, RK4, TSIT5, Tableau};
use crate::stimulus::Stimulus;

/// How states between the ends of a step are found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dense {
    /// The straight line: the method's own idea of the solution (Euler).
    Line,
    /// The cubic through states and velocities at both ends.
    Cubic,
    /// The quintic through states and velocities at both ends and at the middle, which is found by a step of half the
    /// length with the same method. It costs one more step where a state is asked for, and its error is of the order
    /// of the step's own, which no interpolant without further evaluations reaches.
    Halved,
    /// The method's own polynomial for everything but the leak, through the step repeated: states that decay over many
    /// time constants inside one step are no polynomials.
    Own,
    /// However a foreign engine finds them.
    Foreign,
}

/// How a step is taken.
#[derive(Debug)]
pub enum Scheme {
    /// An explicit Runge–Kutta method.
    Explicit(Tableau),
    /// The exponential Runge–Kutta method.
    Exponential,
    /// tsit5, and another where that is stiff.
    Auto,
    /// A time loop that is not our own.
    Foreign {
        /// The engine.
        engine: Engine,
        /// How many matrices of neurons × neurons it holds.
        matrices: u64,
    },
}

/// Most bytes that the matrices of foreign engines may take, those of all trajectories at work together.
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
    /// Interpolation.
    pub dense: Dense,
    /// Can a monitor send a step back, to be tried again at a shorter length?
    pub takes_back: bool,
    /// How a step is taken.
    pub scheme: Scheme,
}

/// The methods of our own time loop.
pub static OWN: [&Method; 6] = [&TSIT5, &DOPRI5, &BS3, &EXPONENTIAL, &RK4, &EULER];

/// Every method, the default first: our own, then those of foreign engines.
pub static METHODS: &[&Method] = &[
    &AUTO,
    &TSIT5,
    &DOPRI5,
    &BS3,
    &EXPONENTIAL,
    &RK4,
    &EULER,
    &foreign::ODE_SOLVERS_DOPRI5,
    &foreign::ODE_SOLVERS_DOP853,
    &foreign::ODE_SOLVERS_RK4,
    #[cfg(feature = "stiff")]
    &foreign::BDF,
    #[cfg(feature = "stiff")]
    &foreign::TR_BDF2,
    #[cfg(feature = "stiff")]
    &foreign::ESDIRK34,
];

/// Methods that this build lacks, each with the feature of the package that brings it.
pub const LACKING: &[(&str, &str)] = if cfg!(feature = "stiff") {
    &[]
} else {
    &[
        ("bdf", "stiff"),
        ("tr_bdf2", "stiff"),
        ("esdirk34", "stiff"),
    ]
};

impl Method {
    /// The method of this name.
    pub fn named(name: &str) -> Option<&'static Method> {
        METHODS.iter().copied().find(|m| m.name == name)
    }

    /// The names of the methods with error control, or of those without.
    pub fn names(adaptive: bool) -> Vec<&'static str> {
        let methods = METHODS.iter().filter(|m| m.is_adaptive() == adaptive);
        methods.map(|m| m.name).collect()
    }

    /// The method that the first step is taken with: `auto` begins with one of the others.
    pub fn beginning(&'static self) -> &'static Method {
        match self.scheme {
            Scheme::Auto => &TSIT5,
            _ => self,
        }
    }

    /// Has it error control?
    pub fn is_adaptive(&self) -> bool {
        self.error_order.is_some()
    }

    /// Its coefficients, if it is an explicit Runge–Kutta method.
    pub fn tableau(&self) -> Option<&Tableau> {
        match &self.scheme {
            Scheme::Explicit(tableau) => Some(tableau),
            Scheme::Exponential | Scheme::Auto | Scheme::Foreign { .. } => None,
        }
    }

    /// Can it follow this input?
    ///
    /// # Errors
    /// Why not, and what to try.
    pub fn may_follow(&self, stimulus: &Stimulus) -> Result<(), String> {
        // In ode_solvers 0.6.2 the twelfth entry of c is 0 and should be 1.
        if self.name == foreign::ODE_SOLVERS_DOP853.name && stimulus.varies() {
            return Err(
                "ode_solvers-dop853 evaluates its stage 12 at the start of a step instead of its end, which is wrong where the input is a ramp, a sine or sampled: use tsit5 with a smaller rtol"
                    .into(),
            );
        }
        Ok(())
    }

    /// Is its time loop not our own?
    pub fn is_foreign(&self) -> bool {
        matches!(self.scheme, Scheme::Foreign { .. })
    }

    /// How many matrices of neurons × neurons it holds for a trajectory.
    fn matrices(&self) -> u64 {
        match self.scheme {
            Scheme::Foreign { matrices, .. } => matrices,
            _ => 0,
        }
    }

    /// Bytes of the matrices that it holds for a trajectory of so many neurons.
    pub fn matrix_bytes(&self, neurons: usize) -> u64 {
        let n = neurons as u64;
        n.saturating_mul(n).saturating_mul(8 * self.matrices())
    }

    /// What is to be said where there is not room for the matrices of so many trajectories at once, so that they take turns.
    pub fn turns(&self, neurons: usize, together: usize) -> Option<String> {
        let bytes = self.matrix_bytes(neurons).max(1);
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

    /// Is there room for what it holds of a network of so many neurons?
    ///
    /// # Errors
    /// How much it would take, how much there is, and what to try.
    pub fn check_size(&self, neurons: usize) -> Result<(), String> {
        let bytes = self.matrix_bytes(neurons);
        if bytes <= MOST_BYTES {
            return Ok(());
        }
        let matrices = self.matrices();
        Err(format!(
            "{} solves with the whole Jacobian: for {neurons} neurons {matrices} matrices of {neurons} × {neurons}, {:.1} GiB, more than the {:.0} GiB allowed; method = \"exponential\" takes stiff networks without any matrix",
            self.name,
            gib(bytes),
            gib(MOST_BYTES)
        ))
    }
}

fn gib(bytes: u64) -> f64 {
    bytes as f64 / f64::from(1 << 30)
}
