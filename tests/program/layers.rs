//! `associate`, `pool` and `lookup`: arrays in, arrays out, and what is refused of them.

use std::fs;
use std::path::Path;
use std::process::Output;

use attractor::record::{NpzWriter, read_npz};
use serde_json::Value;
use tempfile::TempDir;

use crate::command_line::{attractor, said};

type Arrays<'a> = [(&'a str, &'a [usize], &'a [f64])];

fn write(path: &Path, arrays: &Arrays<'_>) {
    let mut npz = NpzWriter::create(path.join("a.npz")).unwrap();
    for (name, shape, data) in arrays {
        npz.write(name, shape, data).unwrap();
    }
    npz.finish().unwrap();
}

/// Runs a command on arrays.
fn run(words: &str, arrays: &Arrays<'_>) -> (TempDir, Output) {
    let directory = TempDir::new().unwrap();
    write(directory.path(), arrays);
    let (command, flags) = words.split_once(' ').unwrap_or((words, ""));
    let all: Vec<&str> = [command, "a.npz"]
        .into_iter()
        .chain(flags.split_whitespace())
        .collect();
    let output = attractor(directory.path(), &all);
    (directory, output)
}

const STATES: (&str, &[usize], &[f64]) = ("states", &[2, 2], &[0.9, 0.2, 0.1, 0.8]);
const KEYS: (&str, &[usize], &[f64]) = ("keys", &[3, 2], &[1.0, 0.0, 0.0, 1.0, -1.0, 0.0]);

#[test]
fn associate_completes_states_and_says_that_the_energy_fell() {
    let (directory, output) = run(
        "associate --beta 8 --updates rest --weights",
        &[STATES, KEYS],
    );
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    let table = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(table.starts_with("state  head  updates  energy"), "{table}");
    let end = "2 states associated with 3 keys: the energy rose at no update.\n";
    assert!(said(&output).ends_with(end), "{}", said(&output));
    let out = directory.path().join("runs/a-associate/answer.npz");
    let found = read_npz(&out, "output").unwrap();
    assert_eq!(found.shape, [2, 2]);
    // By hand: q = softmax(8 K q) K at rest; the first is the fixed point near (1, 0).
    let q = &found.data[..2];
    let e: Vec<f64> = [q[0], q[1], -q[0]]
        .iter()
        .map(|a| (8.0 * a).exp())
        .collect();
    let sum: f64 = e.iter().sum();
    // The tolerance of rest, 1e-4 of the weights.
    assert!((q[0] - (e[0] - e[2]) / sum).abs() < 1e-4 && (q[1] - e[1] / sum).abs() < 1e-4);
    let weights = read_npz(&out, "weights").unwrap();
    assert_eq!(weights.shape, [1, 2, 3]);
    assert!((weights.data[..3].iter().sum::<f64>() - 1.0).abs() < 1e-14);
    let energy = read_npz(&out, "energy").unwrap();
    let of = energy.data.chunks_exact(energy.shape[2]);
    for row in of {
        let row: Vec<f64> = row.iter().copied().filter(|e| e.is_finite()).collect();
        assert!(
            row.len() > 2 && row.windows(2).all(|e| e[1] <= e[0] + 1e-14),
            "{row:?}"
        );
    }
    // It says what it is of, and of which file.
    let manifest = fs::read(directory.path().join("runs/a-associate/manifest.json")).unwrap();
    let manifest: Value = serde_json::from_slice(&manifest).unwrap();
    assert_eq!(manifest["kind"], "associate");
    assert_eq!(manifest["model"]["files"][0]["path"], "a.npz");
    // Its own is replaced; what another file made is not, but with --force.
    let again = attractor(directory.path(), &["associate", "a.npz"]);
    assert_eq!(again.status.code(), Some(0), "{}", said(&again));
    fs::copy(
        directory.path().join("a.npz"),
        directory.path().join("b.npz"),
    )
    .unwrap();
    let onto = ["associate", "b.npz", "--out", "runs/a-associate"];
    let other = attractor(directory.path(), &onto);
    assert_eq!(other.status.code(), Some(2));
    assert!(
        said(&other).contains("a.npz, not of b.npz"),
        "{}",
        said(&other)
    );
    let forced = attractor(directory.path(), &[&onto[..], &["--force"]].concat());
    assert_eq!(forced.status.code(), Some(0), "{}", said(&forced));
    // The file that is read is no directory to be replaced.
    let input = ["associate", "a.npz", "--out", "a.npz", "--force"];
    assert_eq!(attractor(directory.path(), &input).status.code(), Some(2));
    assert!(directory.path().join("a.npz").is_file());
}

