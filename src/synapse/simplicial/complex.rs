//! All sets of so many neurons, with the weights of memories: `E = −(1/N) Σ_μ Σ_k c_k e_k(a^μ)`, `a_i = ξ_i^μ g_i`, where
//! the elementary symmetric polynomial e_k is the sum over all sets of k neurons of the products of their a.
//!
//! With the power sums `p_j = Σ_i a_i^j` Newton's identities are `k e_k = Σ_{j=1}^k (−1)^{j−1} e_{k−j} p_j`, and without
//! neuron i, `r_k = e_k − a_i r_{k−1}`: no set is ever formed. The current is `(ξ_i/N) Σ_k c_k r_{k−1}`, summed over memories.

use std::ops::{Add, Div, Mul, Sub};

use super::super::{Concavity, Energy, Flip, Flips, Kind, Ports, Scratch, Synapse};
use super::KIND;
use crate::kernels::{Weights, add_sums, sum_rows, update_rows, vectorized};
use crate::lagrangian::TermRows;
use crate::number::{exact, plural};
use crate::refusal::Refusal;

/// The largest sets.
const MOST: usize = 6;
/// Memories that a flip goes through at a time, on the stack.
const BLOCK: usize = 64;

/// All sets of some sizes; see the module.
#[derive(Clone, Debug, PartialEq)]
pub struct Complex {
    /// ξ, one memory a row.
    patterns: Weights,
    /// `c_k` of sets of k neurons, from `c_1` on.
    factors: [f64; MOST],
}

/// A number, or one with its derivative.
trait Number:
    Copy
    + From<f64>
    + Add<Output = Self>
    + Sub<Output = Self>
    + Mul<Output = Self>
    + Div<f64, Output = Self>
{
}

impl Number for f64 {}

/// A number and its derivative.
#[derive(Clone, Copy, Debug)]
struct Dual(f64, f64);

impl From<f64> for Dual {
    fn from(v: f64) -> Self {
        Dual(v, 0.0)
    }
}

impl Add for Dual {
    type Output = Self;
    fn add(self, o: Self) -> Self {
        Dual(self.0 + o.0, self.1 + o.1)
    }
}

impl Sub for Dual {
    type Output = Self;
    fn sub(self, o: Self) -> Self {
        Dual(self.0 - o.0, self.1 - o.1)
    }
}

impl Mul for Dual {
    type Output = Self;
    fn mul(self, o: Self) -> Self {
        Dual(self.0 * o.0, self.0 * o.1 + self.1 * o.0)
    }
}

impl Div<f64> for Dual {
    type Output = Self;
    fn div(self, by: f64) -> Self {
        Dual(self.0 / by, self.1 / by)
    }
}

impl Number for Dual {}

/// `a, a², …`.
#[inline(always)]
fn powers<T: Number, const K: usize>(a: T) -> [T; K] {
    let mut all = [a; K];
    for k in 1..K {
        all[k] = all[k - 1] * a;
    }
    all
}

/// `e_1, e_2, …` of the power sums; with `sign` 1 in the place of −1 the sums of the sizes of all summands.
#[inline(always)]
fn elementary<T: Number, const K: usize>(p: [T; K], sign: f64) -> [T; K] {
    let mut e = p;
    for k in 1..=K {
        let (mut sum, mut signed) = (T::from(0.0), T::from(1.0));
        for j in 1..=k {
            let before = if j == k { T::from(1.0) } else { e[k - j - 1] };
            sum = sum + signed * before * p[j - 1];
            signed = signed * T::from(sign);
        }
        e[k - 1] = sum / k as f64;
    }
    e
}

/// `Σ_k c_k r_{k−1}`: what the current of a neuron has beside ξ/N.
#[inline(always)]
fn rest<T: Number, const K: usize>(a: T, e: [T; K], c: &[f64; MOST]) -> T {
    let (mut r, mut sum) = (T::from(1.0), T::from(c[0]));
    for k in 1..K {
        r = e[k - 1] - a * r;
        sum = sum + T::from(c[k]) * r;
    }
    sum
}

