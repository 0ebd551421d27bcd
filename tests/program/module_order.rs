//! The order of the modules and the places of third-party crates, read from the sources themselves.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on has failed"
)]

use std::fs;
use std::path::{Path, PathBuf};

/// A module uses only those before it.
const ORDER: [&str; 26] = [
    "refusal",
    "number",
    "evenly",
    "key",
    "style",
    "kernels",
    "lagrangian",
    "synapse",
    "network",
    "pattern",
    "stimulus",
    "trajectory",
    "monitor",
    "dynamics",
    "ensemble",
    "analysis",
    "learning",
    "association",
    "figure",
    "study",
    "record",
    "picture",
    "model_file",
    "problem",
    "report",
    "cli",
];

/// Third-party crates and the modules that may name them.
const CRATES: [(&str, &[&str]); 23] = [
    ("nalgebra", &["kernels"]),
    ("pulp", &["kernels"]),
    ("rayon", &["kernels"]),
    ("ode_solvers", &["dynamics"]),
    ("rand", &["pattern"]),
    ("rand_pcg", &["pattern"]),
    ("rand_distr", &["pattern"]),
    ("strsim", &["model_file"]),
    ("annotate_snippets", &["model_file"]),
    ("toml", &["model_file"]),
    ("zip", &["record"]),
    ("png", &["record", "figure"]),
    ("sha2", &["record"]),
    ("plotters", &["figure"]),
    ("ab_glyph", &["figure"]),
    ("flate2", &["figure"]),
    ("dejavu", &["figure"]),
    ("clap", &["cli"]),
    ("clap_complete", &["cli"]),
    ("clap_mangen", &["cli"]),
    ("ctrlc", &["cli"]),
    // Documents: what is kept, what is printed, and the schema of what is read.
    (
        "serde_json",
        &["record", "model_file", "problem", "report", "cli"],
    ),
    ("serde", &["style", "synapse", "figure", "record"]),
];

fn sources(dir: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|e| e == "rs") {
            found.push(path);
        }
    }
}

/// The module of the crate's root that a file belongs to, its path, and its code without comments and strings.
fn files() -> Vec<(String, String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    sources(&root, &mut found);
    found.sort();
    found
        .iter()
        .map(|path| {
            let inside = path.strip_prefix(&root).unwrap();
            let first = inside.iter().next().unwrap().to_str().unwrap();
            let module = first.strip_suffix(".rs").unwrap_or(first).to_string();
            let code = code(&fs::read_to_string(path).unwrap());
            (module, inside.display().to_string(), code)
        })
        .collect()
}

/// Rust code without comments, and with its strings emptied.
fn code(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let at = |i: usize| chars.get(i).copied().unwrap_or('\0');
    let mut out = String::new();
    let mut i = 0;
    while i < chars.len() {
        if at(i) == '/' && at(i + 1) == '/' {
            while i < chars.len() && at(i) != '\n' {
                i += 1;
            }
        } else if at(i) == '/' && at(i + 1) == '*' {
            while i < chars.len() && !(at(i) == '*' && at(i + 1) == '/') {
                i += 1;
            }
            i += 2;
        } else if at(i) == 'r' && (at(i + 1) == '"' || at(i + 1) == '#' && at(i + 2) == '"') {
            let raw = at(i + 1) == '#';
            i += if raw { 3 } else { 2 };
            while i < chars.len() && !(at(i) == '"' && (!raw || at(i + 1) == '#')) {
                i += 1;
            }
            i += if raw { 2 } else { 1 };
            out.push_str("\"\"");
        } else if at(i) == '"' {
            i += 1;
            while i < chars.len() && at(i) != '"' {
                i += if at(i) == '\\' { 2 } else { 1 };
            }
            i += 1;
            out.push_str("\"\"");
        } else if at(i) == '\'' && (at(i + 2) == '\'' || at(i + 1) == '\\') {
            // A character, which may be a quotation mark (lifetimes have no second quote).
            i += if at(i + 1) == '\\' { 2 } else { 1 };
            i += 1;
            while i < chars.len() && at(i) != '\'' {
                i += 1;
            }
            i += 1;
            out.push_str("' '");
        } else {
            out.push(at(i));
            i += 1;
        }
    }
    out
}

/// Every identifier that follows `crate::` (or the crate's own name), groups in braces included.
fn used_modules(code: &str) -> Vec<String> {
    let mut used = Vec::new();
    for prefix in ["crate::", "attractor::"] {
        for (k, _) in code.match_indices(prefix) {
            let before = code[..k].chars().next_back();
            if before.is_some_and(|c| c.is_alphanumeric() || c == '_') {
                continue;
            }
            let rest = &code[k + prefix.len()..];
            if let Some(group) = rest.strip_prefix('{') {
                // The first name of every member at the outer level of the braces.
                let (mut depth, mut name, mut first) = (0, String::new(), true);
                for c in group.chars() {
                    match c {
                        '{' => depth += 1,
                        '}' if depth == 0 => break,
                        '}' => depth -= 1,
                        ',' if depth == 0 => {
                            used.push(std::mem::take(&mut name));
                            first = true;
                        }
                        ':' => first = false,
                        c if depth == 0 && first && !c.is_whitespace() => name.push(c),
                        _ => {}
                    }
                }
                used.push(name);
            } else {
                used.push(identifier(rest));
            }
        }
    }
    used.retain(|n| !n.is_empty());
    used
}

