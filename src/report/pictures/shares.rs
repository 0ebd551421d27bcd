//! The figures of basin fractions and of recall against damage.

use crate::analysis::wilson;
use crate::figure::{HistogramPlot, Line, LinesPlot, Plot};
use crate::picture::{about, method, title};
use crate::study::{Around, Counted, Measured, Study};

/// More memories than this have no line each.
const LINES: usize = 8;
/// More bars than this are no figure.
const BARS: usize = 200;

/// The fraction of each attractor as a bar, or of each ball what came back; none where there is nothing to draw.
pub(in crate::report) fn fractions_plot(study: &Study, counted: &Counted) -> Option<Plot> {
    let share = counted.fractions.shares.first()?;
    let own = match counted.around {
        Around::Rectangle | Around::Everywhere => &share.attractors,
        Around::Memories(_) | Around::Attractors(_) => &counted.back,
    };
    let (x_label, y_label) = match counted.around {
        Around::Rectangle | Around::Everywhere => {
            ("attractor, in order of energy", "fraction that ends there")
        }
        Around::Memories(_) => ("memory", "fraction of its ball that recalls it"),
        Around::Attractors(_) => (
            "attractor, in order of energy",
            "fraction of its ball that comes back",
        ),
    };
    if own.is_empty() || own.len() > BARS {
        return None;
    }
    let ends = own.iter().map(|k| wilson(*k, share.starts));
    let (low, high) = ends.map(|[low, high]| (low, high)).unzip();
    let mut parts = about(study);
    let words = counted.around.words(study.settings.method.flips);
    let each = if counted.fractions.shares.len() > 1 {
        " each"
    } else {
        ""
    };
    parts.push(format!("{} starts{each}, {words}", share.starts));
    if share.others > 0 && counted.back.is_empty() {
        parts.push(format!("{} came to no rest", share.others));
    }
    parts.push("with 95 % intervals (Wilson)".into());
    parts.push(method(study, study.settings.method.name));
    Some(Plot::Histogram(HistogramPlot {
        title: title(study, "basin fractions"),
        subtitle: parts.join(" · "),
        x_label: x_label.into(),
        y_label: y_label.into(),
        edges: (0..=own.len()).map(|k| k as f64 - 0.5).collect(),
        bars: own
            .iter()
            .map(|k| *k as f64 / share.starts as f64)
            .collect(),
        low,
        high,
        ..HistogramPlot::default()
    }))
}

/// Recall against damage: a line for each memory if they are few, else one for all.
pub(in crate::report) fn radius_plot(study: &Study, measured: &Measured) -> Plot {
    let curves = &measured.curves;
    let levels = 0..curves.levels.len();
    let line = |label: String, of: &dyn Fn(usize) -> (f64, [f64; 2])| {
        let all: Vec<(f64, [f64; 2])> = levels.clone().map(of).collect();
        Line {
            label,
            x: curves.levels.clone(),
            y: all.iter().map(|a| a.0).collect(),
            low: all.iter().map(|a| a.1[0]).collect(),
            high: all.iter().map(|a| a.1[1]).collect(),
            dots: true,
            ..Line::default()
        }
    };
    let many = curves.memories.len() > LINES;
    let mut lines: Vec<Line> = match many {
        true => vec![line(
            format!("all {} memories", curves.memories.len()),
            &|l| curves.of_all(l),
        )],
        false => {
            let each = curves.memories.iter().enumerate();
            let each = each.map(|(k, memory)| {
                line(format!("memory {memory}"), &|l| {
                    (curves.probability(k, l), curves.interval(k, l))
                })
            });
            each.collect()
        }
    };
    let p = measured.probability;
    let ends = [curves.levels.first(), curves.levels.last()].map(|e| e.copied().unwrap_or(0.0));
    lines.push(Line {
        label: format!("probability {p}"),
        x: ends.to_vec(),
        y: vec![p; 2],
        reference: true,
        ..Line::default()
    });
    let mut parts = about(study);
    parts.push(match many {
        true => format!(
            "{} cues of each memory and size, 95 % intervals over memories",
            curves.each
        ),
        false => format!(
            "{} cues of each memory and size, 95 % intervals (Wilson)",
            curves.each
        ),
    });
    if let Some(recall) = &study.recall {
        parts.push(format!("recalled: {}", recall.criterion.words()));
    }
    parts.push(method(study, study.settings.method.name));
    Plot::Lines(LinesPlot {
        title: title(study, "recall against damage"),
        subtitle: parts.join(" · "),
        x_label: match measured.cues.values {
            Some(_) => "fraction of the units that are turned".into(),
            None => "standard deviation of the noise".into(),
        },
        y_label: "probability of recall".into(),
        y_reaches: vec![0.0, 1.0],
        lines,
        ..LinesPlot::default()
    })
}
