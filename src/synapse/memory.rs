//! Memory synapse: a hidden layer in its limit τ_h → 0.
//!
//! `E = −c k F((Σ_A ξ_A g_A + b)/k)` with currents `c ξ_Aᵀ F'(h)`. It is the effective theory of Scholarpedia's Figure 5:
//! with `F = Σ h²/2` the classical network (9), with a power the dense associative memory of Krotov and Hopfield (2016),
//! with an exponential that of Demircigil et al. (2017), with log-sum-exp that of Ramsauer et al. (2020), softmax
//! attention. `F` need not be convex: only the Hessians of layers enter dE/dt.

use std::ops::Range;

use super::{
    Attention, Concavity, Enclosure, Energy, Flips, Joined, Kind, Learn, Made, Ports, Scratch,
    Synapse, finite,
};
use crate::kernels::{Patch, Weights, sum_rows};
use crate::key::{Form, parameter};
use crate::lagrangian::{
    Axis, DirectSum, Hessian, Lagrangian, Parameters, TermRows, positive, weights,
};
use crate::number::plural;
use crate::refusal::Refusal;

mod attention;
mod enclosure;
mod flips;
mod learn;
mod tokens;

pub use tokens::TokenMemory;

/// Memories ξ, one a row, seen through a potential.
#[derive(Clone, Debug)]
pub struct Memory {
    patterns: Vec<Weights>,
    potential: DirectSum,
    scale: f64,
    bias: Vec<f64>,
    leak: f64,
    /// What is kept for flips.
    keeps: flips::Keeps,
}

pub const KIND: Kind = Kind {
    name: "memory",
    formula: "E = −c·k·F((Σ_A ξ_A g_A + b)/k): a hidden layer in its limit τ_h → 0 (Scholarpedia, Fig. 5)",
    layers: "[A, …]",
    joins: None,
    instead: None,
    parameters: &[
        parameter(
            "patterns",
            Form::Array,
            "ξ, one memory a row; the columns of all layers side by side",
        ),
        parameter(
            "potential",
            Form::Lagrangian,
            "F, any Lagrangian, convex or not",
        ),
        parameter(
            "scale",
            Form::Number,
            "c, a number other than 0; below 0 memories repel, E = +|c|·k·F is a penalty (1)",
        ),
        parameter("bias", Form::Array, "b of each hidden neuron (0)"),
        parameter("leak", Form::Number, "k of the hidden layer (1)"),
        parameter(
            "each_token",
            Form::Flag,
            "a pattern is as long as the last axis of the layer, and each token along the others has the same memory: E is their sum (false)",
        ),
    ],
    make,
    examples: &[
        (
            &[&[3]],
            r#"patterns = { random = "normal", shape = [5, 3] }
            potential = { kind = "softmax", beta = 2.5 }"#,
        ),
        (
            &[&[3], &[4]],
            r#"patterns = { random = "uniform", low = -0.6, high = 0.6, shape = [10, 7] }
            potential = { kind = "power", n = 3 }
            scale = 0.7
            bias = 0.3
            leak = 1.3"#,
        ),
        (
            &[&[3]],
            r#"patterns = { random = "normal", shape = [6, 3] }
            potential = { kind = "blocks", parts = [{ size = 3, kind = "softmax", beta = 2.0 }, { size = 3, kind = "softmax" }] }
            scale = -0.8
            bias = 0.2"#,
        ),
        (
            &[&[4, 3]],
            r#"patterns = { random = "normal", shape = [5, 3] }
            potential = "relu"
            each_token = true"#,
        ),
    ],
};

