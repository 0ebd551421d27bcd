//! What a diagonal does to a memory. Hebb's rule, P = αN random patterns of N = 400 spins, each spin with a weight D to itself, asked by its whole field, its own
//! weight included (`rule = "field"`): at a pattern the field is 1 + D give or take √α, so that more patterns are fixed points, all of them in the end, and
//! fewer cues move. Σ ξ ξᵀ/N as it comes has D = α. Asked by the exact difference of energy a diagonal does nothing.
//!
//! `cargo run --release --example self_connections -- DIRECTORY` draws it.

#[path = "ensembles/draw.rs"]
mod draw;
#[path = "ensembles/mod.rs"]
mod ensembles;

use attractor::analysis::capacity::bit_error;
use attractor::dynamics::{ASYNCHRONOUS, Rule, SYNCHRONOUS, Settings};
use attractor::figure::{Line, LinesPlot, PanelsPlot, Plot};
use attractor::learning::rules::outer_products;
use draw::{dots, draw, measured, steps, theory};
use ensembles::{
    Estimate, Measured, apart, estimates, first, followed, head, overlap, patterns, recurrent, row,
    settings, short, spins, turned,
};

const N: usize = 400;
const NETWORKS: usize = 12;
const ASKED: usize = 10;
const LOADS: [f64; 10] = [0.05, 0.1, 0.13, 0.16, 0.2, 0.3, 0.5, 0.8, 1.5, 3.0];
const KINDS: [&str; 4] = ["D = 0", "D = α", "D = 0.5", "D = 1"];

fn diagonal(kind: usize, alpha: f64) -> f64 {
    [0.0, alpha, 0.5, 1.0][kind]
}

/// Of one network: the part of the bits of a pattern that would flip, the overlap of the end from the patterns, and from a tenth turned.
fn measure(kind: usize, alpha: f64, network: usize) -> Measured<[f64; 3]> {
    let xi = patterns(network, (alpha * N as f64).round() as usize, N);
    let mut weights = outer_products(&xi.patterns, N, 1.0 / N as f64);
    let own = diagonal(kind, alpha);
    weights.iter_mut().step_by(N + 1).for_each(|w| *w = own);
    let network_of = recurrent(spins(N)?, weights)?;
    let asked = first(&xi, ASKED);
    let cues = turned(network, &asked, 0.0);
    let follow =
        |settings: &Settings, cues: &[Vec<f64>]| followed(&network_of, network, settings, cues);
    let field = settings(&ASYNCHRONOUS, Rule::Field);
    let once = follow(&settings(&SYNCHRONOUS, Rule::Field), &cues)?;
    let flips: usize = once.iter().zip(&cues).map(|(a, b)| apart(a, b)).sum();
    let kept = overlap(&asked, &follow(&field, &cues)?);
    let recalled = overlap(&asked, &follow(&field, &turned(network, &asked, 0.1))?);
    Ok([flips as f64 / (N * cues.len()) as f64, kept, recalled])
}

fn panel(title: &str, y_label: &str, seen: &[Vec<(f64, [Estimate; 3])>], what: usize) -> LinesPlot {
    let lines = KINDS.iter().zip(seen).map(|(kind, points)| {
        let points: Vec<_> = points.iter().map(|(a, e)| (*a, e[what])).collect();
        measured(*kind, &points)
    });
    LinesPlot {
        title: title.into(),
        x_label: "load α = P/N".into(),
        y_label: y_label.into(),
        x_log: true,
        y_reaches: vec![0.0],
        lines: lines.collect(),
        ..LinesPlot::default()
    }
}

fn main() -> Measured<()> {
    let mut seen = Vec::new();
    for kind in 0..KINDS.len() {
        let point = |alpha: f64| Ok((alpha, estimates(NETWORKS, |k| measure(kind, alpha, k))?));
        seen.push(LOADS.into_iter().map(point).collect::<Measured<Vec<_>>>()?);
    }
    for (what, title) in [
        "Part of the bits of a pattern that would flip",
        "Overlap of the end, from the pattern",
        "Overlap of the end, from a tenth turned",
    ]
    .iter()
    .enumerate()
    {
        head(title, &format!("α | {}", KINDS.join(" | ")));
        for (k, alpha) in LOADS.iter().enumerate() {
            let cells = seen.iter().map(|points| short(points[k].1[what]));
            row(&std::iter::once(alpha.to_string())
                .chain(cells)
                .collect::<Vec<_>>());
        }
    }
    let mut bits = panel("bits that would flip", "part", &seen, 0);
    // Their errors are smaller than the dots.
    bits.lines = KINDS
        .iter()
        .zip(&seen)
        .map(|(kind, points)| {
            let points: Vec<_> = points.iter().map(|(a, e)| (*a, e[0])).collect();
            dots(*kind, &points)
        })
        .collect();
    let loads = steps([0.05f64.ln(), 3f64.ln()], 100).map(f64::exp);
    let curves = KINDS.iter().enumerate().map(|(kind, name)| {
        // A field of 1 + D, give or take √α.
        let error = |a: f64| bit_error(a / (1.0 + diagonal(kind, a)).powi(2));
        theory(
            format!("theory, {name}"),
            loads.clone().map(|a| (a, error(a))),
        )
    });
    let curves: Vec<Line> = curves.collect();
    bits.lines.extend(curves);
    let plots = [
        bits,
        panel("started at the pattern", "overlap of the end", &seen, 1),
        panel(
            "started with a tenth turned",
            "overlap of the end",
            &seen,
            2,
        ),
    ];
    let plot = PanelsPlot {
        title: "What a diagonal does to a memory".into(),
        subtitle: format!(
            "Hebb's rule, N = {N} spins asked by their whole field, {NETWORKS} networks, {ASKED} patterns of each · bars: standard errors over networks"
        ),
        columns: 2,
        plots: plots.map(Plot::Lines).into(),
    };
    draw("self-connections", &plot)
}
