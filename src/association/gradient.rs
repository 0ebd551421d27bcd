//! How a result depends on what went into it.
//!
//! With `p` of one softmax, cotangents `c` of its average `z = Σ p_j v_j`, and `a_j = q·k_j + bias_j`,
//!
//! ```text
//! dv_j = p_j c      da_j = β p_j (c·v_j − c·z)      dq = Σ_j da_j k_j      dk_j = da_j q      dβ = Σ_j da_j a_j/β
//! ```
//!
//! and by distance `dk_j = da_j (q − k_j)`. Several updates are these formulas once for each, from the last to the first. Their
//! weights are made again tile by tile; only queries are kept.

use super::associate::Block;
use super::backward::{Once, Sums};
use super::layer::{Head, HopfieldLayer, Similarity, Updates};
use super::rows::{Rows, directed_back, normalized_back, turned};
use super::stored::{Keys, Stored, gathered, project, weights};
use crate::kernels::Weights;
use crate::refusal::Refusal;

/// Gradients by the projections of a head; empty where there is none.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct HeadGradient {
    /// By `W_q`.
    pub query: Vec<f64>,
    /// By `W_k`.
    pub key: Vec<f64>,
    /// By `W_v`.
    pub value: Vec<f64>,
}

/// The gradient of `Σ cotangent · output`, each part in the shape of what it is taken by.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Gradient {
    /// The output itself, which comes with it.
    pub output: Vec<f64>,
    /// By the states.
    pub states: Vec<f64>,
    /// By the stored patterns; where they are their own values, in both parts that they play.
    pub stored: Vec<f64>,
    /// By the values; empty where the patterns are their own.
    pub values: Vec<f64>,
    /// By the projections of each head.
    pub heads: Vec<HeadGradient>,
    /// By `W_o`; empty where there is none.
    pub output_weights: Vec<f64>,
    /// By β.
    pub beta: f64,
}

impl HopfieldLayer {
    /// The output, and the gradient of `Σ cotangent · output` by everything that it depends on.
    ///
    /// Work: about three times that of [`HopfieldLayer::associate`].
    ///
    /// # Errors
    /// As [`HopfieldLayer::associate`]; if the cotangent is not of the output's size, or updates go to rest: how many they are
    /// then depends on the states, which has no derivative.
    pub fn gradient(
        &self,
        states: Rows<'_>,
        stored: &Stored<'_>,
        cotangent: impl FnOnce(&[f64]) -> Vec<f64>,
    ) -> Result<Gradient, Refusal> {
        if !matches!(self.updates, Updates::Count(_)) {
            let why = "to rest have no gradient: their number changes with the states";
            let help = "ask for a number of updates";
            return Err(Refusal::new("updates", why).help(help));
        }
        let sizes = self.sizes(states, stored)?;
        let (count, joined) = (states.count(), sizes.joined);
        let mut side_by_side = vec![0.0; count * joined];
        let mut forward = Vec::new();
        let mut from = 0;
        for (head, [_, size]) in self.heads.iter().zip(&sizes.heads) {
            let keys = Keys::of(self, head, stored)?;
            let blocks = self.blocks(head, &keys, states, stored, *size, true)?;
            let mut at = 0;
            for block in &blocks {
                for k in 0..block.value.len() {
                    let (i, b) = (k / block.width, k % block.width);
                    side_by_side[(at + b) * joined + from + i] = block.value[k];
                }
                at += block.width;
            }
            from += size;
            forward.push((keys, blocks));
        }
        let output = project(side_by_side.clone(), joined, self.output.as_ref())?;
        let c = cotangent(&output);
        if c.len() != output.len() {
            let why = format!("has {} numbers, the output {}", c.len(), output.len());
            return Err(Refusal::new("cotangent", why));
        }
        let mut all = Gradient {
            states: vec![0.0; states.data().len()],
            stored: vec![0.0; stored.keys().data().len()],
            values: vec![0.0; stored.values().map_or(0, |v| v.data().len())],
            ..Gradient::default()
        };
        let (c, own) = unproject(c, self.output.as_ref(), &side_by_side, joined)?;
        all.output_weights = own;
        let mut from = 0;
        for ((head, (keys, blocks)), [_, size]) in self.heads.iter().zip(&forward).zip(&sizes.heads)
        {
            let rows = c.chunks_exact(joined).flat_map(|r| &r[from..from + size]);
            let c: Vec<f64> = rows.copied().collect();
            self.back(
                head,
                (keys, blocks),
                (states, stored),
                (&c, *size),
                &mut all,
            )?;
            from += size;
        }
        all.output = output;
        Ok(all)
    }

