//! What the spherical and the layer norm share: with `y = x` or, centred, `y = x − x̄`, and a divisor `m` of 1 or n,
//! `L = mγ s + δ·x` where `s = √(|y|²/m + ε)`, `g = γ y/s + δ`, `H = (γ/s) (1 − u uᵀ/m)` with `u = y/s` (less `11ᵀ/n` where it
//! is centred), and `L* = −mγ ε/s`.
//!
//! For ε = 0 the length of y changes neither g nor L*: H has the null vector y, and a group needs one time constant. There L
//! has a tip at y = 0, where g may be anything in a ball. Then `g = δ`, its centre, and the weights of H are 0 (the state is
//! taken as inactive, like a rectifier at its kink); nothing becomes infinite.

use super::delta::Delta;
use super::{Direction, HessianRows, Lagrangian, Name, Range, Reach, TermRows};
use super::{layer_norm, spherical_norm};
use crate::kernels::{PIECE, max_rows_by, pieces, sum_rows, sum_rows_by, update_rows};
use crate::refusal::Refusal;

/// The largest group, so that the activation of a layer norm has a bound for every group: |g − δ| ≤ γ √(n − 1).
const LARGEST: usize = 1 << 32;

/// The norm of the states of a group, or of their deviations from their mean; see the module.
#[derive(Clone, Debug, PartialEq)]
pub struct Norm<const CENTRED: bool> {
    gamma: f64,
    delta: Delta,
    root_eps: f64,
    eps: f64,
}

/// What there is to know about each column of a piece.
struct Moments<const CENTRED: bool> {
    /// A first mean, rounded in proportion to the states, …
    mean: [f64; PIECE],
    /// … and the mean of what it leaves. Without it, states of 1e6 ± 1e-3 would be centred with an error of 1e-10.
    rest: [f64; PIECE],
    /// The largest |y|.
    max: [f64; PIECE],
    s: [f64; PIECE],
}

impl<const CENTRED: bool> Moments<CENTRED> {
    /// `y`.
    #[inline(always)]
    fn centred(&self, b: usize, x: f64) -> f64 {
        match CENTRED {
            true => (x - self.mean[b]) - self.rest[b],
            false => x,
        }
    }
}

impl<const CENTRED: bool> Norm<CENTRED> {
    /// Radius or scale `gamma` above 0, centre or shift `delta` (one number for each neuron, one for all, or none for 0), `eps`
    /// not negative.
    pub fn new(gamma: f64, delta: &[f64], eps: f64) -> Self {
        Norm {
            gamma,
            delta: Delta::new(delta),
            root_eps: eps.sqrt(),
            eps,
        }
    }

    /// `m`: the neurons of a group, from a piece that may start behind column 0, where it is centred.
    fn divisor(x: &[f64], columns: usize) -> f64 {
        match CENTRED {
            true => x.len().div_ceil(columns) as f64,
            false => 1.0,
        }
    }

