//! How wide are the basins of an exponential memory? Demircigil et al. (2017) store K = e^(αN) memories of N spins in
//! E = −ln Σ e^(ξ·S), and recall from ρN turned spins for certain while α < I(1 − 2ρ)/2, I(m) = ((1 + m) ln(1 + m) + (1 − m) ln(1 − m))/2:
//! basins of order N that vanish at K = 2^(N/2).
//!
//! Measured is the largest number of turned spins from which at least half of the cues are recalled exactly, over all memories asked
//! about in several networks. Beside it the bound, and two laws of what any rule can do: a cue is nearer to its memory than to
//! each other one with probability (1 − P(d))^(K−1), P(d) = 2^(−N) Σ_{j≤d} C(N, j); for N → ∞ this is a step at α = I(1 − 2ρ).
//! `cargo run --release --example exponential_radius -- DIRECTORY` draws it into the directory.
//!
//! ```text
//!   N   log₂K/N        K   measured   nearest   bound
//!  12       0.1        2      0.500     0.458   0.264
//!  12       0.2        5      0.316     0.313   0.151
//!  12       0.3       12      0.244     0.235   0.080
//!  12       0.4       28      0.173     0.183   0.031
//!  12       0.5       64      0.119     0.134   0.000
//!  12       0.6      147      0.055     0.102   0.000
//!  12       0.7      338      0.006     0.061   0.000
//!  12       0.8      776      0.000     0.037   0.000
//!  12       0.9     1783      0.000     0.019   0.000
//!  12       1.0     4096      0.000     0.000   0.000
//!  18       0.1        3      0.425     0.408   0.258
//!  18       0.2       12      0.302     0.291   0.147
//!  18       0.3       42      0.225     0.226   0.080
//!  18       0.4      147      0.160     0.176   0.031
//!  18       0.5      512      0.126     0.132   0.000
//!  18       0.6     1783      0.080     0.093   0.000
//!  18       0.7     6208      0.031     0.068   0.000
//!  24       0.1        5      0.383     0.377   0.247
//!  24       0.2       28      0.297     0.281   0.146
//!  24       0.3      147      0.210     0.220   0.079
//!  24       0.4      776      0.163     0.171   0.031
//!  24       0.5     4096      0.107     0.130   0.000
//! ```

#[path = "short/mod.rs"]
mod short;

use std::error::Error;
use std::path::PathBuf;
use std::sync::Arc;

use attractor::analysis::{Criterion, Cues, Follow, Memories, Recall, recall_curves};
use attractor::dynamics::{ASYNCHRONOUS, Interrupt, Settings, Start};
use attractor::figure::{Figure, Line, LinesPlot};
use attractor::kernels::Weights;
use attractor::lagrangian::{DirectSum, Sign, Softmax};
use attractor::network::{Layer, Network};
use attractor::pattern::random::Stream;
use attractor::synapse::Memory;
use short::at_most;

/// Networks of each size and load, memories asked about in each, cues of each.
const NETWORKS: u64 = 4;
const ASKED: usize = 10;
const CUES: usize = 3;
/// Sizes N, and the largest load log₂ K / N of each: K grows fast.
const SIZES: [(usize, f64); 3] = [(12, 1.0), (18, 0.7), (24, 0.5)];

fn network(xi: &Memories) -> Result<Network, Box<dyn Error>> {
    let potential = DirectSum::uniform(&[xi.count()], Arc::new(Softmax { beta: 1.0 }))?;
    let rows = Weights::new(xi.count(), xi.size, xi.patterns.clone())?;
    let layer = Layer::new("spins", &[xi.size], Sign {})?;
    let memory = Memory::new(vec![rows], potential)?;
    let network = Network::builder().layer(layer).connect(&["spins"], memory);
    Ok(network.build()?)
}

/// The largest d, between whole numbers by a straight line, at which this falls below one half; 0 where it is below from the start.
fn half(n: usize, probability: impl Fn(usize) -> f64) -> f64 {
    let Some(above) = (0..=n).take_while(|d| probability(*d) >= 0.5).last() else {
        return 0.0;
    };
    let [p, q] = [above, above + 1].map(&probability);
    above as f64 + (p - 0.5) / (p - q)
}

