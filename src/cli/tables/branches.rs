//! Branches of fixed points as rows.

use crate::analysis::{Branch, Diagram};
use crate::cli::out::outln;
use crate::cli::words::{brief, plural};
use crate::number::{exact, number, rounded};
use crate::report::end_in_words;

/// Fixed points are known to about so much.
const ROUNDING: f64 = 1e-10;

pub(in crate::cli) fn branches(found: &Diagram, at: &[f64]) {
    for (k, s) in found.special.iter().enumerate() {
        let energy = s
            .energy
            .map_or(String::new(), |e| format!(", energy {}", number(e)));
        let period = s
            .period
            .map_or(String::new(), |p| format!(", period {}", number(p)));
        let (kind, p, [low, high]) = (s.kind.word(), exact(rounded(s.parameter, 10)), s.index);
        outln!(
            "  {k}: {kind} at {p}, index {low} and {high}{energy}{period}, x = {}",
            state(&s.x)
        );
    }
    for (k, branch) in found.branches.iter().enumerate() {
        let [before, after] = branch.ends.each_ref().map(end_in_words);
        let count = plural(branch.points.len(), "point");
        outln!("  branch {k}: {count}; begins: {before}; ends: {after}");
        pieces(branch)
            .iter()
            .for_each(|piece| outln!("    {piece}"));
    }
    for slice in found.slices.iter().filter(|s| at.contains(&s.parameter)) {
        outln!("  at {}:", exact(slice.parameter));
        for (branch, p) in &slice.points {
            let (what, x) = (stability(p.index), state(&p.x));
            let energy = p
                .energy
                .map_or(String::new(), |e| format!(", energy {}", number(e)));
            outln!("    branch {branch}: {what}{energy}, x = {x}");
        }
    }
}

/// What is between special points, in order: `0.5 to 4: stable`.
fn pieces(branch: &Branch) -> Vec<String> {
    let all = branch.points.split_inclusive(|p| p.special.is_some());
    let mut from = branch.points.first().map_or(0.0, |p| p.parameter);
    let pieces = all.map(|piece| {
        let to = piece.last().map_or(from, |p| p.parameter);
        let begin = std::mem::replace(&mut from, to);
        // With as many digits as tell the ends apart; what ten do not is no piece.
        let written = |digits| [begin, to].map(|p| exact(rounded(p, digits)));
        let [begin, to] = (6..=10).map(written).find(|[a, b]| a != b)?;
        let inside = piece.iter().find(|p| p.special.is_none());
        inside.map(|p| format!("{begin} to {to}: {}", stability(p.index)))
    });
    pieces.flatten().collect()
}

/// A state in few words; what is rounding beside the rest is 0.
fn state(x: &[f64]) -> String {
    let most = x.iter().fold(1.0f64, |m, v| m.max(v.abs()));
    let clean = |v: &f64| if v.abs() <= ROUNDING * most { 0.0 } else { *v };
    brief(&x.iter().map(clean).collect::<Vec<f64>>())
}

fn stability(index: usize) -> String {
    match index {
        0 => "stable".into(),
        k => format!("unstable, index {k}"),
    }
}
