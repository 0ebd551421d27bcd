//! Multiplicative gate among three layers: `E = −Σ_abc w_abc g_a g_b g_c`. Each layer switches the weights between the two
//! others: in one context a cue calls up one memory, in another context another one.

use std::ops::Range;

use super::matrix::energy_rows;
use super::{Concavity, Energy, Flips, Kind, Ports, Scratch, Synapse};
use crate::kernels::Weights;
use crate::key::{Form, parameter};
use crate::lagrangian::{Array, Axis, TermRows, weights};
use crate::refusal::Refusal;

mod flips;

/// Three layers joined by one array of weights.
#[derive(Clone, Debug, PartialEq)]
pub struct Gate {
    /// `w`, a row for each pair (a, b), a column for each c.
    weights: Weights,
    /// Neurons of A and B.
    sizes: [usize; 2],
}

pub const KIND: Kind = Kind {
    name: "gate",
    formula: "E = −Σ w_abc g_a g_b g_c among three layers, the current into one being the sum over the two others: I_a = Σ w_abc g_b g_c",
    layers: "[A, B, C]",
    joins: Some(3),
    instead: None,
    parameters: &[parameter(
        "weights",
        Form::Array,
        "w, size of A × size of B × size of C",
    )],
    make: |p, _| {
        let w = p.array("weights", &[Axis::Layer(0), Axis::Layer(1), Axis::Layer(2)]);
        Ok(Gate::new(p.needed("weights", w)?)?.into())
    },
    examples: &[
        (&[&[2], &[3], &[4]], r#"weights = { random = "normal" }"#),
        (&[&[7], &[5], &[6]], r#"weights = { random = "normal" }"#),
        (&[&[1], &[1], &[1]], "weights = 1.5"),
    ],
};

impl Gate {
    /// From `w`, `n_A × n_B × n_C`.
    ///
    /// # Errors
    /// Unless it has three axes and finite entries.
    pub fn new(w: Array) -> Result<Self, Refusal> {
        let [a, b, c] = w.shape[..] else {
            let why = format!(
                "must have an axis for each of three layers, they have {}",
                w.shape.len()
            );
            return Err(Refusal::new("weights", why));
        };
        Ok(Gate {
            weights: weights("weights", a * b, c, w.data)?,
            sizes: [a, b],
        })
    }

    /// `f` of the places of a neuron of A, one of B, and their pair.
    fn pairs(&self, width: usize, mut f: impl FnMut(Range<usize>, Range<usize>, Range<usize>)) {
        let at = |i: usize| i * width..(i + 1) * width;
        let [a, b] = self.sizes;
        for i in 0..a {
            for j in 0..b {
                f(at(i), at(j), at(i * b + j));
            }
        }
    }

    /// `out_ab += g_a h_b`.
    fn add_outer(&self, [g, h]: [&[f64]; 2], width: usize, out: &mut [f64]) {
        self.pairs(width, |a, b, ab| {
            for ((o, g), h) in out[ab].iter_mut().zip(&g[a]).zip(&h[b]) {
                *o += g * h;
            }
        });
    }

    /// `to_a += Σ_b p_ab h_b` and `to_b += Σ_a p_ab g_a`.
    fn send_back(&self, p: &[f64], [g, h]: [&[f64]; 2], ports: &Ports<'_>, current: &mut [f64]) {
        let (to_a, to_b) = ports.pair_mut(0, 1, current);
        self.pairs(ports.width, |a, b, ab| {
            let p = &p[ab];
            for ((t, p), h) in to_a[a.clone()].iter_mut().zip(p).zip(&h[b.clone()]) {
                *t += p * h;
            }
            for ((t, p), g) in to_b[b].iter_mut().zip(p).zip(&g[a]) {
                *t += p * g;
            }
        });
    }
}

impl Synapse for Gate {
    fn describe(&self) -> String {
        let [a, b] = self.sizes;
        format!("gate {a} × {b} × {}", self.weights.cols())
    }

    fn kind(&self) -> Option<&'static Kind> {
        Some(&KIND)
    }

    fn shapes(&self) -> Vec<Vec<usize>> {
        let [a, b] = self.sizes;
        [a, b, self.weights.cols()].map(|n| vec![n]).to_vec()
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
        let [a, b, c] = [0, 1, 2].map(|k| ports.of(k, g));
        let pairs = self.weights.rows() * width;
        let (outer, rest) = scratch.rows.split_at_mut(pairs);
        let (through, rest) = rest.split_at_mut(pairs);
        let (_, norm) = rest.split_at_mut(pairs);
        outer.fill(0.0);
        through.fill(0.0);
        self.add_outer([a, b], width, outer);
        let to_c = ports.of_mut(2, current);
        self.weights.add_both(c, outer, width, through, to_c);
        self.send_back(through, [a, b], ports, current);
        // E is bilinear in the products g_a g_b and in g_c.
        if let Some(out) = energy {
            energy_rows(
                1.0,
                self.weights.row_norms(),
                [outer, c],
                through,
                norm,
                out,
            );
        }
    }

    fn add_curvature(
        &self,
        ports: &Ports<'_>,
        g: &[f64],
        dg: &[f64],
        dcurrent: &mut [f64],
        scratch: &mut Scratch,
    ) {
        let width = ports.width;
        let [a, b, c] = [0, 1, 2].map(|k| ports.of(k, g));
        let [da, db, dc] = [0, 1, 2].map(|k| ports.of(k, dg));
        let pairs = self.weights.rows() * width;
        let (outer, rest) = scratch.rows.split_at_mut(pairs);
        let (through, rest) = rest.split_at_mut(pairs);
        let (change, _) = rest.split_at_mut(pairs);
        for block in [&mut *outer, &mut *through, &mut *change] {
            block.fill(0.0);
        }
        self.add_outer([da, b], width, outer);
        self.add_outer([a, db], width, outer);
        self.weights.add_product(c, width, through);
        let to_c = ports.of_mut(2, dcurrent);
        self.weights.add_both(dc, outer, width, change, to_c);
        self.send_back(through, [da, db], ports, dcurrent);
        self.send_back(change, [a, b], ports, dcurrent);
    }

    /// It is linear in each.
    fn concavity(&self) -> Concavity {
        Concavity::Each
    }

    fn energy(&self) -> Energy {
        Energy::Exact
    }

    /// The more layers grow, the faster.
    fn order(&self, unbounded: &[bool]) -> f64 {
        unbounded.iter().filter(|u| **u).count() as f64
    }

    /// The weights forth and back, and the three products of every pair, for each of which rows are looked up.
    fn operations(&self) -> f64 {
        const PAIR: f64 = 45.0;
        let [forth, back] = [false, true].map(|back| self.weights.operations(back));
        forth + back + PAIR * self.weights.rows() as f64
    }

    fn flips(&self) -> Option<&dyn Flips> {
        Some(self)
    }

    fn scratch(&self, width: usize) -> Scratch {
        Scratch::rows(3 * self.weights.rows() + 1, width)
    }
}
