//! Phase oscillators that attract each other: `E = −½ Σ_ij K_ij cos(θ_i − θ_j) − (ε/4) Σ_ij cos 2(θ_i − θ_j)`, the activations
//! being angles (Kuramoto's model with symmetric couplings, as an associative memory: Aoyagi 1995; Nishikawa, Lai and
//! Hoppensteadt 2004 for the second harmonic).
//!
//! By `cos(a − b) = cos a cos b + sin a sin b` the sums over pairs are two products of the couplings with a vector, and those of the
//! second harmonic are four sums over neurons. A common rotation of all angles changes nothing.

use std::borrow::Borrow;

use super::{
    Energy, Flips, Kind, Learn, Linear, Ports, Recurrent, Scratch, Sketch, Synapse, finite,
};
use crate::kernels::{Entry, Patch, Told, Weights, add_sums};
use crate::lagrangian::{DirectSum, TermRows};
use crate::number::exact;
use crate::refusal::Refusal;

mod flips;
mod kind;
mod learn;
mod turned;

pub use kind::KIND;
use turned::{Turned, double};

/// Couplings `K` among the phases of one layer, and the strength `ε` of the second harmonic of every pair.
#[derive(Clone, Debug, PartialEq)]
pub struct Phase {
    /// K, as a synapse whose currents are `K g`.
    couplings: Recurrent,
    epsilon: f64,
    /// `Σ |summands|` of E is no more: no cosine is larger than 1.
    most: f64,
    /// `Σ |summands|` of a current is no more, no sine being larger either.
    strongest: f64,
}

impl Phase {
    /// From symmetric couplings `K` and `ε`. What differs by rounding is evened out.
    ///
    /// # Errors
    /// Unless `K` is square, symmetric up to rounding and `ε` finite.
    pub fn new(couplings: impl Borrow<Weights>, epsilon: f64) -> Result<Self, Refusal> {
        let couplings = couplings.borrow();
        finite("epsilon", &[epsilon], 1, "synapse")?;
        let ones = vec![1.0; couplings.rows()];
        Phase::of(Recurrent::new(couplings, &ones)?, epsilon)
    }

    fn of(couplings: Recurrent, epsilon: f64) -> Result<Self, Refusal> {
        if let Some(why) = couplings.asymmetric() {
            const DRIFT: &str = "without symmetric couplings phases may circulate for ever and there is no energy; symmetric ones are (K + Kᵀ)/2";
            return Err(Refusal::new("weights", why).help(DRIFT));
        }
        let n = couplings.neurons() as f64;
        let mut sizes = vec![0.0; couplings.neurons()];
        let all = couplings.weights().entries();
        all.for_each(|(i, _, k)| sizes[i] += k.abs());
        Ok(Phase {
            most: 0.5 * sizes.iter().sum::<f64>() + 0.25 * epsilon.abs() * n * n,
            strongest: sizes.into_iter().fold(0.0, f64::max) + epsilon.abs() * n,
            couplings,
            epsilon,
        })
    }

    fn size(&self) -> usize {
        self.couplings.weights().rows()
    }
}

impl Synapse for Phase {
    fn describe(&self) -> String {
        let couplings = self.couplings.weights().describe();
        match self.epsilon {
            0.0 => format!("phase {couplings}"),
            epsilon => format!("phase {couplings}, second harmonic {}", exact(epsilon)),
        }
    }

