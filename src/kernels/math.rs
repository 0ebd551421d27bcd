//! Elementary functions without a branch, so that a loop over a block becomes vector instructions (see [`super::vectorized`]).
//!
//! Polynomials after an exact reduction of the argument, in `f64` with fused multiplications: within 2 units in the last
//! place of `std` for [`exp`] and [`decay`], 3 for [`exp_m1`] and [`ln_1p`], 4 for [`tanh`], over the whole range, subnormal results and
//! infinities included ([`decay`] ends where they begin). They give the same bits at every vector width, because no column knows of another. Outside a vectorised loop the
//! functions of `std` are faster.

use std::f64::consts::{LN_2, LOG2_E};

/// Adding and subtracting it rounds a number below 2⁵¹ to an integer, which then is in the low bits of the sum.
const ROUND: f64 = 6_755_399_441_055_744.0;
/// ln 2 in two parts, the first of which has 32 bits: its multiples by exponents are exact.
const LN2_HIGH: f64 = 6.931_471_803_691_238e-1;
const LN2_LOW: f64 = 1.908_214_929_270_587_7e-10;

/// `max(x, 0)`, and NaN of NaN, which [`f64::max`] would lose: a state that is no number must not pass for silence.
#[inline(always)]
pub fn positive_part(x: f64) -> f64 {
    if x <= 0.0 { 0.0 } else { x }
}

/// A polynomial, its constant coefficient first. Every fourth term goes into one of four sums, so that the terms do not wait
/// for each other one by one.
#[inline(always)]
fn polynomial<const N: usize>(x: f64, coefficients: [f64; N]) -> f64 {
    let (x2, mut sums) = (x * x, [0.0f64; 4]);
    let x4 = x2 * x2;
    let mut k = N;
    while k > 0 {
        k -= 1;
        let c = coefficients[k];
        sums[k % 4] = if k + 4 < N {
            sums[k % 4].mul_add(x4, c)
        } else {
            c
        };
    }
    let [a, b, c, d] = sums;
    d.mul_add(x, c).mul_add(x2, b.mul_add(x, a))
}

/// The exponent `n` and the rest `r` of `x = n ln 2 + r`, `|r| ≤ ln 2/2`.
#[inline(always)]
fn reduce(x: f64) -> (f64, f64) {
    let n = x.mul_add(LOG2_E, ROUND) - ROUND;
    (n, n.mul_add(-LN2_LOW, n.mul_add(-LN2_HIGH, x)))
}

/// Two powers of 2 whose product is `2ⁿ`, for an integer `n` from −2044 to 2046: `2ⁿ` itself may be subnormal or too large.
#[inline(always)]
fn powers_of_two(n: f64) -> (f64, f64) {
    /// Adding it rounds and adds the bias of an exponent.
    const BIASED: f64 = ROUND + 1023.0;
    let half = n.mul_add(0.5, BIASED);
    let rest = n - (half - BIASED) + BIASED;
    let power = |biased: f64| f64::from_bits(biased.to_bits() << 52);
    (power(half), power(rest))
}

/// `(e^r − 1 − r)/r²` for `|r| ≤ ln 2/2`: interpolated at the Chebyshev nodes, the constant coefficient held at ½; the
/// error moves `e^r` by less than 2⁻⁵⁹ of itself.
#[inline(always)]
fn tail(r: f64) -> f64 {
    polynomial(
        r,
        [
            0.5,
            0.166_666_666_666_666_69,
            0.041_666_666_666_666_664,
            0.008_333_333_333_330_065,
            0.001_388_888_888_888_655_4,
            1.984_126_986_304_054_5e-4,
            2.480_158_731_713_516_4e-5,
            2.755_726_848_031_002_4e-6,
            2.755_728_298_405_588e-7,
            2.510_037_583_256_123_4e-8,
            2.091_122_972_975_856e-9,
        ],
    )
}

/// The nearer end of `[low, high]`; what is not a number stays so, unlike with `f64::clamp` it costs no branch.
#[inline(always)]
fn confine(x: f64, low: f64, high: f64) -> f64 {
    let x = if x < low { low } else { x };
    if x > high { high } else { x }
}

/// `e^x`.
#[inline(always)]
pub fn exp(x: f64) -> f64 {
    // Beyond these the result is 0 or infinite.
    let (n, r) = reduce(confine(x, -746.0, 710.0));
    let p = (r * r).mul_add(tail(r), r) + 1.0;
    let (a, b) = powers_of_two(n);
    p * a * b
}

/// `e^−x` for `x ≥ 0`, 0 where that is subnormal: for less than [`exp`], which takes care of both ends of its range.
#[inline(always)]
pub fn decay(x: f64) -> f64 {
    /// `1022 ln 2`.
    const LAST: f64 = 708.396_418_532_264_1;
    const BIASED: f64 = ROUND + 1023.0;
    let near = if x > LAST { LAST } else { x };
    let n = near.mul_add(-LOG2_E, BIASED);
    let whole = n - BIASED;
    let r = whole.mul_add(-LN2_LOW, whole.mul_add(-LN2_HIGH, -near));
    let p = (r * r).mul_add(tail(r), r) + 1.0;
    let power = p * f64::from_bits(n.to_bits() << 52);
    if x > LAST { 0.0 } else { power }
}

/// `e^x − 1`.
#[inline(always)]
pub fn exp_m1(x: f64) -> f64 {
    let (n, r) = reduce(confine(x, -50.0, 710.0));
    let p = (r * r).mul_add(tail(r), r);
    let (a, b) = powers_of_two(n);
    // For n = 1024 the power itself is infinite, not its product with p + 1.
    if n > 64.0 {
        (p + 1.0) * a * b
    } else {
        let power = a * b;
        p.mul_add(power, power - 1.0)
    }
}

