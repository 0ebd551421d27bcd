//! Long searches say how far they are, and Ctrl-C keeps what they have found.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::Value;
use tempfile::TempDir;

/// Sixty graded neurons with three memories: more fixed points than any search finds in a second.
pub const THREE: &str = r#"
[patterns.xi]
random = "sign"
shape = [3, 60]
[layers.s]
size = 60
lagrangian = { kind = "tanh", beta = 4.0 }
[[synapses]]
kind = "memory"
layers = ["s"]
patterns = "xi"
scale = 0.01666
potential = "identity"
[start]
s = 0.1
[recall]
layer = "s"
of = "xi"
within = 1.0
"#;

/// Runs a search, reads its progress until it says something of this stage, and presses Ctrl-C. Returns the document that it prints.
fn interrupted(path: &Path, words: &str, stage: &str) -> Value {
    fs::write(path.join("three.toml"), THREE).unwrap();
    let mut run = Command::new(env!("CARGO_BIN_EXE_attractor"))
        .current_dir(path)
        .args(words.split(' '))
        .args(["--progress", "json", "--json", "--out", "found"])
        .stdout(fs::File::create(path.join("document.json")).unwrap())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(run.stderr.take().unwrap()).lines();
    let told = lines.find_map(|line| {
        let told: Value = serde_json::from_str(&line.unwrap()).ok()?;
        (told["stage"] == stage).then_some(told)
    });
    let told = told.unwrap();
    assert!(
        told["done"].is_u64() && told["seconds"].as_f64().unwrap() >= 1.0,
        "{told}"
    );
    let id = run.id().to_string();
    Command::new("kill").args(["-INT", &id]).output().unwrap();
    let said: Vec<String> = lines.map_while(Result::ok).collect();
    let code = run.wait().unwrap().code();
    assert_eq!(code, Some(130), "{said:?}");
    assert!(said.last().unwrap().contains("interrupted"), "{said:?}");
    let text = fs::read_to_string(path.join("document.json")).unwrap();
    let document: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(document["interrupted"], true);
    // The same is kept, where it takes the place of nothing that was finished.
    let partial = path.join("found.partial");
    let kept = fs::read_to_string(partial.join("answer.json")).unwrap();
    assert_eq!(serde_json::from_str::<Value>(&kept).unwrap(), document);
    let manifest = fs::read_to_string(partial.join("manifest.json.partial")).unwrap();
    let manifest: Value = serde_json::from_str(&manifest).unwrap();
    assert_eq!(manifest["partial"], true);
    document
}

#[test]
fn fixed_points_that_were_found_before_an_interrupt_are_told_and_kept() {
    let directory = TempDir::new().unwrap();
    let path = directory.path();
    fs::write(path.join("three.toml"), THREE).unwrap();
    let finished = Command::new(env!("CARGO_BIN_EXE_attractor"))
        .current_dir(path)
        .args(["fixed-points", "three.toml", "--out", "found", "--quiet"])
        .output()
        .unwrap();
    assert!(finished.status.success(), "{finished:?}");
    let before = fs::read(path.join("found/answer.json")).unwrap();
    let words = "fixed-points three.toml --tries 100000000 --max-tries 100000000";
    let found = interrupted(path, words, "tries of Newton's method");
    assert_eq!(fs::read(path.join("found/answer.json")).unwrap(), before);
    // The memories and their opposites at least: starts rest there.
    assert!(found["fixed_points"].as_array().unwrap().len() >= 6);
}

#[test]
fn branches_that_were_found_before_an_interrupt_are_told_and_kept() {
    let directory = TempDir::new().unwrap();
    let words =
        "continue three.toml --param layers.s.lagrangian.beta --from 0.5 --to 6 --values 5000";
    interrupted(directory.path(), words, "values of the parameter searched");
}
