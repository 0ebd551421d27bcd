//! Pooling over intervals of activations: m rises with every cell of a window, and the shares are those of a softmax.

use super::Pooling;
use crate::kernels::Interval;
use crate::lagrangian::Lagrangian;
use crate::synapse::Enclosure;

/// The cells that a window sees, with the intervals of their activations.
type Seen = (Vec<usize>, Vec<Interval>);

impl Pooling {
    /// The windows of all channels: the neuron of each in the pooled image, and what it sees.
    fn boxes(&self, g: &[Interval]) -> impl Iterator<Item = (usize, Seen)> {
        let (places, cells) = (self.windows.count(), self.windows.cells());
        let [image, pooled] = self.shapes.map(|shape| shape.iter().product::<usize>());
        (0..pooled).map(move |window| {
            let mut seen = Vec::new();
            self.windows.sees(window % places, |cell, _| {
                seen.push(window / places * cells + cell);
            });
            let own = seen.iter().map(|cell| g[*cell]).collect();
            (image + window, (seen, own))
        })
    }

    /// Intervals that hold the shares of a window.
    fn shares(&self, own: &[Interval]) -> Vec<Interval> {
        let even = 1.0 / own.len() as f64;
        let mut shares = vec![Interval::of_function(even, even); own.len()];
        if let Some(softmax) = &self.softmax {
            match softmax.enclosure() {
                Some(form) => form.activation(own, &mut shares),
                None => shares.fill(Interval::ALL),
            }
        }
        shares
    }

    /// An interval that holds m.
    fn span(&self, own: &[Interval]) -> Interval {
        let Some(softmax) = &self.softmax else {
            let sum: Interval = own.iter().copied().sum();
            return sum.times(1.0 / own.len() as f64);
        };
        let value = |end: fn(&Interval) -> f64| {
            let largest = own.iter().map(end).fold(f64::NEG_INFINITY, f64::max);
            let sum: f64 = own
                .iter()
                .map(|x| (softmax.beta * (end(x) - largest)).exp())
                .sum();
            largest + sum.ln() / softmax.beta
        };
        Interval::of_function(value(|x| x.low), value(|x| x.high))
    }
}

impl Enclosure for Pooling {
    fn enclose_currents(&self, g: &[Interval], currents: &mut [Interval]) {
        for (z, (seen, own)) in self.boxes(g) {
            currents[z] = currents[z] + self.span(&own);
            for (cell, share) in seen.iter().zip(self.shares(&own)) {
                currents[*cell] = currents[*cell] + g[z] * share;
            }
        }
    }

    fn enclose_curvature(&self, g: &[Interval], curvature: &mut [Interval]) {
        let n = g.len();
        let mut add = |[i, j]: [usize; 2], v: Interval| {
            curvature[i * n + j] = curvature[i * n + j] + v;
        };
        for (z, (seen, own)) in self.boxes(g) {
            for (cell, share) in seen.iter().zip(self.shares(&own)) {
                add([z, *cell], share);
                add([*cell, z], share);
            }
            let Some(softmax) = &self.softmax else {
                continue;
            };
            match softmax.enclosure() {
                Some(form) => form.hessian(&own, &mut |[i, j], h| {
                    add([seen[i], seen[j]], g[z] * h);
                }),
                None => seen.iter().for_each(|i| {
                    seen.iter().for_each(|j| add([*i, *j], Interval::ALL));
                }),
            }
        }
    }
}
