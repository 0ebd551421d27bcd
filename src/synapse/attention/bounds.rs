//! Bounds that hold for all activations. With `σ_h = ‖W_Qᵀ W_K‖₂` of a head every score has `|S_CB| ≤ σ_h |g_C| |g_B|`, and a
//! log-sum-exp over n keys lies between `ln n/β` plus the least of them and `ln n/β` plus the largest.

use super::TokenAttention;
use crate::kernels::{View, all_eigenvalues};

/// What rounding may take from an eigenvalue, as a part of it.
const ROUNDING: f64 = 1e-9;

impl TokenAttention {
    /// `σ_h` of every head: the root of the largest eigenvalue of `W_Q W_Qᵀ W_K W_Kᵀ`, which is Y × Y.
    fn norms(&self) -> impl Iterator<Item = f64> {
        let inner = self.inner();
        (0..self.heads).map(move |head| {
            let gram = |k: usize| {
                let dims = self.shapes[k][1];
                let w = &self.weights[k].data()[head * inner * dims..][..inner * dims];
                let turned: Vec<f64> = (0..w.len())
                    .map(|at| w[at % inner * dims + at / inner])
                    .collect();
                let mut out = vec![0.0; inner * inner];
                View::rows(w, dims).add_product(&turned, &mut out, inner, [inner; 2]);
                out
            };
            let (query, key) = (gram(0), gram(1));
            let mut both = vec![0.0; inner * inner];
            View::rows(&query, inner).add_product(&key, &mut both, inner, [inner; 2]);
            let found = all_eigenvalues(inner, &both);
            let largest = found.and_then(|all| all.into_iter().map(|[re, _]| re).reduce(f64::max));
            // What has no eigenvalues has entries beyond the largest number.
            largest.map_or(f64::INFINITY, |v| v.max(0.0).sqrt() * (1.0 + ROUNDING))
        })
    }

    /// `E` where no query is longer than the first radius and no key than the second, at least and at most:
    /// `−Σ_h Σ_C (ln n_C/β ± σ_h R_Q R_K)`, `n_C` being the keys that query C may attend to. A layer norm has
    /// `R = γ √D + |δ|`.
    pub fn energy_within(&self, [query, key]: [f64; 2]) -> [f64; 2] {
        let [queries, keys] = self.tokens();
        let open = |c: usize| {
            (0..keys)
                .filter(|key| self.mask.opens(queries, c, *key))
                .count()
        };
        let entropy: f64 = (0..queries)
            .map(|c| (open(c) as f64).ln() / self.beta)
            .sum();
        let middle = -(self.heads as f64) * entropy;
        let half = queries as f64 * query * key * self.norms().sum::<f64>();
        [middle - half, middle + half]
    }

    /// The longest current into a token of each layer that it joins, under the same radii: `R_K Σ σ_h` into a query, `N R_Q Σ σ_h`
    /// into a key of N queries; their sum where both are one layer.
    pub fn current_within(&self, [query, key]: [f64; 2]) -> Vec<f64> {
        let sum: f64 = self.norms().sum();
        let (into_query, into_key) = (key * sum, self.tokens()[0] as f64 * query * sum);
        match self.is_self {
            true => vec![into_query + into_key],
            false => vec![into_query, into_key],
        }
    }

    /// `a` of each layer that it joins with `−E ≤ Σ_k a_k Σ_B |g_B|² + const`: `Σ σ_h/2` of queries and `N Σ σ_h/2` of keys, since
    /// `|g_C| max_B |g_B| ≤ (|g_C|² + Σ_B |g_B|²)/2`.
    pub(super) fn quadratic_pull(&self) -> Vec<f64> {
        self.current_within([0.5; 2])
    }
}
