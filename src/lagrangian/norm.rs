//! What the spherical and the layer norm share: with `y = x` or, centred, `y = x − x̄`, and a divisor `m` of 1 or n,
//! `L = mγ s + δ·x` where `s = √(|y|²/m + ε)`, `g = γ y/s + δ`, `H = (γ/s) (1 − u uᵀ/m)` with `u = y/s` (less `11ᵀ/n` where it
//! is centred), and `L* = −mγ ε/s`.
//!
//! For ε = 0 the length of y changes neither g nor L*: H has the null vector y, and a group needs one time constant. There L
//! has a tip at y = 0, where g may be anything in a ball. Then `g = δ`, its centre, and the weights of H are 0 (the state is
//! taken as inactive, like a rectifier at its kink); nothing becomes infinite.

mod learn;

use std::fmt::Debug;
use std::marker::PhantomData;

use super::delta::Delta;
use super::{
    Changes, Direction, HessianRows, Kind, Lagrangian, Learn, Name, Range, Reach, TermRows, rise,
};
use crate::kernels::{PIECE, max_rows_by, pieces, sum_rows_by, update_rows};
use crate::number::number;
use crate::refusal::Refusal;

/// What the norms differ in: where the states of each column of a piece are measured from.
pub trait Centre: Clone + Debug + PartialEq + Send + Sync + 'static {
    /// The entry in the list.
    const KIND: &'static Kind;
    /// The directions of the Hessian. Nothing is kept of any but the last.
    const DIRECTIONS: &'static [Direction];
    /// Has every activation one state?
    const HAS_STATE: bool;
    /// What [`Lagrangian::operations`] says.
    const OPERATIONS: f64;

    /// Before any state was seen.
    const START: Self;

    /// Becomes that of these states, `n` being `m`. In its place, so that nothing is copied.
    fn find(&mut self, x: &[f64], columns: usize, width: usize, n: f64);

    /// `y`.
    fn centred(&self, b: usize, x: f64) -> f64;

    /// `m` in a group of `n` neurons.
    fn divisor(n: usize) -> f64;

    /// How far the centre of `n` states goes if they change by so much in sum.
    fn shift(sum: f64, n: f64) -> f64;

    /// The largest |g − δ|/γ in a group of `n` neurons, or in any.
    fn radius(n: Option<usize>) -> f64;

    /// Can it act on a group of `n` neurons? If not, the reason.
    fn fits(n: usize, eps: f64) -> Result<(), String>;
}

/// The norm of the states of a group; see the module.
#[derive(Clone, Debug, PartialEq)]
pub struct Norm<C> {
    gamma: f64,
    delta: Delta,
    root_eps: f64,
    eps: f64,
    centre: PhantomData<C>,
}

impl<C: Centre> Norm<C> {
    /// Radius or scale `gamma` above 0, centre or shift `delta` (one number for each neuron, one for all, or none for 0), `eps`
    /// not negative.
    pub fn new(gamma: f64, delta: &[f64], eps: f64) -> Self {
        Norm {
            gamma,
            delta: Delta::new(delta),
            root_eps: eps.sqrt(),
            eps,
            centre: PhantomData,
        }
    }

    /// `m`, from a piece that may start behind column 0.
    fn divisor(x: &[f64], columns: usize) -> f64 {
        C::divisor(x.len().div_ceil(columns))
    }

    /// The largest |y| and `s` of each column of a piece, whose centre is found. The squares are of numbers up to 1: y from
    /// 1e-300 to 1e300 neither over- nor underflows.
    fn moments(
        &self,
        x: &[f64],
        columns: usize,
        width: usize,
        centre: &mut C,
    ) -> ([f64; PIECE], [f64; PIECE]) {
        let n = Self::divisor(x, columns);
        centre.find(x, columns, width, n);
        let centre = &*centre;
        let (mut max, mut scale, mut s) = ([0.0; PIECE], [0.0; PIECE], [0.0; PIECE]);
        max_rows_by([x], columns, &mut max[..width], |_, b, [x]| {
            centre.centred(b, x).abs()
        });
        for (s, m) in scale.iter_mut().zip(&max).take(width) {
            // Not f64::max, which would lose a NaN. Where √ε is zero as well any number serves that is not.
            let floor = self.root_eps.max(f64::MIN_POSITIVE);
            *s = if *m < floor { floor } else { *m };
        }
        sum_rows_by([x], columns, &mut s[..width], |_, b, [x]| {
            let t = centre.centred(b, x) / scale[b];
            t * t
        });
        for (s, scale) in s.iter_mut().zip(&scale).take(width) {
            let e = self.root_eps / scale;
            *s = scale * (*s / n + e * e).sqrt();
        }
        (max, s)
    }
}

/// `1/r`, and 0 where that is no number: at the tip.
fn reciprocal(r: f64) -> f64 {
    let inverse = 1.0 / r;
    if inverse == f64::INFINITY {
        0.0
    } else {
        inverse
    }
}

impl<C: Centre> Lagrangian for Norm<C> {
    fn name(&self) -> Name {
        // One that was learnt has more digits than are read.
        let (gamma, delta, eps) = (number(self.gamma), &self.delta, self.eps);
        Name::of(
            C::KIND,
            format_args!("(gamma = {gamma}{delta}, eps = {eps})"),
        )
    }

    fn is_additive(&self) -> bool {
        false
    }

