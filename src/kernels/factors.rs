//! Triangular factors of a matrix with the block structure of layers.
//!
//! Neurons that do not act on each other (a layer without a synapse of its own, every second layer of a chain) have a
//! diagonal block in `I − cJ`. Moved to the front, they are eliminated by division alone:
//! `[[D, B], [C, E]] = [[1, 0], [C D⁻¹, 1]] · [[D, B], [0, E − C D⁻¹ B]]`, m²s multiplications for s such neurons and m
//! others, and only the Schur complement `E − C D⁻¹ B` is left to be factorised, by m³/3 (Golub and Van Loan 2013,
//! *Matrix Computations*, §3.2). Everything happens in the place of the matrix.

use std::ops::Range;

use nalgebra::{DMatrixView, DMatrixViewMut};

use super::vectorized;

/// Columns that are eliminated together, so that the rest of the matrix is gone through once for all of them.
const PANEL: usize = 64;
/// Multiplications between two looks at whether to go on: some hundredths of a second.
const PIECE: usize = 500_000_000;
/// How much smaller than its column a pivot of the diagonal block may be, rows scaled to 1: rounding grows by no more than
/// the inverse, three digits of sixteen. (Sparse solvers bound it so too: KLU by the same number.)
const PIVOT: f64 = 1e-3;
/// A set that is a smaller part of the whole than one in so many would save less than a fifth of the work.
const PART: usize = 16;

/// Whether to go on with long work; it is asked every few hundredths of a second.
pub type GoOn<'a> = &'a dyn Fn() -> bool;

/// What is known of a matrix whose place its factors have taken.
#[derive(Clone, Debug)]
pub struct Factors {
    /// The row and the column that stand in each place.
    order: Vec<usize>,
    /// How many of the first have a diagonal block.
    apart: usize,
    /// With which row each of the others changed places, one after the other.
    pivots: Vec<usize>,
    multiplications: u64,
    scratch: Scratch,
}

/// Storage, so that to factorise again allocates nothing.
#[derive(Clone, Debug)]
struct Scratch {
    /// A column of numbers each.
    column: Vec<f64>,
    scale: Vec<f64>,
    /// For every index: may it be set apart, was it, may it still.
    fit: Vec<bool>,
    seen: Vec<bool>,
    open: Vec<bool>,
    /// Entries of its column that are not zero.
    count: Vec<usize>,
    line: Vec<usize>,
    set: Vec<usize>,
}

impl Factors {
    /// Storage for the factors of a matrix of this size.
    pub fn empty(n: usize) -> Self {
        Factors {
            order: Vec::with_capacity(n),
            apart: 0,
            pivots: Vec::with_capacity(n),
            multiplications: 0,
            scratch: Scratch {
                column: vec![0.0; n],
                scale: vec![0.0; n],
                fit: vec![false; n],
                seen: vec![false; n],
                open: vec![false; n],
                count: vec![0; n],
                line: Vec::with_capacity(n),
                set: Vec::with_capacity(n),
            },
        }
    }

    /// Factorises the `n × n` matrix that lies in `a` column by column, in its place; `None` if it was not to go on.
    pub fn new(a: &mut [f64], n: usize, go_on: GoOn<'_>) -> Option<Self> {
        let mut factors = Factors::empty(n);
        factors.renew(a, go_on).then_some(factors)
    }

    /// Factorises another matrix of the same size. Returns whether it went on to the end.
    #[must_use]
    pub fn renew(&mut self, a: &mut [f64], go_on: GoOn<'_>) -> bool {
        let n = self.scratch.count.len();
        self.multiplications = 0;
        self.pivots.clear();
        self.scratch.set_apart(a, &mut self.order);
        if self.order.len() * PART < n {
            self.order.clear();
        }
        self.apart = self.order.len();
        let rest = &mut self.scratch.open;
        rest.fill(true);
        for i in &self.order {
            rest[*i] = false;
        }
        self.order.extend((0..n).filter(|i| rest[*i]));
        self.scratch.permute(a, &self.order);
        self.divide(a);
        self.reduce(a, go_on).is_some()
    }

