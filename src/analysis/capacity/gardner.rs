//! How many patterns any weights can hold (Gardner 1988).

use super::normal::above;

/// The load up to which symmetric weights hold patterns without a margin: an estimate (Gardner, Gutfreund and Yekutieli 1989).
pub const SYMMETRIC_LOAD: f64 = 1.28;

/// The load up to which there are weights with every margin above κ, each neuron's weights chosen for itself, random patterns: 1/α = ∫_{−κ}^∞ (t + κ)² Dt, 2 for κ = 0.
pub fn gardner_load(margin: f64) -> f64 {
    let density = (-0.5 * margin * margin).exp() / std::f64::consts::TAU.sqrt();
    1.0 / ((1.0 + margin * margin) * above(-margin) + margin * density)
}
