//! Workloads whose units flip. At temperature 0 in cyclic order, so that every engine makes the same flips.

use attractor::dynamics::{Flipping, Order, Temperature};
use attractor::kernels::Weights;
use std::sync::Arc;

use attractor::lagrangian::{DirectSum, Identity, Lagrangian, Power, Sign};
use attractor::network::{Layer, Network};
use attractor::synapse::{Memory, Recurrent};

use super::{Entry, Failure, Numbers, Workload, memories, ready, settings};

/// Memories of ±1, and as many cues with a tenth of the spins turned.
fn cues(xi: &Weights, count: usize, r: &mut Numbers) -> Vec<Vec<f64>> {
    let (n, data) = (xi.cols(), xi.data());
    let turned = |v: f64, r: &mut Numbers| if r.uniform() < 0.1 { -v } else { v };
    let cue = |k: usize| {
        data[k * n..(k + 1) * n]
            .iter()
            .map(|v| turned(*v, r))
            .collect()
    };
    (0..count).map(cue).collect()
}

fn spins(n: usize) -> Result<Layer, Failure> {
    Ok(Layer::new("spins", &[n], Sign {})?)
}

/// Relaxation at temperature 0 from these starts.
fn relaxation(
    name: &'static str,
    network: Network,
    weights: Weights,
    starts: Vec<Vec<f64>>,
    problem: String,
) -> Result<Workload, Failure> {
    let (count, start) = ready(starts.into_iter());
    let mut settings = settings("asynchronous", 1000.0)?;
    settings.flipping.order = Order::Cyclic;
    Ok(Workload {
        name,
        network,
        weights,
        count,
        start,
        settings,
        rests: true,
        problem,
    })
}

/// `E = −c Σ_μ F(Σ_i ξ_μi σ_i)`.
fn memory(xi: &Weights, f: impl Lagrangian + 'static, scale: f64) -> Result<Network, Failure> {
    let potential = DirectSum::uniform(&[xi.rows()], Arc::new(f))?;
    let synapse = Memory::new(vec![xi.clone()], potential)?.scale(scale)?;
    let network = Network::builder()
        .layer(spins(xi.cols())?)
        .connect(&["spins"], synapse);
    Ok(network.build()?)
}

/// Hebb's rule through the overlaps with the memories: no matrix of all pairs.
pub fn overlaps() -> Result<Workload, Failure> {
    let (n, p, count) = (10_000, 1000, 8);
    let mut r = Numbers(7);
    let xi = memories([n, p], Numbers::sign, &mut r)?;
    let starts = cues(&xi, count, &mut r);
    let problem = format!("{{\"kind\": \"memories\", \"neurons\": {n}, \"power\": 2}}");
    relaxation(
        "overlaps",
        memory(&xi, Identity, 1.0 / n as f64)?,
        xi,
        starts,
        problem,
    )
}

/// `F(h) = h⁴/4` and a hundred times as many memories as spins.
pub fn dense_memory() -> Result<Workload, Failure> {
    let (n, p, count) = (100, 10_000, 100);
    let mut r = Numbers(10);
    let xi = memories([n, p], Numbers::sign, &mut r)?;
    let starts = cues(&xi, count, &mut r);
    let problem = format!("{{\"kind\": \"memories\", \"neurons\": {n}, \"power\": 4}}");
    relaxation(
        "dense-memory",
        memory(&xi, Power { n: 4 }, 1.0)?,
        xi,
        starts,
        problem,
    )
}

/// A symmetric matrix of any numbers without a diagonal, its entries of variance 1/n.
fn coupled(n: usize, entry: Entry, r: &mut Numbers) -> Vec<f64> {
    let mut w = vec![0.0; n * n];
    for i in 0..n {
        for j in 0..i {
            let v = entry(r) / (n as f64).sqrt();
            (w[i * n + j], w[j * n + i]) = (v, v);
        }
    }
    w
}

fn recurrent(weights: &Weights) -> Result<Network, Failure> {
    let n = weights.rows();
    let synapse = Recurrent::new(weights, &vec![1.0; n])?;
    let network = Network::builder()
        .layer(spins(n)?)
        .connect(&["spins"], synapse);
    Ok(network.build()?)
}

/// A matrix that keeps 200 memories, with noise of a fifth of its entries' size.
pub fn fields() -> Result<Workload, Failure> {
    let (n, p, count) = (4000, 200, 100);
    let mut r = Numbers(8);
    let xi = memories([n, p], Numbers::sign, &mut r)?;
    let mut w = coupled(n, Numbers::normal, &mut r);
    w.iter_mut()
        .for_each(|w| *w *= 0.2 * (p as f64 / n as f64).sqrt());
    for memory in xi.data().chunks_exact(n) {
        for i in 0..n {
            for j in 0..n {
                if i != j {
                    w[i * n + j] += memory[i] * memory[j] / n as f64;
                }
            }
        }
    }
    let weights = Weights::new(n, n, w)?;
    let starts = cues(&xi, count, &mut r);
    let problem = format!("{{\"kind\": \"matrix\", \"neurons\": {n}, \"temperature\": 0}}");
    relaxation("fields", recurrent(&weights)?, weights, starts, problem)
}

/// 64 replicas of 1024 spins, each coupled with each, above the temperature at which they freeze.
pub fn glauber(name: &'static str, entry: Entry) -> Result<Workload, Failure> {
    let (n, count, temperature) = (1024, 64, 1.5);
    let mut r = Numbers(9);
    let mut w = coupled(n, entry, &mut r);
    let integers = name.ends_with("integers");
    let unit = if integers { (n as f64).sqrt() } else { 1.0 };
    // ±1 and 0 to the bit.
    w.iter_mut()
        .filter(|_| integers)
        .for_each(|w| *w = w.signum() * f64::from(*w != 0.0));
    let weights = Weights::new(n, n, w)?;
    let starts: Vec<Vec<f64>> = (0..count)
        .map(|_| (0..n).map(|_| r.sign()).collect())
        .collect();
    let (count, start) = ready(starts.into_iter());
    let mut settings = settings("glauber", 500.0)?;
    settings.flipping = Flipping {
        temperature: Temperature::Constant(temperature * unit),
        ..Flipping::default()
    };
    Ok(Workload {
        name,
        network: recurrent(&weights)?,
        weights,
        count,
        start,
        settings,
        rests: false,
        problem: format!(
            "{{\"kind\": \"matrix\", \"neurons\": {n}, \"temperature\": {}}}",
            temperature * unit
        ),
    })
}