    fn value(&self, x: &[f64], columns: usize, out: TermRows<'_>) {
        let scale = Self::divisor(x, columns) * self.gamma;
        for at in pieces(columns) {
            let (value, magnitude) = (&mut out.value[at.clone()], &mut out.magnitude[at.clone()]);
            let x = &x[at.start..];
            let mut centre = C::START;
            let (_, s) = self.moments(x, columns, at.len(), &mut centre);
            self.delta.products(x, columns, value, magnitude);
            for (b, s) in s.iter().enumerate().take(at.len()) {
                value[b] += scale * s;
                magnitude[b] += scale * s;
            }
        }
    }

    fn activation(&self, x: &[f64], columns: usize, g: &mut [f64]) {
        for at in pieces(columns) {
            let (x, g, width) = (&x[at.start..], &mut g[at.start..], at.len());
            let mut centre = C::START;
            let (_, mut s) = self.moments(x, columns, width, &mut centre);
            for s in &mut s[..width] {
                *s = self.gamma * reciprocal(*s);
            }
            update_rows([x], columns, width, g, |i, b, g, [x]| {
                *g = centre.centred(b, x) * s[b] + self.delta.at(i);
            });
        }
    }

    fn operations(&self) -> f64 {
        C::OPERATIONS
    }

    fn hessian(&self, x: &[f64], columns: usize, rows: HessianRows<'_>) {
        let (others, own) = rows.keep.split_at_mut(rows.keep.len() - columns);
        others.fill(0.0);
        for at in pieces(columns) {
            let (from, width) = (at.start, at.len());
            let x = &x[from..];
            let mut centre = C::START;
            let (mut max, s) = self.moments(x, columns, width, &mut centre);
            for (b, column) in at.enumerate() {
                // (√ε/s)², because ε/s² may be a quotient of two zeros.
                let share = self.root_eps * reciprocal(s[b]);
                own[column] = share * share;
                max[b] = reciprocal(max[b]);
            }
            let weights = &mut rows.weights[from..];
            update_rows([], columns, width, weights, |_, b, w, []| {
                *w = self.gamma * reciprocal(s[b]);
            });
            // Along u, but of length 1 to √n: the square of u underflows where y is much below √ε.
            let along = &mut rows.own[from..];
            update_rows([x], columns, width, along, |_, b, o, [x]| {
                *o = centre.centred(b, x) * max[b];
            });
        }
    }

    fn legendre(&self, x: &[f64], columns: usize, out: TermRows<'_>) {
        let scale = Self::divisor(x, columns) * self.gamma;
        for at in pieces(columns) {
            let mut centre = C::START;
            let (_, s) = self.moments(&x[at.start..], columns, at.len(), &mut centre);
            for (b, column) in at.enumerate() {
                let size = scale * self.root_eps * (self.root_eps * reciprocal(s[b]));
                out.value[column] = -size;
                out.magnitude[column] = size;
            }
        }
    }

    fn rise(&self, c: f64, x: &[f64], _: &[f64], changes: &Changes<'_>) -> f64 {
        let n = C::divisor(x.len());
        let mut centre = C::START;
        let (_, s) = self.moments(x, 1, 1, &mut centre);
        let shift = C::shift(rise::sum(x, changes, |_, by| by), n);
        // Of numbers up to 1, as in `moments`.
        let most = rise::largest(x, changes, |_, by| (by - shift).abs());
        let scale = s[0].max(most).max(f64::MIN_POSITIVE);
        let parts = |x: f64, by: f64| (centre.centred(0, x) / scale, (by - shift) / scale);
        let moved = rise::sum(x, changes, |x, by| {
            let (y, d) = parts(x, by);
            (y + d) * (y + d)
        });
        // s' − s = (s'² − s²)/(s' + s).
        let squares = rise::sum(x, changes, |x, by| {
            let (y, d) = parts(x, by);
            d * (2.0 * y + d)
        });
        let e = self.root_eps / scale;
        let ends = s[0] / scale + (moved / n + e * e).sqrt();
        let radial = match ends > 0.0 {
            true => scale * squares / (n * ends),
            false => 0.0,
        };
        let mut along = 0.0;
        rise::blocks(x.len(), changes, |from, by| {
            let terms = by.iter().enumerate();
            along += terms
                .map(|(i, by)| self.delta.at(from + i) * by)
                .sum::<f64>();
        });
        c * (n * self.gamma * radial + along)
    }

    fn reach(&self) -> Reach {
        let radius = self.gamma * C::radius(self.delta.len());
        let Range { low, high } = self.delta.range(radius);
        Reach::confined(low, high)
    }

    fn directions(&self) -> &'static [Direction] {
        C::DIRECTIONS
    }

    fn learn(&self) -> Option<&dyn Learn> {
        Some(self)
    }

    fn fits(&self, n: usize) -> Result<(), Refusal> {
        C::fits(n, self.eps).map_err(|why| Refusal::new(self.describe(), why))?;
        self.delta.fits(n)
    }

    fn state(&self, g: &[f64], columns: usize, x: &mut [f64]) -> bool {
        let mut inside = C::HAS_STATE && self.eps > 0.0;
        for at in pieces(columns) {
            let (g, x, width) = (&g[at.start..], &mut x[at.start..], at.len());
            let mut r = [0.0; PIECE];
            let u = |i: usize, g: f64| (g - self.delta.at(i)) / self.gamma;
            sum_rows_by([g], columns, &mut r[..width], |i, _, [g]| u(i, g) * u(i, g));
            for r in &mut r[..width] {
                inside &= *r < 1.0;
                *r = self.root_eps / (1.0 - *r).sqrt();
            }
            update_rows([g], columns, width, x, |i, b, x, [g]| *x = u(i, g) * r[b]);
        }
        inside
    }
}
