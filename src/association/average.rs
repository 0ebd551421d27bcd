//! Averages by softmax over keys that come tile by tile.

use super::running::Running;
use crate::kernels::{Weights, WeightsError, math, update_rows};
use crate::refusal::Refusal;

/// Keys of a tile: scores of 64 queries for them take 128 KiB, which a second cache holds.
pub const TILE: usize = 256;

/// Some keys, a bias of each, and their values.
#[derive(Clone, Debug)]
pub struct Tile {
    pub(super) keys: Weights,
    /// Added to `q·k`, before β multiplies.
    pub(super) bias: Vec<f64>,
    /// The keys themselves where there are none.
    pub(super) values: Option<Weights>,
}

impl Tile {
    /// Keys, a row each of `key` numbers, and values of `value` numbers. Any number of keys fits; [`TILE`] of them stay in the
    /// cache.
    ///
    /// # Errors
    /// If there are not as many values as keys, or a number is not finite.
    pub fn new(
        (keys, key): (Vec<f64>, usize),
        (values, value): (Vec<f64>, usize),
    ) -> Result<Self, WeightsError> {
        let count = keys.len().checked_div(key).unwrap_or(0);
        Ok(Tile {
            keys: Weights::new(count, key, keys)?,
            bias: Vec::new(),
            values: Some(Weights::new(count, value, values)?),
        })
    }

    /// What is averaged.
    pub(super) fn values(&self, of_keys: bool) -> &Weights {
        match &self.values {
            Some(values) if !of_keys => values,
            _ => &self.keys,
        }
    }

    /// `a_j = q·k_j + bias_j` of a block of queries, a row for each key.
    pub(super) fn scores(&self, q: &[f64], width: usize, scores: &mut Vec<f64>) {
        scores.clear();
        scores.resize(self.keys.rows() * width, 0.0);
        self.keys.add_product(q, width, scores);
        for (row, bias) in scores.chunks_exact_mut(width).zip(&self.bias) {
            row.iter_mut().for_each(|a| *a += bias);
        }
    }
}

/// `Σ_j p_j v_j` with `p = softmax_j(β a_j)`, `a_j = q·k_j + bias_j`, of a block of queries, over keys that come in tiles.
///
/// Kept are the running maximum m of a, the sum `Σ e^{β(a − m)}` and the weighted value, scaled as the sum is where a tile raises the
/// maximum. Memory: the queries, their averages and the scores of one tile, whatever the number of keys.
///
/// ```
/// use attractor::association::{Average, Tile};
///
/// // One query of size 2, values of size 1; two tiles of one key each.
/// let mut average = Average::new(1.0, vec![1.0, 0.0], 1, 1);
/// average.add(&Tile::new((vec![1.0, 0.0], 2), (vec![3.0], 1))?)?;
/// average.add(&Tile::new((vec![0.0, 1.0], 2), (vec![5.0], 1))?)?;
/// let e = 1f64.exp();
/// assert!((average.value()[0] - (3.0 * e + 5.0) / (e + 1.0)).abs() < 1e-15);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Average {
    beta: f64,
    width: usize,
    /// Size of a query × width.
    q: Vec<f64>,
    running: Running,
    /// Size of a value × width, not yet divided.
    value: Vec<f64>,
    scores: Vec<f64>,
}

impl Average {
    /// Of no key yet. `q` is a block of `width` queries: number i of query b is at `i · width + b`. Values have `size` numbers.
    pub fn new(beta: f64, q: Vec<f64>, width: usize, size: usize) -> Self {
        Average {
            beta,
            width,
            q,
            running: Running::new(vec![beta], width),
            value: vec![0.0; size * width],
            scores: Vec::new(),
        }
    }

    /// Starts again with other queries of the same block, and values of another size.
    pub(super) fn restart(&mut self, q: &[f64], size: usize) {
        self.q.copy_from_slice(q);
        self.running.restart();
        self.value.clear();
        self.value.resize(size * self.width, 0.0);
    }

    /// Takes in the keys and values of a tile.
    ///
    /// # Errors
    /// If its keys are not of the size of the queries, or its values not of the size that was asked for.
    pub fn add(&mut self, tile: &Tile) -> Result<(), Refusal> {
        let of = |w: &Weights, name: &str, numbers: usize| match w.cols() * self.width == numbers {
            true => Ok(()),
            false => {
                let (own, has) = (numbers.checked_div(self.width).unwrap_or(0), w.cols());
                let why = format!("have {has} numbers, they must have {own}");
                Err(Refusal::new(name, why))
            }
        };
        of(&tile.keys, "keys", self.q.len())?;
        of(tile.values(false), "values", self.value.len())?;
        self.take(tile, false);
        Ok(())
    }

    /// The same, with the keys as values on demand.
    pub(super) fn take(&mut self, tile: &Tile, of_keys: bool) {
        let (width, value) = (self.width, &mut self.value);
        if tile.keys.rows() == 0 || width == 0 {
            return;
        }
        tile.scores(&self.q, width, &mut self.scores);
        let values = tile.values(of_keys);
        self.running.take(&mut self.scores, |scale, e| {
            if scale.iter().any(|s| *s != 1.0) {
                update_rows([], width, width, value, |_, b, v, []| *v *= scale[b]);
            }
            values.add_transposed_product(e, width, value);
        });
    }

    /// The averages, number i of query b at `i · width + b`; NaN before the first key.
    pub fn value(&self) -> Vec<f64> {
        let at = self.value.iter().enumerate();
        at.map(|(k, v)| v / self.running.sum(0, k % self.width))
            .collect()
    }

    /// `(1/β) ln Σ_j e^{β a_j}` of query b.
    pub fn log_sum_exp(&self, b: usize) -> f64 {
        self.running.max(b) + self.running.sum(0, b).ln() / self.beta
    }

    /// `p_j` of every key of a tile that was taken in, a row for each key.
    pub(super) fn weights(&self, tile: &Tile, out: &mut Vec<f64>) {
        let (width, beta) = (self.width, self.beta);
        tile.scores(&self.q, width, out);
        update_rows([], width, width, out, |_, b, a, []| {
            *a = math::exp(beta * (*a - self.running.max(b))) / self.running.sum(0, b);
        });
    }
}
