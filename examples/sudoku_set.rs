//! Makes Sudokus of 22 to 35 clues with one solution each, as `models/problems/sudoku.toml` has them, from a seed.
//!
//! `cargo run --release --example sudoku_set`

#![allow(clippy::print_stdout, reason = "an example shows its results")]

use attractor::problem::sudoku::{generate, written};

fn main() {
    let counts = (22..=35).chain(22..=27);
    for (k, clues) in counts.enumerate() {
        match generate(1000 + k as u64, clues) {
            Some(grid) => println!("    \"{}\", # {clues}", written(&grid)),
            None => println!("    # none with {clues} clues"),
        }
    }
}
