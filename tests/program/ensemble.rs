//! Ensembles as the command runs them: the same bytes for any number of threads and whatever ends the process, and no
//! finished row lost.
#![cfg(feature = "cli")]
#![allow(missing_docs)]
// Helpers of tests may fail as tests do.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use attractor::dynamics::Interrupt;
use attractor::model_file::load_text;
use attractor::record::NpzWriter;
use attractor::study::Progress;
use serde_json::Value;
use tempfile::TempDir;

/// Cues of four memories, until rest, the energy watched. `N` is how often each is damaged.
const DENSE: &str = r#"
    title = "Cues"
    [patterns]
    xi = { random = "sign", shape = [4, 16], seed = 5 }
    [layers.features]
    size = 16
    lagrangian = "identity"
    [layers.hidden]
    size = 4
    tau = 0.2
    lagrangian = { kind = "softmax", beta = 0.7 }
    [[synapses]]
    kind = "dense"
    layers = ["features", "hidden"]
    weights = "xi"
    [start]
    hidden = "relaxed"
    [recall]
    layer = "features"
    of = "xi"
    within = 1.0
    [solve]
    until = "rest"
    [ensemble]
    damaged = { patterns = "all", each = N, flip = 0.1, noise = 0.6, seed = 8 }
"#;

/// Three rates from 1 to 10⁴, so that `auto` hands over; starts all over the place.
const STIFF: &str = r#"
    [layers.neurons]
    size = 3
    tau = [1.0, 1e-2, 1e-4]
    input = 0.1
    lagrangian = { kind = "sigmoid", beta = 2.0 }
    [[synapses]]
    kind = "recurrent"
    layers = ["neurons"]
    weights = [[0, 1, 0.5], [1, 0, -1], [0.5, -1, 0]]
    [solve]
    method = "auto"
    until = "rest"
    [ensemble]
    random = [{ layer = "neurons", draw = "normal", std = 3.0 }]
    count = 60
    keep = "states"
    seed = 4
"#;

/// A place with the model file `m.toml` in it.
fn place(model: &str) -> TempDir {
    let directory = TempDir::new().unwrap();
    fs::write(directory.path().join("m.toml"), model).unwrap();
    directory
}

fn cues(each: usize) -> TempDir {
    place(&DENSE.replace("each = N", &format!("each = {each}")))
}

fn attractor(directory: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_attractor"));
    command.current_dir(directory).args(arguments);
    command.stdout(Stdio::null()).stderr(Stdio::piped());
    command
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn ensemble(directory: &Path, arguments: &[&str]) -> (Option<i32>, String) {
    let mut all = [&["ensemble", "m.toml", "--csv"], arguments].concat();
    if !arguments.iter().any(|a| a.starts_with("--out")) {
        all.push("--out=e");
    }
    let output = attractor(directory, &all).output().unwrap();
    (output.status.code(), said(&output))
}

#[track_caller]
fn fine(directory: &Path, arguments: &[&str]) -> String {
    let (code, text) = ensemble(directory, arguments);
    assert_eq!(code, Some(0), "{text}");
    text
}

#[track_caller]
fn refused(directory: &Path, arguments: &[&str], words: &[&str]) {
    let (code, text) = ensemble(directory, arguments);
    assert_eq!(code, Some(2), "{text}");
    for word in words {
        assert!(text.contains(word), "no {word:?} in\n{text}");
    }
}

/// The tables of a finished ensemble.
fn tables(directory: &Path) -> [Vec<u8>; 2] {
    ["e/outcomes.npz", "e/outcomes.csv"].map(|name| fs::read(directory.join(name)).unwrap())
}

fn manifest(directory: &Path) -> Value {
    serde_json::from_slice(&fs::read(directory.join("e/manifest.json")).unwrap()).unwrap()
}

/// Starts an ensemble and ends it by this signal after a while, unless it has ended.
#[cfg(unix)]
fn ended_by(signal: &str, directory: &Path, arguments: &[&str], after: Duration) -> Option<i32> {
    let all = [
        &["ensemble", "m.toml", "--csv", "--out=e", "--quiet"],
        arguments,
    ]
    .concat();
    let mut run = attractor(directory, &all)
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    std::thread::sleep(after);
    // The process is a child that nobody has waited for: its number is its own.
    let id = run.id().to_string();
    let _ = Command::new("kill").args([signal, &id]).output();
    run.wait().unwrap().code()
}

/// Waits until an ensemble has written rows.
fn rows_come(directory: &Path) {
    let rows = directory.join("e.partial/ensemble.rows");
    let begin = Instant::now();
    while !fs::metadata(&rows).is_ok_and(|m| m.len() > 8192) {
        assert!(begin.elapsed().as_secs() < 60, "no rows come");
        std::thread::sleep(Duration::from_millis(2));
    }
}

/// A file of starts, `n` numbers a row.
fn array(path: &Path, n: usize, values: &[f64]) {
    let mut npz = NpzWriter::create(path).unwrap();
    npz.write("starts", &[values.len() / n, n], values).unwrap();
    npz.finish().unwrap();
}

/// Numbers that are the same in every run of the tests.
fn draw(seed: &mut u64) -> f64 {
    *seed = seed
        .wrapping_mul(6_364_136_223_846_793_005)
        .wrapping_add(1_442_695_040_888_963_407);
    (*seed >> 11) as f64 / (1u64 << 53) as f64
}

#[test]
fn the_tables_have_the_same_bytes_for_any_number_of_threads() {
    for (directory, rows) in [(cues(75), 300), (place(STIFF), 60)] {
        let path = directory.path();
        fine(path, &["--threads=1"]);
        let one = tables(path);
        assert_eq!(String::from_utf8_lossy(&one[1]).lines().count(), rows + 1);
        for threads in ["--threads=2", "--threads=4"] {
            fine(path, &[threads]);
            assert!(tables(path) == one, "{threads}");
        }
        let of = manifest(path);
        assert_eq!(of["finished"], rows);
        assert_eq!(of["violations"], 0);
        assert_eq!(of["watched"], rows);
    }
}

/// That the tests above and below could fail: other starts give other bytes.
#[test]
fn another_seed_gives_other_rows() {
    let directory = place(STIFF);
    let path = directory.path();
    fine(path, &[]);
    let one = tables(path);
    fine(path, &["--set=ensemble.seed=5"]);
    assert!(tables(path) != one);
}

/// In the stiff ensemble the methods do change, and in different trajectories at different steps.
#[test]
fn auto_hands_over_trajectory_by_trajectory() {
    let directory = place(STIFF);
    fine(directory.path(), &[]);
    let csv = fs::read_to_string(directory.path().join("e/outcomes.csv")).unwrap();
    let mut lines = csv.lines().map(|l| l.split(',').collect::<Vec<_>>());
    let names = lines.next().unwrap();
    let column = |name| names.iter().position(|n| *n == name).unwrap();
    let (stop, changes, steps) = (column("stop"), column("changes"), column("steps"));
    let rows: Vec<_> = lines.collect();
    assert!(rows.iter().all(|r| r[stop] == "rest"));
    assert!(rows.iter().all(|r| r[changes] != "0"), "nobody was stiff");
    assert!(rows.iter().any(|r| r[steps] != rows[0][steps]));
}

#[cfg(unix)]
#[test]
fn killed_at_twenty_moments_and_resumed_it_gives_the_same_bytes() {
    let directory = cues(6000);
    let path = directory.path();
    let begin = Instant::now();
    fine(path, &["--threads=2"]);
    let whole = begin.elapsed();
    let expected = tables(path);
    fs::remove_dir_all(path.join("e")).unwrap();
    let (mut seed, mut midway) = (2, 0);
    for kill in 0..20 {
        let threads = ["--threads=1", "--threads=2", "--threads=4"][kill % 3];
        let unfinished = path.join("e.partial/ensemble.rows").exists();
        let arguments = if unfinished {
            &[threads, "--resume"][..]
        } else {
            &[threads]
        };
        // Short ones too: the beginning of the process, and the end when little is left.
        let after = whole.mul_f64(draw(&mut seed).powi(2));
        ended_by("-KILL", path, arguments, after);
        let rows = fs::metadata(path.join("e.partial/ensemble.rows"));
        midway += usize::from(rows.is_ok_and(|m| m.len() > 4096));
        if path.join("e").exists() {
            assert!(tables(path) == expected, "kill {kill}");
            fs::remove_dir_all(path.join("e")).unwrap();
        }
    }
    assert!(midway >= 5, "only {midway} of 20 found it at work");
    let unfinished = path.join("e.partial/ensemble.rows").exists();
    fine(path, if unfinished { &["--resume"] } else { &[] });
    assert!(tables(path) == expected);
    assert!(!path.join("e.partial").exists() && !path.join("e/ensemble.rows").exists());
    assert_eq!(manifest(path)["finished"], 24_000);
}

#[cfg(unix)]
#[test]
fn interrupted_it_keeps_what_is_finished_and_resume_ends_in_the_same_bytes() {
    let directory = cues(20_000);
    let path = directory.path();
    let arguments = ["ensemble", "m.toml", "--csv", "--out=e", "--threads=2"];
    let run = attractor(path, &arguments).spawn().unwrap();
    rows_come(path);
    let id = run.id().to_string();
    Command::new("kill").args(["-INT", &id]).output().unwrap();
    let output = run.wait_with_output().unwrap();
    let text = said(&output);
    assert_eq!(output.status.code(), Some(130), "{text}");
    assert!(text.contains("--resume goes on with the rest"), "{text}");
    assert!(text.contains(" of 80000 finished"), "{text}");
    let kept = fs::read_to_string(path.join("e.partial/manifest.json.partial")).unwrap();
    let kept: Value = serde_json::from_str(&kept).unwrap();
    assert!(kept["partial"] == true && kept["finished"].as_u64() > Some(0));
    // What is finished can be looked at meanwhile.
    let csv = fs::read_to_string(path.join("e.partial/outcomes.csv")).unwrap();
    let partly = csv.lines().count() - 1;
    assert!(0 < partly && partly < 80_000, "{partly}");
    assert!(!path.join("e").exists());

    // Neither command throws it away.
    refused(
        path,
        &[],
        &["holds what is finished of an ensemble", "--resume"],
    );
    let run = attractor(path, &["run", "m.toml", "--out=e"])
        .output()
        .unwrap();
    assert_eq!(run.status.code(), Some(2));
    assert!(said(&run).contains("holds what is finished of an ensemble"));

    // Nor is it gone on with as something else; what differs is named.
    let before = fs::read(path.join("e.partial/ensemble.rows")).unwrap();
    let settings = "not the same as then: the settings of the command line (then none, now";
    refused(
        path,
        &["--resume", "--rtol=1e-5"],
        &[settings, "now solve.rtol=1e-5);"],
    );
    refused(
        path,
        &["--resume", "--set=ensemble.damaged.each=3"],
        &[settings, "now ensemble.damaged.each=3);"],
    );
    let model = fs::read_to_string(path.join("m.toml")).unwrap();
    fs::write(path.join("m.toml"), model.replace("0.7", "0.8")).unwrap();
    refused(
        path,
        &["--resume"],
        &["not the same as then: the model;", "--out"],
    );
    fs::write(path.join("m.toml"), &model).unwrap();
    assert!(fs::read(path.join("e.partial/ensemble.rows")).unwrap() == before);

    // How many threads there are decides no bit.
    let text = fine(path, &["--resume", "--threads=1"]);
    assert!(
        text.contains(&format!("{partly} of 80000 were finished")),
        "{text}"
    );
    let resumed = tables(path);
    assert!(!path.join("e/manifest.json.partial").exists());
    refused(path, &["--resume"], &["`e`", "is finished"]);
    fine(path, &["--threads=2"]);
    assert!(tables(path) == resumed);
}

/// Raises an interrupt when so many trajectories have ended.
struct Raise<'a> {
    after: usize,
    ended: AtomicUsize,
    interrupt: &'a Interrupt,
}

