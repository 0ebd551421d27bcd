//! How far from rest are the 12 Euler steps of the released Energy Transformer (Hoover et al. 2023)?
//!
//! Eleven random networks of 16 tokens, 32 dimensions, 4 heads of Y = 8 and 64 memories, weights of variance 1/32, from normal
//! states: steps of 0.1 as the released code takes, beside the flow under error control. Told are medians of what is left of
//! the way to rest: of the energy, (E − E*)/(E₀ − E*), and of the activations, |g − g*|/|g₀ − g*|. Without a leak (k = 0, the paper)
//! states grow without end and rest is that of the activations, taken at t = 10⁵; with k = 1 the tokens are held by an input that is
//! their start. `cargo run --release --example euler_steps -- DIRECTORY` draws both into the directory.
//!
//! ```text
//! leak  step  energy left: Euler, flow  activations left: Euler, flow
//!    0     1                0.94  0.93                    0.98  0.97
//!    0     3                0.83  0.80                    0.93  0.92
//!    0     6                0.69  0.64                    0.87  0.84
//!    0    12                0.54  0.51                    0.79  0.75
//!    1     1                0.92  0.91                    0.97  0.97
//!    1     3                0.79  0.77                    0.92  0.91
//!    1     6                0.65  0.61                    0.86  0.84
//!    1    12                0.50  0.47                    0.77  0.75
//! ```

use std::error::Error;
use std::path::PathBuf;
use std::sync::Arc;

use attractor::dynamics::{EULER, Settings, Start, TSIT5, integrate};
use attractor::figure::{Figure, Line, LinesPlot, PanelsPlot, Plot};
use attractor::kernels::Weights;
use attractor::lagrangian::{Array, DirectSum, LayerNorm, Relu};
use attractor::network::{Drive, Layer, Network, Workspace};
use attractor::pattern::random::Stream;
use attractor::stimulus::Stimulus;
use attractor::synapse::{Memory, TokenAttention};

const TOKENS: usize = 16;
const DIMS: usize = 32;
const HEADS: [usize; 2] = [4, 8];
const MEMORIES: usize = 64;
const STEP: f64 = 0.1;
const STEPS: usize = 12;
const NETWORKS: u64 = 11;

/// A network of random weights, and where it starts.
fn network(seed: u64, leak: f64) -> Result<(Network, Vec<f64>), Box<dyn Error>> {
    let std = 1.0 / (DIMS as f64).sqrt();
    let normal =
        |stream: usize, n: usize, std: f64| Stream::of(seed, stream, 0, 0).normal(n, 0.0, std);
    let [heads, inner] = HEADS;
    let project = |stream: usize| Array {
        shape: vec![heads, inner, DIMS],
        data: normal(stream, heads * inner * DIMS, std),
    };
    let attention = TokenAttention::within(TOKENS, project(1), project(2))?.exclude_self()?;
    let xi = Weights::new(MEMORIES, DIMS, normal(3, MEMORIES * DIMS, std))?;
    let potential = DirectSum::uniform(&[MEMORIES], Arc::new(Relu))?;
    let memory = Memory::new(vec![xi], potential)?.each_token(&[TOKENS, DIMS])?;
    let start = normal(4, TOKENS * DIMS, 1.0);
    let input = start.iter().map(|x| leak * x).collect::<Vec<f64>>();
    let tokens = Layer::new("tokens", &[TOKENS, DIMS], LayerNorm::new(1.0, &[], 1e-5))?;
    let network = Network::builder()
        .layer(tokens.leak(leak).input(input))
        .connect(&["tokens"], attention)
        .connect(&["tokens"], memory)
        .build()?;
    Ok((network, start))
}

/// Energy and activations at a state.
fn seen(network: &Network, x: &[f64]) -> (f64, Vec<f64>) {
    let mut ws = Workspace::new(network, 1);
    let mut at = network.at(x, Drive::own(network), &mut ws);
    let g = at.activation().to_vec();
    (at.energy().total[0], g)
}

/// States at the start and after every step of 0.1, by Euler or by the flow.
fn course(network: &Network, start: &[f64], euler: bool) -> Result<Vec<Vec<f64>>, Box<dyn Error>> {
    let settings = Settings {
        method: if euler { &EULER } else { &TSIT5 },
        step: euler.then_some(STEP),
        t_end: STEP,
        rtol: 1e-9,
        atol: 1e-9,
        ..Settings::default()
    };
    let stimulus = Stimulus::constant(network);
    let mut states = vec![start.to_vec()];
    for _ in 0..STEPS {
        let from = Start::at(states[states.len() - 1].clone());
        states.push(integrate(network, &settings, &stimulus, from, &mut ())?.x);
    }
    Ok(states)
}

