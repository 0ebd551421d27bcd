//! `attractor train` as a user sees it: weights that go back into a model, a training that goes on, and what is refused.

use std::fs;
use std::path::Path;

use attractor::record::{npz_names, read_npz};
use serde_json::Value;
use tempfile::TempDir;

use crate::command_line::{attractor, said};

/// Two inputs, and whether they are alike: four rows that no network without hidden neurons tells apart.
const ALIKE: &str = r#"
title = "alike or not"
[layers.pair]
size = 2
lagrangian = "identity"
[layers.hidden]
size = 8
lagrangian = "tanh"
[layers.answer]
size = 1
lagrangian = "identity"
[[synapses]]
kind = "dense"
layers = ["pair", "hidden"]
weights = { random = "normal", std = 0.8, seed = 1 }
[[synapses]]
kind = "dense"
layers = ["hidden", "answer"]
weights = { random = "normal", std = 0.3, seed = 2 }
[start]
pair = [1.0, -1.0]
[learn]
rule = "equilibrium-propagation"
layer = "pair"
data = [[1, 1], [1, -1], [-1, 1], [-1, -1]]
target = "answer"
targets = [[0.8], [-0.8], [-0.8], [0.8]]
epochs = 60
batch = 2
optimiser = { kind = "adam", rate = 0.03 }
[solve]
until = "rest"
rest_atol = 1e-6
lyapunov = "off"
[[figures]]
kind = "energy"
"#;

pub fn write(path: &Path, text: &str) {
    fs::write(path.join("m.toml"), text).unwrap();
}

/// The arrays of an archive, by name.
pub fn arrays(path: &Path) -> Vec<(String, Vec<u64>)> {
    let names = npz_names(path).unwrap();
    let bits = |name: &String| {
        read_npz(path, name)
            .unwrap()
            .data
            .iter()
            .map(|v| v.to_bits())
            .collect()
    };
    names.iter().map(|n| (n.clone(), bits(n))).collect()
}

/// What is wrong with how a model is refused; nothing where it is as it should be.
pub fn refused(path: &Path, text: &str, more: &[&str], words: &[&str]) -> Option<String> {
    write(path, text);
    let output = attractor(path, &[&["train", "m.toml"], more].concat());
    let told = said(&output);
    let silent: Vec<&&str> = words.iter().filter(|w| !told.contains(**w)).collect();
    let is_right =
        output.status.code() == Some(2) && silent.is_empty() && !path.join("runs").exists();
    (!is_right).then(|| format!("{silent:?} is not in\n{told}"))
}

#[test]
fn what_was_learnt_goes_back_into_the_model() {
    let directory = TempDir::new().unwrap();
    let path = directory.path();
    write(path, ALIKE);
    let output = attractor(path, &["train", "m.toml"]);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    let told = said(&output);
    assert!(
        told.contains("epoch 60 of 60: loss ") && told.contains("learnt for 60 epochs"),
        "{told}"
    );
    let place = path.join("runs/m-train");
    for name in [
        "weights.npz",
        "training.npz",
        "answer.npz",
        "answer.json",
        "manifest.json",
        "learning.png",
    ] {
        assert!(place.join(name).is_file(), "{name}");
    }
    let weights = place.join("weights.npz");
    assert_eq!(
        read_npz(&weights, "synapses.0.weights").unwrap().shape,
        [8, 2]
    );
    assert_eq!(
        read_npz(&weights, "layers.answer.input").unwrap().shape,
        [1]
    );
    let losses = read_npz(place.join("answer.npz"), "loss").unwrap().data;
    assert!(
        losses.len() == 60 && losses[59] < 0.05 * losses[0],
        "{losses:?}"
    );

    // Unlearnt, the answer to unlike inputs is not near −0.8; learnt, it is.
    let answer = |settings: &[&str]| {
        let words = [
            &[
                "run",
                "m.toml",
                "--out",
                "r",
                "--force",
                "--json",
                "--quiet",
                "--set",
                "start.answer=0",
            ],
            settings,
        ]
        .concat();
        let output = attractor(path, &words);
        assert_eq!(output.status.code(), Some(0), "{}", said(&output));
        let states = read_npz(path.join("r/trajectory.npz"), "activation.answer")
            .unwrap()
            .data;
        states[states.len() - 1]
    };
    let clamped = ["--set", "layers.pair.clamped=all"];
    let before = answer(&clamped);
    let after = answer(&[&clamped[..], &["--set", "weights=runs/m-train"]].concat());
    assert!(
        (before + 0.8).abs() > 0.4 && (after + 0.8).abs() < 0.1,
        "{before} {after}"
    );
    // What is typed of an array wins: a lesion is no null result.
    let cut = [
        &clamped[..],
        &[
            "--set",
            "weights=runs/m-train",
            "--set",
            "synapses.1.weights=0",
        ],
    ]
    .concat();
    assert!((answer(&cut) + 0.8).abs() > 0.4);
    // The same from within the file.
    write(
        path,
        &format!("weights = \"runs/m-train/weights.npz\"\n{ALIKE}"),
    );
    assert_eq!(answer(&clamped), after);
}

