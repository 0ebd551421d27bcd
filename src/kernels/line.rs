//! One row or column of a matrix, in the form in which the matrix keeps it: what a flip of one neuron reads.

use std::ops::Range;

use pulp::{Simd, WithSimd};

use super::entries::{Compact, Entries, Scaled};
use super::sparse::SparseLine;

/// Sums of a dot product that run side by side. The number is fixed, never taken from the machine: it decides the last bits.
const PARTS: usize = 32;

/// A row or a column.
#[derive(Clone, Copy, Debug)]
pub struct Line<'a>(pub(super) Form<'a>);

#[derive(Clone, Copy, Debug)]
pub(super) enum Form<'a> {
    Whole(&'a [f64]),
    /// Of a compact copy.
    Small(Scaled<'a>),
    /// Of one size.
    Signs(Signs<'a>),
    /// Those that are not zero.
    Sparse(SparseLine<'a>),
}

impl Line<'_> {
    /// `out += by · line`, or its part from `from` on that is as long as `out`.
    pub fn add(self, by: f64, from: usize, out: &mut [f64]) {
        let at = from..from + out.len();
        let run = pulp::Arch::new();
        match self.0 {
            Form::Whole(line) => run.dispatch(Add(line.part(at), by, out)),
            Form::Small(line) => run.dispatch(Add(line.part(at), by, out)),
            Form::Signs(line) => run.dispatch(Add(line.part(at), by, out)),
            Form::Sparse(line) => {
                for (place, value) in line.within(at) {
                    out[place] = value.mul_add(by, out[place]);
                }
            }
        }
    }

    /// `out = by · line`, or its part from `from` on that is as long as `out`.
    pub fn write(self, by: f64, from: usize, out: &mut [f64]) {
        let at = from..from + out.len();
        let run = pulp::Arch::new();
        match self.0 {
            Form::Whole(line) => run.dispatch(Write(line.part(at), by, out)),
            Form::Small(line) => run.dispatch(Write(line.part(at), by, out)),
            Form::Signs(line) => run.dispatch(Write(line.part(at), by, out)),
            Form::Sparse(_) => {
                out.fill(0.0);
                self.add(by, from, out);
            }
        }
    }

    /// `Σ line_k x_k`, of its part from `from` on that is as long as `x`.
    pub fn dot(self, from: usize, x: &[f64]) -> f64 {
        let at = from..from + x.len();
        let run = pulp::Arch::new();
        match self.0 {
            Form::Whole(line) => run.dispatch(Dot(line.part(at), x)),
            Form::Small(line) => run.dispatch(Dot(line.part(at), x)),
            Form::Signs(line) => run.dispatch(Dot(line.part(at), x)),
            Form::Sparse(line) => line.within(at).map(|(k, w)| w * x[k]).sum(),
        }
    }
}

struct Add<'a, M>(M, f64, &'a mut [f64]);

impl<M: Entries> WithSimd for Add<'_, M> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Add(line, by, out) = self;
        let (vectors, rest) = S::as_mut_simd_f64s(out);
        let whole = vectors.len() * S::F64_LANES;
        let factor = simd.splat_f64s(by);
        for (k, out) in vectors.iter_mut().enumerate() {
            *out = simd.mul_add_f64s(line.vector(simd, k), factor, *out);
        }
        for (k, out) in rest.iter_mut().enumerate() {
            *out = line.entry(whole + k).mul_add(by, *out);
        }
    }
}

struct Write<'a, M>(M, f64, &'a mut [f64]);

impl<M: Entries> WithSimd for Write<'_, M> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Write(line, by, out) = self;
        let (vectors, rest) = S::as_mut_simd_f64s(out);
        let whole = vectors.len() * S::F64_LANES;
        let factor = simd.splat_f64s(by);
        for (k, out) in vectors.iter_mut().enumerate() {
            *out = simd.mul_f64s(line.vector(simd, k), factor);
        }
        for (k, out) in rest.iter_mut().enumerate() {
            *out = line.entry(whole + k) * by;
        }
    }
}

struct Dot<'a, M>(M, &'a [f64]);

impl<M: Entries> WithSimd for Dot<'_, M> {
    type Output = f64;

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) -> f64 {
        match S::F64_LANES {
            8 => self.sum::<S, 4>(simd),
            4 => self.sum::<S, 8>(simd),
            2 => self.sum::<S, 16>(simd),
            _ => self.sum::<S, 32>(simd),
        }
    }
}

