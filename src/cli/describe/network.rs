//! Layers, synapses and equations of a network.

use crate::cli::out::outln;
use crate::cli::words::{brief, plural};
use crate::network::{Layer, Network};
use crate::synapse::Energy;

pub(super) fn print(network: &Network) {
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
        ];
        for (name, values, usual) in parameters {
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
        let names: Vec<&str> = c
            .layers
            .iter()
            .map(|l| network.layers()[*l].name.as_str())
            .collect();
        outln!("  {k}: {} ({})", c.synapse.describe(), names.join(", "));
        if let Some(kind) = c.synapse.kind() {
            outln!("      {}", kind.formula);
        }
    }
    if network.connections().is_empty() {
        outln!("  none");
    }
    outln!("\nequations");
    let mut energy = Vec::new();
    for (a, layer) in network.layers().iter().enumerate() {
        outln!("  {}", motion(network, a, layer));
        let (d, k) = (brief(&layer.weight), brief(&layer.leak));
        let legendre = match (d.as_str(), k.as_str()) {
            ("1", "1") => format!("L*({})", layer.name),
            _ => format!("{d}·{k}·L*({})", layer.name),
        };
        energy.push(legendre);
        if layer.input.iter().any(|i| *i != 0.0) {
            let d = if d == "1" {
                String::new()
            } else {
                format!("{d}·")
            };
            energy.push(format!("− {d}I·g({})", layer.name));
        }
    }
    let mut sum = energy.join(" + ").replace("+ −", "−");
    for (k, c) in network.connections().iter().enumerate() {
        if !matches!(c.synapse.energy(), Energy::None(_)) {
            sum += &format!(" + E{k}");
        }
    }
    if network.has_energy() {
        outln!("  E = {sum}");
        outln!("  dE/dt = − Σ ẋᵀ D T H ẋ");
    } else {
        outln!("  there is no energy");
    }
}

/// `1 dx/dt = I − x − ∂(E0 + E1)/∂g` with this layer's numbers.
fn motion(network: &Network, a: usize, layer: &Layer) -> String {
    let connections = network.connections().iter().enumerate();
    let joined: Vec<(usize, bool)> = connections
        .filter(|(_, c)| c.layers.contains(&a))
        .map(|(k, c)| (k, matches!(c.synapse.energy(), Energy::Exact)))
        .collect();
    let (tau, leak, d) = (brief(&layer.tau), brief(&layer.leak), brief(&layer.weight));
    let tau = if tau == "1" {
        String::new()
    } else {
        format!("{tau}·")
    };
    let leak = if leak == "1" {
        String::new()
    } else {
        format!("{leak}·")
    };
    let mut right = if layer.input.iter().all(|i| *i == 0.0) {
        format!("−{leak}x")
    } else {
        format!("{} − {leak}x", brief(&layer.input))
    };
    let d = if d == "1" {
        String::new()
    } else {
        format!("(1/{d})·")
    };
    for (k, exact) in joined {
        right += &if exact {
            format!(" − {d}∂E{k}/∂g")
        } else {
            format!(" + currents of {k}")
        };
    }
    format!("{}: {tau}ẋ = {right}", layer.name)
}

/// The formulas of a layer's Lagrangians.
fn kinds(layer: &Layer) -> Vec<&'static str> {
    let mut found = Vec::new();
    for s in layer.lagrangian.segments() {
        if let Some(kind) = s.lagrangian.kind()
            && !found.contains(&kind.formula)
        {
            found.push(kind.formula);
        }
    }
    found
}
