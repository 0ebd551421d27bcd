//! Where another curve crosses: its direction, its first points, and what kind of crossing it is.

use super::answer::{Bifurcation, BranchPoint, Special};
use super::system::{Miss, System, along, difference, dot};
use crate::kernels::Singular;

/// Distances from the crossing at which the other curve is looked for.
const DISTANCES: [f64; 4] = [3e-3, 1e-2, 1e-3, 3e-2];
/// The other curve turns round at the crossing if dq/ds is below this.
const LEVEL: f64 = 1e-4;
/// A singular value below this part of the largest is 0: the crossing is known to 1e-6 only.
const SINGULAR: f64 = 1e-4;

/// The first points of the other curve to both sides, with ∂r/∂q there.
pub(super) type Sides = [Option<(BranchPoint, Vec<f64>)>; 2];

/// The other curves at a crossing: the directions in which `∂r/∂u` is 0, but for that of this curve.
pub(super) fn sides(system: &mut System<'_>, at: &BranchPoint) -> Result<Vec<Sides>, Miss> {
    let m = at.u.len() - 1;
    let slope = system.slope(&at.u)?;
    let (a, _) = system.bordered(&at.u, &slope, &vec![0.0; m + 1])?;
    let svd = Singular::new(m + 1, &a).ok_or(Miss::Lost)?;
    // Two at least: along both curves.
    let more = svd.values.iter().take(m.saturating_sub(1));
    let count = 2 + more.filter(|s| **s < SINGULAR * svd.values[0]).count();
    let mut found: Vec<Vec<f64>> = vec![at.tangent.clone()];
    for k in (m + 1 - count.min(m + 1)..=m).rev() {
        let [_, mut v] = svd.vectors(k);
        for known in &found {
            let part = dot(known, &v) / dot(known, known);
            v = along(&v, -part, known);
        }
        let length = dot(&v, &v).sqrt();
        // One of them is the curve itself.
        if length > 0.1 && found.len() < count {
            found.push(v.iter().map(|v| v / length).collect());
        }
    }
    let all = found[1..].iter();
    Ok(all
        .map(|w| [1.0, -1.0].map(|side| start(system, &at.u, w, side)))
        .collect())
}

/// The first point of the curve that leaves `at` about in this direction.
fn start(
    system: &mut System<'_>,
    at: &[f64],
    direction: &[f64],
    side: f64,
) -> Option<(BranchPoint, Vec<f64>)> {
    DISTANCES.iter().find_map(|distance| {
        let guess = along(at, side * distance, direction);
        if !(0.0..=1.0).contains(guess.last()?) {
            return None;
        }
        // At the crossing itself the equations say nothing along one direction.
        let slope = system.slope(&guess).ok()?;
        let u = system.correct(&guess, direction, &slope).ok()?;
        let chord = difference(&u, at);
        let length = dot(&chord, &chord).sqrt();
        let before: Vec<f64> = chord.iter().map(|c| c / length).collect();
        let (point, slope) = system.point(u, &before).ok()?;
        (length < 30.0 * distance && dot(&point.tangent, &before) > 0.9).then_some((point, slope))
    })
}

/// What the other curve says of the crossing.
pub(super) fn classify(system: &System<'_>, special: &mut Special, sides: &[Sides]) {
    let [[Some((plus, _)), Some((minus, _))]] = sides else {
        return;
    };
    let m = plus.u.len() - 1;
    let chord = difference(&plus.u, &minus.u);
    let tilt = chord[m] / dot(&chord, &chord).sqrt();
    let v = special.null_vector.as_deref().unwrap_or_default();
    let along_null = |p: &BranchPoint| dot(v, &difference(&p.x, &special.x));
    let (forth, back) = (along_null(plus), along_null(minus));
    if special.kind == Bifurcation::Pitchfork {
        // It was this curve that turned round.
    } else if tilt.abs() < LEVEL {
        special.kind = Bifurcation::Pitchfork;
        let rise = plus.u[m] + minus.u[m] - 2.0 * special.u[m];
        special.curvature = Some(system.width() * rise / (forth * forth + back * back));
    } else {
        special.kind = Bifurcation::Transcritical;
        special.slope = Some((plus.parameter - minus.parameter) / (forth - back));
    }
}
