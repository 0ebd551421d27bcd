//! `attractor phase-plane` as a user sees it.

use std::path::Path;

use attractor::record::read_npz;
use serde_json::Value;
use tempfile::TempDir;

use crate::command_line::{attractor, said};

/// An array of a directory.
fn array(directory: &Path, name: &str) -> Vec<f64> {
    read_npz(directory.join("answer.npz"), name).unwrap().data
}

/// The lines of an array of points, one below the other.
fn lines(directory: &Path, name: &str) -> Vec<Vec<[f64; 2]>> {
    let points = array(directory, name);
    let points: Vec<[f64; 2]> = points.chunks_exact(2).map(|p| [p[0], p[1]]).collect();
    let offsets = array(directory, &format!("{name}_offsets"));
    let ends = offsets.windows(2);
    ends.map(|w| points[w[0] as usize..w[1] as usize].to_vec())
        .collect()
}

#[test]
fn planes_of_the_flip_flop_have_its_nullclines_fixed_points_and_separatrix() {
    let directory = TempDir::new().unwrap();
    let output = attractor(directory.path(), &["phase-plane", "flip-flop"]);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    let table = String::from_utf8_lossy(&output.stdout).into_owned();
    assert_eq!(table.lines().count(), 4, "{table}");
    assert!(table.contains("(0.5, 0.5)  saddle"), "{table}");
    assert!(
        said(&output).contains(
            "3 fixed points: 2 stable nodes, 1 saddle of index 1; Σ(−1)^index = 1, complete as far as the count can see; \
             3 marked in the plane, branches of the nullclines: 1 and 1."
        ),
        "{}",
        said(&output)
    );
    let own = directory.path().join("runs/flip-flop-phase-plane");
    for name in [
        "phase-plane.png",
        "energy-plane.png",
        "manifest.json",
        "answer.json",
    ] {
        assert!(own.join(name).is_file(), "{name}");
    }
    // dV₁/dt = 0 where x₁ = ½ − V₂, x = ln(V/(1 − V))/6.
    for (name, k) in [("nullcline_x", 0), ("nullcline_y", 1)] {
        let found = lines(&own, name);
        assert_eq!(found.len(), 1);
        for p in &found[0] {
            let x = (p[k] / (1.0 - p[k])).ln() / 6.0;
            assert!((x - 0.5 + p[1 - k]).abs() < 1e-12, "{p:?}");
        }
    }
    // Either half of the diagonal.
    let borders = lines(&own, "separatrices");
    assert_eq!(borders.len(), 2);
    assert!(borders.concat().iter().all(|p| (p[0] - p[1]).abs() < 1e-8));
    let saddle = array(&own, "fixed_points");
    assert_eq!(saddle.len(), 6);
    assert!(
        saddle
            .chunks_exact(2)
            .any(|p| (p[0] - 0.5).hypot(p[1] - 0.5) < 1e-12)
    );
    assert_eq!(lines(&own, "trajectories").len(), 13);
    assert!(lines(&own, "streamlines").len() > 20);
    let energy = array(&own, "energy");
    assert_eq!(energy.len(), 161 * 161);
    assert_eq!(array(&own, "speed").len(), energy.len());

    let again = [
        "phase-plane",
        "flip-flop",
        "--space",
        "state",
        "--x=-1,1",
        "--y=-0.5,1.5",
    ];
    let again = [
        &again[..],
        &["--points", "21", "--json", "--quiet", "--out", "b"],
    ]
    .concat();
    let output = attractor(directory.path(), &again);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    let document: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(document["x"], serde_json::json!([-1.0, 1.0]));
    assert_eq!(document["nullclines"][0]["branches"], 1);
    assert_eq!(document["axes"][1], "x₂");
    let b = directory.path().join("b");
    for [x1, x2] in lines(&b, "nullcline_x").concat() {
        assert!((x1 - 0.5 + 1.0 / (1.0 + (-6.0 * x2).exp())).abs() < 1e-15);
    }
}

