//! A line attractor keeps a position; weights that are slightly off let it leak (Seung 1998).
//!
//! Four linear neurons with weights λ u uᵀ, u = (½, ½, ½, ½): the state keeps its part along u for τ/(1 − λ), and with λ = 1 for ever. Decay times are
//! measured between t = 10 and t = 20. Then every weight of the line is off by a relative error, drawn at random: the eigenvalue
//! is off by as much, and so is 1/(1 − λ); with the other sign the position grows. `cargo run --release --example leaky_line --
//! DIRECTORY` draws it into the directory.
//!
//! ```text
//! λ        decay time   τ/(1 − λ)
//! 0.9         10.0000     10.0000
//! 0.99       100.0000    100.0000
//! 0.999     1000.0000   1000.0000
//! 0.9999    9999.9986   10000.0000
//! 1        drift of the position over 20 τ: 6.7e-16
//! relative error of every weight   eigenvalue − 1   decay time   1/(1 − λ)
//! 0.01                                   5.461e-3       -183.1      -183.1
//! 0.01                                  -2.709e-3        369.1       369.1
//! 0.01                                   3.080e-4      -3246.9     -3246.9
//! 0.01                                   5.507e-3       -181.6      -181.6
//! ```

use std::error::Error;
use std::path::PathBuf;

use attractor::dynamics::{Settings, Start, integrate};
use attractor::figure::{Figure, Line, LinesPlot, PanelsPlot, Plot};
use attractor::kernels::{Spectrum, Weights};
use attractor::lagrangian::Identity;
use attractor::monitor::{Recorder, Save};
use attractor::network::{Layer, theories};
use attractor::pattern::random::Stream;
use attractor::stimulus::Stimulus;

const N: usize = 4;
const TIMES: usize = 401;
const END: f64 = 20.0;

type Outcome<T> = Result<T, Box<dyn Error>>;

/// The part along u of a trajectory from 2 u and something else, at even times.
fn position(weights: Vec<f64>) -> Outcome<Vec<f64>> {
    let layer = Layer::new("neurons", &[N], Identity)?;
    let network = theories::classical(layer, Weights::new(N, N, weights)?)?;
    let settings = Settings {
        t_end: END,
        rtol: 1e-10,
        atol: 1e-12,
        ..Settings::default()
    };
    let times = (0..TIMES).map(|k| END * k as f64 / (TIMES - 1) as f64);
    let mut saved = Recorder::new(N, Save::At(times.collect()), false);
    let start = Start::at(vec![1.0 + 0.3, 1.0 - 0.3, 1.0 + 0.1, 1.0 - 0.1]);
    integrate(
        &network,
        &settings,
        &Stimulus::constant(&network),
        start,
        &mut saved,
    )?;
    let kept = saved.into_trajectory();
    Ok(kept
        .x
        .chunks(N)
        .map(|x| 0.5 * x.iter().sum::<f64>())
        .collect())
}

/// λ u uᵀ.
fn line(lambda: f64) -> Vec<f64> {
    vec![0.25 * lambda; N * N]
}

/// What the position decays with between t = 10, when nothing is left but the slow mode, and the end.
fn decay(position: &[f64]) -> f64 {
    let first = TIMES / 2;
    let way = END * (TIMES - 1 - first) as f64 / (TIMES - 1) as f64;
    way / (position[first] / position[TIMES - 1]).ln()
}

fn main() -> Outcome<()> {
    println!("λ        decay time   τ/(1 − λ)");
    let mut over_time = Vec::new();
    let [mut errors, mut times] = [Vec::new(), Vec::new()];
    for lambda in [0.9, 0.99, 0.999, 0.9999] {
        let course = position(line(lambda))?;
        let measured = decay(&course);
        println!(
            "{lambda:<6}   {measured:10.4}   {:9.4}",
            1.0 / (1.0 - lambda)
        );
        errors.push(1.0 - lambda);
        times.push(measured);
        // Beside λ = 1 the last one would not be seen.
        if lambda < 0.9999 {
            over_time.push((format!("λ = {lambda}"), course));
        }
    }
    let course = position(line(1.0))?;
    let drift = course
        .iter()
        .map(|p| (p - course[0]).abs())
        .fold(0.0, f64::max);
    println!("1        drift of the position over {END} τ: {drift:.1e}");
    over_time.push(("λ = 1".into(), course));
    println!("relative error of every weight   eigenvalue − 1   decay time   1/(1 − λ)");
    for (seed, error) in [(1, 0.01), (2, 0.01), (3, 0.01), (4, 0.01)] {
        let noise = Stream { seed, stream: 0 }.normal(N * N, 0.0, error);
        let mut weights = line(1.0);
        for i in 0..N {
            for j in i..N {
                weights[i * N + j] *= 1.0 + noise[i * N + j];
                weights[j * N + i] = weights[i * N + j];
            }
        }
        let spectrum = Spectrum::new(N, &weights).ok_or("there are no eigenvalues")?;
        let off = spectrum.values[0] - 1.0;
        let measured = decay(&position(weights)?);
        println!(
            "{error:<30}   {off:14.3e}   {measured:10.1}   {:9.1}",
            -1.0 / off
        );
        if off < 0.0 {
            errors.push(-off);
            times.push(measured);
        }
    }
    let even: Vec<f64> = (0..TIMES)
        .map(|k| END * k as f64 / (TIMES - 1) as f64)
        .collect();
    let courses = over_time.into_iter().map(|(label, y)| Line {
        label,
        x: even.clone(),
        y,
        ..Line::default()
    });
    let ends = [5e-5, 0.2];
    let plot = PanelsPlot {
        title: "A line attractor leaks as its eigenvalue misses 1".into(),
        subtitle: "four linear neurons, weights λ u uᵀ; b: dots measured (four λ, and weights off by 1 % at random), the line is τ/(1 − λ)".into(),
        columns: 2,
        plots: vec![
            Plot::Lines(LinesPlot {
                title: "the position that is kept".into(),
                x_label: "t / τ".into(),
                y_label: "u·x".into(),
                y_reaches: vec![0.0],
                lines: courses.collect(),
                ..LinesPlot::default()
            }),
            Plot::Lines(LinesPlot {
                title: "how long".into(),
                x_label: "1 − λ".into(),
                y_label: "decay time / τ".into(),
                x_log: true,
                y_log: true,
                lines: vec![
                    Line {
                        label: "measured".into(),
                        x: errors,
                        y: times,
                        dots: true,
                        scattered: true,
                        ..Line::default()
                    },
                    Line {
                        label: "1/(1 − λ)".into(),
                        x: ends.to_vec(),
                        y: ends.map(|e| 1.0 / e).to_vec(),
                        reference: true,
                        ..Line::default()
                    },
                ],
                ..LinesPlot::default()
            }),
        ],
    };
    let directory = std::env::args().nth(1).map(PathBuf::from);
    let directory = directory.unwrap_or_else(std::env::temp_dir);
    let path = directory.join("leaky-line.png");
    plot.draw(&path)?;
    eprintln!("drawn to {}", path.display());
    Ok(())
}
