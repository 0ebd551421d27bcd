//! The figure of a sweep: how often an ensemble ends well, against the first parameter.

use super::UNTITLED;
use crate::analysis::wilson;
use crate::experiment::{Combine, Sweep};
use crate::figure::{Line, LinesPlot};
use crate::number::plural;
use crate::report::Tally;

/// More curves than this are not told apart.
const CURVES: usize = 8;

/// One curve for each value of the other parameters; none where nothing has ended yet.
pub(in crate::report) fn sweep(title: &str, sweep: &Sweep, tallies: &[Tally]) -> Option<LinesPlot> {
    let ended: Vec<usize> = (0..tallies.len())
        .filter(|p| tallies[*p].ended > 0)
        .collect();
    // Points of a sweep may differ in what is asked of them; one axis shows one quantity.
    let asked = ended.iter().all(|p| tallies[*p].judged > 0);
    let axis = sweep.axes.first()?;
    let grid = sweep.combine == Combine::Grid;
    // Grid points with the same values of all parameters but the first.
    let mut groups: Vec<(&[usize], Vec<usize>)> = Vec::new();
    for p in &ended {
        let others = if grid { &sweep.points[*p][1..] } else { &[] };
        match groups.iter_mut().find(|(key, _)| *key == others) {
            Some((_, points)) => points.push(*p),
            None => groups.push((others, vec![*p])),
        }
    }
    // In the order of the values, whichever ended first.
    groups.sort_by(|a, b| a.0.cmp(b.0));
    let all = groups.len();
    let shown = all.min(CURVES);
    // The first, the last, and as many between them.
    let chosen = (0..shown).map(|k| k * (all - 1) / (shown - 1).max(1));
    let groups: Vec<_> = chosen.map(|k| &groups[k]).collect();
    let lines: Vec<Line> = groups
        .iter()
        .map(|(others, points)| {
            let mut points = points.clone();
            points.sort_by(|a, b| sweep.number(0, *a).total_cmp(&sweep.number(0, *b)));
            let of = |p: usize| match (asked, &tallies[p]) {
                (true, t) => (t.recalled, t.judged),
                (false, t) => (t.ended - t.failures(), t.ended),
            };
            let ends: Vec<[f64; 2]> = points.iter().map(|p| wilson(of(*p).0, of(*p).1)).collect();
            let labels = sweep.axes[1..].iter().zip(*others);
            let labels: Vec<String> = labels
                .map(|(axis, k)| format!("{} = {}", axis.label, short(&axis.values[*k])))
                .collect();
            Line {
                label: labels.join(", "),
                x: points.iter().map(|p| sweep.number(0, *p)).collect(),
                y: points
                    .iter()
                    .map(|p| of(*p).0 as f64 / of(*p).1 as f64)
                    .collect(),
                low: ends.iter().map(|e| e[0]).collect(),
                high: ends.iter().map(|e| e[1]).collect(),
                dots: true,
                scattered: sweep.combine == Combine::Random || !sweep.is_numeric(0),
                ..Line::default()
            }
        })
        .collect();
    if lines.is_empty() {
        return None;
    }
    let mut x_label = axis.label.clone();
    if !sweep.is_numeric(0) {
        let places = axis.values.iter().enumerate();
        let places: Vec<String> = places.map(|(k, v)| format!("{k}: {v}")).collect();
        x_label = format!("{x_label} ({})", places.join(", "));
    }
    let x_log = axis.logarithmic && axis.numbers.iter().all(|x| *x > 0.0);
    Some(LinesPlot {
        title: if title == UNTITLED {
            String::new()
        } else {
            title.to_owned()
        },
        subtitle: subtitle(sweep, tallies, (shown, all)),
        x_label,
        y_label: if asked {
            "recall probability"
        } else {
            "part that came to rest or to its time"
        }
        .into(),
        x_log,
        y_reaches: vec![0.0, 1.0],
        lines,
        ..LinesPlot::default()
    })
}

/// How many trajectories there are behind it, and what is not shown.
fn subtitle(sweep: &Sweep, tallies: &[Tally], (shown, all): (usize, usize)) -> String {
    let counts = || tallies.iter().map(|t| t.ended).filter(|n| *n > 0);
    let (least, most) = (counts().min().unwrap_or(0), counts().max().unwrap_or(0));
    let each = if least == most {
        format!("{} at each point", plural(most as usize, "trajectory"))
    } else {
        format!("{least} to {most} trajectories at each point")
    };
    let mut parts = vec![each, "bars: 95 % Wilson intervals".to_owned()];
    // What no curve tells apart.
    let others = sweep.axes[1..].iter().map(|axis| axis.label.as_str());
    let others = others.collect::<Vec<_>>().join(", ");
    match sweep.combine {
        _ if others.is_empty() => {}
        Combine::Grid => {}
        Combine::Zip => parts.push(format!("varied along: {others}")),
        Combine::Random => parts.push(format!("drawn as well: {others}")),
    }
    if shown < all {
        parts.push(format!("{shown} of {all} curves"));
    }
    parts.join(" · ")
}

/// A value as a legend shows it: of a number four digits at most.
fn short(value: &str) -> String {
    let number = value.parse::<f64>().ok();
    let rounded = number.and_then(|x| format!("{x:.3e}").parse::<f64>().ok());
    rounded.map_or_else(|| value.to_owned(), |x| x.to_string())
}
