//! The figures of a training.

use crate::figure::{Line, LinesPlot, Plot};
use crate::learning::{Epoch, Task, Trained};
use crate::picture::UNTITLED;
use crate::study::Study;
use crate::style::Style;

/// The loss against the epochs, and the part that is right where rows are of classes. What is told of epochs and a score that is another
/// quantity have a figure each.
pub(super) fn all((study, task): (&Study, &Task), trained: &Trained) -> Vec<(String, Plot, Style)> {
    let epochs = &trained.state.epochs;
    let line = |label: &str, value: &dyn Fn(&Epoch) -> Option<f64>| {
        let points = epochs.iter().enumerate();
        let points = points.filter_map(|(k, e)| Some(((k + 1) as f64, value(e)?)));
        let (x, y): (Vec<f64>, Vec<f64>) = points.unzip();
        (!x.is_empty()).then(|| Line {
            label: label.into(),
            dots: x.len() < FEW,
            x,
            y,
            ..Line::default()
        })
    };
    let title = |what: &str| match study.title.as_str() {
        UNTITLED => what.to_owned(),
        title => format!("{title} – {what}"),
    };
    let mut all = Vec::new();
    let mut plot = |name: &str, (what, y): (&str, &str), lines: Vec<Line>| {
        if lines.is_empty() {
            return;
        }
        let is_loss = name != RIGHT;
        let plot = LinesPlot {
            title: title(&format!("{what} by epoch")),
            x_label: "epoch".into(),
            y_label: y.into(),
            x_whole: true,
            y_log: is_loss && lines.iter().all(|l| l.y.iter().all(|y| *y > 0.0)),
            lines,
            ..LinesPlot::default()
        };
        all.push((name.into(), Plot::Lines(plot), study.style.clone()));
    };
    let [of_epochs, of_scores] = (task.rule.told)(&trained.network);
    let mean = |word: &str| format!("mean {word}");
    let train: Vec<Line> = line("train", &|e| Some(e.loss)).into_iter().collect();
    let choose = line("choose", &|e| e.choose.map(|s| s.loss)).into_iter();
    if of_epochs == of_scores {
        let lines = train.into_iter().chain(choose).collect();
        plot("learning", (of_epochs, &mean(of_epochs)), lines);
    } else {
        plot("learning", (of_epochs, &mean(of_epochs)), train);
        plot("scores", (of_scores, &mean(of_scores)), choose.collect());
    }
    let right = line("choose", &|e| e.choose?.right).into_iter().collect();
    plot(RIGHT, ("accuracy", "part of the rows that is right"), right);
    all
}

/// The figure of what is right.
const RIGHT: &str = "right";
/// Epochs that are so few have a dot each.
const FEW: usize = 8;
