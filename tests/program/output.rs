//! Where a run may write and where not, what is lost when a disk refuses (nothing), and what programs read of it.
#![cfg(feature = "cli")]
#![allow(missing_docs)]
// Helpers of tests may fail as tests do.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Output, Stdio};

use serde_json::Value;
use tempfile::TempDir;

fn attractor(directory: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_attractor"));
    command.current_dir(directory).args(arguments);
    command
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[track_caller]
fn refuses(directory: &Path, arguments: &[&str], words: &[&str]) {
    let output = attractor(directory, arguments).output().unwrap();
    let text = said(&output);
    assert_eq!(output.status.code(), Some(2), "{text}");
    assert!(output.stdout.is_empty(), "it prints before it refuses");
    for word in words {
        assert!(text.contains(word), "no {word:?} in\n{text}");
    }
}

/// A run that takes a while, a million steps or so.
const LONG: [&str; 9] = [
    "run",
    "line-attractor",
    "--set=start.neurons=[1.0, -0.5]",
    "--method=euler",
    "--set=solve.step=1e-5",
    "--max-steps=1000000000",
    "--set=solve.save=final",
    "--lyapunov=off",
    "--out=run",
];

#[test]
fn a_place_that_is_taken_is_refused_before_anything_is_integrated() {
    let directory = TempDir::new().unwrap();
    let path = directory.path();
    fs::write(path.join("file"), "mine").unwrap();
    refuses(
        path,
        &["run", "flip-flop", "--out", "file"],
        &["`file` is not replaced: it is a file", "choose another"],
    );
    refuses(
        path,
        &["run", "flip-flop", "--out", "file/below"],
        &["file/below"],
    );
    fs::create_dir(path.join("data")).unwrap();
    fs::write(path.join("data/thesis.txt"), "mine").unwrap();
    refuses(
        path,
        &["run", "flip-flop", "--out", "data"],
        &["it is no run directory", "move it away"],
    );
    refuses(
        path,
        &["run", "flip-flop", "--out", "."],
        &["no name of its own"],
    );
    assert_eq!(fs::read(path.join("file")).unwrap(), b"mine");
    assert_eq!(fs::read(path.join("data/thesis.txt")).unwrap(), b"mine");
    assert_eq!(fs::read_dir(path).unwrap().count(), 2);
}

#[cfg(feature = "figures")]
#[test]
fn a_diagram_that_cannot_be_drawn_is_refused_before_anything_is_printed() {
    let directory = TempDir::new().unwrap();
    let path = directory.path();
    let describe = |to| ["describe", "flip-flop", "--diagram", to];
    refuses(path, &describe("d.jpg"), &["d.jpg", ".png", ".svg"]);
    refuses(path, &describe("not/there/d.png"), &["not/there/d.png"]);
    fs::write(path.join("d.svg"), "mine").unwrap();
    refuses(path, &describe("d.svg"), &["d.svg is there already"]);
    let drawn = attractor(path, &describe("d.png")).output().unwrap();
    assert_eq!(drawn.status.code(), Some(0));
    assert!(String::from_utf8_lossy(&drawn.stdout).ends_with("drawn to d.png\n"));
}

/// No file may grow beyond 2 kB: what a full disk does, where no disk can be filled.
#[cfg(unix)]
#[test]
fn a_disk_that_is_full_is_told_and_leaves_the_earlier_run_alone() {
    let directory = TempDir::new().unwrap();
    let path = directory.path();
    let first = attractor(path, &["run", "switched", "--quiet", "--out", "run"]);
    assert_eq!({ first }.status().unwrap().code(), Some(0));
    let before = fs::read(path.join("run/manifest.json")).unwrap();
    let output = Command::new("sh")
        .current_dir(path)
        .args([
            "-c",
            "trap '' XFSZ; ulimit -f 4; exec \"$0\" run switched --out run",
        ])
        .arg(env!("CARGO_BIN_EXE_attractor"))
        .env("TMPDIR", path)
        .output()
        .unwrap();
    let text = said(&output);
    assert_eq!(output.status.code(), Some(1), "{text}");
    assert!(
        text.contains("cannot write `run.partial/trajectory.npz`"),
        "{text}"
    );
    assert!(text.contains("nor can it be kept elsewhere"), "{text}");
    assert!(!text.contains("ZipWriter"), "{text}");
    assert_eq!(fs::read(path.join("run/manifest.json")).unwrap(), before);
    assert_eq!(fs::read_dir(path).unwrap().count(), 1, "{text}");
}

/// A file system of its own, with hardly any room. None where that needs rights that the tests have not.
#[cfg(all(target_os = "linux", feature = "figures"))]
struct Small(TempDir);

#[cfg(all(target_os = "linux", feature = "figures"))]
impl Small {
    fn new() -> Option<Self> {
        let directory = TempDir::new().unwrap();
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", "size=16k", "tmpfs"]);
        let mounted = mount.arg(directory.path()).output();
        let mounted = mounted.is_ok_and(|output| output.status.success());
        mounted.then_some(Small(directory))
    }
}

#[cfg(all(target_os = "linux", feature = "figures"))]
impl Drop for Small {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(self.0.path()).status();
    }
}

