//! What softmax and ghostmax share: `L = ln(Σ_i e^{βx_i})/β`, with or without a ghost of state 0 among the neurons.
//!
//! With the largest state m (the ghost's among them) and `e_i = e^{β(x_i − m)}`, each sum is `1 + rest`, where `rest` leaves
//! out one largest. Then
//! - `L = m + ln(1 + rest)/β`,
//! - `g_i = e_i/(1 + rest)`, and the ghost's share `q = 1 − Σg` is `e^{−βm}/(1 + rest)`,
//! - `L* = −[Σ_i g_i (m − x_i) + q m + ln(1 + rest)/β]`: no two terms of unlike sign, so that it is good to rounding where
//!   one neuron has won and L* is as small as 1e-300.

use super::kind::Listed;
use super::{Changes, Direction, Enclosure, HessianRows, Lagrangian, Name, Reach, TermRows, rise};
use crate::kernels::{Interval, PIECE, math, max_rows, pieces, sum_rows, sum_rows_by, update_rows};
use crate::refusal::Refusal;

/// Competing neurons, with or without a ghost; see the module.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LogSumExp<const GHOST: bool> {
    /// Gain, above 0.
    pub beta: f64,
}

/// The largest state and `rest` of each column of a piece.
struct Shifted {
    max: [f64; PIECE],
    rest: [f64; PIECE],
}

impl<const GHOST: bool> LogSumExp<GHOST> {
    /// The largest state of each column of a piece, the ghost's among them.
    fn largest(&self, x: &[f64], columns: usize, width: usize) -> [f64; PIECE] {
        let mut max = [0.0; PIECE];
        max_rows([x], columns, &mut max[..width], |[x]| x);
        for m in &mut max[..width] {
            // Not f64::max, which would lose a NaN.
            if GHOST && *m < 0.0 {
                *m = 0.0;
            }
        }
        max
    }

    fn shift(&self, x: &[f64], columns: usize, width: usize) -> Shifted {
        let max = self.largest(x, columns, width);
        let (mut rest, mut largest) = ([0.0; PIECE], [0.0; PIECE]);
        let below = |_, b: usize, [x]: [f64; 1]| {
            if x == max[b] {
                0.0
            } else {
                self.exp(x, max[b])
            }
        };
        sum_rows_by([x], columns, &mut rest[..width], below);
        let ties = |_, b: usize, [x]: [f64; 1]| if x == max[b] { 1.0 } else { 0.0 };
        sum_rows_by([x], columns, &mut largest[..width], ties);
        for b in 0..width {
            if GHOST && max[b] == 0.0 {
                largest[b] += 1.0;
            } else if GHOST {
                rest[b] += self.exp(0.0, max[b]);
            }
            rest[b] += largest[b] - 1.0;
        }
        Shifted { max, rest }
    }

    #[inline(always)]
    fn exp(&self, x: f64, max: f64) -> f64 {
        math::exp(self.beta * (x - max))
    }

    /// The ghost's share, from the states and the shares of all others.
    fn ghost(&self, x: &[f64], g: &[f64]) -> f64 {
        let max = self.largest(x, 1, 1)[0];
        match x.iter().position(|x| *x == max) {
            _ if !GHOST => 0.0,
            Some(k) => g[k] * (-self.beta * max).exp(),
            None => 1.0 - g.iter().sum::<f64>(),
        }
    }

    /// `out = scale · g`. One exponential for each neuron: this is in the hot loop.
    fn shares(&self, scale: f64, x: &[f64], columns: usize, out: &mut [f64]) {
        for at in pieces(columns) {
            let (x, out, width) = (&x[at.start..], &mut out[at.start..], at.len());
            let max = self.largest(x, columns, width);
            let mut factor = [0.0; PIECE];
            update_rows([x], columns, width, out, |_, b, o, [x]| {
                *o = self.exp(x, max[b])
            });
            sum_rows_by([&*out], columns, &mut factor[..width], |_, _, [e]| e);
            for (f, m) in factor.iter_mut().zip(&max).take(width) {
                let ghost = if GHOST { self.exp(0.0, *m) } else { 0.0 };
                *f = scale / (*f + ghost);
            }
            update_rows([], columns, width, out, |_, b, o, []| *o *= factor[b]);
        }
    }
}

