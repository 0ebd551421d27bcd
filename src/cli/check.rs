//! `attractor check`.

use std::path::PathBuf;

use clap::Args;
use serde_json::json;

use super::Exit;
use super::flags::Flags;
use super::words::{plural, print_certificate, until};
use crate::cli::out::{errln, outln};
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
                errln!("{error}");
                return Exit::BadModel;
            }
        };
        let experiment = loaded.experiment;
        let certificate = match experiment.admit() {
            Ok(certificate) => certificate,
            Err(refusal) => {
                errln!("error: {refusal}");
                return Exit::BadModel;
            }
        };
        if self.json {
            outln!("{:#}", document(&experiment, &certificate));
        } else {
            print(&experiment, &certificate);
        }
        Exit::Fine
    }
}

fn print(experiment: &Experiment, certificate: &Certificate) {
    let network = &experiment.network;
    outln!("{}", experiment.title);
    for layer in network.layers() {
        outln!(
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
        outln!(
            "  synapse {k}: {} ({})",
            c.synapse.describe(),
            names.join(", ")
        );
    }
    for note in experiment.remarks() {
        outln!("  note: {note}");
    }
    let starts = plural(experiment.cases.len(), "start");
    outln!("  {starts}, {}", until(&experiment.settings));
    if let Some(bytes) = experiment.output_bytes() {
        outln!(
            "  the states to be kept take at most {:.1} MB",
            bytes as f64 / 1e6
        );
    }
    print_certificate(certificate);
    outln!("{}", verdict(certificate));
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
        "notes": experiment.notes(certificate),
        "starts": experiment.cases.len(),
        "output_bytes": experiment.output_bytes(),
        "certificate": crate::report::certificate(certificate),
    })
}
