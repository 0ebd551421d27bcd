//! One array of weights at every place of an image: the products of a convolution without its matrix.
//!
//! `(K * g)[o, p] = Σ_cuv K[o, c, u, v] g[c, p s + (u, v)]`, a cross-correlation with zeros around the image. As a matrix it has a
//! row for each output channel and place, and repeats K in all of them (Toeplitz). Its products take what the windows of some places
//! see, a row for each channel and tap, whose columns are places times trajectories: one product of matrices for these, wide even
//! for one trajectory. The room that this takes stays in a second cache.

use std::ops::Range;

use super::parallel::with_zeros;
use super::product::Product;
use super::rows::sum_rows;
use super::{Entry, WeightsError, Windows};

/// Numbers that windows are laid out in: 256 KiB.
const ROOM: usize = 1 << 15;
/// Fewest columns that are laid out together, and what many places are a multiple of: so they fill tiles.
const TILE: usize = 16;

/// What costs are, in multiplications of a large dense product, by counted instructions: a multiplication of products with few
/// rows or short sums, a number that is laid out or put back, and an entry of the result.
const PRODUCT: f64 = 1.2;
const LAID_OUT: f64 = 19.0;
const RESULT: f64 = 12.0;

/// The matrix of a convolution, `(O · places) × (C · cells)`.
#[derive(Clone, Debug, PartialEq)]
pub struct Correlation {
    windows: Windows,
    /// Channels that are written, and that are read.
    channels: [usize; 2],
    /// K, `O × C × k_h × k_w`.
    kernel: Vec<f64>,
    row_norms: Vec<f64>,
}

impl Correlation {
    /// From `K`, `O × C × k_h × k_w`, row by row, at every place of these windows.
    ///
    /// # Errors
    /// If K has another length, or an entry is not finite.
    pub fn new(
        windows: Windows,
        channels: [usize; 2],
        kernel: Vec<f64>,
    ) -> Result<Self, WeightsError> {
        let inner = channels[1] * windows.taps();
        if channels[0].checked_mul(inner) != Some(kernel.len()) {
            return Err(WeightsError::Length {
                rows: channels[0],
                cols: inner,
                given: kernel.len(),
            });
        }
        if let Some(k) = kernel.iter().position(|w| !w.is_finite()) {
            let (row, col, value) = (k / inner, k % inner, kernel[k]);
            return Err(WeightsError::NotFinite { row, col, value });
        }
        let mut made = Correlation {
            windows,
            channels,
            kernel,
            row_norms: Vec::new(),
        };
        made.row_norms = made.norms();
        Ok(made)
    }

    /// Where its windows stand.
    pub fn windows(&self) -> &Windows {
        &self.windows
    }

    /// K.
    pub fn kernel(&self) -> &[f64] {
        &self.kernel
    }

    /// Number of rows: output channels times places.
    pub fn rows(&self) -> usize {
        self.channels[0] * self.windows.count()
    }

    /// Number of columns: input channels times cells.
    pub fn cols(&self) -> usize {
        self.channels[1] * self.windows.cells()
    }

    /// Euclidean norm of each row; that of a window that reaches over the edge is smaller.
    pub fn row_norms(&self) -> &[f64] {
        &self.row_norms
    }

    fn norms(&self) -> Vec<f64> {
        let (taps, places) = (self.windows.taps(), self.windows.count());
        // Squares of what is at most 1 do not overflow.
        let largest = self.kernel.iter().fold(0.0f64, |m, w| m.max(w.abs()));
        let scale = if largest > 0.0 { largest } else { 1.0 };
        let mut norms = vec![0.0; self.rows()];
        for (own, to) in self.per_output().zip(norms.chunks_exact_mut(places)) {
            for tap in 0..taps {
                let all = own.iter().skip(tap).step_by(taps);
                let squares: f64 = all.map(|w| (w / scale) * (w / scale)).sum();
                self.windows.runs(tap, 0..places, |place, count, _| {
                    to[place..place + count]
                        .iter_mut()
                        .for_each(|n| *n += squares);
                });
            }
            to.iter_mut().for_each(|n| *n = scale * n.sqrt());
        }
        norms
    }

    /// The weights of each output channel.
    fn per_output(&self) -> impl Iterator<Item = &[f64]> {
        self.kernel.chunks_exact(self.inner().max(1))
    }

    /// Taps of all input channels.
    fn inner(&self) -> usize {
        self.channels[1] * self.windows.taps()
    }

    /// Some places at a time, as many as there is room for.
    fn strips(&self, width: usize) -> impl Iterator<Item = Range<usize>> + use<> {
        let (all, columns) = (self.windows.count(), (ROOM / self.inner().max(1)).max(TILE));
        let some = match columns / width {
            places @ 0..TILE => places.max(1),
            places => places / TILE * TILE,
        };
        let strip = move |from: usize| from..all.min(from + some);
        (0..all).step_by(some).map(strip)
    }

    /// Lends room for what the windows of a strip see.
    fn with_room(&self, width: usize, f: impl FnOnce(&mut [f64])) {
        let longest = self.strips(width).next().map_or(0, |s| s.len());
        with_zeros(self.inner() * longest * width, f);
    }

    /// The channels of an image, each with the rows of its taps among those of a strip.
    fn lay_out(&self, g: &[f64], width: usize, places: &Range<usize>, room: &mut [f64]) {
        let images = g.chunks_exact(self.windows.cells() * width);
        let rooms = room.chunks_exact_mut(self.windows.taps() * places.len() * width);
        for (image, to) in images.zip(rooms) {
            self.windows.gather(image, width, places.clone(), to);
        }
    }