    fn moments(&self, x: &[f64], columns: usize, width: usize) -> Moments<CENTRED> {
        let (zero, n) = ([0.0; PIECE], Self::divisor(x, columns));
        let mut m = Moments {
            mean: zero,
            rest: zero,
            max: zero,
            s: zero,
        };
        if CENTRED {
            sum_rows([x], columns, &mut m.mean[..width], |[x]| x);
            m.mean[..width].iter_mut().for_each(|mean| *mean /= n);
            sum_rows_by([x], columns, &mut m.rest[..width], |_, b, [x]| {
                x - m.mean[b]
            });
            m.rest[..width].iter_mut().for_each(|rest| *rest /= n);
        }
        let (mut max, mut scale, mut sum) = (zero, zero, zero);
        max_rows_by([x], columns, &mut max[..width], |_, b, [x]| {
            m.centred(b, x).abs()
        });
        m.max = max;
        // The squares are of numbers up to 1: y from 1e-300 to 1e300 neither over- nor underflows.
        for (s, m) in scale.iter_mut().zip(&max).take(width) {
            // Not f64::max, which would lose a NaN. Where √ε is zero as well any number serves that is not.
            let floor = self.root_eps.max(f64::MIN_POSITIVE);
            *s = if *m < floor { floor } else { *m };
        }
        sum_rows_by([x], columns, &mut sum[..width], |_, b, [x]| {
            let t = m.centred(b, x) / scale[b];
            t * t
        });
        for b in 0..width {
            let e = self.root_eps / scale[b];
            m.s[b] = scale[b] * (sum[b] / n + e * e).sqrt();
        }
        m
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

impl<const CENTRED: bool> Lagrangian for Norm<CENTRED> {
    fn name(&self) -> Name {
        let kind = match CENTRED {
            true => &layer_norm::KIND,
            false => &spherical_norm::KIND,
        };
        let (gamma, delta, eps) = (self.gamma, &self.delta, self.eps);
        Name::of(kind, format_args!("(gamma = {gamma}{delta}, eps = {eps})"))
    }

    fn is_additive(&self) -> bool {
        false
    }

    fn value(&self, x: &[f64], columns: usize, out: TermRows<'_>) {
        let scale = Self::divisor(x, columns) * self.gamma;
        for at in pieces(columns) {
            let (value, magnitude) = (&mut out.value[at.clone()], &mut out.magnitude[at.clone()]);
            let x = &x[at.start..];
            let m = self.moments(x, columns, at.len());
            self.delta.products(x, columns, value, magnitude);
            for b in 0..at.len() {
                value[b] += scale * m.s[b];
                magnitude[b] += scale * m.s[b];
            }
        }
    }

    fn activation(&self, x: &[f64], columns: usize, g: &mut [f64]) {
        for at in pieces(columns) {
            let (x, g, width) = (&x[at.start..], &mut g[at.start..], at.len());
            let mut m = self.moments(x, columns, width);
            for s in &mut m.s[..width] {
                *s = self.gamma * reciprocal(*s);
            }
            update_rows([x], columns, width, g, |i, b, g, [x]| {
                *g = m.centred(b, x) * m.s[b] + self.delta.at(i);
            });
        }
    }

    fn hessian(&self, x: &[f64], columns: usize, rows: HessianRows<'_>) {
        // A layer norm keeps nothing of its first direction, the ones.
        let (ones, own) = rows.keep.split_at_mut(rows.keep.len() - columns);
        ones.fill(0.0);
        for at in pieces(columns) {
            let (from, width) = (at.start, at.len());
            let x = &x[from..];
            let mut m = self.moments(x, columns, width);
            for (b, column) in at.enumerate() {
                // (√ε/s)², because ε/s² may be a quotient of two zeros.
                let share = self.root_eps * reciprocal(m.s[b]);
                own[column] = share * share;
                m.max[b] = reciprocal(m.max[b]);
            }
            let weights = &mut rows.weights[from..];
            update_rows([], columns, width, weights, |_, b, w, []| {
                *w = self.gamma * reciprocal(m.s[b]);
            });
            // Along u, but of length 1 to √n: the square of u underflows where y is much below √ε.
            let along = &mut rows.own[from..];
            update_rows([x], columns, width, along, |_, b, o, [x]| {
                *o = m.centred(b, x) * m.max[b];
            });
        }
    }

    fn legendre(&self, x: &[f64], columns: usize, out: TermRows<'_>) {
        let scale = Self::divisor(x, columns) * self.gamma;
        for at in pieces(columns) {
            let m = self.moments(&x[at.start..], columns, at.len());
            for (b, column) in at.enumerate() {
                let size = scale * self.root_eps * (self.root_eps * reciprocal(m.s[b]));
                out.value[column] = -size;
                out.magnitude[column] = size;
            }
        }
    }

    /// The bound of a layer norm depends on the size of the group; without a `delta` vector that tells it, it holds for every
    /// size.
    fn reach(&self) -> Reach {
        let radius = match CENTRED {
            true => ((self.delta.len().unwrap_or(LARGEST) - 1) as f64).sqrt(),
            false => 1.0,
        };
        let Range { low, high } = self.delta.range(self.gamma * radius);
        Reach::confined(low, high)
    }

    fn directions(&self) -> &'static [Direction] {
        match CENTRED {
            true => &[Direction::Ones, Direction::Own],
            false => &[Direction::Own],
        }
    }

    fn fits(&self, n: usize) -> Result<(), Refusal> {
        let refused = |why: String| Err(Refusal::new(self.describe(), why));
        let step = self.eps == 0.0;
        match (CENTRED, n) {
            (true, 0 | 1) => refused(format!(
                "needs a group of two neurons or more: one of {n} has no variance, its activation would be constant"
            )),
            (false, 0) => refused("needs a group of one neuron or more".into()),
            (true, 2) if step => {
                refused("is a step on a group of two neurons; give it eps above 0".into())
            }
            (false, 1) if step => {
                refused("is a step on a group of one neuron; give it eps above 0".into())
            }
            (true, _) if n > LARGEST => {
                refused(format!("takes groups of at most {LARGEST}, not {n}"))
            }
            _ => self.delta.fits(n),
        }
    }

    /// Of a layer norm none: a common shift of all states changes no activation.
    fn state(&self, g: &[f64], columns: usize, x: &mut [f64]) -> bool {
        let mut inside = !CENTRED && self.eps > 0.0;
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
