//! How many patterns a dense memory keeps: P(flip) of a bit of K random patterns, E = −Σ (ξ·S)ⁿ, exactly (no normal approximation of the crosstalk),
//! beside that approximation, the closed form of Krotov and Hopfield (2016), and networks; and the exponent of K at which one bit in a hundred flips,
//! as N grows: n − 1. For E = −Σ e^(ξ·S) with K = 2^(N/2) the exact probability lies between two bounds.
//!
//! `cargo run --release --example dense_capacity -- DIRECTORY` draws it.

#[path = "ensembles/draw.rs"]
mod draw;
#[path = "published_tables/measure.rs"]
mod measure;

use attractor::analysis::capacity::{
    dense_capacity, dense_flips, dense_flips_closed, dense_flips_normal, exponential_flips,
};
use attractor::figure::{LinesPlot, PanelsPlot, Plot};
use draw::{curve, draw, measured, reference, steps, theory};
use measure::ensembles::{self, head, row, short};
use measure::{Estimate, Measured, exponential, power, unstable};

/// n, N, K.
const ROWS: [(u32, usize, usize); 11] = [
    (2, 100, 10),
    (2, 100, 14),
    (2, 100, 20),
    (2, 400, 56),
    (3, 60, 147),
    (3, 60, 300),
    (3, 100, 362),
    (3, 100, 1000),
    (4, 30, 265),
    (4, 30, 1000),
    (4, 40, 578),
];

fn exact(n: u32, size: usize, count: usize) -> f64 {
    dense_flips(n, size as u32, count).map_or(f64::NAN, |f| f.flips)
}

/// The K, between whole numbers by a straight line in its logarithm, at which a bit flips with this probability.
fn count_of(n: u32, size: usize, probability: f64) -> f64 {
    let (mut low, mut high) = (2, 4 * dense_capacity(n, size as f64).ceil() as usize + 4);
    while exact(n, size, high) < probability {
        high *= 2;
    }
    while high - low > 1 {
        let middle = low.midpoint(high);
        match exact(n, size, middle) < probability {
            true => low = middle,
            false => high = middle,
        }
    }
    let [a, b] = [low, high].map(|k| exact(n, size, k));
    low as f64 + (probability - a) / (b - a)
}

fn flips_table() -> Measured<()> {
    head(
        "P(flip) of a bit of a stored pattern, and what the formula for K says",
        "n, N, K | K without errors | exact | tie | normal | closed form",
    );
    for (n, size, count) in ROWS
        .into_iter()
        .take(ensembles::few::at_most(3, ROWS.len()))
    {
        let found = dense_flips(n, size as u32, count).ok_or("too large")?;
        let (a, b) = (size as f64, count as f64);
        row(&[
            format!("{n}, {size}, {count}"),
            format!("{:.2}", dense_capacity(n, a)),
            format!("{:.4e}", found.flips),
            match found.ties < 1e-12 {
                true => "0".into(),
                false => format!("{:.1e}", found.ties),
            },
            format!("{:.2e}", dense_flips_normal(n, a, b)),
            format!("{:.2e}", dense_flips_closed(n, a, b)),
        ]);
    }
    Ok(())
}

/// P(flip) against K/K_max at one size of each n.
fn flips_panel() -> Measured<LinesPlot> {
    let sizes = [(2, 100), (3, 60), (4, 30)];
    let mut lines = Vec::new();
    let parts = [0.8, 1.0, 1.4, 2.0, 3.0, 4.0];
    for (n, size) in sizes {
        let most = dense_capacity(n, size as f64);
        let point = |part: f64| {
            let count = (part * most).round() as usize;
            let found = unstable([size, count], power(n), 60, count.min(30))?;
            Ok((count as f64 / most, found[0]))
        };
        let points = parts
            .iter()
            .map(|p| point(*p))
            .collect::<Measured<Vec<(f64, Estimate)>>>()?;
        let dots = measured(format!("n = {n}, N = {size}"), &points);
        lines.push(attractor::figure::Line {
            scattered: true,
            ..dots
        });
    }
    let counts =
        |most: f64| steps([0.7f64.ln(), 4.5f64.ln()], 24).map(move |l| (most * l.exp()).round());
    for (n, size) in sizes {
        let most = dense_capacity(n, size as f64);
        let points = counts(most).map(|k| (k / most, exact(n, size, k as usize)));
        lines.push(theory(format!("exact, n = {n}"), points));
    }
    let normal = counts(dense_capacity(4, 30.0))
        .map(|k| (k / dense_capacity(4, 30.0), dense_flips_normal(4, 30.0, k)));
    lines.push(reference("normal crosstalk, n = 4", normal));
    Ok(LinesPlot {
        title: "bits that would flip".into(),
        x_label: "K / K without errors".into(),
        y_label: "P(flip)".into(),
        x_log: true,
        y_log: true,
        lines,
        ..LinesPlot::default()
    })
}

