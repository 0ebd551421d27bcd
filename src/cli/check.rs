//! `attractor check`.

use std::path::PathBuf;

use clap::Args;
use serde_json::json;

use super::Exit;
use super::failure::Failure;
use super::flags::Flags;
use super::origin::described;
use super::words::{joined, of_design, plural, print_certificate, until};
use crate::cli::out::outln;
use crate::model_file::Design;
use crate::network::{Boundedness, Certificate};
use crate::number::bytes;
use crate::report::{self, foreseen};

#[derive(Args, Debug)]
pub(super) struct Check {
    /// The model or problem file, or the name of one that is part of the program
    model: PathBuf,
    #[command(flatten)]
    flags: Flags,
    /// Print one JSON document
    #[arg(long)]
    json: bool,
}

impl Check {
    pub fn execute(&self) -> Result<Exit, Failure> {
        // Every point of a sweep is looked at.
        let (design, problem) = described(&self.model, self.flags.overrides())?;
        match self.json {
            true => outln!("{:#}", document(&design)),
            false => {
                problem.iter().for_each(|line| outln!("{line}"));
                print(&design);
            }
        }
        Ok(Exit::Fine)
    }
}

fn print(design: &Design) {
    let (study, certificate) = (&design.base.study, &design.base.certificate);
    let network = &study.network;
    outln!("{}", study.title);
    for layer in network.layers() {
        let size = plural(layer.size(), "neuron");
        outln!("  layer `{}`: {size}, {}", layer.name, layer.lagrangian);
    }
    for (k, c) in network.connections().iter().enumerate() {
        let names = joined(network, c).join(", ");
        outln!("  synapse {k}: {} ({names})", c.synapse.describe());
    }
    for note in study.remarks().into_iter().chain(foreseen(study)) {
        outln!("  note: {note}");
    }
    let starts = plural(study.cases.len(), "start");
    outln!("  {starts}, {}", until(&study.settings));
    if let Some(most) = study.output_bytes().map(bytes) {
        outln!("  the states to be kept take at most {most}");
    }
    for line in of_design(design) {
        outln!("  {line}");
    }
    if let Some(task) = &design.learn {
        outln!("  learns by `attractor train`");
        for line in task.describe(network) {
            outln!("    {line}");
        }
    }
    print_certificate(certificate, study);
    outln!("{}", verdict(certificate));
}

fn verdict(certificate: &Certificate) -> &'static str {
    match (certificate.holds(), &certificate.boundedness) {
        (true, Boundedness::Unbounded(_)) => "the model can be run; its state runs away",
        (true, _) => "the model is sound",
        (false, _) => "the model can be run; its energy need not fall",
    }
}

fn document(design: &Design) -> serde_json::Value {
    let (study, certificate) = (&design.base.study, &design.base.certificate);
    let network = &study.network;
    let mut notes = study.notes(certificate);
    notes.extend(foreseen(study));
    json!({
        "title": study.title,
        "layers": network.layers().iter().map(|l| json!({
            "name": l.name, "shape": l.shape, "lagrangian": l.lagrangian.to_string(),
        })).collect::<Vec<_>>(),
        "synapses": network.connections().iter().map(|c| json!({
            "kind": c.synapse.describe(),
            "layers": joined(network, c),
        })).collect::<Vec<_>>(),
        "lonely_layers": network.lonely_layers(),
        "notes": notes,
        "starts": study.cases.len(),
        "output_bytes": study.output_bytes(),
        "ensemble": (design.is_asked_for()).then(|| json!({
            "trajectories": design.count(), "points": design.parts.len(),
        })),
        "learn": design.learn.as_ref().map(|t| json!({
            "rule": t.rule.name,
            "loss": t.rule.loss,
            "parameters": report::parameters(t),
            "rows": report::rows(t),
        })),
        "certificate": report::certificate(certificate),
    })
}
