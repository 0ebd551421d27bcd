//! States associated with stored patterns.

use super::average::Average;
use super::layer::{Head, HopfieldLayer, Similarity, Updates};
use super::rows::{Rows, directed, turned};
use super::stored::{Keys, Stored, gathered, project};
use crate::kernels::each;
use crate::refusal::Refusal;

/// Queries that go through the tiles of keys together.
const BLOCK: usize = 64;

/// What became of the states.
#[derive(Clone, Debug, PartialEq)]
pub struct Association {
    /// A row of `size` numbers for each state.
    pub output: Vec<f64>,
    /// Numbers of a row.
    pub size: usize,
    /// For head h and state s at `h · S + s`: the energy of the query before each update, in the space of the keys.
    pub energy: Vec<Vec<f64>>,
    /// Did the query come to rest, in the same order? Empty where a number of updates was asked for: nobody looked.
    pub at_rest: Vec<bool>,
    /// The weights of the last update, heads × states × stored patterns, if they were asked for; else empty.
    pub weights: Vec<f64>,
}

impl Association {
    /// By how much the energy of a query rose at most from one update to the next: 0 but for rounding.
    pub fn largest_rise(&self) -> f64 {
        let steps = self.energy.iter().flat_map(|e| e.windows(2));
        steps.map(|e| e[1] - e[0]).fold(0.0, f64::max)
    }
}

/// A block of queries of one head on its way.
pub(super) struct Block {
    /// Place of the first query among the states.
    first: usize,
    pub width: usize,
    /// The queries before each update, number i of query b at `i · width + b`; all but the last only if they are kept.
    pub queries: Vec<Vec<f64>>,
    pub average: Average,
    pub value: Vec<f64>,
    pub energy: Vec<Vec<f64>>,
    pub at_rest: Vec<bool>,
    refusal: Option<Refusal>,
}

impl HopfieldLayer {
    /// Associates every state with the stored patterns.
    ///
    /// Work: `2 S N (key + value)` flops an update and head, an exponential for each pair; memory beside the data: the projected
    /// patterns and, for each 64 states, the scores of a tile. The same bits for any number of threads.
    ///
    /// # Errors
    /// If sizes do not fit, β or the updates make no sense, or numbers become too large.
    pub fn associate(&self, states: Rows<'_>, stored: &Stored<'_>) -> Result<Association, Refusal> {
        self.associated(states, stored, false)
    }

    /// The same with the weights of the last update, `heads · S · N` numbers.
    ///
    /// # Errors
    /// As [`HopfieldLayer::associate`].
    pub fn associate_with_weights(
        &self,
        states: Rows<'_>,
        stored: &Stored<'_>,
    ) -> Result<Association, Refusal> {
        let mut found = self.associated(states, stored, true)?;
        let (few, all) = (stored.allowed(), stored.keys().count());
        if few.len() < all {
            let rows = found.weights.chunks_exact(few.len());
            let mut weights = vec![0.0; rows.len() * all];
            for (row, own) in rows.zip(weights.chunks_exact_mut(all)) {
                row.iter().zip(few).for_each(|(p, k)| own[*k] = *p);
            }
            found.weights = weights;
        }
        Ok(found)
    }

    /// The weights are of the patterns that may be asked.
    pub(super) fn associated(
        &self,
        states: Rows<'_>,
        stored: &Stored<'_>,
        with_weights: bool,
    ) -> Result<Association, Refusal> {
        let sizes = self.sizes(states, stored)?;
        let (count, all) = (states.count(), stored.allowed().len());
        let mut joined = vec![0.0; count * sizes.joined];
        let (mut energy, mut at_rest) = (Vec::new(), Vec::new());
        let mut weights = match with_weights {
            true => vec![0.0; self.heads.len() * count * all],
            false => Vec::new(),
        };
        let mut from = 0;
        for (h, (head, [_, size])) in self.heads.iter().zip(&sizes.heads).enumerate() {
            let keys = Keys::of(self, head, stored)?;
            let blocks = self.blocks(head, &keys, states, stored, *size, false)?;
            let mut at = 0;
            for block in blocks {
                for b in 0..block.width {
                    let row = &mut joined[(at + b) * sizes.joined + from..][..*size];
                    for (i, out) in row.iter_mut().enumerate() {
                        *out = block.value[i * block.width + b];
                    }
                }
                if with_weights {
                    let own = &mut weights[(h * count + at) * all..][..block.width * all];
                    spread(&block, &keys, own);
                }
                at += block.width;
                energy.extend(block.energy);
                at_rest.extend(block.at_rest);
            }
            from += size;
        }
        if matches!(self.updates, Updates::Count(_)) {
            // Nobody looked.
            at_rest.clear();
        }
        let output = project(joined, sizes.joined, self.output.as_ref())?;
        Ok(Association {
            output,
            size: sizes.output,
            energy,
            at_rest,
            weights,
        })
    }

