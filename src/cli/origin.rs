//! Where a run comes from: a model, or the manifest of an earlier run.

use std::path::{Path, PathBuf};

use serde_json::Value;

use super::failure::Failure;
use super::flags::Overrides;
use crate::dynamics::Interrupt;
use crate::model_file::{
    DataFile, Design, Loaded, Opened, directory_of, load_opened, load_text, open,
};
use crate::problem::{self, Asked};
use crate::record::{KEPT, MANIFEST, RUN, is_known_kind, kind_in_words, kind_of};
use crate::report::{Provenance, fingerprint_of};

/// What identifies the model of a run.
pub(super) struct Origin {
    pub provenance: Provenance,
    /// The directory of the run that is repeated.
    pub source: Option<PathBuf>,
    /// What is to be said of that.
    pub notes: Vec<String>,
}

/// The design of a model, every point of it looked at, or that of the network that a problem becomes.
///
/// With it what is to be said of the problem.
pub(super) fn described(
    model: &Path,
    overrides: Overrides,
) -> Result<(Design, Vec<String>), Failure> {
    let opened = open(model, &overrides.all).map_err(|e| e.with_flags(overrides.typed))?;
    if !opened.is_problem() {
        let (loaded, Origin { provenance: p, .. }) = Origin::opened(&opened, model, overrides)?;
        let directory = p.directory.as_deref();
        let design = Design::new(loaded, &p.model, &p.overrides, directory)?;
        return Ok((design, Vec::new()));
    }
    let asked = problem::load_opened(opened);
    let asked = asked.map_err(|e| e.with_flags(overrides.typed))?;
    let stage = problem::stage(&asked, 0, &Interrupt::new()).map_err(Failure::bad)?;
    let loaded = stage.load(&asked.name)?;
    let design = Design::new(loaded, &asked.name, &[], None)?;
    let (kind, form) = (asked.kind, asked.form);
    let told = vec![
        asked.title.clone(),
        format!("  problem {}: {}", kind.name, asked.problem.words()),
        format!("  form {}: {}", form.name, form.about),
        "  the network, the first one where several follow one another:".into(),
    ];
    Ok((design, told))
}

/// Data files as a manifest lists them: the path and the sha256 of each.
pub(super) fn fingerprints(files: &[DataFile]) -> Vec<(String, String)> {
    let one = |f: &DataFile| (f.path.display().to_string(), f.sha256.clone());
    files.iter().map(one).collect()
}

impl Origin {
    /// A model file, or a model that is part of the program, with its overrides.
    pub fn named(model: &Path, overrides: Overrides) -> Result<(Loaded, Origin), Failure> {
        let opened = open(model, &overrides.all).map_err(|e| e.with_flags(overrides.typed))?;
        Origin::opened(&opened, model, overrides)
    }

    /// The same of a model file that is open.
    fn opened(
        opened: &Opened,
        model: &Path,
        overrides: Overrides,
    ) -> Result<(Loaded, Origin), Failure> {
        let Overrides { all, typed } = overrides;
        let loaded = load_opened(opened).map_err(|e| e.with_flags(typed))?;
        let directory = directory_of(model);
        let provenance = Provenance {
            model: model.display().to_string(),
            text: loaded.text.clone(),
            overrides: all,
            directory: directory.map(|d| std::path::absolute(&d).unwrap_or(d)),
            files: fingerprints(&loaded.files),
            ..Provenance::default()
        };
        let origin = Origin {
            provenance,
            source: None,
            notes: Vec::new(),
        };
        Ok((loaded, origin))
    }

    /// A problem file.
    pub fn problem(asked: &Asked, overrides: Overrides) -> Origin {
        let directory = asked.directory.as_ref();
        Origin {
            provenance: Provenance {
                model: asked.name.clone(),
                text: asked.text.clone(),
                overrides: overrides.all,
                directory: directory.map(|d| std::path::absolute(d).unwrap_or(d.clone())),
                files: asked.files.clone(),
                ..Provenance::default()
            },
            source: None,
            notes: Vec::new(),
        }
    }

    /// A file of data with its sha256.
    pub fn data(path: &Path, sha256: String) -> Origin {
        let directory = directory_of(path);
        let name = path.display().to_string();
        Origin {
            provenance: Provenance {
                model: name.clone(),
                directory: directory.map(|d| std::path::absolute(&d).unwrap_or(d)),
                files: vec![(name, sha256)],
                ..Provenance::default()
            },
            source: None,
            notes: Vec::new(),
        }
    }

