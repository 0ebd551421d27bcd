//! `attractor barriers` as a user sees it.

use attractor::record::read_npz;
use serde_json::Value;
use tempfile::TempDir;

use crate::command_line::{attractor, said};

/// Two neurons with four attractors: the network of the reference case e01.
const FOUR: &str = r#"
title = "four attractors"
[layers.n]
size = 2
input = [0.05, 0.03]
lagrangian = { kind = "tanh", beta = 2.0 }
[[synapses]]
kind = "recurrent"
layers = ["n"]
weights = [[1.4, -0.3], [-0.3, 1.3]]
[start]
n = [0.1, 0.2]
"#;

#[test]
fn the_flip_flop_has_one_pass_in_table_document_arrays_and_figures() {
    let directory = TempDir::new().unwrap();
    let path = directory.path();
    let output = attractor(path, &["barriers", "flip-flop", "--out", "b"]);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    let table = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(
        table.contains("0 to 1: over point 2 at E = -0.481"),
        "{table}"
    );
    assert!(
        said(&output).contains("2 attractors, 1 saddle of index 1"),
        "{}",
        said(&output)
    );
    for name in [
        "answer.json",
        "manifest.json",
        "path.png",
        "tree.png",
        "path.figure.json",
    ] {
        assert!(path.join("b").join(name).is_file(), "{name}");
    }
    let of = |name: &str| read_npz(path.join("b/answer.npz"), name).unwrap();
    assert_eq!(of("pass_attractors").data, [0.0, 1.0]);
    assert_eq!(of("joins").shape, [1, 2]);
    // By symmetry as high from either side, and the saddle halfway.
    let barriers = of("barriers").data;
    assert!((barriers[0] - barriers[1]).abs() < 1e-14, "{barriers:?}");
    let (along, energy) = (of("path_arclength").data, of("path_energy").data);
    let top = (0..energy.len())
        .max_by(|a, b| energy[*a].total_cmp(&energy[*b]))
        .unwrap();
    assert!((along[top] / along[along.len() - 1] - 0.5).abs() < 1e-9);
    assert_eq!(of("string_x").shape, [41, 2]);

    let output = attractor(path, &["barriers", "flip-flop", "--json", "--quiet"]);
    let document: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(document["passes"][0]["over"], serde_json::json!([0, 2, 1]));
    let [pass, string] = [
        &document["passes"][0]["energy"],
        &document["between"]["string"]["energy"],
    ];
    assert!((pass.as_f64().unwrap() - string.as_f64().unwrap()).abs() < 1e-10);
}

#[test]
fn two_attractors_may_be_named_in_either_order() {
    let directory = TempDir::new().unwrap();
    let path = directory.path();
    std::fs::write(path.join("m.toml"), FOUR).unwrap();
    let output = attractor(path, &["barriers", "m.toml", "--between", "5,0"]);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    let told = said(&output);
    assert!(
        told.contains("from point 5 to point 0 the barrier is 0.05822, from 0 to 5 0.7404"),
        "{told}"
    );
}

#[test]
fn one_attractor_has_no_barrier() {
    let directory = TempDir::new().unwrap();
    let one = [
        "barriers",
        "flip-flop",
        "--set",
        "layers.neurons.lagrangian.beta=2",
    ];
    let output = attractor(directory.path(), &one);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    let told = said(&output);
    assert!(told.contains("1 attractor, 0 saddles of index 1"), "{told}");
}

#[test]
fn attractors_that_nothing_joins_are_flagged() {
    let directory = TempDir::new().unwrap();
    let few = [
        "barriers",
        "flip-flop",
        "--tries",
        "0",
        "--set",
        "start.neurons=[0.3,0.2]",
    ];
    let output = attractor(directory.path(), &few);
    assert_eq!(output.status.code(), Some(3), "{}", said(&output));
    let told = said(&output);
    assert!(
        told.contains("no known saddle joins points 0 and 1"),
        "{told}"
    );
    assert!(
        told.contains("the string method found a path over E = -0.481"),
        "{told}"
    );
}

#[test]
fn what_makes_no_sense_is_refused_with_the_reason() {
    let directory = TempDir::new().unwrap();
    let cases = [
        (
            "flip-flop --between 0,2",
            "names point 2, which is no attractor: saddle of index 1",
        ),
        (
            "flip-flop --between 0,9",
            "names point 9, and there are 3 fixed points",
        ),
        ("flip-flop --between 1,1", "names attractor 1 twice"),
        ("flip-flop --between 1", "takes two numbers of attractors"),
        (
            "flip-flop --between 0,1,2",
            "takes two numbers of attractors",
        ),
        ("flip-flop --between 0,b", "invalid value 'b'"),
        ("flip-flop --between 0,-1", "--between"),
        ("flip-flop --images 4", "--images"),
        ("flip-flop --strings 0", "--strings"),
        (
            "oscillation",
            "the motion of this network is the descent of none",
        ),
        ("hopfield-1982", "units of this network flip"),
        ("nothing.toml", "cannot read the model file"),
    ];
    for (words, expected) in cases {
        let words: Vec<&str> = std::iter::once("barriers")
            .chain(words.split(' '))
            .collect();
        let output = attractor(directory.path(), &words);
        assert_eq!(
            output.status.code(),
            Some(2),
            "{words:?}: {}",
            said(&output)
        );
        assert!(
            said(&output).contains(expected),
            "{words:?}: {}",
            said(&output)
        );
    }
}
