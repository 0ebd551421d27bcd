//! How fast inhibition must be not to oscillate (Scholarpedia: "only that they are fast enough that the overall system does not oscillate").
//!
//! One excitatory neuron excites itself by w and drives an inhibitory one by A = 2, which inhibits it as strongly: ẋ = −x + w g(x) + 0.1 − A y, τ_I ẏ = −y +
//! A g(x). There is no energy. At a fixed point with the slope H = g' it is stable where τ_I < 1/(w H − 1): of linear neurons, H = 1, on one side of
//! the line τ_I = 1/(w − 1). A grid of circuits is integrated; each comes to rest or not (or, near the line, has not decided by t = 1000).
//! `cargo run --release --example fast_inhibition -- DIRECTORY` draws it into the directory.
//!
//! ```text
//! linear neurons: 110 rest, 135 do not, 2 not decided; 0 are on the other side of the line
//! tanh neurons: 113 rest, 133 do not, 1 not decided; 0 are on the other side of the line
//! τ_I at which an eigenvalue crosses 0, beside the formula
//! linear  w = 1.5  2.00000000  2.00000000
//! linear  w = 3  0.50000000  0.50000000
//! linear  w = 4.5  0.28571429  0.28571429
//! tanh    w = 1.5  2.00490922  2.00490922
//! tanh    w = 3  0.50188048  0.50188048
//! tanh    w = 4.5  0.30039197  0.30039197
//! w = 3, τ_I = 0.8: the largest x is 1.2778
//! half-plane, τ_I = 0.05: V1 + 2 V2 goes beyond 0.6 by 0.292
//! half-plane, τ_I = 0.3: V1 + 2 V2 goes beyond 0.6 by 1.150
//! half-plane, τ_I = 1: V1 + 2 V2 goes beyond 0.6 by 2.322
//! ```

use std::error::Error;
use std::path::{Path, PathBuf};

use attractor::analysis::FixedPoints;
use attractor::dynamics::{Settings, Start, integrate};
use attractor::figure::{Figure, Line, LinesPlot, PanelsPlot, Plot};
use attractor::kernels::Weights;
use attractor::lagrangian::{Identity, Tanh};
use attractor::model_file::load;
use attractor::monitor::{Recorder, RestMonitor, Save};
use attractor::network::{Layer, Network};
use attractor::stimulus::Stimulus;
use attractor::synapse::{ExcitatoryInhibitory, Recurrent};
use attractor::trajectory::StopReason;

const A: f64 = 2.0;
const BIAS: f64 = 0.1;
const END: f64 = 1000.0;
/// The grid, of w and of τ_I.
const GRID: [usize; 2] = [19, 13];

type Outcome<T> = Result<T, Box<dyn Error>>;

#[derive(Clone, Copy, PartialEq)]
enum Neurons {
    Linear,
    Tanh,
}

fn circuit(neurons: Neurons, w: f64, tau: f64) -> Outcome<Network> {
    let excitatory = match neurons {
        Neurons::Linear => Layer::new("excitatory", &[1], Identity)?,
        Neurons::Tanh => Layer::new("excitatory", &[1], Tanh { beta: 1.0 })?,
    };
    let own = Recurrent::new(Weights::new(1, 1, vec![w])?, &[1.0])?;
    let both = ExcitatoryInhibitory::new(Weights::new(1, 1, vec![A])?);
    Ok(Network::builder()
        .layer(excitatory.input(BIAS))
        .layer(Layer::new("inhibitory", &[1], Identity)?.tau(tau))
        .connect(&["excitatory"], own)
        .connect(&["excitatory", "inhibitory"], both)
        .build()?)
}

/// The fixed point, and the slope of the activation there.
fn fixed_point(neurons: Neurons, w: f64) -> [f64; 3] {
    // x + (A² − w) g(x) = 0.1 by Newton's method; below w = 1 + A² the left side rises.
    let mut x = 0.0;
    let g = |x: f64| match neurons {
        Neurons::Linear => [x, 1.0],
        Neurons::Tanh => [x.tanh(), 1.0 - x.tanh().powi(2)],
    };
    for _ in 0..100 {
        let [value, slope] = g(x);
        x -= (x + (A * A - w) * value - BIAS) / (1.0 + (A * A - w) * slope);
    }
    let [value, slope] = g(x);
    [x, A * value, slope]
}

/// The real part of the rightmost eigenvalue at the fixed point.
fn rightmost(neurons: Neurons, w: f64, tau: f64) -> Outcome<f64> {
    let network = circuit(neurons, w, tau)?;
    let [x, y, _] = fixed_point(neurons, w);
    let mut points = FixedPoints::default();
    let k = points.find(&network, &[x, y], network.input(), &[]);
    let found = points.points()[k].eigenvalue;
    Ok(found.ok_or("there is no eigenvalue")?.re)
}

