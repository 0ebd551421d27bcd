//! `attractor new`.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use clap::Args;

use super::Exit;
use crate::cli::out::{errln, outln};
use crate::model_file::{MODELS, Shipped, nearest};

/// Copies a model.
#[derive(Args, Debug)]
pub(super) struct New {
    /// The model to copy (see `attractor list models`)
    name: String,
    /// Where to [default: here]
    #[arg(default_value = ".")]
    directory: PathBuf,
}

impl New {
    pub fn execute(&self) -> Exit {
        let Some(model) = Shipped::find(&self.name) else {
            let near = nearest(&self.name, MODELS.iter().map(|m| m.name));
            let hint = near.map_or("`attractor list models` names them".into(), |n| {
                format!("did you mean `{n}`?")
            });
            errln!("error: there is no model `{}`: {hint}", self.name);
            return Exit::BadModel;
        };
        let mut files = vec![(format!("{}.toml", model.name), model.text.as_bytes())];
        files.extend(model.data().map(|(path, bytes)| (path.to_owned(), bytes)));
        if self.directory.exists() && !self.directory.is_dir() {
            errln!(
                "error: {} is a file; name a directory to copy the model to",
                self.directory.display()
            );
            return Exit::BadModel;
        }
        // Looked at before anything is written, so that nothing is left half done.
        for (name, bytes) in &files {
            let path = self.directory.join(name);
            if path.exists() && fs::read(&path).ok().as_deref() != Some(*bytes) {
                errln!(
                    "error: {} is there already and is not overwritten",
                    path.display()
                );
                return Exit::BadModel;
            }
        }
        for (name, bytes) in files {
            let path = self.directory.join(name);
            if let Err(error) = write(&path, bytes) {
                errln!(
                    "error: cannot write {}: {error}; name a directory that you may write to",
                    path.display()
                );
                return Exit::Failed;
            }
            outln!("{}", path.display());
        }
        Exit::Fine
    }
}

fn write(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    if path.exists() {
        return Ok(());
    }
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent)?;
    }
    fs::File::create_new(path)?.write_all(bytes)
}
