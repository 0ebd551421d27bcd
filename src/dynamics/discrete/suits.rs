//! Which networks and settings a method is for: those whose free layers move, or those whose free layers flip.

use super::flipping::{Order, Rule, Temperature};
use super::units::{free_units, unit_of};
use super::walk::{has_differences, tells_differences};
use crate::dynamics::list::METHODS;
use crate::dynamics::settings::Settings;
use crate::kernels::Patch;
use crate::lagrangian::Values;
use crate::network::{Network, Workspace};
use crate::number::exact;
use crate::refusal::Refusal;
use crate::synapse::{Energy, Ports};

/// The names of the methods whose units flip, or of the others.
fn methods(flips: bool) -> String {
    let all = METHODS.iter().filter(|m| m.flips == flips);
    all.map(|m| m.name).collect::<Vec<_>>().join(", ")
}

/// Neurons that the layers clamp.
pub(super) fn clamped(network: &Network) -> Vec<bool> {
    let mut clamped = vec![false; network.size()];
    network.clamped().iter().for_each(|i| clamped[*i] = true);
    clamped
}

/// The first free layer that has a Lagrangian of this sort, and how a model file writes that.
fn free_layer(network: &Network, sort: impl Fn(Values) -> bool) -> Option<(&str, String)> {
    let clamped = clamped(network);
    let mut layers = network.layers().iter().enumerate();
    layers.find_map(|(k, layer)| {
        let first = network.neurons(k).start;
        let mut segments = layer.lagrangian.segments().iter();
        let found = segments.find(|s| {
            let mut neurons = first + s.start..first + s.start + s.len;
            sort(s.lagrangian.values()) && neurons.any(|i| !clamped[i])
        })?;
        Some((layer.name.as_str(), found.lagrangian.describe()))
    })
}

/// A method without noise takes none of what layers have.
fn quiet(network: &Network, settings: &Settings) -> Result<(), Refusal> {
    let Some(layer) = network.noisy_layer() else {
        return Ok(());
    };
    let why = format!(
        "of layer `{}` is above 0, and {} takes no noise: nothing would be random",
        layer.name, settings.method.name
    );
    let noisy = METHODS.iter().filter(|m| m.is_noisy()).map(|m| m.name);
    Err(Refusal::new("noise", why).help(format!(
        "these take it, with a fixed step: {}; or noise = 0",
        noisy.collect::<Vec<_>>().join(", ")
    )))
}

/// A method without noise that moves states on curves.
pub(in crate::dynamics) fn continuous(
    network: &Network,
    settings: &Settings,
) -> Result<(), Refusal> {
    quiet(network, settings)?;
    graded(network, settings)
}

/// A continuous method moves states: no layer that it moves may jump.
pub(in crate::dynamics) fn graded(network: &Network, _: &Settings) -> Result<(), Refusal> {
    let mut all = network.connections().iter();
    if let Some(k) = all.position(|c| c.synapse.delay() > 0) {
        let why = "has a delay in sweeps, and a method that moves states has no sweeps";
        return Err(Refusal::new("synapse", why).of_entry(k).help(format!(
            "what comes late in a graded network goes through a slow layer: identity, its tau the delay, `feedforward` into it and out of it, as in the model sequence-continuous; these flip units: {}",
            methods(true)
        )));
    }
    match free_layer(network, |v| v != Values::Interval) {
        None => Ok(()),
        Some((name, lagrangian)) => Err(Refusal::new(
            name,
            format!("is {lagrangian}, whose activations jump: a method that moves states cannot take it"),
        )
        .help(format!(
            "these flip units: {}; or take the layer's graded form, tanh for sign, sigmoid for step, softmax for one-hot",
            methods(true)
        ))),
    }
}

