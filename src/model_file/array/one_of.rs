//! Memories that have one of several values for each of many properties, and the clipped weights that hold them (Willshaw et al. 1969;
//! Scholarpedia, Fig. 3: fifty properties of twenty values).

use super::super::{Diagnostics, Span};
use super::{Array, OneOfSpec, shape_text};
use crate::pattern::random;

/// A 1 in each group of every row.
pub(super) fn draw(
    spec: &OneOfSpec,
    n: usize,
    shape: Vec<usize>,
    span: &Span,
    diagnostics: &Diagnostics,
) -> Option<Array> {
    let values = spec.values;
    if shape.last().is_none_or(|row| row % values != 0) {
        let found = shape_text(&shape);
        let why = format!("groups of {values} must fill a row, the shape here is {found}");
        return diagnostics.error(span.clone(), why).none();
    }
    let chances: Vec<f64> = (1..=values)
        .map(|k| spec.offset.map_or(1.0, |c| 1.0 / (k as f64 + c)))
        .collect();
    let all: f64 = chances.iter().sum();
    let mut data = vec![0.0; n];
    let drawn = random::uniform(spec.seed, n / values, 0.0, all);
    for (group, mut left) in data.chunks_exact_mut(values).zip(drawn) {
        let below = chances.iter().position(|p| {
            left -= p;
            left < 0.0
        });
        // The last one where rounding has left a rest.
        group[below.unwrap_or(values - 1)] = 1.0;
    }
    Some(Array { shape, data })
}

/// 1 for every two neurons of different groups that are both active in some pattern.
pub(super) fn clipped(patterns: &[f64], size: usize, n: usize, group: usize) -> Vec<f64> {
    let mut w = vec![0.0; n];
    for pattern in patterns.chunks_exact(size.max(1)) {
        let active: Vec<usize> = (0..size).filter(|i| pattern[*i] != 0.0).collect();
        for i in &active {
            for j in active.iter().filter(|j| *j / group != i / group) {
                w[i * size + j] = 1.0;
            }
        }
    }
    w
}
