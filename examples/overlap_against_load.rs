//! How many memories a traditional network keeps: αN random patterns of N spins by Hebb's rule, started at a pattern, T = 0, one spin at a
//! time. Measured is the overlap m of the end with the pattern, over networks; beside it the theory for N → ∞ (Amit, Gutfreund and
//! Sompolinsky 1985), which has a state near a pattern up to α = 0.1379 and none beyond.
//!
//! The step sharpens as N grows. Above it the ends keep an overlap that theory knows nothing of: the starts are at the patterns, and some of that is
//! left where they get stuck. `cargo run --release --example overlap_against_load -- DIRECTORY` draws it, in some two minutes.

#[path = "ensembles/draw.rs"]
mod draw;
#[path = "published_tables/measure.rs"]
mod measure;

use attractor::analysis::capacity::{critical_load, retrieval};
use attractor::figure::{LinesPlot, PanelsPlot, Plot};
use draw::{curve, draw, measured, reference, steps};
use measure::ensembles::{self, head, row, short};
use measure::{Estimate, Measured, capacity};

/// N, and networks of each size.
const SIZES: [(usize, usize); 4] = [(500, 24), (1000, 12), (2000, 8), (4000, 4)];
const LOADS: [f64; 10] = [0.05, 0.08, 0.1, 0.12, 0.13, 0.138, 0.145, 0.16, 0.18, 0.2];
const PATTERNS: usize = 8;

fn panel(title: &str, y_label: &str, seen: &[Vec<(f64, [Estimate; 2])>], what: usize) -> LinesPlot {
    let lines = SIZES.iter().zip(seen).map(|((n, _), points)| {
        let points: Vec<(f64, Estimate)> = points.iter().map(|(a, e)| (*a, e[what])).collect();
        measured(format!("N = {n}"), &points)
    });
    LinesPlot {
        title: title.into(),
        x_label: "load α = P/N".into(),
        y_label: y_label.into(),
        x_reaches: vec![0.04, 0.21],
        y_reaches: vec![0.0, 1.0],
        lines: lines.collect(),
        ..LinesPlot::default()
    }
}

fn main() -> Measured<()> {
    let mut seen = Vec::new();
    for (n, networks) in SIZES {
        let points = LOADS.map(|alpha| Ok((alpha, capacity(n, alpha, networks, PATTERNS)?)));
        seen.push(points.into_iter().collect::<Measured<Vec<_>>>()?);
    }
    let names = SIZES.map(|(n, _)| format!("N = {n}")).join(" | ");
    head("Overlap with the pattern", &format!("α | {names} | N → ∞"));
    for (k, alpha) in LOADS.iter().enumerate() {
        let theory = retrieval(*alpha).map_or("–".into(), |s| format!("{:.7}", s.overlap));
        let cells = seen.iter().map(|points| short(points[k].1[0]));
        let cells = std::iter::once(alpha.to_string())
            .chain(cells)
            .chain([theory]);
        row(&cells.collect::<Vec<_>>());
    }
    head("Part of the patterns with m > 0.9", &format!("α | {names}"));
    for (k, alpha) in LOADS.iter().enumerate() {
        let cells = seen.iter().map(|points| short(points[k].1[1]));
        row(&std::iter::once(alpha.to_string())
            .chain(cells)
            .collect::<Vec<_>>());
    }

    let [most, m] = critical_load();
    let mut overlaps = panel("overlap of the end", "m", &seen, 0);
    let theory = steps([0.04, most * (1.0 - 1e-9)], 300);
    let theory = theory.filter_map(|a| Some((a, retrieval(a)?.overlap)));
    overlaps.lines.push(curve("theory, N → ∞", theory));
    overlaps
        .lines
        .push(reference("α = 0.1379", [(most, 0.0), (most, m)]));
    let mut good = panel("patterns that are kept", "part with m > 0.9", &seen, 1);
    good.lines
        .push(reference("α = 0.1379", [(most, 0.0), (most, 1.0)]));
    let networks = SIZES.map(|(n, k)| format!("{k} of N = {n}")).join(", ");
    let plot = PanelsPlot {
        title: "How many memories a traditional network keeps".into(),
        subtitle: format!(
            "Hebb's rule, T = 0, started at {PATTERNS} patterns of each network · networks: {networks} · bars: standard errors over networks"
        ),
        columns: 2,
        plots: [overlaps, good].map(Plot::Lines).into(),
    };
    draw("overlap-against-load", &plot)
}
