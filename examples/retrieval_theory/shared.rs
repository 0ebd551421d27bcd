//! Networks of random patterns, and what is drawn of them.

use std::error::Error;
use std::sync::Arc;

use attractor::analysis::Memories;
use attractor::figure::Line;
use attractor::kernels::Weights;
use attractor::lagrangian::{DirectSum, Identity, Softmax};
use attractor::network::{Layer, Network};
use attractor::pattern::random::Stream;
use attractor::synapse::Memory;

pub type Answer<T> = Result<T, Box<dyn Error>>;

/// Patterns of length 1, drawn at random.
pub fn drawn(d: usize, n: usize, seed: u64) -> Memories {
    let mut patterns = Stream::of(seed, 0, d, n).normal(n * d, 0.0, 1.0);
    patterns.chunks_exact_mut(d).for_each(scale);
    Memories { patterns, size: d }
}

pub fn scale(v: &mut [f64]) {
    let norm = dot(v, v).sqrt();
    v.iter_mut().for_each(|v| *v /= norm);
}

pub fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// ẋ = −x + Ξᵀ softmax(β Ξ x).
pub fn network(xi: &Memories, beta: f64) -> Answer<Network> {
    let potential = DirectSum::uniform(&[xi.count()], Arc::new(Softmax { beta }))?;
    let rows = Weights::new(xi.count(), xi.size, xi.patterns.clone())?;
    let network = Network::builder().layer(Layer::new("features", &[xi.size], Identity)?);
    let memory = Memory::new(vec![rows], potential)?;
    Ok(network.connect(&["features"], memory).build()?)
}

/// Mean, and half of its 95 % interval.
pub fn mean(all: &[f64]) -> (f64, f64) {
    let n = all.len() as f64;
    let mean = all.iter().sum::<f64>() / n;
    let squares: f64 = all.iter().map(|v| (v - mean).powi(2)).sum();
    (mean, 1.96 * (squares / (n - 1.0) / n).sqrt())
}

pub fn line(label: &str, points: impl IntoIterator<Item = (f64, f64)>) -> Line {
    let (x, y) = points.into_iter().unzip();
    Line {
        label: label.into(),
        x,
        y,
        ..Line::default()
    }
}

/// Dots with bars from points (x, y, lower end, upper end).
pub fn dots(label: &str, points: &[[f64; 4]]) -> Line {
    let column = |k: usize| points.iter().map(|p| p[k]).collect();
    Line {
        label: label.into(),
        x: column(0),
        y: column(1),
        low: column(2),
        high: column(3),
        scattered: true,
        ..Line::default()
    }
}
