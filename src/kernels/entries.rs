//! How the entries of a matrix are kept, and read as vectors of f64.
//!
//! A product with one vector takes as long as the matrix takes to come from memory. Many matrices hold only small integers,
//! memories of ±1 for example, or such integers times one scale; those are kept in a byte each as well, from which every
//! entry is made again to the last bit.

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

    /// The `k`-th `V` of them, side by side.
    #[inline(always)]
    fn vectors<S: Simd, const V: usize>(self, simd: S, k: usize) -> [S::f64s; V] {
        let mut all = [simd.splat_f64s(0.0); V];
        for (v, one) in all.iter_mut().enumerate() {
            *one = self.vector(simd, V * k + v);
        }
        all
    }
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

/// Small integers, each to be multiplied by a scale.
#[derive(Clone, Copy, Debug)]
pub(super) struct Scaled<'a> {
    pub numbers: &'a [i8],
    pub scale: f64,
}

impl Entries for Scaled<'_> {
    #[inline(always)]
    fn part(self, range: Range<usize>) -> Self {
        let numbers = &self.numbers[range];
        Scaled { numbers, ..self }
    }

    #[inline(always)]
    fn entry(self, k: usize) -> f64 {
        f64::from(self.numbers[k]) * self.scale
    }

    #[inline(always)]
    fn vector<S: Simd>(self, simd: S, k: usize) -> S::f64s {
        let wide = match S::F64_LANES {
            8 => widen::<S, 8>(self.numbers, k),
            4 => widen::<S, 4>(self.numbers, k),
            2 => widen::<S, 2>(self.numbers, k),
            _ => widen::<S, 1>(self.numbers, k),
        };
        simd.mul_f64s(wide, simd.splat_f64s(self.scale))
    }
}

/// The `k`-th `LANES` numbers; as many as the vector has columns.
#[inline(always)]
fn widen<S: Simd, const LANES: usize>(numbers: &[i8], k: usize) -> S::f64s {
    let few: &[i8; LANES] = &numbers.as_chunks().0[k];
    let mut wide = [0.0; LANES];
    for (wide, few) in wide.iter_mut().zip(few) {
        *wide = f64::from(*few);
    }
    S::as_simd_f64s(&wide).0[0]
}

/// A matrix of small integers times a scale, a byte for each entry.
#[derive(Clone)]
pub(super) struct Compact {
    numbers: Vec<i8>,
    scale: f64,
}

impl Compact {
    /// `None` if not every entry is, to the last bit, such an integer times 1, or times the size of the entry nearest to 0
    /// (zeros apart).
    pub fn of(data: &[f64]) -> Option<Self> {
        let sizes = data.iter().map(|w| w.abs()).filter(|w| *w > 0.0);
        let least = sizes.fold(f64::INFINITY, f64::min);
        [1.0, least].into_iter().find_map(|scale| {
            let number = |w: &f64| {
                let k = (w / scale).round() as i8;
                let same = (f64::from(k) * scale).to_bits() == w.to_bits();
                same.then_some(k)
            };
            let numbers = data.iter().map(number).collect::<Option<_>>()?;
            Some(Compact { numbers, scale })
        })
    }

    pub fn entries(&self) -> Scaled<'_> {
        Scaled {
            numbers: &self.numbers,
            scale: self.scale,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_compact_copy_gives_every_entry_to_the_last_bit() {
        let whole: Vec<f64> = (-128..=127).map(f64::from).collect();
        let times = |scale: f64| whole.iter().map(|k| k * scale + 0.0).collect();
        // Once without the number 1: no entry is the scale, and none is needed.
        let even: Vec<f64> = whole.iter().filter(|k| *k % 2.0 == 0.0).copied().collect();
        for data in [
            times(1.0),
            times(0.1),
            times(5e-324),
            even,
            vec![0.0],
            vec![],
        ] {
            let compact = Compact::of(&data).unwrap();
            let entries = compact.entries();
            for (k, w) in data.iter().enumerate() {
                assert_eq!(entries.entry(k).to_bits(), w.to_bits());
            }
        }
    }

    #[test]
    fn one_entry_that_is_no_such_number_and_there_is_no_copy() {
        for other in [128.0, -129.0, 0.5, 1.0 + f64::EPSILON, -0.0, 1e300, 1e-300] {
            let mut data = vec![1.0, -3.0, 0.0, 7.0];
            data.push(other);
            // A half makes all of them multiples of a half.
            assert_eq!(Compact::of(&data).is_some(), other == 0.5, "{other}");
            data.push(0.3);
            assert!(Compact::of(&data).is_none(), "{other}");
        }
    }
}
