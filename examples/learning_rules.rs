//! How many patterns each rule keeps: P random patterns of N = 100 spins by Hebb's rule, Storkey's, the projection rule, and perceptrons, each neuron by
//! itself or with symmetric weights (Gardner). Measured are the part of the patterns that are fixed points, and the overlap after recall from
//! cues of which a tenth is turned. Where perceptrons do not learn in the sweeps that they have, they are asked with the weights that they have then.
//!
//! The third panel counts how many patterns Hebb's rule takes before the first error in one of them, and in any of them, beside N/(2 ln N) and N/(4 ln N) (McEliece
//! and others 1987). `cargo run --release --example learning_rules -- DIRECTORY 1000` draws it, with a thousand sweeps; without that number there are a hundred.

#[path = "ensembles/draw.rs"]
mod draw;
#[path = "ensembles/mod.rs"]
mod ensembles;

use attractor::analysis::Memories;
use attractor::analysis::capacity::{Errorless, SYMMETRIC_LOAD, errorless_load, gardner_load};
use attractor::dynamics::{ASYNCHRONOUS, Rule, Settings};
use attractor::figure::{Line, LinesPlot, PanelsPlot, Plot};
use attractor::learning::rules::{Couplings, Options, Patterns, named, taught};
use draw::{draw, measured, reference, steps, theory};
use ensembles::{
    Estimate, Measured, estimates, first, followed, head, overlap, patterns, recurrent, row,
    settings, short, spins, turned,
};

const N: usize = 100;
const NETWORKS: usize = 8;
const ASKED: usize = 10;
const RULES: [&str; 5] = [
    "hebb",
    "storkey",
    "projection",
    "symmetric-perceptron",
    "perceptron",
];
const LOADS: [usize; 14] = [5, 10, 14, 20, 30, 50, 80, 100, 115, 130, 145, 160, 180, 200];
const SIZES: [usize; 5] = [50, 100, 200, 400, 800];

/// Sweeps of a perceptron at most.
fn sweeps() -> usize {
    let word = std::env::args().nth(2);
    word.and_then(|w| w.parse().ok()).unwrap_or(100)
}

fn weights(rule: &str, xi: &Memories) -> Measured<Vec<f64>> {
    let kind = match rule {
        "perceptron" => Couplings::Independent,
        "symmetric-perceptron" => Couplings::Symmetric,
        _ => {
            let rule = named(rule).ok_or("no such rule")?;
            let xi = Patterns::new(xi.patterns.clone(), xi.size)?;
            return Ok((rule.learn)(&xi, &Options::default())?.weights);
        }
    };
    Ok(taught(&xi.patterns, xi.size, kind, 0.0, sweeps()).weights)
}

/// The part of the patterns that no spin wants to leave. A field of 0 is none.
fn stable(weights: &[f64], xi: &Memories) -> f64 {
    let stays = |x: &[f64]| {
        weights.chunks_exact(xi.size).enumerate().all(|(i, row)| {
            let field: f64 = row.iter().zip(x).map(|(w, x)| w * x).sum();
            // The own weight does not count: a flip costs what the others say.
            x[i] * (field - row[i] * x[i]) >= -1e-12
        })
    };
    let count = (0..xi.count()).filter(|k| stays(xi.get(*k))).count();
    count as f64 / xi.count() as f64
}

/// Of one network: the part of stable patterns, the overlap after recall.
fn measure(rule: &str, count: usize, network: usize) -> Measured<[f64; 2]> {
    let xi = patterns(network, count, N);
    let weights = weights(rule, &xi)?;
    let asked = first(&xi, ASKED);
    // Weights that are not symmetric have no energy whose difference could be asked, and need not come to rest.
    let asked_by = match rule {
        "perceptron" => Rule::Field,
        _ => Rule::Difference,
    };
    let settings = Settings {
        t_end: 200.0,
        ..settings(&ASYNCHRONOUS, asked_by)
    };
    let stable = stable(&weights, &xi);
    let cues = turned(network, &asked, 0.1);
    let ends = followed(&recurrent(spins(N)?, weights)?, network, &settings, &cues)?;
    Ok([stable, overlap(&asked, &ends)])
}

/// How many patterns Hebb's rule takes before the first of them has an error, and before any has.
fn before_an_error(n: usize, network: usize) -> [f64; 2] {
    let most = (2.0 * errorless_load(n as f64, Errorless::One)) as usize + 10;
    let xi = patterns(network, most, n);
    let mut found = [None; 2];
    // Σ_ν ξ_i^ν (ξ^ν·ξ^μ), grown with every pattern.
    let mut fields = vec![0.0; most * n];
    for new in 0..most {
        for (k, field) in fields.chunks_exact_mut(n).enumerate() {
            let (with, of) = (xi.get(new), xi.get(k));
            let dot: f64 = with.iter().zip(of).map(|(a, b)| a * b).sum();
            field.iter_mut().zip(with).for_each(|(f, x)| *f += dot * x);
        }
        let errs = |k: usize| {
            let pairs = xi.get(k).iter().zip(&fields[k * n..(k + 1) * n]);
            pairs
                .into_iter()
                .any(|(x, f)| x * f - ((new + 1) as f64) < 0.0)
        };
        if found[0].is_none() && errs(0) {
            found[0] = Some(new as f64);
        }
        if found[1].is_none() && (0..=new).any(errs) {
            found[1] = Some(new as f64);
        }
    }
    found.map(|f| f.unwrap_or(most as f64))
}

