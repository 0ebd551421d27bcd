//! Branches that end at a special point, or lie on one unmarked, say so.

use super::answer::{Branch, BranchPoint, Diagram, End, Special};
use super::system::{along, difference, dot};
use crate::analysis::local::largest;

/// A branch ends at a special point that is no farther, as a part of the range and of the states: near a crossing states differ by the
/// root of the parameter.
pub(super) const AT_THE_END: [f64; 2] = [1e-6, 1e-2];
/// A point is a special one that is no farther: a state at a crossing is known to fewer digits than the parameter.
pub(super) const SAME: [f64; 2] = [1e-7, 1e-4];

/// Is a place this near a special point?
pub(super) fn is_at(s: &Special, u: &[f64], [parameter, state]: [f64; 2]) -> bool {
    let off = difference(&s.u, u);
    off[off.len() - 1].abs() < parameter && largest(&off) < state
}

/// Marks the points that are special ones though the way over them did not show it, and ends branches where they end.
pub(super) fn tidy(found: &mut Diagram) {
    let special = std::mem::take(&mut found.special);
    for branch in &mut found.branches {
        mark(branch, &special);
        for side in [0, 1] {
            end(branch, side, &special);
        }
    }
    found.special = special;
}

fn mark(branch: &mut Branch, special: &[Special]) {
    for k in 0..branch.points.len() {
        if branch.points[k].special.is_some() {
            continue;
        }
        let at = special
            .iter()
            .position(|s| is_at(s, &branch.points[k].u, SAME));
        let beside = [k.checked_sub(1), Some(k + 1)].into_iter().flatten();
        let mut beside = beside.filter_map(|k| branch.points.get(k)?.special);
        // Beside the mark itself there is no second one.
        if at.is_some_and(|at| !beside.any(|k| k == at)) {
            branch.points[k].special = at;
        }
    }
}

/// One side of a branch that gets no farther than a special point.
fn end(branch: &mut Branch, side: usize, special: &[Special]) {
    if !matches!(branch.ends[side], End::Lost(_) | End::Range) {
        return;
    }
    let count = branch.points.len();
    let order = |k: usize| if side == 0 { k } else { count - 1 - k };
    let near = |k: &usize| {
        let p = &branch.points[order(*k)];
        special.iter().position(|s| is_at(s, &p.u, AT_THE_END))
    };
    // How many points lie beyond the special one.
    let beyond = (0..count).take_while(|k| near(k).is_some());
    let marked = beyond
        .clone()
        .find_map(|k| Some((k, branch.points[order(k)].special?)));
    match (marked, near(&0)) {
        (Some((beyond, at)), _) if beyond > 0 || matches!(branch.ends[side], End::Lost(_)) => {
            let keep = match side {
                0 => beyond..count,
                _ => 0..count - beyond,
            };
            branch.points = branch.points[keep].to_vec();
            branch.ends[side] = End::Special(at);
        }
        (None, Some(at)) => branch.ends[side] = End::Special(at),
        _ => {}
    }
}

/// The coordinates in which branches are followed.
#[derive(Clone, Debug, Default)]
pub(super) struct Frame {
    pub base: Vec<f64>,
    pub free: Vec<usize>,
    pub scale: f64,
    pub from: f64,
    pub width: f64,
}

/// A tangent leaves a point towards the next one within this cosine; one of another branch that crosses there does not.
const TOWARDS: f64 = 0.9;

impl Diagram {
    /// Values of the parameter and states on the curve between two neighbouring points of a branch, so many: by the cubic with their
    /// tangents. They are for the eye: no fixed point was asked for there.
    pub fn between(&self, [a, b]: [&BranchPoint; 2], count: usize) -> Vec<(f64, Vec<f64>)> {
        let chord = difference(&b.u, &a.u);
        let long = dot(&chord, &chord).sqrt();
        let slope = |p: &BranchPoint| -> Vec<f64> {
            match dot(&p.tangent, &chord) > TOWARDS * long {
                true => p.tangent.iter().map(|t| t * long).collect(),
                false => chord.clone(),
            }
        };
        let (at_a, at_b) = (slope(a), slope(b));
        let Frame {
            base,
            free,
            scale,
            from,
            width,
        } = &self.frame;
        let place = |k: usize| {
            let t = (k + 1) as f64 / (count + 1) as f64;
            let [p, q, r] = [
                t * t * (3.0 - 2.0 * t),
                t * (1.0 - t) * (1.0 - t),
                -t * t * (1.0 - t),
            ];
            let u = along(&along(&along(&a.u, p, &chord), q, &at_a), r, &at_b);
            let mut x = base.clone();
            let states = free.iter().zip(&u);
            states.for_each(|(i, u)| x[*i] = scale * u);
            (from + width * u[free.len()], x)
        };
        (0..count).map(place).collect()
    }
}
