//! One softmax over one tile of keys, backwards.

use super::average::Tile;
use super::rows::turned;
use super::stored::weights;
use crate::refusal::Refusal;

/// Gradients that gather over blocks of queries.
pub(super) struct Sums {
    pub keys: Vec<f64>,
    pub values: Vec<f64>,
    pub beta: f64,
}

/// One softmax over one tile.
pub(super) struct Once<'a> {
    pub tile: &'a Tile,
    /// Are the keys averaged, or the values?
    pub of_keys: bool,
    pub beta: f64,
    pub width: usize,
    pub by_distance: bool,
}

impl Once<'_> {
    /// `p` weights, `c` cotangents of averages `z`; the tile's first key is `first`.
    pub fn back(
        &self,
        p: &[f64],
        (q, dq): (&[f64], &mut [f64]),
        (c, z): (&[f64], &[f64]),
        (sums, first): (&mut Sums, usize),
    ) -> Result<(), Refusal> {
        let (width, keys) = (self.width, &self.tile.keys);
        let values = self.tile.values(self.of_keys);
        let mut level = vec![0.0; width];
        for (k, (c, z)) in c.iter().zip(z).enumerate() {
            level[k % width] += c * z;
        }
        let mut da = vec![0.0; p.len()];
        values.add_product(c, width, &mut da);
        let mut scores = Vec::new();
        self.tile.scores(q, width, &mut scores);
        for (k, (da, p)) in da.iter_mut().zip(p).enumerate() {
            *da = p * (*da - level[k % width]);
            sums.beta += *da * scores[k];
            *da *= self.beta;
        }
        keys.add_transposed_product(&da, width, dq);
        let size = keys.cols();
        let by_keys = &mut sums.keys[first * size..][..keys.rows() * size];
        if self.by_distance {
            for (r, own) in by_keys.chunks_exact_mut(size).enumerate() {
                let all: f64 = da[r * width..(r + 1) * width].iter().sum();
                let key = &keys.data()[r * size..(r + 1) * size];
                own.iter_mut().zip(key).for_each(|(d, k)| *d -= all * k);
            }
        }
        let da = weights(keys.rows(), width, da)?;
        da.add_product(&turned(q, width), size, by_keys);
        let p = weights(keys.rows(), width, p.to_vec())?;
        let into = match self.of_keys {
            true => &mut sums.keys,
            false => &mut sums.values,
        };
        let size = values.cols();
        let own = &mut into[first * size..][..keys.rows() * size];
        p.add_product(&turned(c, width), size, own);
        Ok(())
    }
}
