//! The diagram of layers and synapses.

use super::kind::never;
use super::words::title;
use super::{Kind, Picture};
use crate::figure::{ConnectivityPlot, DiagramLayer, DiagramSynapse, Plot};
use crate::study::Study;

pub(super) static KIND: Kind = Kind {
    name: "connectivity",
    about: "layers and synapses",
    keys: &[],
    unasked: never,
    make: |_| {
        Ok(Picture::new(|study, _, _| {
            Ok(Plot::Connectivity(connectivity(study)))
        }))
    },
};

/// The diagram of layers and synapses.
pub fn connectivity(study: &Study) -> ConnectivityPlot {
    let network = &study.network;
    let range = |values: &[f64]| {
        let low = values.iter().copied().fold(f64::INFINITY, f64::min);
        let high = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        if low == high {
            format!("τ = {low}")
        } else {
            format!("τ = {low} … {high}")
        }
    };
    let layers = network.layers().iter().map(|l| DiagramLayer {
        name: l.name.clone(),
        size: l.size(),
        // Units that flip have no time constants.
        note: match study.settings.method.flips {
            true => l.lagrangian.to_string(),
            false => format!("{}, {}", l.lagrangian, range(&l.tau)),
        },
    });
    let synapses = network.connections().iter().map(|c| DiagramSynapse {
        layers: c.layers.clone(),
        kind: c.synapse.sketch(),
        label: c.synapse.describe(),
    });
    ConnectivityPlot {
        title: title(study, "layers and synapses"),
        subtitle: String::new(),
        layers: layers.collect(),
        synapses: synapses.collect(),
    }
}
