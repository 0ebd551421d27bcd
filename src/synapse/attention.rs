//! Attention among tokens: `E = −(1/β) Σ_h Σ_C ln Σ_B exp(β S_CB)` with `S = Q Kᵀ`, `Q_C = W_Q g_C`, `K_B = W_K g_B` of every head
//! (Hoover et al. 2023, Energy Transformer). One layer is joined to itself, or queries of one to keys of another.
//!
//! The current into a query, `P K W_Q` with `P = softmax_B(β S)`, is ordinary attention whose values are `W_Qᵀ K`. That into a
//! key, `Pᵀ Q W_K`, is what transformers leave out: without it there is no energy.

use super::{Energy, Kind, Learn, Ports, Scratch, Synapse};
use crate::kernels::{PIECE, Weights};
use crate::lagrangian::{Array, Lagrangian, Softmax, TermRows, positive, weights};
use crate::number::{number, plural};
use crate::refusal::Refusal;

mod bounds;
mod energy;
mod heads;
mod kind;
mod learn;
mod mask;

pub use kind::KIND;

use heads::Room;
use mask::Mask;

/// Tokens that attend to tokens.
#[derive(Clone, Debug, PartialEq)]
pub struct TokenAttention {
    /// Tokens and dimensions of the layer of the queries, and of that of the keys.
    shapes: [[usize; 2]; 2],
    /// Are they one layer?
    is_self: bool,
    heads: usize,
    /// W_Q and W_K, the rows of one head after those of another.
    weights: [Weights; 2],
    beta: f64,
    mask: Mask,
}

impl TokenAttention {
    /// `tokens` tokens that attend to one another, β = 1/√Y. `w_query` and `w_key` are heads × Y × dimensions.
    ///
    /// # Errors
    /// If these have other axes, differ, or are not finite.
    pub fn within(tokens: usize, w_query: Array, w_key: Array) -> Result<Self, Refusal> {
        let made = TokenAttention::of([tokens; 2], w_query, w_key)?;
        let [query, key] = made.shapes.map(|[_, dims]| dims);
        if query != key {
            let why = format!(
                "is for {key} dimensions of a token, w_query for {query}: one layer has one number of them"
            );
            return Err(Refusal::new("w_key", why));
        }
        Ok(TokenAttention {
            is_self: true,
            ..made
        })
    }

    /// `queries` tokens of one layer that attend to `keys` tokens of another.
    ///
    /// # Errors
    /// As [`TokenAttention::within`]; dimensions may differ.
    pub fn across(tokens: [usize; 2], w_query: Array, w_key: Array) -> Result<Self, Refusal> {
        TokenAttention::of(tokens, w_query, w_key)
    }

    fn of(tokens: [usize; 2], w_query: Array, w_key: Array) -> Result<Self, Refusal> {
        let axes = |name: &str, w: &Array| {
            <[usize; 3]>::try_from(&w.shape[..])
                .ok()
                .filter(|axes| !axes.contains(&0))
                .ok_or_else(|| {
                    let why = format!("must be heads × Y × dimensions, none of them 0, it has the shape {:?}", w.shape);
                    Refusal::new(name, why).help("numpy's w.reshape(heads, -1, dimensions) cuts a matrix into heads whose number divides its rows")
                })
        };
        let ([heads, inner, query], [other, own, key]) =
            (axes("w_query", &w_query)?, axes("w_key", &w_key)?);
        if [heads, inner] != [other, own] {
            let why = format!(
                "has {other} heads of Y = {own}, w_query has {heads} of Y = {inner}: each query is multiplied by keys of its head"
            );
            return Err(Refusal::new("w_key", why));
        }
        if tokens.contains(&0) {
            return Err(Refusal::new("layers", "must have at least one token"));
        }
        let rows = heads * inner;
        Ok(TokenAttention {
            shapes: [[tokens[0], query], [tokens[1], key]],
            is_self: false,
            heads,
            weights: [
                weights("w_query", rows, query, w_query.data)?,
                weights("w_key", rows, key, w_key.data)?,
            ],
            beta: 1.0 / (inner as f64).sqrt(),
            mask: Mask::default(),
        })
    }

