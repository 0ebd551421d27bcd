//! Patterns in which few neurons are active, as in the dentate gyrus, hold more: the covariance rule with activity a, N = 500 units of 0 and 1, P patterns of aN active units
//! each, started at a pattern, T = 0. Measured is m = Σ (ξ − a) V/(N a (1 − a)) of the end; beside it 1 − 2p after one step, p = ½ erfc(1/√(8 α a (1 − a))). Without the sums of the
//! weights in the input the fields are not centred, and even a light load is lost.
//!
//! `cargo run --release --example sparse_patterns -- DIRECTORY` draws it.

#[path = "ensembles/draw.rs"]
mod draw;
#[path = "ensembles/mod.rs"]
mod ensembles;

use attractor::analysis::Memories;
use attractor::analysis::capacity::{critical_load, sparse_bit_error, sparse_overlap};
use attractor::dynamics::ASYNCHRONOUS;
use attractor::figure::{Line, LinesPlot, PanelsPlot, Plot};
use attractor::learning::rules::covariance;
use attractor::pattern::random::Stream;
use draw::{draw, measured, reference, steps, theory};
use ensembles::{Estimate, Measured, bits, ends, estimates, head, recurrent, row, short};

const N: usize = 500;
const NETWORKS: usize = 8;
const ASKED: usize = 10;
const ACTIVITIES: [f64; 4] = [0.5, 0.2, 0.1, 0.04];
/// P/N times 4a(1 − a): the noise of the fields, in units of that of a = ½.
const NOISE: [f64; 7] = [0.04, 0.07, 0.1, 0.12, 0.14, 0.17, 0.22];

/// Patterns of just aN active units.
fn sparse(network: usize, count: usize, activity: f64) -> Memories {
    let active = (activity * N as f64).round() as usize;
    let mut patterns = vec![0.0; count * N];
    for (k, row) in patterns.chunks_exact_mut(N).enumerate() {
        let stream = Stream::of(network as u64, 3, k, 0);
        for i in stream.choice(N, active) {
            row[i] = 1.0;
        }
    }
    Memories { patterns, size: N }
}

/// m of the end, with the input that belongs to the rule, and without the sums of the weights in it.
fn measure(activity: f64, count: usize, network: usize, whole: bool) -> Measured<[f64; 1]> {
    let xi = sparse(network, count, activity);
    let learned = covariance(&xi.patterns, N, activity);
    let bias = match whole {
        true => learned.bias,
        false => vec![activity - 0.5; N],
    };
    let units = recurrent(bits(N)?.input(bias), learned.weights)?;
    let cues: Vec<Vec<f64>> = (0..ASKED.min(count)).map(|k| xi.get(k).to_vec()).collect();
    let found = ends(&units, network, &ASYNCHRONOUS, &cues)?;
    let m = found
        .iter()
        .zip(&cues)
        .map(|(v, x)| sparse_overlap(x, v, activity));
    Ok([m.sum::<f64>() / cues.len() as f64])
}

/// P/N at a noise.
fn load(noise: f64, activity: f64) -> f64 {
    noise / (4.0 * activity * (1.0 - activity))
}

fn main() -> Measured<()> {
    let mut seen: Vec<Vec<(f64, Estimate)>> = Vec::new();
    for a in ACTIVITIES {
        let point = |noise: f64| {
            let count = (load(noise, a) * N as f64).round() as usize;
            let [m] = estimates(NETWORKS, |network| measure(a, count, network, true))?;
            Ok((count as f64 / N as f64, m))
        };
        seen.push(NOISE.into_iter().map(point).collect::<Measured<Vec<_>>>()?);
    }
    head(
        "m of the end, and P/N",
        &format!(
            "4a(1 − a) P/N | {}",
            ACTIVITIES.map(|a| format!("a = {a} | P/N")).join(" | ")
        ),
    );
    for (k, noise) in NOISE.iter().enumerate() {
        let cells = seen
            .iter()
            .flat_map(|points| [short(points[k].1), format!("{:.3}", points[k].0)]);
        row(&std::iter::once(noise.to_string())
            .chain(cells)
            .collect::<Vec<_>>());
    }
    head(
        "Without the sums of the weights in the input, at 4a(1 − a) P/N = 0.1",
        "a | m | with them",
    );
    for (a, points) in ACTIVITIES.iter().zip(&seen) {
        let count = (load(0.1, *a) * N as f64).round() as usize;
        let [m] = estimates(NETWORKS, |network| measure(*a, count, network, false))?;
        row(&[a.to_string(), short(m), short(points[2].1)]);
    }

    let names = ACTIVITIES.map(|a| format!("a = {a}"));
    let panel = |title: &str, x_label: &str, scaled: bool| {
        let part = |a: f64| if scaled { 4.0 * a * (1.0 - a) } else { 1.0 };
        let dots = ACTIVITIES
            .iter()
            .zip(&seen)
            .zip(&names)
            .map(|((a, points), name)| {
                let points: Vec<_> = points.iter().map(|(x, e)| (x * part(*a), *e)).collect();
                measured(name.clone(), &points)
            });
        LinesPlot {
            title: title.into(),
            x_label: x_label.into(),
            y_label: "m of the end".into(),
            x_log: !scaled,
            y_reaches: vec![0.0, 1.0],
            lines: dots.collect(),
            ..LinesPlot::default()
        }
    };
    let mut loads = panel("over the load", "P/N", false);
    let curves = ACTIVITIES.iter().zip(&names).map(|(a, name)| {
        let noises = steps([NOISE[0], NOISE[6]], 60);
        let m = noises.map(|n| (load(n, *a), 1.0 - 2.0 * sparse_bit_error(load(n, *a), *a)));
        theory(format!("one step, {name}"), m)
    });
    let curves: Vec<Line> = curves.collect();
    loads.lines.extend(curves);
    let mut noises = panel("over the noise of the fields", "4a(1 − a) P/N", true);
    let [most, _] = critical_load();
    noises
        .lines
        .push(reference("0.1379", [(most, 0.0), (most, 1.0)]));
    let plot = PanelsPlot {
        title: "Sparse patterns by the covariance rule".into(),
        subtitle: format!(
            "N = {N} units of 0 and 1, started at {ASKED} patterns of each of {NETWORKS} networks, T = 0 · bars: standard errors over networks"
        ),
        columns: 2,
        plots: [loads, noises].map(Plot::Lines).into(),
    };
    draw("sparse-patterns", &plot)
}
