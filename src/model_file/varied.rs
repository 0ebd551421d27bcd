//! A model of which some numbers vary together: a network for each value.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::{LoadError, Loaded, load_point};
use crate::network::Network;
use crate::number::written;
use crate::record::DataFiles;
use crate::refusal::Refusal;

/// A model and the paths of its numbers that vary; a path is written as for `--set`: `layers.hidden.lagrangian.beta`.
#[derive(Debug)]
pub struct Varied {
    name: String,
    text: String,
    overrides: Vec<String>,
    directory: Option<PathBuf>,
    data: Arc<DataFiles>,
    paths: Vec<String>,
}

impl Varied {
    /// Of a model that was loaded by this name with these overrides. `directory` is where its files are, none for a model that
    /// is part of the program. All the paths get the same value: two weights of a symmetric matrix, say.
    ///
    /// # Errors
    /// A path that is none. Whether the model has such a number is seen when it gets a value.
    pub fn new(
        loaded: &Loaded,
        name: &str,
        overrides: &[String],
        directory: Option<&Path>,
        paths: &[String],
    ) -> Result<Self, Refusal> {
        if let Some(path) = paths
            .iter()
            .find(|p| p.is_empty() || p.contains(['=', '\n']))
        {
            let refused = Refusal::new(format!("\"{path}\""), "is not the path of a number");
            return Err(
                refused.help("a path is written as for --set: layers.hidden.lagrangian.beta")
            );
        }
        Ok(Varied {
            name: name.to_owned(),
            text: loaded.text.clone(),
            overrides: overrides.to_vec(),
            directory: directory.map(Path::to_path_buf),
            data: loaded.data.clone(),
            paths: paths.to_vec(),
        })
    }

    /// What varies, in words.
    pub fn parameter(&self) -> String {
        self.paths.join(", ")
    }

    /// The model at a value.
    ///
    /// # Errors
    /// Every mistake that the value makes of it, each with its place.
    pub fn load(&self, value: f64) -> Result<Loaded, LoadError> {
        let mut overrides = self.overrides.clone();
        let own = self
            .paths
            .iter()
            .map(|path| format!("{path}={}", written(value)));
        overrides.extend(own);
        let directory = self.directory.as_deref();
        load_point(&self.name, &self.text, &overrides, directory, &self.data)
    }

    /// The network at a value.
    ///
    /// # Errors
    /// The first mistake, on one line.
    pub fn network(&self, value: f64) -> Result<Network, Refusal> {
        let refused = |error: LoadError| {
            let (why, help) = match &error {
                LoadError::Mistakes(report) => report.diagnostics().first().map_or_else(
                    || (error.to_string(), None),
                    |d| (d.message.clone(), d.help.clone()),
                ),
                LoadError::Unreadable(why) => (why.clone(), None),
            };
            let what = format!("{} = {}", self.parameter(), written(value));
            let refusal = Refusal::new(what, format!("is refused ({why})"));
            match help {
                Some(help) => refusal.help(help),
                None => refusal,
            }
        };
        self.load(value)
            .map(|loaded| loaded.study.network)
            .map_err(refused)
    }
}