#[cfg(all(target_os = "linux", feature = "figures"))]
#[test]
fn a_figure_that_a_full_disk_refuses_leaves_the_earlier_one_and_nothing_else() {
    let directory = TempDir::new().unwrap();
    let path = directory.path();
    let Some(small) = Small::new() else {
        eprintln!("no file system can be mounted here: nothing was tested");
        return;
    };
    let run = attractor(path, &["run", "switched", "--quiet", "--out", "run"]);
    assert_eq!({ run }.status().unwrap().code(), Some(0));
    let full = small.0.path().to_str().unwrap();
    fs::write(small.0.path().join("energy.png"), "earlier").unwrap();
    for (arguments, code) in [
        (&["plot", "run", "--force", "--out", full][..], 2),
        (
            &["plot", "run", "--force", "--format=svg", "--out", full],
            2,
        ),
        (&["gallery", "--force", "--out", full], 1),
    ] {
        let output = attractor(path, arguments).output().unwrap();
        let text = said(&output);
        assert_eq!(output.status.code(), Some(code), "{arguments:?}: {text}");
        assert!(text.contains("cannot write the figure"), "{text}");
        assert!(text.contains("free some space"), "{text}");
        let files = fs::read_dir(small.0.path()).unwrap();
        let files: Vec<_> = files.map(|f| f.unwrap().file_name()).collect();
        assert_eq!(files, ["energy.png"], "{arguments:?}");
        let kept = fs::read(small.0.path().join("energy.png")).unwrap();
        assert_eq!(kept, b"earlier");
    }
}

#[test]
fn every_note_of_the_log_is_in_the_manifest() {
    let directory = TempDir::new().unwrap();
    let path = directory.path();
    let model = r#"
        [patterns]
        spare = [[1, 2]]
        [layers.fast]
        size = 2
        tau = 1e-4
        lagrangian = "tanh"
        [layers.slow]
        size = 2
        lagrangian = "identity"
        [layers.alone]
        size = 1
        lagrangian = "identity"
        [[synapses]]
        kind = "recurrent"
        layers = "fast"
        weights = [[0, 0.5], [0.4, 0]]
        symmetry = "none"
        [[synapses]]
        kind = "dense"
        layers = ["fast", "slow"]
        weights = [[1, 0], [0, 2]]
        [start]
        fast = 0.3
        slow = 1.0
        [solve]
        t_max = 0.5
        lyapunov = "off"
    "#;
    fs::write(path.join("m.toml"), model).unwrap();
    let output = attractor(path, &["run", "m.toml", "--json", "--out", "run"]);
    let output = { output }.output().unwrap();
    let text = said(&output);
    let notes: Vec<&str> = text
        .lines()
        .filter_map(|l| l.strip_prefix("note: "))
        .collect();
    for word in [
        "nothing uses the pattern `spare`",
        "no synapse joins layer `alone`",
        "the energy need not fall",
        "rest is waited for",
        "tsit5 until t = ",
    ] {
        let count = notes.iter().filter(|n| n.starts_with(word)).count();
        assert_eq!(count, 1, "{word}\n{text}");
    }
    let printed: Value = serde_json::from_slice(&output.stdout).unwrap();
    let kept = fs::read_to_string(path.join("run/manifest.json")).unwrap();
    let kept: Value = serde_json::from_str(&kept).unwrap();
    assert_eq!(kept["notes"], Value::from(notes.clone()));
    assert_eq!(printed["notes"], kept["notes"]);
    let check = attractor(path, &["check", "m.toml", "--json"]).output();
    let check: Value = serde_json::from_slice(&check.unwrap().stdout).unwrap();
    assert_eq!(check["notes"], Value::from(notes[..4].to_vec()));
    let plain = attractor(path, &["check", "m.toml"]).output().unwrap();
    let plain = String::from_utf8(plain.stdout).unwrap();
    assert!(
        plain.contains("note: nothing uses the pattern `spare`"),
        "{plain}"
    );
}