impl Progress for Raise<'_> {
    fn ended(&self, _start: usize) {
        if self.ended.fetch_add(1, Ordering::Relaxed) + 1 == self.after {
            self.interrupt.raise();
        }
    }
}

#[test]
fn a_run_is_interrupted_by_what_comes_before_its_last_trajectory_has_ended() {
    let model = "[layers.n]\nsize = 1\nlagrangian = \"tanh\"\n[start]\nn = { each = [1e-6, 1, 100, 1e4] }\n";
    let study = load_text("m.toml", model, &[], None).unwrap().study;
    for (after, interrupted) in [(1, true), (4, false)] {
        let interrupt = Interrupt::new();
        let raise = Raise {
            after,
            ended: AtomicUsize::new(0),
            interrupt: &interrupt,
        };
        let results = study.run(&interrupt, &raise).unwrap();
        assert!(interrupt.is_raised());
        assert_eq!(results.is_interrupted(&study), interrupted, "after {after}");
    }
}

/// Each neuron rests on the side where it began: every start has a fixed point of its own, and to examine them takes longer
/// than to come there.
const OWN_ENDS: &str = r#"
    [layers.n]
    size = 300
    lagrangian = "tanh"
    [[synapses]]
    kind = "recurrent"
    layers = ["n"]
    weights = { identity = 2.0 }
    [ensemble]
    random = [{ layer = "n", draw = "normal" }]
    count = 300
"#;

#[cfg(unix)]
#[test]
fn interrupted_after_its_last_trajectory_it_says_that_the_fixed_points_are_not_known() {
    let directory = place(OWN_ENDS);
    let path = directory.path();
    let rows = path.join("e.partial/ensemble.rows");
    let interrupted = |arguments: &[&str], wait: &dyn Fn()| {
        let all = [&["ensemble", "m.toml", "--out=e"], arguments].concat();
        let run = attractor(path, &all).spawn().unwrap();
        wait();
        let id = run.id().to_string();
        Command::new("kill").args(["-INT", &id]).output().unwrap();
        let output = run.wait_with_output().unwrap();
        let text = said(&output);
        assert_eq!(output.status.code(), Some(130), "{text}");
        assert!(text.contains("300 of 300 finished"), "{text}");
        assert!(
            text.contains("before all fixed points were known"),
            "{text}"
        );
        assert!(!text.contains("more than 10000"), "{text}");
        let kept = fs::read(path.join("e.partial/manifest.json.partial")).unwrap();
        let kept: Value = serde_json::from_slice(&kept).unwrap();
        assert!(kept["fixed_points"]["distinct"].is_null(), "{kept:#}");
    };
    // The header takes 4096 bytes and a row 208; those that are there are written once a second.
    interrupted(&[], &|| {
        let begin = Instant::now();
        while !fs::metadata(&rows).is_ok_and(|m| m.len() >= 4096 + 300 * 208) {
            assert!(begin.elapsed() < Duration::from_secs(60), "no rows");
            std::thread::sleep(Duration::from_millis(5));
        }
    });
    // Their states are integrated again.
    let a_while = || std::thread::sleep(Duration::from_millis(500));
    interrupted(&["--resume"], &a_while);
    fine(path, &["--resume"]);
    assert_eq!(manifest(path)["fixed_points"]["distinct"], 300.0);
}

