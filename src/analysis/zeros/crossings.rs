//! Points where two branches cross: there the function and its slope vanish. The squares around one cannot tell which ends belong
//! together; the tangents can.

use super::lattice::Lattice;

/// Steps of Newton's method, and the differences from which slopes are made, as parts of the axes.
const STEPS: usize = 20;
const PROBE: f64 = 1e-5;
/// Branches that pass each other at less than this part of the axes cross.
const APART: f64 = 1e-6;
/// The first radius around a crossing in fine squares, and how often it is doubled until four ends come out of it.
const RADIUS: f64 = 2.5;
const RADII: usize = 4;
/// Branches at a smaller angle are taken to be at this one.
const SMALLEST: f64 = 0.02;

type Lines = Vec<Vec<[f64; 2]>>;

/// Leads lines through the crossings that are found from these places, given as parts of the axes; the lines and the crossings.
pub(super) fn through(
    mut lines: Lines,
    candidates: Vec<[f64; 2]>,
    lattice: &mut Lattice<'_>,
    step: f64,
) -> (Lines, Vec<[f64; 2]>) {
    let over = lattice.over;
    let to_plane = |p: [f64; 2]| [0, 1].map(|k| over[k][0] + p[k] * (over[k][1] - over[k][0]));
    let part = |p: [f64; 2]| [0, 1].map(|k| (p[k] - over[k][0]) / (over[k][1] - over[k][0]));
    let mut crossings: Vec<[f64; 2]> = Vec::new();
    for start in candidates {
        let mut f = |points: &[[f64; 2]]| {
            let points: Vec<[f64; 2]> = points.iter().map(|p| to_plane(*p)).collect();
            (lattice.f)(&points)
        };
        let reach = 2.0 * step * super::FINER as f64;
        let Some((c, sine)) = crossing(&mut f, start, reach) else {
            continue;
        };
        let new = crossings.iter().all(|p| far(part(*p), c) > 10.0 * PROBE);
        if !new {
            continue;
        }
        let at = to_plane(c);
        // Nearer than this, branches that cross at a small angle lie in the same squares.
        let wide = |k: i32| step * RADIUS / sine * f64::from(1 << k);
        let led = (0..RADII as i32).find_map(|k| lead(&lines, at, |p| far(part(p), c) < wide(k)));
        if let Some(led) = led {
            lines = led;
            crossings.push(at);
        }
    }
    (lines, crossings)
}

fn far(a: [f64; 2], b: [f64; 2]) -> f64 {
    (a[0] - b[0]).hypot(a[1] - b[1])
}

/// The saddle of `f` near `start`, by Newton's method on its slope, if `f` is zero there; and the sine of the angle between the branches.
fn crossing(
    f: &mut dyn FnMut(&[[f64; 2]]) -> Vec<f64>,
    start: [f64; 2],
    reach: f64,
) -> Option<([f64; 2], f64)> {
    let mut at = start;
    for _ in 0..STEPS {
        let offsets = (0..9).map(|k| [(k % 3) as f64 - 1.0, (k / 3) as f64 - 1.0]);
        let points = offsets.map(|o| [at[0] + PROBE * o[0], at[1] + PROBE * o[1]]);
        let v = f(&points.collect::<Vec<_>>());
        let slope = [(v[5] - v[3]) / 2.0, (v[7] - v[1]) / 2.0].map(|d| d / PROBE);
        let square = PROBE * PROBE;
        let (xx, yy) = (
            (v[5] + v[3] - 2.0 * v[4]) / square,
            (v[7] + v[1] - 2.0 * v[4]) / square,
        );
        let xy = (v[8] + v[0] - v[2] - v[6]) / (4.0 * square);
        let det = xx * yy - xy * xy;
        let step = [
            -(yy * slope[0] - xy * slope[1]) / det,
            -(xx * slope[1] - xy * slope[0]) / det,
        ];
        let long = step[0].hypot(step[1]);
        if !long.is_finite() || far(at, start) > reach {
            return None;
        }
        if long < 0.01 * PROBE {
            // Branches that pass at a distance d have |f| = ½ |λ| (d/2)² between them, λ being the smaller curvature.
            let mean = (xx + yy) / 2.0;
            let least = ((xx - yy) / 2.0).hypot(xy) - mean.abs();
            let inside = at.iter().all(|s| (0.0..=1.0).contains(s));
            let cross = det < 0.0 && v[4].abs() <= 0.125 * least * APART * APART;
            // Along a branch v there is no curvature, vᵀ H v = 0.
            let sine = 2.0 * (-det).sqrt() / (xx + yy).hypot(2.0 * (-det).sqrt());
            return (inside && cross).then_some((at, sine.max(SMALLEST)));
        }
        let most = reach / long;
        at = [0, 1].map(|k| at[k] + step[k] * most.min(1.0));
    }
    None
}

