//! The Energy Transformer that fills in patches which are masked (Hoover et al. 2023), and how it learns.
//!
//! An image is cut into N patches of P pixels, from which the mean of each patch over the training images is taken. A patch becomes a token,
//! `x⁰_B = (W_e p_B + b_e, or the mask token where it is masked) + pos_B`; the tokens, normalised each by itself, take S Euler steps down the
//! energy of attention and of a memory of each token; and `W_d g_B + b_B` is the patch again. The loss is the mean square of what is wrong
//! in masked pixels, and in these alone.
//!
//! Hoover, B. et al. (2023). Energy Transformer. *NeurIPS* 36.

mod ends;
mod images;
mod shape;
mod trainer;

pub use images::{Images, mask};
pub use shape::Shape;
pub use trainer::{Trainer, Training};

use shape::Places;

use std::ops::Range;
use std::sync::Arc;

use super::Steps;
use crate::kernels::Weights;
use crate::lagrangian::{Array, DirectSum, LayerNorm, Relu};
use crate::network::{Layer, Network, NetworkError, Workspace};
use crate::pattern::Drawer;
use crate::pattern::random::Stream;
use crate::refusal::Refusal;
use crate::synapse::{Memory, TokenAttention};

/// In the place of a layer, for what is drawn here.
const OWN: usize = Drawer::Transformer.place();
/// The eps of the layer norm.
const EPS: f64 = 1e-5;

/// Images in a block: pixel p of patch t of image b is at `(t P + p) B + b`.
#[derive(Clone, Debug, PartialEq)]
pub struct Batch {
    /// Images.
    pub width: usize,
    /// Their pixels without the mean patch.
    pub pixels: Vec<f64>,
    /// Is patch t of image b masked? At `t B + b`.
    pub masked: Vec<bool>,
}

/// An Energy Transformer with its parameters θ.
#[derive(Clone, Debug, PartialEq)]
pub struct EnergyTransformer {
    /// Its sizes.
    pub shape: Shape,
    /// θ: W_e, b_e, mask token, pos, W_query, W_key, ξ, ln γ, δ, W_d, b, in this order.
    pub parameters: Vec<f64>,
    /// The factor of scores in attention.
    pub beta: f64,
    /// The eps of the layer norm.
    pub eps: f64,
}

/// What one looks at an image with: the predictions after the steps, and what happened on the way.
#[derive(Clone, Debug, PartialEq)]
pub struct Filled {
    /// Of every step, from the first state on, the patches that are read out, as in [`Batch::pixels`].
    pub patches: Vec<Vec<f64>>,
    /// The energy of each image, of every step.
    pub energies: Vec<Vec<f64>>,
}

impl EnergyTransformer {
    /// With parameters that are drawn: normal, of variances 1/D for W_query, W_key and ξ, 4/P for W_e, 1/4 for pos, 0.05² for W_d and
    /// 0.02² for the mask token; the others 0.
    pub fn drawn(shape: Shape, seed: u64) -> Self {
        let at = Places::of(&shape);
        let mut parameters = vec![0.0; at.all];
        let d = (1.0 / shape.dims as f64).sqrt();
        let drawn = [
            (&at.embed, (4.0 / shape.pixels as f64).sqrt()),
            (&at.mask, 0.02),
            (&at.position, 0.5),
            (&at.query, d),
            (&at.key, d),
            (&at.patterns, d),
            (&at.read_out, 0.05),
        ];
        for (k, (range, sd)) in drawn.into_iter().enumerate() {
            let values = Stream::of(seed, OWN, k, 0).normal(range.len(), 0.0, sd);
            parameters[range.clone()].copy_from_slice(&values);
        }
        EnergyTransformer {
            shape,
            parameters,
            beta: 1.0 / (shape.inner as f64).sqrt(),
            eps: EPS,
        }
    }

    /// How many parameters there are.
    pub fn count(&self) -> usize {
        self.parameters.len()
    }