    /// Eliminates those that are apart, then panel by panel.
    fn reduce(&mut self, a: &mut [f64], go_on: GoOn<'_>) -> Option<()> {
        let (apart, n) = (self.apart, self.order.len());
        self.update(a, 0..apart, go_on)?;
        for from in (apart..n).step_by(PANEL) {
            let panel = from..n.min(from + PANEL);
            self.eliminate(a, panel.clone());
            self.update(a, panel, go_on)?;
        }
        Some(())
    }

    /// How many rows and columns were eliminated by division alone.
    pub fn apart(&self) -> usize {
        self.apart
    }

    /// Multiplications that the factorisation took.
    pub fn multiplications(&self) -> u64 {
        self.multiplications
    }

    /// `C D⁻¹` in the place of `C`.
    fn divide(&mut self, a: &mut [f64]) {
        let (n, s) = (self.order.len(), self.apart);
        for (k, column) in a.chunks_exact_mut(n.max(1)).take(s).enumerate() {
            let pivot = column[k];
            column[s..].iter_mut().for_each(|c| *c /= pivot);
        }
        self.multiplications += (s * (n - s)) as u64;
    }

    /// `L` and `U` of the columns of a panel, and the rows of `U` beside it; rows are exchanged for the largest pivots.
    fn eliminate(&mut self, a: &mut [f64], panel: Range<usize>) {
        let n = self.order.len();
        let (from, width) = (panel.start, panel.len());
        let (left, right) = a.split_at_mut(panel.end * n);
        let (left, columns) = left.split_at_mut(from * n);
        let first = self.pivots.len();
        vectorized(
            #[inline(always)]
            || {
                for k in panel.clone() {
                    let here = (k - from) * n;
                    let pivot = largest(&columns[here..here + n], k);
                    self.pivots.push(pivot);
                    for column in columns.chunks_exact_mut(n) {
                        column.swap(k, pivot);
                    }
                    let (done, next) = columns.split_at_mut(here + n);
                    let (d, l) = done[here + k..].split_at_mut(1);
                    // A column of zeros has nothing to eliminate; whoever solves with it is told.
                    if d[0] != 0.0 {
                        l.iter_mut().for_each(|l| *l /= d[0]);
                        for column in next.chunks_exact_mut(n) {
                            let (u, rest) = column[k..].split_at_mut(1);
                            subtract(rest, u[0], l);
                        }
                    }
                }
            },
        );
        let exchanges = &self.pivots[first..];
        let exchange = |column: &mut [f64]| {
            for (k, pivot) in panel.clone().zip(exchanges) {
                column.swap(k, *pivot);
            }
        };
        left.chunks_exact_mut(n).for_each(exchange);
        vectorized(
            #[inline(always)]
            || {
                for column in right.chunks_exact_mut(n) {
                    exchange(column);
                    for (k, l) in panel.clone().zip(columns.chunks_exact(n)) {
                        let (u, rest) = column[k..panel.end].split_at_mut(1);
                        subtract(rest, u[0], &l[k + 1..panel.end]);
                    }
                }
            },
        );
        let (below, beside) = (n - from, n - panel.end);
        self.multiplications += (width * width / 2 * (below + beside)) as u64;
    }

