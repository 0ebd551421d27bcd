//! `attractor check`.

use std::path::PathBuf;

use clap::Args;
use serde_json::json;

use super::Exit;
use super::flags::Flags;
use super::words::{plural, print_certificate, until};
use crate::experiment::Experiment;
use crate::model_file::load;
use crate::network::{Boundedness, Certificate};

/// Looks at a model.
#[derive(Args, Debug)]
pub(super) struct Check {
    /// The model file
    model: PathBuf,
    #[command(flatten)]
    flags: Flags,
    /// Print one JSON document
    #[arg(long)]
    json: bool,
}

impl Check {
    pub fn execute(&self) -> Exit {
        let loaded = match load(&self.model, &self.flags.overrides()) {
            Ok(loaded) => loaded,
            Err(error) => {
                eprintln!("{error}");
                return Exit::BadModel;
            }
        };
        let experiment = loaded.experiment;
        let certificate = match experiment.admit() {
            Ok(certificate) => certificate,
            Err(refusal) => {
                eprintln!("error: {refusal}");
                return Exit::BadModel;
            }
        };
        if self.json {
            println!("{:#}", document(&experiment, &certificate));
        } else {
            print(&experiment, &certificate);
        }
        Exit::Fine
    }
}

fn print(experiment: &Experiment, certificate: &Certificate) {
    let network = &experiment.network;
    println!("{}", experiment.title);
    for layer in network.layers() {
        println!(
            "  layer `{}`: {}, {}",
            layer.name,
            plural(layer.size(), "neuron"),
            layer.lagrangian
        );
    }
    for (k, c) in network.connections().iter().enumerate() {
        let names: Vec<&str> = c
            .layers
            .iter()
            .map(|l| network.layers()[*l].name.as_str())
            .collect();
        println!(
            "  synapse {k}: {} ({})",
            c.synapse.describe(),
            names.join(", ")
        );
    }
    for name in network.lonely_layers() {
        println!("  note: no synapse joins layer `{name}`; it relaxes by itself");
    }
    let starts = plural(experiment.cases.len(), "start");
    println!("  {starts}, {}", until(&experiment.settings));
    if let Some(bytes) = experiment.output_bytes() {
        println!(
            "  the states to be kept take at most {:.1} MB",
            bytes as f64 / 1e6
        );
    }
    print_certificate(certificate);
    println!("{}", verdict(certificate));
}

fn verdict(certificate: &Certificate) -> &'static str {
    match (certificate.holds(), &certificate.boundedness) {
        (true, Boundedness::Unbounded(_)) => "the model can be run; its state runs away",
        (true, _) => "the model is sound",
        (false, _) => "the model can be run; its energy need not fall",
    }
}

fn document(experiment: &Experiment, certificate: &Certificate) -> serde_json::Value {
    let network = &experiment.network;
    json!({
        "title": experiment.title,
        "layers": network.layers().iter().map(|l| json!({
            "name": l.name, "shape": l.shape, "lagrangian": l.lagrangian.to_string(),
        })).collect::<Vec<_>>(),
        "synapses": network.connections().iter().map(|c| json!({
            "kind": c.synapse.describe(),
            "layers": c.layers.iter().map(|l| network.layers()[*l].name.clone()).collect::<Vec<_>>(),
        })).collect::<Vec<_>>(),
        "lonely_layers": network.lonely_layers(),
        "starts": experiment.cases.len(),
        "output_bytes": experiment.output_bytes(),
        "certificate": crate::report::certificate(certificate),
    })
}