#[cfg(unix)]
#[test]
fn a_table_of_an_interrupted_run_that_is_not_asked_for_again_is_taken_away() {
    let directory = cues(20_000);
    let path = directory.path();
    let arguments = ["ensemble", "m.toml", "--csv", "--out=e"];
    let run = attractor(path, &arguments).spawn().unwrap();
    rows_come(path);
    let id = run.id().to_string();
    Command::new("kill").args(["-INT", &id]).output().unwrap();
    assert_eq!(run.wait_with_output().unwrap().status.code(), Some(130));
    assert!(path.join("e.partial/outcomes.csv").exists());
    let resume = ["ensemble", "m.toml", "--resume", "--out=e"];
    let output = attractor(path, &resume).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    assert!(!path.join("e/outcomes.csv").exists());
}

/// Rows that are cut short or damaged are run again; a header that is damaged is refused.
#[cfg(unix)]
#[test]
fn damaged_rows_are_run_again() {
    let directory = cues(20_000);
    let path = directory.path();
    fine(path, &[]);
    let expected = tables(path);
    let arguments = ["ensemble", "m.toml", "--csv", "--out=f"];
    let run = attractor(path, &arguments).spawn().unwrap();
    let rows = path.join("f.partial/ensemble.rows");
    while !fs::metadata(&rows).is_ok_and(|m| m.len() > 20_000) {
        std::thread::sleep(Duration::from_millis(2));
    }
    let id = run.id().to_string();
    Command::new("kill").args(["-INT", &id]).output().unwrap();
    run.wait_with_output().unwrap();
    fs::rename(path.join("f.partial"), path.join("e.partial")).unwrap();
    let rows = path.join("e.partial/ensemble.rows");
    let good = fs::read(&rows).unwrap();
    // Another version, or another processor, would go on with other bits.
    let header = String::from_utf8_lossy(&good[..4096]).into_owned();
    for decides in ["the version of the program", "the processor's instructions"] {
        assert!(header.contains(decides), "{header}");
    }

    let mut bytes = good.clone();
    bytes[8] ^= 0x41;
    fs::write(&rows, &bytes).unwrap();
    refused(path, &["--resume"], &["e.partial/ensemble.rows", "damaged"]);
    assert!(fs::read(&rows).unwrap() == bytes, "it was written to");

    // Within the first row: a bit; the last row: half of it.
    let mut bytes = good.clone();
    bytes[4096 + 30] ^= 2;
    bytes.truncate(good.len() - 60);
    fs::write(&rows, &bytes).unwrap();
    let text = fine(path, &["--resume"]);
    assert!(
        text.contains("2 rows cut short or damaged, run again"),
        "{text}"
    );
    assert!(tables(path) == expected);
}

/// A process that was killed before the header was whole has lost nothing.
#[test]
fn a_file_of_rows_that_was_only_begun_is_begun_again() {
    let directory = cues(3);
    let path = directory.path();
    fs::create_dir(path.join("e.partial")).unwrap();
    fs::write(
        path.join("e.partial/.attractor-unfinished"),
        "ensemble.rows\n",
    )
    .unwrap();
    let rows = path.join("e.partial/ensemble.rows");
    fs::write(&rows, [0, 16, 0]).unwrap();
    fine(path, &["--resume"]);
    assert_eq!(manifest(path)["finished"], 12);
}

/// What a run left aside that was killed between its two renames is in no later run's way.
#[test]
fn what_was_moved_aside_and_left_is_taken_away() {
    let directory = cues(3);
    let path = directory.path();
    fine(path, &[]);
    let expected = tables(path);
    fs::rename(path.join("e"), path.join("e.replaced")).unwrap();
    fine(path, &[]);
    assert!(path.join("e.replaced").exists(), "nothing was replaced yet");
    fine(path, &[]);
    assert!(tables(path) == expected);
    assert!(!path.join("e.replaced").exists());
}

#[test]
fn there_must_be_something_to_go_on_with() {
    let directory = cues(3);
    let path = directory.path();
    refused(
        path,
        &["--resume"],
        &["no unfinished ensemble", "without --resume"],
    );
    assert_eq!(fs::read_dir(path).unwrap().count(), 1, "it left something");
    let run = attractor(path, &["run", "m.toml", "--out=e", "--quiet"]).output();
    assert_eq!(run.unwrap().status.code(), Some(0));
    for arguments in [&["--resume"][..], &[]] {
        refused(path, arguments, &["holds a run of m.toml", "--force"]);
    }
    assert!(path.join("e/trajectory.npz").exists());
    fine(path, &["--force"]);
    let run = attractor(path, &["run", "m.toml", "--out=e", "--quiet"]).output();
    let run = run.unwrap();
    assert_eq!(run.status.code(), Some(2));
    assert!(said(&run).contains("holds an ensemble of m.toml"));
    assert!(!path.join("e/trajectory.npz").exists());
}

#[test]
fn a_manifest_says_what_it_is_of_and_a_kind_that_is_not_known_is_named() {
    let directory = cues(3);
    let path = directory.path();
    fine(path, &[]);
    let mut document = manifest(path);
    assert_eq!(document["kind"], "ensemble");
    let mut run = |arguments: &[&str], kind: &str, words: &str| {
        let of = &mut document;
        match kind {
            "" => of.as_object_mut().unwrap().remove("kind"),
            kind => of
                .as_object_mut()
                .unwrap()
                .insert("kind".into(), kind.into()),
        };
        fs::write(path.join("e/manifest.json"), of.to_string()).unwrap();
        let output = attractor(path, arguments).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{}", said(&output));
        assert!(said(&output).contains(words), "{}", said(&output));
    };
    let later = "is a directory of kind `later`, and this is an ensemble";
    run(&["ensemble", "m.toml", "--out=e"], "later", later);
    let later = "is the manifest of a directory of kind `later`, which is no run";
    run(&["run", "--from", "e"], "later", later);
    let later = "is the manifest of a directory of kind `later` and no model";
    run(&["check", "e/manifest.json"], "later", later);
    let known =
        "is the manifest of branches of fixed points, which is no run: `attractor continue` with";
    run(&["run", "--from", "e"], "continue", known);
    // Earlier versions did not say it.
    run(
        &["run", "--from", "e"],
        "",
        "is the manifest of an ensemble",
    );
    run(&["run", "m.toml", "--out=e"], "", "holds an ensemble of");
}

