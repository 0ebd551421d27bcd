//! Work and precision of every method with error control on four reference cases, SciPy's solvers beside them: one figure
//! each, in a directory that may be given (`cargo run --release --example work_precision -- plots`).
//!
//! The error is the largest over all stored times and neurons over 1 + |reference|. Times between steps are reached by a
//! method's own interpolation, whose evaluations are not counted, neither ours nor SciPy's (`benches/work_precision.py`).

#[allow(
    dead_code,
    clippy::unwrap_used,
    clippy::panic,
    reason = "the tests' own reader of reference cases"
)]
#[path = "../tests/common/reference.rs"]
mod reference;

use std::path::PathBuf;

use attractor::figure::{Line, LinesPlot};
use attractor::solver::METHODS;
use reference::{Reference, experiment, flat, read, run};
use serde_json::Value;

const CASES: [(&str, &str); 4] = [
    ("c07_modelA_tanh_repu3", "model A, 9 neurons, τ 1 and 0.2"),
    (
        "c16_fully_connected_hetero_tau_mixed",
        "fully connected, 6 neurons with kinks, τ 0.1 … 3",
    ),
    ("c20_HAM_4layer", "hierarchical, 21 neurons, τ 0.05 … 1"),
    ("c26_stiff_tauh_1e-4", "stiff, 9 neurons, τ 1 and 1e-4"),
];

/// Evaluations and errors of one method, a point for each tolerance.
fn ours(case: &Reference, method: &str, rtol: &[f64]) -> Line {
    let mut line = Line {
        label: method.into(),
        dots: true,
        ..Line::default()
    };
    let mut experiment = experiment(&case.model(method));
    for rtol in rtol {
        (experiment.settings.rtol, experiment.settings.atol) = (*rtol, 1e-2 * rtol);
        let results = run(&experiment);
        let result = &results.cases[0];
        let kept = &result.trajectory;
        if !result.outcome.stop.is_success() {
            println!("{method} at {rtol:e}: {}", result.outcome.stop.word());
            continue;
        }
        let mut worst = 0.0_f64;
        for k in 0..kept.len() {
            let pairs = kept.state(k).iter().zip(case.row("states", k));
            let each = pairs.map(|(x, r)| (x - r).abs() / (1.0 + r.abs()));
            worst = each.fold(worst, f64::max);
        }
        line.x.push(result.outcome.statistics.evaluations as f64);
        line.y.push(worst.max(1e-16));
    }
    line
}

/// The same of SciPy, from the file.
fn scipy(stored: &Value) -> Vec<Line> {
    let mut lines = Vec::new();
    for (method, rows) in stored.as_object().into_iter().flatten() {
        let points: Vec<Vec<f64>> = rows.as_array().into_iter().flatten().map(flat).collect();
        lines.push(Line {
            label: format!("SciPy {method}"),
            x: points.iter().map(|p| p[1]).collect(),
            y: points.iter().map(|p| p[0]).collect(),
            dots: true,
            second: true,
            ..Line::default()
        });
    }
    lines
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let out = std::env::args().nth(1).map(PathBuf::from);
    let out = out.unwrap_or_else(|| std::env::temp_dir().join("attractor-work-precision"));
    std::fs::create_dir_all(&out)?;
    let Reference(data) = read("work_precision_scipy");
    let rtol = flat(&data["rtol"]);
    for (name, subtitle) in CASES {
        let case = read(name);
        let mut lines: Vec<Line> = METHODS
            .iter()
            .filter(|m| m.is_adaptive())
            .map(|m| ours(&case, m.name, &rtol))
            .collect();
        for line in &lines {
            let points = line.x.iter().zip(&line.y);
            let text: Vec<String> = points.map(|(x, y)| format!("{y:.0e}/{x}")).collect();
            println!("{} {}: {}", &name[..3], line.label, text.join(" "));
        }
        lines.extend(scipy(&data["cases"][name]));
        let plot = LinesPlot {
            title: format!("Work and precision, case {}", &name[..3]),
            subtitle: format!("{subtitle}; rtol 1e-3 … 1e-10, atol = rtol/100"),
            x_label: "evaluations of the right side".into(),
            y_label: "largest error over 1 + |x|".into(),
            x_log: true,
            y_log: true,
            lines,
            ..LinesPlot::default()
        };
        for ending in ["png", "svg"] {
            plot.draw(out.join(format!("work-precision-{}.{ending}", &name[..3])))?;
        }
    }
    println!("drawn into {}", out.display());
    Ok(())
}
