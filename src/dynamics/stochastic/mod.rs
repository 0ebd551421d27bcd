//! Networks under white noise: stochastic differential equations with additive noise.
//!
//! A neuron's noise is that of its current, `τ dx = … dt + σ dW` with the σ of its layer, or that of a temperature, of which
//! `e^(−E/T)` is the stationary density of the activations, in `dg`: `dg = −(H/(d τ)) ∂E/∂g dt + (T/(d τ)) ∂H/∂g dt + √(2 T H/(d τ)) dW`.
//! Where `H` is not 1 that noise depends on the state; along the arc length of `H` ([`crate::lagrangian::ArcLength`]) it does
//! not, and the steps are taken there. In `dx` the density is then `e^(−E/T) det H`.

mod coordinates;
mod list;
mod notes;
mod path;
mod scheme;
mod suits;
mod words;

pub use list::{EULER_MARUYAMA, SRA};
pub(crate) use notes::{long_step, without};
pub use words::noise_in_words;