fn make(p: &mut dyn Parameters, layers: &[Joined]) -> Result<Made, Refusal> {
    let each_token = p.flag("each_token");
    let alone = match (&each_token, layers) {
        (Ok(Some(true)), [one]) => one.shape.last(),
        _ => None,
    };
    let length = alone.map_or(Axis::Layers, |n| Axis::Each(*n, "dimension"));
    let patterns = p.weights("patterns", [Axis::Any, length]);
    let count = patterns.as_ref().ok().map(Weights::rows);
    let each = count.map_or(Axis::Any, |n| Axis::Each(n, "pattern"));
    let potential = p.lagrangian("potential", count);
    let potential = p.needed("potential", potential);
    let scale = p.number("scale").map(|c| c.unwrap_or(1.0));
    let scale = scale.and_then(|c| factor(c).map_err(|why| p.refuse(why)));
    let leak = p.positive("leak", Some(1.0));
    let bias = p.array("bias", &[each]);
    let (patterns, bias) = (patterns?, bias?);
    let each_token = each_token? == Some(true);
    let parts = match alone {
        Some(_) => vec![patterns],
        None => {
            let mut first = 0;
            let parts = layers.iter().map(|layer| {
                first += layer.size();
                columns(&patterns, first - layer.size()..first)
            });
            parts.collect::<Result<_, _>>()?
        }
    };
    let memory = Memory::new(parts, potential?)?.scale(scale?)?.leak(leak?)?;
    let memory = match bias {
        Some(bias) => memory.bias(bias.data)?,
        None => memory,
    };
    if each_token {
        return Ok(memory.each_token(&layers[0].shape)?.into());
    }
    Ok(memory.into())
}

impl Memory {
    /// Memories over one or several layers: `patterns[A]` is `memories × n_A`.
    ///
    /// # Errors
    /// If there are none, or not as many for every layer as the potential has neurons.
    pub fn new(patterns: Vec<Weights>, potential: DirectSum) -> Result<Self, Refusal> {
        let memories = potential.size();
        if memories == 0 || patterns.is_empty() {
            return Err(Refusal::new("patterns", "must be at least one"));
        }
        if let Some(p) = patterns.iter().find(|p| p.rows() != memories) {
            let why = format!(
                "must be {memories}, as the potential has neurons, they are {}",
                p.rows()
            );
            return Err(Refusal::new("patterns", why));
        }
        Ok(Memory {
            keeps: flips::Keeps::of(&potential),
            patterns: patterns.iter().map(Weights::whole).collect(),
            potential,
            scale: 1.0,
            bias: vec![0.0; memories],
            leak: 1.0,
        })
    }

    /// Sets the factor `c`. Below 0 memories repel: the energy is `+|c| k F`, a penalty, and convex where F is.
    ///
    /// # Errors
    /// Unless it is finite and not 0.
    pub fn scale(self, c: f64) -> Result<Self, Refusal> {
        let scale = factor(c)?;
        Ok(Memory { scale, ..self })
    }

    /// Sets the hidden bias `b`.
    ///
    /// # Errors
    /// Unless there is one finite entry for each memory.
    pub fn bias(self, b: Vec<f64>) -> Result<Self, Refusal> {
        finite("bias", &b, self.memories(), "pattern")?;
        Ok(Memory { bias: b, ..self })
    }

    /// Sets the hidden leak `k`.
    ///
    /// # Errors
    /// Unless it is finite and above 0.
    pub fn leak(self, k: f64) -> Result<Self, Refusal> {
        let leak = positive("leak", k)?;
        Ok(Memory { leak, ..self })
    }

    /// The memories seen by each layer.
    pub fn patterns(&self) -> &[Weights] {
        &self.patterns
    }

    fn memories(&self) -> usize {
        self.bias.len()
    }

    /// `h = (Σ ξ_A g_A + b)/k`.
    fn hidden_state(&self, ports: &Ports<'_>, g: &[f64], h: &mut [f64]) {
        let width = ports.width;
        for (row, b) in h.chunks_exact_mut(width).zip(&self.bias) {
            row.fill(*b);
        }
        for (k, xi) in self.patterns.iter().enumerate() {
            xi.add_product(ports.of(k, g), width, h);
        }
        if self.leak != 1.0 {
            h.iter_mut().for_each(|h| *h /= self.leak);
        }
    }

    /// `current_A += ξ_Aᵀ f`.
    fn send_back(&self, ports: &Ports<'_>, f: &[f64], current: &mut [f64]) {
        for (k, xi) in self.patterns.iter().enumerate() {
            xi.add_transposed_product(f, ports.width, ports.of_mut(k, current));
        }
    }

