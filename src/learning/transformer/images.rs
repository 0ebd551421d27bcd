//! Images cut into patches, with patches masked.

use super::{Batch, Shape};
use crate::pattern::Drawer;
use crate::pattern::random::Stream;
use crate::refusal::Refusal;

/// In the place of a layer, for what is drawn here.
const OWN: usize = Drawer::Images.place();

/// Images of one size, cut into patches, without the mean of each patch over those that are learned from.
#[derive(Clone, Debug, PartialEq)]
pub struct Images {
    /// Images, one a row, the pixels of a patch side by side.
    pub patches: Vec<f64>,
    /// What was taken from each.
    pub mean: Vec<f64>,
}

impl Images {
    /// Square images of `side × side` pixels, one a row, cut into squares of `cut × cut`: patches from left to right, then down. The mean is
    /// that of the first `learned` images.
    ///
    /// # Errors
    /// Sides of 0, patches that do not divide the image, numbers that are no whole images, no image to learn from or more than there are.
    pub fn cut(images: &[f64], [side, cut]: [usize; 2], learned: usize) -> Result<Self, Refusal> {
        if side == 0 || cut == 0 || !side.is_multiple_of(cut) {
            let why = format!("of {side} × {side} pixels are not made of patches of {cut} × {cut}");
            return Err(Refusal::new("images", why));
        }
        let (pixels, across) = (side * side, side / cut);
        let count = images.len() / pixels;
        if !images.len().is_multiple_of(pixels) || learned == 0 || learned > count {
            let why = format!(
                "have {} numbers, {pixels} each, and {learned} of them are learned from",
                images.len()
            );
            return Err(Refusal::new("images", why));
        }
        let place = |k: usize| {
            let (patch, p) = (k / (cut * cut), k % (cut * cut));
            let (row, column) = (
                patch / across * cut + p / cut,
                patch % across * cut + p % cut,
            );
            row * side + column
        };
        let rows = images.chunks_exact(pixels);
        let mut patches: Vec<f64> = rows
            .flat_map(|i| (0..pixels).map(move |k| i[place(k)]))
            .collect();
        let mut mean = vec![0.0; pixels];
        for row in patches.chunks_exact(pixels).take(learned) {
            mean.iter_mut()
                .zip(row)
                .for_each(|(m, p)| *m += p / learned as f64);
        }
        for row in patches.chunks_exact_mut(pixels) {
            row.iter_mut().zip(&mean).for_each(|(p, m)| *p -= m);
        }
        Ok(Images { patches, mean })
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.patches.len() / self.mean.len().max(1)
    }

    /// These images as a block, the masks one for each, an entry for each patch; what has no mask is seen.
    pub fn batch(&self, shape: &Shape, rows: &[usize], masks: &[Vec<bool>]) -> Batch {
        let (width, size) = (rows.len(), self.mean.len());
        let (mut pixels, mut masked) = (vec![0.0; size * width], vec![false; shape.tokens * width]);
        for (b, row) in rows.iter().enumerate() {
            for k in 0..size {
                pixels[k * width + b] = self.patches[row * size + k];
            }
            for t in 0..shape.tokens {
                masked[t * width + b] = masks.get(b).is_some_and(|m| m.get(t) == Some(&true));
            }
        }
        Batch {
            width,
            pixels,
            masked,
        }
    }
}

/// A mask of so many patches, drawn: the same for the same seed and number.
pub fn mask(tokens: usize, count: usize, seed: u64, k: usize) -> Vec<bool> {
    let mut masked = vec![false; tokens];
    let drawn = Stream::of(seed, OWN, k, 0).choice(tokens, count);
    drawn.into_iter().for_each(|t| masked[t] = true);
    masked
}
