//! Patterns in which few neurons are active, as in the dentate gyrus, hold more: the covariance rule with activity a, N = 500 units of 0 and 1, P patterns of aN active units
//! each, started at a pattern, T = 0. Measured is m = Σ (ξ − a) V/(N a (1 − a)) of the end, over the load and over the noise of the fields, 4a(1 − a) P/N, at which a = ½ is the network of
//! ±1 with that load, whose theory stands beside it.
//!
//! Where the number of active units varies from pattern to pattern, the sums of the weights in the input matter: without them the fields are not centred.
//!
//! `cargo run --release --example sparse_patterns -- DIRECTORY` draws it.

#[path = "ensembles/draw.rs"]
mod draw;
#[path = "ensembles/mod.rs"]
mod ensembles;

use attractor::analysis::Memories;
use attractor::analysis::capacity::{retrieval, sparse_overlap};
use attractor::dynamics::ASYNCHRONOUS;
use attractor::figure::{LinesPlot, PanelsPlot, Plot};
use attractor::learning::rules::covariance;
use attractor::pattern::random::Stream;
use draw::{draw, measured, reference, steps};
use ensembles::{Estimate, Measured, bits, ends, estimates, head, recurrent, row, short};

const N: usize = 500;
const NETWORKS: usize = 8;
const ASKED: usize = 10;
const ACTIVITIES: [f64; 4] = [0.5, 0.2, 0.1, 0.04];
/// P/N times 4a(1 − a): the noise of the fields, in units of that of a = ½.
const NOISE: [f64; 7] = [0.04, 0.07, 0.1, 0.12, 0.14, 0.17, 0.22];

/// Patterns of just aN active units; or each unit active with the probability a.
fn sparse(network: usize, count: usize, activity: f64, exactly: bool) -> Memories {
    let active = (activity * N as f64).round() as usize;
    let row = |k: usize| {
        let stream = Stream::of(network as u64, 3, k, 0);
        if !exactly {
            return stream.bits(N, activity);
        }
        let mut row = vec![0.0; N];
        stream
            .choice(N, active)
            .into_iter()
            .for_each(|i| row[i] = 1.0);
        row
    };
    Memories {
        patterns: (0..count).flat_map(row).collect(),
        size: N,
    }
}

/// m of the end, with the input that belongs to the rule, and without the sums of the weights in it.
fn measure(
    activity: f64,
    count: usize,
    network: usize,
    [exactly, whole]: [bool; 2],
) -> Measured<[f64; 1]> {
    let xi = sparse(network, count, activity, exactly);
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
            let [m] = estimates(NETWORKS, |network| measure(a, count, network, [true; 2]))?;
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
        "Each unit active with the probability a, 4a(1 − a) P/N = 0.1, with the sums of the weights in the input and without",
        "a | with | without",
    );
    for a in ACTIVITIES {
        let count = (load(0.1, a) * N as f64).round() as usize;
        let of = |whole| {
            estimates(NETWORKS, |network| {
                measure(a, count, network, [false, whole])
            })
        };
        let ([with], [without]) = (of(true)?, of(false)?);
        row(&[a.to_string(), short(with), short(without)]);
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
    let loads = panel("over the load", "P/N", false);
    let mut noises = panel("over the noise of the fields", "4a(1 − a) P/N", true);
    let curve_of = steps([NOISE[0], NOISE[6]], 200);
    let points = curve_of.filter_map(|x| Some((x, retrieval(x)?.overlap)));
    noises.lines.push(reference("theory, a = ½", points));
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
