//! `attractor continue`: what it prints and writes, and what it refuses.

use std::fs;

use attractor::record::read_npz;
use serde_json::Value;
use tempfile::TempDir;

use crate::command_line::{attractor, said};

const GAIN: [&str; 4] = [
    "continue",
    "flip-flop",
    "--param",
    "layers.neurons.lagrangian.beta",
];

#[test]
fn a_pitchfork_is_printed_and_written_as_document_and_as_arrays() {
    let directory = TempDir::new().unwrap();
    let at = directory.path();
    let more = ["--from", "0.5", "--to", "10"];
    let plain = attractor(
        at,
        &[&GAIN[..], &more, &["--at", "6", "--out", "b"]].concat(),
    );
    let text = String::from_utf8_lossy(&plain.stdout).into_owned();
    assert!(plain.status.success(), "{}", said(&plain));
    assert!(
        text.contains("pitchfork at 4,") && text.contains("0.42928"),
        "{text}"
    );
    assert!(
        said(&plain).ends_with("2 branches with 1 pitchfork.\n"),
        "{}",
        said(&plain)
    );

    let json = attractor(at, &[&GAIN[..], &more, &["--json"]].concat());
    let document: Value = serde_json::from_slice(&json.stdout).unwrap();
    let points = |k: usize| document["branches"][k]["points"].as_array().unwrap().len();
    let rows = points(0) + points(1);
    let array = |name: &str| read_npz(at.join("b/answer.npz"), name).unwrap();
    let (x, eigenvalues) = (array("x"), array("eigenvalues"));
    assert_eq!(
        (x.shape, eigenvalues.shape),
        (vec![rows, 2], vec![rows, 2, 2])
    );
    assert!((array("special_parameter").data[0] - 4.0).abs() < 1e-8);
    assert_eq!(array("special_kind").data, [1.0]);

    // A directory with files that are not ours is somebody's data.
    fs::create_dir(at.join("mine")).unwrap();
    fs::write(at.join("mine/data.npz"), "1").unwrap();
    let foreign = attractor(
        at,
        &[&GAIN[..], &more, &["--out", "mine", "--force"]].concat(),
    );
    assert_eq!(foreign.status.code(), Some(2), "{}", said(&foreign));
    assert_eq!(fs::read(at.join("mine/data.npz")).unwrap(), b"1");
}

#[test]
#[cfg(feature = "figures")]
fn the_diagram_shows_what_is_asked_for() {
    let directory = TempDir::new().unwrap();
    let more = ["--from", "0.5", "--to", "10", "--out", "b"];
    let drawn = |show: &[&str]| {
        let output = attractor(directory.path(), &[&GAIN[..], &more, show].concat());
        assert!(output.status.success(), "{}", said(&output));
        let data = attractor::record::read_figure(directory.path().join("b/branches.figure.json"));
        assert!(directory.path().join("b/branches.png").is_file());
        data.unwrap()
    };
    let energy = drawn(&["--show", "energy"]);
    assert_eq!(energy["y_label"], "energy E");
    assert_eq!(energy["marks"][0]["event"], "pitchfork");
    let neuron = drawn(&["--show", "neuron:neurons.0"]);
    assert_eq!(neuron["y_label"], "state x of neuron neurons.0");
    // Both neurons vary as much: the first of them.
    assert_eq!(drawn(&[]), neuron);
    // Stable up to the pitchfork at 4 and unstable from there, and two stable sides.
    let lines = neuron["lines"].as_array().unwrap();
    let number = |v: &Value| v.as_f64().unwrap();
    let end = |line: &Value, k: fn(&[Value]) -> Option<&Value>| {
        number(k(line["x"].as_array().unwrap()).unwrap())
    };
    let mut told: Vec<(bool, [f64; 2])> = lines
        .iter()
        .map(|l| {
            let mut ends =
                [end(l, |x| x.first()), end(l, |x| x.last())].map(|p| (p * 1e6).round() / 1e6);
            ends.sort_by(f64::total_cmp);
            (l["stable"].as_bool().unwrap(), ends)
        })
        .collect();
    told.sort_by(|a, b| a.1[0].total_cmp(&b.1[0]).then(a.0.cmp(&b.0)));
    let expected = [
        (true, [0.5, 4.0]),
        (false, [4.0, 10.0]),
        (true, [4.0, 10.0]),
        (true, [4.0, 10.0]),
    ];
    assert_eq!(told, expected);
    let norm = drawn(&["--show", "norm"]);
    assert_eq!(norm["y_label"], "norm of the state |x|");
}

#[test]
fn two_entries_of_a_symmetric_matrix_vary_together() {
    let both = "continue flip-flop --param synapses.0.weights.0.1 --param synapses.0.weights.1.0 --from -2 --to 0";
    let words: Vec<&str> = both.split(' ').collect();
    let output = attractor(TempDir::new().unwrap().path(), &words);
    assert!(
        said(&output).ends_with("2 branches with 1 pitchfork.\n"),
        "{}",
        said(&output)
    );
}

#[test]
fn a_branch_says_why_it_ends_where_the_model_is_refused() {
    let output = attractor(
        TempDir::new().unwrap().path(),
        &[&GAIN[..], &["--from", "-1", "--to", "5"]].concat(),
    );
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(
        output.status.success() && text.contains("must be above 0"),
        "{text}"
    );
    assert!(
        said(&output).contains("there is no network at -1"),
        "{}",
        said(&output)
    );
}

