//! What noise drives a network, and which density follows, in words.

use crate::dynamics::discrete::Temperature;
use crate::dynamics::settings::Settings;
use crate::network::Network;
use crate::number::{exact, rounded};

/// `noise of temperature 0.1: e^(−E/T) is the stationary density of the states`; none of a method without noise.
pub fn noise_in_words(network: &Network, settings: &Settings) -> Option<String> {
    if !settings.method.is_noisy() {
        return None;
    }
    if let Temperature::Constant(t) = settings.flipping.temperature
        && t > 0.0
    {
        let flat = |k: &crate::lagrangian::Segment| k.lagrangian.is_half_square();
        let mut layers = network.layers().iter();
        let of = match layers.all(|l| l.lagrangian.segments().iter().all(flat)) {
            true => "states (in dx)",
            false => "activations (in dg, not in dx)",
        };
        return Some(format!(
            "noise of temperature {}: e^(−E/T), where it has an integral, is the stationary density of the {of}",
            exact(t)
        ));
    }
    let most = network.noise().iter().fold(0.0, |m: f64, s| m.max(*s));
    Some(match most > 0.0 {
        true => format!(
            "noise of the currents, σ {}{}: e^(−E/T) is not its density, unless all layers are identity and T = d σ²/(2τ) is one number",
            match network.noise().iter().all(|s| *s == most) {
                true => "= ",
                false => "up to ",
            },
            exact(rounded(most, 5))
        ),
        false => "no noise: temperature 0".into(),
    })
}
