//! All states of a small network whose units flip, and where single updates lead.

use super::kind::{never, range};
use super::words::{about, title};
use super::{Kind, Picture};
use crate::analysis::{Transitions, states_of, transitions};
use crate::dynamics::Order;
use crate::figure::{Plot, TransitionsPlot};
use crate::number::plural;
use crate::study::{NoPlot, Study};

pub(super) static KIND: Kind = Kind {
    name: "transitions",
    about: "all states of at most ten units that flip, over the energy, and where updates at temperature 0 lead",
    keys: &[range("y", "energy")],
    unasked: never,
    make: |asked| {
        // Its own mistake is known where a start was not understood.
        if let Some(start) = asked.start {
            let count = states_of((asked.network, asked.settings), &start.clamped);
            count.map_err(|why| ("kind", why))?;
        }
        Ok(Picture::new(|study, _, _| {
            Ok(Plot::Transitions(graph(study)?))
        }))
    },
};

/// Under the input and with the clamped neurons of the first start.
fn graph(study: &Study) -> Result<TransitionsPlot, NoPlot> {
    let start = &study.cases.first().ok_or(NoPlot::NothingToShow)?.start;
    let input = study.input(study.settings.t_start, &start.input);
    let on = (&study.network, &study.settings);
    let graph = transitions(on, &start.x, &input, &start.clamped)?;
    let (y_label, height, why) = heights(&graph);
    let mut parts = about(study);
    parts.push(arrows(study).into());
    parts.extend(why.map(str::to_owned));
    match study.network.clamped().len() + start.clamped.len() {
        0 => {}
        n => parts.push(format!("{} clamped", plural(n, "neuron"))),
    }
    let name = |values: &Vec<usize>| {
        let digits: Vec<String> = values.iter().map(usize::to_string).collect();
        let wide = digits.iter().any(|d| d.len() > 1);
        digits.join(if wide { "." } else { "" })
    };
    let to = |(from, all): (usize, &Vec<usize>)| all.iter().map(|to| [from, *to]).collect();
    let arrows: Vec<Vec<[usize; 2]>> = graph.moves.iter().enumerate().map(to).collect();
    let basin = |basin: &Option<usize>| basin.map_or(-1, |k| k as i64);
    Ok(TransitionsPlot {
        title: title(study, "states and where updates lead"),
        subtitle: parts.join(" · "),
        y_label: y_label.into(),
        names: graph.values.iter().map(name).collect(),
        height,
        arrows: arrows.concat(),
        basins: graph.basins.iter().map(basin).collect(),
        ends: graph.ends,
    })
}

/// The title of the vertical axis, the place of each state on it, and why that is not the energy.
fn heights(graph: &Transitions) -> (&'static str, Vec<f64>, Option<&'static str>) {
    if graph.falls() {
        return ("energy E", graph.energies.clone(), None);
    }
    let why = match graph.energies.is_empty() {
        true => "over updates, for there is no energy",
        false => "over updates and not the energy, which may rise",
    };
    let updates = graph.updates().into_iter().map(|n| n as f64);
    ("updates to the end, at least", updates.collect(), Some(why))
}

fn arrows(study: &Study) -> &'static str {
    let settings = &study.settings;
    if settings.method.at_once {
        return "an arrow for the update of all units at once";
    }
    match &settings.flipping.order {
        Order::Listed(_) => "an arrow for each unit of the list that would flip, at temperature 0",
        Order::Layers => "an arrow for each layer that would change, at temperature 0",
        _ => "an arrow for each unit that would flip, at temperature 0",
    }
}
