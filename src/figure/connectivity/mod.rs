//! A diagram of layers and the synapses that join them.

mod draw;
mod layout;
mod shapes;

use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::figure::{Drawn, Look, Page, page, refused, words};
use crate::synapse::Sketch;
use layout::Layout;

/// A layer as a row of neurons.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct DiagramLayer {
    /// Its name.
    pub name: String,
    /// How many neurons it has; eight at most are drawn.
    pub size: usize,
    /// What may be said of it: `softmax, τ = 0.1`.
    pub note: String,
}

/// A synapse.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct DiagramSynapse {
    /// Indices of the layers that it joins; one for a recurrent synapse.
    pub layers: Vec<usize>,
    /// How it is drawn.
    pub kind: Sketch,
    /// What is said of it: `ξ: 100 patterns, softmax`.
    pub label: String,
}

/// Layers from below to above and the synapses between them.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct ConnectivityPlot {
    /// What is shown.
    pub title: String,
    /// The parameters.
    pub subtitle: String,
    /// The layers, the lowest first.
    pub layers: Vec<DiagramLayer>,
    /// The synapses.
    pub synapses: Vec<DiagramSynapse>,
}

impl Page for ConnectivityPlot {
    words!();

    fn drawn(&self, path: &Path, look: &Look) -> Drawn {
        look.without_axes("layers and synapses")?;
        if self.layers.is_empty() {
            return refused("connectivity", "there are no layers");
        }
        for (i, synapse) in self.synapses.iter().enumerate() {
            let place = format!("synapse {i} (\"{}\")", synapse.label);
            if synapse.layers.is_empty() {
                return refused(place, "it joins no layers");
            }
            if let Some(k) = synapse.layers.iter().find(|&&k| k >= self.layers.len()) {
                let n = self.layers.len();
                let why = format!("it joins layer {k}, and there are {n}");
                return refused(place, why);
            }
        }
        let layout = Layout::new(self, look);
        look.holds((layout.width, layout.height))?;
        let size = (layout.width, layout.height);
        let margin = look.margin();
        page::draw(path, look, size, |canvas| {
            layout.heading.draw(canvas, (margin, margin - 4.0));
            for synapse in 0..self.synapses.len() {
                self.draw_synapse(canvas, &layout, synapse);
            }
            for layer in 0..self.layers.len() {
                self.draw_layer(canvas, &layout, layer, look);
            }
        })
    }
}
