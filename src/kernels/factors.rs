//! Triangular factors of a matrix with the block structure of layers.
//!
//! Layers that no synapse joins to one another or to themselves (a hidden layer, every second layer of a chain) have a
//! diagonal block in the matrix of an implicit method. They stand first and are eliminated by division alone:
//! `[[D, B], [C, E]] = [[1, 0], [C D⁻¹, 1]] · [[D, B], [0, E − C D⁻¹ B]]`, m²s multiplications for s such neurons and m
//! others, and only the Schur complement `E − C D⁻¹ B` is left to be factorised, by m³/3 (Golub and Van Loan 2013,
//! *Matrix Computations*, §3.2). Of the diagonal block nothing but the diagonal is kept.

use super::Patch;

/// Columns that are eliminated together, so that the rest of the matrix is gone through once for all of them.
pub(super) const PANEL: usize = 48;
/// Multiplications between two looks at whether to go on: some hundredths of a second.
pub(super) const PIECE: usize = 500_000_000;

/// Entries of a matrix that is made at once, so that no step makes it: a mebibyte. A large one may never be needed.
const SMALL: u64 = 1 << 17;

/// Whether to go on with long work; it is asked every few hundredths of a second.
pub type GoOn<'a> = &'a dyn Fn() -> bool;

/// A matrix whose first rows and columns have a diagonal block, and then its factors in its place.
#[derive(Debug, Default)]
pub struct Factors {
    pub(super) apart: usize,
    pub(super) rest: usize,
    /// `D`.
    pub(super) diagonal: Vec<f64>,
    /// `B`, `C` and `E`, column by column; large ones are made when they are first needed.
    pub(super) upper: Vec<f64>,
    pub(super) lower: Vec<f64>,
    pub(super) corner: Vec<f64>,
    /// With which row each row of `E` changed places, one after the other.
    pub(super) pivots: Vec<usize>,
    /// The rows of `U` beside a panel, with the opposite sign.
    pub(super) strip: Vec<f64>,
    /// Is it symmetric until scaled? Then of what is added on the diagonal half may be missing until [`Factors::mirror`].
    symmetric: bool,
    /// Has `E` taken what the first rows do to it?
    pub(super) reduced: bool,
    pub(super) multiplications: u64,
}

impl Factors {
    /// For a matrix of `n` rows, of which so many of the first have a diagonal block.
    pub fn new(n: usize, apart: usize) -> Self {
        let mut factors = Factors {
            apart,
            rest: n - apart,
            ..Factors::default()
        };
        if Factors::entries(n, apart) <= SMALL {
            factors.clear(false);
        }
        factors
    }

    /// Numbers that are kept for it.
    pub fn entries(n: usize, apart: usize) -> u64 {
        let (n, apart) = (n as u64, apart as u64);
        n.saturating_mul(n)
            .saturating_sub(apart.saturating_mul(apart))
    }

    /// The matrix 0, for what is symmetric or not.
    pub fn clear(&mut self, symmetric: bool) {
        let (s, m) = (self.apart, self.rest);
        for (block, size) in [
            (&mut self.diagonal, s),
            (&mut self.upper, s * m),
            (&mut self.lower, s * m),
            (&mut self.corner, m * m),
            (&mut self.strip, PANEL.min(m) * m),
        ] {
            block.resize(size, 0.0);
            block.fill(0.0);
        }
        (self.symmetric, self.reduced) = (symmetric, s == 0);
        self.pivots.clear();
        self.pivots.reserve(m);
        self.multiplications = 0;
    }

    /// Adds a part whose first entry stands in this row and column. It lies in one of the blocks, but not in the diagonal one.
    pub fn add(&mut self, [row, column]: [usize; 2], patch: Patch<'_>) {
        let (s, m) = (self.apart, self.rest);
        self.multiplications += patch.multiplications();
        match (row < s, column < s) {
            (false, false) => {
                let at = (column - s) * m + row - s;
                let half = self.symmetric && row == column;
                patch.add(&mut self.corner[at..], m, half);
            }
            (false, true) => patch.add(&mut self.lower[column * m + row - s..], m, false),
            (true, false) => patch.add(&mut self.upper[(column - s) * s + row..], s, false),
            // None that is not zero stands there.
            (true, true) => {}
        }
    }

