//! Three kinds of fixed points of a memory with softmax (Ramsauer et al. 2021): the average of all patterns, the average of some,
//! a single pattern. Which of them are there depends on β alone.
//!
//! ẋ = −x + Ξᵀ softmax(β Ξ x) with the patterns (cos t, ±sin t) and (−1, 0), t = π/8. On the axis of symmetry the pair have the
//! weight w each, and a fixed point is at x = 2w(1 + cos t) − 1, β = ln(w/(1 − 2w)) / ((1 + cos t) x): a curve in closed form. Where
//! dβ/dw = 0 the third pattern gets a fixed point of its own, and where 2 w β sin²t = 1 the pair splits. Branches that are followed
//! through β (`analysis::continuation`) find the same. A fixed point averages 1/Σp² patterns, p = softmax(β Ξ x). Beside it
//! the same of twenty random patterns of length 1 in eight dimensions. `cargo run --release --example three_kinds -- DIRECTORY`
//! draws both into the directory.
//!
//! ```text
//! the single pattern appears: β = 1.7557794311 in closed form, 1.7557794311 followed
//! the pair splits:            β = 6.8284454160 in closed form, 6.8284454160 followed
//!    β   attractors, and how many patterns each averages
//!    1   2.47
//!    4   1.00  2.00
//!   10   1.00  1.17  1.17
//! ```

use std::error::Error;
use std::path::PathBuf;
use std::sync::Arc;

use attractor::analysis::{Bifurcation, Continuation, Diagram, Search, continuation, landscape};
use attractor::dynamics::{Interrupt, Settings, Start};
use attractor::figure::{BranchesPlot, Figure, Line, LinesPlot, PanelsPlot, Plot};
use attractor::kernels::Weights;
use attractor::lagrangian::{DirectSum, Identity, Softmax};
use attractor::network::{Layer, Network};
use attractor::pattern::random::Stream;
use attractor::refusal::Refusal;
use attractor::report::{Shown, branches_plot};
use attractor::synapse::Memory;

const T: f64 = std::f64::consts::FRAC_PI_8;
const RANGE: [f64; 2] = [0.5, 20.0];

/// Patterns, a row each.
struct Patterns {
    rows: Vec<f64>,
    size: usize,
}

impl Patterns {
    fn count(&self) -> usize {
        self.rows.len() / self.size
    }

    fn network(&self, beta: f64) -> Result<Network, Box<dyn Error>> {
        let xi = Weights::new(self.count(), self.size, self.rows.clone())?;
        let potential = Softmax { beta };
        let potential = DirectSum::uniform(&[self.count()], Arc::new(potential))?;
        let network = Network::builder().layer(Layer::new("features", &[self.size], Identity)?);
        let memory = Memory::new(vec![xi], potential)?;
        Ok(network.connect(&["features"], memory).build()?)
    }

    /// How many patterns a state averages, 1/Σp².
    fn averaged(&self, beta: f64, x: &[f64]) -> f64 {
        let rows = self.rows.chunks_exact(self.size);
        let h = rows.map(|row| beta * row.iter().zip(x).map(|(a, b)| a * b).sum::<f64>());
        let h: Vec<f64> = h.collect();
        let top = h.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let p: Vec<f64> = h.iter().map(|h| (h - top).exp()).collect();
        p.iter().sum::<f64>().powi(2) / p.iter().map(|p| p * p).sum::<f64>()
    }

    /// How many patterns each attractor averages, from starts at the patterns and at their mean.
    fn attractors(&self, beta: f64) -> Result<Vec<f64>, Box<dyn Error>> {
        let network = self.network(beta)?;
        let settings = Settings {
            until_rest: true,
            t_end: 1e4,
            ..Settings::default()
        };
        let search = Search {
            given: self
                .rows
                .chunks_exact(self.size)
                .map(<[f64]>::to_vec)
                .collect(),
            random: 100,
            tries: 0,
            max_tries: 0,
            ..Search::new(&network, Start::at(vec![0.0; self.size]))
        };
        let found = landscape((&network, &settings), &search, &Interrupt::new())?;
        let attractors = found.points.iter().filter(|p| p.attracts());
        let mut all: Vec<f64> = attractors.map(|p| self.averaged(beta, &p.x)).collect();
        all.sort_by(f64::total_cmp);
        Ok(all)
    }
}

/// β of the fixed point at which each of the pair has the weight w.
fn beta(w: f64) -> f64 {
    let c = 1.0 + T.cos();
    (w / (1.0 - 2.0 * w)).ln() / (c * (2.0 * w * c - 1.0))
}

/// Where a function changes its sign.
fn root(mut low: f64, mut high: f64, f: impl Fn(f64) -> f64) -> f64 {
    let sign = f(low).signum();
    for _ in 0..200 {
        let middle = 0.5 * (low + high);
        match f(middle).signum() == sign {
            true => low = middle,
            false => high = middle,
        }
    }
    0.5 * (low + high)
}