/// τ_I at which that is 0.
fn onset(neurons: Neurons, w: f64) -> Outcome<f64> {
    let (mut low, mut high) = (1e-3f64, 1e3f64);
    for _ in 0..60 {
        let middle = (low * high).sqrt();
        match rightmost(neurons, w, middle)? < 0.0 {
            true => low = middle,
            false => high = middle,
        }
    }
    Ok((low * high).sqrt())
}

/// Does it come to rest, from beside its fixed point? None where that is not decided by the end.
fn rests(neurons: Neurons, w: f64, tau: f64) -> Outcome<Option<bool>> {
    let network = circuit(neurons, w, tau)?;
    let [x, y, _] = fixed_point(neurons, w);
    let settings = Settings {
        t_end: END,
        until_rest: true,
        ..Settings::default()
    };
    let start = Start::at(vec![x + 0.01, y]);
    let mut rest = RestMonitor::new(&network, [1e-8, 1e-6]);
    let stimulus = Stimulus::constant(&network);
    let end = integrate(&network, &settings, &stimulus, start, &mut rest)?;
    let off = (end.x[0] - x).hypot(end.x[1] - y);
    Ok(match end.stop {
        StopReason::Rest => Some(true),
        _ if off > 0.01 || off.is_nan() => Some(false),
        _ => None,
    })
}

/// The largest and the smallest x of the second half of a long run.
fn swing(w: f64, tau: f64) -> Outcome<[f64; 2]> {
    let network = circuit(Neurons::Tanh, w, tau)?;
    let settings = Settings {
        t_end: END,
        rtol: 1e-8,
        ..Settings::default()
    };
    let times = (0..4000).map(|k| 0.5 * END + 0.5 * END * f64::from(k) / 4000.0);
    let mut saved = Recorder::new(2, Save::At(times.collect()), false);
    let start = Start::at(vec![0.2, 0.0]);
    let stimulus = Stimulus::constant(&network);
    integrate(&network, &settings, &stimulus, start, &mut saved)?;
    let kept = saved.into_trajectory();
    let x = || kept.x.chunks(2).map(|x| x[0]);
    Ok([
        x().fold(f64::INFINITY, f64::min),
        x().fold(f64::NEG_INFINITY, f64::max),
    ])
}

/// `A·V` of two neurons over time, which an inhibitory neuron holds below B (model `half-plane`).
fn half_plane() -> Outcome<Plot> {
    let mut lines = Vec::new();
    for tau in [0.05, 0.3, 1.0] {
        let overrides = [format!("layers.inhibition.tau={tau}")];
        let study = load(Path::new("half-plane"), &overrides)?.study;
        let mut saved = Recorder::new(3, Save::Every(0.01), false);
        let start = Start::at(vec![0.0, 0.0, -2.4]);
        integrate(
            &study.network,
            &study.settings,
            &study.stimulus,
            start,
            &mut saved,
        )?;
        let kept = saved.into_trajectory();
        let mut g = vec![0.0; 3];
        let states = kept.t.iter().zip(kept.x.chunks(3));
        let (mut x, mut y) = (Vec::new(), Vec::new());
        for (t, state) in states.filter(|(t, _)| **t <= 8.0) {
            study.network.activation(state, 1, &mut g);
            x.push(*t);
            y.push(g[0] + 2.0 * g[1]);
        }
        let beyond = y.iter().map(|y| y - 0.6).fold(0.0, f64::max);
        println!("half-plane, τ_I = {tau}: V1 + 2 V2 goes beyond 0.6 by {beyond:.3}");
        lines.push(Line {
            label: format!("τ_{{I}} = {tau}"),
            x,
            y,
            ..Line::default()
        });
    }
    lines.push(Line {
        label: "B".into(),
        x: vec![0.0, 8.0],
        y: vec![0.6; 2],
        reference: true,
        ..Line::default()
    });
    Ok(Plot::Lines(LinesPlot {
        title: "a half-plane".into(),
        x_label: "t / τ_{E}".into(),
        y_label: "A·V = V_{1} + 2 V_{2}".into(),
        lines,
        ..LinesPlot::default()
    }))
}

fn dots(label: &str, points: &[(f64, f64)]) -> Line {
    let (x, y) = points.iter().copied().unzip();
    Line {
        label: label.into(),
        x,
        y,
        dots: true,
        scattered: true,
        ..Line::default()
    }
}

