//! Scores, shares and what they sum, of one trajectory after the other: its tokens are the columns of matrices then, and all that
//! is large is a product of matrices.
//!
//! Queries are taken some at a time. Scores lie with a row for each key, so that a softmax over keys is that of a block whose
//! columns are queries: it is the [`Softmax`] that layers have.

use std::mem::take;
use std::ops::Range;

use super::TokenAttention;
use crate::kernels::{PIECE, View, sum_rows, update_rows};
use crate::lagrangian::{Lagrangian, Softmax};
use crate::synapse::Ports;

/// Storage of one trajectory.
pub(super) struct Room<'s> {
    /// A layer: dimensions × tokens, or tokens × dimensions.
    pub layer: &'s mut [f64],
    /// Queries and keys, heads · Y × tokens.
    pub at: [&'s mut [f64]; 2],
    /// Their derivatives.
    pub along: [&'s mut [f64]; 2],
    /// `P K`, heads · Y × queries; and `Pᵀ Q`, keys × Y of one head after the other; or their derivatives.
    pub sums: [&'s mut [f64]; 2],
    /// |g| of each query and of each key.
    pub norms: [&'s mut [f64]; 2],
    /// Of some queries: scores, shares and the derivative of either, keys × queries; and queries × Y.
    scores: &'s mut [f64],
    shares: &'s mut [f64],
    change: &'s mut [f64],
    few: &'s mut [f64],
}

/// What is seen of some queries of a head, keys × queries.
pub(super) struct Seen<'s> {
    pub head: usize,
    pub scores: &'s [f64],
    pub shares: &'s [f64],
    /// The derivative of the shares, where one is asked for.
    pub change: &'s [f64],
    pub norms: [&'s [f64]; 2],
}

impl<'s> Room<'s> {
    /// How many numbers it takes.
    pub fn size(of: &TokenAttention) -> usize {
        Room::lengths(of).iter().sum()
    }

    fn lengths(of: &TokenAttention) -> [usize; 13] {
        let ([queries, keys], rows) = (of.tokens(), of.weights[0].rows());
        let layers = of.shapes.map(|[tokens, dims]| tokens * dims);
        let (q, k, some) = (rows * queries, rows * keys, queries.min(PIECE));
        let layer = layers[0].max(layers[1]);
        let square = keys * some;
        let few = some * of.inner();
        [
            layer, q, k, q, k, q, k, queries, keys, square, square, square, few,
        ]
    }

    /// In these numbers, whatever they are.
    pub fn new(of: &TokenAttention, mut rows: &'s mut [f64]) -> Self {
        let mut parts = Room::lengths(of).map(|length| {
            let (own, rest) = take(&mut rows).split_at_mut(length);
            rows = rest;
            own
        });
        let mut next = parts.iter_mut().map(take);
        let mut part = || next.next().unwrap_or_default();
        Room {
            layer: part(),
            at: [part(), part()],
            along: [part(), part()],
            sums: [part(), part()],
            norms: [part(), part()],
            scores: part(),
            shares: part(),
            change: part(),
            few: part(),
        }
    }
}

impl TokenAttention {
    /// `Q` and `K` of a column of the block, or what they are along another one.
    pub(super) fn project(
        &self,
        ports: &Ports<'_>,
        block: &[f64],
        column: usize,
        layer: &mut [f64],
        out: &mut [&mut [f64]; 2],
    ) {
        for (k, port) in self.layers().into_iter().enumerate() {
            let [tokens, dims] = self.shapes[k];
            let own = &mut layer[..tokens * dims];
            if k == 0 || !self.is_self {
                let from = ports.of(port, block).iter().skip(column);
                for (at, v) in from.step_by(ports.width).enumerate() {
                    own[at % dims * tokens + at / dims] = *v;
                }
            }
            out[k].fill(0.0);
            let w = View::rows(self.weights[k].data(), dims);
            w.add_product(own, out[k], tokens, [tokens; 2]);
        }
    }

    /// The scores of some queries in a head, and their shares.
    fn share(&self, head: usize, some: &Range<usize>, room: &mut Room<'_>) {
        let ([queries, keys], inner, width) = (self.tokens(), self.inner(), some.len());
        let scores = &mut room.scores[..keys * width];
        for (key, row) in scores.chunks_exact_mut(width).enumerate() {
            self.mask.begin(queries, key, some, row);
        }
        let q = &room.at[0][head * inner * queries + some.start..];
        let k = View::rows(&room.at[1][head * inner * keys..][..inner * keys], keys);
        k.turned().add_product(q, scores, width, [queries, width]);
        let softmax = Softmax { beta: self.beta };
        softmax.activation(scores, width, &mut room.shares[..keys * width]);
    }

    /// Every head, some queries at a time.
    fn heads(&self, mut each: impl FnMut(usize, Range<usize>)) {
        let [queries, _] = self.tokens();
        for head in 0..self.heads {
            for from in (0..queries).step_by(PIECE) {
                each(head, from..queries.min(from + PIECE));
            }
        }
    }

    /// Adds what shares, or their derivatives, sum of keys and of queries.
    fn gather(
        &self,
        head: usize,
        some: &Range<usize>,
        shares: &[f64],
        [q, k]: [&[f64]; 2],
        [to_q, to_k]: [&mut [f64]; 2],
        few: &mut [f64],
    ) {
        let ([queries, keys], inner, width) = (self.tokens(), self.inner(), some.len());
        let at = head * inner * queries + some.start;
        let k = View::rows(&k[head * inner * keys..][..inner * keys], keys);
        k.add_product(shares, &mut to_q[at..], width, [width, queries]);
        // A query a row.
        for (y, row) in q[at..].chunks(queries).take(inner).enumerate() {
            for (to, q) in few.chunks_exact_mut(inner).zip(&row[..width]) {
                to[y] = *q;
            }
        }
        let own = &mut to_k[head * inner * keys..][..inner * keys];
        View::rows(shares, width).add_product(few, own, inner, [inner; 2]);
    }

    /// `P K` and `Pᵀ Q` of the queries and keys that are in the room. Shows scores and shares on the way.
    pub(super) fn forward(
        &self,
        room: &mut Room<'_>,
        mut see: impl FnMut(Range<usize>, &Seen<'_>),
    ) {
        room.sums.iter_mut().for_each(|sum| sum.fill(0.0));
        self.heads(|head, some| {
            self.share(head, &some, room);
            let square = ..self.tokens()[1] * some.len();
            let Room {
                at: [q, k],
                sums: [to_q, to_k],
                norms: [of_q, of_k],
                scores,
                shares,
                few,
                ..
            } = room;
            let (scores, shares) = (&scores[square], &shares[square]);
            self.gather(head, &some, shares, [q, k], [to_q, to_k], few);
            let norms: [&[f64]; 2] = [of_q, of_k];
            let change = &[];
            see(
                some,
                &Seen {
                    head,
                    scores,
                    shares,
                    change,
                    norms,
                },
            );
        });
    }

    /// Their derivatives, `dP K + P dK` and `dPᵀ Q + Pᵀ dQ` with `dS = dQ Kᵀ + Q dKᵀ` and `dP = β P ∘ (dS − Σ_B P dS)`.
    pub(super) fn tangent(&self, room: &mut Room<'_>, mut see: impl FnMut(&Seen<'_>)) {
        let ([queries, keys], inner) = (self.tokens(), self.inner());
        room.sums.iter_mut().for_each(|sum| sum.fill(0.0));
        self.heads(|head, some| {
            self.share(head, &some, room);
            let (width, square) = (some.len(), ..keys * some.len());
            let Room {
                at: [q, k],
                along: [dq, dk],
                sums: [to_q, to_k],
                norms: [of_q, of_k],
                scores,
                shares,
                change,
                few,
                ..
            } = room;
            let (scores, shares, change) = (&scores[square], &shares[square], &mut change[square]);
            change.fill(0.0);
            for (q, k) in [(&*dq, &*k), (q, dk)] {
                let k = View::rows(&k[head * inner * keys..][..inner * keys], keys);
                let q = &q[head * inner * queries + some.start..];
                k.turned().add_product(q, change, width, [queries, width]);
            }
            let mut mean = [0.0; PIECE];
            sum_rows([shares, &*change], width, &mut mean, |[p, ds]| p * ds);
            update_rows([shares], width, width, change, |_, b, ds, [p]| {
                *ds = self.beta * p * (*ds - mean[b]);
            });
            self.gather(head, &some, change, [q, k], [to_q, to_k], few);
            self.gather(head, &some, shares, [dq, dk], [to_q, to_k], few);
            let norms: [&[f64]; 2] = [of_q, of_k];
            see(&Seen {
                head,
                scores,
                shares,
                change,
                norms,
            });
        });
    }

    /// Adds `P K W_Q` to the current into the queries and `Pᵀ Q W_K` to that into the keys, or their derivatives.
    pub(super) fn send_back(
        &self,
        ports: &Ports<'_>,
        column: usize,
        room: &mut Room<'_>,
        current: &mut [f64],
    ) {
        for (k, port) in self.layers().into_iter().enumerate() {
            let [tokens, dims] = self.shapes[k];
            let own = &mut room.layer[..tokens * dims];
            if k == 0 || !self.is_self {
                own.fill(0.0);
            }
            self.add_back(k, &*room.sums[k], self.weights[k].data(), own);
            if k == 1 || !self.is_self {
                let to = ports.of_mut(port, current).iter_mut().skip(column);
                for (to, f) in to.step_by(ports.width).zip(&*own) {
                    *to += f;
                }
            }
        }
    }

    /// `out += sum · W`, tokens × dimensions.
    fn add_back(&self, k: usize, sum: &[f64], w: &[f64], out: &mut [f64]) {
        let ([tokens, dims], inner) = (self.shapes[k], self.inner());
        match k {
            0 => View::rows(sum, tokens)
                .turned()
                .add_product(w, out, dims, [dims; 2]),
            _ => {
                for (sum, w) in sum.chunks(inner * tokens).zip(w.chunks(inner * dims)) {
                    View::rows(sum, inner).add_product(w, out, dims, [dims; 2]);
                }
            }
        }
    }
}
