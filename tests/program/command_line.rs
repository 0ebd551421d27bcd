//! The command as a user meets it: what it leaves behind, what it says, how it exits.
#![allow(missing_docs)]
// Helpers of tests may fail as tests do.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use tempfile::TempDir;

const FLIP_FLOP: &str = r#"
[layers.neurons]
size = 2
input = 0.5
lagrangian = { kind = "sigmoid", beta = 6.0 }
[[synapses]]
kind = "recurrent"
layers = ["neurons"]
weights = [[0, -1], [-1, 0]]
[start]
neurons = [0.3, 0.2]
"#;

pub(crate) fn attractor(directory: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_attractor"))
        .current_dir(directory)
        .args(arguments)
        .output()
        .unwrap()
}

pub(crate) fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn entries(directory: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(directory)
        .unwrap()
        .map(|e| e.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

/// Runs a model that is wrong: exit code 2, the words, nothing left behind.
fn refused(model: &str, words: &[&str]) {
    refused_with(model, words, |_| {});
}

fn refused_with(model: &str, words: &[&str], prepare: impl Fn(&Path)) {
    let directory = TempDir::new().unwrap();
    let path = directory.path();
    fs::write(path.join("model.toml"), model).unwrap();
    prepare(path);
    let before = entries(path);
    for command in ["check", "run"] {
        let output = attractor(path, &[command, "model.toml"]);
        let text = said(&output);
        assert_eq!(output.status.code(), Some(2), "{command}: {text}");
        for word in words {
            assert!(text.contains(word), "{command}: no {word:?} in\n{text}");
        }
        assert!(output.stdout.is_empty());
        assert_eq!(entries(path), before, "{command} left something behind");
    }
}

fn with(from: &str, to: &str) -> String {
    assert!(FLIP_FLOP.contains(from));
    FLIP_FLOP.replace(from, to)
}

#[test]
fn a_run_leaves_arrays_figures_and_a_manifest_and_says_what_happened() {
    let directory = TempDir::new().unwrap();
    fs::write(directory.path().join("flip-flop.toml"), FLIP_FLOP).unwrap();
    let output = attractor(directory.path(), &["run", "flip-flop.toml"]);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    assert!(output.stdout.is_empty());
    let last = said(&output).lines().last().unwrap().to_owned();
    assert!(
        last.starts_with("At rest at t = ") && last.contains("stable (an attractor)"),
        "{last}"
    );
    let run = directory.path().join("runs/flip-flop");
    let mut kept = vec!["manifest.json", "outcomes.npz", "trajectory.npz"];
    if cfg!(feature = "figures") {
        kept = [
            &["energy.figure.json", "energy.figure.npz", "energy.png"][..],
            &kept,
        ]
        .concat();
    }
    assert_eq!(entries(&run), kept);
    let energy = attractor::record::read_npz(run.join("trajectory.npz"), "energy").unwrap();
    assert!(energy.data.windows(2).all(|e| e[1] <= e[0] + 1e-13));
    // Published attractor: x1 = −x2 = 0.4292798183 at β = 6. Default tolerances bring it to 1e-6.
    let x = attractor::record::read_npz(run.join("outcomes.npz"), "x").unwrap();
    assert!((x.data[0] - 0.4292798183).abs() < 1e-6 && (x.data[1] + 0.4292798183).abs() < 1e-6);
    // Again into the same place: it is ours and is replaced.
    let again = attractor(directory.path(), &["run", "flip-flop.toml", "--quiet"]);
    assert_eq!(again.status.code(), Some(0));
    assert!(again.stderr.is_empty());
    // Not ours: refused, and untouched.
    fs::write(run.join("thesis.txt"), "years of work").unwrap();
    let not_ours = attractor(directory.path(), &["run", "flip-flop.toml"]);
    assert_eq!(not_ours.status.code(), Some(2));
    assert!(
        said(&not_ours).contains("thesis.txt"),
        "{}",
        said(&not_ours)
    );
    assert_eq!(
        fs::read_to_string(run.join("thesis.txt")).unwrap(),
        "years of work"
    );
}

#[test]
fn json_is_one_document_on_stdout() {
    let directory = TempDir::new().unwrap();
    fs::write(directory.path().join("m.toml"), FLIP_FLOP).unwrap();
    for arguments in [
        &["run", "m.toml", "--json"][..],
        &["check", "m.toml", "--json"],
    ] {
        let output = attractor(directory.path(), arguments);
        assert_eq!(output.status.code(), Some(0));
        let document: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(document["certificate"]["holds"], true);
    }
}

#[test]
fn flags_and_overrides_change_the_model() {
    let directory = TempDir::new().unwrap();
    fs::write(directory.path().join("m.toml"), FLIP_FLOP).unwrap();
    let arguments = [
        "run",
        "m.toml",
        "--json",
        "--quiet",
        "--t-end",
        "3",
        "--method",
        "dopri5",
        "--rtol",
        "1e-8",
        "--lyapunov",
        "warn",
        "--set",
        "layers.neurons.lagrangian.beta=2",
        "--out",
        "elsewhere",
    ];
    let output = attractor(directory.path(), &arguments);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    let document: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(document["settings"]["method"], "dopri5");
    assert_eq!(document["settings"]["lyapunov"], "warn");
    assert_eq!(document["results"][0]["t"], 3.0);
    assert_eq!(document["results"][0]["stop"], "time-reached");
    let overrides = document["model"]["overrides"].as_array().unwrap();
    assert!(
        overrides
            .iter()
            .any(|o| o == "layers.neurons.lagrangian.beta=2")
    );
    assert!(directory.path().join("elsewhere/manifest.json").is_file());
}

#[test]
fn the_same_model_and_seed_give_the_same_bytes_on_any_number_of_threads() {
    let directory = TempDir::new().unwrap();
    let model = r#"
        [patterns]
        xi = { random = "sign", shape = [5, 40], seed = 3 }
        [layers.a]
        size = 40
        lagrangian = { kind = "tanh", beta = 4.0 }
        [[synapses]]
        kind = "recurrent"
        layers = ["a"]
        weights = { hebbian = "xi", zero_diagonal = true }
        [[starts]]
        name = "noisy"
        a = { patterns = "all", noise = 0.5, flip = 0.1 }
        [[starts]]
        name = "more"
        a = { patterns = "all", noise = 0.9, seed = 8 }
        [[starts]]
        name = "most"
        a = { patterns = "all", noise = 1.5, seed = 9 }
        [[starts]]
        name = "last"
        a = { patterns = "all", noise = 1.8, seed = 10 }
        [recall]
        layer = "a"
        of = "xi"
        within = 1.0
        [solve]
        save = "final"
    "#;
    fs::write(directory.path().join("m.toml"), model).unwrap();
    let mut bytes = Vec::new();
    for threads in ["1", "2", "4"] {
        let arguments = [
            "run",
            "m.toml",
            "--quiet",
            "--threads",
            threads,
            "--out",
            threads,
        ];
        let output = attractor(directory.path(), &arguments);
        assert_eq!(output.status.code(), Some(0), "{}", said(&output));
        bytes.push(fs::read(directory.path().join(threads).join("outcomes.npz")).unwrap());
    }
    assert_eq!(bytes[0], bytes[1]);
    assert_eq!(bytes[0], bytes[2]);
}

#[test]
fn a_layer_that_nobody_joins_is_allowed_but_said() {
    let directory = TempDir::new().unwrap();
    let model = format!("{FLIP_FLOP}\n[layers.alone]\nsize = 3\nlagrangian = \"identity\"\n");
    fs::write(directory.path().join("m.toml"), model).unwrap();
    let run = attractor(directory.path(), &["run", "m.toml"]);
    assert_eq!(run.status.code(), Some(0));
    assert!(said(&run).contains("no synapse joins layer `alone`"));
}

#[test]
fn bytes_that_are_not_text_are_refused() {
    refused_with("", &["not UTF-8"], |d| {
        fs::write(d.join("model.toml"), [0xff, 0xfe, 0]).unwrap()
    });
}

#[test]
fn files_that_cannot_be_read_are_refused() {
    let model = with("[[0, -1], [-1, 0]]", "{ file = \"w.npy\" }");
    refused(&model, &["w.npy", "there is no such file"]);
    let put = |bytes: &'static [u8]| move |d: &Path| fs::write(d.join("w.npy"), bytes).unwrap();
    refused_with(&model, &["w.npy"], put(b"this is not an array"));
    refused_with(&model, &["w.npy"], put(b""));
    const HEADER: &[u8] = b"\x93NUMPY\x01\x00\x46\x00{'descr': '<f8', 'fortran_order': False, 'shape': (2, 2), }           \n";
    refused_with(&model, &["w.npy"], put(HEADER));
    const HUGE: &[u8] = b"\x93NUMPY\x01\x00\x46\x00{'descr': '<f8', 'fortran_order': False, 'shape': (999999, 999999), } \n";
    refused_with(&model, &["w.npy"], put(HUGE));
    refused_with(&model, &["w.npy"], |d| {
        fs::create_dir(d.join("w.npy")).unwrap()
    });
}

#[test]
fn weights_that_are_not_symmetric_are_refused_with_what_helps() {
    let weights = |w: &str| with("[[0, -1], [-1, 0]]", w);
    let both = [
        "symmetry = \"none\"",
        "solve.lyapunov = \"record\" or \"off\" as well",
    ];
    let skew = "[[0, 1], [-1, 0]]";
    refused(
        &weights(skew),
        &[&both[..], &["W[1][0] = -1 and W[0][1] = 1"]].concat(),
    );
    refused(
        &weights(&format!("{skew}\nsymmetry = \"symmetrizable\"")),
        &[&both[..], &["no d > 0 has d_j W_jk = d_k W_kj"]].concat(),
    );
    let similar = "[[0, 1], [2, 0]]";
    refused(
        &weights(similar),
        &["symmetry = \"symmetrizable\" finds their energy"],
    );
    // Weights of the layer's own are kept, and no circle of advice is walked.
    let own = |w: &str| weights(w).replace("size = 2", "size = 2\nenergy_weight = [1, 3]");
    for symmetry in ["", "\nsymmetry = \"symmetrizable\""] {
        refused(
            &own(&format!("{similar}{symmetry}")),
            &[
                "d[1]·W[1][0] = 6 and d[0]·W[0][1] = 1",
                "leave `energy_weight` of the layer out",
            ],
        );
    }
    // Under d = (1, 3) they have an energy, whatever word asks for it.
    for symmetry in ["symmetric", "symmetrizable"] {
        let model = own(&format!("[[0, 3], [1, 0]]\nsymmetry = \"{symmetry}\""));
        let directory = TempDir::new().unwrap();
        fs::write(directory.path().join("m.toml"), model).unwrap();
        let check = attractor(directory.path(), &["check", "m.toml"]);
        assert_eq!(check.status.code(), Some(0), "{}", said(&check));
    }
    // Energy weights that are found are those of the whole layer.
    let second = |first: &str, then: &str| {
        let more = format!(
            "[[synapses]]\nkind = \"recurrent\"\nlayers = [\"neurons\"]\nweights = {then}\n[start]"
        );
        weights(first).replace("[start]", &more)
    };
    let found = format!("{similar}\nsymmetry = \"symmetrizable\"");
    refused(
        &second("[[0, 1], [1, 0]]", &found),
        &["put this synapse first"],
    );
    refused(
        &second(&found, "[[0, 1], [1, 0]]"),
        &["were found for a synapse before this one"],
    );
}

#[test]
fn what_was_evened_out_of_weights_is_a_note() {
    let directory = TempDir::new().unwrap();
    let path = directory.path();
    let note = |w: &str| {
        fs::write(path.join("m.toml"), with("[[0, -1], [-1, 0]]", w)).unwrap();
        let check = attractor(path, &["check", "m.toml"]);
        assert_eq!(check.status.code(), Some(0), "{}", said(&check));
        String::from_utf8_lossy(&check.stdout).into_owned()
    };
    let told = note("[[1e5, -1], [-1.000000000001, 0]]");
    assert!(
        told.contains("note: `recurrent` in `neurons` (2): its weights were made symmetric"),
        "{told}"
    );
    let told = note("[[0, -0.1], [-0.10000000149011612, 0]]\nsymmetry = \"symmetrize\"");
    assert!(told.contains("differed most, by 1.49e-9"), "{told}");
    assert!(!note("[[0, -1], [-1, 0]]").contains("made symmetric"));
    let told = note("[[0, -1.0000000000000002], [-1, 0]]\nsymmetry = \"none\"");
    let though = "; this is rounding, so that they have an energy although symmetry = \"none\"";
    assert!(told.contains(though), "{told}");
}

#[test]
fn describe_says_what_holds_of_the_energy_of_these_weights() {
    let directory = TempDir::new().unwrap();
    let path = directory.path();
    let describe = |w: &str, solve: &str| {
        let model = with("[[0, -1], [-1, 0]]", w);
        fs::write(path.join("m.toml"), format!("{model}{solve}")).unwrap();
        let output = attractor(path, &["describe", "m.toml"]);
        assert_eq!(output.status.code(), Some(0), "{}", said(&output));
        String::from_utf8_lossy(&output.stdout).into_owned()
    };
    let holds = "\n  dE/dt = − Σ ẋᵀ D T H ẋ";
    let plain = describe("[[0, -1], [-1, 0]]", "");
    assert!(
        plain.contains("E = −½ gᵀ W g") && plain.contains(holds),
        "{plain}"
    );
    let similar = describe("[[0, -1], [-2, 0]]\nsymmetry = \"symmetrizable\"", "");
    assert!(
        similar.contains("E = −½ gᵀ D W g") && similar.contains(holds),
        "{similar}"
    );
    assert!(similar.contains("energy weight d = (1, 0.5)"), "{similar}");
    let none = describe(
        "[[0, -1], [1, 0]]\nsymmetry = \"none\"",
        "[solve]\nlyapunov = \"off\"\n",
    );
    assert!(!none.contains("E = −½") && !none.contains(holds), "{none}");
    assert!(
        none.contains("not the gradient of any energy") && none.contains("dE/dt is not"),
        "{none}"
    );
    let list = attractor(path, &["list", "synapses"]);
    let list = String::from_utf8_lossy(&list.stdout).into_owned();
    for words in [
        "−½ gᵀ D W g",
        "1 for the first neuron of every connected part",
        "\"symmetrize\"",
        "acts both ways",
        "feedforward",
    ] {
        assert!(list.contains(words), "no {words:?} in\n{list}");
    }
}

#[test]
fn a_feedforward_synapse_runs_one_way_where_no_energy_is_asked_for() {
    let model = "[layers.a]\nsize = 1\nlagrangian = \"identity\"\ninput = 2.0\n\
                 [layers.b]\nsize = 1\nlagrangian = \"identity\"\n\
                 [[synapses]]\nkind = \"feedforward\"\nlayers = [\"a\", \"b\"]\nweights = [[3.0]]\n[solve]\n";
    refused(
        model,
        &[
            "acts one way only",
            "\"dense\" acts both ways",
            "solve.lyapunov = \"record\"",
        ],
    );
    let directory = TempDir::new().unwrap();
    let path = directory.path();
    fs::write(
        path.join("m.toml"),
        format!("{model}lyapunov = \"off\"\n[[figures]]\nkind = \"connectivity\"\n"),
    )
    .unwrap();
    let run = attractor(path, &["run", "m.toml", "--out", "r"]);
    assert_eq!(run.status.code(), Some(0), "{}", said(&run));
    let x = attractor::record::read_npz(path.join("r/outcomes.npz"), "x").unwrap();
    // At rest a = 2 and b = 3 a; dense weights would have no rest: a = 2 + 3 b, b = 3 a.
    assert!(
        (x.data[0] - 2.0).abs() < 1e-6 && (x.data[1] - 6.0).abs() < 1e-5,
        "{:?}",
        x.data
    );
}

/// The file changes while the run is at work.
#[test]
fn a_manifest_tells_of_the_bytes_that_were_used() {
    let directory = TempDir::new().unwrap();
    let path = directory.path();
    let model = with("[[0, -1], [-1, 0]]", "{ file = \"w.csv\" }");
    let solve = "[solve]\nmethod = \"rk4\"\nstep = 1e-6\nt_end = 2.0\nuntil = \"time\"\nsave = \"final\"\nmax_steps = 1e9\nlyapunov = \"off\"\n";
    fs::write(path.join("m.toml"), format!("{model}{solve}")).unwrap();
    let used = "0,-1\n-1,0\n";
    fs::write(path.join("w.csv"), used).unwrap();
    let mut run = Command::new(env!("CARGO_BIN_EXE_attractor"))
        .current_dir(path)
        .args(["run", "m.toml", "--quiet", "--out", "r"])
        .spawn()
        .unwrap();
    // Its directory is made when the model has been read.
    while !path.join("r.partial").exists() {
        assert!(run.try_wait().unwrap().is_none(), "it was too quick");
        std::thread::sleep(std::time::Duration::from_millis(1));
    }
    fs::write(path.join("w.csv"), "0,-2\n-2,0\n").unwrap();
    assert!(run.try_wait().unwrap().is_none(), "it was too quick");
    assert!(run.wait().unwrap().success());
    let text = fs::read_to_string(path.join("r/manifest.json")).unwrap();
    let manifest: serde_json::Value = serde_json::from_str(&text).unwrap();
    let sum = &manifest["model"]["files"][0]["sha256"];
    assert_eq!(sum, &attractor::record::sha256_hex(used.as_bytes()));
    // So that it is not repeated with other data.
    let again = attractor(path, &["run", "--from", "r/manifest.json", "--out", "s"]);
    assert_eq!(again.status.code(), Some(2));
    assert!(
        said(&again).contains("has changed since the run"),
        "{}",
        said(&again)
    );
}

#[test]
fn a_model_that_is_not_there_or_not_a_file_is_refused() {
    let directory = TempDir::new().unwrap();
    for name in ["missing.toml", "."] {
        let output = attractor(directory.path(), &["run", name]);
        assert_eq!(output.status.code(), Some(2));
        assert!(
            said(&output).contains("cannot read the model file"),
            "{}",
            said(&output)
        );
    }
    assert!(entries(directory.path()).is_empty());
    assert_eq!(
        attractor(directory.path(), &["walk"]).status.code(),
        Some(2)
    );
    assert_eq!(
        attractor(directory.path(), &["--help"]).status.code(),
        Some(0)
    );
}

#[test]
fn a_violation_ends_the_run_with_code_1_and_the_check_that_failed() {
    let directory = TempDir::new().unwrap();
    fs::write(directory.path().join("m.toml"), FLIP_FLOP).unwrap();
    // Euler far beyond its stability limit: the energy rises by the method's fault.
    let arguments = [
        "run",
        "m.toml",
        "--method",
        "euler",
        "--set",
        "solve.step=4.0",
        "--t-end",
        "200",
    ];
    let output = attractor(directory.path(), &arguments);
    assert_eq!(output.status.code(), Some(1), "{}", said(&output));
    assert!(
        said(&output).contains("descent: at t ="),
        "{}",
        said(&output)
    );
    let recorded = attractor(
        directory.path(),
        &[&arguments[..], &["--lyapunov", "record"]].concat(),
    );
    // It ran to its end, and still the energy rose.
    assert_eq!(recorded.status.code(), Some(1), "{}", said(&recorded));
    assert!(
        said(&recorded).contains("Reached t = 200"),
        "{}",
        said(&recorded)
    );
    let ensemble = ["ensemble"]
        .into_iter()
        .chain(arguments[1..].iter().copied());
    let ensemble: Vec<&str> = ensemble.chain(["--lyapunov", "record"]).collect();
    let recorded = attractor(directory.path(), &ensemble);
    assert_eq!(recorded.status.code(), Some(1), "{}", said(&recorded));
}

#[test]
fn the_negative_control_ends_with_code_1() {
    let directory = TempDir::new().unwrap();
    let run = attractor(
        directory.path(),
        &["run", "negative-control", "--no-figures"],
    );
    assert_eq!(run.status.code(), Some(1), "{}", said(&run));
    assert!(said(&run).contains("the energy rose by "), "{}", said(&run));
}

#[test]
fn the_digits_are_recalled_as_well_as_the_readme_says() {
    let directory = TempDir::new().unwrap();
    let model = concat!(env!("CARGO_MANIFEST_DIR"), "/models/digits.toml");
    let output = attractor(
        directory.path(),
        &["run", model, "--json", "--quiet", "--out", "digits"],
    );
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    let document: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let results = document["results"].as_array().unwrap();
    let recalled = |group: &str| {
        let of = |r: &&serde_json::Value| r["label"].as_str().unwrap().starts_with(group);
        let mine: Vec<_> = results.iter().filter(of).collect();
        assert_eq!(mine.len(), 100);
        mine.iter()
            .filter(|r| r["recall"]["recalled"] == true)
            .count()
    };
    // What the project promises; the nearest neighbour, the best possible for noise, gets 96.6 of 100 on average.
    assert!(recalled("halves") >= 90);
    assert!(recalled("noisy") >= 95);
    assert_eq!(document["violations"], 0);
}

#[test]
fn a_model_that_is_part_of_the_program_runs_by_name_and_again_from_its_manifest_to_the_last_bit() {
    let directory = TempDir::new().unwrap();
    let path = directory.path();
    let first = attractor(
        path,
        &[
            "run",
            "flip-flop",
            "--quiet",
            "--out",
            "a",
            "--rtol",
            "1e-7",
            "--csv",
        ],
    );
    assert_eq!(first.status.code(), Some(0), "{}", said(&first));
    let again = attractor(
        path,
        &["run", "--from", "a/manifest.json", "--quiet", "--out", "b"],
    );
    assert_eq!(again.status.code(), Some(0), "{}", said(&again));
    for name in ["trajectory.npz", "outcomes.npz"] {
        let bytes = |run: &str| fs::read(path.join(run).join(name)).unwrap();
        assert_eq!(bytes("a"), bytes("b"), "{name}");
    }
    let table = fs::read_to_string(path.join("a/trajectory.csv")).unwrap();
    assert!(table.starts_with("start,t,energy,energy_rate,neurons[0],neurons[1]\n0,0,"));
    // A manifest whose data have changed since is not repeated silently.
    fs::write(
        path.join("w.npy"),
        fs::read(path.join("a/manifest.json")).unwrap(),
    )
    .unwrap();
    let wrong = attractor(path, &["run", "--from", "w.npy"]);
    assert_eq!(
        wrong.status.code(),
        Some(0),
        "a manifest is known by what it says, not by its name"
    );
    let not_one = attractor(path, &["run", "--from", "a/trajectory.csv"]);
    assert_eq!(not_one.status.code(), Some(2));
    assert!(said(&not_one).contains("is not a manifest"));
}

#[test]
fn a_copy_of_a_model_runs_as_the_model_does_and_overwrites_nothing() {
    let directory = TempDir::new().unwrap();
    let path = directory.path();
    let copied = attractor(path, &["new", "digits", "mine"]);
    assert_eq!(copied.status.code(), Some(0));
    assert!(path.join("mine/data/digits.npy").is_file());
    assert_eq!(
        attractor(path, &["check", "mine/digits.toml"])
            .status
            .code(),
        Some(0)
    );
    fs::write(path.join("mine/digits.toml"), "title = \"changed\"").unwrap();
    let again = attractor(path, &["new", "digits", "mine"]);
    assert_eq!(again.status.code(), Some(2));
    assert_eq!(
        fs::read_to_string(path.join("mine/digits.toml")).unwrap(),
        "title = \"changed\""
    );
    let unknown = attractor(path, &["new", "digts"]);
    assert_eq!(unknown.status.code(), Some(2));
    assert!(said(&unknown).contains("did you mean `digits`?"));
}

#[test]
fn every_model_is_part_of_the_program_and_passes_the_schema() {
    let models = Path::new(env!("CARGO_MANIFEST_DIR")).join("models");
    let schema: serde_json::Value = serde_json::to_value(attractor::model_file::schema()).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let mut count = 0;
    for name in entries(&models).iter().filter(|n| n.ends_with(".toml")) {
        let stem = name.trim_end_matches(".toml");
        assert!(
            attractor::model_file::Shipped::find(stem).is_some(),
            "{name} is missing in src/model_file/shipped.rs"
        );
        let text = fs::read_to_string(models.join(name)).unwrap();
        let document: toml::Value = toml::from_str(&text).unwrap();
        let document = serde_json::to_value(document).unwrap();
        let faults: Vec<String> = validator
            .iter_errors(&document)
            .map(|e| e.to_string())
            .collect();
        assert!(faults.is_empty(), "{name}: {faults:?}");
        count += 1;
    }
    assert_eq!(count, attractor::model_file::MODELS.len());
    // It can fail.
    let wrong = serde_json::json!({ "layers": { "a": { "size": 2, "lagrangain": "tanh" } } });
    assert!(!validator.is_valid(&wrong));
}

#[test]
fn lists_descriptions_completions_and_the_manual_page_are_printed() {
    let directory = TempDir::new().unwrap();
    let path = directory.path();
    let shows: [(&[&str], &str); 8] = [
        (&["list"], "flip-flop"),
        (&["list", "lagrangians"], "GELU is not monotone"),
        (&["list", "synapses"], "excitatory-inhibitory"),
        (&["list", "solvers"], "tsit5              order 5"),
        (&["list", "solvers"], "ode_solvers-dop853 order 8"),
        (
            &["describe", "hierarchical"],
            "features: 0.5·ẋ = −x − ∂E0/∂g − ∂E1/∂g",
        ),
        (&["completions", "bash"], "_attractor()"),
        (&["man"], ".TH attractor"),
    ];
    for (arguments, word) in shows {
        let output = attractor(path, arguments);
        assert_eq!(
            output.status.code(),
            Some(0),
            "{arguments:?}: {}",
            said(&output)
        );
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(text.contains(word), "{arguments:?}: no {word:?} in\n{text}");
    }
}

#[test]
fn the_model_in_the_readme_ends_with_the_sentence_in_the_readme() {
    let readme = include_str!("../../README.md");
    let block = |language: &str| {
        let start = readme.find(&format!("```{language}\ntitle")).unwrap() + language.len() + 4;
        &readme[start..start + readme[start..].find("```").unwrap()]
    };
    let directory = TempDir::new().unwrap();
    fs::write(directory.path().join("flip-flop.toml"), block("toml")).unwrap();
    let output = attractor(directory.path(), &["run", "flip-flop.toml"]);
    let last = said(&output).lines().last().unwrap().to_owned();
    assert!(readme.contains(&last), "{last}");
}

#[test]
fn a_state_that_runs_away_is_said_to_and_its_results_are_kept() {
    let directory = TempDir::new().unwrap();
    let path = directory.path();
    let model = "[layers.n]\nsize = 2\nlagrangian = \"identity\"\n[[synapses]]\nkind = \"recurrent\"\nlayers = [\"n\"]\nweights = { identity = 2.0 }\n[start]\nn = [1, 1]\n";
    fs::write(path.join("m.toml"), model).unwrap();
    let check = attractor(path, &["check", "m.toml"]);
    assert!(String::from_utf8_lossy(&check.stdout).contains("its state runs away"));
    let run = attractor(path, &["run", "m.toml"]);
    assert_eq!(run.status.code(), Some(1), "{}", said(&run));
    assert!(said(&run).contains("not bounded below"), "{}", said(&run));
    assert!(path.join("runs/m/trajectory.npz").is_file());
    assert!(path.join("runs/m/manifest.json").is_file());
    // Quiet means quiet unless something is wrong.
    let quiet = attractor(path, &["run", "m.toml", "--quiet"]);
    assert!(!quiet.stderr.is_empty());
}

#[test]
fn a_run_from_its_own_directory_is_repeated_from_anywhere() {
    let directory = TempDir::new().unwrap();
    let path = directory.path();
    attractor(path, &["new", "digits"]);
    let first = attractor(path, &["run", "digits.toml", "--quiet", "--out", "a"]);
    assert_eq!(first.status.code(), Some(0), "{}", said(&first));
    fs::create_dir(path.join("elsewhere")).unwrap();
    let again = attractor(
        &path.join("elsewhere"),
        &[
            "run",
            "--from",
            "../a/manifest.json",
            "--quiet",
            "--out",
            "b",
        ],
    );
    assert_eq!(again.status.code(), Some(0), "{}", said(&again));
    let bytes = |run: &str| fs::read(path.join(run).join("outcomes.npz")).unwrap();
    assert_eq!(bytes("a"), bytes("elsewhere/b"));
    // Data that have changed since are not taken for the old ones.
    let data = path.join("data/digits.npy");
    let mut changed = fs::read(&data).unwrap();
    let last = changed.len() - 3;
    changed[last] ^= 1;
    fs::write(&data, changed).unwrap();
    let other = attractor(path, &["run", "--from", "a/manifest.json"]);
    assert_eq!(other.status.code(), Some(2));
    assert!(
        said(&other).contains("has changed since"),
        "{}",
        said(&other)
    );
}

#[test]
fn figures_are_drawn_again_from_their_data_and_overwrite_nothing_unasked() {
    let directory = TempDir::new().unwrap();
    let path = directory.path();
    attractor(path, &["run", "flip-flop", "--quiet", "--out", "run"]);
    let drawn = attractor(
        path,
        &["plot", "run", "--format", "svg", "--out", "figures"],
    );
    assert_eq!(drawn.status.code(), Some(0), "{}", said(&drawn));
    let all = ["energy.svg", "panels.svg", "phase.svg", "surface.svg"];
    assert_eq!(entries(&path.join("figures")), all);
    let again = attractor(
        path,
        &["plot", "run", "--format", "svg", "--out", "figures"],
    );
    assert_eq!(again.status.code(), Some(2));
    assert!(said(&again).contains("--force"));
    attractor(path, &["plot", "run", "--out", "png"]);
    let bytes = |p: &str| fs::read(path.join(p)).unwrap();
    for name in ["energy", "panels", "phase", "surface"] {
        let png = |directory: &str| bytes(&format!("{directory}/{name}.png"));
        assert_eq!(png("png"), png("run"), "{name}");
    }
}

#[test]
fn a_file_in_the_place_of_a_run_directory_is_told_which_directory_is_meant() {
    let directory = TempDir::new().unwrap();
    let path = directory.path();
    attractor(path, &["run", "flip-flop", "--quiet", "--out", "run"]);
    let drawn = attractor(path, &["plot", "run/manifest.json"]);
    assert_eq!(drawn.status.code(), Some(2));
    assert_eq!(
        said(&drawn).trim(),
        "error: run/manifest.json is a file, and figures are drawn of a run directory: name run"
    );
    let inside = attractor(&path.join("run"), &["plot", "manifest.json"]);
    assert!(
        said(&inside).trim().ends_with("name ."),
        "{}",
        said(&inside)
    );
}

/// Runs a model and returns its closing sentence.
fn closing(model: &str, arguments: &[&str]) -> String {
    let directory = TempDir::new().unwrap();
    fs::write(directory.path().join("m.toml"), model).unwrap();
    let run = attractor(directory.path(), &[&["run", "m.toml"], arguments].concat());
    said(&run).lines().last().unwrap().to_owned()
}

const MEMORIES: &str = r#"
[patterns]
xi = { random = "sign", shape = [3, 16], seed = 1 }
[layers.n]
size = [4, 4]
lagrangian = { kind = "tanh", beta = 4.0 }
[[synapses]]
kind = "recurrent"
layers = ["n"]
weights = { hebbian = "xi" }
[recall]
layer = "n"
of = "xi"
within = 1.0
"#;

#[test]
fn a_cue_that_ends_at_another_memory_has_not_recalled_its_own() {
    // Every sign but one is turned: the opposite of memory 0 is nearer to another one than to memory 0 itself.
    let cue = "[start]\nn = { pattern = 0, flip = 0.95, seed = 1 }\n";
    let sentence = closing(&format!("{MEMORIES}{cue}"), &[]);
    assert!(
        sentence.starts_with("Did not recall memory 0; nearest to memory "),
        "{sentence}"
    );
    let cue = "[start]\nn = { pattern = 1, flip = 0.1, seed = 1 }\n";
    let sentence = closing(&format!("{MEMORIES}{cue}"), &[]);
    assert!(sentence.starts_with("Recalled memory 1, "), "{sentence}");
}

#[test]
fn starts_of_one_name_are_counted_once_and_a_name_stays_as_it_was_written() {
    let start =
        |name: &str, k: usize| format!("[[starts]]\nname = \"{name}\"\nn = {{ pattern = {k} }}\n");
    let starts = [start("mine", 0), start("other", 1), start("mine", 2)].concat();
    let sentence = closing(&format!("{MEMORIES}{starts}"), &[]);
    assert!(
        sentence.starts_with("mine: 2 of 2 recalled; other: 1 of 1 recalled; "),
        "{sentence}"
    );
}

#[test]
fn what_did_not_come_to_rest_is_given_the_advice_that_helps() {
    let solve = "[solve]\nuntil = \"rest\"\nt_max = 5.0\n";
    let layer = |keys: &str| format!("[layers.n]\nsize = 1\n{keys}\n[start]\nn = [1.0]\n{solve}");
    let cases = [
        ("lagrangian = \"tanh\"", "raise t_max, or loosen rest_rtol"),
        (
            "lagrangian = \"tanh\"\nleak = 0.0\ninput = 0.5",
            "has no leak",
        ),
    ];
    for (keys, word) in cases {
        let sentence = closing(&layer(keys), &[]);
        assert!(sentence.starts_with("Not at rest by t = 5: "), "{sentence}");
        assert!(sentence.contains(word), "{sentence}");
    }
    let away = "[[synapses]]\nkind = \"recurrent\"\nlayers = [\"n\"]\nweights = [[2.0]]\n";
    let sentence = closing(
        &layer("lagrangian = \"identity\"").replace(solve, &format!("{away}{solve}")),
        &[],
    );
    assert!(
        sentence.contains("runs away") && !sentence.contains("raise t_max"),
        "{sentence}"
    );
}

#[test]
fn a_manifest_that_was_tampered_with_is_not_repeated() {
    let directory = TempDir::new().unwrap();
    let path = directory.path();
    attractor(path, &["new", "digits"]);
    let run = [
        "run",
        "digits.toml",
        "--quiet",
        "--out",
        "a",
        "--rtol",
        "1e-5",
    ];
    assert_eq!(attractor(path, &run).status.code(), Some(0));
    let text = fs::read_to_string(path.join("a/manifest.json")).unwrap();
    let manifest: serde_json::Value = serde_json::from_str(&text).unwrap();
    let again = |change: &dyn Fn(&mut serde_json::Value), more: &[&str]| {
        let mut changed = manifest.clone();
        change(&mut changed);
        fs::write(path.join("m.json"), changed.to_string()).unwrap();
        attractor(
            path,
            &[&["run", "--from", "m.json", "--out", "b"], more].concat(),
        )
    };
    type Change = fn(&mut serde_json::Value);
    let wrong: [(Change, &str); 5] = [
        (
            |m| m["model"]["text"] = format!("{}\n", m["model"]["text"].as_str().unwrap()).into(),
            "sha256",
        ),
        (
            |m| m["model"]["overrides"] = serde_json::json!([]),
            "sha256",
        ),
        (
            |m| m["model"]["overrides"] = "solve.rtol=1e-5".into(),
            "model.overrides",
        ),
        (
            |m| m["model"]["files"] = serde_json::json!([]),
            "does not list",
        ),
        (
            |m| m["model"]["files"] = serde_json::Value::Null,
            "model.files",
        ),
    ];
    for (change, word) in wrong {
        let run = again(&change, &[]);
        assert_eq!(run.status.code(), Some(2), "{word}: {}", said(&run));
        assert!(
            said(&run).contains("m.json is damaged") && said(&run).contains(word),
            "{}",
            said(&run)
        );
    }
    // Another version and other overrides are allowed; the version is said.
    let other = again(&|m| m["attractor"] = "0.0.9".into(), &["--rtol", "1e-4"]);
    assert_eq!(other.status.code(), Some(0), "{}", said(&other));
    assert!(
        said(&other).contains("was made by attractor 0.0.9"),
        "{}",
        said(&other)
    );
    let same = again(&|_| {}, &[]);
    assert!(!said(&same).contains("was made by"), "{}", said(&same));
}

#[test]
fn weights_at_the_ends_of_the_range_of_numbers_are_taken() {
    let large = with("[[0, -1], [-1, 0]]", "[[0, -1e308], [-1e308, 0]]");
    let tiny = with(
        "[[0, -1], [-1, 0]]",
        "[[0, -1e-200], [-2e-200, 0]]\nsymmetry = \"symmetrizable\"",
    );
    let directory = TempDir::new().unwrap();
    for model in [large, tiny] {
        fs::write(directory.path().join("m.toml"), model).unwrap();
        let check = attractor(directory.path(), &["check", "m.toml"]);
        assert_eq!(check.status.code(), Some(0), "{}", said(&check));
    }
}

#[cfg(feature = "figures")]
#[test]
fn the_states_that_a_figure_of_patterns_shows_do_not_depend_on_what_is_saved() {
    let directory = TempDir::new().unwrap();
    let path = directory.path();
    let figure = "[start]\nn = { pattern = 1, flip = 0.2, seed = 1 }\n[solve]\nt_end = 3.0\n[[figures]]\nkind = \"patterns\"\ntimes = [0.5, 1, 2]\n";
    fs::write(path.join("m.toml"), format!("{MEMORIES}{figure}")).unwrap();
    let mut all = Vec::new();
    for save in ["final", "steps", "{ at = [0, 3] }", "{ every = 1.5 }"] {
        let set = format!(
            "solve.save={}",
            if save.starts_with('{') {
                save.to_owned()
            } else {
                format!("\"{save}\"")
            }
        );
        let run = attractor(path, &["run", "m.toml", "--out", "r", "--set", &set]);
        assert_eq!(run.status.code(), Some(0), "{}", said(&run));
        let read = |name: &str| fs::read(path.join("r").join(name)).unwrap();
        all.push(read("patterns.png"));
        let kept = attractor::record::read_npz(path.join("r/trajectory.npz"), "t").unwrap();
        if save == "final" {
            assert_eq!(kept.data, [0.0, 3.0]);
        }
    }
    assert!(all.windows(2).all(|p| p[0] == p[1]));
    // The cue, three states on the way and the end differ from each other.
    let figure: serde_json::Value =
        attractor::record::read_figure(path.join("r/patterns.figure.json")).unwrap();
    let panels = find(&figure, "panels").unwrap().as_array().unwrap();
    for pair in panels[..5].windows(2) {
        assert_ne!(pair[0], pair[1]);
    }
}

/// The first value of this key, however deep.
#[cfg(feature = "figures")]
fn find<'a>(value: &'a serde_json::Value, key: &str) -> Option<&'a serde_json::Value> {
    match value {
        serde_json::Value::Object(map) => map
            .get(key)
            .or_else(|| map.values().find_map(|v| find(v, key))),
        serde_json::Value::Array(all) => all.iter().find_map(|v| find(v, key)),
        _ => None,
    }
}

