//! What is asked of a search for fixed points.

use super::ALL_UP_TO;
use crate::analysis::{Follow, Memories, Watch};
use crate::dynamics::{Settings, Start};
use crate::network::Network;

/// How fixed points are searched for.
#[derive(Clone, Debug)]
pub struct Search {
    /// What all starts have in common: where clamped neurons stand, which they are, and what is added to the input.
    pub base: Start,
    /// Starts that are given: states of all neurons.
    pub given: Vec<Vec<f64>>,
    /// How many more are drawn, from a box that holds the currents' range.
    pub random: usize,
    /// The layer whose activations are compared with memories, and these: starts as well, where states can have their values.
    pub memories: Option<(usize, Memories)>,
    /// Newton's method, away from all that is known, may fail so many times one after the other before the search ends.
    pub tries: usize,
    /// So many times in all, where the count says that a fixed point is missing.
    pub max_tries: usize,
    /// The search ends with so many fixed points.
    pub max_points: usize,
    /// Also search exhaustively, in at most so many boxes, so that the list is proved to be complete.
    pub complete: Option<usize>,
    /// Of more free neurons only the largest and the smallest eigenvalue are computed, and how many are above 0.
    pub all_up_to: usize,
    /// May neurons be clamped that share a Lagrangian with free ones, as on a plane of two neurons of a softmax? The energy may rise then, so
    /// eigenvalues are those of the Jacobian itself, and no drawn start is followed.
    pub splits: bool,
    /// Tolerances `[atol, rtol]` of rest.
    pub rest: [f64; 2],
    /// The seed of all that is drawn.
    pub seed: u64,
    /// Threads; 0 for one on each core. The answer does not depend on them.
    pub threads: usize,
}

impl Search {
    /// The starts at the memories: the others stand where all do.
    pub(super) fn at_memories(&self, network: &Network) -> Vec<Vec<f64>> {
        let Some((layer, memories)) = &self.memories else {
            return Vec::new();
        };
        let clamped = [network.clamped(), &self.base.clamped].concat();
        let state = |k: usize| {
            let mut x = self.base.x.clone();
            let pairs = network.neurons(*layer).zip(memories.get(k));
            let free = pairs.filter(|(i, _)| !clamped.contains(i));
            free.for_each(|(i, v)| x[i] = *v);
            x
        };
        (0..memories.count()).map(state).collect()
    }

    /// How its starts are followed.
    pub(super) fn follow<'a>(
        &self,
        (network, settings): (&'a Network, &'a Settings),
        watch: &Watch<'a>,
    ) -> Follow<'a> {
        Follow {
            tell: watch.tell,
            rest: self.rest,
            seed: self.seed,
            threads: self.threads,
            ..Follow::new((network, settings), self.base.clone(), watch.interrupt)
        }
    }

    /// With the usual numbers: tries take longer in larger networks, and are fewer.
    pub fn new(network: &Network, base: Start) -> Self {
        let tries = (20_000 / network.size().max(1)).clamp(200, 2000);
        Search {
            base,
            given: Vec::new(),
            random: 200,
            memories: None,
            tries,
            max_tries: 20 * tries,
            max_points: 1000,
            complete: None,
            all_up_to: ALL_UP_TO,
            splits: false,
            rest: [1e-8, 1e-6],
            seed: 0,
            threads: 0,
        }
    }

    /// The same with so many failures before it ends, and 20 times as many tries where the count says that a fixed point is missing.
    pub fn with_tries(self, tries: usize) -> Self {
        Search {
            tries,
            max_tries: tries.saturating_mul(20),
            ..self
        }
    }
}
