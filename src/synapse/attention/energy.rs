//! The energy falls out of the shares: no exponential is taken twice.

use std::ops::Range;

use super::TokenAttention;
use super::heads::Seen;
use crate::kernels::{PIECE, add_sums, max_rows};
use crate::synapse::Ports;

impl TokenAttention {
    /// |g| of every query and key in a column.
    pub(super) fn token_norms(
        &self,
        ports: &Ports<'_>,
        g: &[f64],
        column: usize,
        norms: &mut [&mut [f64]; 2],
    ) {
        for (k, port) in self.layers().into_iter().enumerate() {
            let [_, dims] = self.shapes[k];
            let rows = ports.of(port, g).chunks_exact(dims * ports.width);
            for (norm, token) in norms[k].iter_mut().zip(rows) {
                let own = token.iter().skip(column).step_by(ports.width);
                *norm = own.map(|g| g * g).sum::<f64>().sqrt();
            }
        }
    }

    /// Adds `−(1/β) ln Σ exp(β S)` of these queries, and the size of its summands: `max S − ln(max P)/β`, since the largest share is
    /// one over the sum of exponentials.
    pub(super) fn add_energy(&self, queries: Range<usize>, seen: &Seen<'_>, sums: &mut [f64; 2]) {
        let width = queries.len();
        let [mut most, mut share, mut reach] = [[0.0; PIECE]; 3];
        max_rows([seen.scores], width, &mut most[..width], |[s]| s);
        max_rows([seen.shares], width, &mut share[..width], |[p]| p);
        let out = [&mut reach[..width]];
        add_sums(
            [seen.norms[1]],
            [seen.shares],
            width,
            out,
            |_, _, [n], [p]| [n * p],
        );
        // A score is a sum itself, of products of no more than |W_Q||g_C| and |W_K||g_B|.
        let inner = self.inner();
        let rows = seen.head * inner..(seen.head + 1) * inner;
        let [wq, wk] = [0, 1].map(|k| &self.weights[k].row_norms()[rows.clone()]);
        let pairs: f64 = wq.iter().zip(wk).map(|(q, k)| q * k).sum();
        for (b, query) in queries.enumerate() {
            let spread = -share[b].ln() / self.beta;
            sums[0] -= most[b] + spread;
            sums[1] += most[b].abs() + spread.abs() + pairs * seen.norms[0][query] * reach[b];
        }
    }
}