#[test]
fn a_training_goes_on_to_the_same_bits() {
    let directory = TempDir::new().unwrap();
    let path = directory.path();
    write(path, ALIKE);
    let run = |words: &[&str]| {
        let output = attractor(path, &[&["train", "m.toml"], words].concat());
        assert_eq!(output.status.code(), Some(0), "{}", said(&output));
        said(&output)
    };
    run(&["--set", "learn.epochs=6", "--out", "whole"]);
    run(&["--set", "learn.epochs=2", "--out", "parts"]);
    let told = run(&["--set", "learn.epochs=6", "--out", "parts", "--resume"]);
    assert!(told.contains("2 of them done"), "{told}");
    for name in ["weights.npz", "training.npz"] {
        assert_eq!(
            arrays(&path.join("whole").join(name)),
            arrays(&path.join("parts").join(name)),
            "{name}"
        );
    }
    // Nothing is left to be done, and nothing is lost.
    run(&["--set", "learn.epochs=6", "--out", "parts", "--resume"]);
    assert_eq!(
        arrays(&path.join("whole/weights.npz")),
        arrays(&path.join("parts/weights.npz"))
    );

    for (settings, words) in [
        (
            "synapses.0.weights.seed=7",
            "the network and its parameters at the beginning",
        ),
        ("learn.optimiser.rate=0.02", "the optimiser and its rates"),
        ("learn.seed=9", "the batches and their seed"),
        ("learn.nudge=0.2", "the rule"),
        ("solve.rtol=1e-5", "the settings of [solve]"),
        ("learn.targets=[[0.8], [-0.8], [-0.8], [0.7]]", "the data"),
    ] {
        let all = [
            "train", "m.toml", "--out", "parts", "--resume", "--set", settings,
        ];
        let output = attractor(path, &all);
        let told = said(&output);
        assert_eq!(output.status.code(), Some(2), "{told}");
        assert!(
            told.contains(words) && told.contains("cannot go on"),
            "{told}"
        );
    }
    assert!(path.join("parts/weights.npz").is_file());
    // What was interrupted is not replaced by accident.
    fs::create_dir(path.join("left.partial")).unwrap();
    fs::copy(
        path.join("parts/training.npz"),
        path.join("left.partial/training.npz"),
    )
    .unwrap();
    let output = attractor(path, &["train", "m.toml", "--out", "left"]);
    assert_eq!(output.status.code(), Some(2), "{}", said(&output));
    assert!(
        said(&output).contains("--resume goes on with it"),
        "{}",
        said(&output)
    );
    let output = attractor(path, &["train", "m.toml", "--out", "none", "--resume"]);
    assert_eq!(output.status.code(), Some(2), "{}", said(&output));
    assert!(
        said(&output).contains("finds no training in none"),
        "{}",
        said(&output)
    );
}