#[test]
fn planes_of_larger_networks_say_how_the_others_stand() {
    let directory = TempDir::new().unwrap();
    for (others, words) in [
        ("fixed", "a cut where the first trajectory ends"),
        ("relaxed", "the others at their own equilibrium"),
        ("principal", "projected on the principal directions"),
    ] {
        let flags = [
            "phase-plane",
            "general",
            "--others",
            others,
            "--points",
            "21",
        ];
        let flags = [&flags[..], &["--out", others, "--json"]].concat();
        let output = attractor(directory.path(), &flags);
        assert_eq!(output.status.code(), Some(0), "{}", said(&output));
        let document: Value = serde_json::from_slice(&output.stdout).unwrap();
        let caption = document["caption"].as_str().unwrap();
        assert!(caption.contains(words), "{caption}");
        let cut = caption.contains("a cut where");
        assert_eq!(cut, others == "fixed", "{caption}");
        // Where the first trajectory ends is on every plane.
        assert!(
            !document["fixed_points"].as_array().unwrap().is_empty(),
            "{others}"
        );
        assert!(
            directory
                .path()
                .join(others)
                .join("phase-plane.png")
                .is_file()
        );
    }
}

#[test]
fn planes_that_cannot_be_are_refused_with_the_reason() {
    let directory = TempDir::new().unwrap();
    let one = "[layers.n]\nsize = 1\nlagrangian = \"tanh\"\n[start]\nn = [0.5]\n";
    std::fs::write(directory.path().join("one.toml"), one).unwrap();
    for (model, flags, words) in [
        ("one.toml", &[][..], &["at least two neurons"][..]),
        (
            "flip-flop",
            &["--neurons", "0,0"],
            &["neurons", "one neuron"],
        ),
        (
            "flip-flop",
            &["--neurons", "0,2"],
            &["--neurons `2` names no neuron", "neurons.0 to neurons.1"],
        ),
        (
            "flip-flop",
            &["--neurons", "1"],
            &["--neurons takes two numbers"],
        ),
        (
            "flip-flop",
            &["--neurons", "0,1,1"],
            &["--neurons takes two numbers", "there is 3"],
        ),
        ("flip-flop", &["--neurons", "a,b"], &["--neurons"]),
        (
            "flip-flop",
            &["--layer", "other"],
            &["`other` does not exist", "`neurons`"],
        ),
        (
            "flip-flop",
            &["--x", "1,1"],
            &["--x must be two numbers that rise"],
        ),
        (
            "flip-flop",
            &["--y=1,-1"],
            &["y must be two numbers that rise", "1,-1"],
        ),
        (
            "flip-flop",
            &["--x", "nan,1"],
            &["x must be two numbers that rise"],
        ),
        (
            "flip-flop",
            &["--x=-inf,1"],
            &["x must be two numbers that rise"],
        ),
        (
            "flip-flop",
            &["--x=-1e308,1e308"],
            &["x must be two numbers that rise"],
        ),
        (
            "flip-flop",
            &["--space", "activation", "--x", "2,3"],
            &["no state of its own"],
        ),
        (
            "flip-flop",
            &["--points", "9"],
            &["points must be from 10 to 1000"],
        ),
        ("flip-flop", &["--points", "-1"], &["--points"]),
        ("flip-flop", &["--space", "other"], &["state, activation"]),
        (
            "flip-flop",
            &["--others", "other"],
            &["fixed, relaxed, principal"],
        ),
        (
            "flip-flop",
            &["--others", "principal", "--neurons", "0,1"],
            &["principal directions", "leave it out"],
        ),
        ("hopfield-1982", &[], &["units flip"]),
        ("potts", &["--space", "state"], &["units flip"]),
        ("missing.toml", &[], &["missing.toml"]),
    ] {
        let arguments = [&["phase-plane", model], flags].concat();
        let output = attractor(directory.path(), &arguments);
        let said = said(&output);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {said}");
        for word in words {
            assert!(
                said.contains(word),
                "{arguments:?}: `{word}` is missing in: {said}"
            );
        }
        assert!(!said.contains("panicked"), "{said}");
        assert!(!directory.path().join("runs").exists(), "{arguments:?}");
    }
}

#[test]
fn a_saturated_attractor_is_on_the_plane_by_default() {
    // Each neuron alone rests at x = 1.6, V = 0.9997: nearer to 1 than the grid goes.
    let directory = TempDir::new().unwrap();
    let model = "[layers.s]\nsize = 2\nlagrangian = { kind = \"sigmoid\", beta = 5.0 }\ninput = 1.6\n[[synapses]]\nkind = \"recurrent\"\nlayers = [\"s\"]\nweights = [[0.0, 0.001], [0.001, 0.0]]\n";
    std::fs::write(directory.path().join("on.toml"), model).unwrap();
    let output = attractor(directory.path(), &["phase-plane", "on.toml"]);
    assert!(output.status.success(), "{}", said(&output));
    assert!(
        said(&output).contains("1 marked in the plane"),
        "{}",
        said(&output)
    );
    assert!(!said(&output).contains("beyond"), "{}", said(&output));
}

