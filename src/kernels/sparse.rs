//! A matrix of which most entries are zero: the columns and the values of those that are not.
//!
//! The columns are cut into bands. Band after band lies in memory, each row by row. A product takes 12 bytes an entry and what
//! the columns say from the block, and waits for both: what it takes from the block lies in the nearer caches while a band
//! lasts, each row of eight columns in one cache line. Bare loops on one thread of an AVX-512 machine, 10⁵ neurons with 100
//! entries each: 58 ms for 8 columns without bands, 24 ms with them; for one column 14 and 18 ms, and 12 ms where the matrix
//! is symmetric, of which half is read then.
//!
//! The sum over a row has one order, in every block and on any number of threads: within a band by rising columns, from zero
//! on, and one band after the other.

use std::ops::Range;
use std::sync::OnceLock;

use super::parallel::{each, with_room};
use super::vectorized;

/// Columns of a block that are summed together: a cache line of each row of it.
const TOGETHER: usize = 8;
/// Columns of a band at least: of them and 8 columns of a block a mebibyte.
const BAND: usize = 1 << 14;
const BANDS: usize = 16;
/// Entries of a row in each band, on average, from which on bands are made: shorter sums cost more than the waiting.
const FILLED: usize = 8;
/// Bands from which on half of a symmetric matrix is read: of fewer it is not much less than all.
const HALVED: usize = 3;
/// Pieces into which the rows are cut, and entries from which on several cores work on them.
const PIECES: usize = 16;
const LARGE: usize = 1 << 15;

/// The entries of a sparse matrix.
#[derive(Clone, Debug, PartialEq)]
struct Bands {
    rows: usize,
    /// Columns of each band.
    band: usize,
    /// Where the entries of each row in each band begin, and the end of all.
    starts: Vec<usize>,
    columns: Vec<u32>,
    values: Vec<f64>,
    /// The rows in pieces of about as many entries.
    cuts: [usize; PIECES + 1],
}

/// A sparse matrix.
#[derive(Clone, Debug)]
pub(super) struct Sparse {
    bands: Bands,
    /// Those of the transposed matrix, made when they are first needed.
    turned: OnceLock<Bands>,
    cols: usize,
}

/// Columns of one row of a block that are summed together.
type Line = [f64; TOGETHER];

/// Lends some columns of a block, at most [`TOGETHER`], each row in one cache line: what lies across two takes twice as long to
/// read, and nearly all of the time goes there.
fn with_lines(
    g: &[f64],
    width: usize,
    columns: Range<usize>,
    large: bool,
    f: impl FnOnce(&[Line]),
) {
    let rows = g.len() / width;
    with_room((rows + 1) * TOGETHER, |room| {
        let past = room.as_ptr() as usize / size_of::<f64>() % TOGETHER;
        let (lines, _) = room[(TOGETHER - past) % TOGETHER..].as_chunks_mut::<TOGETHER>();
        let lines = &mut lines[..rows];
        let share = rows.div_ceil(PIECES).max(1);
        let mut pieces: [(&mut [Line], &[f64]); PIECES] =
            std::array::from_fn(|_| Default::default());
        let rows = lines.chunks_mut(share).zip(g.chunks(share * width));
        pieces
            .iter_mut()
            .zip(rows)
            .for_each(|(piece, own)| *piece = own);
        each(&mut pieces, large, &|(lines, g)| {
            for (line, row) in lines.iter_mut().zip(g.chunks_exact(width)) {
                let (own, none) = line.split_at_mut(columns.len());
                own.copy_from_slice(&row[columns.clone()]);
                none.fill(0.0);
            }
        });
        f(lines);
    });
}

/// A row of a sparse matrix, or of its transposed.
#[derive(Clone, Copy, Debug)]
pub(super) struct SparseLine<'a>(&'a Bands, usize);

