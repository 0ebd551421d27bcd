//! Where a run comes from: a model, or the manifest of an earlier run.

use std::path::Path;

use serde_json::Value;

use crate::model_file::{Loaded, load_text};

/// What identifies the model of a run.
pub(super) struct Origin {
    /// The model as it was named.
    pub model: String,
    /// The overrides it is run with.
    pub overrides: Vec<String>,
    /// Where its files are; none if it is part of the program.
    pub directory: Option<String>,
}

impl Origin {
    /// The model of a manifest. The manifest's overrides are put before `overrides`, which win.
    pub fn of(manifest: &Path, overrides: &mut Vec<String>) -> Result<(Loaded, Origin), String> {
        let place = manifest.display();
        let text = std::fs::read_to_string(manifest)
            .map_err(|e| format!("error: cannot read the manifest {place}: {e}"))?;
        let document: Value = serde_json::from_str(&text)
            .map_err(|e| format!("error: {place} is not a manifest: {e}"))?;
        let model = &document["model"];
        let word = |key: &str| {
            let value = model[key].as_str().map(str::to_owned);
            value.ok_or_else(|| format!("error: {place} is not a manifest: it has no model.{key}"))
        };
        let mut before: Vec<String> = model["overrides"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|v| v.as_str().map(str::to_owned))
            .collect();
        before.append(overrides);
        *overrides = before;
        let origin = Origin {
            model: word("path")?,
            overrides: Vec::new(),
            directory: model["directory"].as_str().map(str::to_owned),
        };
        let directory = origin.directory.as_deref().map(Path::new);
        let loaded = load_text(&origin.model, &word("text")?, overrides, directory);
        let loaded = loaded.map_err(|e| e.to_string())?;
        let now: Vec<(String, String)> = loaded
            .files
            .iter()
            .map(|f| super::run::fingerprint(f))
            .collect();
        // The same text reads the same files in the same order, wherever they are now.
        let then = model["files"].as_array().into_iter().flatten();
        for ((path, sha), file) in now.iter().zip(then) {
            if file["sha256"].as_str() != Some(sha) {
                return Err(format!(
                    "error: {path} has changed since the run of {place} (its sha256 differs), so the run cannot be repeated; put the old file back, or run the model itself"
                ));
            }
        }
        Ok((loaded, origin))
    }
}
