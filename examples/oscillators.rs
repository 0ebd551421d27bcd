//! How many patterns phase oscillators recall, with and without a second harmonic (Aoyagi 1995; Nishikawa, Lai and Hoppensteadt 2004).
//!
//! N = 120 oscillators of one frequency, coupled by Hebb's rule, K = Σ ξξᵀ/N; the second harmonic is ε = e/N for every pair. A cue has a tenth of
//! its signs turned and normal noise of 0.3 rad on every phase. What is told is |Σ ξ_j exp(iθ_j)|/N where it ends, at rest or at t = 200,
//! and its standard error over twelve networks. `cargo run --release --example oscillators -- DIRECTORY` draws it into the
//! directory.
//!
//! ```text
//! P/N     e = 0            e = 0.1          e = 0.25         e = 0.5
//! 0.017   0.993 ± 0.001    1.000 ± 0.000    1.000 ± 0.000    0.921 ± 0.004
//! 0.033   0.773 ± 0.025    0.933 ± 0.042    1.000 ± 0.000    0.939 ± 0.004
//! 0.050   0.669 ± 0.030    0.815 ± 0.037    1.000 ± 0.000    0.947 ± 0.004
//! 0.075   0.517 ± 0.037    0.485 ± 0.050    0.920 ± 0.048    0.945 ± 0.007
//! 0.100   0.383 ± 0.027    0.345 ± 0.018    0.550 ± 0.076    0.953 ± 0.004
//! 0.150   0.327 ± 0.012    0.317 ± 0.014    0.307 ± 0.016    0.918 ± 0.034
//! 0.200   0.271 ± 0.017    0.273 ± 0.017    0.263 ± 0.017    0.764 ± 0.062
//! ```

#[path = "short/mod.rs"]
mod short;

use std::error::Error;
use std::f64::consts::FRAC_PI_2;
use std::path::PathBuf;
use std::sync::Mutex;

use attractor::dynamics::{Interrupt, Settings, Start};
use attractor::ensemble::Ensemble;
use attractor::figure::{Figure, Line, LinesPlot};
use attractor::kernels::Weights;
use attractor::lagrangian::Identity;
use attractor::monitor::RestMonitor;
use attractor::network::{Layer, Network};
use attractor::pattern::Damage;
use attractor::pattern::random::Stream;
use attractor::stimulus::Stimulus;
use attractor::synapse::Phase;
use short::at_most;

const N: usize = 120;
const NETWORKS: u64 = 12;
/// Cues of each network, of different patterns where there are as many.
const CUES: usize = 4;
const PATTERNS: [usize; 7] = [2, 4, 6, 9, 12, 18, 24];
const HARMONICS: [f64; 4] = [0.0, 0.1, 0.25, 0.5];

type Outcome<T> = Result<T, Box<dyn Error>>;

fn network(patterns: &[f64], e: f64) -> Outcome<Network> {
    let entry = |(i, j): (usize, usize)| {
        let all = patterns.chunks_exact(N).map(|xi| xi[i] * xi[j]);
        if i == j {
            0.0
        } else {
            all.sum::<f64>() / N as f64
        }
    };
    let pairs = (0..N * N).map(|k| entry((k / N, k % N)));
    let couplings = Weights::new(N, N, pairs.collect())?;
    let phases = Layer::new("phases", &[N], Identity)?.leak(0.0);
    let synapse = Phase::new(couplings, e / N as f64)?;
    Ok(Network::builder()
        .layer(phases)
        .connect(&["phases"], synapse)
        .build()?)
}

/// `|Σ ξ exp(iθ)|/N`.
fn overlap(xi: &[f64], theta: &[f64]) -> f64 {
    let sum = |f: fn(f64) -> f64| xi.iter().zip(theta).map(|(xi, t)| xi * f(*t)).sum::<f64>();
    sum(f64::cos).hypot(sum(f64::sin)) / xi.len() as f64
}

