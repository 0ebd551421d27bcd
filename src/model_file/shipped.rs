//! The models that are part of the program, with the arrays they read.

use std::path::Path;
use std::sync::Arc;

use super::Files;
use crate::record::{DataFiles, sha256_hex};

/// A model of `models/`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shipped {
    /// Its name, that of its file without `.toml`.
    pub name: &'static str,
    /// Its text.
    pub text: &'static str,
}

macro_rules! models {
    ($($name:literal),* $(,)?) => {
        &[$(Shipped { name: $name, text: include_str!(concat!("../../models/", $name, ".toml")) }),*]
    };
}

macro_rules! data {
    ($($path:literal),* $(,)?) => {
        &[$(($path, include_bytes!(concat!("../../models/", $path)) as &[u8])),*]
    };
}

/// Every model file of `models/`; a test sees to it that none is missing.
pub const MODELS: &[Shipped] = models![
    "flip-flop",
    "hopfield-1984",
    "classical",
    "model-a",
    "model-a-limit",
    "model-b",
    "model-b-limit",
    "model-c",
    "model-c-limit",
    "general",
    "hierarchical",
    "convolutional",
    "digits",
    "photographs",
    "line-attractor",
    "line-attractor-noise",
    "double-well",
    "switched",
    "hysteresis",
    "negative-control",
    "oscillation",
    "shown",
    "symmetrizable",
    "gate",
    "friends",
    "dale",
    "half-plane",
    "integrator",
    "oscillators",
    "hopfield-1982",
    "hopfield-1982-spins",
    "ising",
    "two-cycle",
    "state-graph",
    "ferromagnet",
    "bidirectional",
    "sequence",
    "simplicial-diluted",
    "timed-sequence",
    "sequence-continuous",
    "dense-memory",
    "digits-learnt",
    "dense-classifier",
    "convolutional-learnt",
    "bars-and-stripes",
    "overloaded",
    "exponential-memory",
    "energy-transformer",
    "energy-transformer-learnt",
    "simplicial",
    "boltzmann-machine",
    "restricted-boltzmann",
    "potts",
    "four-queens",
    "linear-programme",
    "recall-sweep",
    "learning-rules",
    "sparse-memory",
    "basins",
];

macro_rules! problems {
    ($($name:literal),* $(,)?) => {
        &[$(Shipped { name: $name, text: include_str!(concat!("../../models/problems/", $name, ".toml")) }),*]
    };
}

/// Every problem file of `models/problems/`; a test sees to it that none is missing.
pub const PROBLEMS: &[Shipped] = problems![
    "factory",
    "straight-line",
    "patches",
    "workers",
    "ten-cities",
    "thirty-cities",
    "queens",
    "sudoku",
    "half-toning",
    "max-cut",
    "max-cut-g11"
];

/// The files that they read, by their paths in `models/`.
pub const DATA: &[(&str, &[u8])] = data![
    "data/digits.npy",
    "data/digits-all.npz",
    "data/atoms.npy",
    "data/photos/astronaut.png",
    "data/photos/camera.png",
    "data/photos/chelsea.png",
    "data/photos/coffee.png",
    "data/photos/rocket.png",
    "data/gset/G11.txt",
];

impl Shipped {
    /// The model of this name.
    pub fn find(name: &str) -> Option<Shipped> {
        MODELS.iter().copied().find(|m| m.name == name)
    }

    /// The problem of this name.
    pub fn find_problem(name: &str) -> Option<Shipped> {
        PROBLEMS.iter().copied().find(|m| m.name == name)
    }

    /// Its title.
    pub fn title(&self) -> &'static str {
        let line = self.text.lines().find_map(|l| l.strip_prefix("title = \""));
        line.and_then(|l| l.strip_suffix('"')).unwrap_or("")
    }

    /// The data files that its text names.
    pub fn data(&self) -> impl Iterator<Item = (&'static str, &'static [u8])> {
        let text = self.text;
        let named = move |path: &str| {
            text.contains(&format!("\"{path}\"")) || text.contains(&format!("\"{ABOVE}{path}\""))
        };
        DATA.iter().copied().filter(move |(path, _)| named(path))
    }

    /// Its text for a directory that its data files stand in too, by their paths of [`Shipped::data`].
    pub fn copy(&self) -> String {
        let beside = |text: String, (path, _): (&str, _)| {
            text.replace(&format!("\"{ABOVE}{path}\""), &format!("\"{path}\""))
        };
        self.data().fold(self.text.to_owned(), beside)
    }
}

/// How a problem file names a file of `models/`: it stands in a directory of that.
const ABOVE: &str = "../";

/// Arrays of the models that are part of the program, and weights that were learnt, by their absolute paths.
pub(super) struct Inside<'a>(pub &'a DataFiles);

fn bytes(path: &Path) -> Result<&'static [u8], String> {
    let own = path.strip_prefix(ABOVE).unwrap_or(path);
    let found = DATA.iter().find(|(name, _)| Path::new(name) == own);
    found.map(|(_, b)| *b).ok_or_else(|| {
        "this model is part of the program and reads only its own files; `attractor new` makes a copy that reads yours".into()
    })
}

impl Files for Inside<'_> {
    fn read(&self, path: &Path) -> Result<(Arc<[u8]>, String), String> {
        if path.is_absolute() {
            return self.0.get(path).map_err(|e| e.why());
        }
        let bytes = bytes(path)?;
        Ok((bytes.into(), sha256_hex(bytes)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A problem file stands in `models/problems/`; a copy stands beside the data.
    #[test]
    fn a_file_above_is_found_and_named_anew_in_a_copy() {
        let text = "title = \"A\"\nimage = { file = \"../data/photos/camera.png\" }\nother = \"../data/none.png\"";
        let shipped = Shipped { name: "a", text };
        let data: Vec<&str> = shipped.data().map(|(path, _)| path).collect();
        assert_eq!(data, ["data/photos/camera.png"]);
        let copy = shipped.copy();
        assert!(copy.contains("\"data/photos/camera.png\""), "{copy}");
        assert!(copy.contains("\"../data/none.png\""), "{copy}");
        let inside = |path: &str| bytes(Path::new(path)).is_ok();
        assert!(inside("../data/photos/camera.png") && inside("data/photos/camera.png"));
        assert!(!inside("../../data/photos/camera.png") && !inside("../data/none.png"));
    }
}