#[test]
fn results_that_cannot_be_written_where_they_should_be_are_kept_elsewhere() {
    let directory = TempDir::new().unwrap();
    let path = directory.path();
    let spare = TempDir::new().unwrap();
    let run = attractor(path, &LONG)
        .arg("--t-end=20")
        .env("TMPDIR", spare.path())
        .env("TMP", spare.path())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mark = path.join("run.partial/.attractor-unfinished");
    while !mark.exists() {
        std::thread::yield_now();
    }
    // Another run into the same place is sent away.
    refuses(path, &LONG, &["another run is writing to it"]);
    fs::remove_dir_all(path.join("run.partial")).unwrap();
    let output = run.wait_with_output().unwrap();
    let text = said(&output);
    assert_eq!(output.status.code(), Some(1), "{text}");
    assert!(
        text.contains("cannot create") && text.contains("all of it is in"),
        "{text}"
    );
    let kept = fs::read_dir(spare.path()).unwrap().next().unwrap().unwrap();
    assert!(kept.path().join("manifest.json").is_file());
    assert!(kept.path().join("trajectory.npz").is_file());
}

#[test]
fn progress_that_goes_to_a_file_is_plain_lines() {
    let directory = TempDir::new().unwrap();
    for (style, begins) in [("auto", "t = "), ("json", "{\"done\":")] {
        let mut run = attractor(directory.path(), &LONG)
            .args(["--t-end=1e7", "--progress", style])
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(run.stderr.take().unwrap()).lines();
        let mut lines = lines.map(Result::unwrap).filter(|l| l.starts_with(begins));
        let line = lines
            .next()
            .unwrap_or_else(|| panic!("no progress by {style}"));
        assert!(!line.contains('\r') && !line.contains('\x1b'), "{line:?}");
        // After a second nobody knows how long it will take.
        if style == "auto" {
            assert!(line.contains(" of 10000000"), "{line}");
            assert!(!line.contains("left"), "{line}");
            let line = lines.find(|l| l.contains("left")).unwrap();
            assert!(
                line.ends_with(" days left") || line.ends_with(" h left"),
                "{line}"
            );
        } else {
            let news: Value = serde_json::from_str(&line).unwrap();
            assert!(news["t"].as_f64().is_some_and(|t| t > 0.0));
            assert!(news["seconds_left"].is_null());
        }
        run.kill().unwrap();
        run.wait().unwrap();
    }
}

/// `attractor … | head`, and a stdout on a disk that is full.
#[cfg(target_os = "linux")]
#[test]
fn a_reader_who_has_gone_is_no_error_and_a_full_disk_is() {
    let directory = TempDir::new().unwrap();
    let shell = |line: &str| {
        let mut shell = Command::new("sh");
        shell.current_dir(directory.path()).args(["-c", line]);
        shell.arg(env!("CARGO_BIN_EXE_attractor")).output().unwrap()
    };
    for line in [
        "(sleep 0.2; \"$0\" list lagrangians; echo $? >&2) | true",
        "(sleep 0.2; \"$0\" schema; echo $? >&2) | true",
    ] {
        assert_eq!(said(&shell(line)), "0\n", "{line}");
    }
    // A run goes on without its reader.
    shell("(sleep 0.2; \"$0\" run switched --out run) 2>&1 | true");
    assert!(directory.path().join("run/manifest.json").is_file());
    let full = shell("\"$0\" check flip-flop > /dev/full");
    assert_eq!(full.status.code(), Some(1));
    assert!(
        said(&full).starts_with("error: cannot print the results: "),
        "{}",
        said(&full)
    );
    assert_eq!(said(&full).lines().count(), 1, "{}", said(&full));
}

