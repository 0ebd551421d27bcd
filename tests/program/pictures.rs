//! `attractor train` where tokens are seen as pictures: weights that go back into a model, which then fills in what is masked, a training
//! that goes on, and what is refused.

use attractor::record::{read_figure, read_npz};
use serde_json::Value;
use tempfile::TempDir;

use crate::command_line::{attractor, said};
use crate::train::{arrays, refused, write};

/// Four tokens that are the quarters of a picture of 4 × 4; one of them is masked. Pictures are stripes, across or down.
const STRIPES: &str = r#"
title = "stripes"
[patterns]
stripes = [
  [1, 1, 1, 1, 0, 0, 0, 0, 1, 1, 1, 1, 0, 0, 0, 0],
  [0, 0, 0, 0, 1, 1, 1, 1, 0, 0, 0, 0, 1, 1, 1, 1],
  [1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0],
  [0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1],
]
[layers.tokens]
size = [4, 6]
leak = 0.0
lagrangian = "layer-norm"
[layers.tokens.patches]
picture = [4, 4]
size = [2, 2]
embed = { random = "normal", std = 1.0, seed = 1 }
position = { random = "normal", std = 0.5, seed = 2 }
read_out = { random = "normal", std = 0.1, seed = 3 }
mean = { mean_of = "stripes" }
[[synapses]]
kind = "attention"
layers = ["tokens"]
w_query = { random = "normal", std = 0.4, shape = [2, 3, 6], seed = 4 }
w_key = { random = "normal", std = 0.4, shape = [2, 3, 6], seed = 5 }
exclude_self = true
[[synapses]]
kind = "memory"
layers = ["tokens"]
patterns = { random = "normal", std = 0.4, shape = [8, 6], seed = 6 }
potential = "relu"
each_token = true
[start]
tokens = { pictures = "stripes", masked = 1 }
[learn]
rule = "adjoint"
layer = "tokens"
data = "stripes"
masked = 1
steps = 3
lagrangians = "all"
fixed = ["synapses.0.beta"]
epochs = 150
batch = 4
optimiser = { kind = "adam", rate = 0.02, keep = [0.9, 0.99] }
[solve]
method = "euler"
step = 0.3
t_end = 0.9
[[figures]]
kind = "filled"
times = [0.3, 0.6]
"#;

