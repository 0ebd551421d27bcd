//! Starts that are damaged patterns.

use std::ops::Range;

use crate::dynamics::Start;
use crate::network::Network;
use crate::pattern::Damage;
use crate::pattern::random::Stream;
use crate::refusal::Refusal;

/// What to try where a cue cannot be set as activations.
const IN_G: &str = "cues of patterns inside the range of the activation, as { scaled = …, by = 0.9 } of ±1 for tanh, have a state; without in = \"g\" a cue sets the state x itself";

/// Patterns of a layer, each damaged several times.
#[derive(Clone, Debug, PartialEq)]
pub struct Damaged {
    /// The position of the layer, which has streams of its own.
    pub layer: usize,
    /// The neurons of the layer, counted over all layers.
    pub neurons: Range<usize>,
    /// The patterns, row by row.
    pub patterns: Vec<f64>,
    /// Positions of those that are used.
    pub chosen: Vec<usize>,
    /// How often each is.
    pub each: usize,
    /// What is done to them.
    pub damage: Damage,
    /// Are the damaged patterns activations g, not states x?
    pub in_g: bool,
    /// Are the entries that are not hidden clamped where they begin?
    pub clamp: bool,
    /// Are they the memories that recall is asked about?
    pub judged: bool,
}

impl Damaged {
    /// How many cues.
    pub fn count(&self) -> usize {
        self.chosen.len().saturating_mul(self.each)
    }

    /// The memory that cue `k` was made from, if recall is asked about it.
    pub fn target(&self, k: usize) -> Option<usize> {
        let pattern = self.chosen.get(k / self.each).copied();
        pattern.filter(|_| self.judged)
    }

    /// How cue `k` is called.
    pub fn label(&self, k: usize) -> String {
        let pattern = self.chosen[k / self.each];
        match self.each {
            1 => format!("pattern {pattern}"),
            _ => format!("pattern {pattern}, {}", k % self.each),
        }
    }

    /// Puts cue `k` into a start. The first damage of a pattern has the same numbers however often it is damaged, those of
    /// a cue of `[start]`.
    ///
    /// # Errors
    /// It is said in activations, and no state has them.
    pub fn put(
        &self,
        network: &Network,
        k: usize,
        seed: u64,
        start: &mut Start,
    ) -> Result<(), Refusal> {
        let n = self.neurons.len();
        let pattern = self.chosen[k / self.each];
        let stream = Stream::of(seed, self.layer, pattern, k % self.each);
        let mut x = self
            .damage
            .apply(&self.patterns[pattern * n..(pattern + 1) * n], stream);
        if self.in_g {
            let mut layers = network.layers().iter().enumerate();
            let own = layers.find(|(layer, _)| network.neurons(*layer) == self.neurons);
            if let Some((_, layer)) = own {
                let state = layer.lagrangian.state(&x);
                x = state.map_err(|why| {
                    let what = format!("the cue of {}", self.label(k));
                    Refusal::new(what, format!("cannot be set as activations: {why}")).help(IN_G)
                })?;
            }
        }
        start.x[self.neurons.clone()].copy_from_slice(&x);
        start.clamped.extend(self.clamped());
        Ok(())
    }

    /// The neurons that every cue clamps: the entries that are not hidden, where they are clamped.
    pub(super) fn clamped(&self) -> Vec<usize> {
        if !self.clamp {
            return Vec::new();
        }
        let seen = self.damage.visible(self.neurons.len()).into_iter();
        seen.map(|i| self.neurons.start + i).collect()
    }
}
