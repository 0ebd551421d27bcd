//! How many memories the state averages, against time.

use super::course::{activations, finite, first, refined};
use super::kind::{never, range};
use super::words::{subtitle, time_label, title};
use super::{Kind, Picture};
use crate::analysis::{MemoryWeights, count_to_mass, effective_number};
use crate::figure::{Line, LinesPlot, Plot};
use crate::refusal::Refusal;
use crate::study::{NoPlot, Results, Study};

/// The part of the weight that k memories hold, as of heads of attention.
const MASS: f64 = 0.9;

pub(super) static KIND: Kind = Kind {
    name: "averaged",
    about: "how many memories the softmax of the network averages, of the first trajectory: the fewest that hold 0.9 of its weight, and 1/Σp²; needs `[recall]`",
    keys: &[range("x", "time"), range("y", "number of memories")],
    unasked: never,
    make: |asked| {
        let recall = asked.recall("averaged")?;
        if MemoryWeights::new(asked.network, recall.layer, &recall.memories).is_none() {
            return Err(("kind", no_softmax()));
        }
        Ok(Picture::new(|study, results, _| {
            Ok(Plot::Lines(averaged(study, results)?))
        }))
    },
};

fn no_softmax() -> Refusal {
    let why = "needs a softmax over the memories of [recall], and this network has none";
    const HELP: &str = "a synapse `memory` with a softmax and these patterns, or a hidden layer with softmax joined by them";
    Refusal::new("a figure of kind \"averaged\"", why).help(HELP)
}

fn averaged(study: &Study, results: &Results) -> Result<LinesPlot, NoPlot> {
    let recall = study.recall.as_ref().ok_or(NoPlot::NoMemories)?;
    let (result, of) = first(study, results)?;
    let (time, states) = refined(study, &result.trajectory);
    let g = activations(study, &states);
    finite(&g)?;
    let softmax = MemoryWeights::new(&study.network, recall.layer, &recall.memories);
    let softmax = softmax.ok_or_else(no_softmax)?;
    let (mut k, mut effective, mut room) = (Vec::new(), Vec::new(), Vec::new());
    for row in g.chunks_exact(study.network.size()) {
        let mut p = softmax.at(row).ok_or_else(no_softmax)?;
        // Beside a ghost the memories share what it leaves them.
        let sum: f64 = p.iter().sum();
        p.iter_mut().for_each(|p| *p /= sum);
        k.push(count_to_mass(p.iter().copied(), MASS, &mut room) as f64);
        effective.push(effective_number(&p));
    }
    finite(&effective)?;
    let line = |label: &str, y: Vec<f64>| Line {
        label: label.into(),
        x: time.clone(),
        y,
        ..Line::default()
    };
    let count = recall.memories.count();
    Ok(LinesPlot {
        title: title(study, &format!("memories averaged{of}")),
        subtitle: format!("{count} memories · {}", subtitle(study, results)),
        x_label: time_label(study),
        y_label: "number of memories".into(),
        y_reaches: vec![0.0],
        lines: vec![
            line("effective number 1/Σp²", effective),
            line("k, the fewest that hold 0.9", k),
        ],
        ..LinesPlot::default()
    })
}