#[test]
fn associate_says_that_a_projected_result_has_no_energy_and_what_it_did_not_read() {
    let w = ("W_v", &[1, 2][..], &[1.0, 1.0][..]);
    let odd = ("vaules", &[1][..], &[0.0][..]);
    let (_directory, output) = run("associate --json", &[STATES, KEYS, w, odd]);
    let document: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(document["size"], 1);
    // Something is projected: 1/√2, keys being of size 2.
    assert!((document["beta"].as_f64().unwrap() - 0.5f64.sqrt()).abs() < 1e-15);
    assert!(
        document["without_energy"].as_str().unwrap().contains("W_v"),
        "{document}"
    );
    assert!(
        said(&output).contains("not read: `vaules`"),
        "{}",
        said(&output)
    );
}

#[test]
fn heads_divide_the_numbers_of_a_row() {
    let states = ("states", &[1, 4][..], &[1.0, 0.0, 0.0, 1.0][..]);
    let keys = (
        "keys",
        &[2, 4][..],
        &[1.0, 0.0, 1.0, 0.0, 0.0, 1.0, 0.0, 1.0][..],
    );
    let (directory, output) = run("associate --heads 2 --beta 50", &[states, keys]);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    // Each head is asked by its own half: the first finds key 0, the second key 1.
    let found = read_npz(
        directory.path().join("runs/a-associate/answer.npz"),
        "output",
    )
    .unwrap();
    for (a, b) in found.data.iter().zip([1.0, 0.0, 0.0, 1.0]) {
        assert!((a - b).abs() < 1e-12, "{found:?}");
    }
}

#[test]
fn pool_gives_a_row_for_each_bag_whatever_the_order_of_instances() {
    let queries = ("queries", &[1, 2][..], &[1.0, 0.0][..]);
    let instances = (
        "instances",
        &[4, 2][..],
        &[1.0, 0.0, 3.0, 1.0, 0.0, 1.0, 2.0, 2.0][..],
    );
    let bags = ("bags", &[4][..], &[7.0, 2.0, 7.0, 2.0][..]);
    let mask = ("mask", &[4][..], &[1.0, 1.0, 1.0, 0.0][..]);
    let (directory, output) = run("pool", &[queries, instances, bags, mask]);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    let out = directory.path().join("runs/a-pool/answer.npz");
    assert_eq!(read_npz(&out, "bags").unwrap().data, [2.0, 7.0]);
    let pooled = read_npz(&out, "pooled").unwrap();
    assert_eq!(pooled.shape, [2, 1, 2]);
    // Bag 2 has one instance that may be asked; bag 7 the weights e/(e + 1) and 1/(e + 1).
    let e = 1f64.exp();
    let expected = [3.0, 1.0, e / (e + 1.0), 1.0 / (e + 1.0)];
    for (a, b) in pooled.data.iter().zip(expected) {
        assert!((a - b).abs() < 1e-14, "{pooled:?}");
    }
    assert_eq!(read_npz(&out, "weights").unwrap().data[3], 0.0);
}

