//! Where a run comes from: a model, or the manifest of an earlier run.

use std::path::{Path, PathBuf};

use serde_json::Value;

use super::common::{Failure, fingerprint};
use super::flags::Overrides;
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
pub(super) fn design(model: &Path, overrides: Overrides) -> Result<Design, Failure> {
    let (loaded, origin) = Origin::named(model, overrides)?;
    let directory = origin.directory.as_deref();
    Ok(Design::new(
        loaded,
        &origin.model,
        &origin.overrides,
        directory,
    )?)
}

impl Origin {
    /// A model file, or a model that is part of the program, with its overrides.
    pub fn named(model: &Path, overrides: Overrides) -> Result<(Loaded, Origin), Failure> {
        let Overrides { all, typed } = overrides;
        let loaded = load(model, &all).map_err(|e| e.with_flags(typed))?;
        let directory = directory_of(model);
        let directory = directory.map(|d| std::path::absolute(&d).unwrap_or(d));
        let origin = Origin {
            model: model.display().to_string(),
            overrides: all,
            directory,
            note: None,
        };
        Ok((loaded, origin))
    }

    /// The model of a manifest. The manifest's overrides are put before `overrides`, which win.
    pub fn of(manifest: &Path, overrides: Overrides) -> Result<(Loaded, Origin), Failure> {
        // The directory of a run stands for the manifest in it.
        let inside = manifest.is_dir().then(|| manifest.join("manifest.json"));
        let manifest = inside.as_deref().unwrap_or(manifest);
        let place = manifest.display();
        let bytes = std::fs::read(manifest).map_err(|e| {
            Failure::bad(format!(
                "cannot read the manifest {place}: {e}; it is the manifest.json of a run directory"
            ))
        })?;
        let document: Value = serde_json::from_slice(&bytes).map_err(|e| {
            let model = manifest.extension().is_some_and(|e| e == "toml");
            let hint = if model {
                "; a model is run without --from"
            } else {
                ""
            };
            Failure::bad(format!("{place} is not a manifest: {e}{hint}"))
        })?;
        let model = &document["model"];
        let word = |key: &str| {
            let value = model[key].as_str().map(str::to_owned);
            let none = || Failure::bad(format!("{place} is not a manifest: it has no model.{key}"));
            value.ok_or_else(none)
        };
        let text = word("text")?;
        if !document["results"].is_array() {
            return Err(Failure::bad(format!(
                "{place} is the manifest of an ensemble, which is no run: `attractor ensemble` with its model and settings repeats it, as its `command` says"
            )));
        }
        let damaged = |what: &str| Failure::bad(format!("{place} is damaged: {what}"));
        let before = model["overrides"].as_array();
        let texts = |all: &Vec<Value>| all.iter().map(|v| v.as_str().map(str::to_owned)).collect();
        let before: Option<Vec<String>> = before.and_then(texts);
        let before = before.ok_or_else(|| damaged("model.overrides is not a list of texts"))?;
        if fingerprint_of(&text, &before) != word("sha256")? {
            return Err(damaged(
                "model.text and model.overrides are not those of the run (their sha256 is not model.sha256)",
            ));
        }
        let typed = before.len() + overrides.typed;
        let repeated = overrides.all.is_empty();
        let directory = match &model["directory"] {
            Value::Null => None,
            Value::String(directory) => Some(PathBuf::from(directory)),
            _ => return Err(damaged("model.directory is not a text")),
        };
        let this = env!("CARGO_PKG_VERSION");
        let then = document["attractor"].as_str();
        let note = (then != Some(this)).then(|| {
            let then = then.unwrap_or("of no version");
            format!(
                "the run of {place} was made by attractor {then}, this is {this}: the results may differ in their last digits"
            )
        });
        let origin = Origin {
            model: word("path")?,
            overrides: [before, overrides.all].concat(),
            directory,
            note,
        };
        let directory = origin.directory.as_deref();
        let loaded = load_text(&origin.model, &text, &origin.overrides, directory);
        let loaded = loaded.map_err(|e| e.with_flags(typed))?;
        let files = model["files"].as_array().and_then(|all| {
            let file = |f: &Value| {
                let [path, sha] = ["path", "sha256"].map(|key| f[key].as_str().map(str::to_owned));
                Some((path?, sha?))
            };
            all.iter().map(file).collect::<Option<Vec<_>>>()
        });
        let then = files.ok_or_else(|| {
            damaged("model.files does not list the files of the run, each with its sha256")
        })?;
        for (k, (path, sha)) in loaded.files.iter().map(fingerprint).enumerate() {
            // The same text reads the same files in the same order, wherever they are now. With other overrides it may
            // read others, which are known by their names.
            let name = |path: &str| Path::new(path).file_name().map(|n| n.to_owned());
            let listed = match repeated {
                true => then.get(k),
                false => then.iter().find(|(p, _)| name(p) == name(&path)),
            };
            match listed {
                Some((_, listed)) if *listed == sha => {}
                None if !repeated => {}
                Some(_) => {
                    return Err(Failure::bad(format!(
                        "{path} has changed since the run of {place} (its sha256 differs), so the run cannot be repeated; put the old file back, or run the model itself"
                    )));
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
