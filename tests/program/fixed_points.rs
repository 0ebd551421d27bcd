//! `attractor fixed-points` as a user sees it.

use std::fs;

use attractor::record::read_npz;
use serde_json::Value;
use tempfile::TempDir;

use crate::command_line::{attractor, said};

#[test]
fn the_flip_flop_has_two_attractors_and_a_saddle_in_table_document_and_arrays() {
    let directory = TempDir::new().unwrap();
    let arguments = ["fixed-points", "flip-flop", "--out", "points"];
    let output = attractor(directory.path(), &arguments);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    let table = String::from_utf8_lossy(&output.stdout).into_owned();
    assert_eq!(table.lines().count(), 4, "{table}");
    assert!(table.contains("saddle of index 1"), "{table}");
    assert!(
        said(&output).trim_end().ends_with(
            "3 fixed points: 2 stable nodes, 1 saddle of index 1; Σ(−1)^index = 1, complete as far as the count can see."
        ),
        "{}",
        said(&output)
    );
    let of = |name: &str| read_npz(directory.path().join("points/answer.npz"), name).unwrap();
    assert_eq!(of("x").shape, [3, 2]);
    assert_eq!(of("eigenvalues").shape, [3, 2, 2]);
    assert_eq!(of("index").data, [0.0, 0.0, 1.0]);
    assert_eq!(of("attracts").data, [1.0, 1.0, 0.0]);
    assert_eq!(of("overlaps").shape, [3, 0]);

    for name in ["answer.json", "manifest.json"] {
        assert!(
            directory.path().join("points").join(name).is_file(),
            "{name}"
        );
    }
    // Results of another model stay.
    let other = attractor(
        directory.path(),
        &["fixed-points", "hopfield-1984", "--out", "points"],
    );
    assert_eq!(other.status.code(), Some(2));
    assert!(
        said(&other).contains("--force replaces it"),
        "{}",
        said(&other)
    );
    assert_eq!(of("x").shape, [3, 2]);

    let output = attractor(
        directory.path(),
        &["fixed-points", "flip-flop", "--json", "--quiet"],
    );
    let document: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(document["morse_sum"], 1);
    assert_eq!(document["fixed_points"][2]["class"], "saddle of index 1");
}

#[test]
fn what_is_missing_or_never_rests_is_told() {
    let directory = TempDir::new().unwrap();
    let few = [
        "fixed-points",
        "flip-flop",
        "--tries",
        "0",
        "--max-tries",
        "0",
        "--set",
        "start.neurons=[0.3,0.2]",
    ];
    let output = attractor(directory.path(), &few);
    assert_eq!(output.status.code(), Some(3), "{}", said(&output));
    assert!(
        said(&output).contains("Σ(−1)^index = 2 and not 1, at least one is missing after 0 tries"),
        "{}",
        said(&output)
    );
    let output = attractor(
        directory.path(),
        &["fixed-points", "oscillation", "--starts", "5"],
    );
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    assert!(
        said(&output).contains("6 of 6 starts were not at rest by t = 1000"),
        "{}",
        said(&output)
    );
    assert!(
        said(&output).contains("1 unstable focus; no attractor is among them"),
        "{}",
        said(&output)
    );
}

#[test]
fn a_proof_is_told_and_what_cannot_be_proved_ends_with_its_own_code() {
    let directory = TempDir::new().unwrap();
    let output = attractor(
        directory.path(),
        &["fixed-points", "flip-flop", "--complete", "--json"],
    );
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    assert!(
        said(&output).contains("complete: proved, "),
        "{}",
        said(&output)
    );
    let document: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(document["complete"]["proved"], true);
    assert_eq!(document["complete"]["fixed_points"], 3);
    assert_eq!(document["tries"], 0);

    // At a pitchfork nothing is proved.
    let at = [
        "fixed-points",
        "flip-flop",
        "--complete",
        "--set",
        "layers.neurons.lagrangian.beta=4",
    ];
    let output = attractor(directory.path(), &at);
    assert_eq!(output.status.code(), Some(3), "{}", said(&output));
    assert!(
        said(&output).contains("nothing is proved near x = (")
            && said(&output).contains("not proved to be complete by"),
        "{}",
        said(&output)
    );
    // A limit that is too small is told.
    let few = [
        "fixed-points",
        "flip-flop",
        "--complete",
        "--max-boxes",
        "3",
    ];
    let output = attractor(directory.path(), &few);
    assert_eq!(output.status.code(), Some(3), "{}", said(&output));
    assert!(
        said(&output).contains("--max-boxes takes a larger number"),
        "{}",
        said(&output)
    );
}

#[test]
fn what_has_no_form_over_intervals_is_refused_by_name() {
    let directory = TempDir::new().unwrap();
    fs::write(
        directory.path().join("ring.toml"),
        "[layers.x]\nsize = 2\nlagrangian = \"spherical-norm\"\n[[synapses]]\nkind = \"recurrent\"\nlayers = [\"x\"]\nweights = [[2.0, 0.0], [0.0, 2.0]]\n[start]\nx = [0.1, 0.2]\n",
    )
    .unwrap();
    let cases = [
        (
            vec!["ring.toml", "--complete"],
            "has no form over intervals",
        ),
        (vec!["flip-flop", "--max-boxes", "10"], "--complete"),
        (
            vec!["flip-flop", "--complete", "--max-boxes", "-1"],
            "--max-boxes",
        ),
        (vec!["hopfield-1982", "--complete"], "leave --complete out"),
    ];
    for (words, expected) in cases {
        let output = attractor(directory.path(), &[&["fixed-points"], &words[..]].concat());
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

#[test]
fn the_answer_has_a_figure_and_what_the_points_are_beside_the_memories() {
    let directory = TempDir::new().unwrap();
    fs::write(directory.path().join("three.toml"), crate::searches::THREE).unwrap();
    let words = [
        "fixed-points",
        "three.toml",
        "--tries",
        "40",
        "--max-tries",
        "40",
        "--out",
        "points",
    ];
    let output = attractor(directory.path(), &words);
    assert!(
        matches!(output.status.code(), Some(0 | 3)),
        "{}",
        said(&output)
    );
    let table = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(
        table.contains("  memory 0, overlap") && table.contains("inverse of memory 0, overlap"),
        "{table}"
    );
    let of = |name: &str| read_npz(directory.path().join("points/answer.npz"), name).unwrap();
    let rows = of("x").shape[0];
    assert_eq!(
        (of("kind").shape, of("weights").shape),
        (vec![rows], vec![rows, 3])
    );
    // A saddle beside a memory is like it as well: of attractors there is one of each.
    for kind in [0.0, 1.0] {
        let pairs = of("kind").data.into_iter().zip(of("attracts").data);
        let count = pairs.filter(|pair| *pair == (kind, 1.0)).count();
        assert_eq!(count, 3, "{:?}", of("kind").data);
    }
    if cfg!(feature = "figures") {
        for name in ["fixed-points.png", "fixed-points.figure.json"] {
            assert!(
                directory.path().join("points").join(name).is_file(),
                "{name}"
            );
        }
    }
}

#[test]
fn more_starts_than_fit_are_refused() {
    let directory = TempDir::new().unwrap();
    for (starts, word) in [
        ("18446744073709551615", "more than the"),
        ("-1", "--starts"),
        ("many", "--starts"),
    ] {
        let output = attractor(
            directory.path(),
            &["fixed-points", "flip-flop", "--starts", starts],
        );
        assert_eq!(output.status.code(), Some(2), "{}", said(&output));
        assert!(said(&output).contains(word), "{}", said(&output));
    }
}