impl Complex {
    /// All sets of these sizes, the terms of each size multiplied by its factor.
    ///
    /// # Errors
    /// Unless there are memories, as many factors as sizes, and the sizes are different whole numbers from 1 to 6, none
    /// larger than the layer.
    pub fn new(patterns: Weights, orders: &[f64], factors: &[f64]) -> Result<Self, Refusal> {
        let n = patterns.cols();
        if patterns.rows() == 0 {
            return Err(Refusal::new("patterns", "must be at least one"));
        }
        if orders.is_empty() {
            return Err(Refusal::new(
                "orders",
                "must be at least one number of neurons",
            ));
        }
        super::super::finite("factors", factors, orders.len(), "order")?;
        let mut all = [0.0; MOST];
        for (k, (order, factor)) in orders.iter().zip(factors).enumerate() {
            let wrong = |why: String| Err(Refusal::new("orders", why).of_entry(k));
            if orders[..k].contains(order) {
                return wrong(format!("name {} twice", exact(*order)));
            }
            match *order as usize {
                size if size as f64 == *order && (1..=MOST).contains(&size) && size <= n => {
                    all[size - 1] = *factor;
                }
                _ => {
                    let most = MOST.min(n);
                    let found = exact(*order);
                    return wrong(format!(
                        "must be whole numbers of neurons from 1 to {most}, one is {found}"
                    ));
                }
            }
        }
        Ok(Complex {
            patterns: patterns.whole(),
            factors: all,
        })
    }

    /// The size of the largest sets.
    fn longest(&self) -> usize {
        self.factors
            .iter()
            .rposition(|c| *c != 0.0)
            .map_or(0, |k| k + 1)
    }

    fn size(&self) -> usize {
        self.patterns.cols()
    }

    /// Up to which order sums are made: of four numbers that are known when the program is compiled.
    fn depth(&self) -> usize {
        match self.longest() {
            0..=2 => 2,
            3 => 3,
            4 => 4,
            _ => MOST,
        }
    }

    fn memory(&self, m: usize) -> &[f64] {
        let n = self.size();
        &self.patterns.data()[m * n..(m + 1) * n]
    }

    fn add_currents<const K: usize>(
        &self,
        g: &[f64],
        width: usize,
        current: &mut [f64],
        mut energy: Option<TermRows<'_>>,
        sums: &mut [f64],
    ) {
        let n = self.size() as f64;
        if let Some(out) = &mut energy {
            out.value.fill(0.0);
            out.magnitude.fill(0.0);
        }
        let (sums, sizes) = sums.split_at_mut(K * width);
        let sizes = &mut sizes[..K * width];
        let at =
            |rows: &[f64], b: usize| -> [f64; K] { std::array::from_fn(|k| rows[k * width + b]) };
        for m in 0..self.patterns.rows() {
            let xi = self.memory(m);
            power_sums::<K>(xi, g, width, sums, |a| a);
            if let Some(out) = &mut energy {
                power_sums::<K>(xi, g, width, sizes, f64::abs);
                for b in 0..width {
                    let (e, size) = (elementary(at(sums, b), -1.0), elementary(at(sizes, b), 1.0));
                    for k in 0..K {
                        out.value[b] -= self.factors[k] * e[k] / n;
                        out.magnitude[b] += self.factors[k].abs() * size[k] / n;
                    }
                }
            }
            for b in 0..width {
                let e = elementary(at(sums, b), -1.0);
                for k in 0..K {
                    sums[k * width + b] = e[k];
                }
            }
            let (sums, factors) = (&*sums, &self.factors);
            update_rows([g], width, width, current, |i, b, to, [g]| {
                let e: [f64; K] = std::array::from_fn(|k| sums[k * width + b]);
                *to += xi[i] * rest(xi[i] * g, e, factors) / n;
            });
        }
    }

    fn add_changes<const K: usize>(&self, [g, dg]: [&[f64]; 2], width: usize, out: &mut [f64]) {
        let n = self.size();
        for m in 0..self.patterns.rows() {
            let xi = self.memory(m);
            for b in 0..width {
                let a = |i: usize| Dual(xi[i] * g[i * width + b], xi[i] * dg[i * width + b]);
                let mut p = [Dual(0.0, 0.0); K];
                for i in 0..n {
                    let powers = powers::<Dual, K>(a(i));
                    p = std::array::from_fn(|k| p[k] + powers[k]);
                }
                let e = elementary(p, -1.0);
                for i in 0..n {
                    let Dual(_, change) = rest(a(i), e, &self.factors);
                    out[i * width + b] += xi[i] * change / n as f64;
                }
            }
        }
    }

