//! Square patches of a picture: where they are, without their means, whitened.

use crate::kernels::Singular;
use crate::pattern::Drawer;
use crate::pattern::random::Stream;

/// In the place of a layer, for what is drawn here.
const OWN: usize = Drawer::GraphsAndPatches.place();
/// Of the mean variance: what is added to every variance before its root is divided by, so that noise is not blown up.
const SOFTENED: f64 = 0.01;
/// Most patches from which the covariance is taken.
const MEASURED: usize = 20_000;

/// A picture and how patches of it become signals.
#[derive(Debug)]
pub(super) struct Picture {
    pub image: Vec<f64>,
    pub rows: usize,
    pub columns: usize,
    pub side: usize,
    /// What a patch without its mean is multiplied by: one number, or `C^(−½)`.
    filter: Vec<f64>,
}

impl Picture {
    /// None where the covariance has no roots: no patch varies.
    pub fn new(
        image: Vec<f64>,
        [rows, columns]: [usize; 2],
        side: usize,
        whiten: bool,
    ) -> Option<Self> {
        let mut own = Picture {
            image,
            rows,
            columns,
            side,
            filter: vec![1.0],
        };
        let n = side * side;
        let [down, across] = own.places();
        let apart = ((down * across) as f64 / MEASURED as f64)
            .sqrt()
            .ceil()
            .max(1.0) as usize;
        let mut covariance = vec![0.0; n * n];
        let mut count = 0.0;
        for i in (0..down).step_by(apart) {
            for j in (0..across).step_by(apart) {
                let patch = own.plain([i, j]);
                for (row, p) in covariance.chunks_exact_mut(n).zip(&patch) {
                    row.iter_mut().zip(&patch).for_each(|(c, q)| *c += p * q);
                }
                count += 1.0;
            }
        }
        covariance.iter_mut().for_each(|c| *c /= count);
        let mean = (0..n).map(|k| covariance[k * n + k]).sum::<f64>() / n as f64;
        if mean.is_nan() || mean <= 0.0 {
            return None;
        }
        if !whiten {
            own.filter = vec![1.0 / mean.sqrt()];
            return Some(own);
        }
        let spectrum = Singular::new(n, &covariance)?;
        let mut filter = vec![0.0; n * n];
        let mut variance = 0.0;
        for (k, value) in spectrum.values.iter().enumerate() {
            let [_, v] = spectrum.vectors(k);
            let by = 1.0 / (value + SOFTENED * mean).sqrt();
            variance += by * by * value / n as f64;
            for (row, p) in filter.chunks_exact_mut(n).zip(&v) {
                row.iter_mut().zip(&v).for_each(|(f, q)| *f += by * p * q);
            }
        }
        let scale = 1.0 / variance.sqrt();
        own.filter = filter.iter().map(|f| f * scale).collect();
        Some(own)
    }

    /// How many places there are, down and across.
    fn places(&self) -> [usize; 2] {
        [self.rows, self.columns].map(|n| n + 1 - self.side)
    }

    /// Where the patch of a start is.
    pub fn place(&self, seed: u64, start: usize) -> [usize; 2] {
        let at = Stream::of(seed, OWN, start, 0).uniform(2, 0.0, 1.0);
        let places = self.places();
        [0, 1].map(|k| ((at[k] * places[k] as f64) as usize).min(places[k] - 1))
    }

    /// The patch there, without its mean.
    fn plain(&self, [i, j]: [usize; 2]) -> Vec<f64> {
        let rows = (i..i + self.side).map(|row| row * self.columns + j);
        let mut patch: Vec<f64> = rows
            .flat_map(|at| self.image[at..at + self.side].iter().copied())
            .collect();
        let mean = patch.iter().sum::<f64>() / patch.len() as f64;
        patch.iter_mut().for_each(|p| *p -= mean);
        patch
    }

    /// The same as a signal: of mean square 1 over the picture.
    pub fn signal(&self, place: [usize; 2]) -> Vec<f64> {
        let plain = self.plain(place);
        match self.filter[..] {
            [by] => plain.iter().map(|p| by * p).collect(),
            _ => self
                .filter
                .chunks_exact(plain.len())
                .map(|row| super::dot(row, &plain))
                .collect(),
        }
    }
}
