//! Windows that slide over an image: which cells each of them sees.
//!
//! The cells of an image are rows of a block, so that those of neighbouring places lie side by side. A *tap* (u, v) is a cell of a
//! window, a *place* is where a window stands. At place (i, j) tap (u, v) sees the cell `(i s_h + u − p_h, j s_w + v − p_w)`; outside
//! of the image it sees 0.

use std::ops::Range;

/// Windows of one size at regular distances over an image.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Windows {
    /// Rows and columns of the image.
    image: [usize; 2],
    /// Of a window.
    size: [usize; 2],
    stride: [usize; 2],
    padding: [usize; 2],
    places: [usize; 2],
}

impl Windows {
    /// Windows of this size over an image with so many rows and columns of zeros on each side of it. None if a window
    /// or the image is empty, the window larger than the padded image, or a stride 0.
    pub fn new(
        image: [usize; 2],
        size: [usize; 2],
        stride: [usize; 2],
        padding: [usize; 2],
    ) -> Option<Self> {
        let mut places = [0; 2];
        for k in 0..2 {
            let padded = image[k].checked_add(padding[k].checked_mul(2)?)?;
            let room = padded.checked_sub(size[k])?;
            if size[k] == 0 || image[k] == 0 {
                return None;
            }
            places[k] = room.checked_div(stride[k])? + 1;
        }
        Some(Windows {
            image,
            size,
            stride,
            padding,
            places,
        })
    }

    /// Rows and columns of the places: `⌊(n + 2p − k)/s⌋ + 1` of each.
    pub fn places(&self) -> [usize; 2] {
        self.places
    }

    /// How many places there are.
    pub fn count(&self) -> usize {
        self.places[0] * self.places[1]
    }

    /// How many cells the image has.
    pub fn cells(&self) -> usize {
        self.image[0] * self.image[1]
    }

    /// How many taps a window has.
    pub fn taps(&self) -> usize {
        self.size[0] * self.size[1]
    }

    /// How far apart the cells are that a tap sees from neighbouring places of a row.
    pub fn step(&self) -> usize {
        self.stride[1]
    }

    /// The places, along this axis, from which a tap sees a cell of the image.
    fn inside(&self, axis: usize, tap: usize) -> Range<usize> {
        let (n, s, p) = (self.image[axis], self.stride[axis], self.padding[axis]);
        let first = p.saturating_sub(tap).div_ceil(s);
        let end = (n + p).saturating_sub(tap).div_ceil(s);
        first..end.min(self.places[axis])
    }

    /// Shows what a tap sees from these places, in runs: the place that a run begins at, its number of places, and the cell that is
    /// seen from the first. Those seen from the next are as far apart as the stride. What lies outside of the image is not shown.
    #[inline(always)]
    pub fn runs(
        &self,
        tap: usize,
        places: Range<usize>,
        mut show: impl FnMut(usize, usize, usize),
    ) {
        let (u, v, across) = (tap / self.size[1], tap % self.size[1], self.places[1]);
        let [rows, columns] = [self.inside(0, u), self.inside(1, v)];
        let last = rows.end.min(places.end.div_ceil(across));
        for i in rows.start.max(places.start / across)..last {
            let from = columns.start.max(places.start.saturating_sub(i * across));
            let to = columns.end.min(places.end - i * across);
            if from < to {
                let row = i * self.stride[0] + u - self.padding[0];
                let column = from * self.stride[1] + v - self.padding[1];
                show(i * across + from, to - from, row * self.image[1] + column);
            }
        }
    }

    /// What windows at these places see, a row for each tap.
    pub fn gather(&self, image: &[f64], width: usize, places: Range<usize>, to: &mut [f64]) {
        for (tap, to) in to.chunks_exact_mut(places.len() * width).enumerate() {
            if self.padding != [0, 0] {
                to.fill(0.0);
            }
            self.runs(tap, places.clone(), |place, count, cell| {
                let to = &mut to[(place - places.start) * width..][..count * width];
                let from = &image[cell * width..];
                match self.step() {
                    1 => to.copy_from_slice(&from[..to.len()]),
                    s if width == 1 => {
                        for (to, from) in to.iter_mut().zip(from.iter().step_by(s)) {
                            *to = *from;
                        }
                    }
                    s => {
                        let seen = from.chunks(s * width);
                        for (to, seen) in to.chunks_exact_mut(width).zip(seen) {
                            to.copy_from_slice(&seen[..width]);
                        }
                    }
                }
            });
        }
    }

    /// Adds to the cells that windows at these places see, a row for each tap. The summands of a cell come in the order of the places,
    /// wherever these are cut: its bits do not depend on that.
    pub fn add_back(&self, from: &[f64], width: usize, places: Range<usize>, image: &mut [f64]) {
        let rows = from.chunks_exact(places.len() * width).enumerate();
        // A later tap sees a cell from an earlier place.
        for (tap, from) in rows.rev() {
            self.runs(tap, places.clone(), |place, count, cell| {
                let from = &from[(place - places.start) * width..][..count * width];
                let image = &mut image[cell * width..];
                match self.step() {
                    1 => add_row(image, from),
                    s if width == 1 => {
                        for (to, from) in image.iter_mut().step_by(s).zip(from) {
                            *to += from;
                        }
                    }
                    s => {
                        let seen = image.chunks_mut(s * width);
                        for (seen, from) in seen.zip(from.chunks_exact(width)) {
                            add_row(seen, from);
                        }
                    }
                }
            });
        }
    }

    /// The tap through which a place sees a cell, if it does.
    pub fn tap(&self, place: usize, cell: usize) -> Option<usize> {
        let place = [place / self.places[1], place % self.places[1]];
        let cell = [cell / self.image[1], cell % self.image[1]];
        let [u, v] = [0, 1].map(|k| {
            let tap = (cell[k] + self.padding[k]).checked_sub(place[k] * self.stride[k])?;
            (tap < self.size[k]).then_some(tap)
        });
        Some(u? * self.size[1] + v?)
    }

    /// Shows the places that see a cell, each with the tap.
    pub fn seen_from(&self, cell: usize, mut show: impl FnMut(usize, usize)) {
        let cell = [cell / self.image[1], cell % self.image[1]];
        let [rows, columns] = [0, 1].map(|k| {
            let at = cell[k] + self.padding[k];
            let first = (at + 1).saturating_sub(self.size[k]);
            let end = at / self.stride[k] + 1;
            (at, first.div_ceil(self.stride[k])..end.min(self.places[k]))
        });
        for i in rows.1 {
            let u = rows.0 - i * self.stride[0];
            for j in columns.1.clone() {
                let v = columns.0 - j * self.stride[1];
                show(i * self.places[1] + j, u * self.size[1] + v);
            }
        }
    }

    /// Shows the cells that a place sees, each with the tap.
    pub fn sees(&self, place: usize, mut show: impl FnMut(usize, usize)) {
        for tap in 0..self.taps() {
            self.runs(tap, place..place + 1, |_, _, cell| show(cell, tap));
        }
    }
}

/// `to += from`, as far as there are both.
fn add_row(to: &mut [f64], from: &[f64]) {
    for (to, from) in to.iter_mut().zip(from) {
        *to += from;
    }
}

#[cfg(test)]
mod tests;