#[test]
fn lookup_chooses_beta_without_the_row_itself_and_counts_what_is_right() {
    // Two rows of each class apart, and states beside them.
    let keys = ("keys", &[6, 1][..], &[0.0, 0.4, 1.1, 2.0, 2.5, 2.9][..]);
    let labels = ("labels", &[6][..], &[3.0, 3.0, 5.0, 3.0, 5.0, 5.0][..]);
    let states = ("states", &[2, 1][..], &[-0.2, 3.1][..]);
    let truth = ("true_labels", &[2][..], &[3.0, 3.0][..]);
    let (directory, output) = run("lookup --json", &[keys, labels, states, truth]);
    let document: Value = serde_json::from_slice(&output.stdout).unwrap_or_default();
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    assert_eq!(document["accuracy"], 0.5, "{document}");
    let sentence = document["sentence"].as_str().unwrap();
    assert!(sentence.ends_with("1 of 2 labels right"), "{sentence}");
    assert_eq!(document["classes"], serde_json::json!([3, 5]));
    assert_eq!(document["at_an_end"], false);
    let out = directory.path().join("runs/a-lookup/answer.npz");
    assert_eq!(read_npz(&out, "predicted").unwrap().data, [3.0, 5.0]);
    assert_eq!(read_npz(&out, "probabilities").unwrap().shape, [2, 2]);
    let folds = run("lookup --folds 3", &[keys, labels, states]);
    // Parts of two keys each leave little to choose by: β may lie at an end of what was tried, which is flagged.
    assert!(
        [Some(0), Some(3)].contains(&folds.1.status.code()),
        "{}",
        said(&folds.1)
    );
    let out = folds.0.path().join("runs/a-lookup/answer.npz");
    assert_eq!(read_npz(&out, "predicted").unwrap().data, [3.0, 5.0]);
    let [tried, told] = ["grid", "log_likelihood"].map(|k| read_npz(&out, k).unwrap().data);
    let best = told.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let own = tried
        .iter()
        .position(|b| *b == read_npz(&out, "beta").unwrap().data[0]);
    assert_eq!(told[own.unwrap()], best);
}