/// The lines without what is near a point where two cross, each end there going on, through the point, with the one across. None where
/// it is not four ends that come out.
fn lead(
    lines: &[Vec<[f64; 2]>],
    at: [f64; 2],
    near: impl Fn([f64; 2]) -> bool,
) -> Option<Vec<Vec<[f64; 2]>>> {
    let (mut done, mut pieces) = (Vec::new(), Vec::<Vec<[f64; 2]>>::new());
    // Ends that come out of the disc: which piece, whether its last point, and at which angle.
    let mut ends: Vec<(usize, bool, f64)> = Vec::new();
    for line in lines {
        if !line.iter().any(|p| near(*p)) {
            done.push(line.clone());
            continue;
        }
        let mut line = line.clone();
        let closed = line.len() > 2 && line.first() == line.last();
        if closed {
            // Turned so that it begins in the disc: no piece is cut where the loop happens to begin.
            line.pop();
            let first = line.iter().position(|p| near(*p)).unwrap_or(0);
            line.rotate_left(first);
            line.push(line[0]);
        }
        let last = line.len() - 1;
        let mut begin = 0;
        for piece in line.split(|p| near(*p)) {
            let end = begin + piece.len();
            if piece.is_empty() {
                begin = end + 1;
                continue;
            }
            let angle = |p: [f64; 2]| (p[1] - at[1]).atan2(p[0] - at[0]);
            if begin > 0 {
                ends.push((pieces.len(), false, angle(piece[0])));
            }
            if end <= last {
                ends.push((pieces.len(), true, angle(piece[piece.len() - 1])));
            }
            pieces.push(piece.to_vec());
            begin = end + 1;
        }
    }
    if ends.len() != 4 {
        return None;
    }
    ends.sort_by(|a, b| a.2.total_cmp(&b.2));
    let partner = |piece: usize, is_last: bool| {
        let k = ends.iter().position(|e| (e.0, e.1) == (piece, is_last))?;
        let (piece, is_last, _) = ends[(k + 2) % 4];
        Some((piece, is_last))
    };
    let mut used = vec![false; pieces.len()];
    let order = (0..pieces.len()).map(|k| match partner(k, false) {
        // Lines are followed from an end of their own, if they have one.
        None => (0, k, false),
        Some(_) if partner(k, true).is_none() => (0, k, true),
        Some(_) => (1, k, false),
    });
    let mut order: Vec<(usize, usize, bool)> = order.collect();
    order.sort_unstable();
    for (_, first, turned) in order {
        let (mut line, mut next) = (Vec::new(), Some((first, turned)));
        // The end of a piece by which it is entered.
        while let Some((piece, by_last)) = next.filter(|(k, _)| !used[*k]) {
            used[piece] = true;
            let mut points = pieces[piece].clone();
            if by_last {
                points.reverse();
            }
            line.extend(points);
            next = partner(piece, !by_last);
            line.extend(next.map(|_| at));
        }
        if line.is_empty() {
            continue;
        }
        if next.is_some() {
            line.push(line[0]);
        }
        done.push(line);
    }
    Some(done)
}
