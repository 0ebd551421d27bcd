//! The matrix of [`Factors`] taken apart, some columns at a time, and solved with.

use std::ops::Range;

use super::factors::{Factors, GoOn, PANEL, PIECE};
use super::pieces::add_transposed;
use super::product::Product;
use super::vectorized;

impl Factors {
    /// Factorises the matrix in its place. Returns whether it went on to the end.
    #[must_use]
    pub fn factorise(&mut self, go_on: GoOn<'_>) -> bool {
        self.divide();
        if !self.reduced && !self.complement(go_on) {
            return false;
        }
        for from in (0..self.rest).step_by(PANEL) {
            let panel = from..self.rest.min(from + PANEL);
            self.eliminate(panel.clone());
            if !go_on() {
                return false;
            }
            self.update(panel);
        }
        true
    }

    /// `−D⁻¹ B` in the place of `B`.
    fn divide(&mut self) {
        let diagonal = &self.diagonal;
        vectorized(
            #[inline(always)]
            || {
                for column in self.upper.chunks_exact_mut(diagonal.len().max(1)) {
                    for (b, d) in column.iter_mut().zip(diagonal) {
                        *b /= -d;
                    }
                }
            },
        );
        self.multiplications += self.upper.len() as u64;
    }

    /// `E − C D⁻¹ B`, some columns of `C` at a time.
    fn complement(&mut self, go_on: GoOn<'_>) -> bool {
        let (s, m) = (self.apart, self.rest);
        let some = (PIECE / (m * m).max(1)).next_multiple_of(PANEL);
        for from in (0..s).step_by(some) {
            if !go_on() {
                return false;
            }
            let inner = some.min(s - from);
            Product {
                weights: &self.upper[from..],
                rows: m,
                inner,
                row: s,
                step: 1,
                g: &self.lower[from * m..],
                width: m,
                out: &mut self.corner,
                leads: [m; 2],
            }
            .share(false);
            self.multiplications += (m * m * inner) as u64;
        }
        true
    }

    /// `L` and `U` of the columns of a panel, and the rows of `U` beside it; rows are exchanged for the largest pivots.
    fn eliminate(&mut self, panel: Range<usize>) {
        let m = self.rest;
        let (from, width) = (panel.start, panel.len());
        let (left, right) = self.corner.split_at_mut(panel.end * m);
        let (left, columns) = left.split_at_mut(from * m);
        let first = self.pivots.len();
        let (pivots, strip) = (&mut self.pivots, &mut self.strip);
        vectorized(
            #[inline(always)]
            || {
                for k in panel.clone() {
                    let here = (k - from) * m;
                    let pivot = largest(&columns[here..here + m], k);
                    pivots.push(pivot);
                    for column in columns.chunks_exact_mut(m) {
                        column.swap(k, pivot);
                    }
                    let (done, next) = columns.split_at_mut(here + m);
                    let (d, l) = done[here + k..].split_at_mut(1);
                    // A column of zeros has nothing to eliminate; whoever solves with it is told.
                    if d[0] != 0.0 {
                        l.iter_mut().for_each(|l| *l /= d[0]);
                        for column in next.chunks_exact_mut(m) {
                            let (u, rest) = column[k..].split_at_mut(1);
                            subtract(rest, u[0], l);
                        }
                    }
                }
                let exchanges = &pivots[first..];
                let exchange = |column: &mut [f64]| {
                    for (k, pivot) in panel.clone().zip(exchanges) {
                        column.swap(k, *pivot);
                    }
                };
                left.chunks_exact_mut(m).for_each(exchange);
                let rows = strip.chunks_exact_mut(width);
                for (column, row) in right.chunks_exact_mut(m).zip(rows) {
                    exchange(column);
                    for (k, l) in panel.clone().zip(columns.chunks_exact(m)) {
                        let (u, rest) = column[k..panel.end].split_at_mut(1);
                        subtract(rest, u[0], &l[k + 1..panel.end]);
                    }
                    let own = row.iter_mut().zip(&column[panel.clone()]);
                    own.for_each(|(to, u)| *to = -u);
                }
            },
        );
        let (below, beside) = (m - from, m - panel.end);
        self.multiplications += (width * width / 2 * (below + beside)) as u64;
    }

    /// Takes `L U` of the columns of a panel from all that lies below and right of them.
    fn update(&mut self, panel: Range<usize>) {
        let (m, rest) = (self.rest, self.rest - panel.end);
        if rest == 0 {
            return;
        }
        let (left, right) = self.corner.split_at_mut(panel.end * m);
        Product {
            weights: &self.strip,
            rows: rest,
            inner: panel.len(),
            row: panel.len(),
            step: 1,
            g: &left[panel.start * m + panel.end..],
            width: rest,
            out: &mut right[panel.end..],
            leads: [m; 2],
        }
        .share(false);
        self.multiplications += (panel.len() * rest * rest) as u64;
    }

    /// Solves with the factors, in the place of the right side. Returns whether it could: not if a pivot is zero.
    #[must_use]
    pub fn solve(&self, b: &mut [f64]) -> bool {
        let m = self.rest;
        let (first, x) = b.split_at_mut(self.apart);
        // −D⁻¹ b, so that what it acts on is added.
        first
            .iter_mut()
            .zip(&self.diagonal)
            .for_each(|(x, d)| *x /= -d);
        add_transposed(&self.lower, first, x);
        for (k, pivot) in self.pivots.iter().enumerate() {
            x.swap(k, *pivot);
        }
        let solvable = vectorized(
            #[inline(always)]
            || {
                for (k, l) in self.corner.chunks_exact(m.max(1)).enumerate() {
                    let (known, rest) = x.split_at_mut(k + 1);
                    subtract(rest, known[k], &l[k + 1..]);
                }
                for (k, u) in self.corner.chunks_exact(m.max(1)).enumerate().rev() {
                    if u[k] == 0.0 {
                        return false;
                    }
                    let (rest, known) = x.split_at_mut(k);
                    known[0] /= u[k];
                    subtract(rest, known[0], &u[..k]);
                }
                true
            },
        );
        first.iter_mut().for_each(|x| *x = -*x);
        add_transposed(&self.upper, x, first);
        solvable
    }
}

/// The place of the largest entry of a column from `k` on.
#[inline(always)]
fn largest(column: &[f64], k: usize) -> usize {
    let (mut place, mut most) = (k, 0.0);
    for (i, v) in column.iter().enumerate().skip(k) {
        if v.abs() > most {
            (place, most) = (i, v.abs());
        }
    }
    place
}

/// `y −= f x`.
#[inline(always)]
fn subtract(y: &mut [f64], f: f64, x: &[f64]) {
    for (y, x) in y.iter_mut().zip(x) {
        *y -= f * x;
    }
}
