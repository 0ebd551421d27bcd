//! The list of methods: what users choose from.

use super::discrete::{ANNEALING, ASYNCHRONOUS, GLAUBER, METROPOLIS, SYNCHRONOUS};
use super::explicit::{BS3, DOPRI5, EULER, PLAIN, RK4, TSIT5};
use super::exponential::EXPONENTIAL;
use super::method::Method;
use super::ode_solvers::{ODE_SOLVERS_DOP853, ODE_SOLVERS_DOPRI5, ODE_SOLVERS_RK4};
use super::rosenbrock::{RODAS5P, ROSENBROCK23};
use super::stochastic::{EULER_MARUYAMA, SRA};

/// Changes the method on the way.
pub static AUTO: Method = Method {
    name: "auto",
    about: "begins with tsit5 and goes on with exponential or rodas5p, or back, wherever that costs less",
    order: 5,
    error_order: Some(4),
    stability: 3.506,
    takes_back: true,
    choices: &CHOICES,
    tableau: None,
    // Each of them makes its own.
    make: TSIT5.make,
    ..PLAIN
};

/// What `auto` chooses from. The first is what it starts with.
pub(super) static CHOICES: [&Method; 3] = [&TSIT5, &EXPONENTIAL, &RODAS5P];

/// Our own methods that move states without noise.
pub static OWN: [&Method; 8] = [
    &TSIT5,
    &DOPRI5,
    &BS3,
    &EXPONENTIAL,
    &RODAS5P,
    &ROSENBROCK23,
    &RK4,
    &EULER,
];

/// Every method, the default first: our own, then those of other programs.
pub static METHODS: &[&Method] = &[
    &AUTO,
    &TSIT5,
    &DOPRI5,
    &BS3,
    &EXPONENTIAL,
    &RODAS5P,
    &ROSENBROCK23,
    &RK4,
    &EULER,
    &EULER_MARUYAMA,
    &SRA,
    &ASYNCHRONOUS,
    &SYNCHRONOUS,
    &GLAUBER,
    &METROPOLIS,
    &ANNEALING,
    &ODE_SOLVERS_DOPRI5,
    &ODE_SOLVERS_DOP853,
    &ODE_SOLVERS_RK4,
];

/// Methods of earlier versions, each with what takes its place.
pub const FORMER: [(&str, &str); 3] = [
    ("bdf", "rodas5p"),
    ("tr_bdf2", "rosenbrock23"),
    ("esdirk34", "rodas5p"),
];

/// What methods are called besides.
const ALSO: [(&str, &str); 1] = [("heat-bath", "glauber")];

impl Method {
    /// The method of this name.
    pub fn named(name: &str) -> Option<&'static Method> {
        let also = ALSO.iter().find(|(other, _)| *other == name);
        let name = also.map_or(name, |(_, name)| name);
        METHODS.iter().copied().find(|m| m.name == name)
    }

    /// All names by which a method may be asked for.
    pub fn all_names() -> Vec<&'static str> {
        let also = ALSO.iter().map(|(other, _)| *other);
        METHODS.iter().map(|m| m.name).chain(also).collect()
    }

    /// The names of the methods with error control, or of those without.
    pub fn names(adaptive: bool) -> Vec<&'static str> {
        let methods = METHODS.iter().filter(|m| m.is_adaptive() == adaptive);
        methods.map(|m| m.name).collect()
    }
}
