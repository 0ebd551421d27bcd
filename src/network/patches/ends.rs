//! How pictures become tokens and tokens pictures, and what the derivative of a loss is by what that depends on.

use super::{Masked, Patches};

/// Where each array of θ begins.
struct Places {
    embed: usize,
    embed_bias: usize,
    mask: usize,
    position: usize,
    read_out: usize,
    read_out_bias: usize,
}

impl Patches {
    fn places(&self) -> Places {
        let [tokens, pixels, dims] = [self.tokens(), self.patch_size(), self.dims];
        let embed_bias = dims * pixels;
        let mask = embed_bias + dims;
        let position = mask + dims;
        let read_out = position + tokens * dims;
        Places {
            embed: 0,
            embed_bias,
            mask,
            position,
            read_out,
            read_out_bias: read_out + pixels * dims,
        }
    }

    /// The states of the tokens of a picture.
    pub fn read_in(&self, picture: &Masked) -> Vec<f64> {
        let (at, pixels, all) = (self.places(), self.patch_size(), &self.values);
        let mut x = vec![0.0; self.tokens() * self.dims];
        for (t, token) in x.chunks_exact_mut(self.dims).enumerate() {
            let patch = self.patch_of(&picture.pixels, t);
            for (d, x) in token.iter_mut().enumerate() {
                let seen = || {
                    let weights = &all[at.embed + d * pixels..][..pixels];
                    let products = weights.iter().zip(&patch).map(|(w, p)| w * p);
                    all[at.embed_bias + d] + products.sum::<f64>()
                };
                let own = match picture.is(t) {
                    true => all[at.mask + d],
                    false => seen(),
                };
                *x = all[at.position + t * self.dims + d] + own;
            }
        }
        x
    }

    /// A patch of a picture less its mean; NaN where the picture has no pixel.
    fn patch_of(&self, pixels: &[f64], t: usize) -> Vec<f64> {
        let places = (0..self.patch_size()).map(|p| self.place(t, p));
        let pixel = |k: usize| pixels.get(k).copied().unwrap_or(f64::NAN);
        places.map(|k| pixel(k) - self.mean[k]).collect()
    }

    /// The picture that is read from the activations of the tokens.
    pub fn read_out(&self, g: &[f64]) -> Vec<f64> {
        let (at, pixels, all) = (self.places(), self.patch_size(), &self.values);
        let mut out = self.mean.clone();
        for (t, g) in g.chunks_exact(self.dims).enumerate() {
            for p in 0..pixels {
                let weights = &all[at.read_out + p * self.dims..][..self.dims];
                let products = weights.iter().zip(g).map(|(w, g)| w * g);
                let bias = all[at.read_out_bias + t * pixels + p];
                out[self.place(t, p)] += bias + products.sum::<f64>();
            }
        }
        out
    }

    /// `gradient += ∂loss/∂θ` of what [`Patches::read_in`] depends on, from the derivative of a loss by the states.
    pub fn add_read_in(&self, picture: &Masked, by_x: &[f64], gradient: &mut [f64]) {
        let (at, pixels) = (self.places(), self.patch_size());
        for (t, slopes) in by_x.chunks_exact(self.dims).enumerate() {
            let patch = self.patch_of(&picture.pixels, t);
            for (d, slope) in slopes.iter().enumerate() {
                gradient[at.position + t * self.dims + d] += slope;
                if picture.is(t) {
                    gradient[at.mask + d] += slope;
                    continue;
                }
                gradient[at.embed_bias + d] += slope;
                let own = &mut gradient[at.embed + d * pixels..][..pixels];
                own.iter_mut()
                    .zip(&patch)
                    .for_each(|(w, p)| *w += slope * p);
            }
        }
    }

    /// The same of what [`Patches::read_out`] depends on, from the derivative of a loss by the pixels; gives that by the activations.
    pub fn add_read_out(&self, g: &[f64], by_pixels: &[f64], gradient: &mut [f64]) -> Vec<f64> {
        let (at, pixels, dims) = (self.places(), self.patch_size(), self.dims);
        let mut by_g = vec![0.0; g.len()];
        let tokens = g.chunks_exact(dims).zip(by_g.chunks_exact_mut(dims));
        for (t, (g, by_g)) in tokens.enumerate() {
            for p in 0..pixels {
                let slope = by_pixels[self.place(t, p)];
                gradient[at.read_out_bias + t * pixels + p] += slope;
                let row = at.read_out + p * dims..at.read_out + (p + 1) * dims;
                let weights = &self.values[row.clone()];
                for (k, w) in gradient[row].iter_mut().enumerate() {
                    *w += slope * g[k];
                    by_g[k] += slope * weights[k];
                }
            }
        }
        by_g
    }
}
