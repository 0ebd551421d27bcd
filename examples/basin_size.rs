//! How wide basins are: the part of the spins that may be turned so that half of the cues come back to the pattern (overlap above 0.95), against the load, for Hebb's rule at three
//! sizes, and for Storkey's and the projection rule and perceptrons with a margin.
//!
//! Each network has one radius, that at which its own curve of recall falls below one half; the error is over networks. `cargo run --release --example basin_size -- DIRECTORY` draws it.

#[path = "ensembles/draw.rs"]
mod draw;
#[path = "ensembles/mod.rs"]
mod ensembles;

use attractor::analysis::capacity::critical_load;
use attractor::analysis::{Criterion, Cues, Follow, Recall, recall_curves};
use attractor::dynamics::{ASYNCHRONOUS, Interrupt, Rule, Start};
use attractor::figure::{LinesPlot, PanelsPlot, Plot};
use attractor::learning::rules::{Options, Patterns, named};
use draw::{draw, measured, reference};
use ensembles::{
    Estimate, Measured, estimates, head, patterns, recurrent, row, settings, short, spins,
};

const NETWORKS: usize = 8;
const ASKED: usize = 5;
const EACH: usize = 2;
const LEVELS: usize = 17;
/// Between levels of damage.
const STEP: f64 = 0.03;

/// The radius of one network, as a part of N.
fn radius(rule: &str, options: &Options, [n, count]: [usize; 2], network: usize) -> Measured<f64> {
    let xi = patterns(network, count, n);
    let rule = named(rule).ok_or("no such rule")?;
    let learned = (rule.learn)(&Patterns::new(xi.patterns.clone(), n)?, options)?;
    let network_of = recurrent(spins(n)?, learned.weights)?;
    // Weights that are not symmetric have no energy whose difference could be asked.
    let asked_by = match rule.symmetric {
        true => Rule::Difference,
        false => Rule::Field,
    };
    let settings = settings(&ASYNCHRONOUS, asked_by);
    let settings = attractor::dynamics::Settings {
        t_end: 200.0,
        ..settings
    };
    let interrupt = Interrupt::new();
    let start = Start::at(xi.get(0).to_vec());
    let follow = Follow {
        seed: network as u64,
        ..Follow::new((&network_of, &settings), start, &interrupt)
    };
    let cues = Cues {
        memories: (0..ASKED.min(count)).collect(),
        levels: (0..LEVELS).map(|k| STEP * k as f64).collect(),
        values: Some([-1.0, 1.0]),
        each: EACH,
    };
    let criterion = Criterion {
        overlap: Some(0.95),
        within: None,
    };
    let recall = Recall {
        layer: 0,
        memories: xi,
        criterion,
    };
    let curves = recall_curves(&follow, &recall, &cues)?;
    let all = (curves.memories.len() * curves.each) as f64;
    let part = |k: usize| curves.recalled.iter().map(|row| row[k]).sum::<u64>() as f64 / all;
    let parts: Vec<f64> = (0..LEVELS).map(part).collect();
    let Some(k) = parts.windows(2).position(|w| w[0] >= 0.5 && w[1] < 0.5) else {
        return Ok(if parts[0] < 0.5 { 0.0 } else { 0.5 });
    };
    Ok(STEP * (k as f64 + (parts[k] - 0.5) / (parts[k] - parts[k + 1])))
}

type Points = Vec<(f64, Estimate)>;

fn along(rule: &str, options: &Options, n: usize, loads: &[f64]) -> Measured<Points> {
    let point = |alpha: &f64| {
        let count = ((alpha * n as f64).round() as usize).max(1);
        let [e] = estimates(NETWORKS, |network| {
            Ok([radius(rule, options, [n, count], network)?])
        })?;
        Ok((count as f64 / n as f64, e))
    };
    loads.iter().map(point).collect()
}

fn print(title: &str, all: &[(String, Points)]) {
    head(title, "rule | P/N: radius");
    for (name, points) in all {
        let cells: Vec<String> = points
            .iter()
            .map(|(a, e)| format!("{a:.3}: {}", short(*e)))
            .collect();
        row(&[name.clone(), cells.join(", ")]);
    }
}

fn panel(title: &str, all: &[(String, Points)]) -> LinesPlot {
    LinesPlot {
        title: title.into(),
        x_label: "load P/N".into(),
        y_label: "turned part with recall ½".into(),
        x_reaches: vec![0.0],
        y_reaches: vec![0.0, 0.5],
        lines: all
            .iter()
            .map(|(name, points)| measured(name.clone(), points))
            .collect(),
        ..LinesPlot::default()
    }
}

fn main() -> Measured<()> {
    let own = Options::default();
    let loads = [0.02, 0.04, 0.06, 0.08, 0.1, 0.12, 0.14, 0.16];
    let mut hebb = Vec::new();
    for n in [100, 200, 400] {
        hebb.push((format!("N = {n}"), along("hebb", &own, n, &loads)?));
    }
    print("Hebb's rule", &hebb);
    let n = 200;
    let wide = [0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7];
    let margin = Options {
        margin: 0.5,
        sweeps: 3000,
        ..Options::default()
    };
    let mut rules = vec![
        (
            "hebb".to_owned(),
            along("hebb", &own, n, &[0.05, 0.1, 0.14, 0.2])?,
        ),
        ("storkey".to_owned(), along("storkey", &own, n, &wide[..6])?),
        (
            "projection".to_owned(),
            along("projection", &own, n, &wide)?,
        ),
    ];
    let taught = along("perceptron", &margin, n, &wide[..6])?;
    rules.push(("perceptron, κ = 0.5".to_owned(), taught));
    print(&format!("N = {n}"), &rules);
    let mut sizes = panel("Hebb's rule", &hebb);
    let [most, _] = critical_load();
    sizes
        .lines
        .push(reference("0.1379", [(most, 0.0), (most, 0.5)]));
    let plot = PanelsPlot {
        title: "How wide basins are".into(),
        subtitle: format!(
            "spins, T = 0 · {EACH} cues of {ASKED} patterns at each level, overlap above 0.95 · {NETWORKS} networks, bars: standard errors over networks · b: N = {n}"
        ),
        columns: 2,
        plots: [sizes, panel("four rules", &rules)].map(Plot::Lines).into(),
    };
    draw("basin-size", &plot)
}