    /// The model of a manifest. The manifest's overrides are put before `overrides`, which win.
    pub fn of(manifest: &Path, overrides: Overrides) -> Result<(Loaded, Origin), Failure> {
        // The directory of a run stands for the manifest in it, that of one that was interrupted too.
        let inside = [MANIFEST, KEPT].map(|name| manifest.join(name));
        let first = inside.iter().find(|path| path.is_file());
        let manifest = match manifest.is_dir() {
            true => first.unwrap_or(&inside[0]),
            false => manifest,
        };
        let place = manifest.display();
        let document = read(manifest)?;
        let partial = document["partial"] == true;
        let kind = kind_of(&document);
        let there = kind_in_words(kind);
        if !is_known_kind(kind) {
            return Err(Failure::bad(format!(
                "{place} is the manifest of {there}, which is no run; a later version of attractor may know it"
            )));
        }
        let model = &document["model"];
        let word = |key: &str| {
            let none = || Failure::bad(format!("{place} is not a manifest: it has no model.{key}"));
            model[key].as_str().map(str::to_owned).ok_or_else(none)
        };
        let text = word("text")?;
        if kind != RUN {
            let resume = if partial {
                ", --resume goes on with it"
            } else {
                ""
            };
            return Err(Failure::bad(format!(
                "{place} is the manifest of {there}, which is no run: `attractor {kind}` with its model and settings repeats it, as its `command` says{resume}"
            )));
        }
        let damaged = |what: &str| Failure::bad(format!("{place} is damaged: {what}"));
        let texts = |all: &Vec<Value>| all.iter().map(|v| v.as_str().map(str::to_owned)).collect();
        let before: Option<Vec<String>> = model["overrides"].as_array().and_then(texts);
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
        let mut notes = Vec::new();
        if partial {
            notes.push(format!(
                "the run of {place} was interrupted; it is run again from its start"
            ));
        }
        let (then, this) = (document["attractor"].as_str(), env!("CARGO_PKG_VERSION"));
        if then != Some(this) {
            let then = then.unwrap_or("of no version");
            notes.push(format!(
                "the run of {place} was made by attractor {then}, this is {this}: the results may differ in their last digits"
            ));
        }
        let mut p = Provenance {
            model: word("path")?,
            text,
            overrides: [before, overrides.all].concat(),
            directory,
            ..Provenance::default()
        };
        let loaded = load_text(&p.model, &p.text, &p.overrides, p.directory.as_deref());
        let loaded = loaded.map_err(|e| e.with_flags(typed))?;
        p.files = fingerprints(&loaded.files);
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
        for (k, (path, sha)) in p.files.iter().enumerate() {
            // The same text reads the same files in the same order; with other overrides it may read others, known by their names.
            let name = |path: &str| Path::new(path).file_name().map(|n| n.to_owned());
            let listed = match repeated {
                true => then.get(k),
                false => then.iter().find(|(p, _)| name(p) == name(path)),
            };
            let changed = listed.is_some_and(|(_, listed)| listed != sha);
            if changed {
                return Err(Failure::bad(format!(
                    "{path} has changed since the run of {place} (its sha256 differs), so the run cannot be repeated; put the old file back, or run the model itself"
                )));
            }
            if listed.is_none() && repeated {
                let what = format!("the model reads {path}, which model.files does not list");
                return Err(damaged(&what));
            }
        }
        let origin = Origin {
            provenance: p,
            source: manifest.parent().map(Path::to_owned),
            notes,
        };
        Ok((loaded, origin))
    }
}

fn read(manifest: &Path) -> Result<Value, Failure> {
    let place = manifest.display();
    let bytes = std::fs::read(manifest).map_err(|e| {
        let parent = manifest.parent().and_then(Path::extension);
        let killed = match parent.is_some_and(|e| e == "partial") {
            true => "; what was killed has none, but an ensemble goes on with --resume",
            false => "",
        };
        Failure::bad(format!(
            "cannot read the manifest {place}: {e}; it is the manifest.json of a run directory{killed}"
        ))
    })?;
    serde_json::from_slice(&bytes).map_err(|e| {
        let hint = match manifest.extension().is_some_and(|e| e == "toml") {
            true => "; a model is run without --from",
            false => "",
        };
        Failure::bad(format!("{place} is not a manifest: {e}{hint}"))
    })
}
