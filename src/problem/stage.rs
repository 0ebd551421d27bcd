//! A network as a model file with its arrays.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::model_file::{LoadError, Loaded, load_point};
use crate::record::{DataFiles, npy_to_bytes, sparse_to_bytes};

/// Where the files of a stage would be; they are never looked for.
const PLACE: &str = "problem";
/// What the names of arrays of starts begin with.
const START: &str = "start-";

/// A network as a model file with its arrays, and where its trajectories begin.
#[derive(Clone, Debug, Default)]
pub struct Stage {
    /// The model file without `[start]` and `[solve]`.
    network: String,
    /// Layers that begin at arrays: lines of `[start]`.
    start: String,
    /// Keys of `[solve]` with their values as TOML.
    solve: Vec<(String, String)>,
    /// The files that it names.
    files: Vec<(String, Arc<[u8]>)>,
}

impl Stage {
    /// A network: a model file without `[start]` and `[solve]`, which names arrays as `{ file = "NAME.npy" }`, sparse ones as
    /// `{ file = "NAME.npz" }`.
    pub fn new(network: impl Into<String>) -> Self {
        Stage {
            network: network.into(),
            ..Stage::default()
        }
    }

    /// Another network with the arrays of this one, without starts and `[solve]`: what changes from network to network is in the model file.
    pub fn like(&self, network: impl Into<String>) -> Self {
        let arrays = self.files.iter().filter(|(f, _)| !f.starts_with(START));
        Stage {
            files: arrays.cloned().collect(),
            ..Stage::new(network)
        }
    }

    /// The same with an array for `NAME.npy`.
    pub fn array(mut self, name: &str, shape: &[usize], data: &[f64]) -> Self {
        let bytes = npy_to_bytes(shape, data);
        self.files.push((format!("{name}.npy"), bytes.into()));
        self
    }

    /// The same with a sparse matrix for `NAME.npz`: of each row its places, rising, with their values.
    pub fn sparse(mut self, name: &str, columns: usize, rows: &[Vec<(usize, f64)>]) -> Self {
        let bytes = sparse_to_bytes(columns, rows);
        self.files.push((format!("{name}.npz"), bytes.into()));
        self
    }

    /// The same where a layer begins at these states, one for each start.
    pub fn start(mut self, layer: &str, states: &[Vec<f64>]) -> Self {
        let n = states.first().map_or(0, Vec::len);
        let name = format!("{START}{layer}");
        self.start += &format!("{layer} = {{ each = {{ file = \"{name}.npy\" }} }}\n");
        self.array(&name, &[states.len(), n], &states.concat())
    }

    /// The same where `[solve]` has this key; the value is written as TOML. What was said last holds.
    pub fn solve(mut self, key: &str, value: impl ToString) -> Self {
        self.solve.retain(|(known, _)| known != key);
        self.solve.push((key.to_owned(), value.to_string()));
        self
    }

    /// The model file.
    pub fn text(&self) -> String {
        let mut text = self.network.trim_end().to_owned();
        if !self.start.is_empty() {
            text += &format!("\n\n[start]\n{}", self.start.trim_end());
        }
        text += "\n\n[solve]\n";
        for (key, value) in &self.solve {
            text += &format!("{key} = {value}\n");
        }
        text
    }

    /// The model file with its arrays, as the program reads it.
    ///
    /// # Errors
    /// A key of `[solve]` that makes no sense, or a network that is refused.
    pub fn load(&self, name: &str) -> Result<Loaded, LoadError> {
        let data = DataFiles::default();
        for (file, bytes) in &self.files {
            data.put(&Path::new(PLACE).join(file), bytes.clone());
        }
        let place = Some(Path::new(PLACE));
        load_point(name, &self.text(), &[], place, &Arc::new(data))
    }

    /// The model file, called `name`, and its arrays: path and bytes of each file.
    pub fn files(&self, name: &str) -> Vec<(PathBuf, Vec<u8>)> {
        let model = (PathBuf::from(name), self.text().into_bytes());
        let arrays = self.files.iter().map(|(f, b)| (f.into(), b.to_vec()));
        std::iter::once(model).chain(arrays).collect()
    }
}
