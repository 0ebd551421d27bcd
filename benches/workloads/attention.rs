//! One evaluation of attention among tokens, energy and currents, beside what NumPy takes for the same.

use std::fs;
use std::hint::black_box;
use std::path::Path;
use std::slice::from_ref;
use std::time::Instant;

use attractor::lagrangian::{Array, TermRows};
use attractor::synapse::{Ports, Synapse, TokenAttention};

use crate::{Failure, Numbers, median, print, write};

const TOKENS: usize = 256;
const DIMS: usize = 64;
const HEADS: usize = 8;
const INNER: usize = 8;
/// Evaluations that are timed together: one takes milliseconds.
const TIMES: usize = 100;

/// 256 tokens of 64 dimensions, 8 heads of Y = 8.
pub(crate) fn attention(folder: Option<&Path>) -> Result<(), Failure> {
    let mut r = Numbers(17);
    let mut normal = |n: usize, std: f64| (0..n).map(|_| std * r.normal()).collect::<Vec<f64>>();
    let std = 1.0 / (DIMS as f64).sqrt();
    let [query, key] = [0, 1].map(|_| normal(HEADS * INNER * DIMS, std));
    let g = normal(TOKENS * DIMS, 1.0);
    if let Some(folder) = folder {
        write(folder, "weights", query.iter().chain(&key).copied())?;
        write(folder, "starts", g.iter().copied())?;
        let problem = format!(
            "{{\"t_end\": 0, \"network\": {{\"kind\": \"attention\", \"tokens\": {TOKENS}, \"dims\": {DIMS}, \"heads\": {HEADS}, \
             \"beta\": {}, \"times\": {TIMES}}}}}",
            1.0 / (INNER as f64).sqrt()
        );
        fs::write(folder.join("problem.json"), problem)?;
    }
    let [query, key] = [query, key].map(|data| Array {
        shape: vec![HEADS, INNER, DIMS],
        data,
    });
    let made = TokenAttention::within(TOKENS, query, key)?;
    let (own, mut scratch) = (0..TOKENS * DIMS, made.scratch(1));
    let ports = Ports::new(from_ref(&own), 1);
    let mut current = vec![0.0; g.len()];
    let seconds = median(|| {
        let clock = Instant::now();
        for _ in 0..TIMES {
            let (mut value, mut magnitude) = ([0.0], [0.0]);
            let rows = TermRows {
                value: &mut value,
                magnitude: &mut magnitude,
            };
            current.fill(0.0);
            made.evaluate(
                &ports,
                black_box(&g),
                &mut current,
                Some(rows),
                &mut scratch,
            );
            black_box((&current, value));
        }
        Ok(clock.elapsed().as_secs_f64())
    })?;
    print(&format!(
        "{{\"workload\": \"attention\", \"setting\": \"plain\", \"seconds\": {seconds:.9}, \"evaluations\": {TIMES}}}"
    ))?;
    match folder {
        Some(folder) => Ok(write(folder, "plain", current.into_iter())?),
        None => Ok(()),
    }
}
