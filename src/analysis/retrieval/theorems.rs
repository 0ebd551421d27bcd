//! Theorems 3 to 5 of Ramsauer et al. (2021), each with the condition under which it says something.

use std::fmt;

use super::positive;
use crate::analysis::Memories;
use crate::number::number;
use crate::refusal::Refusal;

/// What theorem 3 guarantees.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Capacity {
    /// `ln N` of `N = √p c^((d−1)/4)`.
    pub ln_patterns: f64,
    /// `ln c`, `c = B/W₀(e^(a + ln B))`.
    pub ln_c: f64,
    /// What `ln c` must reach, `4/(d−1) ln(2/√p)`: below it the guaranteed number is less than two patterns.
    pub needed: f64,
}

impl Capacity {
    /// Does the condition of the theorem fail?
    #[must_use]
    pub fn is_vacuous(&self) -> bool {
        // Not to be decided by rounding where N = 2 exactly.
        self.ln_c < self.needed * (1.0 - 1e-12)
    }

    /// `ln N`, if the theorem says something.
    #[must_use]
    pub fn guaranteed(&self) -> Option<f64> {
        (!self.is_vacuous()).then_some(self.ln_patterns)
    }
}

impl fmt::Display for Capacity {
    /// The number of patterns, or `vacuous`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.guaranteed() {
            Some(ln_n) => f.write_str(&number(ln_n.exp())),
            None => f.write_str(VACUOUS),
        }
    }
}

/// What is printed of a theorem whose condition fails.
const VACUOUS: &str = "vacuous";

/// Theorem 3: so many patterns drawn at random on the sphere of radius `M = K √(d−1)` are stored, but with probability p.
/// `a = 2/(d−1) (1 + ln(2 β K² p (d−1)))`, `B = 2K²β/5`, `c = B/W₀(e^(a + ln B))`, `N = √p c^((d−1)/4)`.
///
/// # Errors
/// d below 2; β or K that is not above 0; p that is not above 0 and at most 1.
pub fn guaranteed_capacity(beta: f64, k: f64, d: usize, p: f64) -> Result<Capacity, Refusal> {
    let n = super::dimension(d)? - 1.0;
    let (beta, k) = (positive("beta", beta)?, positive("K", k)?);
    if !(p > 0.0 && p <= 1.0) {
        let why = format!("must be above 0 and at most 1, it is {p}");
        return Err(Refusal::new("p", why));
    }
    let a = 2.0 / n * (1.0 + (2.0 * beta * k * k * p * n).ln());
    let ln_b = (2.0 * k * k * beta / 5.0).ln();
    let ln_c = ln_b - ln_lambert(a + ln_b);
    Ok(Capacity {
        ln_patterns: 0.5 * p.ln() + n / 4.0 * ln_c,
        ln_c,
        needed: 4.0 / n * (2.0 / p.sqrt()).ln(),
    })
}

/// `ln W₀(e^y)`: the root u of `e^u + u = y`, by Newton's method from above, where the convex function leads it down to the root.
fn ln_lambert(y: f64) -> f64 {
    let mut u = if y < 1.0 { y } else { y.ln() };
    for _ in 0..100 {
        let next = u - (u.exp() + u - y) / (u.exp() + 1.0);
        if (next - u).abs() <= f64::EPSILON * u.abs() {
            return next;
        }
        u = next;
    }
    u
}

/// A pattern among others, as theorems 4 and 5 see it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Separated {
    /// β.
    pub beta: f64,
    /// N, how many patterns there are.
    pub patterns: usize,
    /// M, the largest norm of a pattern.
    pub norm: f64,
    /// `Δ_i = min_(j≠i) (x_i·x_i − x_i·x_j)`.
    pub separation: f64,
}

/// An upper bound that a theorem gives.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bound {
    /// Its logarithm.
    pub ln: f64,
    /// The logarithm of what holds without any theorem.
    pub ln_trivial: f64,
    /// Is the pattern well separated, as the theorem demands?
    pub applies: bool,
}

impl Bound {
    /// The bound itself.
    #[must_use]
    pub fn value(&self) -> f64 {
        self.ln.exp()
    }

    /// Does the theorem's condition fail, or does it say no more than is known without it?
    #[must_use]
    pub fn is_vacuous(&self) -> bool {
        !self.applies || self.ln >= self.ln_trivial
    }
}

impl fmt::Display for Bound {
    /// The bound, or `vacuous`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.is_vacuous() {
            true => f.write_str(VACUOUS),
            false => f.write_str(&number(self.value())),
        }
    }
}

impl Separated {
    /// Pattern `i` of these.
    ///
    /// # Errors
    /// β that is not above 0; there are fewer than two patterns, or no pattern `i`; all are 0.
    pub fn new(beta: f64, memories: &Memories, i: usize) -> Result<Self, Refusal> {
        let patterns = memories.count();
        if patterns < 2 || i >= patterns {
            let why =
                format!("has {patterns} patterns, and pattern {i} of two or more is asked for");
            return Err(Refusal::new("the memory", why));
        }
        let dot = |j: usize, k: usize| -> f64 {
            let pairs = memories.get(j).iter().zip(memories.get(k));
            pairs.map(|(a, b)| a * b).sum()
        };
        let gap = |j: usize| dot(i, i) - dot(i, j);
        let others = (0..patterns).filter(|j| *j != i);
        let largest = (0..patterns).map(|j| dot(j, j)).fold(0.0, f64::max);
        Ok(Separated {
            beta: positive("beta", beta)?,
            patterns,
            norm: positive("the norm of the patterns", largest.sqrt())?,
            separation: others.map(gap).fold(f64::INFINITY, f64::min),
        })
    }

    /// The separation from which on the pattern is well separated: `2/(βN) + ln(2 (N−1) N β M²)/β`.
    #[must_use]
    pub fn needed(&self) -> f64 {
        let (n, beta) = (self.patterns as f64, self.beta);
        let m2 = self.norm * self.norm;
        2.0 / (beta * n) + (2.0 * (n - 1.0) * n * beta * m2).ln() / beta
    }

    /// Is it?
    #[must_use]
    pub fn is_well_separated(&self) -> bool {
        self.separation >= self.needed()
    }

    /// Theorem 4: `|f(q) − x*_i| ≤ |J| |q − x*_i|`, `|J| ≤ 2βN M² (N−1) e^(−β (Δ_i − 2 r M))`, x*_i the fixed point near the pattern and
    /// `r = max(|q − x_i|, |x*_i − x_i|)`. Of use below 1.
    #[must_use]
    pub fn contraction(&self, r: f64) -> Bound {
        let n = self.patterns as f64;
        let front = (2.0 * self.beta * n * (n - 1.0)).ln() + 2.0 * self.norm.ln();
        self.bound(front, r, 0.0)
    }

    /// Theorem 5: `|f(q) − x_i| ≤ 2 (N−1) e^(−β (Δ_i − 2 r M)) M` with the same r. Of use below 2 M, which no two points of the ball
    /// exceed.
    #[must_use]
    pub fn error(&self, r: f64) -> Bound {
        let front = (2.0 * (self.patterns as f64 - 1.0) * self.norm).ln();
        self.bound(front, r, (2.0 * self.norm).ln())
    }

    fn bound(&self, front: f64, r: f64, ln_trivial: f64) -> Bound {
        Bound {
            ln: front - self.beta * (self.separation - 2.0 * r * self.norm),
            ln_trivial,
            applies: self.is_well_separated(),
        }
    }
}