impl<'a> SparseLine<'a> {
    /// The entries in a range of columns, counted from its start, by rising columns.
    pub fn within(self, at: Range<usize>) -> impl Iterator<Item = (usize, f64)> + 'a {
        let SparseLine(bands, r) = self;
        let touched = at.start / bands.band..at.end.div_ceil(bands.band).min(bands.count());
        touched.flat_map(move |band| {
            let (columns, values) = bands.part(band, r);
            let before = |end: usize| columns.partition_point(|c| (*c as usize) < end);
            let own = before(at.start)..before(at.end);
            let columns = columns[own.clone()].iter();
            columns
                .map(move |c| *c as usize - at.start)
                .zip(values[own].iter().copied())
        })
    }

    /// The sum of the squares of its entries.
    pub fn square(self) -> f64 {
        let parts = (0..self.0.count()).flat_map(|band| self.0.part(band, self.1).1);
        parts.map(|w| w * w).sum()
    }
}

/// Rows of a product and their results.
type Piece<'a> = Option<(usize, &'a mut [f64])>;

/// The rows of one band of a symmetric matrix in another: what they give to themselves, and to the rows of their mirror image.
#[derive(Default)]
struct Tile<'a> {
    row_band: usize,
    column_band: usize,
    forward: &'a mut [f64],
    backward: &'a mut [f64],
}

impl Bands {
    /// Of entries `(row, column, value)` in the order of their rows, those of a row by rising columns.
    fn new(
        [rows, cols]: [usize; 2],
        count: usize,
        entries: impl Iterator<Item = (u32, u32, f64)> + Clone,
    ) -> Self {
        let wanted = (cols / BAND).clamp(1, BANDS);
        let filled = count >= FILLED * rows * wanted;
        let band = cols.div_ceil(if filled { wanted } else { 1 }).max(1);
        let at = |row: u32, column: u32| column as usize / band * rows + row as usize;
        let mut starts = vec![0; cols.div_ceil(band) * rows + 1];
        for (row, column, _) in entries.clone() {
            starts[at(row, column) + 1] += 1;
        }
        for k in 1..starts.len() {
            starts[k] += starts[k - 1];
        }
        let (mut columns, mut values) = (vec![0; count], vec![0.0; count]);
        let mut next = starts.clone();
        for (row, column, value) in entries {
            let to = &mut next[at(row, column)];
            (columns[*to], values[*to]) = (column, value);
            *to += 1;
        }
        let mut made = Bands {
            rows,
            band,
            starts,
            columns,
            values,
            cuts: [rows; PIECES + 1],
        };
        made.cut();
        made
    }

    /// Cuts the rows. An empty row costs something too.
    fn cut(&mut self) {
        let count = self.count();
        let all = self.values.len() + self.rows * count;
        let (mut before, mut k) = (0, 0);
        for r in 0..self.rows {
            while before * PIECES >= k * all && k < PIECES {
                self.cuts[k] = r;
                k += 1;
            }
            let of = |b| self.starts[b * self.rows + r + 1] - self.starts[b * self.rows + r] + 1;
            before += (0..count).map(of).sum::<usize>();
        }
    }

    /// How many bands there are.
    fn count(&self) -> usize {
        (self.starts.len() - 1) / self.rows.max(1)
    }

    /// A row in a band: its columns in rising order, and its values.
    #[inline(always)]
    fn part(&self, band: usize, r: usize) -> (&[u32], &[f64]) {
        let k = band * self.rows + r;
        let own = self.starts[k]..self.starts[k + 1];
        (&self.columns[own.clone()], &self.values[own])
    }

    /// The rows of some bands' columns, in a square matrix.
    fn rows_of(&self, band: usize) -> Range<usize> {
        band * self.band..self.rows.min((band + 1) * self.band)
    }

    /// The transposed matrix.
    fn turned(&self, cols: usize) -> Bands {
        let mut entries = Vec::with_capacity(self.values.len());
        for k in 0..self.count() {
            for r in 0..self.rows {
                let (columns, values) = self.part(k, r);
                let own = columns.iter().zip(values);
                entries.extend(own.map(|(column, value)| (*column, r as u32, *value)));
            }
        }
        entries.sort_unstable_by_key(|(row, column, _)| (*row, *column));
        Bands::new([cols, self.rows], entries.len(), entries.iter().copied())
    }