/// A model whose arrays are all made by the program.
const MADE: &str = r#"
    [patterns]
    xi = { random = "sign", shape = [3, 8], seed = 5 }
    [layers.x]
    size = [2, 4]
    input = { random = "normal", std = 0.1, seed = 3 }
    lagrangian = { kind = "tanh", beta = 2.0 }
    [layers.h]
    size = 3
    tau = 0.5
    lagrangian = "identity"
    [[synapses]]
    kind = "recurrent"
    layers = "x"
    weights = { hebbian = "xi", zero_diagonal = true }
    [[synapses]]
    kind = "dense"
    layers = ["x", "h"]
    weights = { random = "normal", std = 0.2, seed = 9 }
    [start]
    x = { pattern = 0, flip = 0.25, seed = 4 }
    h = "relaxed"
    [recall]
    layer = "x"
    of = "xi"
    within = 1.0
    [solve]
    t_end = 2.0
    save = { every = 0.5 }
"#;

fn array(path: &Path, key: &str) -> (Vec<usize>, Vec<f64>) {
    let array = attractor::record::read_npz(path, key).unwrap_or_else(|e| panic!("{e}"));
    (array.shape, array.data)
}

#[test]
fn the_arrays_of_a_model_are_kept_and_give_the_same_run() {
    let directory = TempDir::new().unwrap();
    let path = directory.path();
    let run = |model: &str, arguments: &[&str]| {
        fs::write(path.join("m.toml"), model).unwrap();
        let output = attractor(path, &[&["run", "m.toml", "--quiet"], arguments].concat());
        let output = { output }.output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    };
    run(MADE, &["--save-arrays", "--out=a"]);
    let kept = path.join("a/arrays.npz");
    let shapes = [
        ("patterns.xi", vec![3, 8]),
        ("layers.x.input", vec![8]),
        ("synapses.0.weights", vec![8, 8]),
        ("synapses.1.weights", vec![3, 8]),
        ("start.x", vec![2, 4]),
        ("start.h", vec![3]),
    ];
    for (key, shape) in shapes {
        assert_eq!(array(&kept, key).0, shape, "{key}");
    }
    let file = |key: &str| format!("{{ file = \"a/arrays.npz\", key = \"{key}\" }}");
    let read = MADE
        .replace(
            "{ random = \"sign\", shape = [3, 8], seed = 5 }",
            &file("patterns.xi"),
        )
        .replace(
            "{ random = \"normal\", std = 0.1, seed = 3 }",
            &file("layers.x.input"),
        )
        .replace(
            "{ hebbian = \"xi\", zero_diagonal = true }",
            &file("synapses.0.weights"),
        )
        .replace(
            "{ random = \"normal\", std = 0.2, seed = 9 }",
            &file("synapses.1.weights"),
        )
        .replace("{ pattern = 0, flip = 0.25, seed = 4 }", &file("start.x"))
        .replace("\"relaxed\"", &file("start.h"));
    run(&read, &["--out=b"]);
    let states = |of: &str| array(&path.join(of).join("trajectory.npz"), "x");
    assert_eq!(states("a"), states("b"));
    assert!(!path.join("b/arrays.npz").exists());

    // Of an ensemble, its starts as well.
    let ensemble = |model: &str, arguments: &[&str]| {
        fs::write(path.join("m.toml"), model).unwrap();
        let all = [&["ensemble", "m.toml", "--quiet"], arguments].concat();
        let output = attractor(path, &all).output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    };
    let keep = "[ensemble]\nkeep = \"states\"\n";
    let cues = "damaged = { patterns = \"all\", each = 3, noise = 0.5 }\n";
    ensemble(
        &format!("{MADE}{keep}{cues}"),
        &["--save-arrays", "--out=c"],
    );
    let states = "states = { file = \"c/arrays.npz\", key = \"ensemble.states\" }\n";
    ensemble(&format!("{MADE}{keep}{states}"), &["--out=d"]);
    let ends = |of: &str| array(&path.join(of).join("outcomes.npz"), "x");
    assert_eq!(ends("c").0, [9, 11]);
    assert_eq!(ends("c"), ends("d"));
}

