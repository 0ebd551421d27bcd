//! `attractor basins` as a user sees it.

use std::fs;
use std::path::Path;

use attractor::record::{NpzWriter, read_npz};
use serde_json::Value;
use tempfile::TempDir;

use crate::command_line::{attractor, said};

fn basins(directory: &Path, rest: &[&str]) -> std::process::Output {
    attractor(directory, &[&["basins"], rest].concat())
}

fn document(directory: &Path) -> Value {
    serde_json::from_str(&fs::read_to_string(directory.join("answer.json")).unwrap()).unwrap()
}

#[test]
fn a_map_leaves_labels_energies_times_and_figures() {
    let directory = TempDir::new().unwrap();
    let at = directory.path();
    // The neurons may stand in any order, and a bias lets the energies differ.
    let arguments = [
        "flip-flop",
        "--neurons",
        "1,0",
        "--x=-1,1",
        "--y=-1.5,1.5",
        "--points",
        "9",
        "--set",
        "layers.neurons.input=[0.53,0.5]",
        "--out",
        "map",
    ];
    let output = basins(at, &arguments);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    assert!(
        said(&output).contains("2 attractors on the map: "),
        "{}",
        said(&output)
    );
    let of = |name: &str| read_npz(at.join("map/answer.npz"), name).unwrap();
    assert_eq!(of("label").shape, [9, 9]);
    assert_eq!(of("map_attractors").shape, [2, 2]);
    assert_eq!(of("x").data[0], -1.0);
    assert_eq!(of("y").data[8], 1.5);
    // Where the first neuron, up, is far ahead it wins, which is the deeper attractor.
    let label = of("label").data;
    assert_eq!((label[8 * 9], label[8]), (0.0, 1.0));
    assert!(of("energy").data[8 * 9] < of("energy").data[8]);
    assert!(of("time_to_rest").data.iter().all(|t| *t > 0.0));
    for name in [
        "basins.png",
        "basins-energy.png",
        "basins-time.png",
        "manifest.json",
    ] {
        assert!(at.join("map").join(name).is_file(), "{name}");
    }
    let map = &document(&at.join("map"))["map"];
    assert_eq!(map["border"], "stable manifolds");
    assert_eq!(map["coordinates"]["neurons"], serde_json::json!([1, 0]));
    // Turned with the axes: with them the separatrix goes through its saddle.
    let lines = map["separatrices"].as_array().unwrap();
    assert_eq!(lines.len(), 1);
    let near = lines[0].as_array().unwrap().iter().any(|p| {
        let [x, y] = [0, 1].map(|k| p[k].as_f64().unwrap());
        let side = |i: f64, j: f64| (((i + 1.0) / 0.25).round(), ((j + 1.5) / 0.375).round());
        side(x, y) == (4.0, 4.0)
    });
    assert!(near, "{lines:?}");
    let again = attractor(at, &["plot", "map"]);
    assert_eq!(again.status.code(), Some(0), "{}", said(&again));
}

#[test]
fn starts_on_the_separatrix_rest_at_a_saddle_and_the_table_says_so() {
    let directory = TempDir::new().unwrap();
    let at = directory.path();
    let flags = [
        "flip-flop",
        "--x=-1,1",
        "--y=-1,1",
        "--points",
        "5",
        "--out",
        "map",
    ];
    let output = basins(at, &flags);
    let table = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(
        table.contains("at rest -2     saddle of index 1"),
        "{table}"
    );
    assert!(
        said(&output).contains("5 starts at a saddle"),
        "{}",
        said(&output)
    );
    let labels = read_npz(at.join("map/answer.npz"), "label").unwrap().data;
    assert_eq!(labels.iter().filter(|l| **l == -2.0).count(), 5);
}

#[test]
fn overlaps_directions_fractions_and_the_radius_are_answered() {
    let directory = TempDir::new().unwrap();
    let at = directory.path();
    let map = [
        "model-b-limit",
        "--memories",
        "0,1",
        "--points",
        "8",
        "--fractions",
        "50",
        "--out",
        "b",
    ];
    let output = basins(at, &map);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    let kept = document(&at.join("b"));
    assert_eq!(kept["map"]["border"], "bisected");
    assert_eq!(
        kept["fractions"]["drawn"],
        "uniform in the rectangle of the map"
    );
    assert!(at.join("b/fractions.png").is_file());

    let mut npz = NpzWriter::create(at.join("two.npz")).unwrap();
    let (mut a, mut b) = (vec![0.0; 64], vec![0.0; 64]);
    (a[0], b[3]) = (1.0, 2.0);
    npz.write("directions", &[2, 64], &[a, b].concat()).unwrap();
    npz.finish().unwrap();
    let along = [
        "model-b-limit",
        "--along",
        "two.npz",
        "--points",
        "3",
        "--out",
        "c",
    ];
    let output = basins(at, &along);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));

    let radius = [
        "hopfield-1982-spins",
        "--radius",
        "--each",
        "20",
        "--damage",
        "0,0.1,0.5",
        "--fractions",
        "30",
        "--around",
        "memories",
        "--within",
        "10",
        "--out",
        "r",
    ];
    let output = basins(at, &radius);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    let kept = document(&at.join("r"));
    assert_eq!(kept["radius"]["memories"][0]["radius"], 0.1);
    assert_eq!(kept["fractions"]["shares"].as_array().unwrap().len(), 8);
    assert!(kept["fractions"]["shares"][0]["back"].as_u64().unwrap() > 25);
    let recalled = read_npz(at.join("r/answer.npz"), "recalled").unwrap();
    assert_eq!(recalled.shape, [8, 3]);
    let balls = [
        "flip-flop",
        "--fractions",
        "40",
        "--around",
        "attractors",
        "--within",
        "0.3",
        "--out",
        "a",
    ];
    let output = basins(at, &balls);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    assert_eq!(
        document(&at.join("a"))["fractions"]["shares"][1]["back"],
        40
    );
}

