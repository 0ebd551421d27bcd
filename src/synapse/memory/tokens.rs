//! A memory of tokens: `E = Σ_B E_memory(g_B)` over the tokens B of a layer, whose dimensions are its last axis. With
//! `F = Σ relu(h)²/2` it is the Hopfield network of the Energy Transformer (Hoover et al. 2023).
//!
//! To the memory the tokens are trajectories: laid side by side they are the columns of one wider block, and what is multiplied
//! is a matrix.

use std::mem::take;
use std::slice::from_ref;

use super::{KIND, Memory};
use crate::kernels::sum_rows;
use crate::lagrangian::TermRows;
use crate::number::plural;
use crate::refusal::Refusal;
use crate::synapse::{Concavity, Enclosure, Energy, Flips, Kind, Learn, Ports, Scratch, Synapse};

mod flips;

/// One memory for every token of a layer.
#[derive(Clone, Debug)]
pub struct TokenMemory {
    memory: Memory,
    shape: Vec<usize>,
}

impl Memory {
    /// The same memory for every token of a layer of this shape, the last axis of which is as long as its patterns.
    ///
    /// # Errors
    /// If it joins several layers, or the shape has no axis beside the last, or that is not as long as a pattern.
    pub fn each_token(self, shape: &[usize]) -> Result<TokenMemory, Refusal> {
        let [xi] = &self.patterns[..] else {
            let why = format!("is for one layer, the memory joins {}", self.patterns.len());
            return Err(Refusal::new("each_token", why));
        };
        let (dims, length) = (shape.last().copied().unwrap_or(0), xi.cols());
        if shape.len() < 2 {
            let why = format!("needs a layer of the shape [tokens, dimensions], it has {shape:?}");
            return Err(Refusal::new("each_token", why)
                .help("without it, a pattern is for the whole layer"));
        }
        if dims != length {
            let why = format!(
                "must be as long as a token, which has {dims} dimensions; they have {length}"
            );
            return Err(Refusal::new("patterns", why));
        }
        Ok(TokenMemory {
            memory: self,
            shape: shape.to_vec(),
        })
    }
}

impl TokenMemory {
    fn dims(&self) -> usize {
        // It is not empty.
        self.shape.last().copied().unwrap_or(1)
    }

    fn tokens(&self) -> usize {
        self.neurons() / self.dims()
    }

    /// What the memory sees of the layer: a row for each dimension, all tokens of all trajectories along it.
    fn lay(&self, ports: &Ports<'_>, block: &[f64], laid: &mut [f64]) {
        let (dims, tokens, width) = (self.dims(), self.tokens(), ports.width);
        for (at, row) in ports.of(0, block).chunks_exact(width).enumerate() {
            let to = (at % dims * tokens + at / dims) * width;
            laid[to..to + width].copy_from_slice(row);
        }
    }

    /// Adds what was laid out so.
    fn add_back(&self, ports: &Ports<'_>, laid: &[f64], block: &mut [f64]) {
        let (dims, tokens, width) = (self.dims(), self.tokens(), ports.width);
        let rows = ports.of_mut(0, block).chunks_exact_mut(width);
        for (at, row) in rows.enumerate() {
            let from = (at % dims * tokens + at / dims) * width;
            for (to, v) in row.iter_mut().zip(&laid[from..]) {
                *to += v;
            }
        }
    }

    /// Blocks as the memory sees them, in new storage, and their columns.
    fn laid<const K: usize>(
        &self,
        ports: &Ports<'_>,
        blocks: [&[f64]; K],
    ) -> ([Vec<f64>; K], usize) {
        let laid = blocks.map(|block| {
            let mut laid = vec![0.0; self.neurons() * ports.width];
            self.lay(ports, block, &mut laid);
            laid
        });
        (laid, self.tokens() * ports.width)
    }
}

impl Synapse for TokenMemory {
    fn describe(&self) -> String {
        let tokens = plural(self.tokens(), "token");
        format!("{}, for each of {tokens}", self.memory.describe())
    }

