//! The programs of `examples/` that print a result: it is the one at their top.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::page;

/// The program of an example. `cargo test` builds them all; where one test file alone was asked for, they are built here.
fn program(name: &str) -> PathBuf {
    let beside = Path::new(env!("CARGO_BIN_EXE_attractor")).parent().unwrap();
    let program = beside.join("examples").join(name);
    if !program.exists() {
        let mut cargo = Command::new(env!("CARGO"));
        cargo.args(["build", "--locked", "--quiet", "--example", name]);
        if !cfg!(debug_assertions) {
            cargo.arg("--release");
        }
        assert!(cargo.status().unwrap().success(), "{name}");
    }
    program
}

#[test]
fn an_example_prints_what_stands_at_its_top() {
    for name in [
        "flip_flop",
        "record_trajectory",
        "many_starts",
        "load_model",
        "write_npz",
        "high_gain",
        "euler_steps",
    ] {
        let source = page(&format!("examples/{name}.rs"));
        let top = source.lines().take_while(|l| l.starts_with("//!"));
        let top = top.map(|l| l.trim_start_matches("//!").trim_start_matches(' '));
        let block = top.skip_while(|l| *l != "```text").skip(1);
        let shown: Vec<&str> = block.take_while(|l| *l != "```").collect();
        let output = Command::new(program(name)).output().unwrap();
        let printed = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(output.status.success(), "{name}");
        // Indentation is the document's.
        let printed: Vec<&str> = printed.lines().map(str::trim).collect();
        let shown: Vec<&str> = shown.into_iter().map(str::trim).collect();
        assert_eq!(printed, shown, "{name}");
    }
}