    /// `E_s` and the size of its summands, where `h` and `f` are the hidden state and `c F'(h)`.
    fn energy_rows(
        &self,
        ports: &Ports<'_>,
        g: &[f64],
        h: &[f64],
        f: &mut [f64],
        spare: &mut [f64],
        out: TermRows<'_>,
    ) {
        let width = ports.width;
        let units = self.potential.units() * width;
        let (value, spare) = spare.split_at_mut(units);
        let (magnitude, norm) = spare.split_at_mut(units);
        let rows = TermRows {
            value: &mut *value,
            magnitude: &mut *magnitude,
        };
        self.potential.value(h, width, rows);
        let factor = self.scale * self.leak;
        sum_rows([value], width, out.value, |[v]| -factor * v);
        sum_rows([magnitude], width, out.magnitude, |[m]| factor.abs() * m);
        // h itself is a sum: its summands enter E with the weight F'(h) = f.
        for f in f.iter_mut() {
            *f = f.abs();
        }
        for (row, b) in f.chunks_exact(width).zip(&self.bias) {
            for (m, f) in out.magnitude.iter_mut().zip(row) {
                *m += f * b.abs();
            }
        }
        for (k, xi) in self.patterns.iter().enumerate() {
            sum_rows([ports.of(k, g)], width, norm, |[g]| g * g);
            for (row, w) in f.chunks_exact(width).zip(xi.row_norms()) {
                for ((m, f), n) in out.magnitude.iter_mut().zip(row).zip(&*norm) {
                    *m += f * w * n.sqrt();
                }
            }
        }
    }
}

fn factor(c: f64) -> Result<f64, Refusal> {
    if c.is_finite() && c != 0.0 {
        return Ok(c);
    }
    let why = format!("must be a finite number other than 0, it is {c}");
    Err(Refusal::new("scale", why))
}

fn columns(w: &Weights, range: Range<usize>) -> Result<Weights, Refusal> {
    let whole = w.whole();
    let rows = whole.data().chunks_exact(w.cols().max(1));
    let data = rows.flat_map(|row| row[range.clone()].iter().copied());
    weights("patterns", w.rows(), range.len(), data.collect())
}

impl Synapse for Memory {
    fn describe(&self) -> String {
        let repel = if self.scale < 0.0 { " that repel" } else { "" };
        format!(
            "memory of {}{repel}, potential {}",
            plural(self.memories(), "pattern"),
            self.potential
        )
    }

