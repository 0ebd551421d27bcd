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

use attractor::dynamics::METHODS;
use attractor::figure::{Figure, Line, LinesPlot, PanelsPlot, Plot};
use reference::{Reference, flat, read, run, study};
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
    let mut study = study(&case.model(method));
    for rtol in rtol {
        (study.settings.rtol, study.settings.atol) = (*rtol, 1e-2 * rtol);
        let results = run(&study);
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
        // A Jacobian is as many evaluations as it has columns, which it is for SciPy's solvers.
        let s = result.outcome.statistics;
        let jacobians = s.factorisations * study.network.size() as u64;
        line.x.push((s.evaluations + jacobians) as f64);
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
        let lines: Vec<Line> = METHODS
            .iter()
            .filter(|m| m.is_adaptive())
            .map(|m| ours(&case, m.name, &rtol))
            .collect();
        for line in &lines {
            let points = line.x.iter().zip(&line.y);
            let text: Vec<String> = points.map(|(x, y)| format!("{y:.0e}/{x}")).collect();
            println!("{} {}: {}", &name[..3], line.label, text.join(" "));
        }
        let foreign = scipy(&data["cases"][name]);
        let all = || lines.iter().chain(&foreign);
        let reach = |of: fn(&Line) -> &Vec<f64>| {
            let values = || all().flat_map(of).copied();
            vec![
                values().fold(f64::INFINITY, f64::min),
                values().fold(0.0, f64::max),
            ]
        };
        let (work, errors) = (reach(|l| &l.x), reach(|l| &l.y));
        // Ours with one stage after the other, ours for stiff networks, SciPy's: each with few enough lines to be told apart, all
        // on the same axes.
        let (explicit, others): (Vec<Line>, Vec<Line>) = lines.iter().cloned().partition(|l| {
            ["tsit5", "dopri5", "bs3", "dop853"]
                .iter()
                .any(|m| l.label.contains(m))
        });
        let panel = |title: &str, lines: Vec<Line>| {
            Plot::Lines(LinesPlot {
                title: title.into(),
                x_label: "evaluations of ẋ".into(),
                y_label: "largest error over 1 + |x|".into(),
                x_log: true,
                y_log: true,
                x_reaches: work.clone(),
                y_reaches: errors.clone(),
                lines,
                ..LinesPlot::default()
            })
        };
        let plot = PanelsPlot {
            title: format!("Work and precision, case {}", &name[..3]),
            subtitle: format!("{subtitle} · rtol 1e-3 … 1e-10, atol = rtol/100"),
            columns: 3,
            plots: vec![
                panel("explicit", explicit),
                panel("for stiff networks, auto", others),
                panel("SciPy", foreign),
            ],
        };
        for ending in ["png", "svg"] {
            plot.draw(out.join(format!("work-precision-{}.{ending}", &name[..3])))?;
        }
    }
    println!("drawn into {}", out.display());
    Ok(())
}
