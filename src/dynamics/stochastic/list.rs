//! The methods for networks under noise.

use super::scheme::{OF_EULER_MARUYAMA, OF_SRA, Stochastic};
use super::suits::noisy;
use crate::dynamics::explicit::PLAIN;
use crate::dynamics::method::Method;

/// What both of them share.
const NOISY: Method = Method {
    is_warm: true,
    tableau: None,
    suits: noisy,
    ..PLAIN
};

/// Euler and Maruyama.
pub static EULER_MARUYAMA: Method = Method {
    name: "euler-maruyama",
    about: "Euler's step and a normal number (Maruyama 1955), for networks under noise: strong order 1, as the noise is additive",
    make: |network, settings, width| {
        let scheme = &OF_EULER_MARUYAMA;
        Box::new(Stochastic::new(scheme, network, settings, width))
    },
    ..NOISY
};

/// Rößler's SRA1.
pub static SRA: Method = Method {
    name: "sra",
    about: "Rößler 2010, SRA1, a stochastic Runge–Kutta method for networks under additive noise: strong order 1.5, weak order 2",
    order: 2,
    make: |network, settings, width| Box::new(Stochastic::new(&OF_SRA, network, settings, width)),
    ..NOISY
};
