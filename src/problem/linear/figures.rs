//! The picture of two variables, and how the ends of the networks come near.

use super::flat::{dot, largest};
use super::{Linear, Verdict};
use crate::figure::{Basins, Line, LinesPlot, PhaseCurve, PhasePlot, PlanePoint, Plot, Stability};
use crate::number::{number, plural, rounded};
use crate::problem::{Attempt, Solved};

/// Cells along each side of the picture.
const CELLS: usize = 240;
/// Fewer networks have no figure of how they come near.
const FEW: usize = 4;
/// What is no less than rounding.
const SMALLEST: f64 = 1e-14;

pub(super) fn all(own: &Linear, solved: &Solved) -> Vec<(String, Plot)> {
    let Some(best) = solved.best().map(|k| &solved.attempts[k]) else {
        return Vec::new();
    };
    // Other ends are not those of one programme.
    if best.answer.cost.is_none() {
        return Vec::new();
    }
    let mut all = Vec::new();
    if own.c.len() == 2 {
        all.extend(plane(own, solved, best).map(|plot| ("plane".to_owned(), plot)));
    }
    all.extend(stages(own, best).map(|plot| ("stages".to_owned(), plot)));
    all
}

fn title(own: &Linear) -> String {
    let word = if own.maximises { "most" } else { "least" };
    let terms = own.c.iter().zip(&own.names).filter(|(c, _)| **c != 0.0);
    let terms: Vec<String> = terms
        .map(|(c, name)| format!("{} {name}", number(*c)))
        .collect();
    match terms.len() {
        0..4 => format!("The {word} of {}", terms.join(" + ").replace("+ −", "− ")),
        _ => format!("A linear programme of {} variables", own.c.len()),
    }
}

/// Where two of the planes meet without breaking another.
fn corners(own: &Linear) -> Vec<[f64; 2]> {
    let planes = &own.flat.planes;
    let mut found = Vec::new();
    for (k, p) in planes.iter().enumerate() {
        for q in &planes[k + 1..] {
            let det = p.a[0] * q.a[1] - p.a[1] * q.a[0];
            if det.abs() < 1e-9 {
                continue;
            }
            let at = [
                (p.b * q.a[1] - p.a[1] * q.b) / det,
                (p.a[0] * q.b - p.b * q.a[0]) / det,
            ];
            if largest(&own.flat.miss(&at)) < 1e-9 * (1.0 + largest(&at)) {
                found.push([at[0] * own.units[0], at[1] * own.units[1]]);
            }
        }
    }
    found
}

/// A grid over a span.
fn grid([low, high]: [f64; 2]) -> Vec<f64> {
    let step = (high - low) / CELLS as f64;
    (0..CELLS).map(|k| low + (k as f64 + 0.5) * step).collect()
}

