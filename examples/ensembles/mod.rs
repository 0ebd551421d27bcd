//! Ensembles of networks whose units flip: each network has patterns, an order of updates and cues of its own, its number is the seed of all
//! of them, and every number is a mean over networks. Shared by examples and by tests.

#![allow(dead_code, reason = "not every example needs all of it")]

#[path = "../short/mod.rs"]
pub mod few;

use std::error::Error;
use std::sync::{Arc, Mutex};

use attractor::analysis::Memories;
use attractor::dynamics::{
    ASYNCHRONOUS, Flipping, Interrupt, Method, Order, Rule, Settings, Start,
};
use attractor::ensemble::{Ensemble, EnsembleError};
use attractor::kernels::Weights;
use attractor::lagrangian::{DirectSum, Lagrangian, Sign, Step};
use attractor::monitor::RestMonitor;
use attractor::network::{Layer, Network};
use attractor::pattern::Damage;
use attractor::pattern::random::Stream;
use attractor::stimulus::Stimulus;
use attractor::synapse::{Memory, Recurrent, Synapse};

/// What was measured, or why not.
pub type Measured<T> = Result<T, Box<dyn Error>>;

/// A mean over networks and its standard error.
#[derive(Clone, Copy, Debug)]
pub struct Estimate {
    /// The mean.
    pub mean: f64,
    /// Its standard error.
    pub error: f64,
}

impl Estimate {
    /// Of one number for each network.
    pub fn over(networks: &[f64]) -> Self {
        let n = networks.len() as f64;
        let mean = networks.iter().sum::<f64>() / n;
        let squares = networks.iter().map(|v| (v - mean).powi(2)).sum::<f64>();
        let error = (squares / (n - 1.0) / n).sqrt();
        Estimate { mean, error }
    }

    /// How many standard errors it is from a number that has an error of its own.
    pub fn from(self, published: f64, error: f64) -> f64 {
        (self.mean - published) / self.error.hypot(error)
    }
}

/// The measurements of networks 0, 1, …: of each some numbers, of which each becomes an estimate.
pub fn estimates<const K: usize>(
    networks: usize,
    mut measure: impl FnMut(usize) -> Measured<[f64; K]>,
) -> Measured<[Estimate; K]> {
    let mut all: [Vec<f64>; K] = std::array::from_fn(|_| Vec::new());
    for network in 0..few::at_most(2, networks) {
        let found = measure(network)?;
        all.iter_mut().zip(found).for_each(|(all, v)| all.push(v));
    }
    Ok(all.map(|all| Estimate::over(&all)))
}

/// The stream of a draw for one network; those of its trajectories come after them.
pub fn stream(network: usize, draw: usize) -> Stream {
    Stream::of(network as u64, 0, 0, draw)
}

/// Patterns of ±1, one a row.
pub fn patterns(network: usize, count: usize, n: usize) -> Memories {
    let patterns = stream(network, 0).signs(count * n);
    Memories { patterns, size: n }
}

pub fn units(layer: Layer, synapse: Box<dyn Synapse>) -> Measured<Network> {
    let network = Network::builder().layer(layer);
    Ok(network
        .connect_boxed(vec!["units".into()], synapse)
        .build()?)
}

pub fn spins(n: usize) -> Measured<Layer> {
    Ok(Layer::new("units", &[n], Sign {})?)
}

/// E = −c F(ξ g).
pub fn memory(xi: &Memories, potential: Arc<dyn Lagrangian>, c: f64) -> Measured<Box<dyn Synapse>> {
    let rows = Weights::new(xi.count(), xi.size, xi.patterns.clone())?;
    let potential = DirectSum::uniform(&[xi.count()], potential)?;
    Ok(Box::new(Memory::new(vec![rows], potential)?.scale(c)?))
}

/// How units are asked: one at a time, each once a sweep, until they rest; or one step of all at once.
pub fn settings(method: &'static Method, rule: Rule) -> Settings {
    let to_rest = method.name == ASYNCHRONOUS.name;
    Settings {
        method,
        t_end: if to_rest { 10_000.0 } else { 1.0 },
        until_rest: to_rest,
        flipping: Flipping {
            rule,
            order: match method.at_once {
                true => Order::Random,
                false => Order::RandomPermutation,
            },
            ..Flipping::default()
        },
        ..Settings::default()
    }
}

