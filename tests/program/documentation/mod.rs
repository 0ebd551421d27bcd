//! The documents as a user meets them: what they show is true, what they point to is there, and nothing is left out.

mod blocks;
mod examples;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use attractor::dynamics::{Interrupt, METHODS};
use attractor::key::Key;
use attractor::learning::rules;
use attractor::model_file::{MODELS, PROBLEMS, SECTIONS, schema};
use attractor::problem;
use attractor::study::COLUMNS;
use attractor::{lagrangian, synapse};
use serde_json::Value;
use tempfile::TempDir;

use crate::command_line::{attractor, said};

/// The root of the project.
fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Every document: its path from the root, and its text.
fn pages() -> Vec<(PathBuf, String)> {
    let manual = fs::read_dir(root().join("docs")).unwrap();
    let manual = manual.map(|e| Path::new("docs").join(e.unwrap().file_name()));
    let others = ["README.md", "CHANGELOG.md", "models/README.md"];
    let all = manual.chain(others.map(PathBuf::from));
    all.map(|path| {
        let text = fs::read_to_string(root().join(&path)).unwrap();
        (path, text)
    })
    .collect()
}

/// The text of a document.
fn page(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap()
}

/// Fails with everything that the document does not name in backticks.
fn names_all<'a>(path: &str, words: impl IntoIterator<Item = &'a str>) {
    let text = page(path);
    let silent: BTreeSet<&str> = words
        .into_iter()
        .filter(|w| !text.contains(&format!("`{w}`")))
        .collect();
    assert!(silent.is_empty(), "{path} is silent about {silent:?}");
}

/// The names of a heading's anchor, as GitHub makes them.
fn anchors(text: &str) -> Vec<String> {
    let headings = text.lines().filter(|l| l.starts_with('#'));
    headings
        .map(|h| {
            let kept = h.trim_start_matches('#').trim().chars();
            let kept = kept.filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
            kept.collect::<String>().to_lowercase().replace(' ', "-")
        })
        .collect()
}

#[test]
fn every_column_of_the_outcomes_is_in_the_manual_with_its_unit_and_meaning() {
    let text = page("docs/output.md");
    for column in COLUMNS.iter().filter(|c| c.name != "end") {
        let line = format!("| `{}` | {} | {} |", column.name, column.unit, column.about);
        assert!(text.contains(&line), "docs/output.md misses {line}");
    }
}

#[test]
fn the_readme_is_read_in_one_go() {
    let lines = page("README.md").lines().count();
    assert!(
        lines <= 150,
        "README.md has {lines} lines; the manual is in docs/"
    );
}

#[test]
fn the_first_command_of_the_readme_ends_as_the_readme_says() {
    let directory = TempDir::new().unwrap();
    let output = attractor(directory.path(), &["run", "digits"]);
    let said = said(&output);
    let end: Vec<&str> = said.lines().rev().take(2).collect();
    let shown = format!("```text\n{}\n{}\n```", end[1], end[0]);
    assert!(page("README.md").contains(&shown), "{shown}");
}

#[test]
fn every_link_of_a_document_leads_somewhere() {
    for (path, text) in pages() {
        for link in text.split("](").skip(1) {
            let target = link.split(')').next().unwrap();
            if target.starts_with("http") || target.starts_with("mailto:") {
                continue;
            }
            let (file, anchor) = target.split_once('#').unwrap_or((target, ""));
            let mut there = root().join(&path);
            if !file.is_empty() {
                there = there.parent().unwrap().join(file);
            }
            assert!(there.exists(), "{}: there is no {target}", path.display());
            if !anchor.is_empty() {
                let text = fs::read_to_string(&there).unwrap();
                let found = anchors(&text).iter().any(|a| a == anchor);
                assert!(found, "{}: no heading for {target}", path.display());
            }
        }
    }
}

#[test]
fn every_page_of_the_manual_is_in_its_index_and_in_the_readme() {
    for (path, _) in pages().iter().filter(|(p, _)| p.starts_with("docs")) {
        let name = path.file_name().unwrap().to_str().unwrap();
        assert!(
            page("README.md").contains(&format!("(docs/{name}")),
            "README.md: {name}"
        );
        let itself = name == "README.md";
        assert!(
            itself || page("docs/README.md").contains(&format!("({name})")),
            "docs/README.md: {name}"
        );
    }
}

#[test]
fn every_key_of_a_model_file_is_explained() {
    fn keys<'a>(schema: &'a Value, found: &mut BTreeSet<&'a str>) {
        if let Some(properties) = schema.get("properties").and_then(Value::as_object) {
            found.extend(properties.keys().map(String::as_str));
        }
        match schema {
            Value::Object(map) => map.values().for_each(|v| keys(v, found)),
            Value::Array(items) => items.iter().for_each(|v| keys(v, found)),
            _ => {}
        }
    }
    let (schema, mut found) = (schema(), BTreeSet::new());
    keys(&schema, &mut found);
    assert!(found.len() > 80, "{found:?}");
    // As a word of its own between backticks, which every second piece is: a block has three of them at either end.
    let text = page("docs/model-file.md") + &page("docs/figures.md") + &page("docs/learning.md");
    let code = text.split('`').skip(1).step_by(2);
    let words: BTreeSet<&str> = code
        .flat_map(|c| c.split(|c: char| !c.is_alphanumeric() && !matches!(c, '_' | '-')))
        .collect();
    let silent: Vec<_> = found.difference(&words).collect();
    assert!(silent.is_empty(), "the manual is silent about {silent:?}");
}

