//! `attractor describe`.

use std::path::PathBuf;

use clap::Args;

use super::Exit;
use super::flags::Flags;
use crate::experiment::Experiment;
use crate::model_file::load;
use crate::network::{Boundedness, Layer};
use crate::synapse::Energy;

/// Describes a model.
#[derive(Args, Debug)]
pub(super) struct Describe {
    /// The model file, or the name of a model that is part of the program
    model: PathBuf,
    #[command(flatten)]
    flags: Flags,
}

impl Describe {
    pub fn execute(&self) -> Exit {
        let experiment = match load(&self.model, &self.flags.overrides()) {
            Ok(loaded) => loaded.experiment,
            Err(error) => {
                eprintln!("{error}");
                return Exit::BadModel;
            }
        };
        print(&experiment);
        Exit::Fine
    }
}

fn print(experiment: &Experiment) {
    let network = &experiment.network;
    println!("{}\n", experiment.title);
    println!("layers");
    for layer in network.layers() {
        println!("  {} {:?}: {}", layer.name, layer.shape, layer.lagrangian);
        for kind in kinds(layer) {
            println!("      {kind}");
        }
        let parameters = [
            ("tau", &layer.tau, None),
            ("leak k", &layer.leak, Some(1.0)),
            ("energy weight d", &layer.weight, Some(1.0)),
            ("input I", &layer.input, None),
        ];
        for (name, values, usual) in parameters {
            if usual.is_none_or(|u| values.iter().any(|v| *v != u)) {
                println!("      {name} = {}", brief(values));
            }
        }
        if !layer.clamped.is_empty() {
            println!("      clamped: {} neurons", layer.clamped.len());
        }
    }
    println!("\nsynapses");
    for (k, c) in network.connections().iter().enumerate() {
        let names: Vec<&str> = c
            .layers
            .iter()
            .map(|l| network.layers()[*l].name.as_str())
            .collect();
        println!("  {k}: {} ({})", c.synapse.describe(), names.join(", "));
        let word = c.synapse.describe();
        let kind = crate::synapse::KINDS
            .iter()
            .find(|k| word.starts_with(k.name));
        if let Some(kind) = kind {
            println!("      {}", kind.formula);
        }
    }
    if network.connections().is_empty() {
        println!("  none");
    }
    println!("\nequations");
    let mut energy = Vec::new();
    for (a, layer) in network.layers().iter().enumerate() {
        println!("  {}", motion(experiment, a, layer));
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
        println!("  E = {sum}");
        println!("  dE/dt = − Σ ẋᵀ D T H ẋ");
    } else {
        println!("  there is no energy");
    }
    let certificate = network.certificate();
    println!("\ncertificate");
    if certificate.holds() {
        println!(
            "  the energy must fall: every T·H is positive semi-definite, every synapse has an energy"
        );
    }
    for fault in &certificate.faults {
        println!("  the energy need not fall: {fault}");
    }
    match &certificate.boundedness {
        Boundedness::Bounded(why) => println!("  bounded below: {why}"),
        Boundedness::NotKnown(why) => println!("  not known to be bounded below: {why}"),
        Boundedness::Unbounded(why) => println!("  NOT bounded below: {why}"),
    }
}

/// `1 dx/dt = I − x − ∂(E0 + E1)/∂g` with this layer's numbers.
fn motion(experiment: &Experiment, a: usize, layer: &Layer) -> String {
    let network = &experiment.network;
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
        let said = s.lagrangian.describe();
        let word = said.split('(').next().unwrap_or("");
        let kind = crate::lagrangian::KINDS.iter().find(|k| k.name == word);
        if let Some(kind) = kind
            && !found.contains(&kind.formula)
        {
            found.push(kind.formula);
        }
    }
    found
}

/// One number if all are the same, else their range.
fn brief(values: &[f64]) -> String {
    let first = values.first().copied().unwrap_or(0.0);
    if values.iter().all(|v| *v == first) {
        return format!("{first}");
    }
    let low = values.iter().copied().fold(f64::INFINITY, f64::min);
    let high = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    if values.len() <= 8 {
        let all: Vec<String> = values.iter().map(|v| format!("{v:.4}")).collect();
        let all: Vec<&str> = all
            .iter()
            .map(|v| v.trim_end_matches('0').trim_end_matches('.'))
            .collect();
        return format!("({})", all.join(", "));
    }
    format!("({low:.4} … {high:.4})")
}