#[test]
fn a_rate_that_diverges_leaves_no_weights() {
    let directory = TempDir::new().unwrap();
    let path = directory.path();
    write(
        path,
        &ALIKE.replace(
            "optimiser = { kind = \"adam\", rate = 0.03 }",
            "optimiser = { kind = \"sgd\", rate = 1e6 }",
        ),
    );
    let output = attractor(path, &["train", "m.toml"]);
    let told = said(&output);
    assert_eq!(output.status.code(), Some(1), "{told}");
    assert!(told.contains("smaller rate"), "{told}");
    assert!(!path.join("runs/m-train").exists(), "{told}");
}

#[test]
fn a_boltzmann_machine_learns_what_is_likely() {
    let directory = TempDir::new().unwrap();
    let path = directory.path();
    let settings = ["learn.epochs=800", "learn.seed=2"];
    let words = [
        "train",
        "bars-and-stripes",
        "--out",
        "b",
        "--json",
        "--quiet",
        "--set",
        settings[0],
        "--set",
        settings[1],
    ];
    let output = attractor(path, &words);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    let document: Value = serde_json::from_slice(&output.stdout).unwrap();
    let loss = document["train"]["loss"].as_f64().unwrap();
    // Without learning every picture has a chance of about 1 in 512, ln 512 = 6.24; ln 14 = 2.64 is the least. 3.6 is most of the way.
    assert!((2.639..3.6).contains(&loss), "{loss}");
}