#[test]
fn a_run_and_an_ensemble_of_the_same_starts_write_the_same_columns() {
    let directory = TempDir::new().unwrap();
    let path = directory.path();
    fs::write(
        path.join("m.toml"),
        format!("{MADE}[ensemble]\nkeep = \"states\"\n"),
    )
    .unwrap();
    let [run, ensemble] = ["run", "ensemble"].map(|command| {
        let arguments = [command, "m.toml", "--quiet", "--csv", "--out", command];
        let output = attractor(path, &arguments).output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{}", said(&output));
        let kept = |name: &str| fs::read_to_string(path.join(command).join(name)).unwrap();
        let manifest: Value = serde_json::from_str(&kept("manifest.json")).unwrap();
        let table = kept("outcomes.csv");
        let rows: Vec<String> = table.lines().map(str::to_owned).collect();
        (rows, manifest["columns"].clone(), manifest["stops"].clone())
    });
    assert_eq!(run.0[0], ensemble.0[0]);
    assert_eq!(run.0.len(), ensemble.0.len());
    assert_eq!((run.1, run.2), (ensemble.1, ensemble.2));
}

#[test]
fn the_tables_of_a_run_say_whose_state_it_is_and_why_it_stopped() {
    let directory = TempDir::new().unwrap();
    let path = directory.path();
    let output = attractor(path, &["run", "flip-flop", "--quiet", "--out=run"]);
    assert_eq!({ output }.output().unwrap().status.code(), Some(0));
    let text = fs::read_to_string(path.join("run/manifest.json")).unwrap();
    let manifest: Value = serde_json::from_str(&text).unwrap();
    let outcomes = path.join("run/outcomes.npz");
    let (_, stops) = array(&outcomes, "stop");
    let results = manifest["results"].as_array().unwrap();
    for (result, code) in results.iter().zip(&stops) {
        assert_eq!(result["stop"], manifest["stop_codes"][*code as usize]);
    }
    // The fixed point of the manifest is where a trajectory ended.
    let (shape, x) = array(&outcomes, "x");
    for (k, result) in results.iter().enumerate() {
        let Some(point) = result["fixed_point"].as_u64() else {
            continue;
        };
        let at = manifest["fixed_points"]["points"][point as usize]["x"]
            .as_array()
            .unwrap();
        assert_eq!(at.len(), shape[1]);
        for (a, b) in at.iter().zip(&x[k * shape[1]..]) {
            assert!((a.as_f64().unwrap() - b).abs() < 1e-3);
        }
    }
    // Of a single start too.
    fs::write(path.join("m.toml"), MADE).unwrap();
    let output = attractor(path, &["run", "m.toml", "--quiet", "--out=one"]).output();
    assert_eq!(output.unwrap().status.code(), Some(0));
    let (_, start) = array(&path.join("one/trajectory.npz"), "start");
    assert_eq!(start, vec![0.0; 5]);
}

fn keys(value: &Value) -> Vec<&str> {
    let object = value.as_object().unwrap();
    object.keys().map(String::as_str).collect()
}

/// Programs read these: a key may be added, none may go or change its name.
#[test]
fn the_keys_of_json_documents_are_those_of_the_manual() {
    let directory = TempDir::new().unwrap();
    let document = |arguments: &[&str]| -> Value {
        let output = attractor(directory.path(), arguments).output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{}", said(&output));
        serde_json::from_slice(&output.stdout).unwrap()
    };
    let check = document(&["check", "flip-flop", "--json"]);
    let of_check = [
        "certificate",
        "ensemble",
        "layers",
        "learn",
        "lonely_layers",
        "notes",
        "output_bytes",
        "starts",
        "synapses",
        "title",
    ];
    assert_eq!(keys(&check), of_check);
    assert_eq!(keys(&check["layers"][0]), ["lagrangian", "name", "shape"]);
    assert_eq!(keys(&check["synapses"][0]), ["kind", "layers"]);
    let certificate = ["because", "below", "faults", "holds"];
    assert_eq!(keys(&check["certificate"]), certificate);

    let run = document(&["run", "digits", "--json", "--quiet", "--out=run"]);
    let of_run = [
        "attractor",
        "certificate",
        "columns",
        "command",
        "course_codes",
        "courses",
        "evaluations",
        "failures",
        "finished",
        "fixed_points",
        "identity_violations",
        "kind",
        "largest_rise",
        "machine",
        "model",
        "neurons",
        "notes",
        "recall",
        "results",
        "seconds",
        "sentence",
        "settings",
        "started",
        "starts",
        "steps",
        "stop_codes",
        "stops",
        "title",
        "violations",
        "watched",
    ];
    assert_eq!(keys(&run), of_run);
    assert_eq!(keys(&run["certificate"]), certificate);
    let of_model = ["directory", "files", "overrides", "path", "sha256", "text"];
    assert_eq!(keys(&run["model"]), of_model);
    let result = &run["results"][0];
    let of_result = [
        "choices",
        "energy",
        "fixed_point",
        "label",
        "lyapunov",
        "recall",
        "start",
        "statistics",
        "stop",
        "t",
    ];
    assert_eq!(keys(result), of_result);
    let of_recall = [
        "distance",
        "memory",
        "overlap",
        "overlap_above",
        "recalled",
        "within",
    ];
    assert_eq!(keys(&result["recall"]), of_recall);
    let of_point = [
        "along_null_direction",
        "distance",
        "eigenvalue_residual",
        "members",
        "newton_correction",
        "rightmost_eigenvalue",
        "stability",
        "x",
    ];
    assert_eq!(keys(&run["fixed_points"]["points"][0]), of_point);
    // The manifest on disk has the same, and what is only known once the files are written.
    let text = fs::read_to_string(directory.path().join("run/manifest.json")).unwrap();
    let manifest: Value = serde_json::from_str(&text).unwrap();
    let more: Vec<&str> = keys(&manifest)
        .into_iter()
        .filter(|k| !of_run.contains(k))
        .collect();
    let written = ["figures", "files"];
    assert!(more.iter().all(|k| written.contains(k)), "{more:?}");
    let manual = include_str!("../../docs/json.md");
    for key in of_run
        .iter()
        .chain(&of_check)
        .chain(&of_result)
        .chain(&written)
    {
        assert!(
            manual.contains(&format!("`{key}`")),
            "docs/json.md is silent about {key}"
        );
    }
}