impl<M: Entries> Dot<'_, M> {
    /// With `V` vectors of sums.
    #[inline(always)]
    fn sum<S: Simd, const V: usize>(self, simd: S) -> f64 {
        let Dot(line, x) = self;
        let (vectors, _) = S::as_simd_f64s(x);
        let (groups, few) = vectors.as_chunks::<V>();
        let mut sums = [simd.splat_f64s(0.0); V];
        for (k, group) in groups.iter().enumerate() {
            let line = line.vectors::<S, V>(simd, k);
            for v in 0..V {
                sums[v] = simd.mul_add_f64s(line[v], group[v], sums[v]);
            }
        }
        // What is left of a group goes where it would have gone.
        for (v, (x, sum)) in few.iter().zip(&mut sums).enumerate() {
            *sum = simd.mul_add_f64s(line.vector(simd, V * groups.len() + v), *x, *sum);
        }
        let mut parts = [0.0; PARTS];
        S::as_mut_simd_f64s(&mut parts).0.copy_from_slice(&sums);
        let whole = vectors.len() * S::F64_LANES;
        for (k, x) in x.iter().enumerate().skip(whole) {
            let part = &mut parts[k % PARTS];
            *part = line.entry(k).mul_add(*x, *part);
        }
        let mut half = PARTS / 2;
        while half > 0 {
            for k in 0..half {
                parts[k] += parts[k + half];
            }
            half /= 2;
        }
        parts[0]
    }
}

/// The bit of each place of a group of vectors.
const PLACES: [u64; PARTS] = {
    let mut places = [0; PARTS];
    let mut k = 0;
    while k < PARTS {
        places[k] = 1 << k;
        k += 1;
    }
    places
};

/// Entries of one size, of which the signs are kept.
#[derive(Clone, Copy, Debug)]
pub(super) struct Signs<'a> {
    /// A bit for each entry, set where it is negative; one byte more than they need.
    bytes: &'a [u8],
    /// The bit of the first entry.
    from: usize,
    size: f64,
}

impl Signs<'_> {
    #[inline(always)]
    fn signed(self, bit: u8) -> f64 {
        f64::from_bits(self.size.to_bits() | u64::from(bit & 1) << 63)
    }

    /// The `v`-th vector of a group with these bits, which every lane has.
    #[inline(always)]
    fn of_bits<S: Simd>(self, simd: S, bits: S::u64s, v: usize) -> S::f64s {
        let set = simd.and_u64s(bits, S::as_simd_u64s(&PLACES).0[v]);
        let negative = simd.greater_than_u64s(set, simd.splat_u64s(0));
        let [minus, plus] = [-self.size, self.size].map(|size| simd.splat_f64s(size));
        simd.select_f64s(negative, minus, plus)
    }
}

impl Entries for Signs<'_> {
    #[inline(always)]
    fn part(self, range: Range<usize>) -> Self {
        let from = self.from + range.start;
        Signs { from, ..self }
    }

    #[inline(always)]
    fn entry(self, k: usize) -> f64 {
        let at = self.from + k;
        self.signed(self.bytes[at / 8] >> (at % 8))
    }

    #[inline(always)]
    fn vector<S: Simd>(self, simd: S, k: usize) -> S::f64s {
        let at = self.from + k * S::F64_LANES;
        // A vector may lie across the end of a byte.
        let two = &self.bytes[at / 8..at / 8 + 2];
        let bits = u64::from(u16::from_le_bytes([two[0], two[1]]) >> (at % 8));
        self.of_bits(simd, simd.splat_u64s(bits), 0)
    }

    /// Those of a whole group: its bits are read once.
    #[inline(always)]
    fn vectors<S: Simd, const V: usize>(self, simd: S, k: usize) -> [S::f64s; V] {
        let mut all = [simd.splat_f64s(0.0); V];
        if V * S::F64_LANES != PARTS {
            for (v, one) in all.iter_mut().enumerate() {
                *one = self.vector(simd, V * k + v);
            }
            return all;
        }
        let at = self.from + k * PARTS;
        let five = &self.bytes[at / 8..at / 8 + 5];
        let word = u64::from_le_bytes([five[0], five[1], five[2], five[3], five[4], 0, 0, 0]);
        let bits = simd.splat_u64s(word >> (at % 8));
        for (v, one) in all.iter_mut().enumerate() {
            *one = self.of_bits(simd, bits, v);
        }
        all
    }
}

/// The columns of a matrix, each in one piece, in as few bytes as hold every entry to the last bit.
#[derive(Clone)]
pub(super) struct Turned {
    rows: usize,
    kept: Kept,
    /// The sum of the squares of each column.
    squares: Vec<f64>,
}

#[derive(Clone)]
enum Kept {
    Whole(Vec<f64>),
    Small(Compact),
    /// Bytes of signs, so many a column and one more, and the size.
    Signs(Vec<u8>, usize, f64),
}

