//! Does a bag of handwritten digits contain a 9? Bags of m digits, half of them with exactly one 9. Every digit is embedded by
//! 32 rectified units, a pool makes one row of a bag, a logistic unit judges it; all is trained together. Training bags are of
//! rows 0 to 999, those that choose the epoch of rows 1000 to 1296, test bags of the others, written by other people. Accuracy
//! and area under the ROC curve, means over 5 seeds (m = 10) and 3 (m = 30), standard errors in brackets in the last digit.
//!
//! ```text
//! pool                          m = 10                m = 30
//! mean                          0.812(9) / 0.883(6)   0.647(28) / 0.707(37)
//! max                           0.873(4) / 0.937(3)   0.834(22) / 0.918(10)
//! Hopfield, 1 query, beta 1     0.861(6) / 0.929(3)   0.834(20) / 0.910(18)
//! Hopfield, 1 query, beta 0.25  0.869(7) / 0.935(5)   0.862(9) / 0.926(13)
//! Hopfield, 4 queries, beta 1   0.873(7) / 0.938(2)   0.853(12) / 0.930(6)
//! ```

#[path = "training/mod.rs"]
mod training;

#[path = "short/mod.rs"]
mod short;

use std::error::Error;
use std::ops::Range;

use attractor::kernels::{Weights, with_cores};
use attractor::learning::{Form, Optimiser};
use attractor::pattern::random::{Draws, Stream};
use attractor::record::npz_from_bytes;
use short::at_most;
use training::{Pool, judged, loss, sigmoid};

const PIXELS: usize = 64;
const UNITS: usize = 32;
const EPOCHS: usize = 80;
const BATCH: usize = 16;

/// Pictures in [0, 1], and their classes.
struct Digits {
    images: Vec<f64>,
    labels: Vec<f64>,
}

/// Bags of `m` pictures each, by their rows.
struct Bags {
    m: usize,
    rows: Vec<usize>,
    positive: Vec<bool>,
}

impl Digits {
    fn bags(&self, of: Range<usize>, m: usize, count: usize, stream: Stream) -> Bags {
        let (nines, others): (Vec<usize>, Vec<usize>) = of.partition(|k| self.labels[*k] == 9.0);
        let mut draws = Draws::of(stream);
        let mut bags = Bags {
            m,
            rows: Vec::new(),
            positive: (0..count).map(|b| b % 2 == 0).collect(),
        };
        for positive in &bags.positive {
            let at = draws.below(m);
            for k in 0..m {
                let from = if *positive && k == at {
                    &nines
                } else {
                    &others
                };
                bags.rows.push(from[draws.below(from.len())]);
            }
        }
        bags
    }
}

/// `[W (32 × 64), c (32), pool, w, bias]` in one vector.
struct Model {
    pool: Pool,
    theta: Vec<f64>,
}

impl Model {
    fn new(pool: Pool, seed: u64) -> Self {
        let draw = |place, n, std| Stream::of(seed, 1, place, 0).normal(n, 0.0, std);
        let (own, wide) = (pool.parameters(UNITS), pool.output(UNITS));
        let theta = [
            draw(0, UNITS * PIXELS, (2.0 / PIXELS as f64).sqrt()),
            vec![0.0; UNITS],
            draw(1, own, (1.0 / UNITS as f64).sqrt()),
            draw(2, wide, (1.0 / wide as f64).sqrt()),
            vec![0.0],
        ];
        Model {
            pool,
            theta: theta.concat(),
        }
    }

    /// The scores of these bags; and the gradient of the mean loss is added to `gradient`, if there is one.
    fn pass(
        &self,
        digits: &Digits,
        bags: &Bags,
        which: &[usize],
        mut gradient: Option<&mut [f64]>,
    ) -> Result<Vec<f64>, Box<dyn Error>> {
        let (w, rest) = self.theta.split_at(UNITS * PIXELS);
        let (c, rest) = rest.split_at(UNITS);
        let (own, rest) = rest.split_at(self.pool.parameters(UNITS));
        let (judge, bias) = rest.split_at(self.pool.output(UNITS));
        let m = bags.m;
        let rows = which.iter().flat_map(|b| &bags.rows[b * m..(b + 1) * m]);
        let rows: Vec<usize> = rows.copied().collect();
        let pixels = rows
            .iter()
            .flat_map(|r| &digits.images[r * PIXELS..(r + 1) * PIXELS]);
        let x: Vec<f64> = pixels.copied().collect();
        let turned: Vec<f64> = (0..w.len())
            .map(|k| w[k % UNITS * PIXELS + k / UNITS])
            .collect();
        let mut h = c.repeat(rows.len());
        Weights::new(rows.len(), PIXELS, x.clone())?.add_product(&turned, UNITS, &mut h);
        h.iter_mut().for_each(|v| *v = v.max(0.0));
        let mut scores = Vec::new();
        let mut dh = Vec::new();
        let per = 1.0 / which.len() as f64;
        let [at_pool, at_judge] = [w.len() + UNITS, w.len() + UNITS + own.len()];
        for (b, bag) in which.iter().zip(h.chunks_exact(m * UNITS)) {
            let target = f64::from(u8::from(bags.positive[*b]));
            let [d, by_own] = self
                .pool
                .of(own, (bag, UNITS), gradient.is_some(), |pooled| {
                    let z = bias[0] + judge.iter().zip(pooled).map(|(w, p)| w * p).sum::<f64>();
                    scores.push(z);
                    let g = gradient.as_deref_mut()?;
                    let dz = per * (sigmoid(z) - target);
                    let (into, last) = g[at_judge..].split_at_mut(judge.len());
                    into.iter_mut().zip(pooled).for_each(|(g, p)| *g += dz * p);
                    last[0] += dz;
                    Some(judge.iter().map(|w| dz * w).collect())
                })?;
            if let Some(g) = gradient.as_deref_mut() {
                g[at_pool..]
                    .iter_mut()
                    .zip(&by_own)
                    .for_each(|(g, d)| *g += d);
            }
            dh.extend(d);
        }
        if let Some(g) = gradient {
            dh.iter_mut()
                .zip(&h)
                .filter(|(_, h)| **h == 0.0)
                .for_each(|(d, _)| *d = 0.0);
            for (k, d) in dh.iter().enumerate() {
                g[w.len() + k % UNITS] += d;
            }
            let dh = Weights::new(rows.len(), UNITS, dh)?;
            dh.add_transposed_product(&x, PIXELS, &mut g[..w.len()]);
        }
        Ok(scores)
    }
}