    /// Takes `L U` of the columns `done` from all that lies below and right of them.
    fn update(&mut self, a: &mut [f64], done: Range<usize>, go_on: GoOn<'_>) -> Option<()> {
        let n = self.order.len();
        let rest = n - done.end;
        if done.is_empty() || rest == 0 {
            return go_on().then_some(());
        }
        let (left, right) = a.split_at_mut(done.end * n);
        if n <= PANEL {
            // Too little for the product of matrices to pay for its storage.
            for column in right.chunks_exact_mut(n) {
                let (upper, below) = column.split_at_mut(done.end);
                for (k, l) in done.clone().zip(left[done.start * n..].chunks_exact(n)) {
                    subtract(below, upper[k], &l[done.end..]);
                }
            }
            self.multiplications += (done.len() * rest * rest) as u64;
            return go_on().then_some(());
        }
        let lower = DMatrixView::from_slice(&left[done.start * n..], n, done.len());
        let lower = lower.rows_range(done.end..);
        let columns = (PIECE / (done.len() * rest)).max(PANEL);
        for piece in right.chunks_mut(columns * n) {
            if !go_on() {
                return None;
            }
            let width = piece.len() / n;
            let mut piece = DMatrixViewMut::from_slice(piece, n, width);
            let (upper, mut target) = piece.rows_range_pair_mut(done.clone(), done.end..);
            target.gemm(-1.0, &lower, &upper, 1.0);
            self.multiplications += (done.len() * rest * width) as u64;
        }
        Some(())
    }

