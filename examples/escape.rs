//! How long does a network under noise stay in an attractor? Mean times from one well to the bottom of the other, measured over
//! independent trajectories (± 95 %), beside the exact ones.
//!
//! The first table is of one graded neuron, `E = x²/2 − ln cosh(4x)/4` at a temperature (method `sra`), from the bottom of one well to
//! that of the other: the exact integral and Kramers' formula ([`attractor::analysis::mean_passage`]).
//!
//! The second is of networks that grow, all of which hold one another: N graded neurons with `E = Σ x²/2 − (N/2) ln cosh(2m)`, m their mean, at
//! T = 0.5, and N spins with `E = −(Σ s)²/(2N)` at T = 0.6 (method `glauber`, time in sweeps), from all down to where the mean is that of
//! the other well. Both have an exact answer: m is one coordinate at the temperature T/N, and the number of spins that are up is a
//! chain of births and deaths. The barrier is N times that of one neuron, so that the time grows exponentially with N.
//! `cargo run --release --example escape -- DIRECTORY` draws it into the directory.
//!
//! ```text
//! one neuron, barrier 0.3268
//! barrier/T    measured           exact   Kramers
//!       2.0     38.83 ±  2.37      38.09     26.88
//!       3.0     98.34 ±  5.66      95.53     73.06
//!       4.0    244.75 ± 14.20     242.75    198.60
//!       5.0    648.54 ± 38.51     629.68    539.84
//!
//! graded neurons, barrier/T = 0.3265 N
//!     N    measured           exact
//!     4      34.0 ±   1.9        32.9
//!     6      65.9 ±   3.6        63.1
//!     8     121.7 ±   6.9       117.0
//!    10     223.0 ±  13.2       216.4
//!    12     415.7 ±  26.9       402.7
//!
//! spins, sweeps
//!     N    measured           exact
//!     8      44.1 ±   2.6        43.6
//!    12      96.8 ±   5.9        96.9
//!    16     205.1 ±  12.7       197.3
//!    20     384.0 ±  24.0       395.1
//!    24     797.8 ±  47.6       787.9
//! ```

#[path = "short/mod.rs"]
mod short;

use std::error::Error;
use std::path::PathBuf;
use std::sync::Arc;

use attractor::analysis::{kramers, mean_passage, passage_times};
use attractor::dynamics::{
    Flipping, GLAUBER, Interrupt, Method, SRA, Settings, Start, Temperature,
};
use attractor::ensemble::Ensemble;
use attractor::figure::{Figure, Line, LinesPlot};
use attractor::kernels::Weights;
use attractor::lagrangian::{DirectSum, Identity, Sign, Tanh};
use attractor::network::{Layer, Network};
use attractor::stimulus::Stimulus;
use attractor::synapse::{Memory, Recurrent};
use short::at_most;

/// Trajectories of each mean.
const COUNT: usize = 1000;
/// Numbers of spins.
const SPINS: [usize; 5] = [8, 12, 16, 20, 24];

type Answer<T> = Result<T, Box<dyn Error>>;

/// Neurons that a memory of their mean holds: `E = Σ x²/2 − (N/b) ln cosh(b m)`.
fn graded(n: usize, b: f64) -> Answer<Network> {
    let potential = DirectSum::uniform(&[1], Arc::new(Tanh { beta: b }))?;
    let mean = Weights::new(1, n, vec![1.0 / n as f64; n])?;
    let memory = Memory::new(vec![mean], potential)?.scale(n as f64)?;
    let layer = Layer::new("neurons", &[n], Identity)?;
    Ok(Network::builder()
        .layer(layer)
        .connect(&["neurons"], memory)
        .build()?)
}

/// The energy of one of them.
fn energy(b: f64, m: f64) -> f64 {
    0.5 * m * m - (b * m).cosh().ln() / b
}

/// Spins that are all coupled: `E = −(Σ s)²/(2N)` up to a constant.
fn spins(n: usize) -> Answer<Network> {
    let coupling = |k: usize| {
        if k.is_multiple_of(n + 1) {
            0.0
        } else {
            1.0 / n as f64
        }
    };
    let weights = Weights::new(n, n, (0..n * n).map(coupling).collect())?;
    let layer = Layer::new("spins", &[n], Sign {})?;
    let synapse = Recurrent::new(weights, &vec![1.0; n])?;
    Ok(Network::builder()
        .layer(layer)
        .connect(&["spins"], synapse)
        .build()?)
}

/// The positive fixed point of `m = tanh(b m)`.
fn well(b: f64) -> f64 {
    (0..1000).fold(1.0_f64, |m, _| (b * m).tanh())
}