/// Loads, with the part of stable patterns and the overlap after recall.
type Points = Vec<(f64, [Estimate; 2])>;

fn rules() -> Measured<Vec<Points>> {
    let of = |rule: &str| {
        // No more independent patterns than neurons.
        let loads = LOADS.iter().filter(|p| rule != "projection" || **p < N);
        let loads = loads.filter(|p| !["hebb", "storkey"].contains(&rule) || **p <= N);
        let point = |p: &usize| {
            let found = estimates(NETWORKS, |network| measure(rule, *p, network))?;
            Ok((*p as f64 / N as f64, found))
        };
        loads.map(point).collect::<Measured<Vec<_>>>()
    };
    RULES.iter().map(|rule| of(rule)).collect()
}

fn panel(title: &str, y_label: &str, seen: &[Points], what: usize) -> LinesPlot {
    let lines = RULES.iter().zip(seen).map(|(rule, points)| {
        let points: Vec<_> = points.iter().map(|(p, e)| (*p, e[what])).collect();
        measured(*rule, &points)
    });
    LinesPlot {
        title: title.into(),
        x_label: "load P/N".into(),
        y_label: y_label.into(),
        y_reaches: vec![0.0, 1.0],
        lines: lines.collect(),
        ..LinesPlot::default()
    }
}

fn main() -> Measured<()> {
    let seen = rules()?;
    for (what, title) in [
        "Part of the patterns that are fixed points",
        "Overlap after recall from a tenth turned",
    ]
    .iter()
    .enumerate()
    {
        head(title, &format!("P | {}", RULES.join(" | ")));
        for p in LOADS {
            let load = p as f64 / N as f64;
            let cell = |points: &Points| {
                let found = points.iter().find(|(l, _)| *l == load);
                found.map_or("".into(), |(_, e)| short(e[what]))
            };
            let cells = std::iter::once(p.to_string()).chain(seen.iter().map(cell));
            row(&cells.collect::<Vec<_>>());
        }
    }
    head(
        "Hebb's rule: patterns before the first error",
        "N | in one pattern | N/(2 ln N) | in any pattern | N/(4 ln N)",
    );
    let mut errorless: [Vec<(f64, Estimate)>; 2] = Default::default();
    for n in SIZES {
        let found = estimates(10 * NETWORKS, |network| Ok(before_an_error(n, network)))?;
        let size = n as f64;
        let law = [Errorless::One, Errorless::All].map(|w| errorless_load(size, w));
        row(&[
            n.to_string(),
            short(found[0]),
            format!("{:.1}", law[0]),
            short(found[1]),
            format!("{:.1}", law[1]),
        ]);
        errorless
            .iter_mut()
            .zip(found)
            .for_each(|(e, f)| e.push((size, f)));
    }

    let mut fixed = panel("patterns that are fixed points", "part", &seen, 0);
    let marks = [
        (gardner_load(0.0), "Gardner: 2"),
        (SYMMETRIC_LOAD, "symmetric: 1.28"),
    ];
    let marks = marks.map(|(x, label)| reference(label, [(x, 0.0), (x, 1.0)]));
    fixed.lines.extend(marks);
    let recalled = panel("recall from a tenth turned", "overlap of the end", &seen, 1);
    let sizes = || steps([50f64.ln(), 800f64.ln()], 100).map(f64::exp);
    let law = |label: &str, what| theory(label, sizes().map(move |n| (n, errorless_load(n, what))));
    let lines: Vec<Line> = vec![
        measured("in one pattern", &errorless[0]),
        measured("in any pattern", &errorless[1]),
        law("N/(2 ln N)", Errorless::One),
        law("N/(4 ln N)", Errorless::All),
    ];
    let before = LinesPlot {
        title: "Hebb: patterns before the first error".into(),
        x_label: "N".into(),
        y_label: "patterns".into(),
        x_log: true,
        y_log: true,
        lines,
        ..LinesPlot::default()
    };
    let plot = PanelsPlot {
        title: "How many patterns each rule keeps".into(),
        subtitle: format!(
            "a, b: N = {N} spins, {NETWORKS} networks, perceptrons of {} sweeps at most · c: {} networks · bars: standard errors over networks",
            sweeps(),
            10 * NETWORKS
        ),
        columns: 2,
        plots: [fixed, recalled, before].map(Plot::Lines).into(),
    };
    draw("learning-rules", &plot)
}
