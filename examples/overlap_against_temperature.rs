//! What warmth does to a memory: one of αN random patterns of N spins (Hebb's rule, heat bath), started at it. Measured is the overlap over the sweeps after the first
//! hundred; beside it the replica-symmetric theory (Amit, Gutfreund and Sompolinsky 1987), and the diagram of its phases: below T_M(α) there is a state near each
//! pattern, below T_c it is deeper than those that are near none, and above T_g = 1 + √α nothing is frozen.
//!
//! Near T_M a network of this size may leave the pattern while it is watched, and does not come back. `cargo run --release --example overlap_against_temperature -- DIRECTORY`
//! draws it.

#[path = "ensembles/draw.rs"]
mod draw;
#[path = "published_tables/measure.rs"]
mod measure;

use attractor::analysis::capacity::{
    critical_load, ferromagnet, glass_temperature, ground_state_load, retrieval_at,
    retrieval_load_at, stable_retrieval_load_at,
};
use attractor::figure::{LinesPlot, PanelsPlot, Plot};
use draw::{curve, draw, measured, steps, theory};
use measure::ensembles::{self, head, row, short};
use measure::{Estimate, Measured, one_of_many};

const N: usize = 2000;
const NETWORKS: usize = 8;
const SWEEPS: usize = 150;
const LOADS: [f64; 3] = [0.0, 0.03, 0.08];

fn overlap(load: f64, temperature: f64) -> Option<f64> {
    match load == 0.0 {
        true => Some(ferromagnet(temperature)),
        false => Some(retrieval_at(load, temperature)?.overlap),
    }
}

fn phases() -> LinesPlot {
    head(
        "Largest loads with a state near a pattern",
        "T | exists (T_M) | deepest (T_c)",
    );
    let temperatures = steps([0.05, 0.95], 19);
    let (mut exists, mut deepest) = (
        vec![(critical_load()[0], 0.0)],
        vec![(ground_state_load(), 0.0)],
    );
    for (k, t) in temperatures.enumerate() {
        let [a, b] = [retrieval_load_at(t), stable_retrieval_load_at(t)];
        exists.extend(a.map(|a| (a, t)));
        deepest.extend(b.map(|b| (b, t)));
        if let (true, Some(a), Some(b)) = (k % 2 == 0, a, b) {
            row(&[format!("{t:.2}"), format!("{a:.5}"), format!("{b:.5}")]);
        }
    }
    exists.push((0.0, 1.0));
    deepest.push((0.0, 1.0));
    LinesPlot {
        title: "phases, N → ∞".into(),
        x_label: "load α = P/N".into(),
        y_label: "T".into(),
        x_reaches: vec![0.0, 0.2],
        y_reaches: vec![0.0],
        lines: vec![
            curve("T_M: a state near a pattern", exists),
            curve("T_c: it is the deepest", deepest),
            curve(
                "T_g: frozen",
                steps([0.0, 0.2], 80).map(|a| (a, glass_temperature(a))),
            ),
        ],
        ..LinesPlot::default()
    }
}

fn main() -> Measured<()> {
    let names = LOADS.map(|a| format!("T | α = {a} | theory")).join(" | ");
    let mut seen: Vec<Vec<(f64, Estimate)>> = vec![Vec::new(); LOADS.len()];
    head("Overlap with the pattern", &names);
    for tenth in 1..=10 {
        let mut cells = Vec::new();
        for (k, (load, seen)) in LOADS.iter().zip(&mut seen).enumerate() {
            // Each load has temperatures of its own, so that dots stand beside each other and on their curves.
            let t = (10 * tenth - 3 * k) as f64 / 100.0;
            let count = ((load * N as f64).round() as usize).max(1);
            let found = one_of_many([N, count], t, NETWORKS, SWEEPS)?;
            seen.push((t, found));
            let theory = overlap(*load, t);
            let theory = theory.map_or("–".into(), |m| format!("{m:.5}"));
            cells.extend([format!("{t:.2}"), short(found), theory]);
        }
        row(&cells);
    }
    let dots = LOADS.iter().zip(&seen).map(|(load, points)| {
        let name = match *load == 0.0 {
            true => "one pattern".into(),
            false => format!("α = {load}"),
        };
        attractor::figure::Line {
            scattered: true,
            ..measured(name, points)
        }
    });
    let curves = LOADS.iter().map(|load| {
        let points = steps([0.05, 1.0], 50).filter_map(|t| Some((t, overlap(*load, t)?)));
        theory(format!("theory, α = {load}"), points)
    });
    let overlaps = LinesPlot {
        title: "overlap with the pattern".into(),
        x_label: "T".into(),
        y_label: "⟨|m|⟩".into(),
        y_reaches: vec![0.0, 1.0],
        lines: dots.chain(curves).collect(),
        ..LinesPlot::default()
    };
    let plot = PanelsPlot {
        title: "What warmth does to a memory".into(),
        subtitle: format!(
            "Hebb's rule, N = {N} spins, heat bath, {SWEEPS} sweeps after 100, {NETWORKS} networks · bars: standard errors over networks"
        ),
        columns: 2,
        plots: [overlaps, phases()].map(Plot::Lines).into(),
    };
    draw("overlap-against-temperature", &plot)
}
