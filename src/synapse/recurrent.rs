//! Recurrent synapse inside one layer: `E = −½ gᵀ W g` (Scholarpedia (6), (9), (12): with the factor ½).

use super::bilinear::energy_rows;
use super::{Energy, Kind, Ports, Scratch, Synapse};
use crate::kernels::{Weights, add};
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
}

/// The entry in the list.
pub const KIND: Kind = Kind {
    name: "recurrent",
    formula: "E = −½ gᵀ W g inside one layer (Scholarpedia (6), (9), (12))",
    parameters: &[
        ("layers", "[A]"),
        (
            "weights",
            "W, square; symmetric unless `symmetry` says otherwise",
        ),
        (
            "symmetry",
            "\"symmetric\" (default), \"symmetrizable\" (d W is symmetric for some energy weights d), \"none\" (no energy)",
        ),
    ],
};

/// Relative asymmetry that passes as rounding: entries computed in two orders differ by a few units in the last place,
/// entries typed with fewer digits are equal.
const ROUNDING: f64 = 1e-12;

impl Recurrent {
    /// Weights `W` of a layer whose energy weights are `d` (one for each neuron). If `D W` is symmetric up to rounding
    /// it has an energy and is made exactly symmetric, else the energy is only a candidate.
    ///
    /// Returns `None` unless `weights` is square with one row for each `d`, and `D W` finite.
    pub fn new(weights: Weights, d: &[f64]) -> Option<Self> {
        let n = weights.rows();
        if weights.cols() != n || d.len() != n {
            return None;
        }
        let mut data = weights.data().to_vec();
        for (row, d) in data.chunks_exact_mut(n.max(1)).zip(d) {
            row.iter_mut().for_each(|w| *w *= d);
        }
        let worst = worst_asymmetry(n, &data);
        let energy = match worst {
            Some((i, j, relative)) if relative > ROUNDING => {
                let (a, b) = (weights.data()[i * n + j], weights.data()[j * n + i]);
                let among = if d.windows(2).all(|p| p[0] == p[1]) {
                    ""
                } else {
                    " under the layer's energy weights"
                };
                Energy::Candidate(format!(
                    "its weights are not symmetric{among}: W[{i}][{j}] = {a}, W[{j}][{i}] = {b}; −½ gᵀWg need not fall"
                ))
            }
            _ => {
                for i in 0..n {
                    for j in 0..i {
                        // Their sum may overflow, their difference is nothing but rounding.
                        let (a, b) = (data[i * n + j], data[j * n + i]);
                        let mean = a + 0.5 * (b - a);
                        data[i * n + j] = mean;
                        data[j * n + i] = mean;
                    }
                }
                Energy::Exact
            }
        };
        let weights = Weights::new(n, n, data)?;
        Some(Recurrent { weights, energy })
    }
}

impl Recurrent {
    /// `out += W g`, by half of the matrix where it is symmetric.
    fn add_product(&self, g: &[f64], lanes: usize, out: &mut [f64]) {
        match self.energy {
            Energy::Exact => self.weights.add_symmetric_product(g, lanes, out),
            _ => self.weights.add_product(g, lanes, out),
        }
    }
}

/// The pair whose asymmetry is largest, as a fraction of the pair's larger entry.
fn worst_asymmetry(n: usize, w: &[f64]) -> Option<(usize, usize, f64)> {
    let mut worst: Option<(usize, usize, f64)> = None;
    for i in 0..n {
        for j in 0..i {
            let (a, b) = (w[i * n + j], w[j * n + i]);
            let relative = (a - b).abs() / a.abs().max(b.abs()).max(f64::MIN_POSITIVE);
            if worst.is_none_or(|(_, _, r)| relative > r) {
                worst = Some((i, j, relative));
            }
        }
    }
    worst
}

/// Energy weights `d > 0` with `d_j W_jk = d_k W_kj`, normalised to `d = 1` for the first neuron of every connected part;
/// `None` if there are none (Kolmogorov's cycle condition fails, the matrix is not square) or they lie beyond the range of
/// numbers.
pub fn symmetrizing_weights(weights: &Weights) -> Option<Vec<f64>> {
    let n = weights.rows();
    if weights.cols() != n {
        return None;
    }
    let w = weights.data();
    let mut d = vec![0.0; n];
    for first in 0..n {
        if d[first] != 0.0 {
            continue;
        }
        d[first] = 1.0;
        let mut waiting = vec![first];
        while let Some(j) = waiting.pop() {
            for k in 0..n {
                let (there, back) = (w[j * n + k], w[k * n + j]);
                if k == j || (there == 0.0 && back == 0.0) {
                    continue;
                }
                // Their product would underflow where both are small.
                if there == 0.0 || back == 0.0 || (there > 0.0) != (back > 0.0) {
                    return None;
                }
                let wanted = d[j] * (there / back);
                if !wanted.is_normal() {
                    return None;
                }
                if d[k] == 0.0 {
                    d[k] = wanted;
                    waiting.push(k);
                } else if (d[k] - wanted).abs() > 1e-9 * wanted.abs() {
                    return None;
                }
            }
        }
    }
    Some(d)
}

impl Synapse for Recurrent {
    fn describe(&self) -> String {
        let n = self.weights.rows();
        let kind = match self.energy {
            Energy::Exact => "recurrent",
            _ => "recurrent, not symmetric,",
        };
        format!("{kind} {n} × {n}")
    }

    fn kind(&self) -> Option<&'static Kind> {
        Some(&KIND)
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
        let lanes = ports.lanes;
        let g = ports.of(0, g);
        let (own, norm) = scratch.rows.split_at_mut(g.len());
        let current = ports.of_mut(0, current);
        let product = if ports.is_first(0) {
            self.add_product(g, lanes, current);
            current
        } else {
            own.fill(0.0);
            self.add_product(g, lanes, own);
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
        self.add_product(dg, ports.lanes, out);
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

    fn scratch(&self, lanes: usize) -> Scratch {
        Scratch::rows(self.weights.rows() + 1, lanes)
    }
}
