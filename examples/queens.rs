//! How often networks place n queens so that none attacks another: the classical networks, beside an independent program's statistics, and the one
//! whose rows have one queen by construction, for boards of several sizes. Parts of runs with Wilson's intervals at 95 %.
//!
//! `cargo run --release --example queens -- DIRECTORY` measures with all starts and draws it; without a directory there are few starts.

#![allow(clippy::print_stdout, reason = "an example shows its results")]

use std::error::Error;
use std::path::{Path, PathBuf};

use attractor::analysis::wilson;
use attractor::dynamics::Interrupt;
use attractor::figure::{Figure, Line, LinesPlot};
use attractor::problem::{load, solve};

/// The settings were chosen on other seeds.
const SEED: u64 = 2;

fn part(form: &str, n: usize, starts: usize, more: &[String]) -> Result<[f64; 3], Box<dyn Error>> {
    let mut overrides = vec![
        format!("network.form={form}"),
        format!("problem.n={n}"),
        format!("solve.starts={starts}"),
        format!("solve.seed={SEED}"),
    ];
    overrides.extend_from_slice(more);
    let asked = load(Path::new("queens"), &overrides)?;
    let solved = solve(&asked, &Interrupt::new(), &|_| ())?;
    let valid = solved.valid().0;
    let [low, high] = wilson(valid as u64, starts as u64);
    Ok([valid as f64 / starts as f64, low, high])
}

fn say(what: &str, starts: usize, [part, low, high]: [f64; 3], elsewhere: &str) {
    println!("| {what} | {starts} | {part:.4} | {low:.4} to {high:.4} | {elsewhere} |");
}

fn main() -> Result<(), Box<dyn Error>> {
    let directory = std::env::args().nth(1).map(PathBuf::from);
    let few = |starts: usize| match directory {
        Some(_) => starts,
        None => (starts / 40).max(5),
    };
    println!("| network | starts | valid | interval | reference |\n|---|---|---|---|---|");
    for (c, elsewhere) in [(0.5, "0.051(4)"), (1.0, "0.030(3)"), (2.0, "0.012(2)")] {
        let (starts, c_is) = (few(12_000), [format!("network.c={c}")]);
        let found = part("binary", 8, starts, &c_is)?;
        say(&format!("binary, n = 8, C = {c}"), starts, found, elsewhere);
    }
    let annealed = [
        (8, 0.5, "0.26(2)"),
        (8, 1.0, "0.37(2)"),
        (8, 2.0, "0.915(14)"),
        (4, 2.0, "1.000"),
        (5, 2.0, "1.000"),
        (6, 2.0, "0.665(24)"),
        (10, 2.0, "0.705(23)"),
    ];
    for (n, c, elsewhere) in annealed {
        let (starts, c_is) = (few(2000), [format!("network.c={c}")]);
        let found = part("annealed", n, starts, &c_is)?;
        say(
            &format!("annealed, n = {n}, C = {c}"),
            starts,
            found,
            elsewhere,
        );
    }
    for (c, target, elsewhere) in [(1.0, 8.5, "0.482(25)"), (0.5, 8.5, "0.217(21)")] {
        let own = [format!("network.c={c}"), format!("network.target={target}")];
        let starts = few(2000);
        let found = part("continuous", 8, starts, &own)?;
        say(
            &format!("continuous, n = 8, C = {c}"),
            starts,
            found,
            elsewhere,
        );
    }
    let mut lines = Vec::new();
    let forms: [(&str, &[(usize, usize)]); 3] = [
        ("one-hot", &[(8, 2000), (16, 1000), (32, 400), (64, 200)]),
        ("annealed", &[(8, 1000), (16, 400), (32, 100)]),
        ("binary", &[(8, 2000), (16, 1000), (32, 200)]),
    ];
    for (form, sizes) in forms {
        let mut line = Line {
            label: form.into(),
            dots: true,
            ..Line::default()
        };
        for (n, starts) in sizes {
            let starts = few(*starts);
            let found @ [valid, low, high] = part(form, *n, starts, &[])?;
            say(&format!("{form}, n = {n}"), starts, found, "");
            line.x.push(*n as f64);
            line.y.push(valid);
            line.low.push(low);
            line.high.push(high);
        }
        lines.push(line);
    }
    let plot = LinesPlot {
        title: "n queens".into(),
        subtitle: "parts of starts, Wilson's intervals at 95 %".into(),
        x_label: "queens n".into(),
        y_label: "valid boards".into(),
        x_log: true,
        y_reaches: vec![0.0, 1.0],
        lines,
        ..LinesPlot::default()
    };
    if let Some(directory) = directory {
        for ending in ["png", "svg"] {
            let path = directory.join(format!("queens.{ending}"));
            plot.draw(&path)?;
        }
    }
    Ok(())
}