#[test]
fn a_cycle_is_told_as_none_and_flagged() {
    let directory = TempDir::new().unwrap();
    let at = directory.path();
    let output = basins(at, &["oscillation", "--points", "4", "--out", "o"]);
    assert_eq!(output.status.code(), Some(3), "{}", said(&output));
    for words in [
        "16 of 16 starts were not at rest by t = 1000",
        "no attractor was reached: 16 of 16 starts came to no rest",
        "there is no figure of the basins",
    ] {
        assert!(said(&output).contains(words), "{words}: {}", said(&output));
    }
    assert!(!at.join("o/basins.png").exists());
}

#[test]
fn what_makes_no_sense_is_refused_with_the_reason() {
    let directory = TempDir::new().unwrap();
    let at = directory.path();
    let mut npz = NpzWriter::create(at.join("one.npz")).unwrap();
    npz.write("directions", &[1, 2], &[1.0, 0.0]).unwrap();
    npz.finish().unwrap();
    let mut npz = NpzWriter::create(at.join("line.npz")).unwrap();
    npz.write("directions", &[2, 2], &[1.0, 2.0, 2.0, 4.0])
        .unwrap();
    npz.finish().unwrap();
    let mut npz = NpzWriter::create(at.join("long.npz")).unwrap();
    npz.write("directions", &[2, 3], &[1.0, 0.0, 0.0, 0.0, 1.0, 0.0])
        .unwrap();
    npz.finish().unwrap();
    let wrong: [(&[&str], &str); 26] = [
        (
            &["flip-flop", "--neurons", "0,2"],
            "is neuron 2, the network has 2 neurons",
        ),
        (&["flip-flop", "--neurons", "1,1"], "are one neuron twice"),
        (&["flip-flop", "--neurons", "1"], "a comma between them"),
        (&["flip-flop", "--neurons", "0,-1"], "--neurons"),
        (
            &["flip-flop", "--neurons", "0,1", "--memories", "0,1"],
            "cannot be used with",
        ),
        (&["flip-flop", "--memories", "0,1"], "has no [recall]"),
        (
            &["model-b-limit", "--memories", "0,5"],
            "is memory 5, there are 5",
        ),
        (&["model-b-limit", "--memories", "2,2"], "are on one line"),
        (&["flip-flop", "--x=1,-1"], "x is reversed, from 1 to -1"),
        (&["flip-flop", "--y=1,1"], "y is empty"),
        (&["flip-flop", "--x=0,inf"], "not finite"),
        (&["flip-flop", "--x=nan,1"], "not finite"),
        (&["flip-flop", "--points", "1"], "two or more"),
        (
            &["flip-flop", "--points", "18446744073709551615"],
            "more than the",
        ),
        (&["flip-flop", "--along", "none.npz"], "none.npz"),
        (&["flip-flop", "--along", "one.npz"], "two rows are wanted"),
        (&["flip-flop", "--along", "line.npz"], "are on one line"),
        (
            &["flip-flop", "--along", "long.npz"],
            "has 3 numbers, the network has 2 neurons",
        ),
        (&["flip-flop", "--fractions", "0"], "the starts are 0"),
        (
            &["flip-flop", "--fractions", "18446744073709551615"],
            "fractions are counted",
        ),
        (
            &["flip-flop", "--fractions", "5", "--around", "attractors"],
            "the radius of the balls is not said",
        ),
        (&["flip-flop", "--radius"], "has no [recall]"),
        (
            &["hopfield-1982-spins", "--radius", "--damage", "0.2,0.1"],
            "the levels must rise",
        ),
        (
            &["hopfield-1982-spins", "--radius", "--probability", "0"],
            "above 0 and at most 1",
        ),
        (
            &["hopfield-1982-spins", "--radius", "--noise"],
            "makes no values of units that flip",
        ),
        (
            &["hopfield-1982-spins", "--neurons", "0,1"],
            "units that flip have only two values",
        ),
    ];
    for (flags, why) in wrong {
        let output = basins(at, flags);
        assert_eq!(
            output.status.code(),
            Some(2),
            "{flags:?}: {}",
            said(&output)
        );
        assert!(said(&output).contains(why), "{flags:?}: {}", said(&output));
        assert!(output.stdout.is_empty(), "{flags:?}");
    }
    // Nothing is left where an answer would be.
    assert!(!at.join("runs/flip-flop-basins").exists());
    assert!(!at.join("runs/flip-flop-basins.partial").exists());
    // A map of a plane that is asked for where there is none.
    let output = basins(at, &["hierarchical", "--x=0,1"]);
    assert_eq!(output.status.code(), Some(2), "{}", said(&output));
    assert!(
        said(&output).contains("the map has no plane"),
        "{}",
        said(&output)
    );
    let output = basins(at, &["hierarchical", "--neurons", "64,0"]);
    assert_eq!(output.status.code(), Some(2), "{}", said(&output));
    assert!(
        said(&output).contains("which is \"relaxed\" in [start]"),
        "{}",
        said(&output)
    );
}
