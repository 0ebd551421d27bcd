//! How far weights are from symmetric, under energy weights too, and which energy weights make them so.

use std::fmt;

use crate::kernels::Weights;
use crate::number::{exact, rounded};

/// Relative asymmetry of a pair that passes as rounding whatever the other entries are: computed in two orders, a pair
/// differs by a few units in the last place; typed with fewer digits, it is equal.
const ROUNDING: f64 = 1e-12;

/// How far `D W` is from its transpose, where it is furthest.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Asymmetry {
    pair: [usize; 2],
    /// `d_i W_ij` and `d_j W_ji`.
    entries: [f64; 2],
    /// The largest entry of `D W`.
    largest: f64,
    /// Is `D` the unit matrix?
    plain: bool,
}

impl Asymmetry {
    /// Is it no more than the rounding of `d_i W_ij` itself, which is not worth a word?
    pub fn is_rounding_of_d(&self) -> bool {
        !self.plain && is_pair_rounding(self.entries[0], self.entries[1])
    }

    /// By how much the pair differs and the largest entry, with three digits that count.
    pub fn sizes(&self) -> [String; 2] {
        let [a, b] = self.entries;
        [(a - b).abs(), self.largest].map(|x| exact(rounded(x, 3)))
    }
}

/// The pair: `W[2][1] = 0.5 and W[1][2] = 0.4`, with `d` where it matters.
impl fmt::Display for Asymmetry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ([i, j], [a, b]) = (self.pair, self.entries);
        if self.plain {
            write!(f, "W[{i}][{j}] = {a} and W[{j}][{i}] = {b}")
        } else {
            write!(f, "d[{i}]·W[{i}][{j}] = {a} and d[{j}]·W[{j}][{i}] = {b}")
        }
    }
}

fn is_pair_rounding(a: f64, b: f64) -> bool {
    (a - b).abs() <= ROUNDING * a.abs().max(b.abs())
}

/// Is `D W` symmetric up to rounding, `n ε max|W|`? And the pair that is furthest from it, if any differs at all. `None` for shapes that do
/// not fit.
///
/// Sums that were taken in two orders differ by the rounding of the largest summands, whatever is left of them: so a pair
/// is held against the largest entries of the matrix. Under `d` these are the entries of `D^½ W D^-½`, which is symmetric
/// where `D W` is, and which the scales of `d` do not distort.
pub(super) fn judged(weights: &Weights, d: &[f64]) -> Option<(bool, Option<Asymmetry>)> {
    let n = weights.rows();
    if weights.cols() != n || d.len() != n {
        return None;
    }
    let root: Vec<f64> = d.iter().map(|d| d.sqrt()).collect();
    let (mut scale, mut largest) = (0f64, 0f64);
    for (i, j, w) in weights.entries() {
        scale = scale.max((w * (root[i] / root[j])).abs());
        largest = largest.max((w * d[i]).abs());
    }
    let allowed = n as f64 * f64::EPSILON * scale;
    let mut symmetric = true;
    let mut worst: Option<(f64, Asymmetry)> = None;
    for (i, j, a) in weights.entries() {
        let (a, b) = (d[i] * a, d[j] * weights.entry(j, i));
        // Of a pair that is kept the one below the diagonal is looked at.
        if a == b || i < j && (b != 0.0 || !weights.is_sparse()) {
            continue;
        }
        // Halves, whose difference cannot overflow.
        let off = 2.0 * (0.5 * a / root[i] / root[j] - 0.5 * b / root[i] / root[j]).abs();
        symmetric &= is_pair_rounding(a, b) || (off <= allowed && allowed.is_finite());
        // A pair that passes by itself is named only where there is nothing else.
        let off = if is_pair_rounding(a, b) { 0.0 } else { off };
        if worst.as_ref().is_none_or(|(before, _)| off > *before) {
            let (pair, entries) = if i < j {
                ([j, i], [b, a])
            } else {
                ([i, j], [a, b])
            };
            let found = Asymmetry {
                pair,
                entries,
                largest,
                plain: d.iter().all(|d| *d == 1.0),
            };
            worst = Some((off, found));
        }
    }
    Some((symmetric, worst.map(|(_, pair)| pair)))
}

/// Why no energy weights make weights symmetric.
#[derive(Clone, Debug, PartialEq)]
pub enum NotSymmetrizable {
    /// The matrix is not square.
    Shape,
    /// It is sparse, and they are found of whole matrices only.
    Sparse,
    /// Of a pair one weight is 0 or of the other sign: then no `d > 0` has `d_i W_ij = d_j W_ji`.
    Pair {
        /// The pair.
        pair: [usize; 2],
        /// `W_ij` and `W_ji`.
        entries: [f64; 2],
    },
    /// Kolmogorov's condition fails: along a cycle the product of the weights is not that of the weights against it.
    Cycle {
        /// Its neurons, each acting on the next and the last on the first.
        neurons: Vec<usize>,
        /// The product along it over that against it, which would be 1.
        ratio: f64,
    },
    /// They lie beyond the range of numbers.
    Range,
}

