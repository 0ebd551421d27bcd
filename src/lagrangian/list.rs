//! The list of Lagrangians: what model files may name and what the laws are tested on.

use super::{
    Kind, arctan, exponential, gauss_relu, ghostmax, identity, layer_norm, one_hot, power,
    rectified_exponential, relu, repu, sigmoid, sign, soft_threshold, softmax, softplus,
    spherical_norm, step, tanh,
};

/// Every Lagrangian there is. A new one is one file beside this one and one line here.
pub const KINDS: &[&Kind] = &[
    &identity::KIND,
    &relu::KIND,
    &repu::KIND,
    &power::KIND,
    &soft_threshold::KIND,
    &gauss_relu::KIND,
    &softplus::KIND,
    &tanh::KIND,
    &sigmoid::KIND,
    &arctan::KIND,
    &exponential::KIND,
    &rectified_exponential::KIND,
    &softmax::KIND,
    &ghostmax::KIND,
    &spherical_norm::KIND,
    &layer_norm::KIND,
    &step::KIND,
    &sign::KIND,
    &one_hot::KIND,
];

/// Functions that a reader may expect in the list and that cannot be in it, with the reason.
pub const REFUSED: &[(&str, &str)] = &[
    (
        "gelu",
        "GELU is not monotone (its slope is negative below x = -0.7518), so it has no convex Lagrangian and its energy could rise; gauss-relu is the convex stand-in",
    ),
    (
        "silu",
        "SiLU is not monotone (its slope is negative below x = -1.2785), so it has no convex Lagrangian and its energy could rise; softplus or gauss-relu are convex",
    ),
];
