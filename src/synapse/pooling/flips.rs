//! What flips do to a pooling synapse: the value m of every window is kept, and made anew where a cell of the window changes.

use super::Pooling;
use crate::synapse::{Flip, Flips};

impl Pooling {
    /// Neurons of the image; those of the pooled image follow.
    fn image_size(&self) -> usize {
        self.shapes[0].iter().product()
    }

    /// m of a window, counted through all channels, where the cells have the activations `a`.
    fn value(&self, window: usize, a: impl Fn(usize) -> f64) -> f64 {
        let (places, cells) = (self.windows.count(), self.windows.cells());
        let first = window / places * cells;
        let each = |f: &mut dyn FnMut(f64)| {
            self.windows
                .sees(window % places, |cell, _| f(a(first + cell)));
        };
        let mut sum = 0.0;
        let Some(softmax) = self.softmax else {
            each(&mut |a| sum += a);
            return sum / self.windows.taps() as f64;
        };
        let mut largest = f64::NEG_INFINITY;
        each(&mut |a| {
            largest = if a > largest || a.is_nan() {
                a
            } else {
                largest
            }
        });
        each(&mut |a| sum += (softmax.beta * (a - largest)).exp());
        largest + sum.ln() / softmax.beta
    }

    /// Shows the windows that a neuron of the image is seen from.
    fn seen_from(&self, neuron: usize, mut show: impl FnMut(usize)) {
        let (places, cells) = (self.windows.count(), self.windows.cells());
        let first = neuron / cells * places;
        self.windows
            .seen_from(neuron % cells, |place, _| show(first + place));
    }

    /// Is a flip one of a window, or of a cell that it sees?
    fn touches(&self, flip: &Flip, window: usize) -> bool {
        let (places, cells) = (self.windows.count(), self.windows.cells());
        match flip.neuron.checked_sub(self.image_size()) {
            Some(pooled) => pooled == window,
            None => {
                let same = flip.neuron / cells == window / places;
                same && self
                    .windows
                    .tap(window % places, flip.neuron % cells)
                    .is_some()
            }
        }
    }
}

/// The activation of a neuron after these flips.
fn after(g: &[f64], flips: &[Flip], neuron: usize) -> f64 {
    let own = flips.iter().filter(|f| f.neuron == neuron);
    g[neuron] + own.map(|f| f.by).sum::<f64>()
}

impl Flips for Pooling {
    fn kept(&self) -> usize {
        self.shapes[1].iter().product()
    }

    fn keep(&self, g: &[f64], kept: &mut [f64]) {
        for (window, kept) in kept.iter_mut().enumerate() {
            *kept = self.value(window, |cell| g[cell]);
        }
    }

    fn current(&self, g: &[f64], kept: &[f64], neuron: usize) -> f64 {
        if let Some(pooled) = neuron.checked_sub(self.image_size()) {
            return kept[pooled];
        }
        let mut sum = 0.0;
        self.seen_from(neuron, |window| {
            let share = match self.softmax {
                None => 1.0 / self.windows.taps() as f64,
                Some(s) => (s.beta * (g[neuron] - kept[window])).exp(),
            };
            sum += g[self.image_size() + window] * share;
        });
        sum
    }

    fn difference(&self, g: &[f64], kept: &[f64], flips: &[Flip]) -> f64 {
        let mut rise = 0.0;
        for (k, flip) in flips.iter().enumerate() {
            // A window that an earlier flip touches has been seen.
            let mut see = |window: usize| {
                if flips[..k].iter().any(|f| self.touches(f, window)) {
                    return;
                }
                let value = self.value(window, |cell| after(g, flips, cell));
                let pooled = self.image_size() + window;
                let z = after(g, flips, pooled);
                rise += z * (value - kept[window]) + (z - g[pooled]) * kept[window];
            };
            match flip.neuron.checked_sub(self.image_size()) {
                Some(pooled) => see(pooled),
                None => self.seen_from(flip.neuron, see),
            }
        }
        -rise
    }

    fn follow(&self, g: &[f64], flip: Flip, kept: &mut [f64]) {
        if flip.neuron < self.image_size() {
            self.seen_from(flip.neuron, |window| {
                kept[window] = self.value(window, |cell| after(g, &[flip], cell));
            });
        }
    }
}