    fn part(&self, range: &Range<usize>) -> &[f64] {
        &self.parameters[range.clone()]
    }

    /// The network of its tokens, as any other is made: one layer, attention, a memory of each token.
    ///
    /// # Errors
    /// Parameters that are not finite, no token, a scale γ that overflows.
    pub fn network(&self) -> Result<Network, NetworkError> {
        let (s, at) = (&self.shape, Places::of(&self.shape));
        let gamma = self.parameters[at.ln_gamma].exp();
        let norm = LayerNorm::new(gamma, self.part(&at.delta), self.eps);
        let tokens = Layer::new("tokens", &[s.tokens, s.dims], norm)?.leak(s.leak);
        let mut built = Network::builder().layer(tokens);
        if s.attends {
            let head = |range: &Range<usize>| Array {
                shape: vec![s.heads, s.inner, s.dims],
                data: self.part(range).to_vec(),
            };
            let attention = TokenAttention::within(s.tokens, head(&at.query), head(&at.key));
            let attention = attention.and_then(|a| a.beta(self.beta))?;
            let attention = match s.attends_itself {
                true => attention,
                false => attention.exclude_self()?,
            };
            built = built.connect(&["tokens"], attention);
        }
        if s.remembers {
            let xi = Weights::new(s.memories, s.dims, self.part(&at.patterns).to_vec())
                .map_err(|why| Refusal::new("the memories", why.to_string()))?;
            let potential = DirectSum::uniform(&[s.memories], Arc::new(Relu))?;
            let memory = Memory::new(vec![xi], potential)?;
            built = built.connect(&["tokens"], memory.each_token(&[s.tokens, s.dims])?);
        }
        built.build()
    }

    /// Do parameters and a block have as many numbers as the shape says?
    fn check(&self, batch: &Batch) -> Result<(), Refusal> {
        let (s, width) = (&self.shape, batch.width);
        let refuse = |what: &str, has: usize, wants: usize| {
            let why = format!("have {has} numbers, {wants} are needed");
            Err(Refusal::new(what, why))
        };
        if self.parameters.len() != Places::of(s).all {
            return refuse("the parameters", self.parameters.len(), Places::of(s).all);
        }
        if width == 0 {
            return Err(Refusal::new("the block", "has no image"));
        }
        match [batch.pixels.len(), batch.masked.len()] {
            [p, _] if p != s.tokens * s.pixels * width => {
                refuse("the pixels", p, s.tokens * s.pixels * width)
            }
            [_, m] if m != s.tokens * width => refuse("the masks", m, s.tokens * width),
            _ => Ok(()),
        }
    }

    /// What comes of each step.
    ///
    /// # Errors
    /// As [`EnergyTransformer::network`]; a block or parameters that are not of the shape.
    pub fn fill(&self, batch: &Batch) -> Result<Filled, NetworkError> {
        self.check(batch)?;
        let network = self.network()?;
        let (x, width) = (self.embed(batch), batch.width);
        let input = self.input(&x);
        let states = self.steps(&network)?.take(x, &input, width);
        let mut ws = Workspace::new(&network, width);
        let drive = crate::network::Drive {
            input: &input,
            clamped: &[],
        };
        let mut filled = Filled {
            patches: Vec::new(),
            energies: Vec::new(),
        };
        for x in &states {
            let mut at = network.at(x, drive, &mut ws);
            filled.patches.push(self.read_out(at.activation(), width));
            filled.energies.push(at.energy().total.to_vec());
        }
        Ok(filled)
    }