/// The map of one kind of neurons, with the line of the theory.
fn map(neurons: Neurons, title: &str, label: &str) -> Outcome<Plot> {
    let [mut still, mut moving, mut open] = [Vec::new(), Vec::new(), Vec::new()];
    let mut wrong = 0;
    for i in 0..GRID[0] {
        let w = 1.2 + 3.6 * i as f64 / (GRID[0] - 1) as f64;
        let line = 1.0 / (w * fixed_point(neurons, w)[2] - 1.0);
        for j in 0..GRID[1] {
            let tau = 0.1 * 60f64.powf(j as f64 / (GRID[1] - 1) as f64);
            let below = tau < line || line < 0.0;
            match rests(neurons, w, tau)? {
                Some(rests) => {
                    wrong += usize::from(rests != below);
                    if rests { &mut still } else { &mut moving }.push((w, tau));
                }
                None => open.push((w, tau)),
            }
        }
    }
    println!(
        "{title}: {} rest, {} do not, {} not decided; {wrong} are on the other side of the line",
        still.len(),
        moving.len(),
        open.len()
    );
    let [mut x, mut y] = [Vec::new(), Vec::new()];
    for k in 0..=100 {
        let w = 1.18 + 3.64 * f64::from(k) / 100.0;
        let line = 1.0 / (w * fixed_point(neurons, w)[2] - 1.0);
        if (0.09..6.5).contains(&line) {
            x.push(w);
            y.push(line);
        }
    }
    let mut lines = vec![dots("at rest", &still), dots("not at rest", &moving)];
    if !open.is_empty() {
        lines.push(dots("not decided", &open));
    }
    lines.push(Line {
        label: label.into(),
        x,
        y,
        reference: true,
        ..Line::default()
    });
    Ok(Plot::Lines(LinesPlot {
        title: title.into(),
        x_label: "w".into(),
        y_label: "τ_{I} / τ_{E}".into(),
        y_log: true,
        lines,
        ..LinesPlot::default()
    }))
}

fn main() -> Outcome<()> {
    let plots = [
        map(Neurons::Linear, "linear neurons", "1/(w − 1)")?,
        map(Neurons::Tanh, "tanh neurons", "1/(w H − 1)")?,
    ];
    println!("τ_I at which an eigenvalue crosses 0, beside the formula");
    for (neurons, name) in [(Neurons::Linear, "linear"), (Neurons::Tanh, "tanh")] {
        for w in [1.5, 3.0, 4.5] {
            let line = 1.0 / (w * fixed_point(neurons, w)[2] - 1.0);
            println!("{name:6}  w = {w}  {:.8}  {line:.8}", onset(neurons, w)?);
        }
    }
    let [mut tau, mut low, mut high] = [(); 3].map(|()| Vec::new());
    for k in 0..=50 {
        let t = 0.3 + 0.7 * f64::from(k) / 50.0;
        let [a, b] = swing(3.0, t)?;
        tau.push(t);
        low.push(a);
        high.push(b);
    }
    println!(
        "w = 3, τ_I = 0.8: the largest x is {:.4}",
        swing(3.0, 0.8)?[1]
    );
    let edge = |label: &str, y: Vec<f64>| Line {
        label: label.into(),
        x: tau.clone(),
        y,
        ..Line::default()
    };
    let at = 1.0 / (3.0 * fixed_point(Neurons::Tanh, 3.0)[2] - 1.0);
    let swings = Plot::Lines(LinesPlot {
        title: "tanh neurons, w = 3".into(),
        x_label: "τ_{I} / τ_{E}".into(),
        y_label: "x after t = 500".into(),
        lines: vec![
            edge("largest", high.clone()),
            edge("smallest", low.clone()),
            Line {
                label: "onset by eigenvalues".into(),
                x: vec![at; 2],
                y: vec![-1.4, 1.4],
                reference: true,
                ..Line::default()
            },
        ],
        ..LinesPlot::default()
    });
    let plot = PanelsPlot {
        title: "How fast inhibition must be".into(),
        subtitle: format!(
            "an excitatory neuron with self-excitation w and an inhibitory one, A = {A}; no energy is known; a, b: does it come to rest from beside its fixed point, at which the activation has the slope H; d: two neurons that an inhibitory one holds to A·V ≤ B"
        ),
        columns: 2,
        plots: plots.into_iter().chain([swings, half_plane()?]).collect(),
    };
    let directory = std::env::args().nth(1).map(PathBuf::from);
    let directory = directory.unwrap_or_else(std::env::temp_dir);
    let path = directory.join("fast-inhibition.png");
    plot.draw(&path)?;
    eprintln!("drawn to {}", path.display());
    Ok(())
}
