//! Features and prototypes (Krotov & Hopfield 2016): dense memories with energies of the powers 2, 3, 10 and 20 learn to tell digits apart, the
//! model `dense-classifier` with other powers. Told are the part of the test rows that is right, and how like a picture the memories are: the
//! median, over the memories, of the largest correlation of a memory's pixels with a picture that was learnt from.
//! `cargo run --release --example dense_classifier -- EPOCHS DIRECTORY` draws the memories into the directory.
//!
//! ```text
//!  n  m  test rows right  likeness of memories to a picture
//!  2  1  0.761(17)        0.757(12)
//!  3  2  0.895(2)         0.786(2)
//! 10  5  0.933(2)         0.824(3)
//! 20 10  0.935(11)        0.823(8)
//! ```

#[path = "digits/mod.rs"]
mod digits;

use std::error::Error;
use std::path::Path;

use attractor::figure::{Figure, PatternPlot, PatternRow, Plot};
use digits::{learnt, told};

const PIXELS: usize = 64;
const ALL: usize = 74;

/// The correlation of two pictures.
fn correlation(a: &[f64], b: &[f64]) -> f64 {
    let centred = |v: &[f64]| -> Vec<f64> {
        let mean = v.iter().sum::<f64>() / v.len() as f64;
        v.iter().map(|x| x - mean).collect()
    };
    let dot = |a: &[f64], b: &[f64]| -> f64 { a.iter().zip(b).map(|(a, b)| a * b).sum() };
    let (a, b) = (centred(a), centred(b));
    dot(&a, &b) / (dot(&a, &a) * dot(&b, &b)).sqrt()
}

fn median(mut all: Vec<f64>) -> f64 {
    all.sort_by(f64::total_cmp);
    all[all.len() / 2]
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut words = std::env::args().skip(1);
    let epochs = words.next().map_or(Ok(2), |w| w.parse::<usize>())?;
    let place = words.next();
    let mut rows = Vec::new();
    println!(" n  m  test rows right  likeness of memories to a picture");
    for (n, m) in [(2, 1), (3, 2), (10, 5), (20, 10)] {
        let (mut right, mut like) = (Vec::new(), Vec::new());
        for seed in 1..=3 {
            let settings = [
                format!("learn.seed={seed}"),
                format!("learn.epochs={epochs}"),
                format!("learn.power={m}"),
                format!("synapses.0.patterns.seed={seed}"),
                format!("synapses.0.potential.n={n}"),
                format!("synapses.0.scale={n}"),
            ];
            let found = learnt("dense-classifier", &settings)?;
            right.push(found.trained.test.and_then(|s| s.right).unwrap_or(f64::NAN));
            let memories = found.task.parameters.values(&found.trained.network);
            let pictures: Vec<Vec<f64>> = (found.task.plan.learn.iter())
                .map(|r| found.task.examples.row(&found.trained.network, *r, None))
                .collect();
            let memories: Vec<&[f64]> = memories
                .chunks_exact(ALL)
                .map(|m| &m[..PIXELS])
                .take(50)
                .collect();
            let best = memories.iter().map(|m| {
                let all = pictures.iter().map(|p| correlation(m, p));
                all.fold(-1.0, f64::max)
            });
            like.push(median(best.collect()));
            if seed == 1 {
                rows.push(PatternRow {
                    label: format!("n = {n}"),
                    good: true,
                    panels: memories.iter().take(12).map(|m| m.to_vec()).collect(),
                    ..PatternRow::default()
                });
            }
        }
        println!("{n:2} {m:2}  {:15}  {}", told(&right), told(&like));
    }
    let Some(place) = place else { return Ok(()) };
    let plot = PatternPlot {
        large: false,
        title: "From features to prototypes".into(),
        subtitle: "twelve memories of dense classifiers whose energy is of the power n".into(),
        shape: (8, 8),
        range: (-1.0, 1.0),
        columns: (1..=12).map(|k| k.to_string()).collect(),
        rows,
    };
    for ending in ["png", "svg"] {
        Plot::Patterns(plot.clone())
            .draw(Path::new(&place).join(format!("prototypes.{ending}")))?;
    }
    Ok(())
}
