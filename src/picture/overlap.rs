//! The overlap with every memory against time.

use super::course::{activations, finite, first, refined, switches};
use super::kind::{never, range};
use super::words::{subtitle, time_label, title};
use super::{Kind, Picture};
use crate::figure::{OverlapPlot, Plot, TimeSeries};
use crate::study::{NoPlot, Results, Study};

pub(super) static KIND: Kind = Kind {
    name: "overlap",
    about: "overlap with every memory, of the first trajectory; needs `[recall]`",
    keys: &[range("x", "time"), range("y", "overlap")],
    unasked: never,
    make: |asked| {
        asked.recall("overlap")?;
        Ok(Picture::new(|study, results, _| {
            Ok(Plot::Overlap(overlap(study, results)?))
        }))
    },
};

fn overlap(study: &Study, results: &Results) -> Result<OverlapPlot, NoPlot> {
    let recall = study.recall.as_ref();
    let recall = recall.ok_or(NoPlot::NoMemories)?;
    let (result, of) = first(study, results)?;
    let (time, states) = refined(study, &result.trajectory);
    let g = activations(study, &states);
    finite(&g)?;
    let neurons = study.network.neurons(recall.layer);
    let memory = |k: usize| TimeSeries {
        label: format!("memory {k}"),
        values: g
            .chunks_exact(study.network.size())
            .map(|row| recall.memories.overlap(k, &row[neurons.clone()]))
            .collect(),
    };
    Ok(OverlapPlot {
        switches: switches(study),
        jumps: study.settings.method.flips,
        title: title(study, &format!("overlap with the memories{of}")),
        subtitle: format!(
            "{} · overlap = cosine of the angle",
            subtitle(study, results)
        ),
        time_label: time_label(study),
        time,
        memories: (0..recall.memories.count()).map(memory).collect(),
    })
}