    /// The energy of states that nothing projects, `−(1/β) ln Σ_j e^{β a_j} + |q|²/2` with `a_j = q·k_j`, or `q·k_j − |k_j|²/2`
    /// by distance; by cosine of their directions.
    ///
    /// # Errors
    /// As [`HopfieldLayer::associate`]; if queries are projected.
    pub fn energy(&self, states: Rows<'_>, stored: &Stored<'_>) -> Result<Vec<f64>, Refusal> {
        if self
            .heads
            .iter()
            .any(|h| h.query.is_some() || h.key.is_some())
        {
            let why = "project the states: the energy is that of a query in the space of the keys";
            return Err(Refusal::new("heads", why));
        }
        let once = HopfieldLayer {
            updates: Updates::Count(1),
            ..self.clone()
        };
        let energy = once.associate(states, stored)?.energy.into_iter();
        Ok(energy.take(states.count()).flatten().collect())
    }

    /// Every block of queries of a head, associated.
    pub(super) fn blocks(
        &self,
        head: &Head,
        keys: &Keys,
        states: Rows<'_>,
        stored: &Stored<'_>,
        size: usize,
        keep: bool,
    ) -> Result<Vec<Block>, Refusal> {
        let beta = self.beta(stored)?;
        let places: Vec<usize> = (0..states.count()).collect();
        let mut blocks = Vec::new();
        for places in places.chunks(BLOCK) {
            let data = gathered(self, states, places);
            let q = project(data, states.size(), head.query.as_ref())?;
            let q = turned(&q, q.len() / places.len());
            let width = places.len();
            blocks.push(Block {
                first: places[0],
                width,
                average: Average::new(beta, q.clone(), width, size),
                queries: vec![q],
                value: Vec::new(),
                energy: vec![Vec::new(); width],
                at_rest: vec![false; width],
                refusal: None,
            });
        }
        // A block alone is left to this thread: to hand it to another takes longer than a small one does.
        let many = blocks.len() > 1;
        each(&mut blocks, many, &|block| {
            block.refusal = self.go(block, keys, beta, size, keep).err();
        });
        match blocks.iter_mut().find_map(|b| b.refusal.take()) {
            Some(refusal) => Err(refusal),
            None => Ok(blocks),
        }
    }

    /// All updates of a block.
    fn go(
        &self,
        block: &mut Block,
        keys: &Keys,
        beta: f64,
        size: usize,
        keep: bool,
    ) -> Result<(), Refusal> {
        let width = block.width;
        let (most, tolerance) = match self.updates {
            Updates::Count(count) => (count, None),
            Updates::Rest { tolerance, most } => (most, Some(tolerance)),
        };
        let mut q = block.queries.pop().unwrap_or_default();
        self.direct(&mut q, width, block.first)?;
        let key = q.len() / width;
        for _ in 1..most {
            if block.at_rest.iter().all(|r| *r) {
                break;
            }
            block.average.restart(&q, key);
            keys.tiles.iter().for_each(|t| block.average.take(t, true));
            let mut next = block.average.value();
            self.direct(&mut next, width, block.first)?;
            for b in 0..width {
                let at = |k: usize| k * width + b;
                if block.at_rest[b] {
                    // A query at rest stays, whatever its neighbours do.
                    (0..key).for_each(|k| next[at(k)] = q[at(k)]);
                    continue;
                }
                block.energy[b].push(energy(&block.average, &q, b, width));
                let moved = (0..key).map(|k| (next[at(k)] - q[at(k)]).powi(2));
                let change = beta * keys.radius * moved.sum::<f64>().sqrt();
                block.at_rest[b] = tolerance.is_some_and(|t| change <= t);
            }
            if keep {
                block.queries.push(q);
            }
            q = next;
        }
        block.average.restart(&q, size);
        keys.tiles.iter().for_each(|t| block.average.take(t, false));
        block.value = block.average.value();
        for b in 0..width {
            block.energy[b].push(energy(&block.average, &q, b, width));
        }
        block.queries.push(q);
        let numbers = block.value.iter().chain(block.energy.iter().flatten());
        match numbers.into_iter().all(|v| v.is_finite()) {
            true => Ok(()),
            false => Err(
                Refusal::new("states", "make scores beyond the largest number there is")
                    .help("scale states and stored patterns to a common size, or lower beta"),
            ),
        }
    }

    /// Queries of length 1, where only directions are compared.
    fn direct(&self, q: &mut Vec<f64>, width: usize, first: usize) -> Result<(), Refusal> {
        if self.similarity == Similarity::Cosine {
            let mut rows = turned(q, width);
            directed("states", &mut rows, q.len() / width, |k| first + k)?;
            *q = turned(&rows, q.len() / width);
        }
        Ok(())
    }
}

/// −lse + |q|²/2 of query b.
fn energy(average: &Average, q: &[f64], b: usize, width: usize) -> f64 {
    let square: f64 = q.iter().skip(b).step_by(width).map(|v| v * v).sum();
    0.5 * square - average.log_sum_exp(b)
}

/// The weights of a block, a row for each query.
fn spread(block: &Block, keys: &Keys, out: &mut [f64]) {
    let (all, mut k) = (out.len() / block.width, 0);
    let mut p = Vec::new();
    for tile in &keys.tiles {
        block.average.weights(tile, &mut p);
        for row in p.chunks_exact(block.width) {
            row.iter()
                .enumerate()
                .for_each(|(b, p)| out[b * all + k] = *p);
            k += 1;
        }
    }
}