    fn steps<'a>(&self, network: &'a Network) -> Result<Steps<'a>, Refusal> {
        Steps::new(network, self.shape.length, self.shape.steps)
    }

    /// The leak draws tokens back to where they began.
    fn input(&self, x: &[f64]) -> Vec<f64> {
        x.iter().map(|x| self.shape.leak * x).collect()
    }

    /// The names of the parts of θ and where they lie.
    pub fn names(&self) -> Vec<(&'static str, Range<usize>)> {
        let at = Places::of(&self.shape);
        vec![
            ("embed", at.embed),
            ("embed_bias", at.embed_bias),
            ("mask", at.mask),
            ("position", at.position),
            ("w_query", at.query),
            ("w_key", at.key),
            ("patterns", at.patterns),
            ("ln_gamma", at.ln_gamma..at.ln_gamma + 1),
            ("delta", at.delta),
            ("read_out", at.read_out),
            ("read_out_bias", at.read_out_bias),
        ]
    }

    /// The sum of the squares of what is wrong in masked pixels, and its derivative by θ.
    ///
    /// # Errors
    /// As [`EnergyTransformer::network`]; a block or parameters that are not of the shape.
    pub fn loss(&self, batch: &Batch) -> Result<(f64, Vec<f64>), NetworkError> {
        self.check(batch)?;
        let network = self.network()?;
        let (s, at, width) = (&self.shape, Places::of(&self.shape), batch.width);
        let x = self.embed(batch);
        let input = self.input(&x);
        let steps = self.steps(&network)?;
        let states = steps.take(x, &input, width);
        let mut g = vec![0.0; network.size() * width];
        network.activation(&states[states.len() - 1], width, &mut g);
        let mut gradient = vec![0.0; at.all];
        let mut off = self.read_out(&g, width);
        let mut loss = 0.0;
        for (k, row) in off.chunks_exact_mut(width).enumerate() {
            let t = k / s.pixels;
            for (b, o) in row.iter_mut().enumerate() {
                let wrong = *o - batch.pixels[k * width + b];
                let is_masked = batch.masked[t * width + b];
                *o = if is_masked { 2.0 * wrong } else { 0.0 };
                loss += if is_masked { wrong * wrong } else { 0.0 };
            }
            gradient[at.read_out_bias.start + k] += row.iter().sum::<f64>();
        }
        let mut by_g = vec![0.0; g.len()];
        for (k, row) in off.chunks_exact(width).enumerate() {
            let (t, p) = (k / s.pixels, k % s.pixels);
            for d in 0..s.dims {
                let own = (t * s.dims + d) * width..(t * s.dims + d + 1) * width;
                let place = at.read_out.start + p * s.dims + d;
                gradient[place] += dot(row, &g[own.clone()]);
                let w = self.parameters[place];
                by_g[own].iter_mut().zip(row).for_each(|(b, o)| *b += w * o);
            }
        }
        let (delta, gamma) = (at.delta.clone(), at.ln_gamma);
        let mut visit = |_: &[f64], g: &[f64], c: &[f64]| {
            // g = γ u + δ: by ln γ it is g − δ.
            for (k, (g, c)) in g.chunks_exact(width).zip(c.chunks_exact(width)).enumerate() {
                let d = delta.start + k % s.dims;
                let shift = self.parameters[d];
                let sum = c.iter().sum::<f64>();
                gradient[d] += sum;
                gradient[gamma] += dot(g, c) - shift * sum;
            }
        };
        let found = steps.back(&states, &input, &by_g, &mut visit);
        let mut synapses = found.synapses.iter();
        if let Some(own) = synapses.next().filter(|_| s.attends) {
            let n = at.query.len();
            gradient[at.query.clone()].copy_from_slice(&own[..n]);
            gradient[at.key.clone()].copy_from_slice(&own[n..2 * n]);
        }
        if s.remembers
            && let Some(own) = found.synapses.last()
        {
            let n = at.patterns.len();
            gradient[at.patterns.clone()].copy_from_slice(&own[..n]);
        }
        let by_start = found.start.iter().zip(&found.input);
        let by_start: Vec<f64> = by_start.map(|(x, i)| x + s.leak * i).collect();
        self.add_embedding(batch, &by_start, &mut gradient);
        Ok((loss, gradient))
    }
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}
