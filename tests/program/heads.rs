//! `attractor heads` as a user sees it, and the figure of memories averaged along a trajectory.

use std::path::Path;

use attractor::record::{NpzWriter, read_figure, read_npz};
use serde_json::Value;
use tempfile::TempDir;

use crate::command_line::{attractor, said};

/// The shipped attention of six sentences.
fn shipped() -> String {
    format!(
        "{}/models/data/attention_minilm.npz",
        env!("CARGO_MANIFEST_DIR")
    )
}

fn reference() -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/a01_attention_heads.json");
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

fn numbers(v: &Value) -> Vec<f64> {
    match v {
        Value::Array(all) => all.iter().flat_map(numbers).collect(),
        v => vec![v.as_f64().unwrap()],
    }
}

fn document(directory: &Path, words: &[&str]) -> Value {
    let words = [&["heads"], words, &["--json", "--quiet"]].concat();
    let output = attractor(directory, &words);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn the_shipped_sentences_have_the_medians_of_the_reference_in_document_and_arrays() {
    let directory = TempDir::new().unwrap();
    let path = directory.path();
    let found = document(path, &[&shipped(), "--out", "h"]);
    let reference = reference();
    for k in 1..=6 {
        let name = format!("sentence_{k}");
        let array = &found["arrays"][k - 1];
        let of = &reference["npz"][&name];
        assert_eq!(array["name"], name[..]);
        assert_eq!(array["tokens"], of["tokens"].as_array().unwrap().len());
        let medians = numbers(&of["median_k90"]);
        assert_eq!(numbers(&array["k"]), medians, "{name}");
        let kept = read_npz(path.join("h/answer.npz"), &format!("{name}_median")).unwrap();
        assert_eq!((kept.shape, kept.data), (vec![6, 12], medians));
        let kinds: Vec<f64> = numbers(&array["kind"]);
        assert!(kinds.iter().all(|k| (1.0..=3.0).contains(k)));
    }
    assert_eq!(found["arrays"].as_array().unwrap().len(), 6);
    // Numbers of tokens for which the fourth kind cannot occur: that is said.
    let note = found["notes"][0].as_str().unwrap();
    assert!(note.contains("kind 4, cannot occur"), "{note}");
    for name in [
        "heads.png",
        "heads-6.png",
        "heads.figure.json",
        "manifest.json",
    ] {
        assert!(path.join("h").join(name).is_file(), "{name}");
    }
    let manifest = std::fs::read_to_string(path.join("h/manifest.json")).unwrap();
    let manifest: Value = serde_json::from_str(&manifest).unwrap();
    assert_eq!(manifest["kind"], "heads");
    assert_eq!(
        manifest["model"]["sha256"],
        manifest["model"]["files"][0]["sha256"]
    );
}

#[test]
fn the_page_shows_what_its_command_prints() {
    let directory = TempDir::new().unwrap();
    let file = shipped();
    let words = ["heads", &file, "--array", "sentence_6", "--quiet"];
    let output = attractor(directory.path(), &words);
    let table = String::from_utf8_lossy(&output.stdout).into_owned();
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/heads.md");
    let page = std::fs::read_to_string(page).unwrap();
    assert!(page.contains(&format!("```text\n{table}```")), "{table}");
}

#[test]
fn the_matrices_of_the_reference_have_its_k_through_the_command() {
    let directory = TempDir::new().unwrap();
    let path = directory.path();
    let of = reference();
    let mut npz = NpzWriter::create(path.join("a.npz")).unwrap();
    npz.write("attention", &[6, 12, 12, 12], &numbers(&of["attention"]))
        .unwrap();
    npz.finish().unwrap();
    let output = attractor(path, &["heads", "a.npz"]);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    let table = String::from_utf8_lossy(&output.stdout).into_owned();
    let first = "    1  10/1/1/0       9 9 1 10 8 5 9 9.5 8 8 9 10\n";
    assert!(table.contains(first), "{table}");
    assert!(
        said(&output).contains("72 heads of 1 array: "),
        "{}",
        said(&output)
    );
    // In its default place, beside nothing else of this name.
    let k = read_npz(path.join("runs/a-heads/answer.npz"), "attention_k").unwrap();
    assert_eq!((k.shape, k.data), (vec![6, 12, 12], numbers(&of["k90"])));
}

#[test]
fn another_mass_one_array_and_a_mask_are_asked_for_by_flags() {
    let directory = TempDir::new().unwrap();
    let path = directory.path();
    let mut npz = NpzWriter::create(path.join("a.npz")).unwrap();
    let n = 40;
    npz.write("even", &[n, n], &vec![1.0 / n as f64; n * n])
        .unwrap();
    let mut some = vec![0.0; n * n];
    some.chunks_exact_mut(n)
        .for_each(|row| row[..20].fill(0.05));
    npz.write("some", &[n, n], &some).unwrap();
    let keys: Vec<f64> = (0..n).map(|j| f64::from(u8::from(j < 20))).collect();
    npz.write("keys", &[n], &keys).unwrap();
    npz.finish().unwrap();
    let of = document(
        path,
        &[
            "a.npz", "--array", "some", "--mask", "keys", "--mass", "0.501",
        ],
    );
    let array = &of["arrays"][0];
    assert_eq!(
        (of["mass"].as_f64(), &array["name"]),
        (Some(0.501), &"some".into())
    );
    assert_eq!(
        (&array["padding"], &array["most_keys"]),
        (&20.into(), &20.into())
    );
    assert_eq!(numbers(&array["k"]), [11.0]);
    assert_eq!(numbers(&array["kinds"]), [1.0, 0.0, 0.0, 0.0]);
    // The mask is no attention, and the other array does not fit it.
    let output = attractor(path, &["heads", "a.npz", "--mask", "keys"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(
        said(&output).contains("even[0, 20] is 0.025, and the mask does not allow this key"),
        "{}",
        said(&output)
    );
}

#[test]
fn what_makes_no_sense_is_refused_with_the_reason() {
    let directory = TempDir::new().unwrap();
    let path = directory.path();
    let write = |file: &str, arrays: &[(&str, &[usize], &[f64])]| {
        let mut npz = NpzWriter::create(path.join(file)).unwrap();
        arrays
            .iter()
            .for_each(|(name, shape, data)| npz.write(name, shape, data).unwrap());
        npz.finish().unwrap();
    };
    let half = [0.5; 4];
    write("good.npz", &[("a", &[2, 2], &half), ("m", &[3], &[1.0; 3])]);
    write("sum.npz", &[("a", &[1, 1, 2, 2], &[0.5, 0.5, 0.5, 0.4])]);
    write("nan.npz", &[("a", &[2, 2], &[0.5, f64::NAN, 0.5, 0.5])]);
    write("below.npz", &[("a", &[2, 2], &[1.5, -0.5, 0.5, 0.5])]);
    write("rank.npz", &[("a", &[4], &half)]);
    write("oblong.npz", &[("a", &[1, 4], &[0.25; 4])]);
    write("empty.npz", &[("a", &[0, 2, 2], &[])]);
    write("none.npz", &[]);
    std::fs::write(path.join("text.npz"), "no archive").unwrap();
    std::fs::write(path.join("text.npy"), "no array").unwrap();
    let cases = [
        (
            "sum.npz",
            "a[0, 0, 1, :] sums to 0.9, and the weights of a query sum to 1 within 0.001",
        ),
        ("nan.npz", "a[0, 1] is NaN, which is no weight"),
        ("below.npz", "a[0, 1] is -0.5, and a weight is not below 0"),
        (
            "rank.npz",
            "a has 1 of the two axes that attention has at least",
        ),
        ("oblong.npz", "a is not square, it has 1 queries and 4 keys"),
        ("empty.npz", "a is empty"),
        ("none.npz", "has no array of attention"),
        ("text.npz", "is not an .npz archive"),
        ("text.npy", "is not a NumPy array"),
        ("nothing.npz", "cannot read"),
        (".", "is not a file"),
        ("good.npz --array b", "has no array `b`"),
        ("good.npz --array a --mask b", "has no array `b`"),
        ("good.npz --array a --mask m", "the mask of a has shape [3]"),
        ("good.npz", "m has 1 of the two axes"),
        (
            "good.npz --array a --mass 1",
            "mass must be above 0 and at most 0.999",
        ),
        (
            "good.npz --array a --mass -1",
            "mass must be above 0 and at most 0.999",
        ),
        ("text.npy --array a", "--array names an array of an .npz"),
        ("text.npy --mask a", "--mask names an array of an .npz"),
    ];
    for (words, wanted) in cases {
        let words: Vec<&str> = std::iter::once("heads").chain(words.split(' ')).collect();
        let output = attractor(path, &words);
        assert_eq!(
            output.status.code(),
            Some(2),
            "{words:?}: {}",
            said(&output)
        );
        assert!(
            said(&output).contains(wanted),
            "{words:?}: {}",
            said(&output)
        );
        assert!(output.stdout.is_empty());
    }
    // Nothing is left of any of them.
    let left = std::fs::read_dir(path.join("runs")).map_or(0, Iterator::count);
    assert_eq!(left, 0);
}

/// Three orthogonal memories with a softmax that is sharp enough to leave their average.
const THREE: &str = r#"
[patterns]
xi = [[1, 0, 0], [0, 1, 0], [0, 0, 1]]
[layers.x]
size = 3
lagrangian = "identity"
[[synapses]]
kind = "memory"
layers = ["x"]
patterns = "xi"
potential = { kind = "softmax", beta = 8.0 }
[start]
x = [0.02, 0.0, 0.0]
[recall]
layer = "x"
of = "xi"
within = 0.1
[[figures]]
kind = "averaged"
"#;

#[test]
fn a_state_that_leaves_the_average_of_three_memories_ends_at_one() {
    let directory = TempDir::new().unwrap();
    let path = directory.path();
    std::fs::write(path.join("three.toml"), THREE).unwrap();
    let output = attractor(path, &["run", "three.toml"]);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    let run = path.join("runs/three");
    let figure = read_figure(run.join("averaged.figure.json")).unwrap();
    assert!(run.join("averaged.png").is_file());
    let lines = figure["lines"].as_array().unwrap();
    let [effective, k] = [0, 1].map(|i| numbers(&lines[i]["y"]));
    let states = read_npz(run.join("trajectory.npz"), "x").unwrap_or_else(|e| panic!("{e}"));
    // softmax(β x) at both ends.
    let size = states.data.len();
    for (x, at) in [
        (&states.data[..3], 0),
        (&states.data[size - 3..], effective.len() - 1),
    ] {
        let p: Vec<f64> = x.iter().map(|v| (8.0 * v).exp()).collect();
        let sum: f64 = p.iter().sum();
        let squares: f64 = p.iter().map(|p| (p / sum).powi(2)).sum();
        assert!(
            (effective[at] * squares - 1.0).abs() < 1e-12,
            "{} {squares}",
            effective[at]
        );
    }
    assert_eq!((k[0], k[k.len() - 1]), (3.0, 1.0));
    assert!(effective[0] > 2.9 && effective[effective.len() - 1] < 1.01);
    assert!(effective.windows(2).all(|w| w[1] <= w[0] + 1e-12));
}

#[test]
fn the_weights_of_memories_may_be_those_of_a_hidden_layer() {
    let directory = TempDir::new().unwrap();
    let path = directory.path();
    let memory = THREE.find("[[synapses]]").unwrap();
    let start = THREE.find("[start]").unwrap();
    let hidden = r#"[layers.h]
size = 3
tau = 0.1
lagrangian = { kind = "softmax", beta = 8.0 }
[[synapses]]
kind = "dense"
layers = ["x", "h"]
weights = "xi"
"#;
    let model = [&THREE[..memory], hidden, &THREE[start..]].concat();
    let model = model.replace("[recall]", "h = [0.3, 0.1, 0.0]\n[recall]");
    std::fs::write(path.join("hidden.toml"), model).unwrap();
    let output = attractor(path, &["run", "hidden.toml"]);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    let run = path.join("runs/hidden");
    let figure = read_figure(run.join("averaged.figure.json")).unwrap();
    let effective = numbers(&figure["lines"][0]["y"]);
    let p = read_npz(run.join("trajectory.npz"), "activation.h")
        .unwrap()
        .data;
    let ends = [(&p[..3], 0), (&p[p.len() - 3..], effective.len() - 1)];
    for (p, at) in ends {
        let squares: f64 = p.iter().map(|p| p * p).sum();
        assert!((effective[at] * squares - 1.0).abs() < 1e-12);
    }
    // It begins at its own mixture of memories, and ends at one.
    assert!(
        effective[0] > 1.2 && effective[effective.len() - 1] < 1.01,
        "{effective:?}"
    );
}
