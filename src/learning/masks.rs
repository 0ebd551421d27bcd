//! Pictures of which some patches are masked: what is to be filled in, and how far from it an answer is.
//!
//! The loss of a picture is the mean square of what is wrong in its masked pixels, and in these alone.

use super::Lesson;
use crate::network::{Masked, Patches};
use crate::pattern::Drawer;
use crate::pattern::random::Stream;
use crate::refusal::Refusal;

/// In the place of a layer, for what is drawn here.
const OWN: usize = Drawer::Masks.place();
/// The seed of the masks of pictures that are scored: a training with another seed is asked about the same.
const SCORED: u64 = 1;

/// Which patches of a picture are masked.
#[derive(Clone, Debug, PartialEq)]
pub enum Masks {
    /// So many, drawn for each picture; while it learns anew in each epoch.
    Drawn(usize),
    /// These, by their numbers.
    These(Vec<usize>),
}

impl Masks {
    /// Are these masks for pictures of so many patches?
    ///
    /// # Errors
    /// None or more than there are, or one that there is not.
    pub fn check(&self, tokens: usize) -> Result<(), Refusal> {
        let refuse = |why: String| Err(Refusal::new("masked", why));
        match self {
            Masks::Drawn(n) if *n == 0 || *n > tokens => refuse(format!(
                "is {n}, a picture has {tokens} patches: 1 to {tokens} of them can be masked"
            )),
            Masks::These(list) if list.is_empty() => {
                refuse(format!("names none of the {tokens} patches"))
            }
            Masks::These(list) => match list.iter().find(|t| **t >= tokens) {
                Some(t) => refuse(format!(
                    "names patch {t}, a picture has {tokens}, numbered from 0"
                )),
                None => Ok(()),
            },
            Masks::Drawn(_) => Ok(()),
        }
    }

    /// Is patch t of picture `k` masked, in draw `draw` of this seed? One that is drawn depends on these numbers alone.
    pub fn of(&self, tokens: usize, seed: u64, [k, draw]: [usize; 2]) -> Vec<bool> {
        let mut is_masked = vec![false; tokens];
        let mut set = |t: usize| is_masked[t] = true;
        match self {
            Masks::Drawn(n) => {
                let drawn = Stream::of(seed, OWN, k, draw).choice(tokens, *n);
                drawn.into_iter().for_each(&mut set);
            }
            Masks::These(list) => list.iter().copied().for_each(&mut set),
        }
        is_masked
    }

    /// The masks of picture `k` as it is scored: the same whatever a training draws.
    pub fn scored(&self, tokens: usize, k: usize) -> Vec<bool> {
        self.of(tokens, SCORED, [k, 0])
    }
}

impl<'a> Lesson<'a> {
    /// How the layer of the data is seen, if masked pictures are learnt.
    pub fn patches(&self) -> Option<(&'a Patches, &'a Masks)> {
        let layer = &self.network.layers()[self.examples.layer];
        layer.patches.as_ref().zip(self.examples.masked.as_ref())
    }

    /// The picture of row `r` with its masks, as it is learnt from or as it is scored.
    pub(super) fn masked(&self, r: usize, learns: bool) -> Option<Masked> {
        let (patches, masks) = self.patches()?;
        let draw = learns.then_some((self.seed, self.epoch));
        let tokens = patches.tokens();
        Some(Masked {
            pixels: self.examples.row(self.network, r, draw),
            is_masked: match learns {
                // Draw 0 is that of scores.
                true => masks.of(tokens, self.seed, [r, self.epoch + 1]),
                false => masks.scored(tokens, r),
            },
        })
    }
}

/// The loss of a picture that is read from the activations of its tokens, and its derivative by the pixels.
pub(super) fn off(patches: &Patches, picture: &Masked, g: &[f64]) -> (f64, Vec<f64>) {
    let mut by_pixels = patches.read_out(g);
    let hidden = patches.hidden(&picture.is_masked);
    let count = hidden.iter().filter(|h| **h).count().max(1) as f64;
    let mut loss = 0.0;
    let all = by_pixels.iter_mut().zip(&picture.pixels).zip(hidden);
    for ((out, pixel), is_hidden) in all {
        let wrong = *out - pixel;
        *out = if is_hidden { 2.0 * wrong / count } else { 0.0 };
        loss += if is_hidden {
            wrong * wrong / count
        } else {
            0.0
        };
    }
    (loss, by_pixels)
}
