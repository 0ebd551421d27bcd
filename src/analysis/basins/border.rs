//! The border between basins on a plane, between the starts of a map.

use std::collections::HashMap;

use super::StatePlane;
use super::labels::{Ends, Labels};
use crate::refusal::Refusal;

/// How often the step between two neighbours is halved: the border is known to 1/256 of it.
const HALVINGS: usize = 8;
/// A curve that passes within so many steps of a crossing is the border there: the crossing is known to half of one, and starts on a
/// separatrix are one farther on.
const NEAR: f64 = 2.0;

/// A place where lines meet: a crossing between two neighbouring starts, the first and whether the second is above it, or the middle of
/// a cell where three basins meet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
enum Node {
    Between(usize, bool),
    Middle(usize),
}

/// A step between two neighbours with different ends: where it begins, where it ends, and what is known of the crossing.
struct Step {
    from: [f64; 2],
    to: [f64; 2],
    label: Option<usize>,
    low: f64,
    high: f64,
}

impl Step {
    fn at(&self, part: f64) -> [f64; 2] {
        [0, 1].map(|k| self.from[k] + part * (self.to[k] - self.from[k]))
    }
}

/// Traces it. Every two neighbours with different ends have a point of it between them, which is bisected.
pub(super) fn trace(
    labels: &mut Labels<'_>,
    ends: &Ends,
    (plane, x, y): (&StatePlane, &[f64], &[f64]),
) -> Result<Vec<Vec<[f64; 2]>>, Refusal> {
    let (columns, rows) = (x.len(), y.len());
    let own: Vec<Option<usize>> = (0..columns * rows).map(|k| labels.now(ends, k)).collect();
    let place = |k: usize| [x[k % columns], y[k / columns]];
    let mut nodes = Vec::new();
    let mut steps = Vec::new();
    for (k, up, next) in changes(&own, [columns, rows]) {
        nodes.push(Node::Between(k, up));
        steps.push(Step {
            from: place(k),
            to: place(next),
            label: own[k],
            low: 0.0,
            high: 1.0,
        });
    }
    for _ in 0..HALVINGS {
        let middle = |step: &Step| step.at(0.5 * (step.low + step.high));
        let halves = labels.run(steps.len(), |k| plane.state(middle(&steps[k])))?;
        if labels.is_interrupted() {
            return Ok(Vec::new());
        }
        for (k, step) in steps.iter_mut().enumerate() {
            let half = 0.5 * (step.low + step.high);
            match labels.now(&halves, k) == step.label {
                true => step.low = half,
                false => step.high = half,
            }
        }
    }
    let found = steps.iter().map(|s| s.at(0.5 * (s.low + s.high)));
    let mut points: HashMap<Node, [f64; 2]> = nodes.into_iter().zip(found).collect();
    let pieces = pieces(&own, [columns, rows], &mut points);
    let lines = chained(&pieces).into_iter();
    Ok(lines
        .map(|line| line.iter().map(|node| points[node]).collect())
        .collect())
}

/// Neighbours with different ends: the first, whether the second is above it, and the second.
fn changes(own: &[Option<usize>], [columns, rows]: [usize; 2]) -> Vec<(usize, bool, usize)> {
    let mut found = Vec::new();
    for k in 0..columns * rows {
        let is_inner = [k % columns + 1 < columns, k / columns + 1 < rows];
        for (up, next) in [(false, k + 1), (true, k + columns)] {
            if is_inner[usize::from(up)] && own[k] != own[next] {
                found.push((k, up, next));
            }
        }
    }
    found
}

