//! How a memory fails: αN patterns by Hebb's rule at α = 0.05, a part of the neurons or of the pairs of synapses deleted at random afterwards. Recall from cues of which a tenth of the neurons
//! that are left is turned, as the overlap of the end over the neurons that are left; for three sizes.
//!
//! Beside it theory for N → ∞. Fewer neurons are the same network at the load α/(1 − x): it fails at x = 1 − α/0.1379. Fewer pairs make the weights' own noise
//! (Sompolinsky 1986), m from `capacity::diluted_overlap`. Both are of the state near the pattern and do not ask whether the cue reaches it.
//! `cargo run --release --example damage -- DIRECTORY` draws it.

#[path = "ensembles/draw.rs"]
mod draw;
#[path = "ensembles/mod.rs"]
mod ensembles;

use attractor::analysis::Memories;
use attractor::analysis::capacity::{diluted_overlap, retrieval};
use attractor::dynamics::ASYNCHRONOUS;
use attractor::figure::{LinesPlot, PanelsPlot, Plot};
use attractor::learning::rules::outer_products;
use draw::{curve, draw, measured, steps};
use ensembles::{
    Estimate, Measured, ends, estimates, first, head, overlap, patterns, recurrent, row, short,
    spins, stream, turned,
};

const LOAD: f64 = 0.05;
/// N, and networks of each size.
const SIZES: [(usize, usize); 3] = [(200, 40), (500, 20), (1000, 12)];
const ASKED: usize = 10;
const DELETED: [f64; 11] = [0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.85, 0.9];

/// What is deleted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum What {
    Neurons,
    Synapses,
}

fn measure(what: What, n: usize, part: f64, network: usize) -> Measured<[f64; 1]> {
    let xi = patterns(network, (LOAD * n as f64).round() as usize, n);
    // What remains of the patterns, and which pairs are joined.
    let left = match what {
        What::Neurons => {
            let kept = ((1.0 - part) * n as f64).round() as usize;
            let kept = stream(network, 5).choice(n, kept);
            let rows = xi.patterns.chunks_exact(n);
            Memories {
                patterns: rows
                    .flat_map(|x| kept.iter().map(|i| x[*i]).collect::<Vec<_>>())
                    .collect(),
                size: kept.len(),
            }
        }
        What::Synapses => xi,
    };
    let size = left.size;
    let mut weights = outer_products(&left.patterns, size, 1.0);
    weights.iter_mut().step_by(size + 1).for_each(|w| *w = 0.0);
    if what == What::Synapses {
        let drawn = stream(network, 6).uniform(n * (n - 1) / 2, 0.0, 1.0);
        let pairs = (0..n).flat_map(|i| (0..i).map(move |j| (i, j)));
        for ((i, j), u) in pairs.zip(drawn) {
            if u < part {
                weights[i * n + j] = 0.0;
                weights[j * n + i] = 0.0;
            }
        }
    }
    let asked = first(&left, ASKED);
    let cues = turned(network, &asked, 0.1);
    let found = ends(
        &recurrent(spins(size)?, weights)?,
        network,
        &ASYNCHRONOUS,
        &cues,
    )?;
    Ok([overlap(&asked, &found)])
}

fn panel(what: What, name: &str) -> Measured<LinesPlot> {
    let mut seen: Vec<Vec<(f64, Estimate)>> = Vec::new();
    for (n, networks) in SIZES {
        let point = |x: f64| {
            let [m] = estimates(networks, |network| measure(what, n, x, network))?;
            Ok((x, m))
        };
        seen.push(
            DELETED
                .into_iter()
                .map(point)
                .collect::<Measured<Vec<_>>>()?,
        );
    }
    let theory = |x: f64| match what {
        What::Neurons => Some(retrieval(LOAD / (1.0 - x))?.overlap),
        What::Synapses => diluted_overlap(LOAD, 1.0 - x),
    };
    let names = SIZES.map(|(n, _)| format!("N = {n}"));
    head(
        &format!("Overlap after recall, {name} deleted"),
        &format!("deleted | {} | state, N → ∞", names.join(" | ")),
    );
    for (k, x) in DELETED.iter().enumerate() {
        let cells = seen.iter().map(|points| short(points[k].1));
        let theory = theory(*x).map_or("–".into(), |m| format!("{m:.4}"));
        row(&std::iter::once(x.to_string())
            .chain(cells)
            .chain([theory])
            .collect::<Vec<_>>());
    }
    let lines = names
        .iter()
        .zip(&seen)
        .map(|(name, points)| measured(name.clone(), points));
    let mut lines: Vec<_> = lines.collect();
    let points = steps([0.0, 0.999], 1000).filter_map(|x| Some((x, theory(x)?)));
    lines.push(curve("state near the pattern, N → ∞", points));
    Ok(LinesPlot {
        title: format!("{name} deleted"),
        x_label: "part deleted".into(),
        y_label: "overlap of the end".into(),
        x_reaches: vec![0.0, 1.0],
        y_reaches: vec![0.0, 1.0],
        lines,
        ..LinesPlot::default()
    })
}

fn main() -> Measured<()> {
    let plots = [
        panel(What::Neurons, "neurons")?,
        panel(What::Synapses, "pairs of synapses")?,
    ];
    let networks = SIZES.map(|(n, k)| format!("{k} of N = {n}")).join(", ");
    let plot = PanelsPlot {
        title: "How a memory fails".into(),
        subtitle: format!(
            "Hebb's rule, P = {LOAD} N patterns, recall from a tenth turned, T = 0 · networks: {networks} · bars: standard errors over networks"
        ),
        columns: 2,
        plots: plots.map(Plot::Lines).into(),
    };
    draw("damage", &plot)
}
