//! What a network is, without a run: gain curves and the diagram of its layers.

use super::{about, title};
use crate::experiment::Experiment;
use crate::figure::{
    ConnectivityPlot, DiagramLayer, DiagramSynapse, GainCurve, GainPlot, SynapseKind,
};
use crate::synapse::Energy;

/// The activation of each additive Lagrangian of a layer against its state.
pub(super) fn gain(experiment: &Experiment, layer: usize, ends: Option<[f64; 2]>) -> GainPlot {
    let layer = &experiment.network.layers()[layer];
    let mut curves: Vec<GainCurve> = Vec::new();
    for s in layer
        .lagrangian
        .segments()
        .iter()
        .filter(|s| s.lagrangian.is_additive())
    {
        let label = s.lagrangian.describe();
        if curves.iter().any(|c| c.label == label) {
            continue;
        }
        // Far enough to see the whole of a bounded gain: until it is within 1 % of its range from its ends.
        let range = s.lagrangian.range();
        let at = |x: f64| {
            let mut g = [0.0];
            s.lagrangian.activation(&[x], 1, &mut g);
            g[0]
        };
        let mut reach = 1.0;
        if range.is_bounded() {
            let near = 0.01 * (range.high - range.low);
            reach = (-6..7)
                .map(|k| 2f64.powi(k))
                .find(|r| range.high - at(*r) < near)
                .unwrap_or(4.0);
        }
        let [from, to] = ends.unwrap_or([-reach, reach]);
        let part = |k: i32| f64::from(k) / 400.0;
        let x: Vec<f64> = (0..=400)
            .map(|k| from * (1.0 - part(k)) + to * part(k))
            .collect();
        let y = x.iter().map(|x| at(*x)).collect();
        curves.push(GainCurve { label, x, y });
    }
    GainPlot {
        title: title(experiment, &format!("gain of layer {}", layer.name)),
        subtitle: about(experiment).join(" · "),
        x_label: "state x".into(),
        y_label: "activation V = g(x)".into(),
        curves,
    }
}

/// The diagram of layers and synapses.
pub fn connectivity(experiment: &Experiment) -> ConnectivityPlot {
    let network = &experiment.network;
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
        note: format!("{}, {}", l.lagrangian, range(&l.tau)),
    });
    let synapses = network.connections().iter().map(|c| {
        let label = c.synapse.describe();
        DiagramSynapse {
            layers: c.layers.clone(),
            kind: if c.synapse.kind().is_some_and(|k| k.name == "feedforward") {
                SynapseKind::OneWay
            } else if matches!(c.synapse.energy(), Energy::None(_)) && c.layers.len() == 2 {
                SynapseKind::ExcitatoryInhibitory
            } else if label.starts_with("memory") || label.contains("penalty") {
                SynapseKind::Memory
            } else {
                SynapseKind::Dense
            },
            label,
        }
    });
    ConnectivityPlot {
        title: title(experiment, "layers and synapses"),
        subtitle: String::new(),
        layers: layers.collect(),
        synapses: synapses.collect(),
    }
}
