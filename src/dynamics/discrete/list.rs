//! The methods whose units flip. One step is one sweep.

use super::asynchronous::{Answer, Asynchronous};
use super::suits::{cold, constant, falling};
use super::synchronous::Synchronous;
use crate::dynamics::explicit::PLAIN;
use crate::dynamics::method::Method;

/// What all of them share.
const FLIPPING: Method = Method {
    order: 0,
    flips: true,
    wrong_between_switches: Some("takes an input that stays as it is during a sweep"),
    tableau: None,
    ..PLAIN
};

/// Units one at a time, each to where the energy falls.
pub static ASYNCHRONOUS: Method = Method {
    name: "asynchronous",
    about: "units flip one at a time, each where the energy falls by it (Hopfield 1982); t counts sweeps",
    suits: cold,
    make: |network, settings, width| {
        Box::new(Asynchronous::new(
            network,
            settings,
            width,
            Answer::HeatBath,
        ))
    },
    ..FLIPPING
};

/// All units at once.
pub static SYNCHRONOUS: Method = Method {
    name: "synchronous",
    about: "all units at once (Little 1974); it comes to rest or into a cycle of two states",
    at_once: true,
    suits: cold,
    make: |network, settings, width| Box::new(Synchronous::new(network, settings, width)),
    ..FLIPPING
};

/// Heat bath.
pub static GLAUBER: Method = Method {
    name: "glauber",
    about: "units one at a time at a temperature, each state as likely as e^(-E/T) says (Glauber 1963): heat bath, Gibbs sampling",
    is_warm: true,
    suits: constant,
    make: |network, settings, width| {
        Box::new(Asynchronous::new(
            network,
            settings,
            width,
            Answer::HeatBath,
        ))
    },
    ..FLIPPING
};

/// Proposals.
pub static METROPOLIS: Method = Method {
    name: "metropolis",
    about: "units one at a time at a temperature: a flip is taken with probability min(1, e^(-dE/T)) (Metropolis and others 1953)",
    is_warm: true,
    suits: constant,
    make: |network, settings, width| {
        Box::new(Asynchronous::new(
            network,
            settings,
            width,
            Answer::Metropolis,
        ))
    },
    ..FLIPPING
};

/// A temperature that falls.
pub static ANNEALING: Method = Method {
    name: "annealing",
    about: "glauber at a temperature that falls sweep by sweep, then temperature 0 (Kirkpatrick, Gelatt and Vecchi 1983)",
    is_warm: true,
    suits: falling,
    make: |network, settings, width| {
        Box::new(Asynchronous::new(
            network,
            settings,
            width,
            Answer::HeatBath,
        ))
    },
    ..FLIPPING
};