    /// Adds `C diag(q) Cᵀ` to `E` before anything is scaled: what the first rows do to the others where `B = Cᵀ`. Half the work
    /// of a Schur complement. Returns whether it went on to the end.
    #[must_use]
    pub fn absorb(&mut self, q: &[f64], go_on: GoOn<'_>) -> bool {
        let m = self.rest;
        let some = (2 * PIECE / (m * m).max(1)).next_multiple_of(PANEL);
        for (k, q) in q.chunks(some).enumerate() {
            if !go_on() {
                return false;
            }
            let rows = &self.lower[k * some * m..][..q.len() * m];
            Patch::Rows([rows; 2], q).add(&mut self.corner, m, true);
            self.multiplications += (m * m / 2 * q.len()) as u64;
        }
        self.reduced = true;
        true
    }

    /// Copies what is below the diagonal of `E` above it.
    pub fn mirror(&mut self) {
        let m = self.rest;
        for from in (0..m).step_by(PANEL) {
            let to = m.min(from + PANEL);
            // Some columns at a time, so that what is read lies near.
            for i in from..m {
                for j in from..to.min(i) {
                    self.corner[i * m + j] = self.corner[j * m + i];
                }
            }
        }
    }

    /// The entries of a column that are kept: those of the first rows, and those of the others.
    pub fn column(&mut self, k: usize) -> [&mut [f64]; 2] {
        let (s, m) = (self.apart, self.rest);
        if k < s {
            return [&mut [], &mut self.lower[k * m..(k + 1) * m]];
        }
        let at = k - s;
        [
            &mut self.upper[at * s..(at + 1) * s],
            &mut self.corner[at * m..(at + 1) * m],
        ]
    }

    /// An entry of the diagonal.
    pub fn diagonal(&mut self, k: usize) -> &mut f64 {
        match k.checked_sub(self.apart) {
            None => &mut self.diagonal[k],
            Some(k) => &mut self.corner[k * (self.rest + 1)],
        }
    }

    /// Counts multiplications that the matrix took elsewhere.
    pub fn count(&mut self, multiplications: u64) {
        self.multiplications += multiplications;
    }

    /// Multiplications that the matrix and its factors took.
    pub fn multiplications(&self) -> u64 {
        self.multiplications
    }

    /// Multiplications of a solution.
    pub fn solution(&self) -> u64 {
        Factors::entries(self.apart + self.rest, self.apart)
    }
}

#[cfg(test)]
mod tests {
    use std::ops::Range;

    use nalgebra::{DMatrix, DVector};

    use super::*;
    use crate::kernels::{Weights, tests::numbers, with_cores};

    /// `1 + r − r W` with random weights, `s` neurons that do not act on each other first. Each ten times as fast as the others.
    fn layered(n: usize, s: usize, seed: u64) -> DMatrix<f64> {
        let mut drawn = numbers(n * n, seed).into_iter();
        DMatrix::from_fn(n, n, |i, j| {
            let rate = if i < s { 10.0 } else { 1.0 };
            let weight = if i < s && j < s {
                0.0
            } else {
                drawn.next().unwrap()
            };
            f64::from(u8::from(i == j)) * (1.0 + rate) - rate * weight
        })
    }