    fn kind(&self) -> Option<&'static Kind> {
        Some(&KIND)
    }

    fn shapes(&self) -> Vec<Vec<usize>> {
        self.patterns.iter().map(|p| vec![p.cols()]).collect()
    }

    fn evaluate(
        &self,
        ports: &Ports<'_>,
        g: &[f64],
        current: &mut [f64],
        energy: Option<TermRows<'_>>,
        scratch: &mut Scratch,
    ) {
        let hidden = self.memories() * ports.width;
        let (h, rest) = scratch.rows.split_at_mut(hidden);
        let (f, spare) = rest.split_at_mut(hidden);
        self.hidden_state(ports, g, h);
        self.potential.activation(h, ports.width, f);
        if self.scale != 1.0 {
            f.iter_mut().for_each(|f| *f *= self.scale);
        }
        self.send_back(ports, f, current);
        if let Some(out) = energy {
            self.energy_rows(ports, g, h, f, spare, out);
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
        // The scratch of another synapse: without a Hessian there is nothing to send back, least of all h.
        let Some(hessian) = &mut scratch.hessian else {
            return;
        };
        let hidden = self.memories() * ports.width;
        let (h, rest) = scratch.rows.split_at_mut(hidden);
        let (dh, _) = rest.split_at_mut(hidden);
        self.hidden_state(ports, g, h);
        dh.fill(0.0);
        for (k, xi) in self.patterns.iter().enumerate() {
            xi.add_product(ports.of(k, dg), ports.width, dh);
        }
        let factor = self.scale / self.leak;
        dh.iter_mut().for_each(|v| *v *= factor);
        hessian.evaluate(&self.potential, h);
        hessian.apply(dh, h);
        self.send_back(ports, h, dcurrent);
    }

    fn curvature(
        &self,
        ports: &Ports<'_>,
        g: &[f64],
        scratch: &mut Scratch,
        show: &mut dyn FnMut([usize; 2], Patch<'_>),
    ) -> bool {
        // Ξ_Aᵀ F'' Ξ_B, F'' being weights and directions.
        let Some(hessian) = &mut scratch.hessian else {
            return false;
        };
        let memories = self.memories();
        let (h, rest) = scratch.rows.split_at_mut(memories);
        self.hidden_state(ports, g, h);
        hessian.evaluate(&self.potential, h);
        let weights = &mut rest[..memories];
        let factor = self.scale / self.leak;
        let all = weights.iter_mut().zip(hessian.weights());
        all.for_each(|(to, w)| *to = factor * w);
        let count = self.patterns.len();
        let pairs = || (0..count * count).map(|k| [k / count, k % count]);
        for [a, b] in pairs() {
            let rows = [self.patterns[a].data(), self.patterns[b].data()];
            show([a, b], Patch::Rows(rows, weights));
        }
        let seen = &mut scratch.sums;
        for (at, c, own) in hessian.directions() {
            // What each layer sees of `W b`.
            h.fill(0.0);
            for i in at.clone() {
                h[i] = hessian.weights()[i] * own.map_or(1.0, |own| own[i - at.start]);
            }
            seen.fill(0.0);
            let mut rest = &mut seen[..];
            for xi in &self.patterns {
                let (part, next) = rest.split_at_mut(xi.cols());
                xi.add_transposed_product(h, 1, part);
                rest = next;
            }
            let starts = |k: usize| self.patterns[..k].iter().map(Weights::cols).sum::<usize>();
            let part = |k: usize| &seen[starts(k)..starts(k + 1)];
            for [a, b] in pairs() {
                show([a, b], Patch::Outer(-factor * c, [part(a), part(b)]));
            }
        }
        true
    }

    /// `−c F(ξ g)` is concave where F is convex and c above 0.
    fn concavity(&self) -> Concavity {
        let mut all = self.potential.segments().iter();
        match self.scale > 0.0 && all.all(|s| s.lagrangian.convexity().is_ok()) {
            true => Concavity::Together,
            false => Concavity::Unknown,
        }
    }

    fn energy(&self) -> Energy {
        Energy::Exact
    }

    fn order(&self, unbounded: &[bool]) -> f64 {
        if !unbounded.contains(&true) {
            return 0.0;
        }
        let of = |l: &dyn Lagrangian| {
            let reach = l.reach();
            if self.scale > 0.0 || l.convexity().is_err() {
                return reach.order;
            }
            // −E is −|c| F, and a convex F lies above some line. Those of single neurons that are flat somewhere, or towards an end, are
            // bounded below; a log-sum-exp is not where all its arguments go to −∞.
            let range = reach.range;
            let is_bounded = l.is_additive() && range.low <= 0.0 && range.high >= 0.0;
            if is_bounded { 0.0 } else { 1.0 }
        };
        let segments = self.potential.segments().iter();
        segments.fold(0.0, |m, s| f64::max(m, of(&*s.lagrangian)))
    }

    /// Forth and back, and the potential between with bias, leak and scale.
    fn operations(&self) -> f64 {
        const AROUND: f64 = 8.0;
        let both = |p: &Weights| p.operations(false) + p.operations(true);
        let products: f64 = self.patterns.iter().map(both).sum();
        products + self.potential.operations() + AROUND * self.memories() as f64
    }

    fn flips(&self) -> Option<&dyn Flips> {
        Some(self)
    }

    fn enclosure(&self) -> Option<&dyn Enclosure> {
        let mut all = self.potential.segments().iter();
        all.all(|s| s.lagrangian.enclosure().is_some())
            .then_some(self)
    }

    fn attention(&self) -> Option<&dyn Attention> {
        let segments = self.potential.segments();
        // What repels is no retrieval.
        let one = self.scale > 0.0 && matches!(segments, [s] if s.lagrangian.shares());
        one.then_some(self)
    }

    fn learn(&self) -> Option<&dyn Learn> {
        Some(self)
    }

    fn scratch(&self, width: usize) -> Scratch {
        let rows = 2 * self.memories() + 2 * self.potential.units() + 1;
        Scratch {
            hessian: Some(Hessian::new(&self.potential, width)),
            sums: vec![0.0; self.neurons()],
            ..Scratch::rows(rows, width)
        }
    }
}