/// The axis ends where the energy has settled, at a time that the last step is ten powers of ten beyond.
#[cfg(feature = "figures")]
#[test]
fn a_step_far_beyond_the_page_costs_no_memory() {
    let directory = TempDir::new().unwrap();
    let path = directory.path();
    let model = "[layers.n]\nsize = 3\nlagrangian = \"identity\"\ninput = [0.5, -0.2, 0.1]\n\
        [[synapses]]\nkind = \"equality\"\nlayers = [\"n\"]\na = [[1.0, 1.0, 1.0]]\nb = [1.0]\nstrength = 1e9\n\
        [solve]\nuntil = \"rest\"\nmethod = \"rodas5p\"\n";
    fs::write(path.join("m.toml"), model).unwrap();
    let run = Command::new("sh")
        .current_dir(path)
        .arg("-c")
        .arg(format!(
            "ulimit -v 4000000; exec {} run m.toml",
            env!("CARGO_BIN_EXE_attractor")
        ))
        .output()
        .unwrap();
    let text = said(&run);
    assert!(path.join("runs/m/energy.png").is_file(), "{text}");
    assert!(!text.contains("tip of its Lagrangian"), "{text}");
}

#[test]
fn a_start_at_the_tip_of_a_norm_is_noted_and_a_steep_slope_is_none() {
    let directory = TempDir::new().unwrap();
    let path = directory.path();
    let notes = |lagrangian: &str, start: &str| {
        let model = format!(
            "[layers.n]\nsize = 3\nlagrangian = {lagrangian}\ninput = [1.0, 2.0, -0.5]\n\
             [start]\nn = {start}\n[solve]\nt_end = 1.0\n"
        );
        fs::write(path.join("m.toml"), model).unwrap();
        let check = Command::new(env!("CARGO_BIN_EXE_attractor"))
            .current_dir(path)
            .args(["check", "m.toml"])
            .output()
            .unwrap();
        String::from_utf8(check.stdout).unwrap()
    };
    let tip = "layer `n` begins at the tip of its Lagrangian";
    for (kind, start) in [("spherical-norm", "0.0"), ("layer-norm", "2.0")] {
        let norm = |eps: &str| format!("{{ kind = \"{kind}\", eps = {eps} }}");
        let told = notes(&norm("0.0"), start);
        assert!(told.contains(tip), "{kind}: {told}");
        // As smooth as eps makes it, or away from there, it jumps no more.
        for (eps, start) in [("1e-3", start), ("0.0", "[0.1, 0.0, 0.0]")] {
            let told = notes(&norm(eps), start);
            assert!(!told.contains(tip), "{kind} {eps} {start}: {told}");
        }
    }
    let told = notes("{ kind = \"softmax\", beta = 1e10 }", "0.0");
    assert!(!told.contains(tip), "{told}");
}
