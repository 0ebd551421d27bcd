//! The activations of layers against time.

use super::course::{activations, finite, first, switches, values};
use super::kind::{never, range};
use super::words::{subtitle, time_label, title};
use super::{Kind, Picture};
use crate::figure::{ActivityLayer, ActivityPlot, Plot};
use crate::key::{Form, parameter};
use crate::lagrangian::Values;
use crate::study::{NoPlot, Results, Study};

pub(super) static KIND: Kind = Kind {
    name: "activity",
    about: "activations against time, of the first trajectory: which unit is in which state where units flip, lines for three graded neurons or fewer",
    keys: &[
        parameter("layers", Form::Layers, "which layers (all)"),
        range("x", "time"),
        range("y", "the scale of activity"),
    ],
    unasked: never,
    make: |asked| {
        let all = || (0..asked.network.layers().len()).collect();
        let layers: Vec<usize> = asked.whole("layers").map_or_else(all, <[usize]>::to_vec);
        Ok(Picture::new(move |study, results, _| {
            Ok(Plot::Activity(activity(study, results, &layers)?))
        }))
    },
};

fn activity(study: &Study, results: &Results, layers: &[usize]) -> Result<ActivityPlot, NoPlot> {
    let (result, of) = first(study, results)?;
    let g = activations(study, &result.trajectory.x);
    finite(&g)?;
    let network = &study.network;
    let layer = |k: &usize| {
        let neurons = network.neurons(*k);
        let name = &network.layers()[*k].name;
        let rows = g.chunks_exact(network.size());
        let rows = rows.map(|row| &row[neurons.clone()]);
        let plain = ActivityLayer {
            label: format!("g({name})"),
            neurons: neurons.len(),
            angles: (network.connections().iter())
                .any(|c| c.synapse.joins_angles() && c.layers.contains(k)),
            ..ActivityLayer::default()
        };
        match values(network, *k) {
            Some(Values::OneOfGroup) => {
                let groups = network.layers()[*k].lagrangian.segments();
                let of = |row: &[f64]| {
                    let ones = groups.iter().map(|s| one_of(&row[s.start..][..s.len]));
                    ones.collect::<Vec<f64>>()
                };
                let most = groups.iter().map(|s| s.len).max().unwrap_or(1);
                ActivityLayer {
                    label: format!("{name}: which unit of each group is 1"),
                    neurons: groups.len(),
                    rows: "group".into(),
                    angles: false,
                    levels: (0..most).map(|k| k as f64).collect(),
                    values: rows.flat_map(of).collect(),
                }
            }
            found => ActivityLayer {
                levels: match found {
                    Some(Values::Two(both)) => both.to_vec(),
                    _ => Vec::new(),
                },
                values: rows.flat_map(|row| row.iter().copied()).collect(),
                ..plain
            },
        }
    };
    Ok(ActivityPlot {
        switches: switches(study),
        jumps: study.settings.method.flips,
        title: title(study, &format!("activity{of}")),
        subtitle: subtitle(study, results),
        time_label: time_label(study),
        time: result.trajectory.t.clone(),
        layers: layers.iter().map(layer).collect(),
    })
}

/// The place of the 1 in a group.
fn one_of(group: &[f64]) -> f64 {
    group.iter().position(|g| *g == 1.0).unwrap_or(0) as f64
}
