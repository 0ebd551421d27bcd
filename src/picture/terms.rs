//! The terms of the energy against time.

use super::course::{finite, first, switches};
use super::kind::{never, range};
use super::words::{subtitle, time_label, title};
use super::{Kind, Picture};
use crate::figure::{Plot, TermsPlot, TimeSeries};
use crate::study::{NoPlot, Results, Study};

pub(super) static KIND: Kind = Kind {
    name: "terms",
    about: "the energy's terms, of the first trajectory",
    keys: &[range("x", "time"), range("y", "value")],
    unasked: never,
    make: |asked| {
        asked.with_energy("terms")?;
        Ok(Picture::new(|study, results, _| {
            Ok(Plot::Terms(terms(study, results)?))
        }))
    },
};

/// The terms of the energy of the first trajectory.
fn terms(study: &Study, results: &Results) -> Result<TermsPlot, NoPlot> {
    let (result, of) = first(study, results)?;
    let kept = &result.trajectory;
    if kept.terms.is_empty() {
        return Err(NoPlot::NoTermsKept);
    }
    finite(kept.terms.iter().chain(&kept.energy))?;
    let names = study.network.term_names();
    let series = |(k, name): (usize, &String)| TimeSeries {
        label: match name
            .strip_prefix("synapse:")
            .and_then(|n| n.parse::<usize>().ok())
        {
            Some(n) => format!("{n}: {}", study.network.connections()[n].synapse.describe()),
            None => name.replacen("layer:", "layer ", 1),
        },
        values: kept
            .terms
            .iter()
            .skip(k)
            .step_by(names.len())
            .copied()
            .collect(),
    };
    Ok(TermsPlot {
        switches: switches(study),
        title: title(study, &format!("terms of the energy{of}")),
        subtitle: subtitle(study, results),
        time_label: time_label(study),
        time: kept.t.clone(),
        terms: names.iter().enumerate().map(series).collect(),
        total: kept.energy.clone(),
    })
}
