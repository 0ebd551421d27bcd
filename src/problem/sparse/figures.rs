//! Atoms in the order of how much they are used, and signals beside what their codes make of them.

use super::{Coding, Source, dot};
use crate::figure::{Line, LinesPlot, PatternPlot, PatternRow, Plot};
use crate::number::{number, rounded};
use crate::problem::{Attempt, Solved};

/// Atoms across, most atoms, and most signals that are shown.
const ACROSS: usize = 16;
const MOST: usize = 256;
const SIGNALS: usize = 8;

pub(super) fn all(own: &Coding, solved: &Solved) -> Vec<(String, Plot)> {
    match &own.source {
        Source::Patches(picture) => vec![
            ("atoms".into(), atoms(own, picture.side, solved)),
            ("patches".into(), patches(own, picture.side, solved)),
        ],
        // The one with most atoms has most to show.
        Source::Given(_) => {
            let active = |a: &&Attempt| a.answer.beside("active").unwrap_or(0.0) as u64;
            let most = solved.attempts.iter().max_by_key(active);
            let plot = most.map(|a| ("code".into(), signal(own, a)));
            plot.into_iter().collect()
        }
    }
}

fn size(values: impl Iterator<Item = f64>) -> f64 {
    let most = values.fold(0.0, |m: f64, v| m.max(v.abs()));
    if most > 0.0 { most } else { 1.0 }
}

/// Each in a scale of its own.
fn atoms(own: &Coding, side: usize, solved: &Solved) -> Plot {
    let mut used: Vec<(f64, &[f64])> = own
        .atoms()
        .enumerate()
        .map(|(j, atom)| {
            let all = solved.attempts.iter().map(|a| a.answer.values[j].abs());
            (all.sum(), atom)
        })
        .collect();
    used.sort_by(|a, b| b.0.total_cmp(&a.0));
    let shown: Vec<Vec<f64>> = used
        .iter()
        .take(MOST)
        .map(|(_, atom)| {
            let most = size(atom.iter().copied());
            atom.iter().map(|v| v / most).collect()
        })
        .collect();
    let rows = shown.chunks(ACROSS).map(|row| PatternRow {
        good: true,
        panels: row.to_vec(),
        ..PatternRow::default()
    });
    Plot::Patterns(PatternPlot {
        title: "Atoms".into(),
        subtitle: format!(
            "{} of {}, those that are used most first; each in a scale of its own",
            shown.len(),
            own.count()
        ),
        shape: (side, side),
        large: false,
        range: (-1.0, 1.0),
        columns: vec![String::new(); shown.len().min(ACROSS)],
        rows: rows.collect(),
    })
}

fn sum(own: &Coding, code: &[f64]) -> Vec<f64> {
    let all = own.residual(&vec![0.0; own.m], code);
    all.iter().map(|v| -v).collect()
}

fn patches(own: &Coding, side: usize, solved: &Solved) -> Plot {
    let row = |(k, attempt): (usize, &Attempt)| {
        let (signal, code) = attempt.g.split_at(own.m);
        let most = size(signal.iter().copied());
        let scaled = |v: Vec<f64>| v.iter().map(|v| v / most).collect::<Vec<_>>();
        let made = sum(own, code);
        let rest = own.residual(signal, code);
        let left = 100.0 * dot(&rest, &rest) / dot(signal, signal).max(f64::MIN_POSITIVE);
        let active = code.iter().filter(|a| **a != 0.0).count();
        PatternRow {
            label: format!("start {k}"),
            note: format!("{active} atoms, {} % left", number(rounded(left, 2))),
            good: attempt.answer.is_valid(),
            panels: vec![scaled(signal.to_vec()), scaled(made), scaled(rest)],
        }
    };
    Plot::Patterns(PatternPlot {
        title: "Patches and their codes".into(),
        subtitle: format!(
            "λ = {}; each row in the scale of its patch",
            number(own.lambda)
        ),
        shape: (side, side),
        large: false,
        range: (-1.0, 1.0),
        columns: ["patch", "sum of atoms", "what is left"]
            .map(String::from)
            .to_vec(),
        rows: solved
            .attempts
            .iter()
            .enumerate()
            .take(SIGNALS)
            .map(row)
            .collect(),
    })
}

fn signal(own: &Coding, attempt: &Attempt) -> Plot {
    let (signal, code) = attempt.g.split_at(own.m);
    let line = |label: &str, y: Vec<f64>| Line {
        label: label.into(),
        x: (0..y.len()).map(|k| k as f64).collect(),
        y,
        dots: true,
        ..Line::default()
    };
    Plot::Lines(LinesPlot {
        title: "A signal and the sum of its atoms".into(),
        subtitle: format!(
            "λ = {}, {} of {} atoms",
            number(own.lambda),
            code.iter().filter(|a| **a != 0.0).count(),
            own.count()
        ),
        x_label: "entry".into(),
        y_label: "value".into(),
        lines: vec![
            line("signal", signal.to_vec()),
            line("sum of atoms", sum(own, code)),
        ],
        ..LinesPlot::default()
    })
}