/// A discrete method flips units: no free layer may be graded.
fn discrete(network: &Network, settings: &Settings) -> Result<(), Refusal> {
    quiet(network, settings)?;
    if let Some((name, lagrangian)) = free_layer(network, |v| v == Values::Interval) {
        let why = format!(
            "is {lagrangian}, whose states move: units that flip are step, sign or one-hot"
        );
        return Err(Refusal::new(name, why).help(format!(
            "write a fast hidden layer as a synapse of kind \"memory\", its limit; or clamp the layer; or take a method that moves states: {}",
            methods(false)
        )));
    }
    let mut all = network.connections().iter();
    if let Some(k) = all.position(|c| c.synapse.flips().is_none()) {
        let what = network.connections()[k].synapse.describe();
        let why = format!(
            "is {what}, which does not tell what flips do: units beside it would not feel it"
        );
        return Err(Refusal::new("synapse", why).of_entry(k).help(format!(
            "take graded neurons, as tanh or layer-norm, and a method that moves states: {}",
            methods(false)
        )));
    }
    let flipping = &settings.flipping;
    if free_units(network, &clamped(network), None).is_empty() {
        return Err(Refusal::new(
            "the network",
            "has no free unit that could flip",
        ));
    }
    if flipping.rule == Rule::Difference && !has_differences(network) {
        let mut all = network.connections().iter();
        let found = all.find_map(|c| match c.synapse.energy() {
            _ if tells_differences(c) => None,
            Energy::Exact => Some((
                c.synapse.describe(),
                "does not tell energy differences".into(),
            )),
            Energy::Candidate(why) | Energy::None(why) => Some((c.synapse.describe(), why)),
        });
        let (synapse, why) = found.unwrap_or_default();
        let why = format!(
            "is \"difference\", which needs the energy of every synapse; {synapse} has none: {why}"
        );
        return Err(Refusal::new("rule", why)
            .help("rule = \"field\" compares fields with 0 and needs no energy"));
    }
    order(network, settings)
}

fn order(network: &Network, settings: &Settings) -> Result<(), Refusal> {
    let refuse = |why: String| Err(Refusal::new("order", why));
    if settings.method.at_once && settings.flipping.order != Order::Random {
        let name = settings.method.name;
        return refuse(format!(
            "is for methods that ask one unit after the other; {name} asks all at once"
        ))
        .map_err(|refusal| refusal.help("leave it out; or method = \"asynchronous\""));
    }
    match &settings.flipping.order {
        Order::Listed(neurons) if neurons.is_empty() => {
            refuse("is an empty list: no unit would ever be asked".into())
        }
        Order::Listed(neurons) => {
            let (n, clamped) = (network.size(), clamped(network));
            let units = free_units(network, &clamped, None);
            let Some(k) = neurons.iter().position(|i| unit_of(&units, *i).is_none()) else {
                let asked: Vec<usize> = neurons.iter().filter_map(|i| unit_of(&units, *i)).collect();
                let left = (0..units.len()).find(|k| !asked.contains(k));
                return match left.filter(|_| settings.until_rest) {
                    None => Ok(()),
                    Some(k) => {
                        let (layer, neuron) = network.locate(units[k].first());
                        refuse(format!("never asks neuron {neuron} of layer `{layer}`, so that the network may never rest"))
                            .map_err(|refusal| refusal.help("name every free unit; or until = \"time\""))
                    }
                };
            };
            let why = match neurons[k] {
                i if i >= n => format!("names neuron {i}: they are numbered 0 to {}", n - 1),
                i => {
                    let (layer, neuron) = network.locate(i);
                    format!("names neuron {i} (neuron {neuron} of layer `{layer}`), which is clamped")
                }
            };
            refuse(why).map_err(|refusal| refusal.of_entry(k))
        }
        Order::Layers => match coupled(network) {
            None => Ok(()),
            Some((layer, synapse)) => Err(Refusal::new(
                "order",
                format!("is \"layers\", all units of a layer at once; {synapse} couples units of layer `{layer}`, so that the energy could rise"),
            )
            .help("order = \"random\" or \"cyclic\" takes one unit at a time")),
        },
        _ => Ok(()),
    }
}

