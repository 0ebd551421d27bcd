//! `attractor solve` as a user sees it: what is told and kept, the network as a model, and what is refused.

use std::fs;

use attractor::model_file::PROBLEMS;
use attractor::problem::schema;
use attractor::record::read_npz;
use serde_json::Value;
use tempfile::TempDir;

use crate::command_line::{attractor, said};

const QUEENS: &str = "[problem]\nkind = \"queens\"\nn = 6\n[solve]\nstarts = 10\n";

#[test]
fn what_is_told_is_what_is_kept() {
    let directory = TempDir::new().unwrap();
    let path = directory.path();
    fs::write(path.join("q.toml"), QUEENS).unwrap();
    let arguments = ["solve", "q.toml", "--form", "binary", "--json"];
    let output = attractor(path, &arguments);
    let document: Value = serde_json::from_slice(&output.stdout).unwrap();
    let kept = fs::read_to_string(path.join("runs/q-solve/answer.json")).unwrap();
    assert_eq!(document, serde_json::from_str::<Value>(&kept).unwrap());
    let valid = read_npz(path.join("runs/q-solve/answer.npz"), "valid").unwrap();
    let count = valid.data.iter().filter(|v| **v == 1.0).count();
    assert_eq!(document["valid"], count);
    assert_eq!(valid.data.len(), 10);
    // Some of the starts fail, and whoever runs it is told so.
    assert!(count < 10);
    let code = if count == 0 { 1 } else { 3 };
    assert_eq!(output.status.code(), Some(code));
    // The manifest is of the problem file, and repeats what it says.
    let manifest = fs::read_to_string(path.join("runs/q-solve/manifest.json")).unwrap();
    let manifest: Value = serde_json::from_str(&manifest).unwrap();
    assert_eq!(manifest["model"]["text"], QUEENS);
    assert_eq!(manifest["kind"], "solve");
    let last = format!("{count} of 10 valid");
    assert!(said(&output).contains(&last), "{}", said(&output));
    let again = attractor(path, &arguments);
    assert_eq!(again.stdout, output.stdout, "the same from the same seed");
}

#[test]
fn the_network_is_written_as_a_model_and_overwrites_nothing() {
    let directory = TempDir::new().unwrap();
    let path = directory.path();
    fs::write(path.join("q.toml"), QUEENS).unwrap();
    let write = ["solve", "q.toml", "--write", "net"];
    assert_eq!(attractor(path, &write).status.code(), Some(0));
    let run = attractor(path, &["run", "net/q.toml", "--quiet"]);
    assert_eq!(run.status.code(), Some(0), "{}", said(&run));
    let solve = attractor(path, &["solve", "q.toml", "--quiet"]);
    assert!(solve.status.code() == Some(0) || solve.status.code() == Some(3));
    // Of a unit that flips the state is the activation.
    let ends = read_npz(path.join("runs/q/outcomes.npz"), "x");
    let own = read_npz(path.join("runs/q-solve/answer.npz"), "activations").unwrap();
    assert_eq!(ends.unwrap().data, own.data);
    fs::write(path.join("net/q.toml"), "mine").unwrap();
    let refused = attractor(path, &write);
    assert_eq!(refused.status.code(), Some(2));
    assert_eq!(fs::read_to_string(path.join("net/q.toml")).unwrap(), "mine");
    let late = attractor(
        path,
        &["solve", "q.toml", "--write", "other", "--stage", "5"],
    );
    assert_eq!(late.status.code(), Some(2));
    assert!(said(&late).contains("must be below 1"), "{}", said(&late));
}

#[test]
fn a_problem_is_no_model_and_a_model_no_problem() {
    let directory = TempDir::new().unwrap();
    let path = directory.path();
    let run = attractor(path, &["run", "queens"]);
    assert_eq!(run.status.code(), Some(2));
    assert!(
        said(&run).contains("attractor solve queens"),
        "{}",
        said(&run)
    );
    let header = QUEENS.replacen("[problem]", "[problem] # what is asked", 1);
    fs::write(path.join("q.toml"), header).unwrap();
    let run = attractor(path, &["run", "q.toml"]);
    assert!(
        said(&run).contains("attractor solve q.toml"),
        "{}",
        said(&run)
    );
    let solve = attractor(path, &["solve", "flip-flop"]);
    assert_eq!(solve.status.code(), Some(2));
    assert!(
        said(&solve).contains("attractor run flip-flop"),
        "{}",
        said(&solve)
    );
    let describe = attractor(path, &["describe", "queens", "--set", "problem.n=5"]);
    let told = String::from_utf8_lossy(&describe.stdout).into_owned();
    assert!(
        told.contains("5 queens on a board of 5 × 5") && told.contains("board [5, 5]: one-hot"),
        "{told}"
    );
}

#[test]
fn problem_files_fit_their_schema() {
    let schema = jsonschema::validator_for(&schema()).unwrap();
    for problem in PROBLEMS {
        let value: Value = toml_as_json(problem.text);
        let wrong: Vec<String> = schema.iter_errors(&value).map(|e| e.to_string()).collect();
        assert!(wrong.is_empty(), "{}: {wrong:?}", problem.name);
    }
    let wrong = toml_as_json("[problem]\nkind = \"queens\"\n");
    assert!(!schema.is_valid(&wrong), "n is missing");
}

fn toml_as_json(text: &str) -> Value {
    let table: toml::Table = text.parse().unwrap();
    serde_json::to_value(table).unwrap()
}