    /// The entries of a neuron in the memories from `from` on.
    fn entries<'b>(&self, neuron: usize, from: usize, block: &'b mut [f64; BLOCK]) -> &'b [f64] {
        let own = &mut block[..BLOCK.min(self.patterns.rows() - from)];
        own.fill(0.0);
        self.patterns.column(neuron).add(1.0, from, own);
        own
    }

    /// The power sums of some memories, `apart` numbers from those of the next power, follow a neuron from `g` by `by`.
    fn shift<const K: usize>(xi: &[f64], [g, by]: [f64; 2], sums: &mut [f64], apart: usize) {
        vectorized(
            #[inline(always)]
            || {
                for k in 0..K {
                    let own = &mut sums[k * apart..][..xi.len()];
                    for (sum, xi) in own.iter_mut().zip(xi) {
                        let [before, after] = [g, g + by].map(|g| powers::<f64, K>(xi * g)[k]);
                        *sum += after - before;
                    }
                }
            },
        );
    }

    /// `Σ ξ_i Σ_k c_k r_{k−1}` of some memories.
    fn pull<const K: usize>(&self, xi: &[f64], g: f64, sums: &[f64], apart: usize) -> f64 {
        // ξ, and p_1 to p_{K−1}: those of the largest sets have no part in a current.
        let slices: [&[f64]; K] = std::array::from_fn(|k| match k {
            0 => xi,
            k => &sums[(k - 1) * apart..][..xi.len()],
        });
        let mut sum = [0.0];
        sum_rows(slices, 1, &mut sum, |of| {
            let p: [f64; K] = std::array::from_fn(|k| if k + 1 < K { of[k + 1] } else { 0.0 });
            of[0] * rest(of[0] * g, elementary(p, -1.0), &self.factors)
        });
        sum[0]
    }

    fn follow_by<const K: usize>(&self, g: f64, flip: Flip, kept: &mut [f64]) {
        let rows = self.patterns.rows();
        let mut block = [0.0; BLOCK];
        for from in (0..rows).step_by(BLOCK) {
            let xi = self.entries(flip.neuron, from, &mut block);
            Self::shift::<K>(xi, [g, flip.by], &mut kept[from..], rows);
        }
    }

    fn current_by<const K: usize>(&self, g: f64, kept: &[f64], neuron: usize) -> f64 {
        let rows = self.patterns.rows();
        let mut block = [0.0; BLOCK];
        let mut total = 0.0;
        for from in (0..rows).step_by(BLOCK) {
            let xi = self.entries(neuron, from, &mut block);
            total += self.pull::<K>(xi, g, &kept[from..], rows);
        }
        total / self.size() as f64
    }

    fn difference_by<const K: usize>(&self, g: &[f64], kept: &[f64], flips: &[Flip]) -> f64 {
        let rows = self.patterns.rows();
        let (mut block, mut sums) = ([0.0; BLOCK], [0.0; BLOCK * MOST]);
        let mut total = 0.0;
        for from in (0..rows).step_by(BLOCK) {
            let len = BLOCK.min(rows - from);
            for k in 0..K {
                sums[k * BLOCK..][..len].copy_from_slice(&kept[k * rows + from..][..len]);
            }
            // The later flips meet the earlier ones.
            for flip in flips {
                let xi = self.entries(flip.neuron, from, &mut block);
                let own = g[flip.neuron];
                total += flip.by * self.pull::<K>(xi, own, &sums, BLOCK);
                Self::shift::<K>(xi, [own, flip.by], &mut sums, BLOCK);
            }
        }
        -total / self.size() as f64
    }
}

/// `Σ_i f(a_i)^k` of each column, a row of sums for each k from 1 on.
fn power_sums<const K: usize>(
    xi: &[f64],
    g: &[f64],
    width: usize,
    sums: &mut [f64],
    f: impl Fn(f64) -> f64,
) {
    sums.fill(0.0);
    let mut rows = sums.chunks_exact_mut(width);
    let outs: [&mut [f64]; K] = std::array::from_fn(|_| rows.next().unwrap_or_default());
    add_sums([xi], [g], width, outs, |_, _, [xi], [g]| powers(f(xi * g)));
}

