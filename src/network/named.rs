//! Neurons by their names.

use super::Network;
use crate::number::plural;
use crate::refusal::Refusal;

impl Network {
    /// The neuron, counted over all layers, that is called `LAYER.K`, or of a layer that is said, `K`. K counts from 0.
    ///
    /// # Errors
    /// There is no such neuron.
    pub fn neuron(&self, name: &str, layer: Option<usize>) -> Result<usize, Refusal> {
        let none = |why: String| Refusal::new(format!("`{name}`"), why);
        let (place, k) = match (name.rsplit_once('.'), layer) {
            (Some((layer, k)), _) => (self.layer(layer), k),
            (None, layer) => (layer, name),
        };
        let found = place.zip(k.parse::<usize>().ok());
        let Some((place, k)) = found else {
            let layers = self.layers().iter().filter(|l| l.size() > 0);
            let all = layers.map(|l| format!("{}.0 to {}.{}", l.name, l.name, l.size() - 1));
            let all: Vec<String> = all.collect();
            return Err(
                none("names no neuron".into()).help(format!("there are {}", all.join(", ")))
            );
        };
        self.neurons(place).nth(k).ok_or_else(|| {
            let (layer, size) = (&self.layers()[place].name, self.neurons(place).len());
            none(format!(
                "is none: layer `{layer}` has {}, counted from 0",
                plural(size, "neuron")
            ))
        })
    }
}