#[test]
fn what_ran_out_of_steps_is_told_what_makes_them_longer() {
    let model = format!("{FLIP_FLOP}[solve]\nt_end = 10.0\n");
    let cases: [(&[&str], &str); 4] = [
        (
            &["--method", "rk4", "--set", "solve.step=0.01"],
            "take a longer step than 0.01",
        ),
        (&["--set", "solve.max_step=0.01"], "raise max_step = 0.01"),
        (
            &["--method", "dopri5", "--set", "layers.neurons.tau=1e-4"],
            "take the method auto, rodas5p or exponential",
        ),
        (&["--rtol", "1e-12"], "loosen the tolerance"),
    ];
    for (arguments, words) in cases {
        let sentence = closing(&model, &[arguments, &["--max-steps", "60"]].concat());
        assert!(sentence.contains(": raise max_steps, or "), "{sentence}");
        assert!(sentence.contains(words), "{sentence}");
    }
}

#[test]
fn the_headline_has_the_step_of_a_fixed_step_method_and_notes_tell_what_auto_does() {
    let directory = TempDir::new().unwrap();
    let path = directory.path();
    fs::write(path.join("m.toml"), FLIP_FLOP).unwrap();
    let run = attractor(
        path,
        &[
            "run",
            "m.toml",
            "--method",
            "rk4",
            "--set",
            "solve.step=0.05",
        ],
    );
    let first = said(&run).lines().next().unwrap().to_owned();
    assert!(
        first.contains("rk4 with step 0.05, energy") && !first.contains("rtol"),
        "{first}"
    );
    let stiff = attractor(path, &["run", "model-b", "--set", "layers.hidden.tau=1e-4"]);
    let text = said(&stiff);
    let note = text
        .lines()
        .find(|l| l.starts_with("note: tsit5 until t = "))
        .unwrap();
    assert!(note.contains(", exponential from there"), "{note}");
    assert!(
        note.contains("where exponential takes steps of ") && !note.contains("evaluations"),
        "{note}"
    );
    assert!(!note.contains("t = 0.000"), "{note}");
}

