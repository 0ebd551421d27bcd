//! An image layer as pictures: every channel at several times.

use super::course::finite;
use super::kind::never;
use super::patterns::{moments, range};
use super::words::{subtitle, title};
use super::{Kind, Picture};
use crate::figure::{PatternPlot, PatternRow, Plot};
use crate::key::{Form, NUMBERS, parameter};
use crate::refusal::Refusal;
use crate::study::{NoPlot, Results, Study};

pub(super) static KIND: Kind = Kind {
    name: "channels",
    about: "the channels of an image layer as pictures, of the first trajectory: at the start, at some times, and at the end",
    keys: &[
        parameter(
            "layer",
            Form::Layer,
            "which layer, of the shape [channels, height, width] (the first)",
        ),
        parameter(
            "times",
            NUMBERS,
            "times that are shown, kept beside what `save` says ([0.5, 1, 2])",
        ),
        parameter(
            "rows",
            Form::Whole(1, Some(100)),
            "most channels that are shown (10)",
        ),
    ],
    unasked: never,
    make: |asked| {
        let layer = asked.one("layer", 0);
        let found = &asked.network.layers()[layer];
        let shape = match found.shape[..] {
            [channels, height, width] => Ok([channels, height, width]),
            _ => {
                let why = format!(
                    "is no image: an image has the axes [channels, height, width], it has {:?}",
                    found.shape
                );
                let refusal = Refusal::new(format!("layer `{}`", found.name), why);
                Err(("layer", refusal.help("layer = \"…\" names another one")))
            }
        }?;
        let wanted = Wanted {
            layer,
            shape,
            times: asked.numbers("times").unwrap_or(&[0.5, 1.0, 2.0]).to_vec(),
            rows: asked.one("rows", 10),
        };
        let times = wanted.times.clone();
        let picture = Picture::new(move |study, results, _| {
            Ok(Plot::Patterns(channels(study, results, &wanted)?))
        });
        Ok(picture.showing(times))
    },
};

struct Wanted {
    layer: usize,
    shape: [usize; 3],
    times: Vec<f64>,
    /// Most channels that are shown.
    rows: usize,
}

/// A row for each channel, from the start to the end.
fn channels(study: &Study, results: &Results, wanted: &Wanted) -> Result<PatternPlot, NoPlot> {
    let (case, result) = results.pairs(study).next().ok_or(NoPlot::NothingToShow)?;
    let [count, height, width] = wanted.shape;
    let panels = moments(study, case, result, wanted.layer, &wanted.times);
    finite(panels.iter().flatten())?;
    let pixels = height * width;
    let row = |channel: usize| PatternRow {
        label: format!("channel {channel}"),
        note: String::new(),
        good: true,
        panels: panels
            .iter()
            .map(|panel| {
                let own = panel.chunks_exact(pixels).nth(channel);
                own.map_or_else(Vec::new, <[f64]>::to_vec)
            })
            .collect(),
    };
    let shown: Vec<PatternRow> = (0..count.min(wanted.rows)).map(row).collect();
    let all = shown.iter().flat_map(|row| &row.panels).flatten();
    let all: Vec<f64> = all.copied().collect();
    let mut columns = vec!["start".to_owned()];
    columns.extend(wanted.times.iter().map(|t| format!("t = {t}")));
    columns.push("end".into());
    let name = &study.network.layers()[wanted.layer].name;
    let of = match results.cases.len() {
        1 => String::new(),
        _ => format!(" ({})", case.label),
    };
    Ok(PatternPlot {
        large: false,
        title: title(study, &format!("g({name}) by channel{of}")),
        subtitle: match shown.len() < count {
            true => format!(
                "{} · {} of {count} channels",
                subtitle(study, results),
                shown.len()
            ),
            false => subtitle(study, results),
        },
        shape: (height, width),
        range: range(&all),
        columns,
        rows: shown,
    })
}