/// The tables of keys are written from the list of keys: `BLESS=1` writes them anew.
/// A row of a table of the manual: an entry of a list.
fn row(name: &str, about: &str, parameters: &[Key]) -> String {
    let key = |p: &Key| format!("`{}`: {}", p.name, p.about);
    let keys: Vec<String> = parameters.iter().map(key).collect();
    format!("| `{name}` | {about} | {} |\n", keys.join("<br>"))
}

/// Every table of the manual that a list makes: what its place is marked with, and the table.
fn tables() -> Vec<(&'static str, String)> {
    let keys = SECTIONS.iter().map(|(name, keys)| (*name, keys.markdown()));
    let mut synapses =
        "| `kind` | `layers` | energy, currents | keys |\n|---|---|---|---|\n".to_owned();
    synapses.extend(synapse::KINDS.iter().map(|k| {
        let layers = k.layers.split(':').next().unwrap();
        row(k.name, &format!("`{layers}` | {}", k.formula), k.parameters)
    }));
    let mut lagrangians = "| Lagrangian | L, g | parameters |\n|---|---|---|\n".to_owned();
    lagrangians.extend(
        lagrangian::KINDS
            .iter()
            .map(|k| row(k.name, k.formula, k.parameters)),
    );
    let mut rules = "| rule | what it is | options |\n|---|---|---|\n".to_owned();
    rules.extend(rules::list().iter().map(|rule| {
        let options: Vec<String> = rule.options.iter().map(|o| format!("`{o}`")).collect();
        format!(
            "| `{}` | {} | {} |\n",
            rule.name,
            rule.about,
            options.join(", ")
        )
    }));
    let mut problems = String::new();
    for kind in problem::KINDS {
        problems += &format!("### `{}`\n\n{}.\n\n", kind.name, kind.about);
        problems += &kind.problem.markdown();
        for form in kind.forms {
            problems += &format!("\nForm `{}`: {}.\n", form.name, form.about);
            if !form.network.keys.is_empty() {
                problems += &format!("\n{}", form.network.markdown());
            }
        }
        problems.push('\n');
    }
    keys.chain([
        ("list of problems", problems),
        ("runs of problems", problem::RUNS.markdown()),
        ("list of rules", rules),
        ("list of synapses", synapses),
        ("list of lagrangians", lagrangians),
    ])
    .collect()
}

#[test]
fn the_tables_of_the_manual_are_those_of_the_lists() {
    let pages = [
        "docs/model-file.md",
        "docs/figures.md",
        "docs/learning.md",
        "docs/problems.md",
    ];
    let tables = tables();
    let mut missing: Vec<&str> = tables.iter().map(|(name, _)| *name).collect();
    for name in pages {
        let was = page(name);
        let mut text = was.clone();
        for (section, table) in &tables {
            let head = format!("<!-- keys: {section} -->\n");
            let Some(from) = text.find(&head).map(|at| at + head.len()) else {
                continue;
            };
            missing.retain(|name| name != section);
            let to = from + text[from..].find("<!-- end -->").unwrap();
            text.replace_range(from..to, table);
        }
        if std::env::var_os("BLESS").is_some() {
            fs::write(root().join(name), &text).unwrap();
        } else {
            assert!(text == was, "{name}: BLESS=1 writes the tables of keys");
        }
    }
    assert!(missing.is_empty(), "no page has the keys of {missing:?}");
}

#[test]
fn every_entry_of_a_list_is_in_the_manual() {
    names_all(
        "docs/model-file.md",
        lagrangian::KINDS.iter().map(|k| k.name),
    );
    names_all("docs/model-file.md", synapse::KINDS.iter().map(|k| k.name));
    names_all("docs/methods.md", METHODS.iter().map(|m| m.name));
    let shipped = MODELS.iter().chain(PROBLEMS);
    names_all("models/README.md", shipped.map(|m| m.name));
}

#[test]
fn every_kind_of_synapse_has_a_shipped_model() {
    // Or a shipped problem becomes a network with it.
    let mut networks = String::new();
    for shipped in PROBLEMS {
        let asked = problem::load(Path::new(shipped.name), &[]).unwrap();
        for form in asked.kind.forms {
            let form = [format!("network.form={}", form.name)];
            // Constants of the file may be those of another form.
            let Ok(asked) = problem::load(Path::new(shipped.name), &form) else {
                continue;
            };
            let stage = problem::stage(&asked, 0, &Interrupt::new()).unwrap();
            networks += &stage.text();
        }
    }
    for kind in synapse::KINDS {
        let line = format!("kind = \"{}\"", kind.name);
        assert!(
            networks.contains(&line) || MODELS.iter().any(|m| m.text.contains(&line)),
            "{}",
            kind.name
        );
    }
}

#[test]
fn what_is_cited_is_this_version() {
    let version = format!("\nversion: {}\n", env!("CARGO_PKG_VERSION"));
    assert!(page("CITATION.cff").contains(&version), "{version}");
}