#[test]
fn what_was_learnt_fills_in_what_is_masked() {
    let directory = TempDir::new().unwrap();
    let path = directory.path();
    write(path, STRIPES);
    let output = attractor(path, &["train", "m.toml", "--json", "--quiet"]);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    let document: Value = serde_json::from_slice(&output.stdout).unwrap();
    let loss = document["train"]["loss"].as_f64().unwrap();
    // The mean picture is 0.5 everywhere, and off by a square of 0.25.
    assert!(loss < 0.05, "{loss}");
    let weights = path.join("runs/m-train/weights.npz");
    for (name, shape) in [
        ("synapses.0.w_query", &[2, 3, 6][..]),
        ("synapses.1.patterns", &[8, 6]),
        ("layers.tokens.lagrangian.gamma", &[]),
        ("layers.tokens.lagrangian.delta", &[6]),
        ("layers.tokens.patches.embed", &[6, 4]),
        ("layers.tokens.patches.embed_bias", &[6]),
        ("layers.tokens.patches.mask", &[6]),
        ("layers.tokens.patches.position", &[4, 6]),
        ("layers.tokens.patches.read_out", &[4, 6]),
        ("layers.tokens.patches.read_out_bias", &[4, 4]),
    ] {
        assert_eq!(read_npz(&weights, name).unwrap().shape, shape, "{name}");
    }
    let gamma = read_npz(&weights, "layers.tokens.lagrangian.gamma").unwrap();
    assert!(gamma.data[0] > 0.0 && gamma.data[0] != 1.0);
    let beta = read_npz(&weights, "synapses.0.beta").unwrap();
    assert_eq!(beta.data[0], 1.0 / f64::sqrt(3.0), "it is fixed");

    // Each picture of the figure: masked, at two times, at the end, and whole.
    let off = |settings: &[&str]| {
        let run = ["run", "m.toml", "--out", "r", "--force", "--quiet"];
        let words = [&run[..], settings].concat();
        let output = attractor(path, &words);
        assert_eq!(output.status.code(), Some(0), "{}", said(&output));
        let plot: Value = read_figure(path.join("r/filled.figure.json")).unwrap();
        let rows = plot["rows"].as_array().unwrap();
        assert_eq!(rows.len(), 4);
        let pixels = |panel: &Value| -> Vec<f64> {
            let all = panel.as_array().unwrap();
            all.iter().map(|v| v.as_f64().unwrap()).collect()
        };
        let one = |row: &Value| {
            let panels = row["panels"].as_array().unwrap();
            assert_eq!(panels.len(), 5);
            let pairs = pixels(&panels[3]).into_iter().zip(pixels(&panels[4]));
            pairs.map(|(a, b)| (a - b).powi(2)).sum::<f64>() / 4.0
        };
        rows.iter().map(one).sum::<f64>() / 4.0
    };
    let learnt = ["--set", "weights=\"runs/m-train\""];
    let (before, after) = (off(&[]), off(&learnt));
    assert!(after < 0.1 && before > 0.15, "{before} {after}");
    // What is put back is what was learnt: the loss is the same before anything else is.
    let again = [
        "train",
        "m.toml",
        "--json",
        "--quiet",
        "--out",
        "more",
        "--set",
        "learn.epochs=1",
        "--set",
        "learn.optimiser.rate=1e-12",
    ];
    let words = [&again[..], &learnt[..]];
    let output = attractor(path, &words.concat());
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    let document: Value = serde_json::from_slice(&output.stdout).unwrap();
    let again = document["train"]["loss"].as_f64().unwrap();
    assert!((again - loss).abs() < 1e-6 * loss, "{again} {loss}");
}

#[test]
fn a_training_on_pictures_goes_on_to_the_same_bits() {
    let directory = TempDir::new().unwrap();
    let path = directory.path();
    write(path, STRIPES);
    let run = |words: &[&str]| {
        let output = attractor(path, &[&["train", "m.toml"], words].concat());
        assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    };
    run(&["--set", "learn.epochs=7", "--out", "whole"]);
    run(&["--set", "learn.epochs=3", "--out", "parts"]);
    run(&["--set", "learn.epochs=7", "--out", "parts", "--resume"]);
    for name in ["weights.npz", "training.npz"] {
        assert_eq!(
            arrays(&path.join("whole").join(name)),
            arrays(&path.join("parts").join(name)),
            "{name}"
        );
    }
    for (settings, words) in [
        ("layers.tokens.patches.embed.seed=7", "the network"),
        ("layers.tokens.patches.mean=0.25", "the network"),
        ("learn.lagrangians=none", "the network"),
        ("learn.fixed=[\"synapses.1.bias\"]", "the network"),
        ("learn.masked=2", "the data"),
        ("learn.masked=[2]", "the data"),
    ] {
        let all = [
            "train", "m.toml", "--out", "parts", "--resume", "--set", settings,
        ];
        let output = attractor(path, &all);
        let told = said(&output);
        assert_eq!(output.status.code(), Some(2), "{settings}: {told}");
        assert!(
            told.contains(words) && told.contains("cannot go on"),
            "{told}"
        );
    }
}