    /// One head, from the cotangent of its values to its inputs.
    fn back(
        &self,
        head: &Head,
        (keys, blocks): (&Keys, &[Block]),
        (states, stored): (Rows<'_>, &Stored<'_>),
        (c, size): (&[f64], usize),
        all: &mut Gradient,
    ) -> Result<(), Refusal> {
        let beta = self.beta(stored)?;
        let key = keys.tiles.first().map_or(1, |t| t.keys.cols());
        let mut sums = Sums {
            keys: vec![0.0; stored.allowed().len() * key],
            values: vec![0.0; stored.allowed().len() * size],
            beta: 0.0,
        };
        let mut queries = Vec::new();
        let mut at = 0;
        for block in blocks {
            let mut pass = block.average.clone();
            let own = &c[at * size..(at + block.width) * size];
            let mut down = turned(own, size);
            for (back, q) in block.queries.iter().rev().enumerate() {
                let of_keys = back > 0;
                pass.restart(q, if of_keys { key } else { size });
                keys.tiles.iter().for_each(|t| pass.take(t, of_keys));
                let z = pass.value();
                let mut p = Vec::new();
                let mut dq = vec![0.0; q.len()];
                let mut first = 0;
                for tile in &keys.tiles {
                    pass.weights(tile, &mut p);
                    let one = Once {
                        tile,
                        of_keys,
                        beta,
                        width: block.width,
                        by_distance: self.similarity == Similarity::Distance,
                    };
                    one.back(&p, (q, &mut dq), (&down, &z), (&mut sums, first))?;
                    first += tile.keys.rows();
                }
                down = dq;
                if self.similarity == Similarity::Cosine {
                    // Of a query that was brought to length 1: what it was before is the average of the update before.
                    let before = self.undirected(head, keys, block, back, states, at)?;
                    let mut rows = turned(&down, block.width);
                    directed_back(&before, key, &mut rows);
                    down = turned(&rows, key);
                }
            }
            queries.extend(turned(&down, block.width));
            at += block.width;
        }
        all.beta += sums.beta;
        let mut own = HeadGradient::default();
        let places: Vec<usize> = (0..states.count()).collect();
        let (d, w) = self.input(queries, head.query.as_ref(), states, &places)?;
        add(&mut all.states, &d, &places, states.size());
        own.query = w;
        let mut by_keys = sums.keys;
        if self.similarity == Similarity::Cosine {
            let data = gathered(self, stored.keys(), stored.allowed());
            let raw = project(data, stored.keys().size(), head.key.as_ref())?;
            directed_back(&raw, key, &mut by_keys);
        }
        let places = stored.allowed();
        let (d, w) = self.input(by_keys, head.key.as_ref(), stored.keys(), places)?;
        add(&mut all.stored, &d, places, stored.keys().size());
        own.key = w;
        let values = stored.values().unwrap_or(stored.keys());
        let (d, w) = self.input(sums.values, head.value.as_ref(), values, places)?;
        let into = match stored.values() {
            Some(_) => &mut all.values,
            None => &mut all.stored,
        };
        add(into, &d, places, values.size());
        own.value = w;
        all.heads.push(own);
        Ok(())
    }

    /// The queries that update number `len − 1 − back` began with, before they were brought to length 1, a row for each.
    fn undirected(
        &self,
        head: &Head,
        keys: &Keys,
        block: &Block,
        back: usize,
        states: Rows<'_>,
        at: usize,
    ) -> Result<Vec<f64>, Refusal> {
        let k = block.queries.len() - 1 - back;
        if k == 0 {
            let places: Vec<usize> = (at..at + block.width).collect();
            let data = gathered(self, states, &places);
            return project(data, states.size(), head.query.as_ref());
        }
        let before = &block.queries[k - 1];
        let mut pass = block.average.clone();
        pass.restart(before, before.len() / block.width);
        keys.tiles.iter().for_each(|t| pass.take(t, true));
        Ok(turned(&pass.value(), block.width))
    }

    /// From the gradient by projected rows to that by the rows, and by the projection.
    fn input(
        &self,
        by: Vec<f64>,
        w: Option<&Weights>,
        rows: Rows<'_>,
        places: &[usize],
    ) -> Result<(Vec<f64>, Vec<f64>), Refusal> {
        let x = gathered(self, rows, places);
        let (mut d, own) = unproject(by, w, &x, rows.size())?;
        if self.layer_norm {
            let raw: Vec<f64> = places.iter().flat_map(|k| rows.row(*k)).copied().collect();
            normalized_back(&raw, rows.size(), &mut d);
        }
        Ok((d, own))
    }
}

fn add(into: &mut [f64], rows: &[f64], places: &[usize], size: usize) {
    for (row, place) in rows.chunks_exact(size).zip(places) {
        let own = &mut into[place * size..(place + 1) * size];
        own.iter_mut().zip(row).for_each(|(a, b)| *a += b);
    }
}

/// The gradients by `x` and by `W` from that by `x Wᵀ`.
fn unproject(
    by: Vec<f64>,
    w: Option<&Weights>,
    x: &[f64],
    size: usize,
) -> Result<(Vec<f64>, Vec<f64>), Refusal> {
    let Some(w) = w else {
        return Ok((by, Vec::new()));
    };
    let rows = x.len() / size;
    let by = weights(rows, w.rows(), by)?;
    let mut d = vec![0.0; x.len()];
    by.add_product(w.whole().data(), size, &mut d);
    let mut own = vec![0.0; w.rows() * size];
    by.add_transposed_product(x, size, &mut own);
    Ok((d, own))
}
