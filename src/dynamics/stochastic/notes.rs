//! What a user should know of a run under noise, though nothing is wrong.

use super::noise_in_words;
use crate::dynamics::discrete::Temperature;
use crate::dynamics::settings::Settings;
use crate::network::Network;
use crate::number::{exact, number, rounded};

/// A step that is longer than the time constant of a neuron: what decays in that time is not followed, and beyond twice that it grows.
pub(crate) fn long_step(network: &Network, settings: &Settings) -> Option<String> {
    noise_in_words(network, settings)?;
    let step = settings.step?;
    let layers = network.layers().iter().filter_map(|layer| {
        let times = layer.tau.iter().zip(&layer.leak);
        let times = times.filter(|(_, k)| **k > 0.0).map(|(tau, k)| tau / k);
        Some((times.reduce(f64::min)?, &layer.name))
    });
    let (least, name) = layers.reduce(|a, b| if b.0 < a.0 { b } else { a })?;
    let what = match step {
        h if h >= 2.0 * least => "states run away at such a step",
        h if h > least => "what is measured is far from what it is at short steps",
        _ => return None,
    };
    Some(format!(
        "the step {} is longer than τ/k = {} of layer `{name}`, and {} has no error control: {what}",
        exact(step),
        number(rounded(least, 4)),
        settings.method.name
    ))
}

/// What `--set` takes the noise away with; none where there is none.
pub(crate) fn without(network: &Network, settings: &Settings) -> Option<String> {
    let warm = |t: &Temperature| matches!(t, Temperature::Constant(t) if *t > 0.0);
    let is_warm = settings.method.is_warm && warm(&settings.flipping.temperature);
    let noisy = network.layers().iter();
    let noisy = noisy.filter(|l| settings.method.is_noisy() && l.noise.iter().any(|s| *s > 0.0));
    let layers: Vec<String> = noisy
        .map(|l| format!("--set layers.{}.noise=0 ", l.name))
        .collect();
    if !is_warm && layers.is_empty() {
        return None;
    }
    let method = match settings.method.flips {
        true => "--set solve.method=asynchronous ",
        false => "",
    };
    Some(format!(
        "{method}{}--set solve.temperature=0",
        layers.concat()
    ))
}
