//! Where a run comes from: a model, or the manifest of an earlier run.

use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::model_file::{Design, Loaded, directory_of, load, load_text};
use crate::report::fingerprint_of;

/// What identifies the model of a run.
pub(super) struct Origin {
    /// The model as it was named.
    pub model: String,
    /// The overrides it is run with.
    pub overrides: Vec<String>,
    /// Where its files are; none if it is part of the program.
    pub directory: Option<PathBuf>,
    /// What is to be said of a run that is repeated.
    pub note: Option<String>,
}

/// The design of a model, every point of it looked at.
pub(super) fn design(model: &Path, overrides: Vec<String>) -> Result<Design, String> {
    let (loaded, origin) = Origin::named(model, overrides)?;
    let directory = origin.directory.as_deref();
    Design::new(loaded, &origin.model, &origin.overrides, directory)
}

/// The words of the command, as far as they are text.
pub(super) fn command() -> Vec<String> {
    let words = std::env::args_os();
    words.map(|w| w.to_string_lossy().into_owned()).collect()
}

impl Origin {
    /// A model file, or a model that is part of the program, with its overrides.
    pub fn named(model: &Path, overrides: Vec<String>) -> Result<(Loaded, Origin), String> {
        let loaded = load(model, &overrides).map_err(|e| e.to_string())?;
        let directory = directory_of(model);
        let directory = directory.map(|d| std::path::absolute(&d).unwrap_or(d));
        let origin = Origin {
            model: model.display().to_string(),
            overrides,
            directory,
            note: None,
        };
        Ok((loaded, origin))
    }

    /// The model of a manifest. The manifest's overrides are put before `overrides`, which win.
    pub fn of(manifest: &Path, overrides: &mut Vec<String>) -> Result<(Loaded, Origin), String> {
        // The directory of a run stands for the manifest in it.
        let inside = manifest.is_dir().then(|| manifest.join("manifest.json"));
        let manifest = inside.as_deref().unwrap_or(manifest);
        let place = manifest.display();
        let bytes = std::fs::read(manifest).map_err(|e| {
            format!("error: cannot read the manifest {place}: {e}; it is the manifest.json of a run directory")
        })?;
        let document: Value = serde_json::from_slice(&bytes).map_err(|e| {
            let model = manifest.extension().is_some_and(|e| e == "toml");
            let hint = if model {
                "; a model is run without --from"
            } else {
                ""
            };
            format!("error: {place} is not a manifest: {e}{hint}")
        })?;
        if document["columns"].is_array() {
            return Err(format!(
                "error: {place} is the manifest of an ensemble, which is no run: `attractor ensemble` with its model and settings repeats it, as its `command` says"
            ));
        }
        let model = &document["model"];
        let word = |key: &str| {
            let value = model[key].as_str().map(str::to_owned);
            value.ok_or_else(|| format!("error: {place} is not a manifest: it has no model.{key}"))
        };
        let damaged = |what: &str| format!("error: {place} is damaged: {what}");
        let texts = |value: &Value| -> Option<Vec<String>> {
            let all = value.as_array()?.iter();
            all.map(|v| v.as_str().map(str::to_owned)).collect()
        };
        let mut before = texts(&model["overrides"])
            .ok_or_else(|| damaged("model.overrides is not a list of texts"))?;
        let text = word("text")?;
        if fingerprint_of(&text, &before) != word("sha256")? {
            return Err(damaged(
                "model.text and model.overrides are not those of the run (their sha256 is not model.sha256)",
            ));
        }
        let repeated = overrides.is_empty();
        before.append(overrides);
        *overrides = before;
        let directory = match &model["directory"] {
            Value::Null => None,
            Value::String(directory) => Some(PathBuf::from(directory)),
            _ => return Err(damaged("model.directory is not a text")),
        };
        let this = env!("CARGO_PKG_VERSION");
        let note = match document["attractor"].as_str() {
            Some(then) if then == this => None,
            then => Some(format!(
                "the run of {place} was made by attractor {}, this is {this}: the results may differ in their last digits",
                then.unwrap_or("of no version")
            )),
        };
        let origin = Origin {
            model: word("path")?,
            overrides: Vec::new(),
            directory,
            note,
        };
        let directory = origin.directory.as_deref();
        let loaded = load_text(&origin.model, &text, overrides, directory);
        let loaded = loaded.map_err(|e| e.to_string())?;
        let now: Vec<(String, String)> = loaded.files.iter().map(super::run::fingerprint).collect();
        let then: Option<Vec<(&str, &str)>> = model["files"].as_array().and_then(|all| {
            let files = all.iter();
            files
                .map(|f| Some((f["path"].as_str()?, f["sha256"].as_str()?)))
                .collect()
        });
        let then = then.ok_or_else(|| {
            damaged("model.files does not list the files of the run, each with its sha256")
        })?;
        for (k, (path, sha)) in now.iter().enumerate() {
            // The same text reads the same files in the same order, wherever they are now. With other overrides it may
            // read others, which are known by their names.
            let name = |path: &str| Path::new(path).file_name().map(|n| n.to_owned());
            let listed = if repeated {
                then.get(k)
            } else {
                let same = then.iter().find(|(p, _)| name(p) == name(path));
                match same {
                    Some(same) => Some(same),
                    None => continue,
                }
            };
            match listed {
                Some((_, listed)) if listed == sha => {}
                Some(_) => {
                    return Err(format!(
                        "error: {path} has changed since the run of {place} (its sha256 differs), so the run cannot be repeated; put the old file back, or run the model itself"
                    ));
                }
                None => {
                    return Err(damaged(&format!(
                        "the model reads {path}, which model.files does not list"
                    )));
                }
            }
        }
        Ok((loaded, origin))
    }
}