/// Does one of these curves pass within [`NEAR`] steps of every place where neighbours end differently? Where a saddle is missing, or the
/// border is a cycle, they do not.
pub(super) fn is_covered(
    labels: &Labels<'_>,
    ends: &Ends,
    curves: &[Vec<[f64; 2]>],
    [x, y]: [&[f64]; 2],
) -> bool {
    let (columns, rows) = (x.len(), y.len());
    let own: Vec<Option<usize>> = (0..columns * rows).map(|k| labels.now(ends, k)).collect();
    let step = [x, y].map(|axis| (axis[axis.len() - 1] - axis[0]) / (axis.len() - 1) as f64);
    let scaled = |p: [f64; 2]| [(p[0] - x[0]) / step[0], (p[1] - y[0]) / step[1]];
    let segments: Vec<[[f64; 2]; 2]> = curves
        .iter()
        .flat_map(|curve| curve.windows(2).map(|w| [scaled(w[0]), scaled(w[1])]))
        .collect();
    let middle = |k: usize, next: usize| {
        let at = |k: usize| [(k % columns) as f64, (k / columns) as f64];
        [0, 1].map(|axis| 0.5 * (at(k)[axis] + at(next)[axis]))
    };
    let all = changes(&own, [columns, rows]);
    all.into_iter().all(|(k, _, next)| {
        if labels.is_interrupted() {
            return false;
        }
        let place = middle(k, next);
        segments.iter().any(|s| distance(place, *s) <= NEAR)
    })
}

/// How far a point is from a segment.
fn distance(p: [f64; 2], [a, b]: [[f64; 2]; 2]) -> f64 {
    let along = [b[0] - a[0], b[1] - a[1]];
    let from = [p[0] - a[0], p[1] - a[1]];
    let length = along[0] * along[0] + along[1] * along[1];
    let part = (from[0] * along[0] + from[1] * along[1]) / length.max(f64::MIN_POSITIVE);
    let part = part.clamp(0.0, 1.0);
    (from[0] - part * along[0]).hypot(from[1] - part * along[1])
}

/// The pieces of the border within the cells of four starts.
fn pieces(
    own: &[Option<usize>],
    [columns, rows]: [usize; 2],
    points: &mut HashMap<Node, [f64; 2]>,
) -> Vec<[Node; 2]> {
    let mut pieces = Vec::new();
    for k in 0..columns * (rows - 1) {
        if k % columns + 1 == columns {
            continue;
        }
        // Anticlockwise from the lower left, and the sides between them.
        let corners = [k, k + 1, k + columns + 1, k + columns].map(|k| own[k]);
        let sides = [
            Node::Between(k, false),
            Node::Between(k + 1, true),
            Node::Between(k + columns, false),
            Node::Between(k, true),
        ];
        let crossed: Vec<Node> = sides
            .into_iter()
            .filter(|side| points.contains_key(side))
            .collect();
        match crossed[..] {
            [] => {}
            [a, b] => pieces.push([a, b]),
            [a, b, c, d] if corners[0] == corners[2] => pieces.extend([[a, b], [c, d]]),
            [a, b, c, d] if corners[1] == corners[3] => pieces.extend([[d, a], [b, c]]),
            _ => {
                let all = crossed.iter().map(|side| points[side]);
                let sum = all.fold([0.0; 2], |[x, y], p| [x + p[0], y + p[1]]);
                let middle = Node::Middle(k);
                points.insert(middle, sum.map(|s| s / crossed.len() as f64));
                pieces.extend(crossed.iter().map(|side| [*side, middle]));
            }
        }
    }
    pieces
}

/// The same pieces as lines, each as long as can be: from where not two of them meet to the next such place, or round.
fn chained(pieces: &[[Node; 2]]) -> Vec<Vec<Node>> {
    let mut meeting: HashMap<Node, Vec<usize>> = HashMap::new();
    for (k, piece) in pieces.iter().enumerate() {
        for node in piece {
            meeting.entry(*node).or_default().push(k);
        }
    }
    let mut ends: Vec<Node> = meeting.keys().copied().collect();
    // Those where lines end come first, so that what is left goes round.
    ends.sort_unstable_by_key(|node| (meeting[node].len() == 2, *node));
    let mut is_used = vec![false; pieces.len()];
    let mut lines = Vec::new();
    for end in ends {
        for first in &meeting[&end] {
            if is_used[*first] {
                continue;
            }
            let (mut line, mut next) = (vec![end], Some(*first));
            while let Some(k) = next {
                is_used[k] = true;
                let [a, b] = pieces[k];
                let here = if line.last() == Some(&a) { b } else { a };
                line.push(here);
                let others = &meeting[&here];
                let free = others.iter().copied().find(|k| !is_used[*k]);
                next = free.filter(|_| others.len() == 2);
            }
            lines.push(line);
        }
    }
    lines
}