/// The mean overlap at the end of the cues of one network.
fn recalled(seed: u64, count: usize, e: f64) -> Outcome<f64> {
    let patterns = Stream { seed, stream: 0 }.signs(count * N);
    let network = network(&patterns, e)?;
    let settings = Settings {
        t_end: 200.0,
        until_rest: true,
        rtol: 1e-4,
        atol: 1e-6,
        ..Settings::default()
    };
    let ensemble = Ensemble {
        network: &network,
        settings: &settings,
        stimulus: &Stimulus::constant(&network),
        threads: 0,
        alone: false,
        interrupt: &Interrupt::new(),
    };
    let xi = |k: usize| &patterns[k % count * N..][..N];
    let start = |k: usize| {
        let damage = Damage {
            flip: 0.1,
            ..Damage::default()
        };
        let signs = damage.apply(xi(k), Stream::of(seed, 1, k, 0));
        let noise = Stream::of(seed, 2, k, 0).normal(N, 0.0, 0.3);
        let angles = signs.iter().zip(noise).map(|(s, z)| FRAC_PI_2 * s + z);
        Ok(Start::at(angles.collect()))
    };
    let sum = Mutex::new(vec![0.0; CUES]);
    ensemble.run(
        0..CUES,
        start,
        |_| RestMonitor::new(&network, [1e-5, 0.0]),
        |k, end, _| {
            if let Ok(mut sum) = sum.lock() {
                sum[k] = overlap(xi(k), &end.x);
            }
        },
    )?;
    // Summed in the order of the cues.
    Ok(sum.into_inner()?.iter().sum::<f64>() / CUES as f64)
}

/// Mean and standard error over networks.
fn over_networks(count: usize, e: f64) -> Outcome<[f64; 2]> {
    let networks = at_most(2, NETWORKS as usize) as u64;
    let all = (1..=networks).map(|seed| recalled(seed, count, e));
    let all = all.collect::<Outcome<Vec<f64>>>()?;
    let n = all.len() as f64;
    let mean = all.iter().sum::<f64>() / n;
    let square = all.iter().map(|m| (m - mean).powi(2)).sum::<f64>();
    Ok([mean, (square / (n * (n - 1.0))).sqrt()])
}

fn main() -> Outcome<()> {
    let names: Vec<String> = HARMONICS.iter().map(|e| format!("e = {e:<11}")).collect();
    println!("P/N     {}", names.join("  "));
    let mut lines: Vec<Line> = HARMONICS
        .iter()
        .map(|e| Line {
            label: match *e {
                0.0 => "no second harmonic".into(),
                e => format!("ε = {e}/N"),
            },
            dots: true,
            ..Line::default()
        })
        .collect();
    for count in PATTERNS.into_iter().take(at_most(2, PATTERNS.len())) {
        let load = count as f64 / N as f64;
        let mut told = Vec::new();
        for (line, e) in lines.iter_mut().zip(HARMONICS) {
            let [mean, error] = over_networks(count, e)?;
            told.push(format!("{mean:.3} ± {error:.3}"));
            line.x.push(load);
            line.y.push(mean);
            line.low.push(mean - 2.0 * error);
            line.high.push(mean + 2.0 * error);
        }
        println!("{load:.3}   {}", told.join("    "));
    }
    let plot = LinesPlot {
        title: "What phase oscillators recall, with and without a second harmonic".into(),
        subtitle: format!(
            "N = {N}, cues with 10 % of signs turned and noise of 0.3 rad, {NETWORKS} networks; bars are two standard errors over networks"
        ),
        x_label: "load P/N".into(),
        y_label: "overlap |Σ ξ exp(iθ)|/N".into(),
        x_reaches: vec![0.0],
        y_reaches: vec![0.0, 1.0],
        lines,
        ..LinesPlot::default()
    };
    let directory = std::env::args().nth(1).map(PathBuf::from);
    let directory = directory.unwrap_or_else(std::env::temp_dir);
    let path = directory.join("oscillators-load.png");
    plot.draw(&path)?;
    eprintln!("drawn to {}", path.display());
    Ok(())
}