/// The first layer of which a synapse couples two neurons, and that synapse.
fn coupled(network: &Network) -> Option<(String, String)> {
    let mut ws = Workspace::new(network, 1);
    let all = network.connections().iter().enumerate();
    // What acts late is an input.
    for (k, c) in all.filter(|(_, c)| c.synapse.delay() == 0) {
        let mut layer = None;
        let ports = Ports::new(&c.neurons, 1);
        let g = vec![0.0; network.size()];
        let knows = c.synapse.curvature(
            &ports,
            &g,
            ws.scratch_of(k),
            &mut |[to, from], _: Patch<'_>| {
                if c.layers[to] == c.layers[from] {
                    layer.get_or_insert(c.layers[to]);
                }
            },
        );
        let layer = if knows {
            layer
        } else {
            c.layers.first().copied()
        };
        let free = layer.filter(|l| network.neurons(*l).len() > 1);
        if let Some(layer) = free {
            return Some((network.layers()[layer].name.clone(), c.synapse.describe()));
        }
    }
    None
}

/// Methods of temperature 0.
pub(super) fn cold(network: &Network, settings: &Settings) -> Result<(), Refusal> {
    match settings.flipping.temperature == Temperature::Constant(0.0) {
        true => discrete(network, settings),
        false => {
            let name = settings.method.name;
            let why = format!(
                "must be 0 for {name}, whose units flip only where the energy falls, or where their fields say so"
            );
            Err(Refusal::new("temperature", why)
                .help("glauber and metropolis have one, annealing has one that falls"))
        }
    }
}

/// Methods of one temperature, or of one that falls.
pub(super) fn warm(network: &Network, settings: &Settings) -> Result<(), Refusal> {
    settings.flipping.temperature.check()?;
    if settings.flipping.rule == Rule::Field {
        let why = "is \"field\", which is for temperature 0: with the own term included no temperature gives e^(−E/T)";
        return Err(Refusal::new("rule", why).help("rule = \"difference\""));
    }
    discrete(network, settings)
}

/// One temperature, and no waiting for rest where there is none.
pub(super) fn constant(network: &Network, settings: &Settings) -> Result<(), Refusal> {
    match settings.flipping.temperature {
        Temperature::Constant(t) if t > 0.0 && settings.until_rest => Err(Refusal::new(
            "until",
            "is \"rest\", and above temperature 0 nothing comes to rest",
        )
        .help("until = \"time\" and t_end = 1000, so many sweeps; or method = \"annealing\", which ends at temperature 0")),
        Temperature::Constant(_) => warm(network, settings),
        _ => Err(Refusal::new(
            "temperature",
            format!("must be one number for {}", settings.method.name),
        )
        .help("method = \"annealing\" takes one that falls")),
    }
}

/// A temperature that falls.
pub(super) fn falling(network: &Network, settings: &Settings) -> Result<(), Refusal> {
    match settings.flipping.temperature {
        Temperature::Constant(_) => Err(Refusal::new(
            "temperature",
            "of annealing must fall: it is one number",
        )
        .help("temperature = { from = 2, to = 0.1, sweeps = 100 }, or a list with one number for each sweep")),
        Temperature::Falling { from, to, .. } if to > from => Err(Refusal::new(
            "temperature",
            format!("of annealing must fall: it rises from {} to {}", exact(from), exact(to)),
        )),
        _ => {
            let run = settings.t_end - settings.t_start;
            match settings.flipping.temperature.ends() {
                Some(sweeps) if settings.until_rest && sweeps as f64 >= run => Err(Refusal::new(
                    "temperature",
                    format!(
                        "falls for {sweeps} sweeps, and the run is over after {}: it cannot rest before it is cold",
                        exact(run)
                    ),
                )
                .help(format!("t_max = {}", sweeps.saturating_add(1000)))),
                _ => warm(network, settings),
            }
        }
    }
}