#[test]
fn what_cannot_be_learnt_is_refused_at_its_place() {
    let directory = TempDir::new().unwrap();
    let path = directory.path();
    let mut all: Vec<Option<String>> = Vec::new();
    let with = |from: &str, to: &str| {
        assert!(ALIKE.contains(from), "{from}");
        ALIKE.replacen(from, to, 1)
    };
    all.push(refused(
        path,
        "[layers.a]\nsize = 1\nlagrangian = \"tanh\"\n",
        &[],
        &["has no [learn]"],
    ));
    all.push(refused(
        path,
        &with(
            "rule = \"equilibrium-propagation\"",
            "rule = \"equilibrum-propagation\"",
        ),
        &[],
        &["equilibrium-propagation`?"],
    ));
    all.push(refused(
        path,
        &with(
            "targets = [[0.8], [-0.8], [-0.8], [0.8]]",
            "targets = [[0.8], [-0.8]]",
        ),
        &[],
        &["has 2 numbers", "4 examples"],
    ));
    all.push(refused(
        path,
        &with("target = \"answer\"\n", ""),
        &[],
        &["needs `target`"],
    ));
    all.push(refused(
        path,
        &with(
            "target = \"answer\"\ntargets = [[0.8], [-0.8], [-0.8], [0.8]]\n",
            "",
        ),
        &[],
        &["targets are missing"],
    ));
    all.push(refused(
        path,
        &with("target = \"answer\"", "target = \"pair\""),
        &[],
        &["the layer of the data"],
    ));
    all.push(refused(
        path,
        &with(
            "data = [[1, 1], [1, -1], [-1, 1], [-1, -1]]",
            "data = [[1, 1, 1], [1, -1, 1]]",
        ),
        &[],
        &["pair"],
    ));
    all.push(refused(
        path,
        &with("epochs = 60", "epochs = 0"),
        &[],
        &["epochs"],
    ));
    all.push(refused(
        path,
        &with(
            "epochs = 60",
            "epochs = 60\ntrain = \"0..3\"\ntest = \"2..4\"",
        ),
        &[],
        &["row 2", "tells nothing"],
    ));
    all.push(refused(
        path,
        &with("epochs = 60", "epochs = 60\ntest = \"2..9\""),
        &[],
        &["only 4 rows"],
    ));
    all.push(refused(
        path,
        &with("epochs = 60", "epochs = 60\nkeep = \"best\""),
        &[],
        &["no rows tell which is"],
    ));
    all.push(refused(
        path,
        &with("epochs = 60", "epochs = 60\nnudge = -1"),
        &[],
        &["above 0"],
    ));
    all.push(refused(
        path,
        &with("epochs = 60", "epochs = 60\nchains = 3"),
        &[],
        &["belongs to the rule \"boltzmann\""],
    ));
    all.push(refused(
        path,
        &with("epochs = 60", "epochs = 60\nshift = 1"),
        &[],
        &["height and width"],
    ));
    all.push(refused(
        path,
        &with("rate = 0.03", "rate = 0"),
        &[],
        &["above 0"],
    ));
    all.push(refused(
        path,
        &with(
            "size = 8\nlagrangian = \"tanh\"",
            "size = 8\nleak = 0\nlagrangian = \"tanh\"",
        ),
        &[],
        &["has no leak"],
    ));
    all.push(refused(
        path,
        &with("epochs = 60", "epochs = 60\nsynapses = [4]"),
        &[],
        &["synapse 4", "none of the 2"],
    ));
    let one_way = with(
        "[start]",
        "[[synapses]]\nkind = \"feedforward\"\nlayers = [\"pair\", \"answer\"]\nweights = 0.1\n[start]",
    );
    let one_way = one_way.replace("epochs = 60", "epochs = 60\nsynapses = [2]");
    all.push(refused(path, &one_way, &[], &["does not learn"]));
    all.push(refused(
        path,
        &with(
            "rule = \"equilibrium-propagation\"",
            "rule = \"contrastive-hebbian\"",
        )
        .replace(
            "size = 1\nlagrangian = \"identity\"",
            "size = 1\nlagrangian = \"tanh\"",
        )
        .replace("0.8", "1.5"),
        &[],
        &["row 0 of the targets", "no activation"],
    ));
    all.push(refused(
        path,
        ALIKE,
        &["--set", "weights=nowhere"],
        &["cannot read the weights `nowhere`"],
    ));
    let noisy = [
        "--set",
        "solve.method=sra",
        "--set",
        "solve.step=0.1",
        "--set",
        "solve.until=time",
        "--set",
        "solve.t_end=1",
        "--set",
        "layers.hidden.noise=0.1",
    ];
    all.push(refused(
        path,
        ALIKE,
        &noisy,
        &["learns from fixed points", "sra never rests"],
    ));
    all.push(refused(
        path,
        ALIKE,
        &["--set", "layers.answer.clamped=all"],
        &["layer `answer` has neuron 0 clamped"],
    ));
    all.push(refused(
        path,
        ALIKE,
        &["--set", "learn.coded=[-1, 1]"],
        &["`coded` is of targets that are classes"],
    ));
    all.push(refused(
        path,
        ALIKE,
        &["--set", "learn.optimiser.factor=0.5"],
        &["`factor` belongs to fall"],
    ));
    all.push(refused(
        path,
        ALIKE,
        &["--set", "learn.rule=adjoint"],
        &["needs a `step`"],
    ));
    all.push(refused(
        path,
        ALIKE,
        &["--set", "learn.synapses=[0, 0]"],
        &["is named twice"],
    ));
    let wrong: Vec<String> = all.into_iter().flatten().collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

#[test]
fn weights_of_another_model_are_refused() {
    let directory = TempDir::new().unwrap();
    let path = directory.path();
    write(path, ALIKE);
    let output = attractor(path, &["train", "m.toml", "--set", "learn.epochs=1"]);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    for (model, word) in [("flip-flop", "no such place"), ("m.toml", "hidden")] {
        let weights = format!("weights=\"{}\"", path.join("runs/m-train").display());
        let mut words = vec!["check", model, "--set", &weights];
        if model == "m.toml" {
            words.extend(["--set", "layers.hidden.size=7"]);
        }
        let output = attractor(path, &words);
        assert_eq!(output.status.code(), Some(2), "{}", said(&output));
        assert!(said(&output).contains(word), "{}", said(&output));
    }
}
