//! Pictures of which some patches are masked, and how they are filled in.

use super::kind::never;
use super::words::{subtitle, title};
use super::{Kind, Picture};
use crate::figure::{PatternPlot, PatternRow, Plot};
use crate::key::{Form, NUMBERS, parameter};
use crate::network::{Masked, Patches};
use crate::number::{number, rounded};
use crate::refusal::Refusal;
use crate::study::{CaseResult, NoPlot, Results, Study};

pub(super) static KIND: Kind = Kind {
    name: "filled",
    about: "pictures of which some patches are masked, and what is read in their place; needs a start with `pictures`",
    keys: &[
        parameter(
            "times",
            NUMBERS,
            "times that are shown, kept beside what `save` says ([])",
        ),
        parameter(
            "rows",
            Form::Whole(1, Some(100)),
            "most pictures that are shown (10)",
        ),
    ],
    unasked: never,
    make: |asked| {
        if asked.network.layers().iter().all(|l| l.patches.is_none()) {
            let why = "shows pictures, and no layer of this network is seen as pictures";
            let refusal = Refusal::new("a figure of kind \"filled\"", why)
                .help("[layers.NAME.patches] says how tokens are");
            return Err(("kind", refusal));
        }
        let times = asked.numbers("times").unwrap_or(&[]).to_vec();
        let (wanted, rows) = (times.clone(), asked.one("rows", 10));
        let picture = Picture::new(move |study, results, _| {
            let plot = filled(study, results, (&wanted, rows));
            Ok(Plot::Patterns(plot.ok_or(NoPlot::NothingToShow)?))
        });
        Ok(picture.showing(times))
    },
};

/// Masked, filled in at these times and at the end, and whole.
fn filled(study: &Study, results: &Results, (times, most): (&[f64], usize)) -> Option<PatternPlot> {
    let all = results.cases.iter().filter_map(|result| {
        let (layer, picture) = study.cases[result.case].picture.as_ref()?;
        let patches = study.network.layers()[*layer].patches.as_ref()?;
        Some((result, *layer, patches, picture))
    });
    let all: Vec<_> = all.take(most).collect();
    let shape = all.first()?.2.picture();
    let same = all
        .iter()
        .filter(|(_, _, patches, _)| patches.picture() == shape);
    let pixels = all.iter().flat_map(|(.., picture)| picture.pixels.iter());
    let pixels: Vec<f64> = pixels.copied().collect();
    let range = super::patterns::range(&pixels);
    let grey = 0.5 * (range.0 + range.1);
    let rows: Vec<PatternRow> = same
        .filter_map(|(result, layer, patches, picture)| {
            row(study, result, *layer, (patches, picture), (times, grey))
        })
        .collect();
    let mut columns = vec!["masked".to_owned()];
    columns.extend(times.iter().map(|t| format!("t = {t}")));
    columns.extend(["end".into(), "true".into()]);
    (!rows.is_empty()).then(|| PatternPlot {
        title: title(study, "what is masked is filled in"),
        subtitle: subtitle(study, results),
        shape: (shape[0], shape[1]),
        range,
        columns,
        rows,
        large: false,
    })
}

fn row(
    study: &Study,
    result: &CaseResult,
    layer: usize,
    (patches, picture): (&Patches, &Masked),
    (times, grey): (&[f64], f64),
) -> Option<PatternRow> {
    let case = &study.cases[result.case];
    let hidden = patches.hidden(&picture.is_masked);
    // What is seen is the picture itself.
    let mixed = |read: &[f64]| -> Vec<f64> {
        let all = hidden.iter().zip(read).zip(&picture.pixels);
        all.map(|((h, r), p)| if *h { *r } else { *p }).collect()
    };
    let states = super::patterns::moments(study, case, result, layer, times);
    let mut panels = vec![mixed(&vec![grey; hidden.len()])];
    for g in states.get(1..)? {
        let is_there = !g.is_empty();
        panels.push(if is_there {
            mixed(&patches.read_out(g))
        } else {
            Vec::new()
        });
    }
    panels.push(picture.pixels.clone());
    if panels.iter().flatten().any(|v| !v.is_finite()) {
        return None;
    }
    let error = |panel: &[f64]| {
        let all = hidden.iter().zip(panel).zip(&picture.pixels);
        let squares = all
            .filter(|((h, _), _)| **h)
            .map(|((_, a), b)| (a - b).powi(2));
        let count = hidden.iter().filter(|h| **h).count().max(1);
        squares.sum::<f64>() / count as f64
    };
    let mean = patches.mean_picture();
    let (mean, end) = (error(mean), error(panels.get(panels.len() - 2)?));
    Some(PatternRow {
        label: case.label.clone(),
        note: format!(
            "mean square error {}, of the mean picture {}",
            number(rounded(end, 2)),
            number(rounded(mean, 2))
        ),
        good: end <= mean,
        panels,
    })
}
