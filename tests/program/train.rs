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

/// A nudge beyond what the layers hold makes states that run away: no gradient of anything.
#[test]
fn a_nudge_that_is_too_strong_leaves_no_weights() {
    let directory = TempDir::new().unwrap();
    let path = directory.path();
    let words = [
        "train",
        "digits-learnt",
        "--set",
        "learn.nudge=5",
        "--set",
        "learn.epochs=1",
    ];
    let output = attractor(path, &words);
    let told = said(&output);
    assert_eq!(output.status.code(), Some(1), "{told}");
    assert!(
        told.contains("phase run away") && told.contains("smaller nudge"),
        "{told}"
    );
    assert!(!path.join("runs/digits-learnt-train").exists(), "{told}");
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
        &["are 2 numbers", "one for each of the 4 examples"],
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
        &["no rows tell which is", "choose = \"3..4\""],
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

/// The same as [`ALIKE`] under other settings.
fn alike(from: &str, to: &str) -> String {
    assert!(ALIKE.contains(from), "{from}");
    ALIKE.replacen(from, to, 1)
}

#[test]
fn a_training_that_is_killed_goes_on_to_the_same_bits() {
    let directory = TempDir::new().unwrap();
    let path = directory.path();
    // More epochs than are ever gone through.
    write(path, &alike("epochs = 60", "epochs = 1000000"));
    let mut killed = std::process::Command::new(env!("CARGO_BIN_EXE_attractor"))
        .current_dir(path)
        .args(["train", "m.toml", "--quiet"])
        .spawn()
        .unwrap();
    let kept = path.join("runs/m-train.partial/training.npz");
    let epochs = || read_npz(&kept, "loss").map_or(0, |a| a.data.len());
    // It is replaced in one piece: whenever it is read it is whole.
    let until = std::time::Instant::now() + std::time::Duration::from_secs(60);
    while epochs() < 3 && std::time::Instant::now() < until {
        assert!(!kept.exists() || epochs() > 0);
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    killed.kill().unwrap();
    killed.wait().unwrap();
    let done = epochs();
    assert!(done >= 3, "{done} epochs are kept after a minute");
    assert!(!path.join("runs/m-train").exists());

    let all = format!("learn.epochs={}", done + 2);
    let run = |words: &[&str]| {
        let output = attractor(
            path,
            &[&["train", "m.toml", "--set", all.as_str()], words].concat(),
        );
        (output.status.code(), said(&output))
    };
    // Neither a training nor another command takes its place unasked.
    let (code, told) = run(&[]);
    assert!(
        code == Some(2) && told.contains("did not end: --resume goes on with it"),
        "{told}"
    );
    let other = attractor(path, &["run", "m.toml", "--out", "runs/m-train"]);
    let told = said(&other);
    assert!(
        other.status.code() == Some(2) && told.contains("holds a training that did not end"),
        "{told}"
    );
    let (code, told) = run(&["--resume"]);
    assert_eq!(code, Some(0), "{told}");
    assert!(
        told.contains(&format!("{done} of them done")),
        "{done} {told}"
    );
    assert_eq!(run(&["--out", "whole"]).0, Some(0));
    for name in ["weights.npz", "training.npz"] {
        assert_eq!(
            arrays(&path.join("whole").join(name)),
            arrays(&path.join("runs/m-train").join(name)),
            "{name}"
        );
    }
    // Nothing else is left of what was unfinished.
    let names = |place: &str| {
        let all = fs::read_dir(path.join(place)).unwrap();
        let mut names: Vec<_> = all.map(|e| e.unwrap().file_name()).collect();
        names.sort();
        names
    };
    assert_eq!(names("runs/m-train"), names("whole"));
}

#[cfg(unix)]
#[test]
fn what_was_interrupted_and_went_on_keeps_no_manifest_of_the_interruption() {
    let directory = TempDir::new().unwrap();
    let path = directory.path();
    write(path, &alike("epochs = 60", "epochs = 1000000"));
    let mut child = std::process::Command::new(env!("CARGO_BIN_EXE_attractor"))
        .current_dir(path)
        .args(["train", "m.toml", "--quiet"])
        .spawn()
        .unwrap();
    let partial = path.join("runs/m-train.partial");
    let until = std::time::Instant::now() + std::time::Duration::from_secs(60);
    while !partial.join("training.npz").exists() && std::time::Instant::now() < until {
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    let stopped = std::process::Command::new("kill")
        .args(["-INT", &child.id().to_string()])
        .status()
        .unwrap();
    assert!(stopped.success());
    assert_eq!(child.wait().unwrap().code(), Some(130));
    assert!(partial.join("manifest.json.partial").is_file());
    let done = read_npz(partial.join("training.npz"), "loss")
        .unwrap()
        .data
        .len();
    let all = format!("learn.epochs={}", done + 1);
    let output = attractor(path, &["train", "m.toml", "--resume", "--set", &all]);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    let place = path.join("runs/m-train");
    assert!(place.join("manifest.json").is_file());
    assert!(!place.join("manifest.json.partial").exists());
    let manifest = fs::read_to_string(place.join("manifest.json")).unwrap();
    assert!(!manifest.contains("manifest.json.partial"), "{manifest}");
}

#[test]
fn a_finished_training_is_replaced_only_when_that_is_asked_for() {
    let directory = TempDir::new().unwrap();
    let path = directory.path();
    write(path, &alike("epochs = 60", "epochs = 2"));
    let run = |words: &[&str]| {
        let output = attractor(path, &[&["train", "m.toml"], words].concat());
        (output.status.code(), said(&output))
    };
    assert_eq!(run(&[]).0, Some(0));
    let weights = path.join("runs/m-train/weights.npz");
    let first = arrays(&weights);
    let (code, told) = run(&["--set", "synapses.0.weights.seed=5"]);
    assert_eq!(code, Some(2), "{told}");
    assert!(
        told.contains("holds a training that is finished") && told.contains("--force begins anew"),
        "{told}"
    );
    assert_eq!(arrays(&weights), first);
    assert_eq!(
        run(&["--set", "synapses.0.weights.seed=5", "--force"]).0,
        Some(0)
    );
    assert_ne!(arrays(&weights), first);
}

#[test]
fn a_loss_that_blows_up_ends_the_training_and_what_was_before_is_kept() {
    let directory = TempDir::new().unwrap();
    let path = directory.path();
    // Adam's steps are as long as the rate: no parameter comes near 1e8.
    write(path, &alike("rate = 0.03", "rate = 100"));
    let output = attractor(path, &["train", "m.toml"]);
    let told = said(&output);
    assert_eq!(output.status.code(), Some(1), "{told}");
    assert!(
        told.contains("the loss has blown up, from") && told.contains("smaller rate"),
        "{told}"
    );
    assert!(!path.join("runs/m-train").exists());
    // One whose rate grows too large on the way: its first epochs pass.
    let slow = alike(
        "{ kind = \"adam\", rate = 0.03 }",
        "{ kind = \"adam\", rate = 300, warm_up = 2000 }",
    );
    write(path, &slow.replace("epochs = 60", "epochs = 1000"));
    let output = attractor(path, &["train", "m.toml"]);
    let told = said(&output);
    assert_eq!(output.status.code(), Some(1), "{told}");
    assert!(
        told.contains("epochs before that are kept in runs/m-train.partial"),
        "{told}"
    );
    assert!(path.join("runs/m-train.partial/training.npz").is_file());
    assert!(!path.join("runs/m-train").exists());
    // A smaller rate begins anew, where that is asked for.
    write(path, &alike("epochs = 60", "epochs = 2"));
    let output = attractor(path, &["train", "m.toml", "--force"]);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    let kept = path.join("runs/m-train/training.npz");
    assert_eq!(read_npz(kept, "loss").unwrap().data.len(), 2);
    assert!(!path.join("runs/m-train.partial").exists());
}

#[test]
fn check_and_describe_say_how_a_model_learns() {
    let directory = TempDir::new().unwrap();
    let path = directory.path();
    let told = |words: &[&str]| {
        let output = attractor(path, words);
        assert_eq!(output.status.code(), Some(0), "{}", said(&output));
        String::from_utf8(output.stdout).unwrap()
    };
    for command in ["check", "describe"] {
        let told = told(&[command, "digits-learnt"]);
        for words in [
            "rule equilibrium-propagation: ",
            "layer `pixels` is held at the data, classes of layer `classes` are wanted",
            "1197 to learn from, 100 to choose by, 500 to test",
            "19210 numbers learn: synapses.0.weights [256, 64], ",
            "loss: ½|g − t|² at the free fixed point",
            "60 epochs of 24 batches, by adam with rate 0.004",
        ] {
            assert!(told.contains(words), "{command}: {words}\n{told}");
        }
    }
    let document = told(&["check", "digits-learnt", "--json"]);
    let document: Value = serde_json::from_str(&document).unwrap();
    assert_eq!(document["learn"]["rows"]["choose"], 100);
    assert!(!told(&["check", "flip-flop"]).contains("learn"));
}

#[test]
fn a_run_says_as_which_class_it_reads_its_starts() {
    let directory = TempDir::new().unwrap();
    let path = directory.path();
    let train = [
        "train",
        "digits-learnt",
        "--quiet",
        "--set",
        "learn.epochs=2",
        "--set",
        "learn.train=\"0..300\"",
    ];
    let output = attractor(path, &train);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    let words = [
        "run",
        "digits-learnt",
        "--no-figures",
        "--set",
        "weights=\"runs/digits-learnt-train\"",
    ];
    let output = attractor(path, &words);
    let told = said(&output);
    assert_eq!(output.status.code(), Some(0), "{told}");
    let text = fs::read_to_string(path.join("runs/digits-learnt/manifest.json")).unwrap();
    let manifest: Value = serde_json::from_str(&text).unwrap();
    let read = manifest["read"].as_array().unwrap();
    assert_eq!(read.len(), 10);
    // The first test row.
    assert_eq!(read[0]["row"], 1297);
    assert_eq!(read[0]["part"], "test");
    let right = read.iter().filter(|r| r["class"] == r["label"]).count();
    // Two epochs are enough for more than chance: 1 of 10.
    assert!(right >= 4, "{told}");
    assert!(
        told.contains(&format!("{right} of 10 are read as they are labelled")),
        "{told}"
    );
    assert!(
        told.contains("row 1297 of the data (test), labelled"),
        "{told}"
    );
}

#[test]
fn names_with_dots_get_their_weights_back_and_wrong_paths_say_where_was_looked() {
    let directory = TempDir::new().unwrap();
    let path = directory.path();
    fs::create_dir(path.join("models")).unwrap();
    let dotted = alike("epochs = 60", "epochs = 1")
        .replace("[layers.hidden]", "[layers.\"hid.den\"]")
        .replace("\"hidden\"", "\"hid.den\"");
    fs::write(path.join("models/m.toml"), dotted).unwrap();
    fs::write(path.join("models/gen.py"), "").unwrap();
    let output = attractor(path, &["train", "models/m.toml"]);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    let check = |weights: &str| {
        let weights = format!("weights=\"{weights}\"");
        let output = attractor(path, &["run", "models/m.toml", "--set", &weights]);
        (output.status.code(), said(&output))
    };
    let (code, told) = check("../runs/m-train");
    assert_eq!(code, Some(0), "{told}");
    let manifest = fs::read_to_string(path.join("runs/m/manifest.json")).unwrap();
    assert!(manifest.contains("weights.npz"), "{manifest}");
    // What is learnt of that layer is there, and its place is found.
    let weights = path.join("runs/m-train/weights.npz");
    assert!(
        npz_names(&weights)
            .unwrap()
            .contains(&"layers.hid.den.input".to_owned())
    );
    for (weights, words) in [
        (
            "runs/m-train",
            &[
                "looked for at models/runs/m-train/weights.npz",
                "in the current directory",
                "begins at its file",
            ][..],
        ),
        (
            "nowhere",
            &[
                "models/nowhere/weights.npz",
                "runs/ of the directory where it is called",
            ][..],
        ),
        (
            "gen.py",
            &["it is a file, and no .npz", "looked for at models/gen.py\n"][..],
        ),
    ] {
        let (code, told) = check(weights);
        assert_eq!(code, Some(2), "{told}");
        for words in words {
            assert!(told.contains(words), "{weights}: {words}\n{told}");
        }
    }
}

#[test]
fn what_epochs_of_a_boltzmann_machine_tell_is_called_what_it_is() {
    let directory = TempDir::new().unwrap();
    let path = directory.path();
    let words = [
        "train",
        "bars-and-stripes",
        "--out",
        "b",
        "--set",
        "learn.epochs=3",
        "--set",
        "learn.train=\"0..12\"",
        "--set",
        "learn.choose=\"12..14\"",
    ];
    let output = attractor(path, &words);
    let told = said(&output);
    assert_eq!(output.status.code(), Some(0), "{told}");
    assert!(
        told.contains("epoch 1 of 3: reconstruction error ")
            && told.contains("choose −⟨ln p(v)⟩ ")
            && told.contains("train: −⟨ln p(v)⟩ "),
        "{told}"
    );
    // Two quantities, two figures.
    let figure = |name: &str| fs::read_to_string(path.join("b").join(name)).unwrap();
    let (epochs, scores) = (figure("learning.figure.json"), figure("scores.figure.json"));
    assert!(epochs.contains("mean reconstruction error") && !epochs.contains("choose"));
    assert!(scores.contains("mean −⟨ln p(v)⟩") && scores.contains("choose"));
}