#[test]
fn every_method_is_in_the_help_of_method() {
    let directory = TempDir::new().unwrap();
    let help = attractor(directory.path(), &["run", "--help"]);
    let help = String::from_utf8_lossy(&help.stdout).into_owned();
    for method in attractor::dynamics::METHODS {
        assert!(help.contains(method.name), "{}: {help}", method.name);
    }
}

#[test]
fn a_clamped_layer_that_nobody_joins_does_not_relax() {
    let model = format!(
        "{FLIP_FLOP}\n[layers.alone]\nsize = 3\nclamped = \"all\"\nlagrangian = \"identity\"\n"
    );
    let directory = TempDir::new().unwrap();
    fs::write(directory.path().join("m.toml"), model).unwrap();
    let run = attractor(directory.path(), &["run", "m.toml"]);
    assert!(
        said(&run).contains("layer `alone`; it is clamped and takes no part"),
        "{}",
        said(&run)
    );
}

#[cfg(unix)]
#[test]
fn a_run_that_is_asked_to_end_keeps_what_it_has() {
    let directory = TempDir::new().unwrap();
    let path = directory.path();
    fs::write(path.join("m.toml"), FLIP_FLOP).unwrap();
    let mut run = Command::new(env!("CARGO_BIN_EXE_attractor"))
        .current_dir(path)
        .args([
            "run",
            "m.toml",
            "--method",
            "rk4",
            "--set",
            "solve.step=1e-6",
        ])
        .args([
            "--t-end",
            "1e5",
            "--max-steps",
            "1000000000000",
            "--set",
            "solve.save=final",
        ])
        .stderr(std::process::Stdio::null())
        .spawn()
        .unwrap();
    // The handler is set once the place for the results is claimed.
    while !path.join("runs/m.partial").exists() {
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    std::thread::sleep(std::time::Duration::from_millis(500));
    let ended = Command::new("kill")
        .arg(run.id().to_string())
        .status()
        .unwrap();
    assert!(ended.success());
    assert_eq!(run.wait().unwrap().code(), Some(130));
    let kept = path.join("runs/m.partial");
    assert!(
        kept.join("trajectory.npz").is_file(),
        "{:?}",
        entries(&kept)
    );
    assert!(kept.join("manifest.json.partial").is_file());
    // Another run does not throw it away.
    let again = attractor(path, &["run", "m.toml", "--t-end", "1", "--quiet"]);
    assert_eq!(again.status.code(), Some(2), "{}", said(&again));
    assert!(said(&again).contains("interrupted"), "{}", said(&again));
    // And what it was is run again elsewhere.
    let from = [
        "run",
        "--from",
        "runs/m.partial",
        "--out=r",
        "--set=solve.step=1e-3",
    ];
    let again = attractor(path, &[&from[..], &["--t-end=1"]].concat());
    assert_eq!(again.status.code(), Some(0), "{}", said(&again));
    assert!(said(&again).contains("was interrupted; it is run again"));
    assert!(kept.join("manifest.json.partial").is_file());
}

#[test]
fn two_models_of_one_name_do_not_replace_each_others_runs_unasked() {
    let directory = TempDir::new().unwrap();
    let path = directory.path();
    let run = |arguments: &[&str]| attractor(path, &[&["run", "--quiet"], arguments].concat());
    // A directory of that name hides no model.
    fs::create_dir(path.join("flip-flop")).unwrap();
    for _ in 0..2 {
        let shipped = run(&["flip-flop"]);
        assert_eq!(shipped.status.code(), Some(0), "{}", said(&shipped));
    }
    fs::write(path.join("flip-flop.toml"), FLIP_FLOP).unwrap();
    let own = run(&["flip-flop.toml"]);
    assert_eq!(own.status.code(), Some(2), "{}", said(&own));
    assert!(
        said(&own).contains("part of the program") && said(&own).contains("--out"),
        "{}",
        said(&own)
    );
    let named = ["flip-flop.toml", "--out", "runs/flip-flop"];
    assert_eq!(run(&named).status.code(), Some(2));
    assert_eq!(run(&["flip-flop.toml", "--force"]).status.code(), Some(0));
    let shipped = run(&["flip-flop"]);
    assert!(
        said(&shipped).contains("flip-flop.toml, not of flip-flop"),
        "{}",
        said(&shipped)
    );
    // A file that was changed is the same model still.
    fs::write(path.join("flip-flop.toml"), with("6.0", "7.0")).unwrap();
    assert_eq!(run(&["flip-flop.toml"]).status.code(), Some(0));
}

#[cfg(feature = "figures")]
#[test]
fn a_figure_of_the_energy_marks_the_switches_of_the_input() {
    let directory = TempDir::new().unwrap();
    let path = directory.path();
    attractor(path, &["run", "switched", "--quiet", "--out", "r"]);
    let data = attractor::record::read_figure(path.join("r/energy.figure.json")).unwrap();
    let switches = find(&data, "switches").unwrap();
    assert_eq!(switches, &serde_json::json!([8.0, 12.0]));
    attractor(path, &["plot", "r", "--format", "svg", "--out", "svg"]);
    let drawn = fs::read_to_string(path.join("svg/energy.svg")).unwrap();
    assert!(drawn.contains("the input is switched"));
}

/// One identity neuron: x = exp(-t/τ).
const ONE: &str = "[layers.n]\nsize = 1\nlagrangian = \"identity\"\n[start]\nn = [1.0]\n";

/// What `arguments` say of the model `m.toml`, and how they end.
fn told(model: &str, arguments: &[&str]) -> (Option<i32>, String) {
    let directory = TempDir::new().unwrap();
    fs::write(directory.path().join("m.toml"), model).unwrap();
    let run = attractor(directory.path(), arguments);
    (run.status.code(), said(&run))
}

#[test]
fn a_time_of_nanoseconds_is_no_zero() {
    let few = [
        "--t-end",
        "1e-7",
        "--max-steps",
        "5",
        "--set",
        "layers.n.tau=1e-9",
    ];
    let sentence = closing(ONE, &few);
    assert!(
        sentence.starts_with("Stopped at t = ")
            && sentence.contains("e-10 after max_steps = 5 steps"),
        "{sentence}"
    );
}

#[test]
fn auto_that_ran_out_of_steps_is_not_told_to_take_auto() {
    let stiff = "[layers.n]\nsize = 2\nlagrangian = { kind = \"softmax\", beta = 1e5 }\n[[synapses]]\nkind = \"recurrent\"\nlayers = [\"n\"]\nweights = [[0, 1], [1, 0]]\n[start]\nn = [0.3, 0.1]\n[solve]\nt_end = 5.0\n";
    let sentence = closing(stiff, &["--method", "tsit5", "--max-steps", "600"]);
    assert!(
        sentence.contains("take the method auto, rodas5p or exponential: the network is stiff"),
        "{sentence}"
    );
    // Nor does a method of another program change on the way.
    let other = ["--method", "ode_solvers-dopri5", "--max-steps", "600"];
    let sentence = closing(stiff, &other);
    assert!(sentence.contains("take the method auto, "), "{sentence}");
    // Whether it runs out or not, it is never sent to itself.
    let fast = [
        "--set",
        "layers.n.tau=5e-6",
        "--set",
        "start.n=[3e4]",
        "--t-end",
        "24",
    ];
    for steps in ["10", "1000", "5000"] {
        let sentence = closing(ONE, &[&fast[..], &["--max-steps", steps]].concat());
        assert!(!sentence.contains("method auto"), "{sentence}");
    }
}

#[test]
fn the_advice_at_the_step_limit_does_not_go_in_circles() {
    let stiff = "[layers.n]\nsize = 2\nlagrangian = { kind = \"tanh\", beta = 2 }\n[[synapses]]\nkind = \"equality\"\nlayers = [\"n\"]\na = [[1, 1]]\nb = [0.5]\nstrength = 1e5\n[start]\nn = [1.0, 0.1]\n[solve]\nt_end = 50.0\n";
    // Follows every piece of advice; `before` are the methods that it came through.
    fn follow(model: &str, method: &str, before: &[String]) {
        let steps = ["--method", method, "--max-steps", "30"];
        let sentence = closing(model, &steps);
        assert!(sentence.contains("after max_steps"), "{method}: {sentence}");
        let way = [before, &[method.to_owned()]].concat();
        let named = sentence.split_once("take the method ");
        let named = named.and_then(|(_, rest)| rest.split_once(": "));
        let Some((named, _)) = named else { return };
        for next in named.split(", ").flat_map(|n| n.split(" or ")) {
            assert!(!way.iter().any(|w| w == next), "{way:?} {sentence}");
            follow(model, next, &way);
        }
    }
    for method in [
        "tsit5",
        "dopri5",
        "bs3",
        "exponential",
        "auto",
        "rosenbrock23",
    ] {
        follow(stiff, method, &[]);
    }
}

#[test]
fn an_energy_that_is_infinite_at_the_start_is_not_blamed_on_a_step() {
    let (code, text) = told(&ONE.replace("[1.0]", "[1e200]"), &["run", "m.toml"]);
    assert_eq!(code, Some(1), "{text}");
    assert!(
        text.contains("Stopped at t = 0: the energy is infinite at the start: numbers overflow"),
        "{text}"
    );
    assert!(!text.contains("next step"), "{text}");
}

#[test]
fn weights_of_1e150_are_numbers_that_overflow_and_no_state_that_runs_away() {
    let model = |kind: &str| {
        format!(
            "[layers.n]\nsize = 2\nlagrangian = \"{kind}\"\n[[synapses]]\nkind = \"recurrent\"\nlayers = [\"n\"]\nweights = [[0, 1e150], [1e150, 0]]\n[start]\nn = [1.0, 0.5]\n"
        )
    };
    for kind in ["tanh", "identity"] {
        let (code, text) = told(&model(kind), &["run", "m.toml", "--quiet"]);
        assert_eq!(code, Some(1), "{text}");
        assert!(text.contains("numbers overflow"), "{text}");
        assert!(!text.contains("runs away"), "{text}");
        // 1e150 squared is a number; 1e150 over the tolerance, squared, is none.
        let why = "and their squares in units of the tolerance are beyond the largest number, 1.8e308; scale";
        assert!(text.contains(why), "{text}");
    }
    let larger = model("tanh").replace("1e150", "1e160");
    let (_, text) = told(&larger, &["run", "m.toml", "--quiet"]);
    let why = "and their squares are beyond the largest number, 1.8e308; scale";
    assert!(text.contains(why), "{text}");
}

#[test]
fn a_step_in_a_message_has_no_more_digits_than_are_read() {
    let fixed = [
        "--max-steps=3",
        "--set=solve.method=euler",
        "--set=solve.step=0.012345678901234567",
    ];
    let sentence = closing(ONE, &fixed);
    assert!(
        sentence.contains("a longer step than 0.01235"),
        "{sentence}"
    );
    let steps = ["--max-steps=3", "--set=solve.max_step=1e-5"];
    let sentence = closing(ONE, &steps);
    assert!(
        sentence.contains("raise max_step = 1e-5, which"),
        "{sentence}"
    );
}

#[test]
fn a_bounded_network_at_the_tip_of_a_norm_does_not_run_away() {
    let model = "[layers.n]\nsize = 2\nlagrangian = { kind = \"spherical-norm\", eps = 0.0 }\n[[synapses]]\nkind = \"recurrent\"\nlayers = \"n\"\nweights = { identity = -1.0 }\n[start]\nn = [1.0, 0.0]\n[solve]\nt_end = 5.0\n";
    let (code, text) = told(model, &["run", "m.toml", "--quiet", "--max-steps", "3000"]);
    assert_eq!(code, Some(1), "{text}");
    assert!(
        text.contains("the activation of layer `n`, spherical-norm(gamma = 1, eps = 0), jumps"),
        "{text}"
    );
    assert!(!text.contains("runs away"), "{text}");
}

#[test]
fn what_runs_away_in_finite_time_is_told_so() {
    let model = "[layers.n]\nsize = 1\nlagrangian = { kind = \"repu\", n = 3 }\n[[synapses]]\nkind = \"recurrent\"\nlayers = \"n\"\nweights = [[3.0]]\n[start]\nn = [1.0]\n[solve]\nt_end = 5.0\n";
    let (code, text) = told(model, &["run", "m.toml", "--quiet"]);
    assert_eq!(code, Some(1), "{text}");
    assert!(
        text.contains("the state runs away in finite time"),
        "{text}"
    );
}

#[test]
fn a_few_kept_bytes_are_not_no_megabytes_and_one_row_is_one() {
    let directory = TempDir::new().unwrap();
    let model = format!(
        "{ONE}[[synapses]]\nkind = \"equality\"\nlayers = [\"n\"]\na = [[1.0]]\nb = [1.0]\nstrength = 1.0\n[solve]\nsave = \"final\"\n"
    );
    fs::write(directory.path().join("m.toml"), model).unwrap();
    let check = attractor(directory.path(), &["check", "m.toml"]);
    let text = String::from_utf8_lossy(&check.stdout).into_owned();
    assert!(text.contains(" bytes\n") && !text.contains("MB"), "{text}");
    assert!(text.contains("equality penalty, 1 row ("), "{text}");
}

#[test]
fn a_manifest_that_is_run_as_a_model_is_told_of_from() {
    let directory = TempDir::new().unwrap();
    let path = directory.path();
    fs::write(path.join("m.toml"), ONE).unwrap();
    attractor(path, &["run", "m.toml", "--quiet", "--out", "r"]);
    for model in ["r/manifest.json", "r"] {
        for command in ["run", "check", "ensemble", "describe"] {
            let wrong = attractor(path, &[command, model]);
            assert_eq!(wrong.status.code(), Some(2), "{}", said(&wrong));
            assert!(
                said(&wrong).contains("`attractor run --from r/manifest.json --out DIR`"),
                "{}",
                said(&wrong)
            );
        }
    }
    // And the directory stands for the manifest in it.
    let again = attractor(path, &["run", "--from", "r", "--out", "again"]);
    assert_eq!(again.status.code(), Some(0), "{}", said(&again));
    // What is repeated is not replaced unasked.
    let own = attractor(path, &["run", "--from", "r", "--out", "r", "--t-end", "1"]);
    assert_eq!(own.status.code(), Some(2), "{}", said(&own));
    assert!(said(&own).contains("holds the run that is repeated"));
    let model = attractor(path, &["run", "--from", "m.toml"]);
    assert!(
        said(&model).contains("a model is run without --from"),
        "{}",
        said(&model)
    );
}

#[cfg(feature = "figures")]
#[test]
fn figures_are_left_out_by_a_flag_and_by_an_empty_list() {
    let directory = TempDir::new().unwrap();
    let path = directory.path();
    fs::write(path.join("m.toml"), ONE).unwrap();
    fs::write(path.join("none.toml"), format!("figures = []\n{ONE}")).unwrap();
    for arguments in [
        &["run", "m.toml", "--no-figures"][..],
        &["run", "none.toml"],
    ] {
        let run = attractor(path, &[arguments, &["--out", "r", "--force"]].concat());
        assert_eq!(run.status.code(), Some(0), "{}", said(&run));
        let kept = ["manifest.json", "outcomes.npz", "trajectory.npz"];
        assert_eq!(entries(&path.join("r")), kept, "{arguments:?}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_model_may_come_through_a_pipe_and_reads_its_files_from_here() {
    use std::io::Write;
    let directory = TempDir::new().unwrap();
    let path = directory.path();
    attractor(path, &["new", "digits"]);
    let model = fs::read(path.join("digits.toml")).unwrap();
    fs::remove_file(path.join("digits.toml")).unwrap();
    let piped = |arguments: &[&str]| {
        let mut run = Command::new(env!("CARGO_BIN_EXE_attractor"))
            .current_dir(path)
            .args(arguments)
            .stdin(std::process::Stdio::piped())
            .stderr(std::process::Stdio::piped())
            .stdout(std::process::Stdio::piped())
            .spawn()
            .unwrap();
        run.stdin.take().unwrap().write_all(&model).unwrap();
        run.wait_with_output().unwrap()
    };
    let run = piped(&["run", "/dev/stdin", "--quiet", "--no-figures"]);
    assert_eq!(run.status.code(), Some(0), "{}", said(&run));
    assert!(path.join("runs/stdin/manifest.json").is_file());
    let check = piped(&["check", "/dev/stdin"]);
    assert_eq!(check.status.code(), Some(0), "{}", said(&check));
    // From the manifest it can be run again, as any other.
    let again = attractor(
        path,
        &["run", "--from", "runs/stdin", "--quiet", "--out", "b"],
    );
    assert_eq!(again.status.code(), Some(0), "{}", said(&again));
    // What never ends is not read for ever.
    let endless = attractor(path, &["check", "/dev/zero"]);
    assert_eq!(endless.status.code(), Some(2));
    assert!(
        said(&endless).contains("more than 67108864 bytes"),
        "{}",
        said(&endless)
    );
}

#[cfg(target_os = "linux")]
#[test]
fn paths_that_are_not_text_are_paths() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    let directory = TempDir::new().unwrap();
    let odd = directory.path().join(OsStr::from_bytes(b"d\xffr"));
    fs::create_dir(&odd).unwrap();
    // A sweep reads the model, and what stands beside it, once more at every point.
    let swept = ONE.replace("[1.0]", "{ file = \"w.npy\" }")
        + "[sweep]\nvary = [{ key = \"layers.n.tau\", values = [1.0, 2.0] }]\n";
    fs::write(odd.join("m.toml"), swept).unwrap();
    let array: &[u8] = b"\x93NUMPY\x01\x00\x46\x00{'descr': '<f8', 'fortran_order': False, 'shape': (1,), }            \n\0\0\0\0\0\0\xf0\x3f";
    fs::write(odd.join("w.npy"), array).unwrap();
    let at = |name: &[u8]| odd.join(OsStr::from_bytes(name)).into_os_string();
    let run = |arguments: &[std::ffi::OsString]| {
        let run = Command::new(env!("CARGO_BIN_EXE_attractor"))
            .current_dir(directory.path())
            .args(arguments)
            .output()
            .unwrap();
        assert_eq!(run.status.code(), Some(0), "{arguments:?}: {}", said(&run));
    };
    run(&["run".into(), at(b"m.toml"), "--out".into(), at(b"r\xfe")]);
    assert!(
        odd.join(OsStr::from_bytes(b"r\xfe/manifest.json"))
            .is_file()
    );
    run(&[
        "ensemble".into(),
        at(b"m.toml"),
        "--out".into(),
        at(b"e\xfe"),
    ]);
    run(&["check".into(), at(b"m.toml")]);
    run(&["describe".into(), at(b"m.toml")]);
    #[cfg(feature = "figures")]
    run(&["plot".into(), at(b"r\xfe"), "--out".into(), at(b"f\xfe")]);
}

#[test]
fn nothing_that_moves_the_cursor_reaches_the_terminal() {
    let directory = TempDir::new().unwrap();
    let path = directory.path();
    let header = b"{'descr': \x1b[31m'<f8', 'fortran_order': False, 'shape': (1,), }           \n";
    let mut array = b"\x93NUMPY\x01\x00".to_vec();
    array.extend((header.len() as u16).to_le_bytes());
    array.extend(header);
    fs::write(path.join("w.npy"), array).unwrap();
    let file = ONE.replace("[1.0]", "{ file = \"w.npy\" }");
    let title = format!("title = \"\\u001b[31m\"\n{ONE}");
    let word = ONE.replace("\"identity\"", "\"\\u009b31m\u{202e}\"");
    for model in [file, title, word] {
        fs::write(path.join("m.toml"), model).unwrap();
        let check = attractor(path, &["check", "m.toml"]);
        let text = said(&check);
        assert_eq!(check.status.code(), Some(2), "{text}");
        let odd = |c: char| c != '\n' && c.is_control() || c == '\u{202e}';
        assert!(!text.contains(odd), "{text:?}");
    }
    let name = "a\u{1b}[31m.toml";
    let missing = said(&attractor(path, &["check", name]));
    assert!(missing.contains("a\\u001b[31m.toml"), "{missing:?}");
}

#[test]
fn reports_of_very_many_mistakes_are_short_and_quick() {
    let many = |line: &dyn Fn(usize) -> String| (0..20_000).map(line).collect::<String>();
    let unknown = many(&|i| format!("key{i} = 1\n")) + ONE;
    let layers = ONE.to_owned() + &many(&|i| format!("[layers.a{i}]\nfoo = 1\n"));
    let patterns = "[patterns]\n".to_owned() + &many(&|i| format!("a{i} = \"b{i}\"\n")) + ONE;
    let twice = ONE.to_owned() + &many(&|_| "[solve]\n".to_owned());
    for model in [unknown, layers, patterns, twice] {
        let clock = std::time::Instant::now();
        let (code, text) = told(&model, &["check", "m.toml"]);
        // A second is plenty; quadratic would be ten and more.
        assert!(clock.elapsed().as_secs_f64() < 5.0, "{:?}", clock.elapsed());
        assert_eq!(code, Some(2));
        assert_eq!(text.matches("error: ").count(), 20, "{}", &text[..500]);
        assert!(
            text.contains("\nand ") && text.len() < 50_000,
            "{}",
            text.len()
        );
    }
}

#[cfg(target_os = "linux")]
#[test]
fn where_memory_ends_there_is_a_sentence() {
    let model = "[layers.n]\nsize = 6000\nlagrangian = \"tanh\"\n[[synapses]]\nkind = \"recurrent\"\nlayers = \"n\"\nweights = { random = \"normal\", symmetric = true }\n[solve]\nt_end = 0.1\n";
    let directory = TempDir::new().unwrap();
    fs::write(directory.path().join("m.toml"), model).unwrap();
    // Too little for an array that is asked for.
    let run = Command::new("sh")
        .current_dir(directory.path())
        .arg("-c")
        .arg(format!(
            "ulimit -v 500000; exec {} run m.toml --quiet --no-figures",
            env!("CARGO_BIN_EXE_attractor")
        ))
        .output()
        .unwrap();
    let text = said(&run);
    assert_eq!(run.status.code(), Some(2), "{text}");
    let words = "error: there is no memory for an array of 6000 × 6000";
    assert!(text.starts_with(words), "{text}");
}

#[test]
fn a_file_where_a_directory_should_be_is_told() {
    let directory = TempDir::new().unwrap();
    let path = directory.path();
    fs::write(path.join("file"), "mine").unwrap();
    let new = attractor(path, &["new", "flip-flop", "file"]);
    assert_eq!(new.status.code(), Some(2), "{}", said(&new));
    assert!(said(&new).contains("file is a file"), "{}", said(&new));
    #[cfg(feature = "figures")]
    {
        let gallery = attractor(path, &["gallery", "--out", "file"]);
        assert_eq!(gallery.status.code(), Some(1));
        let text = said(&gallery);
        assert!(
            text.starts_with("error: cannot create the directory file: "),
            "{text}"
        );
        assert_eq!(text.matches("error: ").count(), 1, "{text}");
        assert!(text.ends_with("in the model flip-flop\n"), "{text}");
    }
    assert_eq!(fs::read_to_string(path.join("file")).unwrap(), "mine");
}
