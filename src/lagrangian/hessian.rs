//! The Hessian of a direct sum of Lagrangians, as weights and directions.

use std::ops::Range;

use super::{DirectSum, TermRows};
use crate::kernels::{add_sums, sum_rows, vectorized};

/// A direction `b` in which the Hessian of a group acts less than its weights say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// All ones: softmax, ghostmax and the mean of a layer norm.
    Ones,
    /// A vector that the Lagrangian writes, along its state: spherical and layer norm.
    Own,
}

/// What a Lagrangian writes of its Hessian at one state.
#[derive(Debug)]
pub struct HessianRows<'a> {
    /// Weights `w`, `n × width`.
    pub weights: &'a mut [f64],
    /// The vector of [`Direction::Own`], `n × width`; zero where it has none. Its length does not matter.
    pub own: &'a mut [f64],
    /// What is kept of each direction, `directions × width`.
    pub keep: &'a mut [f64],
}

#[derive(Clone, Debug)]
struct Group {
    start: usize,
    len: usize,
    directions: &'static [Direction],
    /// Where this group's entries of `keep` start.
    keep: usize,
}

/// `H = ∂²L/∂x∂x` of one layer at a block of states.
///
/// In every group `H = W (1 − Σ_k (1 − keep_k) b_k b_kᵀ W / (b_kᵀ W b_k))` with diagonal weights `W = diag(w)` and
/// directions `b_k` that are orthogonal under `w`. Hence
/// `vᵀ H v = Σ_i w_i (v − Pv)_i² + Σ_k keep_k ⟨b_k, v⟩_w² / ⟨b_k, b_k⟩_w`, where `P` projects on the directions:
/// a sum of terms that cannot be negative when no weight is. It costs O(n) for every Lagrangian of the catalogue.
/// The part kept is 0 for softmax and for the mean, `1 − Σg` for ghostmax, ε/r² on the sphere, ε/s² in a layer norm.
#[derive(Clone, Debug)]
pub struct Hessian {
    width: usize,
    weights: Vec<f64>,
    own: Vec<f64>,
    keep: Vec<f64>,
    groups: Vec<Group>,
    /// Per column: ⟨b, b⟩_w and ⟨b, v⟩_w.
    products: Vec<f64>,
}

impl Hessian {
    /// Storage for the Hessian of `sum` at blocks of `width` states.
    pub fn new(sum: &DirectSum, width: usize) -> Self {
        let mut keep = 0;
        let mut groups = Vec::new();
        let segments = sum.segments().iter();
        for s in segments.filter(|s| !s.lagrangian.is_additive()) {
            let directions = s.lagrangian.directions();
            groups.push(Group {
                start: s.start,
                len: s.len,
                directions,
                keep,
            });
            keep += directions.len();
        }
        let own = if groups.is_empty() { 0 } else { sum.size() };
        Hessian {
            width,
            weights: vec![0.0; sum.size() * width],
            own: vec![0.0; own * width],
            keep: vec![0.0; keep * width],
            groups,
            products: vec![0.0; 2 * width],
        }
    }

    /// Evaluates it at `x`, `n × width`, for the direct sum that it was made for.
    pub fn evaluate(&mut self, sum: &DirectSum, x: &[f64]) {
        self.fill(sum, x, None);
    }

    /// The same, with `L*` by unit.
    pub fn evaluate_with_legendre(&mut self, sum: &DirectSum, x: &[f64], out: TermRows<'_>) {
        self.fill(sum, x, Some(out));
    }

    fn fill(&mut self, sum: &DirectSum, x: &[f64], mut legendre: Option<TermRows<'_>>) {
        let width = self.width;
        let mut groups = self.groups.iter();
        for s in sum.segments() {
            let at = s.start * width..(s.start + s.len) * width;
            let weights = &mut self.weights[at.clone()];
            let (own, keep): (&mut [f64], &mut [f64]) = if s.lagrangian.is_additive() {
                (&mut [], &mut [])
            } else {
                let first = groups.next().map_or(0, |g| g.keep);
                let keep = first * width..(first + s.lagrangian.directions().len()) * width;
                (&mut self.own[at.clone()], &mut self.keep[keep])
            };
            let rows = HessianRows { weights, own, keep };
            match &mut legendre {
                None => s.lagrangian.hessian(&x[at], width, rows),
                Some(out) => {
                    let out = s.terms(width, out);
                    s.lagrangian.hessian_and_legendre(&x[at], width, rows, out);
                }
            }
        }
    }