/// `e^x − 1 − x`: of the order of `x²/2` near 0.
#[inline(always)]
pub fn exp_m1_less(x: f64) -> f64 {
    let near = (x * x) * tail(confine(x, -0.5 * LN_2, 0.5 * LN_2));
    if x.abs() <= 0.5 * LN_2 {
        near
    } else {
        exp_m1(x) - x
    }
}

/// `tanh x`.
#[inline(always)]
pub fn tanh(x: f64) -> f64 {
    let e = exp_m1(-2.0 * x.abs());
    (-e / (2.0 + e)).copysign(x)
}

/// `ln(1 + y)` for `0 ≤ y ≤ 1`: the tail of a softplus or of ln cosh.
#[inline(always)]
pub fn ln_1p(y: f64) -> f64 {
    // 1 + y = 2^k (1 + f) with |f| ≤ √2 − 1; f is exact.
    let (k, f) = if y > 0.414_213_562_373_095_03 {
        (1.0, 0.5 * (y - 1.0))
    } else {
        (0.0, y)
    };
    // ln(1 + f) = 2 artanh s = 2s (1 + s²/3 + s⁴/5 + …), s = f/(2 + f), s² ≤ (√2 − 1)²/(√2 + 1)² < 0.0295: what follows
    // the tenth term of the bracket's tail is below 2⁻⁵⁹.
    let s = f / (2.0 + f);
    let z = s * s;
    let series = [3.0, 5.0, 7.0, 9.0, 11.0, 13.0, 15.0, 17.0, 19.0, 21.0];
    let p = polynomial(z, series.map(|n: f64| 1.0 / n));
    // 2s = f − s f: what is added to f is small.
    let small = (2.0 * s * z).mul_add(p, -s * f);
    k * LN_2 + (f + small)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Distance in units in the last place of what `std` gives, which is within one of the truth.
    fn ulps(got: f64, want: f64) -> f64 {
        if got.to_bits() == want.to_bits() || got == want {
            return 0.0;
        }
        let unit = f64::from_bits(want.abs().to_bits() + 1) - want.abs();
        (got - want).abs() / unit
    }

    fn worst(
        f: impl Fn(f64) -> f64,
        g: impl Fn(f64) -> f64,
        points: impl Iterator<Item = f64>,
    ) -> f64 {
        points.fold(0.0, |worst, x| {
            let off = ulps(f(x), g(x));
            assert!(off.is_finite(), "{x}: {} {}", f(x), g(x));
            worst.max(off)
        })
    }

    fn line(low: f64, high: f64) -> impl Iterator<Item = f64> {
        (0..=400_000).map(move |k| low + (high - low) * f64::from(k) / 400_000.0)
    }

    /// From 1e-300 to 1e3, both signs.
    fn sizes() -> impl Iterator<Item = f64> {
        (-3000..30).flat_map(|k| {
            let x = 10f64.powf(f64::from(k) / 10.0);
            [x, -x]
        })
    }

    #[test]
    fn they_agree_with_std_to_a_few_units_in_the_last_place() {
        let points = || line(-745.5, 709.9).chain(line(-2.0, 2.0)).chain(sizes());
        assert!(worst(exp, f64::exp, points()) <= 2.0);
        let falling = line(0.0, 708.3)
            .chain(line(0.0, 2.0))
            .chain(sizes().filter(|x| *x > 0.0));
        let falling = falling.filter(|x| !(-x).exp().is_subnormal());
        assert!(worst(decay, |x| (-x).exp(), falling) <= 2.0);
        assert!(worst(exp_m1, f64::exp_m1, points()) <= 3.0);
        // The power series; where the difference is taken it cancels to a sixth.
        let series = |x: f64| {
            (2..24)
                .rev()
                .fold(0.0, |sum, k| (sum + 1.0) * x / f64::from(k))
        };
        assert!(worst(exp_m1_less, |x| x * series(x), line(-1.0, 1.0)) <= 24.0);
        assert!(worst(tanh, f64::tanh, points()) <= 4.0);
        let tails = line(0.0, 1.0).chain(sizes().filter(|y| *y > 0.0 && *y <= 1.0));
        assert!(worst(ln_1p, f64::ln_1p, tails) <= 3.0);
    }

    #[test]
    fn the_ends_of_the_range_are_those_of_std() {
        assert_eq!(exp(f64::NEG_INFINITY), 0.0);
        assert_eq!(exp(-1e300), 0.0);
        assert_eq!(exp(f64::INFINITY), f64::INFINITY);
        assert_eq!(exp(709.79), f64::INFINITY);
        assert_eq!(exp(0.0), 1.0);
        assert_eq!(decay(f64::INFINITY), 0.0);
        assert_eq!(decay(1e300), 0.0);
        assert_eq!(decay(0.0), 1.0);
        assert_eq!(exp_m1(f64::NEG_INFINITY), -1.0);
        assert_eq!(exp_m1(f64::INFINITY), f64::INFINITY);
        assert_eq!(exp_m1(0.0), 0.0);
        assert_eq!(tanh(f64::INFINITY), 1.0);
        assert_eq!(tanh(f64::NEG_INFINITY), -1.0);
        assert_eq!(tanh(-0.0).to_bits(), (-0.0f64).to_bits());
        assert_eq!(ln_1p(0.0), 0.0);
        assert!(
            [exp, decay, exp_m1, tanh, ln_1p]
                .iter()
                .all(|f| f(f64::NAN).is_nan())
        );
    }
}