fn plane(own: &Linear, solved: &Solved, best: &Attempt) -> Option<Plot> {
    let units = [own.units[0], own.units[1]];
    let scaled = |x: &[f64]| [x[0] * units[0], x[1] * units[1]];
    let way = |a: &Attempt| -> Vec<[f64; 2]> { a.trace.iter().map(|g| scaled(g)).collect() };
    let ways: Vec<Vec<[f64; 2]>> = solved.attempts.iter().map(way).collect();
    let end = [best.answer.values[0], best.answer.values[1]];
    let mut shown = corners(own);
    shown.push(end);
    let span = |axis: usize| {
        let ends = |all: &mut dyn Iterator<Item = f64>| {
            all.fold([f64::INFINITY, f64::NEG_INFINITY], |[low, high], v| {
                [low.min(v), high.max(v)]
            })
        };
        let [low, high] = ends(&mut shown.iter().map(|p| p[axis]));
        let size = (high - low).max(units[axis] * 0.5);
        // Ways that begin far away are cut off: the region is what is to be seen.
        let far = [low - 0.6 * size, high + 0.6 * size];
        let ways = ways.iter().flatten().map(|p| p[axis].clamp(far[0], far[1]));
        let [low, high] = ends(&mut ways.chain([low, high]));
        [low - 0.15 * size, high + 0.15 * size]
    };
    let spans = [span(0), span(1)];
    let (x, y) = (grid(spans[0]), grid(spans[1]));
    let is_met = |x: f64, y: f64| largest(&own.flat.miss(&[x / units[0], y / units[1]])) <= 1e-9;
    let cells = y.iter().flat_map(|y| x.iter().map(move |x| (*x, *y)));
    let members = cells.map(|(x, y)| i64::from(!is_met(x, y))).collect();
    let lines = own.rows.iter().filter_map(|row| {
        // The line a·x = b far beyond the picture on both sides.
        let norm = row.norm(&[1.0; 2]);
        let (a, b) = ([row.a[0] / norm, row.a[1] / norm], row.b / norm);
        let far = 4.0 * spans.iter().flatten().fold(b.abs(), |m, v| m.max(v.abs()));
        let at = |t: f64| [a[0] * b - a[1] * t, a[1] * b + a[0] * t];
        let ends = [at(-far), at(far)];
        clipped(ends, spans)
    });
    let curve = |points: &[[f64; 2]]| PhaseCurve {
        x: points.iter().map(|p| p[0]).collect(),
        y: points.iter().map(|p| p[1]).collect(),
    };
    let cost = number(rounded(best.answer.cost?, 6));
    let at = [0, 1].map(|k| format!("{} = {}", own.names[k], number(rounded(end[k], 6))));
    Some(Plot::Phase(PhasePlot {
        title: title(own),
        subtitle: format!(
            "{}: {cost} · the way of the variables through {}",
            at.join(", "),
            plural(best.stages, "network")
        ),
        x_label: own.names[0].clone(),
        y_label: own.names[1].clone(),
        x_range: Some((spans[0][0], spans[0][1])),
        y_range: Some((spans[1][0], spans[1][1])),
        trajectories: ways
            .iter()
            .filter(|w| w.len() > 1)
            .map(|w| curve(w))
            .collect(),
        separatrices: lines.map(|l| curve(&l)).collect(),
        separatrix: "rows and bounds".into(),
        attractor: "end".into(),
        fixed_points: vec![PlanePoint {
            x: end[0],
            y: end[1],
            stability: Stability::Attractor,
            number: None,
        }],
        basins: Some(Basins {
            x,
            y,
            members,
            names: vec!["all rows met".into(), "a row broken".into()],
            // The second is grey: there are ten colours.
            colors: vec![0, 10],
        }),
        ..PhasePlot::default()
    }))
}

/// The part of a stretch inside of a rectangle (Liang and Barsky 1984).
fn clipped([from, to]: [[f64; 2]; 2], spans: [[f64; 2]; 2]) -> Option<[[f64; 2]; 2]> {
    let (mut first, mut last) = (0.0_f64, 1.0_f64);
    for k in 0..2 {
        let way = to[k] - from[k];
        if way == 0.0 {
            if from[k] < spans[k][0] || from[k] > spans[k][1] {
                return None;
            }
            continue;
        }
        let mut times = spans[k].map(|side| (side - from[k]) / way);
        times.sort_by(f64::total_cmp);
        (first, last) = (first.max(times[0]), last.min(times[1]));
    }
    let at = |t: f64| [0, 1].map(|k| from[k] + t * (to[k] - from[k]));
    (first < last).then(|| [at(first), at(last)])
}

fn stages(own: &Linear, best: &Attempt) -> Option<Plot> {
    if best.way.len() < FEW {
        return None;
    }
    let n = own.c.len();
    let cost = best.answer.cost?;
    let ends = best.way.iter().filter(|(_, g)| g.len() >= n);
    let all: Vec<(f64, f64, f64)> = ends
        .map(|(k, g)| {
            let answer = own.answer(
                &Verdict::Open,
                &g[..n],
                &vec![0.0; own.flat.planes.len()],
                Vec::new(),
            );
            let miss = answer.beside("violation").unwrap_or(0.0);
            let here = dot(&own.c, &answer.values);
            (*k as f64 + 1.0, miss, (here - cost).abs())
        })
        .collect();
    let line = |label: &str, of: &dyn Fn(&(f64, f64, f64)) -> f64| {
        let seen: Vec<_> = all.iter().filter(|p| of(p) > SMALLEST).collect();
        Line {
            label: label.into(),
            x: seen.iter().map(|p| p.0).collect(),
            y: seen.iter().map(|p| of(p)).collect(),
            dots: true,
            ..Line::default()
        }
    };
    let lines = [
        line("farthest beyond a row", &|p| p.1),
        line("cost, from that of the last", &|p| p.2),
    ];
    let lines: Vec<Line> = lines.into_iter().filter(|l| !l.x.is_empty()).collect();
    (!lines.is_empty()).then(|| {
        Plot::Lines(LinesPlot {
            title: title(own),
            subtitle: "what is left at the end of each network".into(),
            x_label: "network".into(),
            y_label: "distance, difference of cost".into(),
            y_log: true,
            lines,
            ..LinesPlot::default()
        })
    })
}