fn identifier(text: &str) -> String {
    text.chars()
        .take_while(|c| c.is_alphanumeric() || *c == '_')
        .collect()
}

/// Does the code name the crate: `name::`, `use name;`, `extern crate name`?
fn names(code: &str, name: &str) -> bool {
    code.match_indices(name).any(|(k, _)| {
        let before = code[..k].trim_end();
        let own_word = !code[..k].ends_with(|c: char| c.is_alphanumeric() || c == '_');
        let after = &code[k + name.len()..];
        let path = after.starts_with("::") && !before.ends_with("::");
        let import =
            before.ends_with("use") && (after.starts_with(';') || after.starts_with(" as"));
        own_word && (path || import)
    })
}

#[test]
fn a_module_uses_only_modules_above_it() {
    let place = |m: &str| ORDER.iter().position(|o| *o == m);
    let mut seen = 0;
    for (module, path, code) in files() {
        let Some(own) = place(&module) else {
            assert!(
                ["lib", "main"].contains(&module.as_str()),
                "{path}: module {module} has no place in the order"
            );
            continue;
        };
        for used in used_modules(&code) {
            let Some(k) = place(&used) else {
                panic!("{path} uses crate::{used}, which has no place in the order");
            };
            seen += 1;
            assert!(
                k <= own,
                "{path}: {module} uses {used}, which comes after it"
            );
        }
    }
    assert!(seen > 50, "only {seen} uses were found");
}

#[test]
fn every_module_of_the_crate_has_a_place_in_the_order() {
    let lib = code(include_str!("../../src/lib.rs"));
    let declared = lib
        .match_indices("mod ")
        .map(|(k, _)| identifier(&lib[k + 4..]));
    let mut count = 0;
    for module in declared {
        assert!(ORDER.contains(&module.as_str()), "{module}");
        count += 1;
    }
    assert!(count > 10);
}

#[test]
fn third_party_crates_are_named_only_where_they_belong() {
    let mut found = Vec::new();
    for (module, path, code) in files() {
        for (name, places) in CRATES {
            if names(&code, name) {
                assert!(
                    places.contains(&module.as_str()),
                    "{path} names {name}, which belongs in {places:?}"
                );
                found.push(name);
            }
        }
    }
    // What is always there, so that the search itself is tested.
    for name in ["nalgebra", "rand", "toml", "zip", "png", "sha2"] {
        assert!(found.contains(&name), "{name} was found nowhere");
    }
}

#[test]
fn a_foreign_engine_is_named_in_one_file() {
    let naming = files()
        .into_iter()
        .filter(|(_, _, c)| names(c, "ode_solvers"));
    let naming: Vec<String> = naming.map(|(_, path, _)| path).collect();
    assert_eq!(naming, ["dynamics/ode_solvers.rs"]);
}

#[test]
fn every_dependency_has_its_place() {
    let manifest: toml::Table = include_str!("../../Cargo.toml").parse().unwrap();
    for name in manifest["dependencies"].as_table().unwrap().keys() {
        // serde's derives belong to whatever is written to a manifest.
        let listed = CRATES.iter().any(|(c, _)| *c == name.replace('-', "_"));
        assert!(listed || name == "serde", "{name}");
    }
}

#[test]
fn comments_and_strings_do_not_count() {
    let text = "/// crate::cli\nlet a = \"crate::cli \\\" nalgebra::\"; // toml::\n/* zip:: */ use crate::kernels::{a, b};";
    let plain = code(text);
    assert_eq!(used_modules(&plain), ["kernels"]);
    for name in ["nalgebra", "toml", "zip"] {
        assert!(!names(&plain, name), "{name}");
    }
    let group = "use crate::{monitor::{A, cli}, dynamics::B};\nlet q = '\"'; use crate::network;";
    assert_eq!(
        used_modules(&code(group)),
        ["monitor", "dynamics", "network"]
    );
    assert!(names("use nalgebra::DMatrix;", "nalgebra"));
    assert!(!names("use crate::png::A; my_zip::b", "png"));
    assert!(!names("my_zip::b", "zip"));
}

#[test]
fn who_draws_stands_in_one_list_that_the_compiler_keeps_distinct() {
    let mut places = 0;
    for (_, path, code) in files() {
        if path.ends_with("pattern/drawer.rs") {
            places += code.matches("1 << 31").count();
        } else {
            assert!(
                !code.contains("1 << 31"),
                "{path} has a place of its own among the layers: `pattern::Drawer` has them all, each once"
            );
        }
    }
    assert_eq!(places, 1);
}