/// The number of turned spins from which half of the cues are recalled.
fn measured(n: usize, count: usize) -> Result<f64, Box<dyn Error>> {
    let most = n / 2;
    let mut recalled = vec![0; most + 1];
    for seed in 0..NETWORKS {
        let xi = Memories {
            patterns: Stream::of(seed, 0, n, count).signs(count * n),
            size: n,
        };
        let network = network(&xi)?;
        let settings = Settings {
            method: &ASYNCHRONOUS,
            t_end: 1000.0,
            until_rest: true,
            ..Settings::default()
        };
        let asked = ASKED.min(count);
        let cues = Cues {
            memories: (0..asked).collect(),
            levels: (0..=most).map(|d| d as f64 / n as f64).collect(),
            values: Some([-1.0, 1.0]),
            each: CUES * ASKED / asked,
        };
        let exactly = Criterion {
            overlap: Some(1.0 - 1.0 / n as f64),
            within: None,
        };
        let recall = Recall {
            layer: 0,
            memories: xi,
            criterion: exactly,
        };
        let interrupt = Interrupt::new();
        let start = Start::at(recall.memories.get(0).to_vec());
        let follow = Follow::new((&network, &settings), start, &interrupt);
        let curves = recall_curves(&follow, &recall, &cues)?;
        for row in &curves.recalled {
            recalled.iter_mut().zip(row).for_each(|(all, r)| *all += r);
        }
    }
    let all = (NETWORKS as usize * ASKED * CUES) as f64;
    let found = |d: usize| recalled.get(d).map_or(0.0, |r| *r as f64 / all);
    Ok(half(n, found))
}

/// The same for the probability that a cue is nearer to its memory than to each other one.
fn nearest(n: usize, count: f64) -> f64 {
    let mut choose = 1.0;
    let mut within = vec![0.0];
    for j in 0..=n {
        within[j] += choose * 0.5f64.powi(n as i32);
        choose *= (n - j) as f64 / (j + 1) as f64;
        within.push(within[j]);
    }
    half(n, |d| ((count - 1.0) * (-within[d.min(n)]).ln_1p()).exp())
}

/// I(m).
fn rate(m: f64) -> f64 {
    let half = |v: f64| if v > 0.0 { 0.5 * v * v.ln() } else { 0.0 };
    half(1.0 + m) + half(1.0 - m)
}

/// ρ at which I(1 − 2ρ) is this.
fn turned(rate_there: f64) -> f64 {
    let (mut low, mut high) = (0.0, 0.5);
    for _ in 0..100 {
        let middle = 0.5 * (low + high);
        match rate(1.0 - 2.0 * middle) > rate_there {
            true => low = middle,
            false => high = middle,
        }
    }
    low
}

fn line(label: String, points: impl IntoIterator<Item = (f64, f64)>) -> Line {
    let (x, y) = points.into_iter().unzip();
    Line {
        label,
        x,
        y,
        ..Line::default()
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    println!("  N   log₂K/N        K   measured   nearest   bound");
    let mut lines = Vec::new();
    for (n, most) in SIZES.into_iter().take(at_most(1, SIZES.len())) {
        let mut radii = Vec::new();
        for tenth in 1..=(10.0 * most).round() as u32 {
            let load = f64::from(tenth) / 10.0;
            let count = (n as f64 * load).exp2().round();
            let size = n as f64;
            let found = measured(n, count as usize)? / size;
            let nearest = nearest(n, count) / size;
            let bound = turned(2.0 * count.ln() / size);
            println!("{n:3}   {load:7.1}   {count:6}   {found:8.3}   {nearest:7.3}   {bound:5.3}");
            radii.push((load, found));
        }
        lines.push(Line {
            dots: true,
            scattered: true,
            ..line(format!("N = {n}"), radii)
        });
    }
    let loads = || (0..=200).map(|k| f64::from(k) / 200.0);
    for (n, _) in SIZES {
        let law = loads().filter(|a| (n as f64 * a).exp2() >= 2.0);
        let law = law.map(|a| (a, nearest(n, (n as f64 * a).exp2()) / n as f64));
        lines.push(Line {
            second: true,
            ..line(format!("nearest, N = {n}"), law)
        });
    }
    let curve = |factor: f64| loads().map(move |a| (a, turned(factor * a * 2f64.ln())));
    lines.push(line("nearest, N → ∞".into(), curve(1.0)));
    lines.push(Line {
        reference: true,
        ..line("bound of 2017".into(), curve(2.0))
    });
    let plot = LinesPlot {
        title: "Basin radius of an exponential memory".into(),
        subtitle: format!(
            "E = −ln Σ exp(ξ·S), K random memories, one spin at a time · {} cues for each dot and number of turned spins, in {NETWORKS} networks",
            NETWORKS as usize * ASKED * CUES
        ),
        x_label: "load log₂ K / N".into(),
        y_label: "ρ recalled with probability 1/2".into(),
        x_reaches: vec![0.0, 1.0],
        y_reaches: vec![0.0, 0.5],
        lines,
        ..LinesPlot::default()
    };
    let directory = std::env::args().nth(1).map(PathBuf::from);
    let directory = directory.unwrap_or_else(std::env::temp_dir);
    for ending in ["png", "svg"] {
        let path = directory.join(format!("exponential-radius.{ending}"));
        plot.draw(&path)?;
        eprintln!("drawn to {}", path.display());
    }
    Ok(())
}
