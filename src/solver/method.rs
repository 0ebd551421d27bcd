//! The list of methods: what users choose from, and what the time loop must know of each.

use super::auto::AUTO;
use super::exponential::EXPONENTIAL;
use super::tableau::{BS3, DOPRI5, EULER, RK4, TSIT5, Tableau};

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
}

/// How a step is taken.
#[derive(Debug)]
pub enum Scheme {
    /// An explicit Runge–Kutta method.
    Explicit(Tableau),
    /// The exponential Runge–Kutta method.
    Exponential,
    /// The first method of the list, and another where that is stiff.
    Auto,
}

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

/// Every method, the default first.
pub static METHODS: [&Method; 7] = [&AUTO, &TSIT5, &DOPRI5, &BS3, &EXPONENTIAL, &RK4, &EULER];

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
            Scheme::Exponential | Scheme::Auto => None,
        }
    }
}