/// Where these starts end, by the exact differences of energy.
pub fn ends(
    network: &Network,
    of: usize,
    method: &'static Method,
    starts: &[Vec<f64>],
) -> Measured<Vec<Vec<f64>>> {
    followed(network, of, &settings(method, Rule::Difference), starts)
}

/// Where these starts end.
pub fn followed(
    network: &Network,
    of: usize,
    settings: &Settings,
    starts: &[Vec<f64>],
) -> Measured<Vec<Vec<f64>>> {
    let ends = Mutex::new(vec![Vec::new(); starts.len()]);
    let start = |k: usize| {
        let stream = Stream::of(of as u64, 1, k, 0);
        let x = starts[k].clone();
        Ok(Start {
            stream: Some(stream),
            ..Start::at(x)
        })
    };
    let ensemble = Ensemble {
        network,
        settings,
        stimulus: &Stimulus::constant(network),
        threads: 0,
        alone: false,
        interrupt: &Interrupt::default(),
    };
    let to_rest = settings.until_rest;
    ensemble.run(
        0..starts.len(),
        start,
        |_| to_rest.then(|| RestMonitor::new(network, [1e-8, 1e-6]).at_once()),
        |k, end, _| {
            if let Ok(mut ends) = ends.lock() {
                ends[k] = end.x;
            }
        },
    )?;
    ends.into_inner().map_err(|_| EnsembleError::Thread.into())
}

/// One layer with these weights, N × N row by row.
pub fn recurrent(layer: Layer, weights: Vec<f64>) -> Measured<Network> {
    let n = layer.size();
    let recurrent = Recurrent::new(Weights::new(n, n, weights)?, &vec![1.0; n])?;
    units(layer, Box::new(recurrent))
}

/// Units of 0 and 1.
pub fn bits(n: usize) -> Measured<Layer> {
    Ok(Layer::new("units", &[n], Step {})?)
}

/// Cues of these patterns, a part of their units turned: cue k of network `of` is the same whatever else is asked.
pub fn turned(of: usize, xi: &Memories, flip: f64) -> Vec<Vec<f64>> {
    let damage = Damage {
        flip,
        ..Damage::default()
    };
    let cue = |k: usize| damage.apply(xi.get(k), Stream::of(of as u64, 2, k, 0));
    (0..xi.count()).map(cue).collect()
}

/// The first patterns.
pub fn first(xi: &Memories, count: usize) -> Memories {
    Memories {
        patterns: xi.patterns[..count.min(xi.count()) * xi.size].to_vec(),
        size: xi.size,
    }
}

/// The mean overlap of ends with the patterns where they belong.
pub fn overlap(xi: &Memories, ends: &[Vec<f64>]) -> f64 {
    let all = ends.iter().enumerate().map(|(k, end)| xi.overlap(k, end));
    all.sum::<f64>() / ends.len() as f64
}

/// How many entries differ.
pub fn apart(a: &[f64], b: &[f64]) -> usize {
    a.iter().zip(b).filter(|(a, b)| a != b).count()
}

/// `0.9983(2)`: the error in units of the last digit; without it where there is none.
pub fn short(e: Estimate) -> String {
    if e.mean.is_nan() {
        return "–".into();
    }
    // Below this it is rounding.
    if e.error < 1e-12 {
        let all = format!("{:.10}", e.mean);
        return all.trim_end_matches('0').trim_end_matches('.').into();
    }
    let first = -e.error.log10().floor();
    // A 1 in front has another digit behind it.
    let two = f64::from(u8::from(e.error * 10f64.powf(first) < 1.95));
    let places = (first + two).max(0.0);
    let last = (e.error * 10f64.powf(places)).round();
    let places = places as usize;
    format!("{:.places$}({last})", e.mean)
}

/// A row of a table in Markdown.
pub fn row(cells: &[String]) {
    println!("| {} |", cells.join(" | "));
}

/// A table's name and heads of columns.
pub fn head(title: &str, columns: &str) {
    println!("\n{title}\n\n| {columns} |");
    let rule = columns.split('|').map(|_| "---|").collect::<String>();
    println!("|{rule}");
}