    fn kind(&self) -> Option<&'static Kind> {
        Some(&KIND)
    }

    fn shapes(&self) -> Vec<Vec<usize>> {
        vec![self.shape.clone()]
    }

    fn evaluate(
        &self,
        ports: &Ports<'_>,
        g: &[f64],
        current: &mut [f64],
        energy: Option<TermRows<'_>>,
        scratch: &mut Scratch,
    ) {
        let mut storage = take(&mut scratch.laid);
        let (columns, all) = (self.tokens() * ports.width, self.neurons() * ports.width);
        let (laid, rest) = storage.split_at_mut(all);
        let (sent, rest) = rest.split_at_mut(all);
        let (value, rest) = rest.split_at_mut(columns);
        let magnitude = &mut rest[..columns];
        self.lay(ports, g, laid);
        sent.fill(0.0);
        let own = 0..self.dims();
        let inner = Ports::new(from_ref(&own), columns);
        let rows = energy.is_some().then_some(TermRows {
            value: &mut *value,
            magnitude: &mut *magnitude,
        });
        self.memory.evaluate(&inner, laid, sent, rows, scratch);
        self.add_back(ports, sent, current);
        if let Some(out) = energy {
            sum_rows([value], ports.width, out.value, |[v]| v);
            sum_rows([magnitude], ports.width, out.magnitude, |[m]| m);
        }
        scratch.laid = storage;
    }

    fn add_curvature(
        &self,
        ports: &Ports<'_>,
        g: &[f64],
        dg: &[f64],
        dcurrent: &mut [f64],
        scratch: &mut Scratch,
    ) {
        let mut storage = take(&mut scratch.laid);
        let (columns, all) = (self.tokens() * ports.width, self.neurons() * ports.width);
        let (laid, rest) = storage.split_at_mut(all);
        let (along, rest) = rest.split_at_mut(all);
        let sent = &mut rest[..all];
        self.lay(ports, g, laid);
        self.lay(ports, dg, along);
        sent.fill(0.0);
        let own = 0..self.dims();
        let inner = Ports::new(from_ref(&own), columns);
        self.memory
            .add_curvature(&inner, laid, along, sent, scratch);
        self.add_back(ports, sent, dcurrent);
        scratch.laid = storage;
    }

    fn concavity(&self) -> Concavity {
        self.memory.concavity()
    }

    fn energy(&self) -> Energy {
        self.memory.energy()
    }

    fn order(&self, unbounded: &[bool]) -> f64 {
        self.memory.order(unbounded)
    }

    /// That of the memory for every token, which is laid out and back.
    fn operations(&self) -> f64 {
        const LAID: f64 = 4.0;
        self.tokens() as f64 * self.memory.operations() + LAID * self.neurons() as f64
    }

    fn flips(&self) -> Option<&dyn Flips> {
        Some(self)
    }

    fn enclosure(&self) -> Option<&dyn Enclosure> {
        self.memory.enclosure().and(Some(self))
    }

    fn learn(&self) -> Option<&dyn Learn> {
        Some(self)
    }

    fn neurons(&self) -> usize {
        self.shape.iter().product()
    }

    fn scratch(&self, width: usize) -> Scratch {
        let (columns, all) = (self.tokens() * width, self.neurons() * width);
        Scratch {
            laid: vec![0.0; 3 * all + 2 * columns],
            ..self.memory.scratch(columns)
        }
    }
}

/// θ is that of the memory.
impl Learn for TokenMemory {
    fn parameters(&self) -> Vec<(&'static str, Vec<usize>)> {
        self.memory.parameters()
    }

    fn values(&self) -> Vec<f64> {
        self.memory.values()
    }

    fn add_gradient(&self, ports: &Ports<'_>, g: &[f64], by: &[f64], gradient: &mut [f64]) {
        let ([g], columns) = self.laid(ports, [g]);
        let own = 0..self.dims();
        let by = by.repeat(self.tokens());
        self.memory
            .add_gradient(&Ports::new(from_ref(&own), columns), &g, &by, gradient);
    }

    fn add_mixed(&self, ports: &Ports<'_>, g: &[f64], v: &[f64], gradient: &mut [f64]) {
        let ([g, v], columns) = self.laid(ports, [g, v]);
        let own = 0..self.dims();
        self.memory
            .add_mixed(&Ports::new(from_ref(&own), columns), &g, &v, gradient);
    }

    fn with(&self, values: Vec<f64>) -> Result<Box<dyn Synapse>, Refusal> {
        Ok(Box::new(TokenMemory {
            memory: self.memory.with_values(values)?,
            shape: self.shape.clone(),
        }))
    }
}
