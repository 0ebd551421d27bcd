//! Neurons by their names.

use super::Network;
use crate::refusal::Refusal;

impl Network {
    /// The neuron, counted over all layers, that is called `LAYER.K`, or of a layer that is said, `K`. K counts from 0.
    ///
    /// # Errors
    /// There is no such neuron.
    pub fn neuron(&self, name: &str, layer: Option<usize>) -> Result<usize, Refusal> {
        let (place, k) = match (name.rsplit_once('.'), layer) {
            (Some((layer, k)), _) => (self.layer(layer), k),
            (None, layer) => (layer, name),
        };
        let place = place.map(|place| self.neurons(place));
        let found = place.zip(k.parse::<usize>().ok());
        found
            .and_then(|(mut neurons, k)| neurons.nth(k))
            .ok_or_else(|| {
                let layers = self.layers().iter().filter(|l| l.size() > 0);
                let all = layers.map(|l| format!("{}.0 to {}.{}", l.name, l.name, l.size() - 1));
                let all: Vec<String> = all.collect();
                Refusal::new(format!("`{name}`"), "names no neuron")
                    .help(format!("there are {}", all.join(", ")))
            })
    }
}
