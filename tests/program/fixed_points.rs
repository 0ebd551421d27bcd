//! `attractor fixed-points` as a user sees it.

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
