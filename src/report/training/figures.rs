//! The figures of a training.

use crate::figure::{Line, LinesPlot, Plot};
use crate::learning::{Epoch, Trained};
use crate::picture::UNTITLED;
use crate::study::Study;
use crate::style::Style;

/// The loss against the epochs, and the part that is right where rows are of classes.
pub(super) fn all(study: &Study, trained: &Trained) -> Vec<(String, Plot, Style)> {
    let epochs = &trained.state.epochs;
    let line = |label: &str, value: &dyn Fn(&Epoch) -> Option<f64>| {
        let points = epochs.iter().enumerate();
        let points = points.filter_map(|(k, e)| Some(((k + 1) as f64, value(e)?)));
        let (x, y): (Vec<f64>, Vec<f64>) = points.unzip();
        (!x.is_empty()).then(|| Line {
            label: label.into(),
            dots: x.len() < 3,
            x,
            y,
            ..Line::default()
        })
    };
    let title = |what: &str| match study.title.as_str() {
        UNTITLED => what.to_owned(),
        title => format!("{title} – {what}"),
    };
    let plot = |what: &str, y: &str, y_log: bool, lines: Vec<Line>| LinesPlot {
        title: title(what),
        x_label: "epoch".into(),
        y_label: y.into(),
        y_log,
        lines,
        ..LinesPlot::default()
    };
    let losses = [
        line("train", &|e| Some(e.loss)),
        line("choose", &|e| e.choose.map(|s| s.loss)),
    ];
    let losses: Vec<Line> = losses.into_iter().flatten().collect();
    let positive = losses.iter().all(|l| l.y.iter().all(|y| *y > 0.0));
    let right = line("choose", &|e| e.choose?.right);
    let mut all = Vec::new();
    if !losses.is_empty() {
        let plot = plot("loss by epoch", "mean loss", positive, losses);
        all.push(("learning".into(), Plot::Lines(plot), study.style.clone()));
    }
    if let Some(line) = right {
        let plot = plot(
            "accuracy by epoch",
            "part of the rows that is right",
            false,
            vec![line],
        );
        all.push(("right".into(), Plot::Lines(plot), study.style.clone()));
    }
    all
}
