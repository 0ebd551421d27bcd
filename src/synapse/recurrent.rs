//! Recurrent synapse inside one layer: `E = −½ gᵀ W g` (Scholarpedia (6), (9), (12): with the factor ½).

use std::borrow::Borrow;

use super::bilinear::energy_rows;
use super::{Energy, Kind, Ports, Scratch, Synapse};
use crate::kernels::{Patch, Weights, add};
use crate::lagrangian::TermRows;

/// Connections among the neurons of one layer. The diagonal is allowed (self-excitation).
///
/// With energy weights `d` of the layer the energy is `−½ gᵀ D W g`, which needs `D W` symmetric: plainly symmetric
/// weights for `d = 1`, symmetrizable ones (`W_jk = λ_j T_jk μ_k`, `d_j = μ_j/λ_j`; Scholarpedia's `S_jk`) otherwise.
#[derive(Clone, Debug, PartialEq)]
pub struct Recurrent {
    /// `D W`: the network divides every current by `d`.
    weights: Weights,
    energy: Energy,
    /// Is `D` the unit matrix?
    plain: bool,
    /// What was evened out to make `D W` symmetric.
    evened: Option<Asymmetry>,
}

/// What `symmetry` may say of the weights.
pub const SYMMETRIES: [&str; 4] = ["symmetric", "symmetrizable", "symmetrize", "none"];

/// The entry in the list.
pub const KIND: Kind = Kind {
    name: "recurrent",
    formula: "E = −½ gᵀ D W g inside one layer, D its energy weights, 1 unless said (Scholarpedia (6), (9), (12)); no energy with symmetry = \"none\"",
    parameters: &[
        ("layers", "[A]"),
        (
            "weights",
            "W, square; symmetric unless `symmetry` says otherwise",
        ),
        (
            "symmetry",
            "\"symmetric\" (default): W_jk = W_kj up to the rounding of the largest entries; \"symmetrizable\": d_j W_jk = d_k W_kj for some energy weights d > 0, which are found, 1 for the first neuron of every connected part; \"symmetrize\": (W + Wᵀ)/2 is taken, as for files of 32-bit floats; \"none\": W as it is, without an energy",
        ),
    ],
};

/// Relative asymmetry of a pair that passes as rounding whatever the other entries are: computed in two orders, a pair
/// differs by a few units in the last place; typed with fewer digits, it is equal.
const ROUNDING: f64 = 1e-12;

/// How far `D W` is from its transpose, where it is furthest.
#[derive(Clone, Debug, PartialEq)]
pub struct Asymmetry {
    pair: [usize; 2],
    /// `d_i W_ij` and `d_j W_ji`.
    entries: [f64; 2],
    /// The largest entry of `D W`.
    largest: f64,
}

impl Asymmetry {
    fn size(&self) -> f64 {
        (self.entries[0] - self.entries[1]).abs()
    }

    /// `W[2][1] = 0.5 and W[1][2] = 0.4`, with `d` where it matters.
    fn pair(&self, plain: bool) -> String {
        let ([i, j], [a, b]) = (self.pair, self.entries);
        if plain {
            format!("W[{i}][{j}] = {a} and W[{j}][{i}] = {b}")
        } else {
            format!("d[{i}]·W[{i}][{j}] = {a} and d[{j}]·W[{j}][{i}] = {b}")
        }
    }
}

impl Recurrent {
    /// Weights `W` of a layer whose energy weights are `d` (one for each neuron). If `D W` is symmetric up to the rounding
    /// of its largest entries, `n ε max|W|`, it has an energy and is made exactly symmetric, else the energy is only a
    /// candidate.
    ///
    /// Returns `None` unless `weights` is square with one row for each `d`, and `D W` finite.
    pub fn new(weights: impl Borrow<Weights>, d: &[f64]) -> Option<Self> {
        let weights = weights.borrow();
        let (symmetric, worst) = judged(weights, d)?;
        let evened = worst.clone().filter(|_| symmetric);
        let mut made = Recurrent::of(weights, d, symmetric, evened)?;
        if let (false, Some(worst)) = (symmetric, worst) {
            let (among, half) = if made.plain {
                ("", "W")
            } else {
                (" under the layer's energy weights", "DW")
            };
            made.energy = Energy::Candidate(format!(
                "its weights are not symmetric{among}: {}, which differ by {} where the largest is {}; −½ gᵀ{half}g need not fall",
                worst.pair(made.plain),
                short(worst.size()),
                short(worst.largest)
            ));
        }
        Some(made)
    }

