//! Windows of a pooling synapse, some at a time: what they see, their shares and their values.

use std::ops::Range;

use super::Pooling;
use crate::kernels::{max_rows, sum_rows};
use crate::lagrangian::Lagrangian;
use crate::synapse::{Ports, Scratch};

/// Columns that windows are laid out in together: places times trajectories.
const TOGETHER: usize = 256;

/// What is known of some windows of one channel.
pub(super) struct Strip<'s> {
    pub channel: usize,
    pub places: Range<usize>,
    /// What they see, a row for each tap.
    pub seen: &'s mut [f64],
    /// s.
    pub shares: &'s mut [f64],
    /// m.
    pub value: &'s mut [f64],
    /// As many rows and one more.
    pub spare: &'s mut [f64],
}

impl Pooling {
    /// β, 0 of an average: its shares do not change.
    pub(super) fn beta(&self) -> f64 {
        self.softmax.map_or(0.0, |s| s.beta)
    }

    /// Places that are looked at together.
    pub(super) fn together(&self, width: usize) -> usize {
        (TOGETHER / width).clamp(1, self.windows.count())
    }

    /// Looks at all windows, some places of a channel at a time.
    pub(super) fn strips(
        &self,
        ports: &Ports<'_>,
        g: &[f64],
        scratch: &mut Scratch,
        mut look: impl FnMut(Strip<'_>),
    ) {
        let (width, taps) = (ports.width, self.windows.taps());
        let images = ports.of(0, g).chunks_exact(self.windows.cells() * width);
        for (channel, image) in images.enumerate() {
            for from in (0..self.windows.count()).step_by(self.together(width)) {
                let places = from..self.windows.count().min(from + self.together(width));
                let columns = places.len() * width;
                let (seen, rest) = scratch.rows.split_at_mut(taps * columns);
                let (shares, rest) = rest.split_at_mut(taps * columns);
                let (value, rest) = rest.split_at_mut(columns);
                let spare = &mut rest[..(taps + 1) * columns];
                self.windows.gather(image, width, places.clone(), seen);
                self.weigh(seen, shares, value, &mut spare[..columns]);
                look(Strip {
                    channel,
                    places,
                    seen,
                    shares,
                    value,
                    spare,
                });
            }
        }
    }

    /// s and m of the columns.
    fn weigh(&self, seen: &[f64], shares: &mut [f64], value: &mut [f64], spare: &mut [f64]) {
        let columns = value.len();
        let Some(softmax) = &self.softmax else {
            shares.fill(1.0 / self.windows.taps() as f64);
            return sum_rows([seen, shares], columns, value, |[a, s]| s * a);
        };
        softmax.activation(seen, columns, shares);
        // The largest share is e⁰ over the sum: m needs no exponential of its own.
        max_rows([seen], columns, value, |[a]| a);
        max_rows([shares], columns, spare, |[s]| s);
        for (m, s) in value.iter_mut().zip(spare) {
            *m -= s.ln() / softmax.beta;
        }
    }

    /// The part of the pooled image that a strip stands for, in a block over it.
    pub(super) fn pooled(&self, strip: &Strip<'_>, width: usize) -> Range<usize> {
        let first = strip.channel * self.windows.count() + strip.places.start;
        first * width..(first + strip.places.len()) * width
    }

    /// The part of the image that a strip looks at.
    pub(super) fn channel(&self, strip: &Strip<'_>, width: usize) -> Range<usize> {
        let cells = self.windows.cells() * width;
        strip.channel * cells..(strip.channel + 1) * cells
    }
}
