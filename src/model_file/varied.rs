//! A model of which some numbers vary together: a network for each value.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::{LoadError, Loaded, load_point};
use crate::network::{Drive, Network, Workspace};
use crate::number::written;
use crate::record::DataFiles;
use crate::refusal::Refusal;

/// How far beside a value another one is tried, as a part of the range: the inverse of the golden ratio, cubed and small, is no whole
/// number's neighbour.
const BESIDE: f64 = 2.360_679_8e-4;

/// Why a path is no parameter.
#[derive(Debug)]
pub enum VariedError {
    /// The model cannot be made with it.
    Load(LoadError),
    /// It can, and there is nothing to follow.
    Refused(Refusal),
}

/// Do two networks move alike, wherever they are?
fn is_alike(a: &Network, b: &Network) -> bool {
    let n = a.size();
    if n != b.size() {
        return false;
    }
    let velocity = |network: &Network, x: &[f64]| {
        let mut ws = Workspace::new(network, 1);
        network
            .at(x, Drive::own(network), &mut ws)
            .velocity()
            .to_vec()
    };
    // A few states without a pattern, the same every time.
    (0..4).all(|k| {
        let state = |i: usize| 2.0 * (12.9898 * (k * n + i + 1) as f64).sin();
        let x: Vec<f64> = (0..n).map(state).collect();
        velocity(a, &x) == velocity(b, &x)
    })
}

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

    /// Whether there is something to follow between two values: numbers of the network that may lie between whole ones.
    ///
    /// # Errors
    /// The first value's mistakes where no value will do; a number that must be whole; one that changes nothing in the equations.
    pub fn check(&self, [from, to]: [f64; 2]) -> Result<(), VariedError> {
        let values = [from, to, 0.5 * (from + to)];
        let loaded = values.map(|v| self.load(v).map(|loaded| (v, loaded.study.network)));
        let mut networks = Vec::new();
        let mut first = None;
        for one in loaded {
            match one {
                Ok(network) => networks.push(network),
                Err(why) => first = first.or(Some(why)),
            }
        }
        if let (true, Some(why)) = (networks.is_empty(), first) {
            return Err(VariedError::Load(why));
        }
        let refuse = |why: &str, help: &str| {
            Err(VariedError::Refused(
                Refusal::new(self.parameter(), why).help(help),
            ))
        };
        // Beside a value towards the middle of the range.
        let beside = |v: f64| v + BESIDE * (0.5 * (from + to) - v + 0.1 * (to - from));
        let mut between = networks.iter().map(|(v, _)| self.load(beside(*v)));
        if between.all(|found| found.is_err()) {
            let help = "a parameter is a number that may lie between two others";
            return refuse(
                "must be a whole number: no branch leads from one to the next",
                help,
            );
        }
        let mut others = networks.windows(2);
        if networks.len() > 1 && others.all(|pair| is_alike(&pair[0].1, &pair[1].1)) {
            let help = "a parameter is a number of a layer, a synapse or an array that it uses";
            return refuse("changes nothing in the equations of the network", help);
        }
        Ok(())
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