impl Turned {
    pub fn of(rows: usize, cols: usize, data: &[f64]) -> Self {
        let entry = |k: usize| data[k % rows * cols + k / rows];
        let whole: Vec<f64> = (0..rows * cols).map(entry).collect();
        let column = |c: usize| &whole[c * rows..(c + 1) * rows];
        let squares = (0..cols).map(|c| Line(Form::Whole(column(c))).dot(0, column(c)));
        let squares = squares.collect();
        let size = whole.first().map_or(0.0, |w| w.abs());
        let kept = if size > 0.0 && whole.iter().all(|w| w.abs() == size) {
            let each = rows.div_ceil(8);
            let mut bytes = vec![0; each * cols + 1];
            for (k, w) in whole.iter().enumerate() {
                let (c, r) = (k / rows, k % rows);
                bytes[c * each + r / 8] |= u8::from(*w < 0.0) << (r % 8);
            }
            Kept::Signs(bytes, each, size)
        } else {
            match Compact::of(&whole) {
                Some(compact) => Kept::Small(compact),
                None => Kept::Whole(whole),
            }
        };
        Turned {
            rows,
            kept,
            squares,
        }
    }

    pub fn column(&self, c: usize) -> Line<'_> {
        let at = c * self.rows..(c + 1) * self.rows;
        Line(match &self.kept {
            Kept::Whole(whole) => Form::Whole(&whole[at]),
            Kept::Small(compact) => Form::Small(compact.entries().part(at)),
            Kept::Signs(bytes, each, size) => Form::Signs(Signs {
                bytes: &bytes[c * each..(c + 1) * each + 1],
                from: 0,
                size: *size,
            }),
        })
    }

    pub fn square(&self, c: usize) -> f64 {
        self.squares[c]
    }

    pub fn bytes(&self) -> usize {
        let kept = match &self.kept {
            Kept::Whole(whole) => 8 * whole.len(),
            Kept::Small(compact) => compact.entries().numbers.len(),
            Kept::Signs(bytes, ..) => bytes.len(),
        };
        kept + 8 * self.squares.len()
    }
}

#[cfg(test)]
mod tests {
    use super::super::Weights;
    use super::super::tests::numbers;

    /// A matrix of each form in which columns are kept.
    fn matrices() -> Vec<Weights> {
        let (rows, cols) = (75, 5);
        let some = numbers(rows * cols, 3);
        let of = |f: fn(f64) -> f64| {
            let data = some.iter().map(|x| f(*x)).collect();
            Weights::new(rows, cols, data).unwrap()
        };
        let whole = of(|x| x);
        let kept = whole.entries().filter(|(i, j, _)| (i + j) % 3 == 0);
        let sparse = Weights::sparse(rows, cols, kept).unwrap();
        let small = of(|x| (8.0 * x).round() * 0.3);
        let signs = of(|x| 0.7f64.copysign(x));
        vec![whole, small, signs, sparse]
    }

    #[test]
    fn lines_are_those_of_the_matrix_from_wherever_they_are_read() {
        for w in matrices() {
            let (rows, cols) = (w.rows(), w.cols());
            for c in 0..cols {
                for from in [0, 1, 31, 32, 40, 74, 75] {
                    let x = numbers(rows - from, 4);
                    let mut sum = x.clone();
                    w.column(c).add(0.3, from, &mut sum);
                    let mut dot = 0.0;
                    for (k, x) in x.iter().enumerate() {
                        let entry = w.entry(from + k, c);
                        assert_eq!(sum[k], entry.mul_add(0.3, *x));
                        dot += entry * x;
                    }
                    // Seventy-five summands below 1.
                    let got = w.column(c).dot(from, &x);
                    assert!((got - dot).abs() < 1e-14, "{got} {dot}");
                }
                let square: f64 = (0..rows).map(|r| w.entry(r, c).powi(2)).sum();
                assert!((w.column_square(c) - square).abs() < 1e-14 * square);
            }
            for r in [0, 7, 74] {
                let x = numbers(cols, 5);
                let dot: f64 = (0..cols).map(|c| w.entry(r, c) * x[c]).sum();
                assert!((w.row(r).dot(0, &x) - dot).abs() < 1e-15);
            }
        }
    }

    #[test]
    fn a_dot_product_has_the_same_bits_in_whatever_form_a_line_is_kept() {
        let signs = Weights::new(100, 1, numbers(100, 6).iter().map(|x| x.signum()).collect());
        let signs = signs.unwrap();
        let x = numbers(100, 7);
        let other = Weights::new(1, 100, signs.data().to_vec()).unwrap();
        assert_eq!(signs.column(0).dot(0, &x), other.row(0).dot(0, &x));
    }
}
