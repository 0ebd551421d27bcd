//! The iterations in which an Energy Transformer learns.

use super::images::{Images, mask};
use super::{Batch, EnergyTransformer};
use crate::kernels::each;
use crate::learning::{Form, Optimiser, Schedule};
use crate::network::NetworkError;
use crate::pattern::Drawer;
use crate::pattern::random::Stream;

/// In the place of a layer, for what is drawn here.
const OWN: usize = Drawer::Trainer.place();
/// Images of a block: a batch is made of so many, whatever the number of threads, so that sums have one order.
const PART: usize = 16;

/// How it learns.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Training {
    /// Images of an iteration.
    pub batch: usize,
    /// Patches of each that are masked.
    pub masked: usize,
    /// How fast.
    pub schedule: Schedule,
    /// Part of every parameter that is lost, times the rate.
    pub decay: f64,
    /// The seed of what is drawn.
    pub seed: u64,
}

/// A model that learns. What it draws depends on the number of the iteration alone, so that one that goes on from its parameters and
/// means has the same bits.
#[derive(Clone, Debug, PartialEq)]
pub struct Trainer {
    /// The model.
    pub model: EnergyTransformer,
    /// The means of its gradients.
    pub adam: Optimiser,
    /// The number of the next iteration.
    pub next: usize,
}

impl Trainer {
    /// From the beginning.
    pub fn new(model: EnergyTransformer, training: &Training) -> Self {
        // The numbers of the paper's code.
        let mut adam = Optimiser::new(Form::Adam([0.9, 0.99]), model.count());
        (adam.clip, adam.decay) = (1.0, training.decay);
        Trainer {
            model,
            adam,
            next: 0,
        }
    }

    /// One iteration on images drawn of the first `learned`; the loss before it, a mean over the masked pixels.
    ///
    /// # Errors
    /// Parameters that are no longer finite: the rate is too large.
    pub fn iterate(
        &mut self,
        images: &Images,
        learned: usize,
        training: &Training,
    ) -> Result<f64, NetworkError> {
        let shape = self.model.shape;
        let stream = Stream::of(training.seed, OWN, self.next, 0);
        let learned = learned.min(images.count());
        let rows = stream.choice(learned, training.batch.min(learned));
        let first = self.next * training.batch;
        let masks: Vec<Vec<bool>> = (0..rows.len())
            .map(|b| mask(shape.tokens, training.masked, training.seed, first + b))
            .collect();
        let parts = rows.chunks(PART).zip(masks.chunks(PART));
        let batches: Vec<_> = parts.map(|(r, m)| images.batch(&shape, r, m)).collect();
        let model = &self.model;
        let mut parts: Vec<(Batch, Option<_>)> = batches.into_iter().map(|b| (b, None)).collect();
        each(&mut parts, true, &|(batch, found)| {
            *found = Some(model.loss(batch))
        });
        let count = (rows.len() * training.masked * shape.pixels).max(1) as f64;
        let (mut loss, mut gradient) = (0.0, vec![0.0; model.count()]);
        for (_, found) in parts {
            let Some(found) = found else { continue };
            let (own, by) = found?;
            loss += own / count;
            gradient
                .iter_mut()
                .zip(by)
                .for_each(|(g, b)| *g += b / count);
        }
        let rate = training.schedule.at(self.next);
        self.adam.step(&mut self.model.parameters, &gradient, rate);
        self.next += 1;
        Ok(loss)
    }
}

impl EnergyTransformer {
    /// The mean square of what is wrong in masked pixels of these images, with these masks.
    ///
    /// # Errors
    /// Parameters that are not finite.
    pub fn error(
        &self,
        images: &Images,
        rows: &[usize],
        masks: &[Vec<bool>],
    ) -> Result<f64, NetworkError> {
        let (mut sum, mut count) = (0.0, 0.0);
        for (rows, masks) in rows.chunks(64).zip(masks.chunks(64)) {
            let batch = images.batch(&self.shape, rows, masks);
            let filled = self.fill(&batch)?;
            let Some(last) = filled.patches.last() else {
                continue;
            };
            let width = batch.width;
            for (k, (a, b)) in last.iter().zip(&batch.pixels).enumerate() {
                let t = k / width / self.shape.pixels;
                if batch.masked[t * width + k % width] {
                    sum += (a - b) * (a - b);
                    count += 1.0;
                }
            }
        }
        Ok(sum / f64::max(count, 1.0))
    }
}
