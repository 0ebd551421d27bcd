//! Basins as rows.

use crate::analysis::wilson;
use crate::cli::out::outln;
use crate::number::{fixed, number};
use crate::study::BasinAnswers;

/// Rows of a table that are printed.
const ROWS: usize = 40;

pub(in crate::cli) fn basins(found: &BasinAnswers) {
    let more = |n: usize| {
        if n > ROWS {
            outln!("and {} more (--json)", n - ROWS);
        }
    };
    let energy = |e: Option<f64>| e.map_or("none".into(), number);
    let lists = found.reached().flat_map(|r| {
        let attractors = r.attractors.iter().enumerate();
        let saddles = r.saddles.iter().enumerate();
        let all = attractors.map(|(k, p)| (format!("attractor {k}"), p, r.followed));
        all.chain(saddles.map(|(k, p)| (format!("at rest {}", -2 - k as i64), p, r.followed)))
    });
    let lists: Vec<_> = lists.collect();
    for (name, p, all) in lists.iter().take(ROWS) {
        let part = fixed(p.starts as f64 / (*all).max(1) as f64, 4);
        let class = p.class.to_string();
        outln!(
            "{name:13}  {class:18}  E {:9}  {part} of {all} starts",
            energy(p.energy)
        );
    }
    more(lists.len());
    if let Some(counted) = &found.fractions {
        let starts = counted.fractions.shares.first().map_or(0, |s| s.starts);
        for (k, back) in counted.back.iter().take(ROWS).enumerate() {
            let [low, high] = wilson(*back, starts).map(|v| fixed(v, 3));
            let part = fixed(*back as f64 / starts.max(1) as f64, 3);
            outln!("ball {k:3}  {part} come back ({low} to {high})");
        }
        more(counted.back.len());
    }
    if let Some(measured) = &found.radius {
        let curves = &measured.curves;
        let level = |k| measured.level(k).map_or("none".into(), number);
        for (k, memory) in curves.memories.iter().take(ROWS).enumerate() {
            let radius = level(curves.radius(k, measured.probability));
            let certain = level(curves.certain_radius(k, measured.probability));
            outln!("memory {memory:3}  radius {radius:6}  certain {certain}");
        }
        more(curves.memories.len());
    }
}