    /// Sets β.
    ///
    /// # Errors
    /// Unless it is finite and above 0.
    pub fn beta(self, beta: f64) -> Result<Self, Refusal> {
        let beta = positive("beta", beta)?;
        Ok(TokenAttention { beta, ..self })
    }

    /// Y: how long a query is.
    fn inner(&self) -> usize {
        self.weights[0].rows() / self.heads
    }

    /// Tokens of the queries and of the keys.
    fn tokens(&self) -> [usize; 2] {
        self.shapes.map(|[tokens, _]| tokens)
    }

    /// The layer of the queries and that of the keys, among those that it joins.
    fn layers(&self) -> [usize; 2] {
        [0, usize::from(!self.is_self)]
    }
}

impl Synapse for TokenAttention {
    fn describe(&self) -> String {
        let (heads, inner, beta) = (plural(self.heads, "head"), self.inner(), number(self.beta));
        format!(
            "attention of {heads}, Y = {inner}, beta = {beta}{}",
            self.mask
        )
    }

    fn kind(&self) -> Option<&'static Kind> {
        Some(&KIND)
    }

    fn shapes(&self) -> Vec<Vec<usize>> {
        let layers = if self.is_self { 1 } else { 2 };
        self.shapes[..layers].iter().map(|s| s.to_vec()).collect()
    }

    fn evaluate(
        &self,
        ports: &Ports<'_>,
        g: &[f64],
        current: &mut [f64],
        energy: Option<TermRows<'_>>,
        scratch: &mut Scratch,
    ) {
        let mut energy = energy;
        let mut room = Room::new(self, &mut scratch.rows);
        for column in 0..ports.width {
            self.project(ports, g, column, room.layer, &mut room.at);
            if energy.is_some() {
                self.token_norms(ports, g, column, &mut room.norms);
            }
            let mut sums = [0.0; 2];
            self.forward(&mut room, |queries, seen| {
                if energy.is_some() {
                    self.add_energy(queries, seen, &mut sums);
                }
            });
            self.send_back(ports, column, &mut room, current);
            if let Some(out) = &mut energy {
                [out.value[column], out.magnitude[column]] = sums;
            }
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
        let mut room = Room::new(self, &mut scratch.rows);
        for column in 0..ports.width {
            self.project(ports, g, column, room.layer, &mut room.at);
            self.project(ports, dg, column, room.layer, &mut room.along);
            self.tangent(&mut room, |_| {});
            self.send_back(ports, column, &mut room, dcurrent);
        }
    }

    fn energy(&self) -> Energy {
        Energy::Exact
    }

    /// Scores are bilinear: of one layer with itself, of the second order.
    fn order(&self, unbounded: &[bool]) -> f64 {
        let order = unbounded.iter().filter(|u| **u).count() as f64;
        if self.is_self { 2.0 * order } else { order }
    }

    fn pull(&self) -> Option<Vec<f64>> {
        Some(self.quadratic_pull())
    }

    /// Each token to its query or key and back; scores, and what is summed of keys and of queries; a softmax of each query. By
    /// counted instructions, what is small costs its loops.
    fn operations(&self) -> f64 {
        const SCORE: f64 = 12.0;
        const NUMBER: f64 = 20.0;
        const LOOPS: f64 = 4000.0;
        let (heads, rows) = (self.heads as f64, self.weights[0].rows() as f64);
        let [queries, keys] = self.tokens().map(|n| n as f64);
        let numbers = self.shapes.map(|[tokens, dims]| (tokens * dims) as f64);
        let share = SCORE + Softmax { beta: self.beta }.operations();
        let loops = heads * (queries / PIECE as f64).ceil() + 0.5;
        (2.0 * rows + NUMBER) * (numbers[0] + numbers[1])
            + (3.0 * rows + heads * share) * queries * keys
            + LOOPS * loops
    }

    fn learn(&self) -> Option<&dyn Learn> {
        Some(self)
    }

    fn scratch(&self, _width: usize) -> Scratch {
        // One trajectory after the other: their products are large enough, and the scores stay in the cache.
        Scratch::rows(Room::size(self), 1)
    }
}
