//! `attractor list`.

use clap::{Args, ValueEnum};

use super::Exit;
use crate::cli::out::outln;
use crate::dynamics::METHODS;
use crate::key::Key;
use crate::model_file::{MODELS, PROBLEMS};
use crate::{lagrangian, problem, synapse};

#[derive(Args, Debug)]
pub(super) struct List {
    /// What to list
    #[arg(value_enum, default_value_t = What::Models)]
    what: What,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum What {
    /// Potentials of layers and memories
    Lagrangians,
    /// Interactions between layers
    Synapses,
    /// Methods of integration
    Solvers,
    /// Figures of a run
    Figures,
    /// Kinds of optimisation problems, the forms of their networks, and those that are part of the program
    Problems,
    /// Models that are part of the program
    Models,
}

impl List {
    pub fn execute(&self) -> Exit {
        match self.what {
            What::Lagrangians => {
                for kind in lagrangian::KINDS {
                    outln!("{}\n    {}", kind.name, kind.formula);
                    parameters(kind.parameters);
                }
                for (name, why) in lagrangian::REFUSED {
                    outln!("{name}\n    refused: {why}");
                }
            }
            What::Synapses => {
                for kind in synapse::KINDS {
                    let (name, formula, layers) = (kind.name, kind.formula, kind.layers);
                    outln!("{name}\n    {formula}\n    layers: {layers}");
                    parameters(kind.parameters);
                }
            }
            What::Solvers => {
                for m in METHODS {
                    let control = match m.is_adaptive() {
                        true => "adaptive",
                        false => "fixed step",
                    };
                    let (name, order, about) = (m.name, m.order, m.about);
                    outln!("{name:18} order {order}, {control}\n    {about}");
                }
            }
            What::Figures => {
                for kind in crate::picture::KINDS {
                    outln!("{}\n    {}", kind.name, kind.about);
                    for key in kind.keys {
                        outln!("    {}: {}", key.name, key.about);
                    }
                }
            }
            What::Problems => {
                for kind in problem::KINDS {
                    outln!("{}\n    {}", kind.name, kind.about);
                    parameters(kind.problem.keys);
                    for form in kind.forms {
                        outln!("    form {}: {}", form.name, form.about);
                    }
                }
                outln!("\nfiles that are part of the program");
                for file in PROBLEMS {
                    outln!("{:24} {}", file.name, file.title());
                }
            }
            What::Models => {
                for model in MODELS {
                    outln!("{:24} {}", model.name, model.title());
                }
            }
        }
        Exit::Fine
    }
}

fn parameters(all: &[Key]) {
    for parameter in all {
        outln!("    {}: {}", parameter.name, parameter.about);
    }
}
