//! `attractor describe`.

mod network;
mod protocol;

use std::path::PathBuf;

use clap::Args;

use super::Exit;
use super::failure::Failure;
use super::flags::Flags;
use super::origin::described;
use super::words::{of_design, print_certificate};
use crate::cli::out::outln;
use crate::figure::Figure as _;

#[derive(Args, Debug)]
pub(super) struct Describe {
    /// The model or problem file, or the name of one that is part of the program
    model: PathBuf,
    #[command(flatten)]
    flags: Flags,
    /// Draw the layers and synapses to this file (.png or .svg)
    #[arg(long, value_name = "FILE")]
    diagram: Option<PathBuf>,
}

impl Describe {
    pub fn execute(&self) -> Result<Exit, Failure> {
        let (design, problem) = described(&self.model, self.flags.overrides())?;
        let study = &design.base.study;
        // Drawn before anything is printed: a command that is refused says only that.
        if let Some(path) = &self.diagram {
            if path.symlink_metadata().is_ok() {
                let path = path.display();
                return Err(Failure::bad(format!(
                    "{path} is there already and is not overwritten"
                )));
            }
            let drawn = crate::picture::connectivity(study).draw(path);
            drawn.map_err(Failure::bad)?;
        }
        problem.iter().for_each(|line| outln!("{line}"));
        outln!("{}\n", study.title);
        network::print(&study.network, &study.settings);
        outln!("\ncertificate");
        print_certificate(&study.certificate(), study);
        protocol::print(study);
        let lines = of_design(&design);
        if !lines.is_empty() {
            outln!("\nensemble");
        }
        for line in lines {
            outln!("  {line}");
        }
        if let Some(task) = &design.learn {
            outln!("\nlearning");
            for line in task.describe(&study.network) {
                outln!("  {line}");
            }
        }
        if let Some(path) = &self.diagram {
            outln!("\ndrawn to {}", path.display());
        }
        Ok(Exit::Fine)
    }
}