impl<const GHOST: bool> Lagrangian for LogSumExp<GHOST>
where
    LogSumExp<GHOST>: Listed,
{
    fn name(&self) -> Name {
        Name::of(Self::KIND, format_args!("(beta = {})", self.beta))
    }

    fn is_additive(&self) -> bool {
        false
    }

    fn value(&self, x: &[f64], columns: usize, out: TermRows<'_>) {
        for at in pieces(columns) {
            let s = self.shift(&x[at.start..], columns, at.len());
            for (b, column) in at.enumerate() {
                let spread = s.rest[b].ln_1p() / self.beta;
                out.value[column] = s.max[b] + spread;
                out.magnitude[column] = s.max[b].abs() + spread;
            }
        }
    }

    fn activation(&self, x: &[f64], columns: usize, g: &mut [f64]) {
        self.shares(1.0, x, columns, g);
    }

    /// An exponential, and four passes over the states.
    fn operations(&self) -> f64 {
        60.0
    }

    fn hessian(&self, x: &[f64], columns: usize, rows: HessianRows<'_>) {
        self.shares(self.beta, x, columns, rows.weights);
        if !GHOST {
            rows.keep.fill(0.0);
            return;
        }
        for at in pieces(columns) {
            let s = self.shift(&x[at.start..], columns, at.len());
            for (b, column) in at.enumerate() {
                rows.keep[column] = self.exp(0.0, s.max[b]) / (1.0 + s.rest[b]);
            }
        }
    }

    fn legendre(&self, x: &[f64], columns: usize, out: TermRows<'_>) {
        for at in pieces(columns) {
            let (x, width) = (&x[at.start..], at.len());
            let s = self.shift(x, columns, width);
            let mut gaps = [0.0; PIECE];
            sum_rows_by([x], columns, &mut gaps[..width], |_, b, [x]| {
                self.exp(x, s.max[b]) * (s.max[b] - x)
            });
            for (b, column) in at.enumerate() {
                let ghost = if GHOST {
                    self.exp(0.0, s.max[b]) * s.max[b]
                } else {
                    0.0
                };
                let size = (gaps[b] + ghost) / (1.0 + s.rest[b]) + s.rest[b].ln_1p() / self.beta;
                out.value[column] = -size;
                out.magnitude[column] = size;
            }
        }
    }

    fn rise(&self, c: f64, x: &[f64], g: &[f64], changes: &Changes<'_>) -> f64 {
        let beta = self.beta;
        let most = rise::largest(x, changes, |_, by| beta * by.abs());
        // A share that has underflowed must not matter.
        if most < 300.0 {
            let sum = rise::sum(g, changes, |g, by| g * math::exp_m1(beta * by));
            if sum > -0.5 {
                return c / beta * sum.ln_1p();
            }
            let sum = rise::sum(g, changes, |g, by| g * math::exp(beta * by));
            return c / beta * (sum + self.ghost(x, g)).ln();
        }
        // By how much the largest of all states rises, and what the others then have of it before and after.
        let max = self.largest(x, 1, 1)[0];
        let up = rise::largest(x, changes, |x, by| (x - max) + by);
        let up = if GHOST && up < -max { -max } else { up };
        let shares = |before: bool| {
            let sum = rise::sum(x, changes, |x, by| {
                let above = if before { x - max } else { (x - max) + by - up };
                math::exp(beta * above)
            });
            let ghost = if before { -max } else { -max - up };
            sum + if GHOST { math::exp(beta * ghost) } else { 0.0 }
        };
        c * (up + (shares(false).ln() - shares(true).ln()) / beta)
    }

    fn reach(&self) -> Reach {
        Reach::confined(0.0, 1.0)
    }

    fn directions(&self) -> &'static [Direction] {
        &[Direction::Ones]
    }

    fn enclosure(&self) -> Option<&dyn Enclosure> {
        Some(self)
    }

    fn fits(&self, n: usize) -> Result<(), Refusal> {
        let why = "needs a group of one neuron or more";
        match n {
            0 => Err(Refusal::new(self.describe(), why)),
            _ => Ok(()),
        }
    }

    /// With a ghost `x_i = ln(g_i/q)/β`; without one a common shift of all states changes no activation.
    fn state(&self, g: &[f64], columns: usize, x: &mut [f64]) -> bool {
        let mut inside = GHOST && g.iter().all(|g| *g > 0.0);
        for at in pieces(columns) {
            let (g, x, width) = (&g[at.start..], &mut x[at.start..], at.len());
            let mut q = [0.0; PIECE];
            sum_rows([g], columns, &mut q[..width], |[g]| g);
            for q in &mut q[..width] {
                *q = 1.0 - *q;
                inside &= *q > 0.0;
            }
            update_rows([g], columns, width, x, |_, b, x, [g]| {
                *x = (g / q[b]).ln() / self.beta;
            });
        }
        inside
    }
}

/// `g_i = 1/(1 + Σ_{j≠i} e^{β(x_j − x_i)})` rises with its own state and falls with all others, so that corners of the box bound it. The
/// Hessian `β g_i (δ_ij − g_j)` is taken from these bounds as if they were independent: crude, and enough in small boxes.
impl<const GHOST: bool> Enclosure for LogSumExp<GHOST> {
    fn activation(&self, x: &[Interval], g: &mut [Interval]) {
        for (i, g) in g.iter_mut().enumerate() {
            let share = |own: f64, of: fn(&Interval) -> f64| {
                let others = x.iter().enumerate().filter(|(j, _)| *j != i);
                let others = others.map(|(_, x)| of(x)).chain(GHOST.then_some(0.0));
                1.0 / (1.0 + others.map(|x| (self.beta * (x - own)).exp()).sum::<f64>())
            };
            let found =
                Interval::of_function(share(x[i].low, |x| x.high), share(x[i].high, |x| x.low));
            let whole = Interval::between(0.0, 1.0);
            *g = found.common(whole).unwrap_or(whole);
        }
    }

    fn hessian(&self, x: &[Interval], show: &mut dyn FnMut([usize; 2], Interval)) {
        let mut g = vec![Interval::ZERO; x.len()];
        Enclosure::activation(self, x, &mut g);
        // g (1 − g) is largest at 1/2.
        let own = |g: Interval| {
            let at = |g: f64| g * (1.0 - g);
            let ends = Interval::of_function(at(g.low), at(g.high));
            match g.holds(0.5) {
                true => ends.hull(Interval::at(0.25)),
                false => ends,
            }
        };
        for i in 0..x.len() {
            for j in 0..x.len() {
                let entry = match i == j {
                    true => own(g[i]).times(self.beta),
                    false => (g[i] * g[j]).times(-self.beta),
                };
                show([i, j], entry);
            }
        }
    }
}
