//! `L = γ r + δ·x` with `r = √(|x|² + ε)`, `g = γ x/r + δ`, `H = (γ/r) (1 − u uᵀ)` with `u = x/r`,
//! `L* = −γ ε/r = −γ √ε √(1 − |g − δ|²/γ²)`: activations on (inside, for ε > 0) a sphere (Krotov and Hopfield 2021,
//! model C).
//!
//! For ε = 0 the length of x changes neither g nor L*: H has the null vector x, and a group needs one time constant. There L
//! has a tip at x = 0, where g may be anything in a ball. Then `g = δ`, its centre, and the weights of H are 0 (the state is
//! taken as inactive, like a rectifier at its kink); nothing becomes infinite.

use std::sync::Arc;

use super::delta::Delta;
use super::{Direction, Growth, HessianRows, Kind, Lagrangian, Parameter, Range, TermRows};
use crate::kernels::{PIECE, max_rows, pieces, sum_rows_by, update_rows};
use crate::refusal::Refusal;

/// The spherical norm over the group.
#[derive(Clone, Debug, PartialEq)]
pub struct SphericalNorm {
    gamma: f64,
    delta: Delta,
    root_eps: f64,
    eps: f64,
}

impl SphericalNorm {
    /// Radius `gamma` above 0, centre `delta` (one number for each neuron, one for all, or none for 0), `eps` not negative.
    pub fn new(gamma: f64, delta: &[f64], eps: f64) -> Self {
        SphericalNorm {
            gamma,
            delta: Delta::new(delta),
            root_eps: eps.sqrt(),
            eps,
        }
    }

    /// The largest |x| and `r` of each column of a piece. The squares are of numbers up to 1: x from 1e-300 to 1e300 neither
    /// over- nor underflows.
    fn radius(&self, x: &[f64], columns: usize, width: usize) -> ([f64; PIECE], [f64; PIECE]) {
        let (mut max, mut scale, mut r) = ([0.0; PIECE], [0.0; PIECE], [0.0; PIECE]);
        max_rows([x], columns, &mut max[..width], |[x]| x.abs());
        for (s, m) in scale.iter_mut().zip(&max).take(width) {
            *s = divisor(*m, self.root_eps);
        }
        sum_rows_by([x], columns, &mut r[..width], |_, b, [x]| {
            let t = x / scale[b];
            t * t
        });
        for (r, s) in r.iter_mut().zip(&scale).take(width) {
            let e = self.root_eps / s;
            *r = s * (*r + e * e).sqrt();
        }
        (max, r)
    }
}

/// What the entries of a vector are divided by before they are squared: the largest of them or √ε, and where both are zero,
/// so that any number serves, one that is not.
pub(super) fn divisor(largest: f64, root_eps: f64) -> f64 {
    let floor = root_eps.max(f64::MIN_POSITIVE);
    // Not f64::max, which would lose a NaN.
    if largest < floor { floor } else { largest }
}

/// `1/r`, and 0 where that is no number: at the tip.
pub(super) fn reciprocal(r: f64) -> f64 {
    let inverse = 1.0 / r;
    if inverse == f64::INFINITY {
        0.0
    } else {
        inverse
    }
}

impl Lagrangian for SphericalNorm {
    fn describe(&self) -> String {
        let SphericalNorm {
            gamma, delta, eps, ..
        } = self;
        format!("spherical-norm(gamma = {gamma}{delta}, eps = {eps})")
    }

