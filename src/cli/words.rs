//! What several commands say in the same words.

use crate::cli::out::outln;
use crate::dynamics::Settings;
use crate::model_file::Design;
use crate::network::{Certificate, Connection, Network};
pub(super) use crate::number::plural;
use crate::number::{exact, rounded};
use crate::study::{Study, SweepAxis};

pub(super) fn print_certificate(certificate: &Certificate, study: &Study) {
    match (
        certificate.holds(),
        study.free(),
        study.settings.method.flips,
    ) {
        (false, ..) => {}
        (true, Some(why), _) => outln!("  the energy is free to rise: {why}"),
        (true, None, true) => {
            outln!("  the energy must fall: every synapse has one, and units flip where it falls");
        }
        (true, None, false) => outln!(
            "  the energy must fall: every T·H is positive semi-definite, every synapse has an energy"
        ),
    }
    for fault in &certificate.faults {
        outln!("  the energy need not fall: {fault}");
    }
    outln!("  {}", certificate.boundedness);
}

pub(super) fn joined<'a>(network: &'a Network, connection: &Connection) -> Vec<&'a str> {
    let layers = connection.layers.iter();
    layers.map(|l| network.layers()[*l].name.as_str()).collect()
}

/// How far is integrated: `tsit5 until rest, at most to t = 1000`.
pub(super) fn until(settings: &Settings) -> String {
    let (method, t_end) = (settings.method.name, exact(settings.t_end));
    match settings.until_rest {
        true => format!("{method} until rest, at most to t = {t_end}"),
        false => format!("{method} to t = {t_end}"),
    }
}

/// One number if all are the same, all of them if they are few, else their range.
pub(super) fn brief(values: &[f64]) -> String {
    let first = values.first().copied().unwrap_or(0.0);
    if values.iter().all(|v| *v == first) {
        return exact(first);
    }
    // Five digits that count, so that a small number stays one.
    let short = |v: &f64| exact(rounded(*v, 5));
    if values.len() <= 8 {
        let all: Vec<String> = values.iter().map(short).collect();
        return format!("({})", all.join(", "));
    }
    let low = values.iter().copied().fold(f64::INFINITY, f64::min);
    let high = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    format!("({} … {})", short(&low), short(&high))
}

/// What an ensemble of a model is, a line each for its starts and its sweep; nothing for a model that says nothing of one.
pub(super) fn of_design(design: &Design) -> Vec<String> {
    if !design.is_asked_for() {
        return Vec::new();
    }
    let starts = &design.first.starts;
    let (count, how) = (plural(starts.count(), "start"), starts.describe());
    let Some(sweep) = &design.sweep else {
        return vec![format!("ensemble of {count}: {how}")];
    };
    let (varied, repeated) = sweep.axes.split_at(sweep.varied().len());
    let labels = |axes: &[SweepAxis]| {
        let labels: Vec<&str> = axes.iter().map(|a| a.label.as_str()).collect();
        labels.join(", ")
    };
    let of = match varied {
        [] => "sweep".to_owned(),
        _ => format!("sweep of {}", labels(varied)),
    };
    let each = match sweep.replicates {
        1 => String::new(),
        n => format!(" averaged over {n} draws ({})", labels(repeated)),
    };
    let points = plural(sweep.rows(), "point");
    let together = plural(design.count() as usize, "start");
    vec![
        format!("ensemble of {count} at the first point: {how}"),
        format!("{of}: {points}{each}, {together} together"),
    ]
}

pub(super) fn capital(sentence: &str) -> String {
    let mut letters = sentence.chars();
    let first = letters.next().map(char::to_uppercase);
    first.into_iter().flatten().chain(letters).collect()
}