    /// The same with `(D W + (D W)ᵀ)/2` in the place of `D W`, however far from symmetric it is.
    ///
    /// Returns `None` where [`Recurrent::new`] does.
    pub fn symmetrized(weights: impl Borrow<Weights>, d: &[f64]) -> Option<Self> {
        let weights = weights.borrow();
        let (_, worst) = judged(weights, d)?;
        Recurrent::of(weights, d, true, worst)
    }

    fn of(weights: &Weights, d: &[f64], even_out: bool, evened: Option<Asymmetry>) -> Option<Self> {
        let n = weights.rows();
        let mut data = weights.data().to_vec();
        for (row, d) in data.chunks_exact_mut(n.max(1)).zip(d) {
            row.iter_mut().for_each(|w| *w *= d);
        }
        if even_out {
            for i in 0..n {
                for j in 0..i {
                    let (a, b) = (data[i * n + j], data[j * n + i]);
                    if a != b {
                        // Neither their sum nor their difference may overflow.
                        let mean = 0.5 * a + 0.5 * b;
                        data[i * n + j] = mean;
                        data[j * n + i] = mean;
                    }
                }
            }
        }
        Some(Recurrent {
            weights: Weights::new(n, n, data).ok()?,
            energy: Energy::Exact,
            plain: d.iter().all(|d| *d == 1.0),
            evened,
        })
    }

    /// What was evened out to make the weights symmetric, in words; nothing where they were symmetric as they came. The
    /// rounding of `d_i W_ij` itself is not worth a word.
    pub fn note(&self) -> Option<String> {
        let evened = self.evened.as_ref()?;
        let [a, b] = evened.entries;
        if !self.plain && is_pair_rounding(a, b) {
            return None;
        }
        let (size, largest) = (short(evened.size()), short(evened.largest));
        let pair = evened.pair(self.plain);
        Some(format!(
            "its weights were made symmetric: {pair} differed most, by {size}, where the largest entry is {largest}"
        ))
    }
}

impl Recurrent {
    /// `out += W g`, by half of the matrix where it is symmetric.
    fn add_product(&self, g: &[f64], width: usize, out: &mut [f64]) {
        match self.energy {
            Energy::Exact => self.weights.add_symmetric_product(g, width, out),
            _ => self.weights.add_product(g, width, out),
        }
    }
}

/// Three digits that count.
fn short(x: f64) -> String {
    let rounded = format!("{x:.2e}");
    match rounded.parse::<f64>() {
        Ok(x) if (1e-3..1e6).contains(&x) => x.to_string(),
        _ => rounded,
    }
}

fn is_pair_rounding(a: f64, b: f64) -> bool {
    (a - b).abs() <= ROUNDING * a.abs().max(b.abs())
}

/// Is `D W` symmetric up to rounding? And the pair that is furthest from it, if any differs at all. `None` for shapes that do
/// not fit.
///
/// Sums that were taken in two orders differ by the rounding of the largest summands, whatever is left of them: so a pair
/// is held against the largest entries of the matrix. Under `d` these are the entries of `D^½ W D^-½`, which is symmetric
/// where `D W` is, and which the scales of `d` do not distort.
fn judged(weights: &Weights, d: &[f64]) -> Option<(bool, Option<Asymmetry>)> {
    let n = weights.rows();
    if weights.cols() != n || d.len() != n {
        return None;
    }
    let w = weights.data();
    let root: Vec<f64> = d.iter().map(|d| d.sqrt()).collect();
    let (mut scale, mut largest) = (0f64, 0f64);
    for (row, i) in w.chunks_exact(n.max(1)).zip(0..) {
        for (w, j) in row.iter().zip(0..) {
            scale = scale.max((w * (root[i] / root[j])).abs());
            largest = largest.max((w * d[i]).abs());
        }
    }
    let allowed = n as f64 * f64::EPSILON * scale;
    let mut symmetric = true;
    let mut worst: Option<(f64, Asymmetry)> = None;
    for i in 0..n {
        for j in 0..i {
            let (a, b) = (d[i] * w[i * n + j], d[j] * w[j * n + i]);
            if a == b {
                continue;
            }
            // Halves, whose difference cannot overflow.
            let off = 2.0 * (0.5 * a / root[i] / root[j] - 0.5 * b / root[i] / root[j]).abs();
            symmetric &= is_pair_rounding(a, b) || (off <= allowed && allowed.is_finite());
            // A pair that passes by itself is named only where there is nothing else.
            let off = if is_pair_rounding(a, b) { 0.0 } else { off };
            if worst.as_ref().is_none_or(|(before, _)| off > *before) {
                let found = Asymmetry {
                    pair: [i, j],
                    entries: [a, b],
                    largest,
                };
                worst = Some((off, found));
            }
        }
    }
    Some((symmetric, worst.map(|(_, pair)| pair)))
}

