//! The Energy Transformer that fills in patches which are masked (Hoover et al. 2023), and how it learns.
//!
//! An image is cut into N patches of P pixels, from which the mean of each patch over the training images is taken. A patch becomes a token,
//! `x⁰_B = (W_e p_B + b_e, or the mask token where it is masked) + pos_B`; the tokens, normalised each by itself, take S Euler steps down the
//! energy of attention and of a memory of each token; and `W_d g_B + b_B` is the patch again. The loss is the mean square of what is wrong
//! in masked pixels, and in these alone.
//!
//! Hoover, B. et al. (2023). Energy Transformer. *NeurIPS* 36.

mod images;
mod trainer;

pub use images::{Images, mask};
pub use trainer::{Trainer, Training};

use std::ops::Range;
use std::sync::Arc;

use super::Steps;
use crate::kernels::Weights;
use crate::lagrangian::{Array, DirectSum, LayerNorm, Relu};
use crate::network::{Layer, Network, NetworkError, Workspace};
use crate::pattern::random::Stream;
use crate::refusal::Refusal;
use crate::synapse::{Memory, TokenAttention};

/// In the place of a layer, for what is drawn here.
const OWN: usize = (1 << 31) - 6;
/// The eps of the layer norm.
const EPS: f64 = 1e-5;

/// Sizes, and how its tokens move.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Shape {
    /// Patches of an image, N.
    pub tokens: usize,
    /// Pixels of a patch, P.
    pub pixels: usize,
    /// Dimensions of a token, D.
    pub dims: usize,
    /// Heads of attention, H.
    pub heads: usize,
    /// Dimensions of a head, Y.
    pub inner: usize,
    /// Memories, M.
    pub memories: usize,
    /// Steps, S.
    pub steps: usize,
    /// How long a step is, in units of the tokens' time constant.
    pub length: f64,
    /// The leak towards the token that it began as: 0, as released, or 1.
    pub leak: f64,
    /// Does a token attend to itself?
    pub attends_itself: bool,
    /// Is there attention at all? Without it tokens do not talk.
    pub attends: bool,
    /// Is there a memory?
    pub remembers: bool,
}

impl Default for Shape {
    fn default() -> Self {
        Shape {
            tokens: 16,
            pixels: 4,
            dims: 48,
            heads: 6,
            inner: 8,
            memories: 128,
            steps: 6,
            length: 0.2,
            leak: 0.0,
            attends_itself: false,
            attends: true,
            remembers: true,
        }
    }
}

/// Where each parameter lies in θ.
#[derive(Clone, Debug, PartialEq)]
struct Places {
    embed: Range<usize>,
    embed_bias: Range<usize>,
    mask: Range<usize>,
    position: Range<usize>,
    query: Range<usize>,
    key: Range<usize>,
    patterns: Range<usize>,
    ln_gamma: usize,
    delta: Range<usize>,
    read_out: Range<usize>,
    read_out_bias: Range<usize>,
    all: usize,
}

impl Places {
    fn of(s: &Shape) -> Self {
        let mut end = 0;
        let mut next = |n: usize| {
            end += n;
            end - n..end
        };
        let heads = s.heads * s.inner * s.dims;
        let mut places = Places {
            embed: next(s.dims * s.pixels),
            embed_bias: next(s.dims),
            mask: next(s.dims),
            position: next(s.tokens * s.dims),
            query: next(heads),
            key: next(heads),
            patterns: next(s.memories * s.dims),
            ln_gamma: next(1).start,
            delta: next(s.dims),
            read_out: next(s.pixels * s.dims),
            read_out_bias: next(s.tokens * s.pixels),
            all: 0,
        };
        places.all = end;
        places
    }
}

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
    /// Parameters that are not finite.
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

    /// The tokens at the start.
    fn embed(&self, batch: &Batch) -> Vec<f64> {
        let (s, at, width) = (&self.shape, Places::of(&self.shape), batch.width);
        let mut x = vec![0.0; s.tokens * s.dims * width];
        for (k, row) in x.chunks_exact_mut(width).enumerate() {
            let (t, d) = (k / s.dims, k % s.dims);
            let position = self.parameters[at.position.start + k];
            let [bias, mask] = [&at.embed_bias, &at.mask].map(|r| self.part(r)[d] + position);
            let weights = &self.part(&at.embed)[d * s.pixels..(d + 1) * s.pixels];
            for (b, x) in row.iter_mut().enumerate() {
                *x = match batch.masked[t * width + b] {
                    true => mask,
                    false => {
                        let pixel = |p: usize| batch.pixels[(t * s.pixels + p) * width + b];
                        let all = weights.iter().enumerate();
                        bias + all.map(|(p, w)| w * pixel(p)).sum::<f64>()
                    }
                };
            }
        }
        x
    }

    /// The patches that are read from activations.
    fn read_out(&self, g: &[f64], width: usize) -> Vec<f64> {
        let (s, at) = (&self.shape, Places::of(&self.shape));
        let mut out = vec![0.0; s.tokens * s.pixels * width];
        for (k, row) in out.chunks_exact_mut(width).enumerate() {
            let (t, p) = (k / s.pixels, k % s.pixels);
            row.fill(self.part(&at.read_out_bias)[k]);
            let weights = &self.part(&at.read_out)[p * s.dims..(p + 1) * s.dims];
            for (d, w) in weights.iter().enumerate() {
                let from = &g[(t * s.dims + d) * width..][..width];
                row.iter_mut().zip(from).for_each(|(o, g)| *o += w * g);
            }
        }
        out
    }

    /// What comes of each step.
    ///
    /// # Errors
    /// As [`EnergyTransformer::network`].
    pub fn fill(&self, batch: &Batch) -> Result<Filled, NetworkError> {
        let network = self.network()?;
        let (x, width) = (self.embed(batch), batch.width);
        let input = self.input(&x);
        let states = self.steps(&network).take(x, &input, width);
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

    fn steps<'a>(&self, network: &'a Network) -> Steps<'a> {
        Steps {
            network,
            length: self.shape.length,
            count: self.shape.steps,
        }
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
    /// As [`EnergyTransformer::network`].
    pub fn loss(&self, batch: &Batch) -> Result<(f64, Vec<f64>), NetworkError> {
        let network = self.network()?;
        let (s, at, width) = (&self.shape, Places::of(&self.shape), batch.width);
        let x = self.embed(batch);
        let input = self.input(&x);
        let steps = self.steps(&network);
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

    /// What the tokens at the start were made of.
    fn add_embedding(&self, batch: &Batch, by_start: &[f64], gradient: &mut [f64]) {
        let (s, at, width) = (&self.shape, Places::of(&self.shape), batch.width);
        for (k, row) in by_start.chunks_exact(width).enumerate() {
            let (t, d) = (k / s.dims, k % s.dims);
            gradient[at.position.start + k] += row.iter().sum::<f64>();
            for (b, slope) in row.iter().enumerate() {
                if batch.masked[t * width + b] {
                    gradient[at.mask.start + d] += slope;
                    continue;
                }
                gradient[at.embed_bias.start + d] += slope;
                for p in 0..s.pixels {
                    let pixel = batch.pixels[(t * s.pixels + p) * width + b];
                    gradient[at.embed.start + d * s.pixels + p] += slope * pixel;
                }
            }
        }
    }
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}
