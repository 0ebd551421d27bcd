//! Atoms for sparse codes, learnt from patches of four photographs by the simple rule dΦ ∝ (s − Φa)aᵀ, each atom kept at length 1 (Olshausen and
//! Field 1996). The codes a are those of the networks of `attractor solve`, form `signed`. What is learnt is compared with what it began with, random
//! atoms, on a fifth photograph that had no part in it.
//!
//! ```text
//! cargo run --release --example sparse_atoms -- DIRECTORY ROUNDS
//! ```
//!
//! writes `atoms.npy`, one atom a row, and its picture; without ROUNDS it takes 3. `models/data/atoms.npy` was learnt by the same rule from the same
//! photographs in 1000 rounds, its codes by proximal steps in NumPy.

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

use attractor::dynamics::Interrupt;
use attractor::figure::Figure;
use attractor::model_file::DATA;
use attractor::pattern::random;
use attractor::problem::{Solved, load, solve};
use attractor::record::npy_to_bytes;

const SIDE: usize = 8;
const PIXELS: usize = SIDE * SIDE;
const ATOMS: usize = 128;
const LAMBDA: f64 = 0.5;
/// Patches of a round, and how far the first round goes.
const BATCH: usize = 100;
const RATE: f64 = 3.0;
const LEARNT_FROM: [&str; 4] = ["astronaut", "chelsea", "coffee", "rocket"];
const KEPT_OUT: &str = "camera";

/// The codes of patches of a photograph, drawn with this seed.
fn coded(
    directory: &Path,
    photo: &str,
    seed: usize,
    overrides: &[&str],
) -> Result<Solved, Box<dyn Error>> {
    let text = format!(
        "[problem]\nkind = \"sparse-coding\"\natoms = {{ file = \"atoms.npy\" }}\nlambda = {LAMBDA:?}\nimage = {{ file = \"{photo}.png\" }}\npatch = {SIDE}\n\n[solve]\nstarts = {BATCH}\nseed = {seed}\n"
    );
    let file = directory.join("problem.toml");
    fs::write(&file, text)?;
    let overrides: Vec<String> = overrides.iter().map(|o| (*o).to_owned()).collect();
    let asked = load(&file, &overrides)?;
    Ok(solve(&asked, &Interrupt::new(), &|_| ())?)
}

fn write(directory: &Path, atoms: &[f64]) -> Result<(), Box<dyn Error>> {
    fs::write(
        directory.join("atoms.npy"),
        npy_to_bytes(&[ATOMS, PIXELS], atoms),
    )?;
    Ok(())
}

/// Every atom of length 1.
fn scaled(atoms: &mut [f64]) {
    for atom in atoms.chunks_exact_mut(PIXELS) {
        let length = atom.iter().map(|v| v * v).sum::<f64>().sqrt();
        atom.iter_mut().for_each(|v| *v /= length);
    }
}

/// The mean cost of patches of the photograph that was kept out.
fn told(directory: &Path, name: &str) -> Result<Solved, Box<dyn Error>> {
    let solved = coded(directory, KEPT_OUT, 1_000_000, &[])?;
    let n = solved.attempts.len() as f64;
    let mean = |of: &dyn Fn(&attractor::problem::Answer) -> f64| {
        solved.attempts.iter().map(|a| of(&a.answer)).sum::<f64>() / n
    };
    println!(
        "{name}: cost {:.2}, {:.1} of {ATOMS} atoms active, {:.1} % of the square left; {} of {n} proved best",
        mean(&|a| a.cost.unwrap_or(f64::NAN)),
        mean(&|a| a.besides[1].1),
        100.0 * mean(&|a| a.besides[2].1),
        solved.valid().0
    );
    Ok(solved)
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut words = std::env::args().skip(1);
    let own = tempfile::tempdir()?;
    let directory = words
        .next()
        .map_or_else(|| own.path().to_owned(), PathBuf::from);
    let rounds: usize = words.next().map_or(Ok(3), |w| w.parse())?;
    fs::create_dir_all(&directory)?;
    for (path, bytes) in DATA.iter().filter(|(path, _)| path.ends_with(".png")) {
        let name = Path::new(path).file_name().unwrap_or_default();
        fs::write(own.path().join(name), bytes)?;
    }
    let mut atoms = random::normal(7, ATOMS * PIXELS, 0.0, 1.0);
    scaled(&mut atoms);
    write(own.path(), &atoms)?;
    told(own.path(), "random atoms")?;
    for round in 0..rounds {
        // Codes that teach need not be exact.
        let rough = ["solve.rest_atol=1e-3", "solve.rtol=1e-3", "solve.atol=1e-4"];
        let photo = LEARNT_FROM[round % LEARNT_FROM.len()];
        let solved = coded(own.path(), photo, round, &rough)?;
        let rate = RATE / (1.0 + round as f64 / 100.0) / BATCH as f64;
        let before = atoms.clone();
        for attempt in &solved.attempts {
            let (signal, code) = attempt.g.split_at(PIXELS);
            let mut rest = signal.to_vec();
            for (atom, a) in before.chunks_exact(PIXELS).zip(code) {
                rest.iter_mut().zip(atom).for_each(|(r, p)| *r -= a * p);
            }
            for (atom, a) in atoms.chunks_exact_mut(PIXELS).zip(code) {
                atom.iter_mut()
                    .zip(&rest)
                    .for_each(|(p, r)| *p += rate * a * r);
            }
        }
        scaled(&mut atoms);
        write(own.path(), &atoms)?;
    }
    let solved = told(own.path(), &format!("after {rounds} rounds"))?;
    write(&directory, &atoms)?;
    let asked = load(&own.path().join("problem.toml"), &[])?;
    for (name, plot) in asked.problem.figures(&solved) {
        plot.draw(directory.join(format!("{name}.png")))?;
    }
    Ok(())
}
