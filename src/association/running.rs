//! Softmax over scores that come tile by tile.

use crate::kernels::{math, max_rows, sum_rows, update_rows};

/// The maximum m of the scores a_j of each query, and for each β the sum `Σ_j e^{β(a_j − m)}`. Where a tile raises the maximum the sum is
/// scaled by `e^{β(m_old − m_new)} ≤ 1` (Milakov and Gimelshein 2018), and so is whatever else is summed with these exponentials.
#[derive(Clone, Debug)]
pub(super) struct Running {
    betas: Vec<f64>,
    /// m of each query; −∞ before the first.
    max: Vec<f64>,
    /// For each β a number for each query.
    sums: Vec<f64>,
    /// The exponentials of a tile, and what it gives to each query.
    exponentials: Vec<f64>,
    own: Vec<f64>,
    scale: Vec<f64>,
}

impl Running {
    /// Of no key yet, for these β and `width` queries.
    pub fn new(betas: Vec<f64>, width: usize) -> Self {
        Running {
            sums: vec![0.0; betas.len() * width],
            betas,
            max: vec![f64::NEG_INFINITY; width],
            exponentials: Vec::new(),
            own: vec![0.0; width],
            scale: vec![0.0; width],
        }
    }

    /// Of no key again.
    pub fn restart(&mut self) {
        self.max.fill(f64::NEG_INFINITY);
        self.sums.fill(0.0);
    }

    /// Takes in scores, a row for each key, −∞ for a key that is not asked; they are used up. `see` gets, for each β in turn, the factors
    /// by which what was summed of each query before is to be scaled, and the exponentials.
    pub fn take(&mut self, scores: &mut Vec<f64>, mut see: impl FnMut(&[f64], &[f64])) {
        let width = self.max.len();
        max_rows([&scores[..]], width, &mut self.own, |[a]| a);
        let before = self.max.clone();
        for (max, own) in self.max.iter_mut().zip(&self.own) {
            *max = if *own > *max { *own } else { *max };
        }
        let max = &self.max;
        for (k, beta) in self.betas.iter().enumerate() {
            let pairs = before.iter().zip(max).zip(&mut self.scale);
            for ((old, new), scale) in pairs {
                // What is 0 before the first key stays 0.
                *scale = match *old == f64::NEG_INFINITY {
                    true => 0.0,
                    false => (beta * (old - new)).exp(),
                };
            }
            let e = &mut self.exponentials;
            match k + 1 == self.betas.len() {
                true => std::mem::swap(e, scores),
                false => e.clone_from(scores),
            }
            update_rows([], width, width, e, |_, b, a, []| {
                *a = math::exp(beta * (*a - level(max[b])));
            });
            sum_rows([&e[..]], width, &mut self.own, |[e]| e);
            let sums = self.sums[k * width..].iter_mut();
            for ((sum, scale), own) in sums.zip(&self.scale).zip(&self.own) {
                *sum = *sum * scale + own;
            }
            see(&self.scale, e);
        }
    }

    /// m of query b.
    pub fn max(&self, b: usize) -> f64 {
        self.max[b]
    }

    /// The sum of query b for β number k.
    pub fn sum(&self, k: usize, b: usize) -> f64 {
        self.sums[k * self.max.len() + b]
    }
}

/// Where no key was asked there is no maximum, and every exponential is 0.
fn level(max: f64) -> f64 {
    if max == f64::NEG_INFINITY { 0.0 } else { max }
}
