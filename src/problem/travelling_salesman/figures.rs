//! How a tour forms, and how long the tours are.

use super::{Salesman, Way};
use crate::figure::{HeatPlot, HistogramPlot, Line, LinesPlot, PanelsPlot, Plot};
use crate::number::fixed;
use crate::problem::Solved;

/// Bars of the distribution of lengths.
const BARS: usize = 16;

pub fn of(salesman: &Salesman, solved: &Solved) -> Vec<(String, Plot)> {
    let mut all = Vec::new();
    if let Some(tour) = salesman.best(solved) {
        all.push((
            "forming".into(),
            Plot::Panels(forming(salesman, solved, &tour)),
        ));
    }
    all.extend(lengths(solved).map(|plot| ("lengths".into(), Plot::Histogram(plot))));
    all
}

/// Activations of the best start at a few networks, cities in the order of its tour, and the tour.
fn forming(salesman: &Salesman, solved: &Solved, tour: &[usize]) -> PanelsPlot {
    let n = tour.len();
    let best = solved.best().map(|k| &solved.attempts[k]);
    let mut kept: Vec<(usize, &[f64])> = Vec::new();
    if let Some(best) = best {
        kept.extend(best.way.iter().map(|(number, g)| (*number, &g[..])));
        kept.push((best.stages.saturating_sub(1), &best.g));
    }
    kept.dedup_by_key(|(number, _)| *number);
    let last = kept.len().saturating_sub(1);
    let mut shown: Vec<usize> = match last {
        0 => vec![0],
        _ => vec![0, telling(&kept, n, 0.3), last],
    };
    shown.dedup();
    let places_first = matches!(salesman.way, Way::OneHot(_));
    let heat = |k: usize| {
        let (number, g) = kept[k];
        let places: Vec<f64> = (1..=n).map(|k| k as f64).collect();
        let entry = |at: usize| {
            let (city, place) = (tour[at / n], at % n);
            let at = if places_first {
                place * n + city
            } else {
                city * n + place
            };
            g.get(at).copied()
        };
        let title = match &salesman.way {
            Way::Softassign(constants) => {
                format!("T = {}", fixed(constants.temperature(number, n), 3))
            }
            _ if last == 0 => "at the end".into(),
            _ => format!("network {number}"),
        };
        Plot::Heat(HeatPlot {
            title,
            x_label: "place in the tour".into(),
            y_label: "city".into(),
            value_label: "V".into(),
            x: places.clone(),
            y: places,
            values: (0..n * n).map(entry).collect(),
            range: (0.0, 1.0),
            ..HeatPlot::default()
        })
    };
    let mut plots: Vec<Plot> = shown.iter().map(|k| heat(*k)).collect();
    plots.extend(drawn(salesman, tour).map(Plot::Lines));
    let length = salesman.cities.length(tour);
    PanelsPlot {
        title: match last {
            0 => format!("{n} cities: the best tour"),
            _ => format!("{n} cities: how a tour forms"),
        },
        subtitle: format!(
            "the best start, of length {}; cities are numbered in the order of its tour",
            fixed(length, 4)
        ),
        columns: 2,
        plots,
    }
}

/// The first network at which the plan is so far decided: `Σ g²/n` from 1/n to 1.
fn telling(kept: &[(usize, &[f64])], n: usize, part: f64) -> usize {
    let decided = |g: &[f64]| g[..n * n].iter().map(|g| g * g).sum::<f64>() / n as f64;
    let found = kept.iter().position(|(_, g)| decided(g) > part);
    found.unwrap_or(kept.len() - 1)
}

fn drawn(salesman: &Salesman, tour: &[usize]) -> Option<LinesPlot> {
    let places = salesman.cities.places.as_ref()?;
    let closed = || tour.iter().chain(tour.first());
    Some(LinesPlot {
        title: "the tour".into(),
        x_label: "x".into(),
        y_label: "y".into(),
        square: true,
        lines: vec![Line {
            x: closed().map(|c| places[*c][0]).collect(),
            y: closed().map(|c| places[*c][1]).collect(),
            dots: true,
            ..Line::default()
        }],
        ..LinesPlot::default()
    })
}

/// By how much tours are longer than the baseline.
fn lengths(solved: &Solved) -> Option<HistogramPlot> {
    let base = solved.baseline.as_ref()?;
    let costs = solved.costs();
    if costs.len() < 2 {
        return None;
    }
    let gaps: Vec<f64> = costs
        .iter()
        .map(|c| 100.0 * (c / base.cost - 1.0))
        .collect();
    let low = gaps.iter().copied().fold(0.0, f64::min);
    let high = gaps.iter().copied().fold(low + 1.0, f64::max);
    let width = (high - low) / BARS as f64;
    let mut bars = vec![0.0; BARS];
    for gap in &gaps {
        let at = ((gap - low) / width) as usize;
        bars[at.min(BARS - 1)] += 1.0;
    }
    let all = solved.attempts.len();
    let kind = if base.is_exact {
        "the optimum"
    } else {
        "the baseline"
    };
    Some(HistogramPlot {
        title: "How long the tours are".into(),
        subtitle: format!(
            "{} valid of {all} starts · {kind}: {} ({})",
            costs.len(),
            fixed(base.cost, 4),
            base.name
        ),
        x_label: format!("longer than {kind}, %"),
        y_label: "starts".into(),
        edges: (0..=BARS).map(|k| low + width * k as f64).collect(),
        bars,
        ..HistogramPlot::default()
    })
}