    /// Solves with the factors that [`Factors::new`] left in `a`, in the place of the right side. Returns whether it could:
    /// not if a pivot is zero.
    #[must_use]
    pub fn solve(&mut self, a: &[f64], b: &mut [f64]) -> bool {
        let (n, s) = (self.order.len(), self.apart);
        let x = &mut self.scratch.column;
        for (x, i) in x.iter_mut().zip(&self.order) {
            *x = b[*i];
        }
        for (k, pivot) in (s..n).zip(&self.pivots) {
            x.swap(k, *pivot);
        }
        let solvable = vectorized(
            #[inline(always)]
            || {
                for (k, l) in a.chunks_exact(n.max(1)).enumerate() {
                    let below = s.max(k + 1);
                    let (known, rest) = x.split_at_mut(below);
                    subtract(rest, known[k], &l[below..]);
                }
                for (k, u) in a.chunks_exact(n.max(1)).enumerate().rev() {
                    if u[k] == 0.0 {
                        return false;
                    }
                    let (rest, known) = x.split_at_mut(k);
                    known[0] /= u[k];
                    if k >= s {
                        subtract(rest, known[0], &u[..k]);
                    }
                }
                true
            },
        );
        for (i, x) in self.order.iter().zip(x) {
            b[*i] = *x;
        }
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

impl Scratch {
    /// Indices whose mutual block is diagonal, and whose pivots may be taken as they stand: the largest of a few such sets, each
    /// of which takes whatever it can, those with few neighbours first. The sets begin at even distances in that order, so that
    /// one begins in every layer that is a large enough part of the whole.
    fn set_apart(&mut self, a: &[f64], best: &mut Vec<usize>) {
        self.find_fit(a);
        best.clear();
        let Scratch {
            fit,
            seen,
            open,
            count,
            line,
            set,
            ..
        } = self;
        let n = fit.len();
        for (count, column) in count.iter_mut().zip(a.chunks_exact(n.max(1))) {
            *count = column.iter().filter(|v| **v != 0.0).count();
        }
        line.clear();
        line.extend((0..n).filter(|i| fit[*i]));
        line.sort_unstable_by_key(|i| (count[*i], *i));
        seen.fill(false);
        for start in (0..line.len()).step_by((n / PART).max(1)) {
            if seen[line[start]] {
                continue;
            }
            open.copy_from_slice(fit);
            set.clear();
            for i in line[start..].iter().chain(&line[..start]) {
                let column = &a[i * n..(i + 1) * n];
                if open[*i] && set.iter().all(|k| column[*k] == 0.0) {
                    set.push(*i);
                    for (open, v) in open.iter_mut().zip(column) {
                        *open &= *v == 0.0;
                    }
                }
            }
            for i in &*set {
                seen[*i] = true;
            }
            if set.len() > best.len() {
                best.clone_from(set);
            }
        }
        best.sort_unstable();
    }

    /// Which diagonal entries are large enough beside their column to be divided by. Rows are scaled by their largest entries:
    /// those of fast neurons are larger by the ratio of the time constants, which says nothing about rounding.
    fn find_fit(&mut self, a: &[f64]) {
        let (scale, n) = (&mut self.scale, self.fit.len());
        scale.fill(0.0);
        let columns = || a.chunks_exact(n.max(1));
        for column in columns() {
            for (s, v) in scale.iter_mut().zip(column) {
                *s = s.max(v.abs());
            }
        }
        for ((k, fit), column) in self.fit.iter_mut().enumerate().zip(columns()) {
            let scaled = column.iter().zip(&*scale).map(|(v, s)| v.abs() / s);
            let most = scaled.fold(0.0, f64::max);
            *fit = column[k] != 0.0 && column[k].abs() / scale[k] >= PIVOT * most;
        }
    }

    /// Moves row and column `order[k]` to place `k`.
    fn permute(&mut self, a: &mut [f64], order: &[usize]) {
        let n = order.len();
        if order.iter().enumerate().all(|(k, i)| k == *i) {
            return;
        }
        let (spare, moved) = (&mut self.column, &mut self.seen);
        for column in a.chunks_exact_mut(n) {
            spare.copy_from_slice(column);
            for (v, i) in column.iter_mut().zip(order) {
                *v = spare[*i];
            }
        }
        moved.fill(false);
        for start in 0..n {
            if moved[start] {
                continue;
            }
            spare.copy_from_slice(&a[start * n..(start + 1) * n]);
            let mut k = start;
            while order[k] != start {
                a.copy_within(order[k] * n..(order[k] + 1) * n, k * n);
                moved[k] = true;
                k = order[k];
            }
            a[k * n..(k + 1) * n].copy_from_slice(spare);
            moved[k] = true;
        }
    }
}

#[cfg(test)]
mod tests {
    use nalgebra::{DMatrix, DVector};

    use super::*;

    /// `I − cJ` of a network with random weights of the pairs of layers given; `layers` are their numbers of neurons.
    fn layered(layers: &[usize], pairs: &[(usize, usize)], seed: u64) -> DMatrix<f64> {
        let mut state = seed;
        let mut draw = || {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (state >> 11) as f64 / (1u64 << 53) as f64 - 0.5
        };
        let of = |i: usize| {
            let mut left = i;
            layers.iter().position(|n| {
                let inside = left < *n;
                left = left.wrapping_sub(*n);
                inside
            })
        };
        let of: Vec<usize> = (0..layers.iter().sum()).map(|i| of(i).unwrap()).collect();
        DMatrix::from_fn(of.len(), of.len(), |i, j| {
            // Every layer three times as fast as the one before.
            let rate = 3f64.powi(of[i] as i32);
            let acts = pairs.contains(&(of[i], of[j])) || pairs.contains(&(of[j], of[i]));
            let weight = if acts { draw() } else { 0.0 };
            f64::from(u8::from(i == j)) * (1.0 + rate) - rate * weight
        })
    }

    /// The relative residual `|Ax − b| / (|A| |x| + |b|)` of a solution, in maximum norms: what is judged is the solver, not
    /// the condition of the matrix.
    fn residual(a: &DMatrix<f64>, x: &DVector<f64>, b: &DVector<f64>) -> f64 {
        let norm = (0..a.nrows()).map(|i| a.row(i).abs().sum());
        let norm = norm.fold(0.0, f64::max);
        (a * x - b).amax() / (norm * x.amax() + b.amax())
    }

    fn check(a: &DMatrix<f64>) -> Factors {
        let n = a.nrows();
        let b = DVector::from_fn(n, |i, _| ((i * 7) % 5) as f64 - 1.5);
        let mut lu = a.clone();
        let mut factors = Factors::new(lu.as_mut_slice(), n, &|| true).unwrap();
        let mut x = b.clone();
        assert!(factors.solve(lu.as_slice(), x.as_mut_slice()));
        let dense = a.clone().lu().solve(&b).unwrap();
        // Backward stable to n roundings, times what a pivot may be too small by; in fact some 1e-16.
        let bound = n as f64 * f64::EPSILON;
        let (ours, theirs) = (residual(a, &x, &b), residual(a, &dense, &b));
        assert!(ours <= bound, "{ours:e} {theirs:e}");
        let distance = (&x - &dense).amax() / dense.amax();
        // Two such solutions differ by the condition, below 1e4 for these.
        assert!(distance <= 1e4 * bound, "{distance:e}");
        factors
    }

    #[test]
    fn solutions_are_those_of_dense_factors_whatever_the_layers() {
        let chain = [(0, 1), (1, 2)];
        for (layers, pairs, apart) in [
            (&[1][..], &[][..], 1),
            (&[30], &[], 30),
            (&[1, 1], &[(0, 1)], 1),
            (&[40, 150], &[(0, 1)], 150),
            (&[150, 40], &[(0, 1)], 150),
            (&[70, 90, 50], &chain, 120),
            (&[70, 150, 50], &chain, 150),
            (&[60, 70, 80], &[(0, 1), (1, 2), (0, 2)], 80),
            // A layer with a synapse of its own has nothing to set apart.
            (&[90, 70], &[(0, 1), (0, 0)], 70),
            (&[60, 70], &[(0, 1), (1, 1)], 60),
            (&[90, 70, 50], &[(0, 1), (1, 2), (0, 0), (2, 2)], 70),
            (&[200], &[(0, 0)], 0),
        ] {
            let factors = check(&layered(layers, pairs, 7));
            assert_eq!(factors.apart(), apart, "{layers:?} {pairs:?}");
        }
    }

    #[test]
    fn neurons_in_any_order_are_set_apart() {
        let a = layered(&[40, 150], &[(0, 1)], 3);
        let n = a.nrows();
        // 190 and 83 have no common divisor.
        let mixed = DMatrix::from_fn(n, n, |i, j| a[(i * 83 % n, j * 83 % n)]);
        assert_eq!(check(&mixed).apart(), 150);
    }

    #[test]
    fn layers_save_the_work_that_their_blocks_promise() {
        let (m, s) = (64, 256);
        let layered = check(&layered(&[m, s], &[(0, 1)], 5)).multiplications();
        let dense = check(&self::layered(&[m + s], &[(0, 0)], 5)).multiplications();
        let cube = |n: usize| (n * n * n) as u64 / 3;
        // Both to what is of a lower order: the divisions and the panels.
        let promised = (m * m * s) as u64 + cube(m);
        assert!(layered < promised + promised / 4, "{layered} {promised}");
        assert!(dense > cube(m + s), "{dense}");
        assert!(8 * layered < dense, "{layered} {dense}");
    }

    #[test]
    fn a_pivot_that_is_too_small_is_not_divided_by() {
        let mut a = layered(&[20, 60], &[(0, 1)], 9);
        for (k, small) in [(25, 0.0), (33, 1e-12), (47, -1e-7)] {
            a[(k, k)] = small;
        }
        assert_eq!(check(&a).apart(), 57);
    }

    #[test]
    fn a_singular_matrix_is_told() {
        for a in [DMatrix::zeros(3, 3), DMatrix::from_element(3, 3, 1.0)] {
            let mut lu: DMatrix<f64> = a;
            let mut factors = Factors::new(lu.as_mut_slice(), 3, &|| true).unwrap();
            assert!(!factors.solve(lu.as_slice(), &mut [1.0, 2.0, 3.0]));
        }
    }

    #[test]
    fn factors_are_left_when_told_so() {
        for layers in [&[200][..], &[40, 150]] {
            let mut a = layered(layers, &[(0, 0), (0, 1)][layers.len() - 1..], 1);
            let (n, asked) = (a.nrows(), std::cell::Cell::new(0));
            let go_on = || {
                asked.set(asked.get() + 1);
                asked.get() < 2
            };
            assert!(Factors::new(a.as_mut_slice(), n, &go_on).is_none());
            assert_eq!(asked.get(), 2);
        }
    }
}