#[test]
fn what_is_wrong_with_arrays_is_told_by_name_with_what_to_try() {
    let nan = ("keys", &[2, 2][..], &[1.0, f64::NAN, 0.0, 1.0][..]);
    let flat = ("states", &[2][..], &[0.9, 0.2][..]);
    let none = ("keys", &[0, 2][..], &[][..]);
    let same = ("keys", &[3, 2][..], &[0.1, 0.3, 0.1, 0.3, 0.1, 0.3][..]);
    let other = ("keys", &[2, 3][..], &[1.0; 6][..]);
    let masked = ("mask", &[3][..], &[0.0; 3][..]);
    let short = ("mask", &[2][..], &[1.0; 2][..]);
    let w = ("W_q", &[3, 2][..], &[1.0; 6][..]);
    let labels = ("labels", &[2][..], &[1.0, 2.0][..]);
    let half = ("labels", &[3][..], &[1.0, 2.0, 0.5][..]);
    let unlike = ("labels", &[3][..], &[1.0, 2.0, 3.0][..]);
    let fine = ("labels", &[3][..], &[1.0, 1.0, 3.0][..]);
    let truth = ("true_labels", &[3][..], &[1.0, 1.0, 3.0][..]);
    let zero = ("states", &[1, 2][..], &[0.0, 0.0][..]);
    let large = ("states", &[1, 2][..], &[1e300, 0.0][..]);
    let far = ("keys", &[1, 2][..], &[1e300, 0.0][..]);
    let queries = ("queries", &[1, 2][..], &[1.0, 0.0][..]);
    let instances = ("instances", &[3, 2][..], &[1.0; 6][..]);
    let bags = ("bags", &[3][..], &[0.0, 0.0, 4.0][..]);
    let some = ("mask", &[3][..], &[1.0, 1.0, 0.0][..]);
    let all: &[(&str, &Arrays<'_>, &[&str])] = &[
        (
            "associate",
            &[STATES],
            &["no array `keys`", "it has `states`"],
        ),
        (
            "associate",
            &[STATES, nan],
            &[
                "a.npz: keys has NaN in row 0, column 1",
                "leave such rows out",
            ],
        ),
        (
            "associate",
            &[flat, KEYS],
            &["states has the shape [2]", "two axes", "reshape"],
        ),
        ("associate", &[STATES, none], &["keys is empty"]),
        (
            "associate",
            &[STATES, other],
            &["queries of 2 numbers", "3", "W_q and W_k"],
        ),
        (
            "associate",
            &[STATES, KEYS, masked],
            &["mask leaves no key", "1 (true)"],
        ),
        (
            "associate",
            &[STATES, KEYS, short],
            &["mask has 2 entries", "3"],
        ),
        (
            "associate --heads 2",
            &[STATES, KEYS, w],
            &["W_q has 3 rows", "2 heads do not divide"],
        ),
        (
            "associate --heads 3",
            &[STATES, KEYS],
            &["states has rows of 2 numbers", "3 heads"],
        ),
        (
            "associate --heads 0",
            &[STATES, KEYS],
            &["--heads must be 1 or more"],
        ),
        (
            "associate --beta 0",
            &[STATES, KEYS],
            &["--beta must be finite and above 0", "it is 0"],
        ),
        (
            "associate --beta -1",
            &[STATES, KEYS],
            &["--beta must be finite and above 0"],
        ),
        (
            "associate --beta nan",
            &[STATES, KEYS],
            &["--beta must be finite and above 0"],
        ),
        (
            "associate --updates 0",
            &[STATES, KEYS],
            &["--updates", "from 1 to 1000, or rest"],
        ),
        (
            "associate --tolerance 0.1",
            &[STATES, KEYS],
            &["--tolerance says when a query is at rest"],
        ),
        (
            "lookup",
            &[STATES, same, fine],
            &["rows that are all the same cannot be told apart"],
        ),
        (
            "associate --updates rest --tolerance 0",
            &[STATES, KEYS],
            &["tolerance must be above 0"],
        ),
        (
            "associate --similarity cosine",
            &[zero, KEYS],
            &["states has row 0", "no direction"],
        ),
        (
            "associate",
            &[large, far],
            &["beyond the largest number", "scale"],
        ),
        (
            "lookup",
            &[STATES, KEYS, labels],
            &["labels has 2 entries", "3 rows"],
        ),
        (
            "lookup",
            &[STATES, KEYS, half],
            &["labels has 0.5 in entry 2", "whole number"],
        ),
        (
            "lookup",
            &[STATES, KEYS, unlike],
            &["labels has no label of two rows", "give beta"],
        ),
        (
            "lookup",
            &[STATES, KEYS, fine, truth],
            &["true_labels has 3 entries", "2 rows"],
        ),
        (
            "lookup --folds 1",
            &[STATES, KEYS, fine],
            &["--folds must be from 2 to 3"],
        ),
        ("pool", &[queries, instances, labels], &["no array `bags`"]),
        (
            "pool",
            &[queries, instances, bags, some],
            &["mask leaves no instance of bag 4"],
        ),
    ];
    for (words, arrays, expected) in all {
        let (directory, output) = run(words, arrays);
        let text = said(&output);
        assert_eq!(output.status.code(), Some(2), "{words}: {text}");
        for word in *expected {
            assert!(text.contains(word), "{words}: no {word:?} in\n{text}");
        }
        assert!(output.stdout.is_empty(), "{words}");
        let left = fs::read_dir(directory.path()).unwrap().count();
        assert_eq!(left, 1, "{words} left something behind");
    }
}

#[test]
fn a_layer_norm_is_taken_once_and_rest_is_told_where_it_was_asked_for() {
    // Normalised once, queries and keys are (1, −1) and (−1, 1): the energy falls at every update.
    let keys = ("keys", &[2, 2][..], &[1.0, -1.0, -1.0, 1.0][..]);
    let states = ("states", &[1, 2][..], &[1.0, -0.9][..]);
    let (directory, output) = run("associate --layer-norm --updates 2", &[keys, states]);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    assert!(
        said(&output).contains("rose at no update"),
        "{}",
        said(&output)
    );
    let out = directory.path().join("runs/a-associate/answer.npz");
    assert_eq!(read_npz(&out, "energy").unwrap().shape, [1, 1, 2]);
    assert_eq!(read_npz(&out, "updates").unwrap().data, [2.0]);
    assert!(read_npz(&out, "at_rest").is_err());
    let rest = run("associate --updates rest", &[keys, states]);
    let out = rest.0.path().join("runs/a-associate/answer.npz");
    assert_eq!(read_npz(&out, "at_rest").unwrap().data, [1.0]);
    // One product, of queries that are projected: one energy, of one update.
    let w = ("W_q", &[2, 2][..], &[1.0, 0.0, 0.0, 1.0][..]);
    let once = run("associate", &[keys, states, w]);
    let out = once.0.path().join("runs/a-associate/answer.npz");
    assert_eq!(read_npz(&out, "updates").unwrap().data, [1.0]);
}
