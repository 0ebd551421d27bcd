//! The activations of layers against time.

use super::course::{activations, finite, first, switches};
use super::kind::{key, never, range};
use super::words::{subtitle, time_label, title};
use super::{Given, Kind, Picture, Takes};
use crate::figure::{ActivityLayer, ActivityPlot, Plot};
use crate::study::{NoPlot, Results, Study};

pub(super) static KIND: Kind = Kind {
    name: "activity",
    about: "activations against time, of the first trajectory; lines for three neurons or fewer",
    keys: &[
        key("layers", "which layers (all)", Takes::Layers),
        range("x", "time"),
        range("y", "the scale of activity"),
    ],
    unasked: never,
    make: |asked| {
        let layers: Vec<usize> = match asked.at("layers") {
            Some(Given::Layers(layers)) => layers.clone(),
            _ => (0..asked.network.layers().len()).collect(),
        };
        Ok(Picture::new(move |study, results, _| {
            Ok(Plot::Activity(activity(study, results, &layers)?))
        }))
    },
};

/// The activations of layers along the first trajectory.
fn activity(study: &Study, results: &Results, layers: &[usize]) -> Result<ActivityPlot, NoPlot> {
    let (result, of) = first(study, results)?;
    let g = activations(study, &result.trajectory.x);
    finite(&g)?;
    let network = &study.network;
    let layer = |k: &usize| {
        let neurons = network.neurons(*k);
        let rows = g.chunks_exact(network.size());
        ActivityLayer {
            label: format!("g({})", network.layers()[*k].name),
            neurons: neurons.len(),
            values: rows
                .flat_map(|row| row[neurons.clone()].iter().copied())
                .collect(),
        }
    };
    Ok(ActivityPlot {
        switches: switches(study),
        title: title(study, &format!("activity{of}")),
        subtitle: subtitle(study, results),
        time_label: time_label(study),
        time: result.trajectory.t.clone(),
        layers: layers.iter().map(layer).collect(),
    })
}