/// Mean time from a start until the mean activation is at least `there`, with half its 95 % interval.
fn measured(
    network: &Network,
    (method, step, t): (&'static Method, f64, f64),
    from: f64,
    there: f64,
) -> Answer<[f64; 2]> {
    let settings = Settings {
        method,
        step: Some(step),
        t_end: 1e7,
        max_steps: u64::MAX,
        flipping: Flipping {
            temperature: Temperature::Constant(t),
            ..Flipping::default()
        },
        ..Settings::default()
    };
    let (stimulus, interrupt) = (Stimulus::constant(network), Interrupt::new());
    let ensemble = Ensemble {
        network,
        settings: &settings,
        stimulus: &stimulus,
        threads: 0,
        alone: false,
        interrupt: &interrupt,
    };
    let (n, count) = (network.size(), at_most(30, COUNT));
    let start = Start::at(vec![from; n]);
    let times = passage_times(&ensemble, &start, (count, 1), |x| {
        x.iter().sum::<f64>() >= there * n as f64
    })?;
    let times: Vec<f64> = times.into_iter().flatten().collect();
    assert_eq!(times.len(), count, "all of them arrive");
    let count = count as f64;
    let mean = times.iter().sum::<f64>() / count;
    let variance = times.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / (count - 1.0);
    Ok([mean, 1.96 * (variance / count).sqrt()])
}

/// The exact mean number of sweeps of N spins from all down until so many are up: of k up ones one goes up with `p`, down with `q`.
fn births_and_deaths(n: usize, t: f64, there: usize) -> f64 {
    let size = n as f64;
    let up = |field: f64| 1.0 / (1.0 + (-2.0 * field / t).exp());
    let (mut total, mut step) = (0.0, 0.0);
    for k in 0..there {
        let (ups, m) = (k as f64, 2.0 * k as f64 - size);
        let p = (size - ups) / size * up((m + 1.0) / size);
        let q = ups / size * up(-(m - 1.0) / size);
        step = (1.0 + q * step) / p;
        total += step;
    }
    total / size
}

fn main() -> Answer<()> {
    let b = 4.0;
    let (end, curvature) = (well(b), |x: f64| 1.0 - b / (b * x).cosh().powi(2));
    let barrier = energy(b, 0.0) - energy(b, end);
    let one = graded(1, b)?;
    println!("one neuron, barrier {barrier:.4}");
    println!("barrier/T    measured           exact   Kramers");
    for high in [2.0, 3.0, 4.0, 5.0] {
        let t = barrier / high;
        let [mean, error] = measured(&one, (&SRA, 0.02, t), -end, end)?;
        let exact = mean_passage(|x| energy(b, x), [-4.0, -end, end], 1.0, t);
        let law = kramers(barrier, [curvature(end), curvature(0.0)], 1.0, t);
        println!("{high:9.1}   {mean:7.2} ± {error:5.2}   {exact:8.2}   {law:7.2}");
    }

    let (b, t) = (2.0, 0.5);
    let end = well(b);
    let high = (energy(b, 0.0) - energy(b, end)) / t;
    println!("\ngraded neurons, barrier/T = {high:.4} N");
    println!("    N    measured           exact");
    let mut lines = Vec::new();
    let mut points = Vec::new();
    let exact = |n: f64| mean_passage(|x| energy(b, x), [-4.0, -end, end], 1.0, t / n);
    for n in [4, 6, 8, 10, 12] {
        let found = measured(&graded(n, b)?, (&SRA, 0.05, t), -end, end)?;
        let [mean, error] = found;
        println!("{n:5}   {mean:7.1} ± {error:5.1}   {:9.1}", exact(n as f64));
        points.push((n as f64, found));
    }
    lines.push(dots("graded neurons, measured", &points));
    let sizes = (6..=26).map(|n| 0.5 * f64::from(n));
    lines.push(curve("graded neurons, exact", sizes.map(|n| (n, exact(n)))));

    let t = 0.6;
    let end = well(1.0 / t);
    println!("\nspins, sweeps");
    println!("    N    measured           exact");
    let there = |n: usize| (0.5 * (1.0 + end) * n as f64).floor();
    let exact = |n: usize| births_and_deaths(n, t, there(n) as usize);
    let mut points = Vec::new();
    for n in SPINS {
        let there = 2.0 * there(n) / n as f64 - 1.0;
        let found = measured(
            &spins(n)?,
            (&GLAUBER, 1.0 / n as f64, t),
            -1.0,
            there - 1e-9,
        )?;
        let [mean, error] = found;
        println!("{n:5}   {mean:7.1} ± {error:5.1}   {:9.1}", exact(n));
        points.push((n as f64, found));
    }
    lines.push(Line {
        second: true,
        ..dots("spins, measured", &points)
    });
    lines.push(Line {
        second: true,
        ..curve("spins, exact", SPINS.map(|n| (n as f64, exact(n))))
    });

    if let Some(directory) = std::env::args().nth(1) {
        let plot = LinesPlot {
            title: "The time in an attractor grows exponentially with the number of neurons".into(),
            subtitle: format!(
                "{COUNT} trajectories each, 95 % intervals · graded neurons: sra, step 0.05, T = 0.5 · spins: glauber, T = 0.6"
            ),
            x_label: "number of neurons N".into(),
            y_label: "mean time to the other well (τ, or sweeps)".into(),
            y_log: true,
            lines,
            ..LinesPlot::default()
        };
        for ending in ["png", "svg"] {
            plot.draw(PathBuf::from(&directory).join(format!("escape.{ending}")))?;
        }
    }
    Ok(())
}

/// Means with their intervals.
fn dots(label: &str, points: &[(f64, [f64; 2])]) -> Line {
    let of = |f: fn(&[f64; 2]) -> f64| points.iter().map(|(_, p)| f(p)).collect();
    Line {
        label: label.into(),
        x: points.iter().map(|(x, _)| *x).collect(),
        y: of(|p| p[0]),
        low: of(|p| p[0] - p[1]),
        high: of(|p| p[0] + p[1]),
        dots: true,
        scattered: true,
        ..Line::default()
    }
}

fn curve(label: &str, points: impl IntoIterator<Item = (f64, f64)>) -> Line {
    let (x, y) = points.into_iter().unzip();
    Line {
        label: label.into(),
        x,
        y,
        ..Line::default()
    }
}
