//! Entries of a matrix, read as vectors of f64.

use std::ops::Range;

use pulp::Simd;

/// Entries of a matrix, one row after the other, or a part of them.
pub(super) trait Entries: Copy + Sync {
    /// Those of a range of indices.
    fn part(self, range: Range<usize>) -> Self;

    /// One of them.
    fn entry(self, k: usize) -> f64;

    /// The `k`-th of the vectors that they make up.
    fn vector<S: Simd>(self, simd: S, k: usize) -> S::f64s;
}

impl Entries for &[f64] {
    #[inline(always)]
    fn part(self, range: Range<usize>) -> Self {
        &self[range]
    }

    #[inline(always)]
    fn entry(self, k: usize) -> f64 {
        self[k]
    }

    #[inline(always)]
    fn vector<S: Simd>(self, _: S, k: usize) -> S::f64s {
        S::as_simd_f64s(self).0[k]
    }
}
