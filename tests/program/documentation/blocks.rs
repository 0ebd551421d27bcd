//! Blocks of TOML and JSON in the documents.

use std::fs;

use serde_json::Value;
use tempfile::TempDir;

use super::{page, pages, root};
use crate::command_line::{attractor, said};

/// The blocks of a language in a document: what follows the language on the opening line, and the text.
fn blocks<'a>(text: &'a str, language: &str) -> Vec<(&'a str, &'a str)> {
    let mut found = Vec::new();
    // What stands between fences is every second piece.
    for piece in text.split("```").skip(1).step_by(2) {
        let (opening, body) = piece.split_once('\n').unwrap();
        if let Some(rest) = opening.strip_prefix(language) {
            found.push((rest.trim(), body));
        }
    }
    found
}

/// A model in pieces: what stands before the first table, then each table with its header.
fn tables(model: &str) -> Vec<(String, String)> {
    let mut found = vec![(String::new(), String::new())];
    for line in model.lines() {
        if line.starts_with('[') {
            found.push((line.trim().to_string(), String::new()));
        }
        let text = &mut found.last_mut().unwrap().1;
        text.push_str(line);
        text.push('\n');
    }
    found
}

/// The model with the tables of a piece in place of its own of the same name.
fn within(model: &str, piece: &str) -> String {
    let new = tables(piece);
    let family = |header: &str| match header {
        "[start]" | "[[starts]]" => "start".to_string(),
        other => other.to_string(),
    };
    let replaced = |header: &str| new.iter().any(|(h, _)| family(h) == family(header));
    let kept = tables(model);
    let kept = kept.iter().filter(|(h, _)| h.is_empty() || !replaced(h));
    kept.chain(&new).map(|(_, text)| text.as_str()).collect()
}

#[test]
fn every_model_in_a_document_is_sound_and_every_piece_fits_the_first_of_its_page() {
    let mut seen = 0;
    for (path, text) in pages() {
        let mut first: Option<&str> = None;
        // A problem is checked as it stands.
        let is_model = |block: &&(&str, &str)| !block.1.contains("[problem]");
        let all = blocks(&text, "toml");
        for (_, block) in all.iter().filter(|b| !is_model(b)) {
            let directory = TempDir::new().unwrap();
            fs::write(directory.path().join("problem.toml"), block).unwrap();
            let output = attractor(directory.path(), &["check", "problem.toml"]);
            assert_eq!(output.status.code(), Some(0), "{block}\n{}", said(&output));
        }
        for (_, block) in all.iter().filter(is_model).copied() {
            let whole = ["[layers.", "[start", "\n[solve", "\n[[syn"]
                .iter()
                .filter(|t| block.contains(*t))
                .count()
                > 1;
            let model = match first {
                Some(model) if !whole => within(model, block),
                _ => block.to_string(),
            };
            first = first.or(Some(block));
            let directory = TempDir::new().unwrap();
            fs::write(directory.path().join("model.toml"), &model).unwrap();
            let output = attractor(directory.path(), &["check", "model.toml"]);
            assert_eq!(
                output.status.code(),
                Some(0),
                "{}:\n{model}\n{}",
                path.display(),
                said(&output)
            );
            seen += 1;
        }
    }
    assert!(seen > 8, "{seen}");
}

/// Everything that is shown is there and of the same sort; in a list one of each is enough.
fn is_part_of(shown: &Value, real: &Value, place: &str) {
    match (shown, real) {
        (Value::Object(shown), Value::Object(real)) => {
            for (key, value) in shown {
                let place = format!("{place}.{key}");
                is_part_of(
                    value,
                    real.get(key)
                        .unwrap_or_else(|| panic!("there is no {place}")),
                    &place,
                );
            }
        }
        (Value::Array(shown), Value::Array(real)) => {
            for (value, real) in shown.iter().zip(real) {
                is_part_of(value, real, &format!("{place}[]"));
            }
        }
        _ => assert_eq!(
            std::mem::discriminant(shown),
            std::mem::discriminant(real),
            "{place}: {shown} is shown, it is {real}"
        ),
    }
}

#[test]
fn every_document_of_json_that_is_shown_is_what_its_command_prints() {
    let text = ["docs/json.md", "docs/continuation.md", "docs/heads.md"];
    let text = text.map(page).concat();
    let shown = blocks(&text, "json");
    assert!(shown.len() >= 4, "{}", shown.len());
    for (command, block) in shown {
        let shown: Value = serde_json::from_str(block).unwrap_or_else(|e| panic!("{command}: {e}"));
        let directory = TempDir::new().unwrap();
        // Files of the project, from wherever it is called.
        let place = |word: &str| match word.starts_with("models/") {
            true => root().join(word).display().to_string(),
            false => word.to_owned(),
        };
        let arguments: Vec<String> = command.split(' ').skip(1).map(place).collect();
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let output = attractor(directory.path(), &arguments);
        let real = String::from_utf8_lossy(&output.stdout);
        let real: Value = serde_json::from_str(&real)
            .unwrap_or_else(|e| panic!("{command}: {e}\n{}", said(&output)));
        is_part_of(&shown, &real, command);
    }
}
