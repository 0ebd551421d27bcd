//! What power and repu share: `L = t^n / n`, `g = t^{n−1}`, `H = (n−1) t^{n−2}`, `L* = (1 − 1/n) t^n`, of `t = x` or of
//! `t = max(x, 0)`.

use super::kind::Listed;
use super::{Changes, Name, Range, Reach, Scalar, Term, Trend, rise};
use crate::kernels::math;
use crate::refusal::Refusal;

/// A power, rectified or not; see the module.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Powers<const RECTIFIED: bool> {
    /// The exponent `n` of `L`, from 2 to 64.
    pub n: u32,
}

impl<const RECTIFIED: bool> Powers<RECTIFIED> {
    /// `t^k` by repeated multiplication, good to about `k/2` roundings.
    #[inline(always)]
    fn power(x: f64, k: u32) -> f64 {
        let t = if RECTIFIED { math::positive_part(x) } else { x };
        // n is at most 64.
        t.powi(k as i32)
    }

    /// `t'^n − t^n = (t' − t) Σ_k t'^k t^{n−1−k}`, of integers an integer; of finite numbers, or not a number.
    #[inline(always)]
    fn plain_difference(x: f64, by: f64, n: u32) -> f64 {
        let (a, b) = match RECTIFIED {
            true => (math::positive_part(x + by), math::positive_part(x)),
            false => (x + by, x),
        };
        // The sum, t'^k and t^k for the first k = 1, 2, 3, … bits of n.
        let (mut sum, mut powers, mut bit) = (1.0f64, [a, b], n.ilog2());
        while bit > 0 {
            bit -= 1;
            sum *= powers[0] + powers[1];
            powers = powers.map(|p| p * p);
            if n >> bit & 1 == 1 {
                sum = a.mul_add(sum, powers[1]);
                powers = [powers[0] * a, powers[1] * b];
            }
        }
        let way = if RECTIFIED && a * b == 0.0 { a - b } else { by };
        way * sum
    }

    /// The same of any numbers: what does not change adds nothing, however large it is.
    #[inline(always)]
    fn difference(x: f64, by: f64, n: u32) -> f64 {
        match by == 0.0 {
            true => 0.0,
            false => Self::plain_difference(x, by, n),
        }
    }

    fn is_convex(self) -> bool {
        RECTIFIED || self.n.is_multiple_of(2)
    }
}

impl<const RECTIFIED: bool> Scalar for Powers<RECTIFIED>
where
    Powers<RECTIFIED>: Listed,
{
    fn name(&self) -> Name {
        Name::of(Self::KIND, format_args!("(n = {})", self.n))
    }

    #[inline(always)]
    fn value(&self, x: f64) -> Term {
        Term::plain(Self::power(x, self.n) / f64::from(self.n))
    }

    #[inline(always)]
    fn activation(&self, x: f64) -> f64 {
        Self::power(x, self.n - 1)
    }

    /// A call, and a multiplication or two for each binary digit of the exponent.
    fn operations(&self) -> f64 {
        20.0 + 8.0 * f64::from((self.n - 1).checked_ilog2().map_or(0, |k| k + 1))
    }

    #[inline(always)]
    fn slope(&self, x: f64) -> f64 {
        // For n = 2 the power is 1 even at 0: there the inactive side decides.
        if !RECTIFIED || x > 0.0 {
            f64::from(self.n - 1) * Self::power(x, self.n - 2)
        } else {
            0.0
        }
    }

    #[inline(always)]
    fn legendre(&self, x: f64) -> Term {
        Term::plain((1.0 - 1.0 / f64::from(self.n)) * Self::power(x, self.n))
    }

    #[inline(always)]
    fn rise(&self, x: f64, by: f64) -> f64 {
        Self::difference(x, by, self.n) / f64::from(self.n)
    }

    fn rises(&self, c: f64, x: &[f64], changes: &Changes<'_>) -> f64 {
        // With a number for n the loop over its bits is none. The factor c/n comes last: that of an `Σ h^n` is 1.
        let factor = c / f64::from(self.n);
        let plain = match self.n {
            2 => rise::sum(x, changes, |x, by| Self::plain_difference(x, by, 2)),
            3 => rise::sum(x, changes, |x, by| Self::plain_difference(x, by, 3)),
            4 => rise::sum(x, changes, |x, by| Self::plain_difference(x, by, 4)),
            6 => rise::sum(x, changes, |x, by| Self::plain_difference(x, by, 6)),
            n => rise::sum(x, changes, |x, by| Self::plain_difference(x, by, n)),
        };
        if plain.is_finite() {
            return factor * plain;
        }
        let plain = rise::sum(x, changes, |x, by| Self::difference(x, by, self.n));
        if plain.is_finite() {
            return factor * plain;
        }
        // Two infinities may have met: of states below 1 the sign is known.
        let most = rise::largest(x, changes, |x, by| match by == 0.0 {
            true => 0.0,
            false => x.abs() + by.abs(),
        });
        let part = |x: f64, by: f64| Self::difference(x / most, by / most, self.n);
        let sum = rise::sum(x, changes, part);
        match sum == 0.0 {
            true => 0.0,
            false => factor * sum * most.powf(f64::from(self.n)),
        }
    }

    fn is_half_square(&self) -> bool {
        !RECTIFIED && self.n == 2
    }

    fn trends(&self) -> Option<[Trend; 2]> {
        Some(match (RECTIFIED, self.is_convex()) {
            (true, _) => [Trend::Rising; 2],
            (false, true) => [Trend::Rising, Trend::Valley],
            (false, false) => [Trend::Valley, Trend::Rising],
        })
    }

    fn reach(&self) -> Reach {
        // For odd n of plain powers this is the branch of positive x; the other has no lower bound, and is why odd n is no layer.
        let both = !RECTIFIED && self.is_convex();
        let range = if both { Range::REAL } else { Range::POSITIVE };
        Reach::power(f64::from(self.n), range)
    }

    fn state(&self, g: f64) -> Option<f64> {
        let root = g.abs().powf(1.0 / f64::from(self.n - 1));
        match RECTIFIED {
            true => (g > 0.0).then_some(root),
            false => self.is_convex().then_some(root.copysign(g)),
        }
    }

    fn convexity(&self) -> Result<(), Refusal> {
        if self.is_convex() {
            return Ok(());
        }
        let n = self.n;
        let why = format!(
            "is not convex: the second derivative of x^{n} / {n} is negative for x < 0, so the energy could rise"
        );
        let help = format!("take an even n, or repu(n = {n})");
        Err(Refusal::new(Scalar::name(self).text, why).help(help))
    }
}