    fn kind(&self) -> Option<&'static Kind> {
        Some(&KIND)
    }

    fn formula(&self) -> String {
        const FIRST: [&str; 2] = [
            "E = −½ Σ K_ij cos(θ_i − θ_j)",
            "I_i = −Σ K_ij sin(θ_i − θ_j)",
        ];
        let [energy, current] = FIRST;
        match self.epsilon {
            0.0 => format!("{energy}, current {current}"),
            _ => format!(
                "{energy} − (ε/4) Σ cos 2(θ_i − θ_j) with ε = {}, current {current} − ε Σ sin 2(θ_i − θ_j)",
                exact(self.epsilon)
            ),
        }
    }

    fn shapes(&self) -> Vec<Vec<usize>> {
        self.couplings.shapes()
    }

    /// Angles are states, and a leak would draw them to 0, which is an angle like any other.
    fn suits(&self, _k: usize, layer: &DirectSum, leak: &[f64]) -> Result<(), Refusal> {
        let found = layer
            .segments()
            .iter()
            .find(|s| !s.lagrangian.is_half_square());
        if let Some(part) = found {
            let why = format!(
                "must be \"identity\" where a `phase` synapse joins the layer, whose activations are angles; it is {}",
                part.lagrangian.describe()
            );
            return Err(Refusal::new("lagrangian", why));
        }
        match leak.iter().position(|k| *k != 0.0) {
            Some(i) => {
                let why = format!(
                    "must be 0 where a `phase` synapse joins the layer, and neuron {i} has {}: it would draw every angle to 0, and an angle of 2π elsewhere",
                    exact(leak[i])
                );
                Err(Refusal::new("leak", why).help("write leak = 0"))
            }
            None => Ok(()),
        }
    }

    fn evaluate(
        &self,
        ports: &Ports<'_>,
        g: &[f64],
        current: &mut [f64],
        energy: Option<TermRows<'_>>,
        scratch: &mut Scratch,
    ) {
        let (width, n) = (ports.width, self.size());
        let (mut rows, _) = Turned::cut(&mut scratch.rows, n, width);
        self.turn(ports.of(0, g), width, &mut rows);
        let Turned {
            cos,
            sin,
            k_cos,
            k_sin,
            cos2,
            sin2,
        } = rows;
        if let Some(out) = energy {
            out.magnitude.fill(self.most);
            out.value.fill(0.0);
            let of = [&*cos, &*sin, &*k_cos, &*k_sin];
            add_sums(
                [],
                of,
                width,
                [&mut *out.value],
                |_, _, [], [c, s, a, b]| [-0.5 * (c * a + s * b)],
            );
            for ((e, c), s) in out.value.iter_mut().zip(&*cos2).zip(&*sin2) {
                *e -= 0.25 * self.epsilon * (c * c + s * s);
            }
        }
        let current = ports.of_mut(0, current);
        let each = cos.iter().zip(&*sin).zip(&*k_cos).zip(&*k_sin);
        for (at, (out, (((c, s), a), b))) in current.iter_mut().zip(each).enumerate() {
            let [c2, s2] = double(*c, *s);
            let (sum_c, sum_s) = (cos2[at % width], sin2[at % width]);
            *out += c * b - s * a - self.epsilon * (s2 * sum_c - c2 * sum_s);
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
        let (width, n) = (ports.width, self.size());
        let (mut rows, rest) = Turned::cut(&mut scratch.rows, n, width);
        self.turn(ports.of(0, g), width, &mut rows);
        let v = ports.of(0, dg);
        // How cosines and sines move along v: −s v and c v, and the sums of them.
        let (moved, _) = Turned::cut(rest, n, width);
        for (at, v) in v.iter().enumerate() {
            (moved.cos[at], moved.sin[at]) = (-rows.sin[at] * v, rows.cos[at] * v);
        }
        moved.k_cos.fill(0.0);
        moved.k_sin.fill(0.0);
        self.couplings.add_currents(moved.cos, width, moved.k_cos);
        self.couplings.add_currents(moved.sin, width, moved.k_sin);
        let of = [&*rows.cos, &*rows.sin, v];
        moved.cos2.fill(0.0);
        moved.sin2.fill(0.0);
        let sums = [&mut *moved.cos2, &mut *moved.sin2];
        add_sums([], of, width, sums, |_, _, [], [c, s, v]| {
            let [c2, s2] = double(c, s);
            [-2.0 * s2 * v, 2.0 * c2 * v]
        });
        let out = ports.of_mut(0, dcurrent);
        for (at, out) in out.iter_mut().enumerate() {
            let (c, s) = (rows.cos[at], rows.sin[at]);
            let (dc, ds) = (moved.cos[at], moved.sin[at]);
            let [c2, s2] = double(c, s);
            let column = at % width;
            let (sum_c, sum_s) = (rows.cos2[column], rows.sin2[column]);
            let first = dc * rows.k_sin[at] - ds * rows.k_cos[at] + c * moved.k_sin[at]
                - s * moved.k_cos[at];
            let second = 2.0 * v[at] * (c2 * sum_c + s2 * sum_s) + s2 * moved.cos2[column]
                - c2 * moved.sin2[column];
            *out += first - self.epsilon * second;
        }
    }

    /// `K_ij cos(θ_i − θ_j) + 2ε cos 2(θ_i − θ_j)`, less the sum of its row on the diagonal.
    fn curvature(
        &self,
        ports: &Ports<'_>,
        g: &[f64],
        scratch: &mut Scratch,
        show: &mut dyn FnMut([usize; 2], Patch<'_>),
    ) -> bool {
        let n = self.size();
        let (mut rows, rest) = Turned::cut(&mut scratch.rows, n, 1);
        self.turn(ports.of(0, g), 1, &mut rows);
        let (c, s) = (&*rows.cos, &*rows.sin);
        let weights = self.couplings.weights();
        let told = |add: Entry<'_>| {
            for (i, j, k) in weights.entries() {
                add(i, j, k * (c[i] * c[j] + s[i] * s[j]));
            }
            for i in 0..n {
                let [c2, s2] = double(c[i], s[i]);
                let second = c2 * rows.cos2[0] + s2 * rows.sin2[0];
                let first = c[i] * rows.k_cos[i] + s[i] * rows.k_sin[i];
                add(i, i, -first - 2.0 * self.epsilon * second);
            }
        };
        let count = weights.data().len() + n;
        show([0, 0], Patch::Told(Told { count, each: &told }));
        if self.epsilon != 0.0 {
            let (twice, _) = rest.split_at_mut(n);
            for part in [0, 1] {
                for (out, (c, s)) in twice.iter_mut().zip(c.iter().zip(s)) {
                    *out = double(*c, *s)[part];
                }
                show([0, 0], Patch::Outer(2.0 * self.epsilon, [&*twice; 2]));
            }
        }
        true
    }

    fn energy(&self) -> Energy {
        Energy::Exact
    }

    /// No cosine is below −1.
    fn order(&self, _unbounded: &[bool]) -> f64 {
        0.0
    }

    fn currents_within(&self) -> Option<f64> {
        Some(self.strongest)
    }

    /// Two products, and the sine and cosine of every angle.
    fn operations(&self) -> f64 {
        const ANGLE: f64 = 180.0;
        2.0 * self.couplings.operations() + ANGLE * self.size() as f64
    }

    fn joins_angles(&self) -> bool {
        true
    }

    fn sketch(&self) -> Sketch {
        Sketch::Lines
    }

    fn flips(&self) -> Option<&dyn Flips> {
        Some(self)
    }

    fn learn(&self) -> Option<&dyn Learn> {
        Some(self)
    }

    fn scratch(&self, width: usize) -> Scratch {
        Scratch::rows(2 * (4 * self.size() + 2), width)
    }
}
