//! The activations of layers against time.

use super::course::{activations, finite, first, switches};
use super::kind::{never, range};
use super::words::{subtitle, time_label, title};
use super::{Kind, Picture};
use crate::figure::{ActivityLayer, ActivityPlot, Plot};
use crate::key::{Form, parameter};
use crate::study::{NoPlot, Results, Study};

pub(super) static KIND: Kind = Kind {
    name: "activity",
    about: "activations against time, of the first trajectory; lines for three neurons or fewer",
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