    fn kind(&self) -> Option<&'static Kind> {
        Some(&KIND)
    }

    fn is_additive(&self) -> bool {
        false
    }

    fn value(&self, x: &[f64], columns: usize, out: TermRows<'_>) {
        for at in pieces(columns) {
            let (value, magnitude) = (&mut out.value[at.clone()], &mut out.magnitude[at.clone()]);
            let x = &x[at.start..];
            let (_, r) = self.radius(x, columns, at.len());
            self.delta.products(x, columns, value, magnitude);
            for (b, r) in r.iter().enumerate().take(at.len()) {
                value[b] += self.gamma * r;
                magnitude[b] += self.gamma * r;
            }
        }
    }

    fn activation(&self, x: &[f64], columns: usize, g: &mut [f64]) {
        for at in pieces(columns) {
            let (x, g, width) = (&x[at.start..], &mut g[at.start..], at.len());
            let (_, mut r) = self.radius(x, columns, width);
            for r in &mut r[..width] {
                *r = self.gamma * reciprocal(*r);
            }
            update_rows([x], columns, width, g, |i, b, g, [x]| {
                *g = x * r[b] + self.delta.at(i);
            });
        }
    }

    fn hessian(&self, x: &[f64], columns: usize, rows: HessianRows<'_>) {
        for at in pieces(columns) {
            let (from, width) = (at.start, at.len());
            let x = &x[from..];
            let (mut max, r) = self.radius(x, columns, width);
            for (b, column) in at.enumerate() {
                // (√ε/r)², because ε/r² may be a quotient of two zeros.
                let share = self.root_eps * reciprocal(r[b]);
                rows.keep[column] = share * share;
                max[b] = reciprocal(max[b]);
            }
            let weights = &mut rows.weights[from..];
            update_rows([], columns, width, weights, |_, b, w, []| {
                *w = self.gamma * reciprocal(r[b]);
            });
            // Along u, but of length 1 to √n: the square of u underflows where x is much below √ε.
            update_rows(
                [x],
                columns,
                width,
                &mut rows.own[from..],
                |_, b, o, [x]| {
                    *o = x * max[b];
                },
            );
        }
    }

    fn legendre(&self, x: &[f64], columns: usize, out: TermRows<'_>) {
        for at in pieces(columns) {
            let (_, r) = self.radius(&x[at.start..], columns, at.len());
            for (b, column) in at.enumerate() {
                let size = self.gamma * self.root_eps * (self.root_eps * reciprocal(r[b]));
                out.value[column] = -size;
                out.magnitude[column] = size;
            }
        }
    }

    fn range(&self) -> Range {
        self.delta.range(self.gamma)
    }

    fn growth(&self) -> Growth {
        Growth::Confined
    }

    fn order(&self) -> f64 {
        1.0
    }

    fn directions(&self) -> &'static [Direction] {
        &[Direction::Own]
    }

    fn fits(&self, n: usize) -> Result<(), Refusal> {
        let refused = |why: &str| Err(Refusal::new(self.describe(), why));
        match n {
            0 => refused("needs a group of one neuron or more"),
            1 if self.eps == 0.0 => {
                refused("is a step on a group of one neuron; give it eps above 0")
            }
            _ => self.delta.fits(n),
        }
    }

    fn state(&self, g: &[f64], columns: usize, x: &mut [f64]) -> bool {
        let mut inside = self.eps > 0.0;
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

/// The entry in the list.
pub const KIND: Kind = Kind {
    name: "spherical-norm",
    formula: "L = gamma r + delta·x with r = sqrt(x·x + eps), g = gamma x/r + delta",
    parameters: &[
        Parameter::number("gamma", "radius, above 0; 1"),
        Parameter::array("delta", "centre, a vector over the group or one number; 0"),
        Parameter::number("eps", "added to x·x, 0 or above; 0"),
    ],
    examples: &[
        r#"{ kind = "spherical-norm" }"#,
        r#"{ kind = "spherical-norm", gamma = 1.5, eps = 0.25 }"#,
        r#"{ kind = "spherical-norm", gamma = 0.5, delta = 0.3, eps = 1e-6 }"#,
        r#"{ kind = "spherical-norm", delta = [0.1, -0.2, 0.3, 0, 0.5], eps = 0.01 }"#,
    ],
    make: |p| {
        let gamma = p.positive("gamma", Some(1.0))?;
        let delta = p.vector("delta")?;
        let eps = p.not_negative("eps", Some(0.0))?;
        Ok(Arc::new(SphericalNorm::new(gamma, &delta, eps)))
    },
};
