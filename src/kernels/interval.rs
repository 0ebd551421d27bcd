//! Intervals that hold every value a computation can have.
//!
//! Ends are not rounded in a direction: each result is widened by two units in the last place of its ends and by the smallest normal number,
//! more than rounding to nearest can be off. A function is evaluated at ends only and widened by [`Interval::of_function`], for the
//! functions of this crate are good to some units. What is not a number becomes all numbers.

/// All numbers from `low` to `high`, which may be infinite.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Interval {
    /// Smallest number.
    pub low: f64,
    /// Largest number.
    pub high: f64,
}

/// Units in the last place by which a function of one number may be off, with a margin: an exponential whose argument of 700 was rounded is
/// off by 350.
const FUNCTION: f64 = 1024.0;

impl Interval {
    /// All numbers.
    pub const ALL: Interval = Interval {
        low: f64::NEG_INFINITY,
        high: f64::INFINITY,
    };

    /// 0.
    pub const ZERO: Interval = Interval::at(0.0);

    /// One number.
    pub const fn at(v: f64) -> Self {
        Interval { low: v, high: v }
    }

    /// The numbers between two, in any order.
    pub fn between(a: f64, b: f64) -> Self {
        Interval {
            low: a.min(b),
            high: a.max(b),
        }
    }

    /// Widened by so many units in the last place of each end.
    fn widened(low: f64, high: f64, units: f64) -> Self {
        if low.is_nan() || high.is_nan() {
            return Interval::ALL;
        }
        let more = |v: f64| match v.is_finite() {
            true => units * f64::EPSILON * v.abs() + f64::MIN_POSITIVE,
            false => 0.0,
        };
        // What overflowed is some number beyond the largest: an interval at infinity would hold none.
        Interval {
            low: (low - more(low)).min(f64::MAX),
            high: (high + more(high)).max(f64::MIN),
        }
    }

    /// The values of a function that were computed at the ends, in any order, of a stretch where it is monotone.
    pub fn of_function(a: f64, b: f64) -> Self {
        if a.is_nan() || b.is_nan() {
            return Interval::ALL;
        }
        Interval::widened(a.min(b), a.max(b), FUNCTION)
    }

    /// The smallest interval that holds both.
    pub fn hull(self, other: Self) -> Self {
        Interval {
            low: self.low.min(other.low),
            high: self.high.max(other.high),
        }
    }

    /// What both have in common; none if that is nothing.
    pub fn common(self, other: Self) -> Option<Self> {
        let (low, high) = (self.low.max(other.low), self.high.min(other.high));
        (low <= high).then_some(Interval { low, high })
    }

    /// Is a number in it?
    pub fn holds(self, v: f64) -> bool {
        self.low <= v && v <= self.high
    }

    /// Does it lie strictly inside of the other?
    pub fn is_inside(self, other: Self) -> bool {
        other.low < self.low && self.high < other.high
    }

    /// The number in the middle, or another one of it where the middle is not finite.
    pub fn middle(self) -> f64 {
        let middle = 0.5 * self.low + 0.5 * self.high;
        match middle.is_finite() {
            true => middle,
            false => 0.0f64.clamp(self.low, self.high),
        }
    }

    /// How wide it is.
    pub fn width(self) -> f64 {
        self.high - self.low
    }

    /// The largest size of a number in it.
    pub fn size(self) -> f64 {
        self.low.abs().max(self.high.abs())
    }

    /// Are both ends finite?
    pub fn is_bounded(self) -> bool {
        self.low.is_finite() && self.high.is_finite()
    }

    /// Times a number.
    pub fn times(self, c: f64) -> Self {
        // 0 times anything is 0, the infinite ends being limits.
        if c == 0.0 {
            return Interval::ZERO;
        }
        let (a, b) = (self.low * c, self.high * c);
        Interval::widened(a.min(b), a.max(b), 2.0)
    }
}

impl std::ops::Add for Interval {
    type Output = Interval;

    fn add(self, other: Self) -> Self {
        Interval::widened(self.low + other.low, self.high + other.high, 2.0)
    }
}

impl std::ops::Sub for Interval {
    type Output = Interval;

    fn sub(self, other: Self) -> Self {
        Interval::widened(self.low - other.high, self.high - other.low, 2.0)
    }
}

impl std::ops::Mul for Interval {
    type Output = Interval;

    fn mul(self, other: Self) -> Self {
        let product = |a: f64, b: f64| if a == 0.0 || b == 0.0 { 0.0 } else { a * b };
        let all = [
            product(self.low, other.low),
            product(self.low, other.high),
            product(self.high, other.low),
            product(self.high, other.high),
        ];
        let low = all.iter().copied().fold(f64::INFINITY, f64::min);
        let high = all.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        Interval::widened(low, high, 2.0)
    }
}

impl std::iter::Sum for Interval {
    fn sum<I: Iterator<Item = Self>>(all: I) -> Self {
        all.fold(Interval::ZERO, |sum, v| sum + v)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_result_holds_that_of_any_numbers_of_the_operands() {
        let mut state = 7u64;
        let mut draw = || {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            ((state >> 11) as f64 / (1u64 << 53) as f64 - 0.5) * 8.0
        };
        for _ in 0..10_000 {
            let (a, b) = (
                Interval::between(draw(), draw()),
                Interval::between(draw(), draw()),
            );
            let part = |i: Interval, s: f64| i.low + s.abs() / 4.0 * (i.high - i.low);
            let (x, y) = (part(a, draw()), part(b, draw()));
            assert!((a + b).holds(x + y) && (a - b).holds(x - y) && (a * b).holds(x * y));
            assert!(a.times(y).holds(x * y));
        }
    }

    #[test]
    fn a_third_is_held_although_no_number_is_one() {
        // 3 · (1/3) = 1: the rounded third is below, so that the widened one must reach 1.
        let third = Interval::at(1.0).times(1.0 / 3.0);
        assert!(third.low < 1.0 / 3.0 && third.high > 1.0 / 3.0);
        assert!((third + third + third).holds(1.0));
    }

    #[test]
    fn infinite_ends_are_limits_and_no_traps() {
        assert_eq!(
            Interval::ALL * Interval::ZERO,
            Interval::widened(0.0, 0.0, 2.0)
        );
        assert_eq!(Interval::ALL.times(0.0), Interval::ZERO);
        assert_eq!(Interval::ALL - Interval::ALL, Interval::ALL);
        assert!((Interval::ALL + Interval::at(1.0)).holds(1e300));
        assert!(
            Interval::between(1.0, 2.0)
                .common(Interval::between(3.0, 4.0))
                .is_none()
        );
        assert!(Interval::ALL.middle() == 0.0);
    }
}