/// The document of a command.
fn asked(directory: &Path, words: &[&str]) -> Value {
    let output = attractor(
        directory,
        &[words, &["--json", "--quiet", "--force"]].concat(),
    );
    assert_eq!(
        output.status.code(),
        Some(0),
        "{words:?}: {}",
        said(&output)
    );
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn planes_have_the_fixed_points_that_the_landscape_lists() {
    let directory = TempDir::new().unwrap();
    // Nine points of two neurons, in corners that a coarse grid of starts of Newton's method need not lead to.
    let steep = "[layers.n]\nsize = 2\nlagrangian = { kind = \"tanh\", beta = 60.0 }\ninput = [0.02, -0.03]\n[[synapses]]\n\
                 kind = \"recurrent\"\nlayers = [\"n\"]\nweights = [[1.0, 0.1], [0.1, 0.9]]\n[start]\nn = [0.5, 0.5]\n";
    std::fs::write(directory.path().join("steep.toml"), steep).unwrap();
    for model in ["flip-flop", "hopfield-1984", "steep.toml"] {
        let list = asked(directory.path(), &["fixed-points", model, "--out", "list"]);
        let plane = asked(directory.path(), &["phase-plane", model, "--out", "plane"]);
        let states = |document: &Value| -> Vec<Vec<f64>> {
            let points = document["fixed_points"].as_array().unwrap().iter();
            let state = |p: &Value| serde_json::from_value(p["x"].clone()).unwrap();
            points.map(state).collect()
        };
        let (a, b) = (states(&list), states(&plane));
        assert_eq!((a.len(), b.len() > 2), (b.len(), true), "{model}");
        for (a, b) in a.iter().flatten().zip(b.iter().flatten()) {
            assert!((a - b).abs() < 1e-9, "{model}: {a} {b}");
        }
        for key in ["count", "morse_sum"] {
            assert_eq!(list[key], plane[key], "{model}");
        }
        assert_eq!(plane["count"], "complete", "{model}");
    }
}

#[test]
fn planes_of_neurons_in_two_layers_show_a_cycle_as_no_rest() {
    let directory = TempDir::new().unwrap();
    for neurons in [&[][..], &["--neurons", "excitatory.0,inhibitory.0"]] {
        let words = [
            &["phase-plane", "oscillation", "--out", "cycle"][..],
            neurons,
        ]
        .concat();
        let document = asked(directory.path(), &words);
        let axes = document["axes"].as_array().unwrap();
        assert!(axes[0].as_str().unwrap().contains("excitatory"), "{axes:?}");
        assert!(axes[1].as_str().unwrap().contains("inhibitory"), "{axes:?}");
        let points = document["fixed_points"].as_array().unwrap();
        assert_eq!(points.len(), 1);
        assert_eq!(points[0]["class"], "unstable focus");
        let sentence = document["sentence"].as_str().unwrap();
        assert!(
            sentence.contains("no attractor is among them"),
            "{sentence}"
        );
        let notes = document["notes"].to_string();
        assert!(
            notes.contains("not at rest") && notes.contains("cycle"),
            "{notes}"
        );
        // The trajectory goes round the focus again and again: n04's period is 4.30012948.
        let cycle = &lines(&directory.path().join("cycle"), "trajectories")[0];
        let at = points[0]["at"].as_array().unwrap();
        let [x, y] = [0, 1].map(|k| at[k].as_f64().unwrap());
        let crossings = cycle
            .windows(2)
            .filter(|w| w[0][0] < x && w[1][0] >= x && w[0][1] < y)
            .count();
        assert_eq!(crossings, 4, "in t = 20");
    }
    // The other way round, by the key of a figure, and by the map of basins.
    let output = attractor(
        directory.path(),
        &[
            "phase-plane",
            "oscillation",
            "--neurons",
            "inhibitory.1,excitatory.0",
        ],
    );
    assert_eq!(output.status.code(), Some(2));
    assert!(
        said(&output).contains("--neurons `inhibitory.1`"),
        "{}",
        said(&output)
    );
    let words = [
        "run",
        "oscillation",
        "--out",
        "run",
        "--set",
        "figures=[{kind='phase',neurons=['inhibitory.0','excitatory.0']}]",
    ];
    let output = attractor(directory.path(), &words);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    assert!(directory.path().join("run/phase.png").is_file());
}
