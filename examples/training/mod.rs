//! What the studies of pooling share: a pool of a bag with its gradient, and how well bags are told apart.

use attractor::association::{Head, HopfieldLayer, Rows, Stored};
use attractor::kernels::Weights;
use attractor::refusal::Refusal;

/// How the instances of a bag become one row.
#[derive(Clone, Copy)]
pub enum Pool {
    Mean,
    Max,
    /// Hopfield pooling: so many learned queries, size of a key, β.
    Hopfield {
        queries: usize,
        key: usize,
        beta: f64,
    },
}

impl Pool {
    /// Parameters: `W_k`, then the queries.
    pub fn parameters(self, size: usize) -> usize {
        match self {
            Pool::Hopfield { queries, key, .. } => key * (size + queries),
            _ => 0,
        }
    }

    /// Numbers of a pooled bag.
    pub fn output(self, size: usize) -> usize {
        match self {
            Pool::Hopfield { queries, .. } => queries * size,
            _ => size,
        }
    }

    /// The layer and the queries of parameters.
    pub fn layer(self, theta: &[f64], size: usize) -> Result<(HopfieldLayer, &[f64]), Refusal> {
        let Pool::Hopfield { key, beta, .. } = self else {
            return Err(Refusal::new("pool", "has no layer"));
        };
        let (w, queries) = theta.split_at(key * size);
        let w = Weights::new(key, size, w.to_vec());
        let w = w.map_err(|e| Refusal::new("W_k", e.to_string()))?;
        let head = Head {
            key: Some(w),
            ..Head::default()
        };
        let layer = HopfieldLayer {
            beta: Some(beta),
            heads: vec![head],
            ..HopfieldLayer::default()
        };
        Ok((layer, queries))
    }

    /// Pools a bag of rows and tells `then` the result, which answers with its cotangent where it is to `train`. The gradients by
    /// the rows and by the parameters.
    pub fn of(
        self,
        theta: &[f64],
        (rows, size): (&[f64], usize),
        train: bool,
        then: impl FnOnce(&[f64]) -> Option<Vec<f64>>,
    ) -> Result<[Vec<f64>; 2], Refusal> {
        let count = rows.len() / size;
        let column = |c: usize| rows.iter().skip(c).step_by(size);
        match self {
            Pool::Mean => {
                let mean = |c| column(c).sum::<f64>() / count as f64;
                let c = then(&(0..size).map(mean).collect::<Vec<_>>());
                let each = c.map(|c| c.iter().map(|c| c / count as f64).collect::<Vec<_>>());
                let all = each.map_or(Vec::new(), |each| each.repeat(count));
                Ok([all, Vec::new()])
            }
            Pool::Max => {
                let most = |c| column(c).copied().fold(f64::NEG_INFINITY, f64::max);
                let most: Vec<f64> = (0..size).map(most).collect();
                let mut all = Vec::new();
                if let Some(d) = then(&most) {
                    all = vec![0.0; rows.len()];
                    for c in 0..size {
                        let first = column(c).position(|v| *v == most[c]).unwrap_or(0);
                        all[first * size + c] = d[c];
                    }
                }
                Ok([all, Vec::new()])
            }
            Pool::Hopfield { key, .. } => {
                let (layer, queries) = self.layer(theta, size)?;
                let queries = Rows::new("queries", queries, key)?;
                let stored = Stored::of(Rows::new("instances", rows, size)?);
                if !train {
                    then(&layer.associate(queries, &stored)?.output);
                    return Ok(Default::default());
                }
                let found = layer.gradient(queries, &stored, |pooled| {
                    then(pooled).unwrap_or_else(|| vec![0.0; pooled.len()])
                })?;
                let own = found.heads.into_iter().flat_map(|h| h.key);
                let theta = own.chain(found.states).collect();
                Ok([found.stored, theta])
            }
        }
    }
}

/// `1/(1 + e^−z)`.
pub fn sigmoid(z: f64) -> f64 {
    1.0 / (1.0 + (-z).exp())
}

/// Fraction of scores on the right side of 0, and the area under the ROC curve: the chance that a positive bag has the larger score,
/// ties counting half.
pub fn judged(scores: &[f64], positive: &[bool]) -> [f64; 2] {
    let right = scores
        .iter()
        .zip(positive)
        .filter(|(s, p)| (**s > 0.0) == **p);
    let of = |which: bool| {
        let own = scores
            .iter()
            .zip(positive)
            .filter(move |(_, p)| **p == which);
        own.map(|(s, _)| *s).collect::<Vec<f64>>()
    };
    let (yes, no) = (of(true), of(false));
    let pairs = yes.iter().flat_map(|y| no.iter().map(move |n| (y, n)));
    let above = pairs.map(|(y, n)| match y.total_cmp(n) {
        std::cmp::Ordering::Greater => 1.0,
        std::cmp::Ordering::Equal => 0.5,
        std::cmp::Ordering::Less => 0.0,
    });
    let area = above.sum::<f64>() / (yes.len() * no.len()) as f64;
    [right.count() as f64 / scores.len() as f64, area]
}

/// Mean loss of the scores, `ln(1 + e^∓z)`.
pub fn loss(scores: &[f64], positive: &[bool]) -> f64 {
    let pairs = scores.iter().zip(positive);
    let all = pairs.map(|(z, p)| if *p { -z } else { *z });
    let soft = all.map(|z: f64| z.max(0.0) + (-z.abs()).exp().ln_1p());
    soft.sum::<f64>() / scores.len() as f64
}