    /// The weights `w`, `n × width`: where one is negative the Lagrangian is not convex.
    pub fn weights(&self) -> &[f64] {
        &self.weights
    }

    /// What `H = W − Σ c (W b)(W b)ᵀ` has besides its weights, for one state: the neurons of a group, `c = (1 − keep)/⟨b, b⟩_w`,
    /// and `b`, all ones where there is none.
    pub fn directions(&self) -> impl Iterator<Item = (Range<usize>, f64, Option<&[f64]>)> {
        self.groups.iter().flat_map(move |group| {
            let at = group.start..group.start + group.len;
            let directions = group.directions.iter().enumerate();
            directions.map(move |(k, direction)| {
                let own = (*direction == Direction::Own).then(|| &self.own[at.clone()]);
                let b = |i: usize| own.map_or(1.0, |own| own[i]);
                let weights = self.weights[at.clone()].iter().enumerate();
                let norm: f64 = weights.map(|(i, w)| w * b(i) * b(i)).sum();
                let keep = self.keep[group.keep + k];
                let c = if norm == 0.0 {
                    0.0
                } else {
                    (1.0 - keep) / norm
                };
                (at.clone(), c, own)
            })
        })
    }

    /// Is it nothing but its weights?
    pub fn is_diagonal(&self) -> bool {
        self.groups.is_empty()
    }

    /// `out = H v`.
    pub fn apply(&mut self, v: &[f64], out: &mut [f64]) {
        out.copy_from_slice(v);
        self.take_directions(v, out, |d| (1.0 - d.keep) * d.inner / d.norm);
        vectorized(
            #[inline(always)]
            || {
                for (o, w) in out.iter_mut().zip(&self.weights) {
                    *o *= w;
                }
            },
        );
    }

    /// `out = G v`, where `H = G Gᵀ`: `G = W^½ P^½` with `P = 1 − Σ_k (1 − keep_k) u_k u_kᵀ` and the orthonormal
    /// `u_k = W^½ b_k / √(b_kᵀ W b_k)`, so that `P^½` keeps `√keep_k` of each. No weight may be negative.
    pub fn root(&mut self, v: &[f64], out: &mut [f64]) {
        self.damp(v, out, f64::sqrt);
        out.iter_mut()
            .zip(&self.weights)
            .for_each(|(o, w)| *o *= w.sqrt());
    }

    /// `out = Gᵀ v` with the same root.
    pub fn root_transposed(&mut self, v: &[f64], out: &mut [f64]) {
        let scaled = v.iter().zip(&self.weights).map(|(v, w)| w.sqrt() * v);
        let scaled: Vec<f64> = scaled.collect();
        self.damp(&scaled, out, f64::sqrt);
    }

    /// `out = v − Σ_k (1 − part(keep_k)) u_k (u_k·v)` with the directions of [`Hessian::root`]: `P` for what is kept
    /// itself, `P^½` for its root.
    pub fn damp(&self, v: &[f64], out: &mut [f64], part: impl Fn(f64) -> f64) {
        let width = self.width;
        out.copy_from_slice(v);
        for group in &self.groups {
            let own = |k: usize, entry: usize| match group.directions[k] {
                Direction::Ones => 1.0,
                Direction::Own => self.own[entry],
            };
            for k in 0..group.directions.len() {
                for column in 0..width {
                    let entries =
                        || (group.start..group.start + group.len).map(|i| i * width + column);
                    let along = |e: usize| self.weights[e].sqrt() * own(k, e);
                    // By its largest entry, so that nothing over- or underflows.
                    let size = entries().map(|e| along(e).abs()).fold(0.0, f64::max);
                    if size == 0.0 {
                        continue;
                    }
                    let norm: f64 = entries().map(|e| (along(e) / size).powi(2)).sum();
                    let inner: f64 = entries().map(|e| along(e) / size * v[e]).sum();
                    let keep = part(self.keep[(group.keep + k) * width + column]);
                    let c = (1.0 - keep) * inner / norm;
                    for e in entries() {
                        out[e] -= c * along(e) / size;
                    }
                }
            }
        }
    }