/// The rest of a sentence about the weights.
impl fmt::Display for NotSymmetrizable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            NotSymmetrizable::Shape => f.write_str("are not square"),
            NotSymmetrizable::Sparse => {
                f.write_str("are sparse, and energy weights are found of whole matrices only")
            }
            NotSymmetrizable::Pair {
                pair: [i, j],
                entries: [a, b],
            } => write!(
                f,
                "have W[{i}][{j}] = {a} and W[{j}][{i}] = {b}, which no factors above 0 make equal"
            ),
            NotSymmetrizable::Cycle { neurons, ratio } => {
                let all = neurons.iter().chain(neurons.first());
                let all: Vec<String> = all.map(usize::to_string).collect();
                write!(
                    f,
                    "fail Kolmogorov's condition on the cycle {}: the product of the weights along it is {} times that against it, and must be the same",
                    all.join(" → "),
                    exact(rounded(*ratio, 12))
                )
            }
            NotSymmetrizable::Range => {
                f.write_str("need energy weights beyond the range of numbers")
            }
        }
    }
}

/// Energy weights `d > 0` with `d_j W_jk = d_k W_kj` up to rounding, as [`super::Recurrent::new`] judges it: 1 for the first neuron of every
/// connected part, and 1 everywhere for weights that are symmetric. They exist where the two weights of every pair have one sign and
/// the product of the weights along every cycle is that against it (Kolmogorov's condition).
///
/// # Errors
/// Which pair or cycle forbids them, or why they are not found.
pub fn symmetrizing_weights(weights: &Weights) -> Result<Vec<f64>, NotSymmetrizable> {
    let n = weights.rows();
    let ones = vec![1.0; n];
    if judged(weights, &ones).ok_or(NotSymmetrizable::Shape)?.0 {
        return Ok(ones);
    }
    // A sparse matrix would need as much memory as a whole one.
    if weights.is_sparse() {
        return Err(NotSymmetrizable::Sparse);
    }
    let w = weights.data();
    // What √(W_jk W_kj) is does not depend on d: entries of D^½ W D^-½, whatever d will be found.
    let strength = |j: usize, k: usize| {
        let (there, back) = (w[j * n + k], w[k * n + j]);
        if (there > 0.0) == (back > 0.0) {
            there.abs().sqrt() * back.abs().sqrt()
        } else {
            0.0
        }
    };
    let all = (0..n * n).map(|at| strength(at / n, at % n));
    let noise = n as f64 * f64::EPSILON * all.fold(0.0, f64::max);
    let mut d = vec![0.0; n];
    // From which neuron each was reached.
    let mut before = vec![None; n];
    for first in 0..n {
        if d[first] != 0.0 {
            continue;
        }
        d[first] = 1.0;
        // From neuron to neuron by the strongest weights, which rounding touches least: Prim's tree.
        let mut reached = vec![(0.0, first); n];
        let mut newest = first;
        loop {
            for k in (0..n).filter(|k| d[*k] == 0.0) {
                let strength = strength(newest, k);
                if strength > reached[k].0 && strength > noise {
                    reached[k] = (strength, newest);
                }
            }
            let waiting = (0..n).filter(|k| d[*k] == 0.0 && reached[*k].0 > 0.0);
            let Some(k) = waiting.max_by(|a, b| reached[*a].0.total_cmp(&reached[*b].0)) else {
                break;
            };
            let j = reached[k].1;
            let found = d[j] * (w[j * n + k] / w[k * n + j]);
            if !found.is_normal() {
                return Err(NotSymmetrizable::Range);
            }
            (d[k], before[k]) = (found, Some(j));
            newest = k;
        }
    }
    match judged(weights, &d) {
        Some((true, _)) => Ok(d),
        Some((_, Some(worst))) => Err(obstacle(weights, &before, worst.pair)),
        _ => Err(NotSymmetrizable::Shape),
    }
}

/// What the pair that is furthest from symmetric under the weights of a tree stands for: itself, or the cycle that it closes.
fn obstacle(weights: &Weights, before: &[Option<usize>], pair: [usize; 2]) -> NotSymmetrizable {
    let [i, j] = pair;
    let entries = [weights.entry(i, j), weights.entry(j, i)];
    let [a, b] = entries;
    let way =
        |from: usize| std::iter::successors(Some(from), |k| before[*k]).collect::<Vec<usize>>();
    let (of_i, of_j) = (way(i), way(j));
    // The first neuron that both ways to the root meet.
    let meets = of_i.iter().position(|k| of_j.contains(k));
    let (Some(meets), true) = (meets, (a > 0.0) == (b > 0.0) && a != 0.0 && b != 0.0) else {
        return NotSymmetrizable::Pair { pair, entries };
    };
    let mut neurons = of_i[..=meets].to_vec();
    let down = of_j.iter().take_while(|k| **k != of_i[meets]);
    let down: Vec<usize> = down.copied().collect();
    neurons.extend(down.iter().rev());
    let next = neurons.iter().cycle().skip(1);
    // Quotients one by one: a product of many weights may leave the range of numbers.
    let ratio = neurons.iter().zip(next).fold(1.0, |ratio, (from, to)| {
        ratio * (weights.entry(*to, *from) / weights.entry(*from, *to))
    });
    NotSymmetrizable::Cycle { neurons, ratio }
}