/// Where the activations come to rest.
fn rest(network: &Network, start: &[f64], leak: f64) -> Result<Vec<f64>, Box<dyn Error>> {
    let settings = Settings {
        method: &TSIT5,
        t_end: if leak > 0.0 { 60.0 } else { 1e5 },
        ..Settings::default()
    };
    let stimulus = Stimulus::constant(network);
    let from = Start::at(start.to_vec());
    Ok(integrate(network, &settings, &stimulus, from, &mut ())?.x)
}

fn apart(a: &[f64], b: &[f64]) -> f64 {
    let squares = a.iter().zip(b).map(|(a, b)| (a - b) * (a - b));
    squares.sum::<f64>().sqrt()
}

fn median(mut of: Vec<f64>) -> f64 {
    of.sort_by(f64::total_cmp);
    0.5 * (of[(of.len() - 1) / 2] + of[of.len() / 2])
}

/// What is left of the way to rest after each step: of the energy and of the activations, by Euler and by the flow.
fn left(leak: f64) -> Result<[[Vec<f64>; 2]; 2], Box<dyn Error>> {
    let mut all = [const { [const { Vec::new() }; 2] }; 2];
    for seed in 0..NETWORKS {
        let (network, start) = network(seed, leak)?;
        let (least, end) = seen(&network, &rest(&network, &start, leak)?);
        let (most, begin) = seen(&network, &start);
        for (all, euler) in all.iter_mut().zip([true, false]) {
            let (mut energies, mut distances) = (Vec::new(), Vec::new());
            for x in course(&network, &start, euler)? {
                let (energy, g) = seen(&network, &x);
                energies.push((energy - least) / (most - least));
                distances.push(apart(&g, &end) / apart(&begin, &end));
            }
            all[0].push(energies);
            all[1].push(distances);
        }
    }
    // Over the networks, step by step.
    Ok(all.map(|of| {
        of.map(|runs: Vec<Vec<f64>>| {
            let step = |k: usize| median(runs.iter().map(|run| run[k]).collect());
            (0..=STEPS).map(step).collect()
        })
    }))
}

fn panel(title: &str, [euler, flow]: [&[Vec<f64>; 2]; 2]) -> Plot {
    let names = ["energy", "activations"];
    let line = |label: String, second: bool, y: &Vec<f64>| Line {
        label,
        x: (0..y.len()).map(|k| k as f64).collect(),
        y: y.clone(),
        dots: !second,
        second,
        ..Line::default()
    };
    let of = |what: &str, second: bool, all: &[Vec<f64>; 2]| {
        let each = names.iter().zip(all);
        each.map(|(name, y)| line(format!("{name}, {what}"), second, y))
            .collect::<Vec<Line>>()
    };
    let mut lines = of("Euler steps", false, euler);
    lines.extend(of("flow", true, flow));
    Plot::Lines(LinesPlot {
        title: title.into(),
        x_label: "steps of 0.1".into(),
        y_label: "left of the way to rest".into(),
        y_reaches: vec![0.0, 1.0],
        lines,
        ..LinesPlot::default()
    })
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut plots = Vec::new();
    println!("leak  step  energy left: Euler, flow  activations left: Euler, flow");
    for leak in [0.0, 1.0] {
        let [euler, flow] = left(leak)?;
        for k in [1, 3, 6, STEPS] {
            println!(
                "{leak:4}  {k:4}  {:18.2} {:5.2}  {:22.2} {:5.2}",
                euler[0][k], flow[0][k], euler[1][k], flow[1][k]
            );
        }
        plots.push(panel(&format!("leak {leak}"), [&euler, &flow]));
    }
    let plot = PanelsPlot {
        title: "Twelve Euler steps of the Energy Transformer and its rest".into(),
        subtitle: format!(
            "medians of {NETWORKS} random networks · {TOKENS} tokens, {DIMS} dimensions, {} heads of Y = {}, {MEMORIES} memories",
            HEADS[0], HEADS[1]
        ),
        columns: 2,
        plots,
    };
    let directory = std::env::args().nth(1).map(PathBuf::from);
    let directory = directory.unwrap_or_else(std::env::temp_dir);
    for ending in ["png", "svg"] {
        let path = directory.join(format!("euler-steps.{ending}"));
        plot.draw(&path)?;
        eprintln!("drawn to {}", path.display());
    }
    Ok(())
}