#[test]
fn what_makes_no_sense_is_refused_with_its_place() {
    let directory = TempDir::new().unwrap();
    fs::write(
        directory.path().join("spins.toml"),
        "[layers.s]\nsize = 3\nlagrangian = \"sign\"\ninput = 1.0\n[start]\ns = 1.0\n[solve]\nmethod = \"asynchronous\"\n",
    )
    .unwrap();
    fs::write(
        directory.path().join("drawn.toml"),
        "[layers.s]\nsize = 3\nlagrangian = \"tanh\"\n[[synapses]]\nkind = \"recurrent\"\nlayers = [\"s\"]\nweights = { random = \"normal\", symmetric = true, seed = 1 }\n",
    )
    .unwrap();
    let cases = [
        (
            "flip-flop --param layers.neurons.lagrangian.bet --from 1 --to 5",
            "did you mean `beta`?",
        ),
        (
            "flip-flop --param title --from 1 --to 5",
            "expected a string",
        ),
        (
            "flip-flop --param layers.neurons.tau --from 5 --to 5",
            "no interval",
        ),
        (
            "flip-flop --param layers.neurons.tau --from 5 --to 1",
            "smaller end comes first",
        ),
        (
            "flip-flop --param layers.neurons.tau --from 1 --to nan",
            "no finite number",
        ),
        (
            "flip-flop --param layers.neurons.tau --from=-inf --to 2",
            "no finite number",
        ),
        (
            "flip-flop --param solve.rtol --from 1e-6 --to 1e-3",
            "solve.rtol changes nothing in the equations",
        ),
        (
            "drawn.toml --param synapses.0.weights.seed --from 1 --to 9",
            "must be a whole number",
        ),
        (
            "drawn.toml --param layers.s.size --from 2 --to 5",
            "must be a whole number",
        ),
        (
            "flip-flop --param layers.neurons.tau=3 --from 1 --to 5",
            "not the path of a number",
        ),
        (
            "flip-flop --param layers.neurons.tau --from 1 --to 5 --at 7",
            "outside of the range",
        ),
        ("flip-flop --param layers.neurons.tau --from 1", "--to"),
        (
            "nothing.toml --param layers.neurons.tau --from 1 --to 5",
            "cannot read the model file",
        ),
        (
            "flip-flop --param layers.neurons.tau --from 1 --to 5 --show colour",
            "energy, norm, neuron:LAYER.K and overlap:K",
        ),
        (
            "flip-flop --param layers.neurons.tau --from 1 --to 5 --show neuron:neurons.2",
            "neurons.0 to neurons.1",
        ),
        (
            "flip-flop --param layers.neurons.tau --from 1 --to 5 --show overlap:0",
            "needs memories",
        ),
        (
            "oscillation --set solve.lyapunov=record --param layers.excitatory.tau --from 1 --to 5 --show energy",
            "has no energy",
        ),
        (
            "spins.toml --param layers.s.input --from 1 --to 5",
            "units that flip",
        ),
    ];
    for (words, expected) in cases {
        let words: Vec<&str> = std::iter::once("continue")
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

#[test]
fn a_start_from_which_newtons_method_leads_nowhere_is_led_by_the_flow() {
    let words = "continue hierarchical --param layers.pixels.lagrangian.beta --from 1.9 --to 2 --values 2 --starts 0";
    let output = attractor(
        TempDir::new().unwrap().path(),
        &words.split(' ').collect::<Vec<&str>>(),
    );
    assert!(output.status.success(), "{}", said(&output));
}

#[test]
fn a_step_that_falls_on_a_branch_point_does_not_end_the_branch() {
    // Over this range a step from either side comes to lie on the pitchfork but for rounding.
    let directory = TempDir::new().unwrap();
    let words = "continue flip-flop --param synapses.0.weights.0.1 --param synapses.0.weights.1.0 --from=-2 --to 10";
    let output = attractor(directory.path(), &words.split(' ').collect::<Vec<_>>());
    assert!(output.status.success(), "{}", said(&output));
    assert!(
        said(&output).contains("2 branches with 1 pitchfork"),
        "{}",
        said(&output)
    );
    let table = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(!table.contains("finds no next point"), "{table}");
}

#[test]
fn branches_end_at_the_pitchfork_that_the_range_begins_at() {
    let directory = TempDir::new().unwrap();
    let words = [&GAIN[..], &["--from", "4", "--to", "10"]].concat();
    let output = attractor(directory.path(), &words);
    assert!(output.status.success(), "{}", said(&output));
    let table = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(table.contains("0: pitchfork at 4,"), "{table}");
    assert!(!table.contains("4 to 4:"), "{table}");
    assert!(!table.contains("isolated"), "{table}");
    let branches = table
        .lines()
        .filter(|l| l.contains("branch "))
        .collect::<Vec<_>>();
    assert_eq!(branches.len(), 3, "{table}");
    assert!(
        branches.iter().all(|l| l.contains("special point 0")),
        "{table}"
    );
}

#[test]
fn a_closed_branch_is_walked_once() {
    // The states at either side of the pitchfork join again at the other one: one closed curve.
    let words = "continue flip-flop --param layers.neurons.input --from=-2 --to 2";
    let directory = TempDir::new().unwrap();
    let output = attractor(directory.path(), &words.split(' ').collect::<Vec<_>>());
    assert!(output.status.success(), "{}", said(&output));
    let table = String::from_utf8_lossy(&output.stdout).into_owned();
    let closed = table.split("branch 1:").nth(1).unwrap();
    assert!(closed.contains("begins: closed; ends: closed"), "{table}");
    let pieces = closed.lines().skip(1).take_while(|l| l.starts_with("    "));
    assert_eq!(pieces.count(), 2, "{table}");
}
