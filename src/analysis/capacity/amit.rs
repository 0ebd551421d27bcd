//! Hebb's rule with αN random patterns at temperature 0, replica symmetric (Amit, Gutfreund and Sompolinsky 1985, 1987).

use std::f64::consts::{FRAC_2_SQRT_PI, PI};

use super::normal::erf;
use super::solve::{crossing, highest};

/// The state near a pattern, N → ∞.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Retrieval {
    /// Overlap m with the pattern; (1 − m)/2 of the bits are wrong.
    pub overlap: f64,
    /// r: the squared overlaps with the other patterns, added up, over α.
    pub noise: f64,
    /// Energy of a neuron.
    pub energy: f64,
}

/// C = β(1 − q) → (2y/√π) e^(−y²)/erf(y) where y = m/√(2αr).
fn response(y: f64) -> f64 {
    FRAC_2_SQRT_PI * y * (-y * y).exp() / erf(y)
}

/// √(2α) where y = m/√(2αr): erf(y) (1 − C)/y = erf(y)/y − (2/√π) e^(−y²).
fn root_of_load(y: f64) -> f64 {
    erf(y) / y * (1.0 - response(y))
}

/// The y at which the load is largest, and with it √(2α).
fn turning_point() -> [f64; 2] {
    // y² d/dy of the function above.
    let slope = |y: f64| -erf(y) + FRAC_2_SQRT_PI * (-y * y).exp() * y * (1.0 + 2.0 * y * y);
    let y = crossing(slope, [0.5, 3.0]);
    [y, root_of_load(y)]
}

/// α where only a part of all pairs of neurons is joined: their missing is noise of the fields, with the variance α (1 − c)/c beside αr.
fn diluted_load(y: f64, kept: f64) -> f64 {
    let noise = (1.0 - response(y)).powi(-2) + (1.0 - kept) / kept;
    (erf(y) / y).powi(2) / (2.0 * noise)
}

/// The load that is largest, and the y there, where a part `kept` of the pairs is joined.
fn diluted_turning_point(kept: f64) -> [f64; 2] {
    let y = highest(|y| diluted_load(y, kept), [1e-3, 5.0]);
    [y, diluted_load(y, kept)]
}

/// The largest load with a state near a pattern where a part of the pairs is joined, drawn at random, the same in both directions (Sompolinsky 1986).
/// None unless 0 < `kept` ≤ 1.
pub fn diluted_critical_load(kept: f64) -> Option<f64> {
    (kept > 0.0 && kept <= 1.0).then(|| diluted_turning_point(kept)[1])
}

/// The overlap of the state near a pattern there; none where there is none, and unless 0 < `kept` ≤ 1. With all pairs it is that of
/// [`retrieval`].
pub fn diluted_overlap(load: f64, kept: f64) -> Option<f64> {
    if !(kept > 0.0 && kept <= 1.0 && load > 0.0) {
        return None;
    }
    let [lowest, most] = diluted_turning_point(kept);
    // The load lies below 1/(2y²).
    let y = |most| crossing(|y| diluted_load(y, kept) - load, [lowest, most]);
    (load < most).then(|| erf(y((2.0 * load).sqrt().recip() + 1.0)))
}

/// The largest load with a state near a pattern, and its overlap there: 0.1379 and 0.9674.
pub fn critical_load() -> [f64; 2] {
    let [y, root] = turning_point();
    [0.5 * root * root, erf(y)]
}

/// The state near a pattern at a load α; none from [`critical_load`] on, 0.138 included, and for a load below 0.
///
/// y = m/√(2αr) is the larger root of √(2α) = erf(y)/y − (2/√π) e^(−y²), m = erf(y); E = α/2 − m²/2 − αr/2.
pub fn retrieval(load: f64) -> Option<Retrieval> {
    if load == 0.0 {
        return Some(Retrieval {
            overlap: 1.0,
            noise: 1.0,
            energy: -0.5,
        });
    }
    let [lowest, most] = turning_point();
    let root = (2.0 * load).sqrt();
    // NaN for a load below 0.
    if root.is_nan() || root >= most {
        return None;
    }
    // The function lies below 1/y.
    let y = crossing(|y| root_of_load(y) - root, [lowest, 1.0 / root + 1.0]);
    let overlap = erf(y);
    let noise = (overlap / y).powi(2) / (2.0 * load);
    Some(Retrieval {
        overlap,
        noise,
        energy: 0.5 * (load - overlap * overlap - load * noise),
    })
}

/// Energy of a neuron where no pattern is near: E = −1/π − √(2α/π), replica symmetric.
pub fn spin_glass_energy(load: f64) -> f64 {
    -1.0 / PI - (2.0 * load / PI).sqrt()
}

/// The load up to which the state near a pattern is deeper than those that are near none: 0.0519.
pub fn ground_state_load() -> f64 {
    let [most, _] = critical_load();
    let above = |load: f64| retrieval(load).map_or(1.0, |r| r.energy) - spin_glass_energy(load);
    crossing(above, [1e-6, most])
}
