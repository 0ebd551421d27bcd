//! What stands before the tokens and behind them: patches become tokens, and activations patches.

use super::shape::Places;
use super::{Batch, EnergyTransformer};

impl EnergyTransformer {
    /// The tokens at the start.
    pub(super) fn embed(&self, batch: &Batch) -> Vec<f64> {
        let (s, at, width) = (&self.shape, Places::of(&self.shape), batch.width);
        let mut x = vec![0.0; s.tokens * s.dims * width];
        for (k, row) in x.chunks_exact_mut(width).enumerate() {
            let (t, d) = (k / s.dims, k % s.dims);
            let position = self.parameters[at.position.start + k];
            let [bias, mask] = [&at.embed_bias, &at.mask].map(|r| self.part(r)[d] + position);
            let weights = &self.part(&at.embed)[d * s.pixels..(d + 1) * s.pixels];
            for (b, x) in row.iter_mut().enumerate() {
                *x = match batch.masked[t * width + b] {
                    true => mask,
                    false => {
                        let pixel = |p: usize| batch.pixels[(t * s.pixels + p) * width + b];
                        let all = weights.iter().enumerate();
                        bias + all.map(|(p, w)| w * pixel(p)).sum::<f64>()
                    }
                };
            }
        }
        x
    }

    /// The patches that are read from activations.
    pub(super) fn read_out(&self, g: &[f64], width: usize) -> Vec<f64> {
        let (s, at) = (&self.shape, Places::of(&self.shape));
        let mut out = vec![0.0; s.tokens * s.pixels * width];
        for (k, row) in out.chunks_exact_mut(width).enumerate() {
            let (t, p) = (k / s.pixels, k % s.pixels);
            row.fill(self.part(&at.read_out_bias)[k]);
            let weights = &self.part(&at.read_out)[p * s.dims..(p + 1) * s.dims];
            for (d, w) in weights.iter().enumerate() {
                let from = &g[(t * s.dims + d) * width..][..width];
                row.iter_mut().zip(from).for_each(|(o, g)| *o += w * g);
            }
        }
        out
    }

    /// What the tokens at the start were made of.
    pub(super) fn add_embedding(&self, batch: &Batch, by_start: &[f64], gradient: &mut [f64]) {
        let (s, at, width) = (&self.shape, Places::of(&self.shape), batch.width);
        for (k, row) in by_start.chunks_exact(width).enumerate() {
            let (t, d) = (k / s.dims, k % s.dims);
            gradient[at.position.start + k] += row.iter().sum::<f64>();
            for (b, slope) in row.iter().enumerate() {
                if batch.masked[t * width + b] {
                    gradient[at.mask.start + d] += slope;
                    continue;
                }
                gradient[at.embed_bias.start + d] += slope;
                for p in 0..s.pixels {
                    let pixel = batch.pixels[(t * s.pixels + p) * width + b];
                    gradient[at.embed.start + d * s.pixels + p] += slope * pixel;
                }
            }
        }
    }
}
