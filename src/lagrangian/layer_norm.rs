//! `L = nγ s + δ·x` with `s = √(var + ε)` and `var = (1/n) Σ (x_i − x̄)²`, `g = γ (x − x̄)/s + δ`,
//! `H = (γ/s) (1 − 11ᵀ/n − u uᵀ/n)` with `u = (x − x̄)/s`, `L* = −nγ ε/s`: layer normalisation over a group of n neurons
//! (Ba et al. 2016), whose Lagrangian makes it the token neuron of the Energy Transformer (Hoover et al. 2023).
//!
//! γ is one number: with a vector g would not be a gradient. The variance divides by n, and ε stands inside the root.
//! A common shift of all states changes neither g nor L*: H has the null vector 1. For ε = 0 it also has x − x̄, and a
//! tip where all states are equal; there `g = δ` and the weights of H are 0 (see [`super::SphericalNorm`]).

use std::sync::Arc;

use super::delta::Delta;
use super::spherical_norm::{divisor, reciprocal};
use super::{Direction, Growth, HessianRows, Kind, Lagrangian, Parameter, Range, TermRows};
use crate::kernels::{PIECE, max_rows_by, pieces, sum_rows, sum_rows_by, update_rows};
use crate::refusal::Refusal;

/// The largest group, so that the activation has a bound for every group: |g − δ| ≤ γ √(n − 1).
const LARGEST: usize = 1 << 32;

/// Layer normalisation over the group.
#[derive(Clone, Debug, PartialEq)]
pub struct LayerNorm {
    gamma: f64,
    delta: Delta,
    root_eps: f64,
    eps: f64,
}

/// What there is to know about each column of a piece.
struct Moments {
    /// A first mean, rounded in proportion to the states, …
    mean: [f64; PIECE],
    /// … and the mean of what it leaves. Without it, states of 1e6 ± 1e-3 would be centred with an error of 1e-10.
    rest: [f64; PIECE],
    /// The largest |x − x̄|.
    max: [f64; PIECE],
    s: [f64; PIECE],
}

impl Moments {
    #[inline]
    fn centred(&self, b: usize, x: f64) -> f64 {
        (x - self.mean[b]) - self.rest[b]
    }
}

impl LayerNorm {
    /// Scale `gamma` above 0, shift `delta` (one number for each neuron, one for all, or none for 0), `eps` not negative.
    pub fn new(gamma: f64, delta: &[f64], eps: f64) -> Self {
        LayerNorm {
            gamma,
            delta: Delta::new(delta),
            root_eps: eps.sqrt(),
            eps,
        }
    }