    /// `out[b] += Σ_i m_i v_i (H v)_i` by column, where `m` (one for each neuron) is constant in every group: a sum of
    /// terms none of which is negative when no weight is. `rest` has the length of `v` and is overwritten.
    pub fn add_quadratic(&mut self, v: &[f64], m: &[f64], rest: &mut [f64], out: &mut [f64]) {
        let width = self.width;
        let rest = if self.is_diagonal() {
            v
        } else {
            rest.copy_from_slice(v);
            self.take_directions(v, rest, |d| {
                // Not inner²/norm: the square over- or underflows where the weights are near 1e±160.
                out[d.column] += m[d.start] * d.keep * d.inner * (d.inner / d.norm);
                d.inner / d.norm
            });
            rest
        };
        let square = |_, _, [m]: [f64; 1], [w, r]: [f64; 2]| [m * w * r * r];
        add_sums([m], [&self.weights, rest], width, [out], square);
    }

    /// Subtracts from `rest` a multiple of every direction, as `coefficient` says. A direction of no length (a state
    /// at the centre of its sphere) has no part in anything.
    fn take_directions(
        &mut self,
        v: &[f64],
        rest: &mut [f64],
        mut coefficient: impl FnMut(Projection) -> f64,
    ) {
        let width = self.width;
        let (norms, inners) = self.products.split_at_mut(width);
        for group in &self.groups {
            let at = group.start * width..(group.start + group.len) * width;
            let (w, v) = (&self.weights[at.clone()], &v[at.clone()]);
            let own = &self.own[at.clone()];
            let rest = &mut rest[at];
            for (k, direction) in group.directions.iter().enumerate() {
                match direction {
                    Direction::Ones => {
                        sum_rows([w], width, norms, |[w]| w);
                        sum_rows([w, v], width, inners, |[w, v]| w * v);
                    }
                    Direction::Own => {
                        sum_rows([w, own], width, norms, |[w, b]| w * b * b);
                        sum_rows([w, own, v], width, inners, |[w, b, v]| w * b * v);
                    }
                }
                let keep = &self.keep[(group.keep + k) * width..][..width];
                for column in 0..width {
                    let (norm, inner) = (norms[column], inners[column]);
                    // The coefficient takes the place of the length.
                    norms[column] = if norm == 0.0 {
                        0.0
                    } else {
                        let (start, keep) = (group.start, keep[column]);
                        coefficient(Projection {
                            start,
                            column,
                            keep,
                            norm,
                            inner,
                        })
                    };
                }
                match direction {
                    Direction::Ones => subtract(norms, None, rest),
                    Direction::Own => subtract(norms, Some(own), rest),
                }
            }
        }
    }
}

/// `rest[i, b] -= c[b] d[i, b]`, with a direction of ones where none is given.
fn subtract(c: &[f64], direction: Option<&[f64]>, rest: &mut [f64]) {
    let width = c.len();
    vectorized(
        #[inline(always)]
        || match (direction, c) {
            (None, [c]) => rest.iter_mut().for_each(|r| *r -= c),
            (Some(d), [c]) => rest.iter_mut().zip(d).for_each(|(r, d)| *r -= c * d),
            (None, _) => {
                for row in rest.chunks_exact_mut(width) {
                    row.iter_mut().zip(c).for_each(|(r, c)| *r -= c);
                }
            }
            (Some(d), _) => {
                let rows = rest.chunks_exact_mut(width).zip(d.chunks_exact(width));
                for (row, d) in rows {
                    let all = row.iter_mut().zip(c).zip(d);
                    all.for_each(|((r, c), d)| *r -= c * d);
                }
            }
        },
    );
}

/// One column of one direction `b` of one group, against a vector `v`.
struct Projection {
    start: usize,
    column: usize,
    keep: f64,
    /// `⟨b, b⟩_w`.
    norm: f64,
    /// `⟨b, v⟩_w`.
    inner: f64,
}