    /// `out += K * g`; `g` is `cols × width`, `out` is `rows × width`.
    pub fn add_product(&self, g: &[f64], width: usize, out: &mut [f64]) {
        let (inner, lead) = (self.inner(), self.windows.count() * width);
        self.with_room(width, |room| {
            for places in self.strips(width) {
                let columns = places.len() * width;
                let room = &mut room[..inner * columns];
                self.lay_out(g, width, &places, room);
                Product {
                    weights: &self.kernel,
                    rows: self.channels[0],
                    inner,
                    row: inner,
                    step: 1,
                    g: room,
                    width: columns,
                    out: &mut out[places.start * width..],
                    leads: [columns, lead],
                }
                .add();
            }
        });
    }

    /// `out += Kᵀ * f`, the transposed convolution: what every window adds to the cells that it sees. `f` is `rows × width`, `out`
    /// is `cols × width`.
    pub fn add_transposed_product(&self, f: &[f64], width: usize, out: &mut [f64]) {
        let (inner, lead) = (self.inner(), self.windows.count() * width);
        self.with_room(width, |room| {
            for places in self.strips(width) {
                let columns = places.len() * width;
                let room = &mut room[..inner * columns];
                room.fill(0.0);
                Product {
                    weights: &self.kernel,
                    rows: inner,
                    inner: self.channels[0],
                    row: 1,
                    step: inner,
                    g: &f[places.start * width..],
                    width: columns,
                    out: room,
                    leads: [lead, columns],
                }
                .add();
                let images = out.chunks_exact_mut(self.windows.cells() * width);
                let rooms = room.chunks_exact(self.windows.taps() * columns);
                for (image, from) in images.zip(rooms) {
                    self.windows.add_back(from, width, places.clone(), image);
                }
            }
        });
    }

    /// `out[o, c, u, v] += Σ_p f[o, p] g[c, p s + (u, v)]` over the places and columns: the derivative of `f · (K * g)` by K.
    pub fn add_outer(&self, [f, g]: [&[f64]; 2], width: usize, out: &mut [f64]) {
        let (inner, lead) = (self.inner(), self.windows.count() * width);
        self.with_room(width, |room| {
            for places in self.strips(width) {
                let columns = places.len() * width;
                let room = &mut room[..inner * columns];
                self.lay_out(g, width, &places, room);
                let rows = f.chunks_exact(lead).zip(out.chunks_exact_mut(inner.max(1)));
                for (f, out) in rows {
                    let f = &f[places.start * width..][..columns];
                    for (out, seen) in out.iter_mut().zip(room.chunks_exact(columns)) {
                        let mut sum = [0.0];
                        sum_rows([f, seen], 1, &mut sum, |[f, g]| f * g);
                        *out += sum[0];
                    }
                }
            }
        });
    }

    /// Shows the entries of the matrix that are not outside of the image, with their rows and columns.
    pub fn entries(&self, show: Entry<'_>) {
        let (places, cells) = (self.windows.count(), self.windows.cells());
        let (taps, step) = (self.windows.taps(), self.windows.step());
        for (o, own) in self.per_output().enumerate() {
            for (k, w) in own.iter().enumerate() {
                let (row, column) = (o * places, k / taps * cells);
                self.windows
                    .runs(k % taps, 0..places, |place, count, cell| {
                        for n in 0..count {
                            show(row + place + n, column + cell + n * step, *w);
                        }
                    });
            }
        }
    }

    /// How many entries [`Correlation::entries`] shows at most.
    pub fn most_entries(&self) -> usize {
        self.kernel.len() * self.windows.count()
    }

    /// One entry of the matrix.
    pub fn entry(&self, row: usize, column: usize) -> f64 {
        let (places, cells) = (self.windows.count(), self.windows.cells());
        let at = (row / places * self.channels[1] + column / cells) * self.windows.taps();
        let tap = self.windows.tap(row % places, column % cells);
        tap.map_or(0.0, |tap| self.kernel[at + tap])
    }

    /// `out += by · column`, the column of a cell of an input channel.
    pub fn add_column(&self, column: usize, by: f64, out: &mut [f64]) {
        let (places, cells) = (self.windows.count(), self.windows.cells());
        let first = column / cells * self.windows.taps();
        self.windows.seen_from(column % cells, |place, tap| {
            for (own, out) in self.per_output().zip(out.chunks_exact_mut(places)) {
                out[place] += by * own[first + tap];
            }
        });
    }

    /// `out += by · row`, the row of a place of an output channel.
    pub fn add_row(&self, row: usize, by: f64, out: &mut [f64]) {
        let (places, cells) = (self.windows.count(), self.windows.cells());
        let own = &self.kernel[row / places * self.inner()..][..self.inner()];
        self.windows.sees(row % places, |cell, tap| {
            let weights = own.iter().skip(tap).step_by(self.windows.taps());
            for (w, out) in weights.zip(out.chunks_exact_mut(cells)) {
                out[cell] += by * w;
            }
        });
    }

    /// About how much work a product is, forth or back, in multiplications of a large dense product of a wide block.
    pub fn operations(&self) -> f64 {
        let places = self.windows.count() as f64;
        let laid_out = LAID_OUT * self.inner() as f64;
        let results = RESULT * self.channels[0] as f64;
        places * (PRODUCT * self.kernel.len() as f64 + laid_out + results)
    }
}

#[cfg(test)]
mod tests;