    fn moments(&self, x: &[f64], columns: usize, width: usize) -> Moments {
        let n = size(x, columns) as f64;
        let zero = [0.0; PIECE];
        let mut m = Moments {
            mean: zero,
            rest: zero,
            max: zero,
            s: zero,
        };
        sum_rows([x], columns, &mut m.mean[..width], |[x]| x);
        for mean in &mut m.mean[..width] {
            *mean /= n;
        }
        sum_rows_by([x], columns, &mut m.rest[..width], |_, b, [x]| {
            x - m.mean[b]
        });
        for rest in &mut m.rest[..width] {
            *rest /= n;
        }
        let mut max = zero;
        max_rows_by([x], columns, &mut max[..width], |_, b, [x]| {
            m.centred(b, x).abs()
        });
        m.max = max;
        // The squares are of numbers up to 1: deviations from 1e-300 to 1e300 neither over- nor underflow.
        let mut scale = zero;
        for (s, m) in scale.iter_mut().zip(&max).take(width) {
            *s = divisor(*m, self.root_eps);
        }
        let mut sum = zero;
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

/// Neurons of a group, from a piece that may start behind column 0.
fn size(x: &[f64], columns: usize) -> usize {
    x.len().div_ceil(columns)
}

impl Lagrangian for LayerNorm {
    fn describe(&self) -> String {
        let LayerNorm {
            gamma, delta, eps, ..
        } = self;
        format!("layer-norm(gamma = {gamma}{delta}, eps = {eps})")
    }

    fn kind(&self) -> Option<&'static Kind> {
        Some(&KIND)
    }

    fn is_additive(&self) -> bool {
        false
    }

    fn value(&self, x: &[f64], columns: usize, out: TermRows<'_>) {
        let scale = size(x, columns) as f64 * self.gamma;
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
        let (ones, own) = rows.keep.split_at_mut(columns);
        ones.fill(0.0);
        for at in pieces(columns) {
            let (from, width) = (at.start, at.len());
            let x = &x[from..];
            let mut m = self.moments(x, columns, width);
            for (b, column) in at.enumerate() {
                let share = self.root_eps * reciprocal(m.s[b]);
                own[column] = share * share;
                m.max[b] = reciprocal(m.max[b]);
            }
            let weights = &mut rows.weights[from..];
            update_rows([], columns, width, weights, |_, b, w, []| {
                *w = self.gamma * reciprocal(m.s[b]);
            });
            // Along u, but of length 1 to √n: the square of u underflows where the deviations are much below √ε.
            update_rows(
                [x],
                columns,
                width,
                &mut rows.own[from..],
                |_, b, o, [x]| {
                    *o = m.centred(b, x) * m.max[b];
                },
            );
        }
    }

    fn legendre(&self, x: &[f64], columns: usize, out: TermRows<'_>) {
        let scale = size(x, columns) as f64 * self.gamma;
        for at in pieces(columns) {
            let m = self.moments(&x[at.start..], columns, at.len());
            for (b, column) in at.enumerate() {
                let size = scale * self.root_eps * (self.root_eps * reciprocal(m.s[b]));
                out.value[column] = -size;
                out.magnitude[column] = size;
            }
        }
    }

    /// The bound depends on the size of the group; without a `delta` vector that tells it, it holds for every size.
    fn range(&self) -> Range {
        let n = self.delta.len().unwrap_or(LARGEST);
        self.delta.range(self.gamma * ((n - 1) as f64).sqrt())
    }

    fn growth(&self) -> Growth {
        Growth::Confined
    }

    fn order(&self) -> f64 {
        1.0
    }

    fn directions(&self) -> &'static [Direction] {
        &[Direction::Ones, Direction::Own]
    }

    fn fits(&self, n: usize) -> Result<(), Refusal> {
        let refused = |why: String| Err(Refusal::new(self.describe(), why));
        match n {
            0 | 1 => refused(format!(
                "needs a group of two neurons or more: one of {n} has no variance, its activation would be constant"
            )),
            2 if self.eps == 0.0 => {
                refused("is a step on a group of two neurons; give it eps above 0".into())
            }
            _ if n > LARGEST => refused(format!("takes groups of at most {LARGEST}, not {n}")),
            _ => self.delta.fits(n),
        }
    }
}

/// The entry in the list.
pub const KIND: Kind = Kind {
    name: "layer-norm",
    formula: "L = n gamma s + delta·x with s = sqrt(variance of x + eps), g = gamma (x - mean)/s + delta",
    parameters: &[
        Parameter::number("gamma", "scale, above 0; 1"),
        Parameter::array("delta", "shift, a vector over the group or one number; 0"),
        Parameter::number("eps", "added to the variance, 0 or above; 1e-5"),
    ],
    examples: &[
        r#"{ kind = "layer-norm" }"#,
        r#"{ kind = "layer-norm", gamma = 1.2, eps = 0.25 }"#,
        r#"{ kind = "layer-norm", gamma = 0.5, delta = 0.3, eps = 0 }"#,
        r#"{ kind = "layer-norm", delta = [0.1, -0.2, 0.3, 0, 0.5], eps = 0.01 }"#,
    ],
    make: |p| {
        let gamma = p.positive("gamma", Some(1.0))?;
        let delta = p.vector("delta")?;
        let eps = p.not_negative("eps", Some(1e-5))?;
        Ok(Arc::new(LayerNorm::new(gamma, &delta, eps)))
    },
};