/// Accuracy and area on test bags, of the epoch with the smallest loss on the bags that choose.
fn trained(digits: &Digits, m: usize, pool: Pool, seed: u64) -> Result<[f64; 2], Box<dyn Error>> {
    let stream = |place| Stream::of(seed, 0, place, m);
    let train = digits.bags(0..1000, m, 400, stream(0));
    let choose = digits.bags(1000..1297, m, 200, stream(1));
    let test = digits.bags(1297..1797, m, 1000, stream(2));
    let mut model = Model::new(pool, seed);
    const RATE: f64 = 3e-3;
    let mut adam = Optimiser::new(Form::ADAM, model.theta.len());
    let mut best = (f64::NEG_INFINITY, Vec::new());
    for epoch in 0..at_most(2, EPOCHS) {
        for batch in Stream::of(seed, 2, m, epoch).choice(400, 400).chunks(BATCH) {
            let mut gradient = vec![0.0; model.theta.len()];
            model.pass(digits, &train, batch, Some(&mut gradient))?;
            adam.step(&mut model.theta, &gradient, RATE);
        }
        let every: Vec<usize> = (0..200).collect();
        let scores = model.pass(digits, &choose, &every, None)?;
        let good = -loss(&scores, &choose.positive);
        if good > best.0 {
            best = (good, model.theta.clone());
        }
    }
    model.theta = best.1;
    let every: Vec<usize> = (0..1000).collect();
    Ok(judged(
        &model.pass(digits, &test, &every, None)?,
        &test.positive,
    ))
}

/// Mean and standard error.
fn mean(all: &[f64]) -> [f64; 2] {
    let n = all.len() as f64;
    let mean = all.iter().sum::<f64>() / n;
    let var = all.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / (n - 1.0);
    [mean, (var / n).sqrt()]
}

fn main() -> Result<(), Box<dyn Error>> {
    let bytes = include_bytes!("../models/data/digits-all.npz");
    let read = |key| npz_from_bytes(bytes, "digits-all.npz", Some(key));
    let digits = Digits {
        images: read("images")?.data.iter().map(|v| v / 16.0).collect(),
        labels: read("labels")?.data,
    };
    let hopfield = |queries, beta| Pool::Hopfield {
        queries,
        key: 16,
        beta,
    };
    let pools = [
        ("mean", Pool::Mean),
        ("max", Pool::Max),
        ("Hopfield, 1 query, beta 1", hopfield(1, 1.0)),
        ("Hopfield, 1 query, beta 0.25", hopfield(1, 0.25)),
        ("Hopfield, 4 queries, beta 1", hopfield(4, 1.0)),
    ];
    println!("{:30}m = 10                m = 30", "pool");
    for (name, pool) in pools {
        let mut cells = Vec::new();
        for (m, seeds) in [(10, 5), (30, 3)] {
            // Seeds share nothing: each has a thread.
            let of = |seed| {
                with_cores(1, || {
                    trained(&digits, m, pool, seed).map_err(|e| e.to_string())
                })
            };
            let all: Result<Vec<[f64; 2]>, String> = std::thread::scope(|scope| {
                let threads: Vec<_> = (0..seeds).map(|s| scope.spawn(move || of(s))).collect();
                let ended = threads.into_iter().map(|t| t.join());
                ended
                    .map(|e| e.unwrap_or_else(|_| Err("a thread has failed".into())))
                    .collect()
            });
            let all = all?;
            let told = [0, 1].map(|k| {
                let [mean, error] = mean(&all.iter().map(|v| v[k]).collect::<Vec<_>>());
                format!("{mean:.3}({:.0})", 1e3 * error)
            });
            cells.push(told.join(" / "));
        }
        println!("{name:30}{:22}{}", cells[0], cells[1]);
    }
    Ok(())
}