/// Calls a method for the order that sums are made up to.
macro_rules! by_depth {
    ($of:ident . $method:ident $arguments:tt) => {
        match $of.depth() {
            2 => $of.$method::<2> $arguments,
            3 => $of.$method::<3> $arguments,
            4 => $of.$method::<4> $arguments,
            _ => $of.$method::<MOST> $arguments,
        }
    };
}

impl Synapse for Complex {
    fn describe(&self) -> String {
        let orders = (1..=MOST).filter(|k| self.factors[k - 1] != 0.0);
        let orders: Vec<String> = orders.map(|k| k.to_string()).collect();
        let memories = plural(self.patterns.rows(), "pattern");
        format!(
            "simplicial, all sets of {} neurons, of {memories}",
            orders.join(", ")
        )
    }

    fn kind(&self) -> Option<&'static Kind> {
        Some(&KIND)
    }

    fn formula(&self) -> String {
        "E = −(1/N) Σ_μ Σ_k c_k e_k(ξ^μ g), e_k being the sum over all sets of k neurons of the products of their ξ_i g_i".into()
    }

    fn shapes(&self) -> Vec<Vec<usize>> {
        vec![vec![self.size()]]
    }

    fn evaluate(
        &self,
        ports: &Ports<'_>,
        g: &[f64],
        current: &mut [f64],
        energy: Option<TermRows<'_>>,
        scratch: &mut Scratch,
    ) {
        let (g, current) = (ports.of(0, g), ports.of_mut(0, current));
        let sums = &mut scratch.rows[..];
        by_depth!(self.add_currents(g, ports.width, current, energy, sums));
    }

    fn add_curvature(
        &self,
        ports: &Ports<'_>,
        g: &[f64],
        dg: &[f64],
        dcurrent: &mut [f64],
        _scratch: &mut Scratch,
    ) {
        let (both, out) = ([ports.of(0, g), ports.of(0, dg)], ports.of_mut(0, dcurrent));
        by_depth!(self.add_changes(both, ports.width, out));
    }

    /// It is linear in each.
    fn concavity(&self) -> Concavity {
        Concavity::Each
    }

    fn energy(&self) -> Energy {
        Energy::Exact
    }

    fn order(&self, unbounded: &[bool]) -> f64 {
        match unbounded.contains(&true) {
            true => self.longest() as f64,
            false => 0.0,
        }
    }

    fn is_quadratic(&self) -> bool {
        self.longest() <= 2
    }

    /// The powers, what the sums over all sets are made of, and as much for the currents: by counted instructions.
    fn operations(&self) -> f64 {
        let entries = self.patterns.rows() * self.patterns.cols();
        13.5 * ((self.depth() + 1) * entries) as f64
    }

    fn flips(&self) -> Option<&dyn Flips> {
        Some(self)
    }

    fn scratch(&self, width: usize) -> Scratch {
        Scratch::rows(2 * self.depth(), width)
    }
}

/// The power sums of every memory are kept. Those of whole numbers are whole numbers.
impl Flips for Complex {
    fn kept(&self) -> usize {
        self.depth() * self.patterns.rows()
    }

    /// The neurons come in one by one.
    fn keep(&self, g: &[f64], kept: &mut [f64]) {
        kept.fill(0.0);
        for (neuron, by) in g.iter().enumerate() {
            let flip = Flip { neuron, by: *by };
            by_depth!(self.follow_by(0.0, flip, kept));
        }
    }

    fn current(&self, g: &[f64], kept: &[f64], neuron: usize) -> f64 {
        by_depth!(self.current_by(g[neuron], kept, neuron))
    }

    fn difference(&self, g: &[f64], kept: &[f64], flips: &[Flip]) -> f64 {
        match flips {
            [flip] => -flip.by * self.current(g, kept, flip.neuron),
            _ => by_depth!(self.difference_by(g, kept, flips)),
        }
    }

    fn follow(&self, g: &[f64], flip: Flip, kept: &mut [f64]) {
        by_depth!(self.follow_by(g[flip.neuron], flip, kept));
    }
}
