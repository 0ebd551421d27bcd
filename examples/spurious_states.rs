//! What a traditional network ends in that it was not taught: minima of E = −½ Σ T S S, Hebb's T of P random memories without its diagonal,
//! reached from random states one spin at a time, by what they are.
//!
//! A mixture of n memories is the majority vote of n of them or of their opposites; the limit of many spins and few memories gives it n m²
//! of the memories' energy, m = 2^(1−n) (n−1 over (n−1)/2): 3/4 for three, 45/64 for five (Amit, Gutfreund and Sompolinsky 1985). What is
//! like no few memories is spin glass. How states are told apart: `analysis::StateKind`. Every number is a mean over networks, with its standard
//! error in the figure. `cargo run --release --example spurious_states -- DIRECTORY` draws it into the directory.
//!
//! ```text
//! part of random states that ends in a
//!   P/N   memory   mixture of 3   of 5   larger   spin glass   energy of mixtures of 3
//!  0.01    0.778          0.222   0.000    0.000        0.000                     0.765
//!  0.02    0.682          0.262   0.027    0.000        0.030                     0.766
//!  0.03    0.696          0.174   0.072    0.007        0.051                     0.814
//!  0.04    0.636          0.090   0.130    0.036        0.107                     0.885
//!  0.06    0.365          0.024   0.109    0.175        0.327                     0.915
//!  0.09    0.068          0.007   0.073    0.265        0.587                     0.998
//!  0.14    0.001          0.001   0.007    0.193        0.798                     1.090
//!  0.20    0.000          0.000   0.002    0.067        0.931                         –
//! ```

use std::error::Error;
use std::path::PathBuf;

use attractor::analysis::{Memories, Search, StateKind, landscape};
use attractor::dynamics::{ASYNCHRONOUS, Interrupt, Settings, Start};
use attractor::figure::{Figure, Line, LinesPlot, PanelsPlot, Plot};
use attractor::kernels::Weights;
use attractor::lagrangian::Sign;
use attractor::network::{Drive, Layer, Network, Workspace, theories};
use attractor::pattern::random::Stream;

const SPINS: usize = 300;
const NETWORKS: u64 = 6;
const STARTS: usize = 400;
const MEMORIES: [usize; 8] = [3, 5, 8, 12, 18, 27, 42, 60];
const KINDS: [&str; 5] = [
    "memory or its opposite",
    "mixture of 3",
    "mixture of 5",
    "larger mixture",
    "spin glass",
];

fn kind(of: &StateKind) -> usize {
    match of {
        StateKind::Single(_) | StateKind::Inverse(_) => 0,
        StateKind::Mixture(parts) if parts.len() <= 3 => 1,
        StateKind::Mixture(parts) if parts.len() <= 5 => 2,
        StateKind::Mixture(_) => 3,
        _ => 4,
    }
}

/// Hebb's sums without the diagonal: whole numbers, so that a tie is one.
fn network(xi: &Memories) -> Result<Network, Box<dyn Error>> {
    let n = xi.size;
    let mut t = vec![0.0; n * n];
    for row in xi.patterns.chunks_exact(n) {
        for (i, a) in row.iter().enumerate() {
            t[i * n..(i + 1) * n]
                .iter_mut()
                .zip(row)
                .for_each(|(t, b)| *t += a * b);
        }
    }
    (0..n).for_each(|i| t[i * (n + 1)] = 0.0);
    let spins = Layer::new("spins", &[n], Sign {})?;
    Ok(theories::classical(spins, Weights::new(n, n, t)?)?)
}

/// Of one network: the part of the starts that ends in each kind, and the mean energy of the ends, in units of that of the memories; NaN
/// where nothing ends.
fn measure(count: usize, seed: u64) -> Result<[[f64; 2]; 5], Box<dyn Error>> {
    let xi = Memories {
        patterns: Stream::of(seed, 0, count, 0).signs(count * SPINS),
        size: SPINS,
    };
    let network = network(&xi)?;
    let mut ws = Workspace::new(&network, 1);
    let energies = (0..count).map(|k| {
        let mut at = network.at(xi.get(k), Drive::own(&network), &mut ws);
        at.energy().total[0]
    });
    let unit = energies.sum::<f64>() / count as f64;
    let settings = Settings {
        method: &ASYNCHRONOUS,
        ..Settings::default()
    };
    let search = Search {
        random: STARTS,
        max_points: STARTS,
        memories: Some((0, xi)),
        seed,
        ..Search::new(&network, Start::at(vec![1.0; SPINS]))
    };
    let found = landscape((&network, &settings), &search, &Interrupt::new())?;
    let mut all = [[0.0; 2]; 5];
    for p in &found.points {
        let k = p.likeness.as_ref().map_or(4, |l| kind(&l.kind));
        let starts = p.starts as f64;
        all[k][0] += starts;
        all[k][1] += starts * p.energy.unwrap_or(f64::NAN) / unit;
    }
    Ok(all.map(|[starts, energy]| [starts / found.followed as f64, energy / starts]))
}

