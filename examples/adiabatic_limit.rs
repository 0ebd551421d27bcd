//! The adiabatic limit as a measurement: a two-layer network against its effective theory, for ever faster hidden layers.
//!
//! With the hidden layer on its slow manifold the features differ from those of the limit by O(τ_h), the energies by
//! O(τ_h²), and the full energy is never below the effective one (Fenchel and Young). `cargo run --release --example
//! adiabatic_limit -- DIRECTORY` draws both into the directory.

use std::path::PathBuf;

use attractor::dynamics::{EXPONENTIAL, RunError, Settings, Start, TSIT5, integrate};
use attractor::figure::{Figure, Line, LinesPlot};
use attractor::kernels::Weights;
use attractor::monitor::{Recorder, Save};
use attractor::network::{Drive, Layer, Network, Workspace, theories};
use attractor::stimulus::Stimulus;
use attractor::trajectory::Trajectory;

const FEATURES: usize = 5;
const XI: [f64; 20] = [
    0.6494, 0.4045, -0.5151, -1.0305, 0.5809, //
    1.3345, 0.0833, 0.2899, -0.5601, -0.2539, //
    -0.3074, -0.2769, -0.5801, 0.385, 1.2625, //
    -0.5086, 0.7514, -0.2164, -0.1971, -1.158,
];
const CUE: [f64; FEATURES] = [2.1692, 0.436, -0.8004, 0.4844, -0.6674];

/// Every hundredth of a time constant up to t = 4.
fn follow(network: &Network, settings: &Settings, x: Vec<f64>) -> Result<Trajectory, RunError> {
    let mut recorder = Recorder::new(network.size(), Save::Every(0.01), true);
    let stimulus = Stimulus::constant(network);
    integrate(network, settings, &stimulus, Start::at(x), &mut recorder)?;
    Ok(recorder.into_trajectory())
}

/// The energy at a state.
fn energy(network: &Network, x: &[f64], ws: &mut Workspace) -> f64 {
    network.at(x, Drive::own(network), ws).energy().total[0]
}

/// Largest distance of the features over time, and the difference of the energies at the end.
fn compare(full: &Trajectory, limit: &Trajectory, effective: &Network) -> [f64; 2] {
    let mut ws = Workspace::new(effective, 1);
    let mut farthest = 0.0_f64;
    for k in 0..full.len() {
        let pairs = full.state(k).iter().zip(limit.state(k));
        farthest = pairs.fold(farthest, |worst, (a, b)| worst.max((a - b).abs()));
    }
    let end = full.len() - 1;
    let features = &full.state(end)[..FEATURES];
    [
        farthest,
        full.energy[end] - energy(effective, features, &mut ws),
    ]
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let xi = || Weights::new(4, FEATURES, XI.to_vec());
    let features = Layer::new("v", &[FEATURES], attractor::lagrangian::Tanh { beta: 2.0 })?;
    let hidden = Layer::new("h", &[4], attractor::lagrangian::Softmax { beta: 3.0 })?;
    let effective = theories::effective(features.clone(), &hidden, xi()?)?;
    let settings = |method| Settings {
        method,
        rtol: 1e-11,
        atol: 1e-13,
        t_end: 4.0,
        ..Settings::default()
    };
    let limit = follow(&effective, &settings(&TSIT5), CUE.to_vec())?;
    // The hidden layer begins where the limit has it: h = ξ g(v).
    let (mut g, mut h) = (vec![0.0; FEATURES], vec![0.0; 4]);
    effective.activation(&CUE, 1, &mut g);
    xi()?.add_product(&g, 1, &mut h);
    let start = [CUE.to_vec(), h].concat();
    let taus = [1e-2, 3e-3, 1e-3, 3e-4, 1e-4, 3e-5, 1e-5, 1e-6];
    let mut rows = Vec::new();
    println!("   τ_h    max |x − x_eff|   E − E_eff at t = 4");
    for tau in taus {
        let network = theories::two_layer(features.clone(), hidden.clone().tau(tau), xi()?)?;
        let full = follow(&network, &settings(&EXPONENTIAL), start.clone())?;
        let [distance, gap] = compare(&full, &limit, &effective);
        println!("{tau:7.0e}   {distance:12.5e}      {gap:12.4e}");
        rows.push([tau, distance, gap]);
    }
    // Energies of order 1 agree to rounding from τ_h = 1e-5 on.
    let seen: Vec<[f64; 3]> = rows.iter().copied().filter(|r| r[0] > 5e-5).collect();
    let order = |column: usize| {
        let (first, last) = (seen[0], seen[seen.len() - 1]);
        (first[column] / last[column]).ln() / (first[0] / last[0]).ln()
    };
    println!(
        "orders {:.3} and {:.3}, expected 1 and 2",
        order(1),
        order(2)
    );
    assert!((order(1) - 1.0).abs() < 0.01 && (order(2) - 2.0).abs() < 0.02);

    let directory = match std::env::args().nth(1) {
        Some(directory) => PathBuf::from(directory),
        None => std::env::temp_dir(),
    };
    let line = |label: &str, rows: &[[f64; 3]], column: usize| Line {
        label: label.into(),
        x: rows.iter().map(|r| r[0]).collect(),
        y: rows.iter().map(|r| r[column]).collect(),
        dots: true,
        ..Line::default()
    };
    let slope = |label: &str, rows: &[[f64; 3]], column: usize, power: i32| Line {
        label: label.into(),
        x: rows.iter().map(|r| r[0]).collect(),
        y: rows
            .iter()
            .map(|r| 3.0 * rows[0][column] * (r[0] / rows[0][0]).powi(power))
            .collect(),
        reference: true,
        ..Line::default()
    };
    let plot = LinesPlot {
        title: "A two-layer network on the way to its adiabatic limit".into(),
        subtitle: "v: 5 tanh, β = 2 · h: 4 softmax, β = 3 · τ_{v} = 1 · h starts at ξ g(v) · t ≤ 4"
            .into(),
        x_label: "time constant τ_{h} of the hidden layer (unit of τ_{v})".into(),
        y_label: "difference from the effective theory".into(),
        x_log: true,
        y_log: true,
        lines: vec![
            slope("slope 1", &rows, 1, 1),
            slope("slope 2", &seen, 2, 2),
            line("max |x − x_{eff}| over time", &rows, 1),
            line("E − E_{eff} at t = 4", &seen, 2),
        ],
        ..LinesPlot::default()
    };
    for ending in ["png", "svg", "pdf"] {
        let path = directory.join(format!("adiabatic-limit.{ending}"));
        plot.draw(&path)?;
        println!("drawn to {}", path.display());
    }
    Ok(())
}