/// Starts from a file, interrupted: the file is part of what must be the same.
#[cfg(unix)]
#[test]
fn a_file_of_starts_that_has_changed_is_named() {
    let random = "random = [{ layer = \"neurons\", draw = \"normal\", std = 3.0 }]";
    let model = STIFF.replace(
        random,
        "states = { file = \"starts.npz\", key = \"starts\" }",
    );
    let directory = place(&model.replace("count = 60", ""));
    let path = directory.path();
    let mut seed = 9;
    let mut values: Vec<f64> = (0..60_000).map(|_| draw(&mut seed)).collect();
    let starts = path.join("starts.npz");
    array(&starts, 3, &values);
    let run = ["ensemble", "m.toml", "--out=e", "--threads=1"];
    let run = attractor(path, &run).spawn().unwrap();
    rows_come(path);
    let id = run.id().to_string();
    Command::new("kill").args(["-INT", &id]).output().unwrap();
    let output = run.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(130), "{}", said(&output));
    values[7] = -0.5;
    array(&starts, 3, &values);
    refused(
        path,
        &["--resume"],
        &["not the same as then: the files that the model reads;"],
    );
    assert!(path.join("e.partial/outcomes.npz").exists());
    for (n, wrong, words) in [
        (2, &[0.1, 0.2][..], &["3 neurons", "1 × 2"][..]),
        (3, &[0.1, 0.2, f64::NAN], &["starts.npz", "NaN"]),
        (3, &[], &["this ensemble has no start"]),
    ] {
        array(&starts, n, wrong);
        refused(path, &["--out=f"], words);
        refused(path, &["--resume"], words);
    }
    assert!(path.join("e.partial/ensemble.rows").exists());
}

/// A file system of its own. None where that needs rights that the tests have not.
#[cfg(target_os = "linux")]
struct Small(TempDir);

#[cfg(target_os = "linux")]
impl Small {
    fn new(size: &str) -> Option<Self> {
        let directory = TempDir::new().unwrap();
        let small = Small(directory);
        small.mount(&format!("size={size}")).then_some(small)
    }

    fn mount(&self, options: &str) -> bool {
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", options, "tmpfs"]);
        let mounted = mount.arg(self.0.path()).output();
        mounted.is_ok_and(|output| output.status.success())
    }
}