/// Energy weights `d > 0` with `d_j W_jk = d_k W_kj` up to rounding, as [`Recurrent::new`] judges it: 1 for the first neuron of every
/// connected part, and 1 everywhere for weights that are symmetric; `None` if there are none (Kolmogorov's cycle condition fails,
/// the matrix is not square) or they lie beyond the range of numbers.
pub fn symmetrizing_weights(weights: &Weights) -> Option<Vec<f64>> {
    let n = weights.rows();
    let ones = vec![1.0; n];
    if judged(weights, &ones)?.0 {
        return Some(ones);
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
                return None;
            }
            d[k] = found;
            newest = k;
        }
    }
    judged(weights, &d)?.0.then_some(d)
}

impl Synapse for Recurrent {
    fn describe(&self) -> String {
        let n = self.weights.rows();
        let kind = match (&self.energy, self.plain) {
            (Energy::Exact, true) => "recurrent",
            (Energy::Exact, false) => "recurrent, symmetrizable,",
            _ => "recurrent, not symmetric,",
        };
        format!("{kind} {n} × {n}")
    }

    fn kind(&self) -> Option<&'static Kind> {
        Some(&KIND)
    }

    fn formula(&self) -> String {
        match (&self.energy, self.plain) {
            (Energy::Exact, true) => "E = −½ gᵀ W g, current W g".into(),
            (Energy::Exact, false) => {
                "E = −½ gᵀ D W g with the energy weights D = diag(d) of the layer, current W g"
                    .into()
            }
            (_, true) => {
                "current W g, not the gradient of any energy; −½ gᵀ W g is recorded in its place"
                    .into()
            }
            (_, false) => {
                "current W g, not the gradient of any energy; −½ gᵀ D W g is recorded in its place"
                    .into()
            }
        }
    }

    fn sizes(&self) -> Vec<usize> {
        vec![self.weights.rows()]
    }

    fn evaluate(
        &self,
        ports: &Ports<'_>,
        g: &[f64],
        current: &mut [f64],
        energy: Option<TermRows<'_>>,
        scratch: &mut Scratch,
    ) {
        let width = ports.width;
        let g = ports.of(0, g);
        let (own, norm) = scratch.rows.split_at_mut(g.len());
        let current = ports.of_mut(0, current);
        let product = if ports.is_first(0) {
            self.add_product(g, width, current);
            current
        } else {
            own.fill(0.0);
            self.add_product(g, width, own);
            add(own, current);
            own
        };
        if let Some(out) = energy {
            energy_rows(0.5, &self.weights, [g, g], product, norm, out);
        }
    }

    fn add_curvature(
        &self,
        ports: &Ports<'_>,
        _g: &[f64],
        dg: &[f64],
        dcurrent: &mut [f64],
        _scratch: &mut Scratch,
    ) {
        let (dg, out) = (ports.of(0, dg), ports.of_mut(0, dcurrent));
        self.add_product(dg, ports.width, out);
    }

    fn curvature(
        &self,
        _ports: &Ports<'_>,
        _g: &[f64],
        _scratch: &mut Scratch,
        show: &mut dyn FnMut([usize; 2], Patch<'_>),
    ) -> bool {
        // Symmetric weights need not be turned.
        let patch = match self.energy {
            Energy::Exact => Patch::Transposed(1.0, &self.weights),
            _ => Patch::Weights(1.0, &self.weights),
        };
        show([0, 0], patch);
        true
    }

    fn energy(&self) -> Energy {
        self.energy.clone()
    }

    fn order(&self, unbounded: &[bool]) -> f64 {
        if unbounded.contains(&true) { 2.0 } else { 0.0 }
    }

    fn is_quadratic(&self) -> bool {
        true
    }

    fn scratch(&self, width: usize) -> Scratch {
        Scratch::rows(self.weights.rows() + 1, width)
    }
}
