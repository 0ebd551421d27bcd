//! What stands above and beside figures.

use crate::study::{Results, Study};

/// The title that a model has if it says none: figures do without.
pub(crate) const UNTITLED: &str = "untitled";

/// The title of a figure: that of the model, and what is shown.
pub(crate) fn title(study: &Study, what: &str) -> String {
    match study.title.as_str() {
        UNTITLED => {
            let mut letters = what.chars();
            let first = letters.next().map(char::to_uppercase);
            first.into_iter().flatten().chain(letters).collect()
        }
        title if what.is_empty() => title.to_owned(),
        title => format!("{title} – {what}"),
    }
}

/// The network in one line.
pub(crate) fn about(study: &Study) -> Vec<String> {
    let network = &study.network;
    let layers = network.layers().iter();
    let mut parts: Vec<String> = layers
        .map(|l| {
            let shape: Vec<String> = l.shape.iter().map(usize::to_string).collect();
            format!("{}: {} {}", l.name, shape.join(" × "), l.lagrangian)
        })
        .collect();
    parts.extend(network.connections().iter().map(|c| c.synapse.describe()));
    parts
}

/// The network and the methods that took the steps in one line.
pub(crate) fn subtitle(study: &Study, results: &Results) -> String {
    let mut parts = about(study);
    parts.push(method(study, &results.methods(study).join(" and ")));
    parts.join(" · ")
}

/// The methods that took the steps, and how carefully.
pub(crate) fn method(study: &Study, names: &str) -> String {
    let s = &study.settings;
    match s.step {
        _ if s.method.flips => format!("{names}{}", s.flipping.words()),
        Some(h) if !s.method.is_adaptive() => format!("{names}, step {h}{}", s.flipping.words()),
        _ => format!("{names}, rtol {:e}", s.rtol),
    }
}

/// Title of a time axis.
pub(crate) fn time_label(study: &Study) -> String {
    if study.settings.method.flips {
        return "time t (sweeps)".into();
    }
    let units = study.network.rates().iter().all(|r| *r == 1.0);
    if units {
        "time t (units of τ)"
    } else {
        "time t (same unit as τ)"
    }
    .into()
}
