//! Which networks and settings the methods under noise are for.

use crate::dynamics::discrete::{Temperature, graded};
use crate::dynamics::settings::Settings;
use crate::lagrangian::{HessianRows, Lagrangian};
use crate::network::Network;
use crate::number::exact;
use crate::refusal::Refusal;
use crate::synapse::Energy;

/// The Lagrangians of the list that have an arc length.
const WARM: &str = "identity, softplus, tanh, sigmoid, arctan and exponential";

/// Noise of currents for any network, a temperature for those in which `e^(−E/T)` is stationary.
pub(super) fn noisy(network: &Network, settings: &Settings) -> Result<(), Refusal> {
    graded(network, settings)?;
    let temperature = &settings.flipping.temperature;
    temperature.check()?;
    let name = settings.method.name;
    let Temperature::Constant(t) = *temperature else {
        let why = format!("must be one number for {name}");
        return Err(Refusal::new("temperature", why)
            .help("temperature = 0.1; one that falls belongs to annealing, which flips units"));
    };
    let noise = network.noisy_layer();
    if let (Some(layer), true) = (noise, t > 0.0) {
        let why = format!(
            "is {}, and the currents of layer `{}` are noisy as well: of both together no stationary density is known",
            exact(t),
            layer.name
        );
        return Err(Refusal::new("temperature", why).help(
            "keep one of them; for an identity layer noise σ is the temperature T = d σ²/(2τ)",
        ));
    }
    if settings.until_rest && (t > 0.0 || noise.is_some()) {
        let why = "is \"rest\", and under noise nothing comes to rest";
        return Err(Refusal::new("until", why).help("until = \"time\" and t_end = 100, say"));
    }
    match t > 0.0 {
        true => has_density(network),
        false => Ok(()),
    }
}

/// Is there an energy of which `e^(−E/T)` can be the density, and noise under which it is?
fn has_density(network: &Network) -> Result<(), Refusal> {
    const INSTEAD: &str =
        "noise = 0.1 of a layer drives any network, by its currents; it has no such density";
    for (k, c) in network.connections().iter().enumerate() {
        if let Energy::Candidate(why) | Energy::None(why) = c.synapse.energy() {
            let why = format!("has no energy, so that e^(−E/T) is none of the network: {why}");
            return Err(Refusal::new("synapse", why).of_entry(k).help(INSTEAD));
        }
    }
    let clamped = network.clamped();
    for (k, layer) in network.layers().iter().enumerate() {
        let first = network.neurons(k).start;
        for s in layer.lagrangian.segments() {
            let mut neurons = first + s.start..first + s.start + s.len;
            let is_free = neurons.any(|i| !clamped.contains(&i));
            if is_free && s.lagrangian.arc_length().is_none() {
                let why = format!(
                    "is {}, {}; no noise is known that makes e^(−E/T) its stationary density",
                    s.lagrangian.describe(),
                    lacks(&*s.lagrangian)
                );
                return Err(Refusal::new(&layer.name, why).help(format!(
                    "a temperature is for {WARM}; a fast hidden layer may be a synapse of kind \"memory\", its limit; {INSTEAD}"
                )));
            }
        }
    }
    Ok(())
}

/// Why a Lagrangian has no arc.
fn lacks(lagrangian: &dyn Lagrangian) -> String {
    if !lagrangian.is_additive() {
        return "whose neurons share a Hessian that is not diagonal".into();
    }
    let mut slope = [1.0; 2];
    let places = [-1.0, 0.0];
    let rows = HessianRows {
        weights: &mut slope,
        own: &mut [],
        keep: &mut [],
    };
    lagrangian.hessian(&places, 1, rows);
    match slope.iter().position(|h| *h == 0.0) {
        Some(k) => format!(
            "whose slope is 0 at x = {}: states move there and activations do not",
            exact(places[k])
        ),
        None => "whose arc length ∫ H^½ dx is not known in closed form".into(),
    }
}