    /// `out += A g`, on the cores that this thread may use if it is large.
    fn add_product(&self, g: &[f64], width: usize, mut out: &mut [f64]) {
        let mut pieces: [Piece<'_>; PIECES] = [const { None }; PIECES];
        for (piece, cut) in pieces.iter_mut().zip(self.cuts.windows(2)) {
            let own = out.split_off_mut(..(cut[1] - cut[0]) * width);
            *piece = own.map(|own| (cut[0], own));
        }
        let large = self.values.len() * width >= LARGE;
        let mut each_piece = |work: &(dyn Fn(usize, &mut [f64]) + Sync)| {
            each(&mut pieces, large, &|piece| {
                if let Some((first, out)) = piece {
                    work(*first, out);
                }
            });
        };
        if width == 1 {
            each_piece(&|first, out| {
                vectorized(
                    #[inline(always)]
                    || self.vector(first, g, out),
                );
            });
            return;
        }
        for from in (0..width).step_by(TOGETHER) {
            let columns = from..width.min(from + TOGETHER);
            with_lines(g, width, columns.clone(), large, |lines| {
                each_piece(&|first, out| {
                    vectorized(
                        #[inline(always)]
                        || self.block(first, lines, out, width, columns.clone()),
                    );
                });
            });
        }
    }

    #[inline(always)]
    fn vector(&self, first: usize, g: &[f64], out: &mut [f64]) {
        for band in 0..self.count() {
            for (r, out) in (first..).zip(&mut *out) {
                *out += self.sum(band, r, g);
            }
        }
    }

    #[inline(always)]
    fn sum(&self, band: usize, r: usize, g: &[f64]) -> f64 {
        let (columns, values) = self.part(band, r);
        let mut sum = 0.0;
        for (column, value) in columns.iter().zip(values) {
            sum = value.mul_add(g[*column as usize], sum);
        }
        sum
    }

    /// Some columns of a block. Sums that no column has are made of zeros and go nowhere.
    #[inline(always)]
    fn block(&self, first: usize, g: &[Line], out: &mut [f64], width: usize, at: Range<usize>) {
        for band in 0..self.count() {
            for (r, out) in (first..).zip(out.chunks_exact_mut(width)) {
                let (columns, values) = self.part(band, r);
                let mut sums = [0.0; TOGETHER];
                for (column, value) in columns.iter().zip(values) {
                    let line = &g[*column as usize];
                    for (s, g) in sums.iter_mut().zip(line) {
                        *s = value.mul_add(*g, *s);
                    }
                }
                out[at.clone()]
                    .iter_mut()
                    .zip(sums)
                    .for_each(|(o, s)| *o += s);
            }
        }
    }

    /// The product of one column where the matrix is symmetric to the last bit. Of two tiles that are mirror images of one
    /// another only the one above the diagonal is read. What each gives to a row is kept until all have been, so that they are
    /// added in the order of the bands.
    fn add_symmetric(&self, g: &[f64], out: &mut [f64]) {
        let (n, count) = (self.rows, self.count());
        if count < HALVED {
            return self.add_product(g, 1, out);
        }
        with_room(count * n, |parts| {
            let mut tiles: [Tile<'_>; BANDS * BANDS] = std::array::from_fn(|_| Tile::default());
            for (b, part) in parts.chunks_exact_mut(n).enumerate() {
                for (a, rows) in part.chunks_mut(self.band).enumerate() {
                    let tile = &mut tiles[a.min(b) + a.max(b) * BANDS];
                    (tile.row_band, tile.column_band) = (a.min(b), a.max(b));
                    match a <= b {
                        true => tile.forward = rows,
                        false => tile.backward = rows,
                    }
                }
            }
            let large = self.values.len() >= LARGE;
            each(&mut tiles[..count * BANDS], large, &|tile| {
                vectorized(
                    #[inline(always)]
                    || self.tile(tile, g),
                );
            });
            let mut pieces: [Piece<'_>; PIECES] = [const { None }; PIECES];
            let rows = n.div_ceil(PIECES);
            for ((k, out), piece) in out.chunks_mut(rows).enumerate().zip(&mut pieces) {
                *piece = Some((k * rows, out));
            }
            let parts = &*parts;
            each(&mut pieces, large, &|piece| {
                if let Some((first, out)) = piece {
                    for part in parts.chunks_exact(n) {
                        out.iter_mut()
                            .zip(&part[*first..])
                            .for_each(|(o, p)| *o += p);
                    }
                }
            });
        });
    }

    #[inline(always)]
    fn tile(&self, tile: &mut Tile<'_>, g: &[f64]) {
        let Tile {
            forward, backward, ..
        } = tile;
        let rows = self.rows_of(tile.row_band).zip(&mut **forward);
        if tile.row_band == tile.column_band {
            for (r, out) in rows {
                *out = self.sum(tile.column_band, r, g);
            }
            return;
        }
        let first = self.rows_of(tile.column_band).start;
        let across = &g[self.rows_of(tile.column_band)];
        backward.fill(0.0);
        for (r, out) in rows {
            let (columns, values) = self.part(tile.column_band, r);
            let (own, mut sum) = (g[r], 0.0);
            for (column, value) in columns.iter().zip(values) {
                let k = *column as usize - first;
                sum = value.mul_add(across[k], sum);
                backward[k] = value.mul_add(own, backward[k]);
            }
            *out = sum;
        }
    }
}

impl Sparse {
    /// Entries whose columns are below `cols`; those of one place are added up.
    pub fn new(rows: usize, cols: usize, mut entries: Vec<(u32, u32, f64)>) -> Self {
        let at = |(row, column, _): &(u32, u32, f64)| (*row, *column);
        if !entries.is_sorted_by_key(at) {
            // What stands in one place keeps its order.
            entries.sort_by_key(at);
        }
        entries.dedup_by(|next, kept| {
            let same = (next.0, next.1) == (kept.0, kept.1);
            if same {
                kept.2 += next.2;
            }
            same
        });
        Sparse {
            bands: Bands::new([rows, cols], entries.len(), entries.iter().copied()),
            turned: OnceLock::new(),
            cols,
        }
    }

    /// The same places with other values, as many, in the same order.
    pub fn with(&self, values: Vec<f64>) -> Self {
        let Bands {
            rows,
            band,
            ref starts,
            ref columns,
            cuts,
            ..
        } = self.bands;
        Sparse {
            bands: Bands {
                rows,
                band,
                starts: starts.clone(),
                columns: columns.clone(),
                values,
                cuts,
            },
            turned: OnceLock::new(),
            cols: self.cols,
        }
    }

    /// The values that are kept, in the order of the parts.
    pub fn values(&self) -> &[f64] {
        &self.bands.values
    }

    /// How many parts there are: each row in each band.
    pub fn parts(&self) -> usize {
        self.bands.starts.len() - 1
    }

    /// A part: its row, and the columns and values that are kept of it.
    pub fn part(&self, k: usize) -> (usize, &[u32], &[f64]) {
        let rows = self.bands.rows;
        let (columns, values) = self.bands.part(k / rows, k % rows);
        (k % rows, columns, values)
    }

    /// One row.
    pub fn row(&self, r: usize) -> SparseLine<'_> {
        SparseLine(&self.bands, r)
    }

    /// One column.
    pub fn column(&self, c: usize) -> SparseLine<'_> {
        SparseLine(self.turned(), c)
    }

    fn turned(&self) -> &Bands {
        self.turned.get_or_init(|| self.bands.turned(self.cols))
    }

    /// One entry, if it is kept.
    pub fn kept(&self, r: usize, column: usize) -> Option<f64> {
        let (columns, values) = self.bands.part(column / self.bands.band, r);
        let found = columns.binary_search_by(|c| (*c as usize).cmp(&column));
        found.ok().map(|k| values[k])
    }

    /// `out += W g`, or `out += Wᵀ g`.
    pub fn add(&self, transposed: bool, g: &[f64], width: usize, out: &mut [f64]) {
        let bands = match transposed {
            false => &self.bands,
            true => self.turned(),
        };
        bands.add_product(g, width, out);
    }

    /// `out += W g` for one column, where `W` is symmetric to the last bit; the bits are those of the other product.
    pub fn add_symmetric(&self, g: &[f64], out: &mut [f64]) {
        self.bands.add_symmetric(g, out);
    }

    /// Bytes that it takes, those of the transposed matrix if that was made.
    pub fn bytes(&self) -> usize {
        let of = |bands: &Bands| 8 * bands.starts.len() + 12 * bands.values.len();
        of(&self.bands) + self.turned.get().map_or(0, of)
    }
}

impl PartialEq for Sparse {
    fn eq(&self, other: &Self) -> bool {
        (self.cols, &self.bands) == (other.cols, &other.bands)
    }
}