/// Mean and standard error of what is known.
fn mean(all: impl Iterator<Item = f64>) -> [f64; 2] {
    let all: Vec<f64> = all.filter(|v| v.is_finite()).collect();
    let n = all.len() as f64;
    let mean = all.iter().sum::<f64>() / n;
    let squares: f64 = all.iter().map(|v| (v - mean).powi(2)).sum();
    [mean, (squares / (n - 1.0).max(1.0) / n).sqrt()]
}

fn panel(seen: &[[[[f64; 2]; 2]; 5]], what: usize, (title, y_label): (&str, &str)) -> Plot {
    let line = |(k, label): (usize, &&str)| {
        let rows = MEMORIES.iter().zip(seen).map(|(p, row)| (*p, row[k][what]));
        let rows: Vec<(usize, [f64; 2])> = rows.filter(|(_, [m, _])| m.is_finite()).collect();
        let of = |f: &dyn Fn([f64; 2]) -> f64| rows.iter().map(|(_, e)| f(*e)).collect();
        Line {
            label: (*label).into(),
            x: rows.iter().map(|(p, _)| *p as f64 / SPINS as f64).collect(),
            y: of(&|[m, _]| m),
            low: of(&|[m, e]| m - e),
            high: of(&|[m, e]| m + e),
            dots: true,
            ..Line::default()
        }
    };
    let mut lines: Vec<Line> = KINDS.iter().enumerate().map(line).collect();
    lines.retain(|l| !l.x.is_empty());
    if what == 1 {
        let limits = [
            (0.75, "three, in the limit"),
            (45.0 / 64.0, "five, in the limit"),
        ];
        for (theory, label) in limits {
            lines.push(Line {
                label: label.into(),
                x: vec![0.01, 0.2],
                y: vec![theory; 2],
                reference: true,
                ..Line::default()
            });
        }
    }
    Plot::Lines(LinesPlot {
        title: title.into(),
        x_label: "load P/N".into(),
        y_label: y_label.into(),
        x_log: true,
        lines,
        ..LinesPlot::default()
    })
}

fn main() -> Result<(), Box<dyn Error>> {
    println!("part of random states that ends in a");
    println!(
        "  P/N   memory   mixture of 3   of 5   larger   spin glass   energy of mixtures of 3"
    );
    let mut seen = Vec::new();
    for count in MEMORIES {
        let all = (0..NETWORKS).map(|seed| measure(count, seed));
        let all = all.collect::<Result<Vec<_>, _>>()?;
        let of = |k: usize, what: usize| mean(all.iter().map(|m| m[k][what]));
        let row: [[[f64; 2]; 2]; 5] = std::array::from_fn(|k| [of(k, 0), of(k, 1)]);
        let part = |k: usize| row[k][0][0];
        let energy = match row[1][1][0] {
            e if e.is_finite() => format!("{e:.3}"),
            _ => "–".into(),
        };
        println!(
            "{:5.2}   {:6.3}   {:12.3}   {:4.3}   {:6.3}   {:10.3}   {energy:>23}",
            count as f64 / SPINS as f64,
            part(0),
            part(1),
            part(2),
            part(3),
            part(4)
        );
        seen.push(row);
    }
    let plot = PanelsPlot {
        title: "What a traditional network ends in from random states".into(),
        subtitle: format!(
            "N = {SPINS} spins, P random memories, one spin at a time · {STARTS} starts in each of {NETWORKS} networks, bars: standard error over networks"
        ),
        columns: 2,
        plots: vec![
            panel(&seen, 0, ("where they end", "part of the starts")),
            panel(&seen, 1, ("how deep", "E / mean of E(ξ)")),
        ],
    };
    let directory = std::env::args().nth(1).map(PathBuf::from);
    let directory = directory.unwrap_or_else(std::env::temp_dir);
    for ending in ["png", "svg"] {
        let path = directory.join(format!("spurious-states.{ending}"));
        plot.draw(&path)?;
        eprintln!("drawn to {}", path.display());
    }
    Ok(())
}
