//! Hebb's rule with αN random patterns at a temperature, replica symmetric (Amit, Gutfreund and Sompolinsky 1987).
//!
//! With Δ² = αr, β = 1/T and averages over a normal z:
//!
//! ```text
//! m = ⟨tanh β(Δz + m)⟩    q = ⟨tanh² β(Δz + m)⟩    r = q / (1 − β(1 − q))²
//! f = α/2 + m²/2 + (α/2β) (ln(1 − β(1 − q)) − βq/(1 − β(1 − q))) + (αβr/2)(1 − q) − (1/β) ⟨ln 2cosh β(Δz + m)⟩
//! ```
//!
//! The first equation gives Δ for an m, the others then α: at a temperature the load is a function of the overlap, with one maximum.

use super::normal::averages;
use super::solve::{crossing, highest};

/// A state of many neurons.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct State {
    /// Overlap m with a pattern.
    pub overlap: f64,
    /// q: mean square of the neurons' mean activity.
    pub order: f64,
    /// r: the squared overlaps with the other patterns, added up, over α.
    pub noise: f64,
    /// Free energy f of a neuron.
    pub free_energy: f64,
    /// The load α.
    pub load: f64,
    /// Is it stable against the breaking of replica symmetry (de Almeida and Thouless)? Where not, it is an approximation.
    pub symmetric: bool,
}

/// m = tanh(m/T): the overlap where there is one pattern, or few; 0 from T = 1 on.
pub fn ferromagnet(temperature: f64) -> f64 {
    match temperature < 1.0 {
        true if temperature <= 0.0 => 1.0,
        // Above m = 0 once only; a little above 0 the right side is larger.
        true => crossing(|m| m - (m / temperature).tanh(), [1e-9, 1.0]),
        false => 0.0,
    }
}

/// T_g = 1 + √α: above it neurons are like no pattern and frozen in nothing.
pub fn glass_temperature(load: f64) -> f64 {
    1.0 + load.sqrt()
}

/// What both kinds of states have in common: the state with this m and Δ, which solve the first equation.
fn state(beta: f64, m: f64, delta: f64) -> State {
    let [q, fourth, ln_cosh] = averages(1.0 / (beta * delta), |z| {
        let field = beta * (delta * z + m);
        let t = field.tanh();
        let rest = 1.0 - t * t;
        // ln 2cosh without its overflow.
        let ln = field.abs() + (-2.0 * field.abs()).exp().ln_1p();
        [t * t, rest * rest, ln]
    });
    let left = 1.0 - beta * (1.0 - q);
    let noise = q / (left * left);
    let load = delta * delta / noise;
    let free_energy = 0.5 * (load + m * m)
        + 0.5 * load / beta * (left.ln() - beta * q / left)
        + 0.5 * load * beta * noise * (1.0 - q)
        - ln_cosh / beta;
    State {
        overlap: m,
        order: q,
        noise,
        free_energy,
        load,
        symmetric: left * left > load * beta * beta * fourth,
    }
}

/// The state near a pattern with the overlap m, at the load that it has there.
fn near_pattern(beta: f64, m: f64) -> State {
    let mean = |delta: f64| {
        let [mean] = averages(1.0 / (beta * delta), |z| [(beta * (delta * z + m)).tanh()]);
        mean - m
    };
    // ⟨tanh β(Δz + m)⟩ < ⟨sign⟩ + … falls with Δ, as m √(2/π)/Δ in the end.
    state(beta, m, crossing(mean, [1e-6, 2.0]))
}

/// The overlap at which the load is largest, and that of load 0.
fn overlaps(temperature: f64) -> Option<[f64; 2]> {
    if !(temperature > 0.0 && temperature < 1.0) {
        return None;
    }
    let most = ferromagnet(temperature);
    let load = |m: f64| near_pattern(1.0 / temperature, m).load;
    Some([highest(load, [1e-3 * most, most * (1.0 - 1e-9)]), most])
}

/// The largest load with a state near a pattern at a temperature (the line T_M); none from T = 1 on, and for T ≤ 0 (there
/// [`critical_load`](super::critical_load) is the answer).
pub fn retrieval_load_at(temperature: f64) -> Option<f64> {
    let [m, _] = overlaps(temperature)?;
    Some(near_pattern(1.0 / temperature, m).load)
}

/// The state near a pattern; none where there is none.
pub fn retrieval_at(load: f64, temperature: f64) -> Option<State> {
    let [least, most] = overlaps(temperature)?;
    let beta = 1.0 / temperature;
    let there = |m: f64| near_pattern(beta, m);
    if !(load > 0.0 && load < there(least).load) {
        return None;
    }
    let m = crossing(|m| there(m).load - load, [least, most * (1.0 - 1e-12)]);
    Some(there(m))
}

/// The state that is near no pattern and frozen all the same; none from T_g on.
pub fn spin_glass_at(load: f64, temperature: f64) -> Option<State> {
    if !(load > 0.0 && temperature > 0.0 && temperature < glass_temperature(load)) {
        return None;
    }
    let beta = 1.0 / temperature;
    // β(1 − q) < 1 asks for some Δ where T < 1; the load rises from 0 there.
    let left = |delta: f64| {
        let [q] = averages(1.0 / (beta * delta), |z| {
            [(beta * delta * z).tanh().powi(2)]
        });
        1.0 - beta * (1.0 - q)
    };
    let least = match temperature < 1.0 {
        true => crossing(left, [1e-9, 2.0]),
        false => 1e-9,
    };
    let most = 2.0 + 2.0 * load.sqrt();
    let delta = crossing(
        |delta| match left(delta) > 0.0 {
            true => state(beta, 0.0, delta).load - load,
            false => -1.0,
        },
        [least, most],
    );
    Some(state(beta, 0.0, delta))
}

/// The largest load at which the state near a pattern has a lower free energy than those that are near none (the line T_c); none from T = 1 on.
pub fn stable_retrieval_load_at(temperature: f64) -> Option<f64> {
    let [least, most] = overlaps(temperature)?;
    let beta = 1.0 / temperature;
    let above = |m: f64| {
        let near = near_pattern(beta, m);
        let far = spin_glass_at(near.load, temperature);
        far.map_or(-1.0, |far| near.free_energy - far.free_energy)
    };
    let m = crossing(above, [least, most * (1.0 - 1e-6)]);
    Some(near_pattern(beta, m).load)
}