fn growth_panel() -> LinesPlot {
    head(
        "K at which one bit in a hundred flips",
        "n | N: K | exponent of N, at the largest two",
    );
    let sizes: [(u32, &[usize]); 3] = [
        (2, &[25, 50, 100, 200, 400, 800]),
        (3, &[15, 25, 40, 60, 90, 130]),
        (4, &[15, 20, 30, 40, 55]),
    ];
    let mut lines = Vec::new();
    let mut slopes = Vec::new();
    for (n, sizes) in sizes {
        let points: Vec<(f64, f64)> = sizes
            .iter()
            .map(|s| (*s as f64, count_of(n, *s, 0.01)))
            .collect();
        let [.., (x0, y0), (x, y)] = points[..] else {
            continue;
        };
        let exponent = (y / y0).ln() / (x / x0).ln();
        let all: Vec<String> = points.iter().map(|(x, y)| format!("{x}: {y:.1}")).collect();
        row(&[n.to_string(), all.join(", "), format!("{exponent:.3}")]);
        let line = curve(format!("n = {n}"), points);
        lines.push(attractor::figure::Line { dots: true, ..line });
        let power = f64::from(n - 1);
        let first = sizes[0] as f64;
        slopes.push(reference(
            format!("slope {power}"),
            [first, x].map(|s| (s, y * (s / x).powf(power))),
        ));
    }
    lines.extend(slopes);
    LinesPlot {
        title: "patterns at one wrong bit in a hundred".into(),
        x_label: "N".into(),
        y_label: "K".into(),
        x_log: true,
        y_log: true,
        lines,
        ..LinesPlot::default()
    }
}

fn exponential_panel() -> Measured<LinesPlot> {
    head(
        "E = −Σ e^(ξ·S), K = 2^(N/2)",
        "N | K | P(flip) lies between | and | (K − 1)/2^(N + 1) | measured | stable patterns",
    );
    let (mut bits, mut law) = (Vec::new(), Vec::new());
    for n in [10, 12, 14, 16, 18, 20] {
        let count = 1 << (n / 2);
        let [low, high] = exponential_flips(n as u32, count, 1 << 17);
        let closed = (count - 1) as f64 / f64::from(1 << (n + 1));
        let [found, stable] = unstable([n, count], exponential(), 60, count.min(64))?;
        row(&[
            n.to_string(),
            count.to_string(),
            format!("{low:.3e}"),
            format!("{high:.3e}"),
            format!("{closed:.3e}"),
            short(found),
            short(stable),
        ]);
        bits.push((n as f64, found));
        law.push((n as f64, 0.5 * (low + high)));
    }
    let closed = (10..=20).map(|n| {
        (
            f64::from(n),
            (2f64.powf(0.5 * f64::from(n)) - 1.0) * 0.5f64.powi(n + 1),
        )
    });
    Ok(LinesPlot {
        title: "exponential, K = 2^(N/2)".into(),
        x_label: "N".into(),
        y_label: "P(flip)".into(),
        y_log: true,
        lines: vec![
            attractor::figure::Line {
                scattered: true,
                ..measured("networks", &bits)
            },
            theory("exact, middle of the bounds", law),
            reference("(K − 1)/2^(N + 1)", closed),
        ],
        ..LinesPlot::default()
    })
}

fn main() -> Measured<()> {
    flips_table()?;
    if ensembles::few::is_short() {
        return Ok(());
    }
    let plots = [growth_panel(), exponential_panel()?];
    let mut all = vec![Plot::Lines(flips_panel()?)];
    all.extend(plots.map(Plot::Lines));
    let plot = PanelsPlot {
        title: "How many patterns a dense memory keeps".into(),
        subtitle: "random patterns, started at themselves · exact: no approximation of the crosstalk · networks: 60 for each dot of a, 60 of c, bars: standard errors over networks".into(),
        columns: 2,
        plots: all,
    };
    draw("dense-capacity", &plot)
}
