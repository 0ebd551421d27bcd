//! The figures of a training.

use crate::figure::{Line, LinesPlot, Plot};
use crate::learning::{Epoch, Task, Trained};
use crate::number::{number, plural};
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
    let plan = &task.plan;
    let mut all = Vec::new();
    let mut plot = |name: &str, (what, y): (&str, &str), lines: Vec<Line>| {
        if lines.is_empty() {
            return;
        }
        let is_loss = name != RIGHT;
        let plot = LinesPlot {
            title: title(&format!("{what} by epoch")),
            subtitle: format!(
                "{} · {} in batches of {} · {}, rate {}",
                task.rule.name,
                plural(plan.learn.len(), "row"),
                plan.batch,
                task.optimiser.form.word(),
                number(plan.schedule.rate)
            ),
            x_label: "epoch".into(),
            y_label: y.into(),
            x_whole: true,
            y_log: is_loss && spans(&lines),
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

/// Does it go down so far that its logarithm is to be seen?
fn spans(lines: &[Line]) -> bool {
    let all = || lines.iter().flat_map(|l| &l.y).copied();
    let ends = (
        all().fold(f64::INFINITY, f64::min),
        all().fold(0.0, f64::max),
    );
    ends.0 > 0.0 && ends.1 > 3.0 * ends.0
}

/// The figure of what is right.
const RIGHT: &str = "right";
/// Epochs that are so few have a dot each.
const FEW: usize = 8;
