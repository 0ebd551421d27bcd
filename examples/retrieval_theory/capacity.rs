//! How many patterns fit: guaranteed, by the law, and measured.

use attractor::analysis::retrieval::{critical_load, guaranteed_capacity, ln_patterns_at};
use attractor::analysis::{Memories, MemoryWeights};
use attractor::figure::{Line, LinesPlot};

use super::shared::{Answer, dots, drawn, line, mean, network};

/// The first patterns.
fn first(xi: &Memories, n: usize) -> Memories {
    Memories {
        patterns: xi.patterns[..n * xi.size].to_vec(),
        size: xi.size,
    }
}

/// The mean over networks of ln N at which the mean weight of a pattern at itself is 1/2, and half of its interval.
fn half_capacity(d: usize, lambda: f64) -> Answer<(f64, f64)> {
    const NETWORKS: u64 = 8;
    const ASKED: usize = 24;
    const STEPS: [f64; 5] = [-1.4, -0.7, 0.0, 0.7, 1.4];
    let expected = ln_patterns_at(d, lambda, 0.5)?;
    let count = |step: f64| ((expected + step).exp().round() as usize).max(2);
    let mut found = Vec::new();
    for seed in 0..NETWORKS {
        let all = drawn(d, count(STEPS[4]), 1000 + seed);
        let mut curve = Vec::new();
        for step in STEPS {
            let xi = first(&all, count(step));
            let network = network(&xi, lambda * d as f64)?;
            let softmax = MemoryWeights::new(&network, 0, &xi).ok_or("no softmax")?;
            let asked = ASKED.min(xi.count());
            let own = (0..asked).filter_map(|k| Some(softmax.at(xi.get(k))?[k]));
            let p = own.sum::<f64>() / asked as f64;
            curve.push(((xi.count() as f64).ln(), (p / (1.0 - p)).ln()));
        }
        // ln p/(1 − p) falls nearly along a straight line.
        let pair = curve.windows(2).find(|w| w[1].1 <= 0.0);
        let pair = pair.ok_or("no half of the weight in the range")?;
        let [(x, a), (y, b)] = [pair[0], pair[1]];
        found.push(x + a / (a - b) * (y - x));
    }
    Ok(mean(&found))
}

/// b: guaranteed and measured capacity over d.
pub fn capacity() -> Answer<LinesPlot> {
    let lambda = |k: f64, d: usize| k * k * (d as f64 - 1.0) / d as f64;
    let law = |k: f64, p: f64| -> Answer<Vec<(f64, f64)>> {
        let at =
            |d: usize| -> Answer<_> { Ok((d as f64, ln_patterns_at(d, lambda(k, d), p)?.exp())) };
        (2..=80).map(at).collect()
    };
    let guaranteed = |label: &str, k: f64| -> Answer<Line> {
        let mut points = Vec::new();
        for d in 2..=80 {
            let found = guaranteed_capacity(1.0, k, d, 0.001)?.guaranteed();
            points.extend(found.map(|ln_n| (d as f64, ln_n.exp())));
        }
        Ok(Line {
            second: true,
            ..line(label, points)
        })
    };
    println!(
        "patterns in d dimensions, K = 1: guaranteed; measured and law, at half of the weight"
    );
    let mut measured = Vec::new();
    for d in [4, 6, 8, 10, 12, 14, 16] {
        let (ln_n, half) = half_capacity(d, lambda(1.0, d))?;
        measured.push([
            d as f64,
            ln_n.exp(),
            (ln_n - half).exp(),
            (ln_n + half).exp(),
        ]);
        let law = ln_patterns_at(d, lambda(1.0, d), 0.5)?.exp();
        let theorem = guaranteed_capacity(1.0, 1.0, d, 0.001)?;
        println!(
            "{d:4}   {theorem}   {:.0} ± {:.0}   {law:.0}",
            ln_n.exp(),
            ln_n.exp() * half
        );
    }
    for (k, d) in [(1.0, 75), (3.0, 20)] {
        let theorem = guaranteed_capacity(1.0, k, d, 0.001)?;
        let fits = ln_patterns_at(d, lambda(k, d), 0.999)?.exp();
        println!(
            "K = {k}, d = {d}: {theorem} guaranteed, {fits:.1e} by the law at 0.999 of the weight"
        );
    }
    Ok(LinesPlot {
        title: "capacity, β = 1, p = 0.001".into(),
        x_label: "dimensions d".into(),
        y_label: "patterns N".into(),
        y_log: true,
        y_reaches: vec![1.0],
        lines: vec![
            line("law, K = 1, weight 1/2", law(1.0, 0.5)?),
            line("law, K = 3, weight 0.999", law(3.0, 0.999)?),
            dots("measured, K = 1, weight 1/2", &measured),
            guaranteed("theorem 3, K = 1", 1.0)?,
            guaranteed("theorem 3, K = 3", 3.0)?,
        ],
        ..LinesPlot::default()
    })
}

/// c: the load at which half of the weight is kept, over λ.
pub fn loads() -> Answer<LinesPlot> {
    const DIMENSIONS: [(usize, &[f64]); 2] = [(8, &[0.5, 1.0, 2.0, 4.0]), (12, &[0.5, 1.0, 2.0])];
    let grid = || (0..=60).map(|k| 0.25 * 32f64.powf(f64::from(k) / 60.0));
    let limit = grid().map(|l| -> Answer<_> { Ok((l, critical_load(l)?)) });
    let limit = limit.collect::<Answer<Vec<_>>>()?;
    let (mut laws, mut measured) = (Vec::new(), Vec::new());
    println!("ln N / d at half of the weight: measured, law, and its limit α₁");
    for (d, lambdas) in DIMENSIONS {
        let size = d as f64;
        let law = |l: f64| -> Answer<f64> { Ok(ln_patterns_at(d, l, 0.5)? / size) };
        let points = grid()
            .map(|l| Ok((l, law(l)?)))
            .collect::<Answer<Vec<_>>>()?;
        laws.push(line(&format!("law, d = {d}"), points));
        let mut seen = Vec::new();
        for lambda in lambdas {
            let (ln_n, half) = half_capacity(d, *lambda)?;
            seen.push([
                *lambda,
                ln_n / size,
                (ln_n - half) / size,
                (ln_n + half) / size,
            ]);
            let (law, limit) = (law(*lambda)?, critical_load(*lambda)?);
            println!(
                "d = {d:2}, λ = {lambda:3}   {:.3} ± {:.3}   {law:.3}   {limit:.3}",
                ln_n / size,
                half / size
            );
        }
        // Bars would be smaller than the dots, and set these apart from their curve.
        measured.push(Line {
            second: true,
            low: Vec::new(),
            high: Vec::new(),
            ..dots(&format!("measured, d = {d}"), &seen)
        });
    }
    laws.extend(measured);
    laws.push(Line {
        reference: true,
        ..line("d → ∞, α₁(λ)", limit)
    });
    Ok(LinesPlot {
        title: "threshold".into(),
        x_label: "λ = β M²/d".into(),
        y_label: "load ln N/d".into(),
        x_log: true,
        y_reaches: vec![0.0],
        lines: laws,
        ..LinesPlot::default()
    })
}
