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

fn terms(study: &Study, results: &Results) -> Result<TermsPlot, NoPlot> {
    let (result, of) = first(study, results)?;
    let kept = &result.trajectory;
    if kept.terms.is_empty() {
        return Err(NoPlot::NoTermsKept);
    }
    finite(kept.terms.iter().chain(&kept.energy))?;
    let network = &study.network;
    let layers = network.layers().iter().map(|l| format!("layer {}", l.name));
    let synapses = network.connections().iter().enumerate();
    let synapses = synapses.map(|(k, c)| format!("{k}: {}", c.synapse.describe()));
    // In the order of `Network::term_names`.
    let labels: Vec<String> = layers.chain(synapses).collect();
    let count = labels.len();
    let series = |(k, label)| TimeSeries {
        label,
        values: kept.terms.iter().skip(k).step_by(count).copied().collect(),
    };
    Ok(TermsPlot {
        switches: switches(study),
        jumps: study.settings.method.flips,
        title: title(study, &format!("terms of the energy{of}")),
        subtitle: subtitle(study, results),
        time_label: time_label(study),
        time: kept.t.clone(),
        terms: labels.into_iter().enumerate().map(series).collect(),
        total: kept.energy.clone(),
    })
}
