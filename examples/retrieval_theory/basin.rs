//! From how far a pattern is recalled.

use attractor::analysis::retrieval::nearest;
use attractor::analysis::{Clusters, MemoryWeights};
use attractor::figure::{Line, LinesPlot};
use attractor::network::{Drive, Workspace};
use attractor::pattern::random::Stream;

use super::shared::{Answer, dot, dots, drawn, line, network, scale};

/// How many of the starts with overlap m end where the pattern has most of the weight, network by network.
fn recalled((d, n, lambda): (usize, usize, f64), m: f64) -> Answer<Clusters> {
    const NETWORKS: u64 = 20;
    const STARTS: usize = 12;
    let mut found = Clusters::default();
    for seed in 0..NETWORKS {
        let xi = drawn(d, n, 2000 + seed);
        let network = network(&xi, lambda * d as f64)?;
        let softmax = MemoryWeights::new(&network, 0, &xi).ok_or("no softmax")?;
        let mut ws = Workspace::new(&network, 1);
        let mut good = 0;
        for k in 0..STARTS {
            let own = xi.get(k);
            let mut aside = Stream::of(seed, 2, k, 0).normal(d, 0.0, 1.0);
            let along = dot(&aside, own);
            aside.iter_mut().zip(own).for_each(|(a, x)| *a -= along * x);
            scale(&mut aside);
            let far = (1.0 - m * m).sqrt();
            let mut x: Vec<f64> = own
                .iter()
                .zip(&aside)
                .map(|(x, a)| m * x + far * a)
                .collect();
            for _ in 0..200 {
                let mut at = network.at(&x, Drive::own(&network), &mut ws);
                let moved = at.velocity().to_vec();
                x.iter_mut().zip(&moved).for_each(|(x, v)| *x += v);
                if dot(&moved, &moved) < 1e-18 {
                    break;
                }
            }
            let p = softmax.at(&x).ok_or("no weights")?;
            good += u64::from(p[k] > 0.5);
        }
        found.add(good, STARTS as u64);
    }
    Ok(found)
}

/// d: the part of the starts that is recalled, over their overlap.
pub fn basin() -> Answer<LinesPlot> {
    const CASES: [(usize, usize, f64, [f64; 7]); 2] = [
        (16, 1000, 4.0, [0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85]),
        (16, 20_000, 8.0, [0.7, 0.75, 0.8, 0.85, 0.9, 0.95, 0.99]),
    ];
    let (mut lines, mut measured) = (Vec::new(), Vec::new());
    println!("recalled in 16 dimensions: measured with its interval, and by the nearest pattern");
    for (d, n, lambda, overlaps) in CASES {
        let ln_n = (n as f64).ln();
        let grid = (0..=80).map(|k| 0.5 + f64::from(k) / 160.0);
        let points = grid.map(|m| -> Answer<_> { Ok((m, nearest(d, ln_n, m)?)) });
        let name = format!("N = {n}, λ = {lambda}");
        lines.push(line(
            &format!("nearest, {name}"),
            points.collect::<Answer<Vec<_>>>()?,
        ));
        let mut seen = Vec::new();
        for m in overlaps {
            let found = recalled((d, n, lambda), m)?;
            let [low, high] = found.interval();
            let part = found.good as f64 / found.all as f64;
            seen.push([m, part, low, high]);
            println!(
                "{name}, m = {m:.2}   {part:.3} ({low:.3} to {high:.3})   {:.3}",
                nearest(d, ln_n, m)?
            );
        }
        measured.push(Line {
            second: true,
            ..dots(&format!("measured, {name}"), &seen)
        });
    }
    lines.extend(measured);
    Ok(LinesPlot {
        title: "basin, d = 16".into(),
        x_label: "overlap m of the start".into(),
        y_label: "part recalled".into(),
        y_reaches: vec![0.0, 1.0],
        lines,
        ..LinesPlot::default()
    })
}