#[test]
fn pictures_that_cannot_be_learnt_are_refused_at_their_place() {
    let directory = TempDir::new().unwrap();
    let path = directory.path();
    let with = |from: &str, to: &str| {
        assert!(STRIPES.contains(from), "{from}");
        STRIPES.replacen(from, to, 1)
    };
    let all = [
        (
            with("size = [2, 2]", "size = [3, 2]"),
            &[
                "3 × 2 pixels do not divide a picture of 4 × 4",
                "size = [3, 2]",
            ][..],
        ),
        (
            with("size = [4, 6]", "size = [5, 6]"),
            &["are 4 tokens", "[5, 6]", "size = [4, 6] is as many tokens"],
        ),
        (
            with("size = [4, 6]", "size = 24"),
            &["are 4 tokens", "[24]"],
        ),
        (
            with(
                "data = \"stripes\"\nmasked = 1",
                "data = \"stripes\"\nmasked = 5",
            ),
            &["masked is 5", "1 to 4 of them", "masked = 5"],
        ),
        (
            with(
                "data = \"stripes\"\nmasked = 1",
                "data = \"stripes\"\nmasked = 0",
            ),
            &["masked is 0"],
        ),
        (
            with(
                "data = \"stripes\"\nmasked = 1",
                "data = \"stripes\"\nmasked = [1, 4]",
            ),
            &["only 4 tokens"],
        ),
        (
            with("data = \"stripes\"\nmasked = 1", "data = \"stripes\""),
            &["masked is not said", "masked = 8"],
        ),
        (
            with(
                "[learn]",
                "[layers.answer]\nsize = 1\nlagrangian = \"identity\"\n[learn]\ntarget = \"answer\"\ntargets = [[0], [0], [1], [1]]",
            ),
            &[
                "targets are given beside `masked`",
                "leave out `target` and `targets`",
            ],
        ),
        (
            with("data = \"stripes\"", "data = [[1, 2, 3], [1, 2, 3]]"),
            &["examples of layer `tokens` (16)"],
        ),
        (
            with("rule = \"adjoint\"", "rule = \"equilibrium-propagation\""),
            &["`masked` belongs to the rule \"adjoint\""],
        ),
        (
            with("embed = { random = \"normal\", std = 1.0, seed = 1 }\n", ""),
            &["missing key `embed`"],
        ),
        (
            with(
                "embed = { random = \"normal\", std = 1.0, seed = 1 }",
                "embed = [[1, 2], [3, 4]]",
            ),
            &["embed of the patches of layer `tokens` must be 6 × 4"],
        ),
        (
            with("mean = { mean_of = \"stripes\" }", "mean = [1, 2, 3]"),
            &["the mean picture of layer `tokens` must be"],
        ),
        (
            with(
                "fixed = [\"synapses.0.beta\"]",
                "fixed = [\"synapses.0.betta\"]",
            ),
            &[
                "\"synapses.0.betta\" is no array that learns",
                "layers.tokens.patches.mask",
            ],
        ),
        (
            with("lagrangian = \"layer-norm\"", "lagrangian = \"tanh\""),
            &["no Lagrangian of this network has anything that learns"],
        ),
        (with("keep = [0.9, 0.99]", "keep = 0.9"), &["keep", "list"]),
        (
            with("keep = [0.9, 0.99]", "keep = [0.9, 1.0]"),
            &["two numbers below 1"],
        ),
        (
            with(
                "tokens = { pictures = \"stripes\", masked = 1 }",
                "tokens = { pictures = \"stripes\", masked = 9 }",
            ),
            &["masked is 9"],
        ),
    ];
    let wrong = all
        .iter()
        .filter_map(|(text, words)| refused(path, text, &[], words));
    let wrong: Vec<String> = wrong.collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
    // Of a layer without patches.
    let plain = STRIPES.split("[layers.tokens.patches]").next().unwrap();
    let rest = STRIPES
        .split("mean = { mean_of = \"stripes\" }")
        .nth(1)
        .unwrap();
    let plain = format!("{plain}{rest}");
    let figure = plain.replace("tokens = { pictures = \"stripes\", masked = 1 }", "");
    for (text, words) in [
        (&plain, "layer `tokens` is not seen as pictures"),
        (&figure, "no layer of this network is seen as pictures"),
    ] {
        let wrong = refused(path, text, &[], &[words]);
        assert!(wrong.is_none(), "{}", wrong.unwrap_or_default());
    }
}