#[cfg(target_os = "linux")]
impl Drop for Small {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(self.0.path()).output();
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_disk_that_fills_loses_nothing_and_resume_goes_on_when_there_is_room() {
    let directory = cues(500);
    let path = directory.path();
    fine(path, &[]);
    let expected = tables(path);
    // Room for some rows; for all rows but not the tables beside them.
    for (size, code) in [("80k", 1), ("400k", 1)] {
        let Some(small) = Small::new(size) else {
            eprintln!("no file system can be mounted here: nothing was tested");
            return;
        };
        let there = small.0.path();
        fs::copy(path.join("m.toml"), there.join("m.toml")).unwrap();
        let (exit, text) = ensemble(there, &[]);
        assert_eq!(exit, Some(code), "{size}: {text}");
        assert!(text.contains("No space left on device"), "{text}");
        assert!(text.contains("--resume goes on with the rest"), "{text}");
        assert!(!there.join("e").exists());
        let (exit, text) = ensemble(there, &["--resume"]);
        assert_eq!(exit, Some(1), "{size}: {text}");
        assert!(small.mount("remount,size=4m"));
        let text = fine(there, &["--resume"]);
        assert!(!text.contains("\n0 of 2000 were finished"), "{text}");
        assert!(tables(there) == expected, "{size}");
    }
}

/// A member that stops for a reason of its own is a row as any other: exit 3, and the others' bits are what they are alone.
#[test]
fn a_member_that_fails_changes_nobody_else() {
    let directory = place(
        r#"
        [layers.neurons]
        size = 2
        lagrangian = { kind = "sigmoid", beta = 6.0 }
        input = 0.5
        [[synapses]]
        kind = "recurrent"
        layers = "neurons"
        weights = [[0, -1], [-1, 0]]
        [ensemble]
        states = { file = "starts.npz", key = "starts" }
        keep = "states"
    "#,
    );
    let path = directory.path();
    let mut seed = 3;
    let one = |_| [draw(&mut seed) * 4.0, -draw(&mut seed)];
    let mut rows: Vec<f64> = (0..50).flat_map(one).collect();
    let lines = || -> Vec<String> {
        let csv = fs::read_to_string(path.join("e/outcomes.csv")).unwrap();
        csv.lines().map(str::to_owned).collect()
    };
    array(&path.join("starts.npz"), 2, &rows);
    // The same limit in both: `auto` reckons with the steps that are left.
    fine(path, &["--max-steps=200"]);
    let before = lines();
    // So far away that the step limit ends it.
    rows[40..42].copy_from_slice(&[1e300, -1e300]);
    array(&path.join("starts.npz"), 2, &rows);
    let (code, text) = ensemble(path, &["--max-steps=200"]);
    assert_eq!(code, Some(3), "{text}");
    let after = lines();
    for (k, (a, b)) in before.iter().zip(&after).enumerate() {
        assert_eq!(a == b, k != 21, "line {k}:\n{a}\n{b}");
    }
}

/// A million trajectories take hardly more memory than a thousand: 1 bit each for what is there.
#[cfg(target_os = "linux")]
#[test]
fn a_million_trajectories_take_no_more_memory_than_a_thousand() {
    let directory = place(
        r#"
        [layers.neurons]
        size = 1
        lagrangian = "identity"
        [ensemble]
        grid = [{ layer = "neurons", neuron = 0, from = -1.0, to = 1.0, points = 1000 }]
        [solve]
        t_end = 0.1
        rtol = 1e-2
        lyapunov = "off"
    "#,
    );
    let path = directory.path();
    let peak = |points: &str| -> f64 {
        let points = format!(
            "--set=ensemble.grid=[{{ layer = \"neurons\", neuron = 0, from = -1.0, to = 1.0, points = {points} }}]"
        );
        let out = [
            "ensemble",
            "m.toml",
            "--out=e",
            "--quiet",
            "--threads=2",
            &points,
        ];
        let mut run = attractor(path, &out).spawn().unwrap();
        let status = format!("/proc/{}/status", run.id());
        let mut most = 0.0f64;
        let exit = loop {
            // The peak so far, in kB; a process that has ended has none.
            let text = fs::read_to_string(&status).unwrap_or_default();
            let line = text.lines().find_map(|l| l.strip_prefix("VmHWM:"));
            let number = line.and_then(|l| l.trim().trim_end_matches(" kB").parse::<f64>().ok());
            most = most.max(number.unwrap_or(0.0));
            if let Some(exit) = run.try_wait().unwrap() {
                break exit;
            }
            std::thread::sleep(Duration::from_millis(1));
        };
        assert_eq!(exit.code(), Some(0));
        most
    };
    let (few, many) = (peak("1000"), peak("1000000"));
    assert_eq!(manifest(path)["finished"], 1_000_000);
    // A row alone has 136 bytes, all of them 136 MB.
    assert!(many < few + 20_000.0, "{few} kB and {many} kB");
}

const SWEEP: &str = r#"
    [patterns]
    xi = [[1, 1, -1, -1], [1, -1, 1, -1]]
    [layers.neurons]
    size = 4
    lagrangian = { kind = "tanh", beta = 4.0 }
    [[synapses]]
    kind = "recurrent"
    layers = "neurons"
    weights = { hebbian = "xi" }
    [recall]
    layer = "neurons"
    of = "xi"
    within = 0.5
    [ensemble]
    damaged = { patterns = "all", each = 20, noise = 0.1 }
    [sweep]
    vary = [
        { key = "ensemble.damaged.noise", label = "noise", from = 0.1, to = 3.0, points = 3 },
        { key = "layers.neurons.lagrangian.beta", label = "gain", values = [2, 4] },
    ]
"#;

/// Each point is what an ensemble with its parameters is by itself, and the figure is drawn again from its data.
#[test]
fn a_sweep_is_its_ensembles_side_by_side() {
    let directory = place(SWEEP);
    let path = directory.path();
    fine(path, &["--threads=2"]);
    let swept = tables(path);
    let read = |name: &str| fs::read_to_string(path.join("e").join(name)).unwrap();
    let (table, rows) = (read("sweep.csv"), read("outcomes.csv"));
    let points: Vec<Vec<&str>> = table.lines().map(|l| l.split(',').collect()).collect();
    assert_eq!(points.len(), 7);
    assert_eq!(
        points[0][..4],
        [
            "point",
            "ensemble.damaged.noise",
            "layers.neurons.lagrangian.beta",
            "trajectories"
        ]
    );
    let values: Vec<&[&str]> = points[1..].iter().map(|p| &p[1..3]).collect();
    assert_eq!(values[3], ["1.55", "4"]);
    // Far from the memories recall fails now and then, near them it does not.
    assert_eq!(points[1][6], "1");
    assert!(points[6][6].parse::<f64>().unwrap() < 1.0);
    let of_point: Vec<String> = rows
        .lines()
        .filter_map(|l| l.strip_prefix("3,"))
        .map(str::to_owned)
        .collect();
    #[cfg(feature = "figures")]
    {
        let drawn = fs::read(path.join("e/sweep.png")).unwrap();
        let plot = attractor(path, &["plot", "e", "--out=again"])
            .output()
            .unwrap();
        assert_eq!(plot.status.code(), Some(0), "{}", said(&plot));
        assert!(fs::read(path.join("again/sweep.png")).unwrap() == drawn);
    }
    fine(path, &["--threads=1"]);
    assert!(tables(path) == swept);
    let model = SWEEP.split("[sweep]").next().unwrap();
    let model = model.replace("noise = 0.1", "noise = 1.55");
    fs::write(path.join("m.toml"), model).unwrap();
    fine(path, &[]);
    let alone = read("outcomes.csv");
    let alone: Vec<&str> = alone.lines().skip(1).collect();
    assert_eq!(alone, of_point);
}

/// What is wrong at the last point is found before the first is run, by `check` too.
#[test]
fn a_mistake_at_any_point_of_a_sweep_is_found_first() {
    for (was, wrong, words) in [
        (
            "values = [2, 4]",
            "values = [2, 4, -1]",
            &["point 2 of the sweep", "gain = -1", "beta"][..],
        ),
        (
            ".lagrangian.beta",
            ".lagrangian.bet",
            &["bet", "did you mean"],
        ),
        (
            "to = 3.0",
            "to = -3.0",
            &["point 2 of the sweep", "noise = "],
        ),
    ] {
        let directory = place(&SWEEP.replace(was, wrong));
        let path = directory.path();
        refused(path, &[], words);
        for command in ["check", "describe"] {
            let output = attractor(path, &[command, "m.toml"]).output().unwrap();
            assert_eq!(output.status.code(), Some(2), "{command} {wrong}");
            let text = said(&output);
            assert!(words.iter().all(|w| text.contains(w)), "{text}");
        }
        assert_eq!(fs::read_dir(path).unwrap().count(), 1, "it left something");
    }
}

/// The rows of `sweep.csv` by the names of its columns.
fn sweep_table(path: &Path) -> Vec<std::collections::HashMap<String, String>> {
    let table = fs::read_to_string(path.join("e/sweep.csv")).unwrap();
    let mut lines = table.lines().map(|l| l.split(',').map(str::to_owned));
    let names: Vec<String> = lines.next().unwrap().collect();
    lines
        .map(|l| names.iter().cloned().zip(l).collect())
        .collect()
}

/// A Hebbian network near its capacity: how many patterns it recalls depends on which they are.
const HEBB: &str = r#"
    [patterns]
    xi = { random = "sign", shape = [8, 60], seed = 7 }
    [layers.x]
    size = 60
    lagrangian = { kind = "tanh", beta = 4.0 }
    [[synapses]]
    kind = "recurrent"
    layers = "x"
    weights = { hebbian = "xi", zero_diagonal = true }
    [recall]
    layer = "x"
    of = "xi"
    overlap = 0.95
    [solve]
    until = "rest"
    rtol = 1e-3
    lyapunov = "off"
    [ensemble]
    damaged = { patterns = "all", each = 3, flip = 0.1, seed = 2 }
    fixed_points = "count"
"#;

/// Cues of one pattern succeed or fail together, and patterns of one network too.
#[test]
fn an_interval_is_over_networks_where_they_are_drawn_and_over_patterns_where_not() {
    let directory = place(HEBB);
    let path = directory.path();
    let text = fine(path, &[]);
    assert!(
        text.contains("recalled with an overlap above 0.95, "),
        "{text}"
    );
    assert!(
        text.contains(" % over patterns of one network); "),
        "{text}"
    );
    let advice = "replicate = { key = \"patterns.NAME.seed\", count = 20 } in [sweep]";
    assert!(text.contains(advice), "{text}");
    let of = manifest(path)["recall"].clone();
    assert_eq!(of["interval_over"], "patterns of one network");
    assert_eq!(of["clusters"], 8);
    let width =
        |of: &Value| of["wilson95"][1].as_f64().unwrap() - of["wilson95"][0].as_f64().unwrap();
    let [low, high] = attractor::analysis::wilson(of["recalled"].as_u64().unwrap(), 24);
    assert!(width(&of) > 1.2 * (high - low), "{of}");

    let repeated = "[sweep]\nreplicate = { key = \"patterns.xi.seed\", count = 40 }\n";
    fs::write(path.join("m.toml"), HEBB.to_owned() + repeated).unwrap();
    let text = fine(path, &[]);
    assert!(text.contains(" % over networks); "), "{text}");
    assert!(!text.contains(advice), "{text}");
    let rows = sweep_table(path);
    assert_eq!(rows.len(), 1);
    assert_eq!(rows[0]["interval_over"], "networks");
    assert_eq!(
        (&rows[0]["clusters"][..], &rows[0]["judged"][..]),
        ("40", "960")
    );
    let of = manifest(path)["sweep"]["points"][0]["recall"].clone();
    let truth = of["probability"].as_f64().unwrap();
    let [low, high] = attractor::analysis::wilson(of["recalled"].as_u64().unwrap(), 960);
    assert!(width(&of) > 1.2 * (high - low), "{of}");

    // Each network by itself, and each eight of them: how many of their intervals hold the mean of all?
    let table = fs::read_to_string(path.join("e/outcomes.csv")).unwrap();
    let rows: Vec<Vec<&str>> = table.lines().map(|l| l.split(',').collect()).collect();
    let at = |name: &str| rows[0].iter().position(|c| *c == name).unwrap();
    let (network, recalled) = (at("replicate"), at("recalled"));
    let mut counts = [0; 40];
    for row in &rows[1..] {
        counts[row[network].parse::<usize>().unwrap()] += row[recalled].parse::<u64>().unwrap();
    }
    let holds = |[low, high]: [f64; 2]| (low..=high).contains(&truth);
    let alone = counts
        .iter()
        .filter(|k| holds(attractor::analysis::wilson(**k, 24)));
    let alone = alone.count();
    let groups = counts.chunks(8).filter(|group| {
        let mut clusters = attractor::analysis::Clusters::default();
        group.iter().for_each(|k| clusters.add(*k, 24));
        holds(clusters.interval())
    });
    // 95 % of five are five, give or take one; the naive ones of 40 would be 38, give or take 1.4.
    assert!(groups.count() >= 4, "{counts:?} {truth}");
    assert!(alone < 35, "{alone}: {counts:?} {truth}");
}

/// A sweep tells its worst and its best point and does not pool what differs.
#[test]
fn the_closing_sentence_of_a_sweep_does_not_pool_its_points() {
    let directory = place(SWEEP);
    let path = directory.path();
    let text = fine(path, &[]);
    let sentence = text.lines().last().unwrap();
    assert!(sentence.contains("% (noise = 3, gain = "), "{sentence}");
    assert!(
        sentence.contains(" to 100.00 % (noise = 0.1, gain = 2) recalled at 6 points"),
        "{sentence}"
    );
    assert!(!sentence.contains("of 240 recalled"), "{sentence}");
    let of = manifest(path);
    assert!(of["recall"]["probability"].is_null(), "{}", of["recall"]);
    assert_eq!(
        of["sweep"]["points"][5]["interval_over"],
        "patterns of one network"
    );
    #[cfg(feature = "figures")]
    {
        let figure = fs::read_to_string(path.join("e/sweep.figure.json")).unwrap();
        assert!(
            figure.contains("95 % intervals over patterns of one network"),
            "{figure}"
        );
    }
}

#[test]
fn a_seed_is_not_repeated_twice_and_a_replicate_says_how_often() {
    for (replicate, words) in [
        ("values = [3, 4, 3]", &["= 3 is repeated twice"][..]),
        ("first = 2", &["how often is it repeated", "count = 20"]),
        ("count = 0", &["count", "from 1"]),
    ] {
        let sweep = format!("[sweep]\nreplicate = {{ key = \"patterns.xi.seed\", {replicate} }}\n");
        let directory = place(&(HEBB.to_owned() + &sweep));
        refused(directory.path(), &[], words);
    }
}

/// Two attractors, and the saddle between them on the diagonal, where one start lies.
#[test]
fn the_fixed_points_of_an_ensemble_are_counted_and_examined() {
    let directory = place(GRID);
    let path = directory.path();
    let text = fine(path, &["--threads=2"]);
    assert!(
        text.contains("3 distinct fixed points, 2 of them stable"),
        "{text}"
    );
    let of = manifest(path);
    assert_eq!(of["fixed_points"]["distinct"].as_f64(), Some(3.0));
    assert_eq!(of["fixed_points"]["stable"].as_f64(), Some(2.0));
    let table = fs::read_to_string(path.join("e/outcomes.csv")).unwrap();
    let mut lines = table.lines().map(|l| l.split(',').collect::<Vec<_>>());
    let names = lines.next().unwrap();
    assert!(!names.iter().any(|n| n.starts_with("end[")), "{names:?}");
    let at = |name: &str| names.iter().position(|n| *n == name).unwrap();
    let rows: Vec<Vec<&str>> = lines.collect();
    for row in &rows {
        // The first two starts of the grid end at the first two points.
        let (x2, x1): (f64, f64) = (
            row[at("grid[0]")].parse().unwrap(),
            row[at("grid[1]")].parse().unwrap(),
        );
        let same = rows.iter().find(|r| {
            let of = |name: &str| r[at(name)].parse::<f64>().unwrap();
            (of("grid[1]") > of("grid[0]")) == (x1 > x2) && of("grid[1]") != of("grid[0]")
        });
        assert_eq!(
            row[at("fixed_point")] == same.unwrap()[at("fixed_point")],
            x1 != x2
        );
    }
    fine(path, &["--set=ensemble.fixed_points=count"]);
    let of = manifest(path);
    assert_eq!(of["fixed_points"]["distinct"].as_f64(), Some(3.0));
    assert!(of["fixed_points"]["stable"].is_null());
    // Where no one waits for rest, nobody knows.
    fine(path, &["--t-end=0.5"]);
    assert!(manifest(path)["fixed_points"]["distinct"].is_null());
}

#[test]
fn a_sweep_counts_the_fixed_points_of_each_point_and_keeps_states() {
    let sweep = "[sweep]\nvary = [{ key = \"layers.neurons.lagrangian.beta\", values = [2, 8], labels = [\"weak\", \"strong\"] }]\n";
    let model = GRID.replace("[ensemble]", "[ensemble]\nkeep = \"states\"") + sweep;
    let directory = place(&model);
    let path = directory.path();
    let text = fine(path, &[]);
    let counts: Vec<(String, String, String)> = sweep_table(path)
        .iter()
        .map(|row| {
            let of = |name: &str| row[name].clone();
            (
                of("layers.neurons.lagrangian.beta"),
                of("distinct_fixed_points"),
                of("stable_fixed_points"),
            )
        })
        .collect();
    let want = [("weak", "1", "1"), ("strong", "3", "2")];
    let want = want.map(|(a, b, c)| (a.to_owned(), b.to_owned(), c.to_owned()));
    assert_eq!(counts, want, "{text}");
    let table = fs::read_to_string(path.join("e/outcomes.csv")).unwrap();
    assert!(
        table.lines().next().unwrap().ends_with(",x[0],x[1]"),
        "{table}"
    );
}

/// A table has no short name of its own.
#[cfg(feature = "figures")]
#[test]
fn the_values_of_a_sweep_may_have_labels() {
    let axis = "{ key = \"layers.neurons.lagrangian.beta\", label = \"gain\", values = [2, 4] }";
    let tables = "{ key = \"layers.neurons.lagrangian\", labels = [\"soft\", \"hard\"], values = [{ kind = \"tanh\", beta = 2 }, \"relu\"] }";
    let model = SWEEP.replace(axis, tables).replace("each = 20", "each = 2");
    let directory = place(&model);
    let path = directory.path();
    let text = fine(path, &[]);
    let figure = fs::read_to_string(path.join("e/sweep.figure.json")).unwrap();
    assert!(
        figure.contains("\"label\": \"soft\"") || figure.contains("\"label\":\"soft\""),
        "{figure}"
    );
    assert_eq!(sweep_table(path)[1]["layers.neurons.lagrangian"], "hard");
    assert!(text.contains(", lagrangian = "), "{text}");
    let labels = "labels = [\"soft\", \"hard\"]";
    fs::write(
        path.join("m.toml"),
        model.replace(labels, "labels = [\"soft\"]"),
    )
    .unwrap();
    refused(path, &[], &["1 label for 2 values"]);
}

#[test]
fn rows_with_states_need_the_same_neurons_at_every_point() {
    let model = r#"
        [layers.x]
        size = 2
        lagrangian = "identity"
        [ensemble]
        random = [{ layer = "x", draw = "normal" }]
        count = 2
        keep = "states"
        [sweep]
        vary = [{ key = "layers.x.size", values = [2, 3] }]
    "#;
    let directory = place(model);
    refused(directory.path(), &[], &["the same columns", "size = 3"]);
    fs::write(
        directory.path().join("m.toml"),
        model.replace("keep = \"states\"", ""),
    )
    .unwrap();
    fine(directory.path(), &[]);
}

/// A second parameter with more values than curves can be told apart is an axis of a map.
#[cfg(feature = "figures")]
#[test]
fn a_grid_of_two_long_axes_is_a_map() {
    use attractor::figure::Plot;
    use attractor::record::read_figure;
    let axes = "{ key = \"ensemble.damaged.noise\", label = \"noise\", from = 0.1, to = 3.0, points = 4 },\n\
                { key = \"layers.neurons.lagrangian.beta\", label = \"gain\", from = 2, to = 32, points = 9, spacing = \"log\" },";
    let model = SWEEP
        .split("[sweep]")
        .next()
        .unwrap()
        .replace("each = 20", "each = 2");
    let directory = place(&format!("{model}[sweep]\nvary = [{axes}]\n"));
    let path = directory.path();
    fine(path, &[]);
    let plot =
        serde_json::from_value(read_figure(path.join("e/sweep.figure.json")).unwrap()).unwrap();
    let Plot::Heat(plot) = plot else {
        panic!("another plot")
    };
    assert_eq!((plot.x.len(), plot.y.len(), plot.values.len()), (4, 9, 36));
    assert_eq!((plot.x_label, plot.y_log), ("noise".to_owned(), true));
    let rows = sweep_table(path);
    for (k, row) in rows.iter().enumerate() {
        let share: f64 = row["recall_probability"].parse().unwrap();
        assert_eq!(plot.values[k % 9 * 4 + k / 9], Some(share), "point {k}");
    }
    assert!(path.join("e/sweep.png").exists());
}

/// Words stand in the table without quotes, and what is not known is empty: without memories there is no overlap.
#[test]
fn a_sweep_over_words_without_memories_has_no_overlap() {
    let model = STIFF.replace("count = 60", "count = 4");
    let sweep = "[sweep]\nvary = [{ key = \"solve.method\", values = [\"auto\", \"tsit5\"] }]\n";
    let directory = place(&(model.replace("keep = \"states\"", "") + sweep));
    fine(directory.path(), &["--set=solve.max_steps=1000000"]);
    let table = fs::read_to_string(directory.path().join("e/sweep.csv")).unwrap();
    let rows: Vec<Vec<&str>> = table.lines().map(|l| l.split(',').collect()).collect();
    assert_eq!(rows.len(), 3);
    let at = |name: &str| rows[0].iter().position(|c| *c == name).unwrap();
    for (row, method) in rows[1..].iter().zip(["auto", "tsit5"]) {
        assert_eq!(row[at("solve.method")], method);
        assert_eq!(row[at("trajectories")], "4");
        assert_eq!(row[at("mean_overlap")], "");
        assert_ne!(row[at("mean_t")], "");
    }
}

/// Where all points of a sweep share one curve, the figure names the parameters that it does not show.
#[cfg(feature = "figures")]
#[test]
fn the_figure_names_the_parameters_that_no_curve_tells_apart() {
    let lists = SWEEP.replace("points = 3", "points = 2");
    for (how, words) in [
        ("combine = \"zip\"", "varied along: gain"),
        ("combine = \"random\"\ndraws = 3", "drawn as well: gain"),
    ] {
        let directory = place(&lists.replace("[sweep]", &format!("[sweep]\n{how}")));
        fine(directory.path(), &[]);
        let figure = fs::read_to_string(directory.path().join("e/sweep.figure.json")).unwrap();
        assert!(figure.contains(words), "{figure}");
    }
}

/// Of an energy that is not known it is not said that it fell.
#[test]
fn an_energy_that_is_not_known_did_not_fall() {
    let model = STIFF.split("[ensemble]").next().unwrap();
    let starts = "[ensemble]\nstates = [[0.1, 0.2, 0.3], [-1e308, 0.0, 0.0]]\n";
    let directory = place(&(model.to_owned() + starts));
    let (code, text) = ensemble(directory.path(), &[]);
    assert_eq!(code, Some(3), "{text}");
    let words = "1 of 2 at rest at 1 distinct fixed point, 1 of them stable; 1 of 2 non finite; of 2 trajectories the energy fell on 1, is not known on 1.";
    assert!(text.contains(words), "{text}");
}

#[test]
fn the_manifest_of_an_ensemble_is_no_run() {
    let directory = cues(3);
    let path = directory.path();
    fine(path, &[]);
    let run = attractor(path, &["run", "--from", "e/manifest.json", "--out=f"]).output();
    let run = run.unwrap();
    assert_eq!(run.status.code(), Some(2));
    assert!(
        said(&run).contains("the manifest of an ensemble"),
        "{}",
        said(&run)
    );
    assert!(!path.join("f").exists());
}

#[test]
fn a_layer_is_drawn_once() {
    let draw = "{ layer = \"neurons\", draw = \"normal\", std = 3.0 }";
    let directory = place(&STIFF.replace(draw, &format!("{draw}, {draw}")));
    refused(directory.path(), &[], &["this layer is drawn twice"]);
}

#[test]
fn a_file_of_starts_is_written_as_a_file() {
    let model = STIFF.split("[ensemble]").next().unwrap();
    let directory = place(&format!("{model}[ensemble]\nstates = \"starts.npy\"\n"));
    refused(directory.path(), &[], &["{ file = \"starts.npy\" }"]);
}

#[test]
fn check_and_describe_tell_of_the_starts_and_the_points() {
    let directory = place(SWEEP);
    for command in ["check", "describe"] {
        let mut said = attractor(directory.path(), &[command, "m.toml"]);
        let output = said.stdout(Stdio::piped()).output().unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        let starts = "ensemble of 40 starts at the first point: 2 patterns, each damaged 20 times";
        assert!(text.contains(starts), "{text}");
        assert!(
            text.contains("sweep of noise, gain: 6 points, 240 starts together"),
            "{text}"
        );
    }
}

/// Two neurons that inhibit each other, from a grid whose first axis runs down; the larger wins, and on the diagonal lies a
/// saddle.
const GRID: &str = r#"
    [layers.neurons]
    size = 2
    input = 0.5
    lagrangian = { kind = "sigmoid", beta = 8.0 }
    [[synapses]]
    kind = "recurrent"
    layers = ["neurons"]
    weights = [[0, -1], [-1, 0]]
    [solve]
    until = "rest"
    [ensemble]
    grid = [
        { layer = "neurons", neuron = 1, from = 1.0, to = -1.0, points = 5 },
        { layer = "neurons", neuron = 0, from = -1.0, to = 1.4, points = 4 },
    ]
"#;

#[test]
#[cfg(feature = "figures")]
fn a_grid_has_its_coordinates_and_a_figure_of_its_basins() {
    use attractor::figure::{Plot, Stability};
    use attractor::record::read_figure;
    let recall = r#"
        [patterns]
        ends = [[0.97875, 0.02125], [0.02125, 0.97875]]
        [recall]
        layer = "neurons"
        of = "ends"
        within = 0.01
    "#;
    let told_apart = [
        (
            GRID.replace("[ensemble]", "[ensemble]\nkeep = \"states\""),
            true,
        ),
        (format!("{GRID}{recall}"), true),
        // The ends were examined anyway; where they are only counted, nothing tells them apart.
        (GRID.to_owned(), true),
        (
            GRID.replace("[ensemble]", "[ensemble]\nfixed_points = \"count\""),
            false,
        ),
        // What is kept is no end.
        (
            GRID.replace("[ensemble]", "[ensemble]\nkeep = \"states\"")
                .replace("until = \"rest\"", "t_end = 1.0"),
            false,
        ),
    ];
    for (model, drawn) in told_apart {
        let at = place(&model);
        let said = fine(at.path(), &[]);
        assert_eq!(!said.contains("no figure of the basins"), drawn, "{said}");
        let table = fs::read_to_string(at.path().join("e/outcomes.csv")).unwrap();
        let (heads, rows) = table.split_once('\n').unwrap();
        let column = |name: &str| heads.split(',').position(|h| h == name).unwrap();
        let places = [column("grid[1]"), column("grid[0]")];
        let of_row = |row: &str| {
            let cells: Vec<&str> = row.split(',').collect();
            places.map(|k| cells[k].parse::<f64>().unwrap())
        };
        let starts: Vec<[f64; 2]> = rows.lines().map(of_row).collect();
        assert_eq!(starts.len(), 20);
        assert_eq!((starts[0], starts[19]), ([-1.0, 1.0], [1.4, -1.0]));
        let path = at.path().join("e/basins.figure.json");
        assert_eq!(path.exists(), drawn, "{model}");
        if !drawn {
            continue;
        }
        let plot = serde_json::from_value(read_figure(&path).unwrap()).unwrap();
        let Plot::Phase(plot) = plot else {
            panic!("another plot")
        };
        let basins = plot.basins.unwrap();
        if model.contains("[recall]") {
            assert_eq!(basins.names, ["memory 0", "memory 1"]);
        }
        // The first axis of the grid, that of x₂, is the horizontal one.
        assert_eq!(plot.x_label, "x₂ at the start");
        assert_eq!((basins.x.len(), basins.y.len()), (5, 4));
        let mut of_winner: [Option<i64>; 2] = [None; 2];
        for (k, member) in basins.members.iter().enumerate() {
            let (x2, x1) = (basins.x[k % 5], basins.y[k / 5]);
            assert!(starts.contains(&[x1, x2]), "{x1} {x2}");
            if (x1 - x2).abs() > 1e-9 {
                assert!(*member >= 0);
                let own = of_winner[usize::from(x1 > x2)].get_or_insert(*member);
                assert_eq!(own, member, "{x1} {x2}");
            }
        }
        assert_ne!(of_winner[0], of_winner[1]);
        let saddles = plot.fixed_points.iter();
        let saddles = saddles.filter(|p| p.stability == Stability::Saddle);
        assert_eq!((saddles.count(), plot.fixed_points.len()), (1, 3));
    }
}

/// Two neurons that only excite themselves: four attractors, four saddles, and zero, from which all leads away.
#[test]
#[cfg(feature = "figures")]
fn a_point_from_which_all_leads_away_is_no_saddle() {
    use attractor::figure::{Plot, Stability};
    use attractor::record::read_figure;
    let model = GRID
        .replace("input = 0.5", "")
        .replace("\"sigmoid\", beta = 8.0", "\"tanh\", beta = 3.0")
        .replace("[[0, -1], [-1, 0]]", "{ identity = 1.0 }")
        .replace("[ensemble]", "[ensemble]\nkeep = \"states\"");
    let at = place(&model);
    fine(at.path(), &[]);
    let path = at.path().join("e/basins.figure.json");
    let plot = serde_json::from_value(read_figure(&path).unwrap()).unwrap();
    let Plot::Phase(plot) = plot else {
        panic!("another plot")
    };
    let many = |kind| {
        plot.fixed_points
            .iter()
            .filter(|p| p.stability == kind)
            .count()
    };
    let kinds = [Stability::Attractor, Stability::Saddle, Stability::Repeller];
    // Those near ±0.99 in the first coordinate of the plane, which ends at ±1, and in the second, from −1 to 1.4.
    assert_eq!(kinds.map(many), [4, 4, 1]);
}

#[test]
fn starts_that_nobody_watched_are_said_to_have_reached_their_time() {
    let model = GRID.split("[ensemble]").next().unwrap().to_owned();
    let at = place(&format!(
        "{model}\n[[starts]]\nneurons = [1, 0]\n[[starts]]\nneurons = [0, 1]\n"
    ));
    let run = ["run", "m.toml", "--t-end=3", "--lyapunov=off", "--out=r"];
    let output = attractor(at.path(), &run).output().unwrap();
    assert!(
        said(&output).contains("2 of 2 reached t_end."),
        "{}",
        said(&output)
    );
}

/// Eight spins that attract each other end all up or all down, as often; one histogram of the ends, if these are kept.
#[cfg(feature = "figures")]
#[test]
fn a_histogram_of_an_ensemble_counts_the_ends_of_all() {
    let model = "[layers.s]\nsize = 8\nlagrangian = \"sign\"\n[[synapses]]\nkind = \"recurrent\"\nlayers = [\"s\"]\nweights = 0.1\n[start]\ns = 1\n[solve]\nmethod = \"asynchronous\"\n[ensemble]\nrandom = [{ layer = \"s\", draw = \"units\" }]\ncount = 200\nseed = 1\nKEEP[[figures]]\nkind = \"histogram\"\n";
    let kept = place(&model.replace("KEEP", "keep = \"states\"\n"));
    fine(kept.path(), &[]);
    let figure = attractor::record::read_figure(kept.path().join("e/histogram.figure.json"));
    let figure = figure.unwrap();
    let bars: Vec<f64> = serde_json::from_value(figure["bars"].clone()).unwrap();
    assert_eq!(bars.len(), 9);
    // Half of 200, within five standard deviations of 0.035, and nothing between.
    assert!(
        (bars[0] - 0.5).abs() < 0.18 && (bars[0] + bars[8] - 1.0).abs() < 1e-12,
        "{bars:?}"
    );
    assert!(
        figure["subtitle"]
            .as_str()
            .unwrap()
            .contains("ends of 200 trajectories")
    );
    let lost = place(&model.replace("KEEP", ""));
    let text = fine(lost.path(), &[]);
    assert!(
        text.contains("final states are not kept") && text.contains("keep = \"states\""),
        "{text}"
    );
    let swept = model.replace("KEEP", "keep = \"states\"\n")
        + "[sweep]\nvary = [{ key = \"synapses.0.weights\", values = [0.1, 0.2] }]\n";
    let swept = place(&swept);
    let text = fine(swept.path(), &[]);
    assert!(
        text.contains("the figure `histogram` could not be made") && text.contains("[sweep]"),
        "{text}"
    );
}