    fn factors(a: &DMatrix<f64>, s: usize, go_on: GoOn<'_>) -> Option<Factors> {
        let (n, mut factors) = (a.nrows(), Factors::new(a.nrows(), s));
        factors.clear(false);
        let part = |rows: Range<usize>, columns: Range<usize>| {
            let part = a.view((rows.start, columns.start), (rows.len(), columns.len()));
            let rows = part.transpose();
            Weights::new(part.nrows(), part.ncols(), rows.as_slice().to_vec()).ok()
        };
        for [rows, columns] in [[0..s, s..n], [s..n, 0..s], [s..n, s..n]] {
            let place = [rows.start, columns.start];
            let part = part(rows, columns)?;
            factors.add(place, Patch::Weights(1.0, &part));
        }
        (0..s).for_each(|k| *factors.diagonal(k) = a[(k, k)]);
        factors.factorise(go_on).then_some(factors)
    }

    /// The relative residual `|Ax − b| / (|A| |x| + |b|)` of a solution, in maximum norms: what is judged is the solver, not
    /// the condition of the matrix.
    fn residual(a: &DMatrix<f64>, x: &DVector<f64>, b: &DVector<f64>) -> f64 {
        let norm = (0..a.nrows()).map(|i| a.row(i).abs().sum());
        let norm = norm.fold(0.0, f64::max);
        (a * x - b).amax() / (norm * x.amax() + b.amax())
    }

    #[test]
    fn solutions_are_those_of_dense_factors_whatever_stands_apart() {
        for (n, s) in [
            (1, 1),
            (1, 0),
            (30, 30),
            (2, 1),
            (190, 150),
            (190, 40),
            (210, 0),
            (97, 48),
        ] {
            let a = layered(n, s, 7);
            let b = DVector::from_fn(n, |i, _| ((i * 7) % 5) as f64 - 1.5);
            let mut x = b.clone();
            let own = factors(&a, s, &|| true).unwrap();
            assert!(own.solve(x.as_mut_slice()));
            let dense = a.clone().lu().solve(&b).unwrap();
            // Backward stable to n roundings; in fact some 1e-16.
            let bound = n as f64 * f64::EPSILON;
            let (ours, theirs) = (residual(&a, &x, &b), residual(&a, &dense, &b));
            assert!(ours <= bound, "{n} {s}: {ours:e} {theirs:e}");
            // Two such solutions differ by the condition, below 1e4 for these.
            let distance = (&x - &dense).amax() / dense.amax();
            assert!(distance <= 1e4 * bound, "{n} {s}: {distance:e}");
        }
    }

    #[test]
    fn the_bits_do_not_depend_on_the_cores() {
        let a = layered(500, 200, 3);
        let solved = |cores| {
            with_cores(cores, || {
                let mut x = vec![1.0; 500];
                assert!(factors(&a, 200, &|| true).unwrap().solve(&mut x));
                x
            })
        };
        assert_eq!(solved(1), solved(2));
    }

    #[test]
    fn what_stands_apart_saves_the_work_that_it_promises() {
        let (m, s) = (64, 256);
        let count = |n: usize, s: usize| {
            factors(&layered(n, s, 5), s, &|| true)
                .unwrap()
                .multiplications()
        };
        let (layered, dense) = (count(m + s, s), count(m + s, 0));
        let cube = |n: usize| (n * n * n) as u64 / 3;
        // Both to what is of a lower order: the divisions and the panels.
        let promised = (m * m * s) as u64 + cube(m);
        assert!(layered < promised + promised / 4, "{layered} {promised}");
        assert!(dense > cube(m + s), "{dense}");
        assert!(8 * layered < dense, "{layered} {dense}");
    }

    #[test]
    fn a_singular_matrix_is_told() {
        for a in [DMatrix::zeros(3, 3), DMatrix::from_element(3, 3, 1.0)] {
            assert!(
                !factors(&a, 0, &|| true)
                    .unwrap()
                    .solve(&mut [1.0, 2.0, 3.0])
            );
        }
    }

    #[test]
    fn factors_are_left_when_told_so() {
        for s in [0, 100] {
            let asked = std::cell::Cell::new(0);
            let go_on = || {
                asked.set(asked.get() + 1);
                asked.get() < 2
            };
            assert!(factors(&layered(200, s, 1), s, &go_on).is_none());
            assert_eq!(asked.get(), 2);
        }
    }
}