/// β at which the third pattern gets a fixed point, and at which the pair splits.
fn closed_form() -> [f64; 2] {
    let c = 1.0 + T.cos();
    // With n = ln(w/(1 − 2w)) and d = c(2wc − 1): β' = 0 where n' d = n d'.
    let turns = |w: f64| {
        let (n, d) = ((w / (1.0 - 2.0 * w)).ln(), c * (2.0 * w * c - 1.0));
        d / (w * (1.0 - 2.0 * w)) - n * 2.0 * c * c
    };
    // To the left of the pole at w = 1/(2c).
    let fold = root(1e-6, 0.5 / c - 1e-3, turns);
    let splits = root(1.0 / 3.0, 0.5 - 1e-12, |w| {
        2.0 * w * beta(w) * T.sin().powi(2) - 1.0
    });
    [beta(fold), beta(splits)]
}

fn line(label: &str, points: impl IntoIterator<Item = (f64, f64)>) -> Line {
    let (x, y) = points.into_iter().unzip();
    Line {
        label: label.into(),
        x,
        y,
        ..Line::default()
    }
}

/// How many patterns the attractors average, over β, with β of the transitions where they are known.
fn averages(patterns: &Patterns, title: &str, at: &[f64]) -> Result<Plot, Box<dyn Error>> {
    let mut seen = Vec::new();
    for k in 0..61 {
        let beta = 100f64.powf(f64::from(k) / 60.0);
        let found = patterns.attractors(beta)?.into_iter();
        seen.extend(found.map(|n| (beta, n)));
    }
    let dots = Line {
        dots: true,
        scattered: true,
        ..line("attractors", seen)
    };
    let count = patterns.count() as f64;
    let marks = at.iter().map(|b| Line {
        reference: true,
        ..line(&format!("β = {b:.3}"), [(*b, 1.0), (*b, count)])
    });
    Ok(Plot::Lines(LinesPlot {
        title: title.into(),
        x_label: "β".into(),
        y_label: "1/Σp²".into(),
        x_log: true,
        lines: std::iter::once(dots).chain(marks).collect(),
        ..LinesPlot::default()
    }))
}

fn figure(
    (three, found): (&Patterns, &Diagram),
    many: &Patterns,
    at: [f64; 2],
) -> Result<PanelsPlot, Box<dyn Error>> {
    let first = Shown::Neuron {
        index: 0,
        name: "x₁".into(),
    };
    let branches = branches_plot(found, &first, ("", "β")).ok_or("there are no branches")?;
    let branches = BranchesPlot {
        title: "fixed points of three".into(),
        y_label: "x_{1}".into(),
        ..branches
    };
    let (count, size) = (many.count(), many.size);
    Ok(PanelsPlot {
        title: "Three kinds of fixed points of a memory with softmax".into(),
        subtitle: format!(
            "ẋ = −x + Ξᵀ softmax(β Ξ x) · a, b: patterns (cos π/8, ±sin π/8) and (−1, 0), dashed lines in b: transitions in closed form · c: {count} random patterns of length 1 in {size} dimensions"
        ),
        columns: 3,
        plots: vec![
            Plot::Branches(branches),
            averages(three, "attractors of three", &at)?,
            averages(many, &format!("attractors of {count}"), &[])?,
        ],
    })
}

fn main() -> Result<(), Box<dyn Error>> {
    let (s, c) = T.sin_cos();
    let three = Patterns {
        rows: vec![c, s, c, -s, -1.0, 0.0],
        size: 2,
    };
    let family = |beta: f64| {
        let refused = |e: Box<dyn Error>| Refusal::new("beta", e.to_string());
        three.network(beta).map_err(refused)
    };
    let found = continuation(&family, &Continuation::new(RANGE, vec![0.5, 0.0]))?;
    let closed = closed_form();
    let kinds = [
        ("the single pattern appears: ", Bifurcation::Fold),
        ("the pair splits:            ", Bifurcation::Pitchfork),
    ];
    for ((what, kind), beta) in kinds.into_iter().zip(closed) {
        let followed = found.special.iter().find(|s| s.kind == kind);
        let followed = followed.map_or(f64::NAN, |s| s.parameter);
        println!("{what}β = {beta:.10} in closed form, {followed:.10} followed");
    }
    println!("   β   attractors, and how many patterns each averages");
    for beta in [1.0, 4.0, 10.0] {
        let all = three.attractors(beta)?.into_iter();
        let all: Vec<String> = all.map(|n| format!("{n:.2}")).collect();
        println!("{beta:4}   {}", all.join("  "));
    }
    let size = 8;
    let mut rows = Stream::of(7, 0, 0, 0).normal(20 * size, 0.0, 1.0);
    for row in rows.chunks_exact_mut(size) {
        let length = row.iter().map(|v| v * v).sum::<f64>().sqrt();
        row.iter_mut().for_each(|v| *v /= length);
    }
    let many = Patterns { rows, size };
    let plot = figure((&three, &found), &many, closed)?;
    let directory = std::env::args().nth(1).map(PathBuf::from);
    let directory = directory.unwrap_or_else(std::env::temp_dir);
    for ending in ["png", "svg"] {
        let path = directory.join(format!("three-kinds.{ending}"));
        plot.draw(&path)?;
        eprintln!("drawn to {}", path.display());
    }
    Ok(())
}
