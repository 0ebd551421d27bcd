//! Optimisation problems: what networks answer, against exact methods and published statistics.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    missing_docs,
    reason = "a test that cannot go on has failed"
)]

mod assignment;
mod frame;
mod half_toning;
mod least_squares;
mod linear;
mod max_cut;
mod queens;
mod sparse;
mod sudoku;
mod travelling_salesman;

use std::path::Path;

use attractor::dynamics::Interrupt;
use attractor::problem::{Asked, Solved, load, solve};

/// A problem that is part of the program, with overrides.
fn shipped(name: &str, overrides: &[&str]) -> Asked {
    let overrides: Vec<String> = overrides.iter().map(|o| (*o).to_owned()).collect();
    load(Path::new(name), &overrides).unwrap_or_else(|e| panic!("{name}: {e}"))
}

/// What comes of it.
fn solved(asked: &Asked) -> Solved {
    solve(asked, &Interrupt::new(), &|_| ()).unwrap_or_else(|e| panic!("{}: {e}", asked.name))
}

/// What comes of a problem that is written out here.
fn written(text: &str) -> Solved {
    let file = tempfile::NamedTempFile::with_suffix(".toml").unwrap();
    std::fs::write(file.path(), text).unwrap();
    solved(&load(file.path(), &[]).unwrap_or_else(|e| panic!("{e}\n{text}")))
}

/// The mistakes of a problem file.
fn refused(text: &str) -> String {
    let file = tempfile::NamedTempFile::with_suffix(".toml").unwrap();
    std::fs::write(file.path(), text).unwrap();
    let why = load(file.path(), &[]).map(|_| ()).unwrap_err();
    why.to_string()
}
