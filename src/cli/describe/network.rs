//! Layers, synapses and equations of a network.

use crate::cli::out::outln;
use crate::cli::words::{brief, joined, plural};
use crate::dynamics::{Rule, Settings, Temperature, noise_in_words};
use crate::lagrangian::Segment;
use crate::network::{Layer, Network};
use crate::synapse::Energy;

pub(super) fn print(network: &Network, settings: &Settings) {
    let flips = settings.method.flips;
    outln!("layers");
    for layer in network.layers() {
        outln!("  {} {:?}: {}", layer.name, layer.shape, layer.lagrangian);
        for kind in kinds(layer) {
            outln!("      {kind}");
        }
        let parameters = [
            ("tau", &layer.tau, None),
            ("leak k", &layer.leak, Some(1.0)),
            ("energy weight d", &layer.weight, Some(1.0)),
            ("input I", &layer.input, None),
            ("noise σ", &layer.noise, Some(0.0)),
        ];
        for (name, values, usual) in parameters {
            // What states that move have.
            if flips && matches!(name, "tau" | "leak k") {
                continue;
            }
            if usual.is_none_or(|u| values.iter().any(|v| *v != u)) {
                outln!("      {name} = {}", brief(values));
            }
        }
        if !layer.clamped.is_empty() {
            outln!("      clamped: {}", plural(layer.clamped.len(), "neuron"));
        }
    }
    outln!("\nsynapses");
    for (k, c) in network.connections().iter().enumerate() {
        let names = joined(network, c).join(", ");
        outln!("  {k}: {} ({names})", c.synapse.describe());
        let formula = c.synapse.formula();
        if !formula.is_empty() {
            outln!("      {formula}");
        }
    }
    if network.connections().is_empty() {
        outln!("  none");
    }
    outln!("\nequations");
    let mut energy = Vec::new();
    for (a, layer) in network.layers().iter().enumerate() {
        let (d, k) = (brief(&layer.weight), brief(&layer.leak));
        let legendre = match (d.as_str(), k.as_str()) {
            ("1", "1") => format!("L*({})", layer.name),
            _ => format!("{d}·{k}·L*({})", layer.name),
        };
        if flips {
            outln!("  {}: {}", layer.name, wish(settings));
        } else {
            outln!("  {}{}", motion(network, a, layer), driven(layer, settings));
            // That of units is 0 at each of their values.
            energy.push(legendre);
        }
        if layer.input.iter().any(|i| *i != 0.0) {
            energy.push(format!("− {}I·g({})", factor(&layer.weight), layer.name));
        }
    }
    let mut sum = energy.join(" + ").replace("+ −", "−");
    let first = sum.is_empty();
    for (k, c) in network.connections().iter().enumerate() {
        if !matches!(c.synapse.energy(), Energy::None(_)) {
            sum += &format!(" + E{k}");
        }
    }
    let sum = if first {
        sum.trim_start_matches(" + ")
    } else {
        &sum
    };
    let mut without = network.connections().iter().map(|c| c.synapse.energy());
    if !network.has_energy() {
        outln!("  there is no energy");
    } else if without.any(|e| e != Energy::Exact) {
        outln!("  recorded as E: {sum}");
        outln!(
            "  its gradient is not what drives the states: it need not fall, and dE/dt is not − Σ ẋᵀ D T H ẋ"
        );
    } else {
        outln!("  E = {sum}");
        if !flips {
            let of = match settings.method.is_noisy() {
                true => " of the drift alone; noise may raise E",
                false => "",
            };
            outln!("  dE/dt = − Σ ẋᵀ D T H ẋ{of}");
        }
    }
    if let Some(noise) = noise_in_words(network, settings) {
        outln!("  {noise}");
    }
}

/// The noise of a layer in its equation: `+ σ dW/dt`, or of a temperature.
fn driven(layer: &Layer, settings: &Settings) -> String {
    let warm = settings.flipping.temperature != Temperature::Constant(0.0);
    let flat = |s: &Segment| s.lagrangian.is_half_square();
    match settings.method.is_noisy() {
        true if warm && layer.lagrangian.segments().iter().all(flat) => " + √(2Tτ/d) dW/dt".into(),
        true if warm => " + noise: τ ġ = H τ ẋ + (T/d) ∂H/∂g + √(2Tτ H/d) dW/dt".into(),
        true if layer.noise.iter().any(|s| *s > 0.0) => {
            format!(" + {}dW/dt", factor(&layer.noise))
        }
        _ => String::new(),
    }
}

/// What a unit of a layer becomes when it is asked.
fn wish(settings: &Settings) -> &'static str {
    match (settings.method.is_warm, settings.flipping.rule) {
        (true, _) => "a unit takes a value as likely as e^(−ΔE/T) says",
        (false, Rule::Difference) => "a unit takes the value of the lowest E",
        (false, Rule::Field) => "a unit takes the value of the sign of its field I − ∂E/∂g",
    }
}

/// `1 dx/dt = I − x − ∂(E0 + E1)/∂g` with this layer's numbers.
fn motion(network: &Network, a: usize, layer: &Layer) -> String {
    let connections = network.connections().iter().enumerate();
    let leak = factor(&layer.leak);
    let mut right = match layer.input.iter().all(|i| *i == 0.0) {
        true => format!("−{leak}x"),
        false => format!("{} − {leak}x", brief(&layer.input)),
    };
    let d = match brief(&layer.weight).as_str() {
        "1" => String::new(),
        d => format!("(1/{d})·"),
    };
    for (k, c) in connections.filter(|(_, c)| c.layers.contains(&a)) {
        right += &match c.synapse.energy() {
            Energy::Exact => format!(" − {d}∂E{k}/∂g"),
            _ => format!(" + currents of {k}"),
        };
    }
    format!("{}: {}ẋ = {right}", layer.name, factor(&layer.tau))
}

/// `0.5·`, and nothing for 1.
fn factor(values: &[f64]) -> String {
    match brief(values).as_str() {
        "1" => String::new(),
        value => format!("{value}·"),
    }
}

fn kinds(layer: &Layer) -> Vec<&'static str> {
    let mut found = Vec::new();
    for s in layer.lagrangian.segments() {
        if let Some(kind) = s.lagrangian.name().kind
            && !found.contains(&kind.formula)
        {
            found.push(kind.formula);
        }
    }
    found
}
