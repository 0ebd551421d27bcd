//! `attractor new`.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use clap::Args;

use super::Exit;
use super::failure::Failure;
use crate::cli::out::outln;
use crate::model_file::{MODELS, PROBLEMS, Shipped, nearest};

#[derive(Args, Debug)]
pub(super) struct New {
    /// The model to copy (see `attractor list models`)
    name: String,
    /// Where to [default: here]
    #[arg(default_value = ".")]
    directory: PathBuf,
}

impl New {
    pub fn execute(&self) -> Result<Exit, Failure> {
        let Some(model) = Shipped::find(&self.name).or_else(|| Shipped::find_problem(&self.name))
        else {
            let near = nearest(&self.name, MODELS.iter().chain(PROBLEMS).map(|m| m.name));
            let near = near.map(|n| format!("did you mean `{n}`?"));
            let hint = near.unwrap_or("`attractor list models` names them".into());
            let name = &self.name;
            return Err(Failure::bad(format!("there is no model `{name}`: {hint}")));
        };
        let text = model.copy().into_bytes();
        let mut files = vec![(PathBuf::from(format!("{}.toml", model.name)), text)];
        files.extend(
            model
                .data()
                .map(|(path, bytes)| (path.into(), bytes.to_vec())),
        );
        write_all(&self.directory, &files)?;
        Ok(Exit::Fine)
    }
}

/// Writes files into a directory, says which, and overwrites nothing.
pub(super) fn write_all(directory: &Path, files: &[(PathBuf, Vec<u8>)]) -> Result<(), Failure> {
    if directory.exists() && !directory.is_dir() {
        let file = directory.display();
        let why = format!("{file} is a file; name a directory to write to");
        return Err(Failure::bad(why));
    }
    // Looked at before anything is written, so that nothing is left half done.
    for (name, bytes) in files {
        let path = directory.join(name);
        if path.exists() && fs::read(&path).ok().as_ref() != Some(bytes) {
            let path = path.display();
            let why = format!("{path} is there already and is not overwritten");
            return Err(Failure::bad(why));
        }
    }
    for (name, bytes) in files {
        let path = directory.join(name);
        let place = path.display();
        let help = "name a directory that you may write to";
        let why = |error| Failure::failed(format!("cannot write {place}: {error}; {help}"));
        write(&path, bytes).map_err(why)?;
        outln!("{place}");
    }
    Ok(())
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
