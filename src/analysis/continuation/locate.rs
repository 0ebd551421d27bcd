//! Where between two points of a curve something happens: a root of dp/ds or of an eigenvalue as a function of the arclength.

use super::answer::BranchPoint;
use super::event::{Event, What, is_zero};
use super::system::{Miss, System, along, difference, dot};

/// Rounds of the search for a root.
const ROUNDS: usize = 60;
/// How far from a point where curves cross samples are taken, as a part of the scale. A correction is rounding divided by this
/// distance there, and the root is off by its square. Where the curve turns ∂r/∂p enters, which is known to fewer digits, and the
/// parameter is off by the third power only.
const BESIDE: f64 = 3e-6;
const BESIDE_TURN: f64 = 1e-4;

/// A point that was found.
pub(super) struct Located {
    pub point: BranchPoint,
    /// Half of d²q/ds², where the curve turns.
    pub bend: f64,
}

struct Sample {
    s: f64,
    phi: f64,
    point: BranchPoint,
}

struct Search<'s, 'a> {
    system: &'s mut System<'a>,
    a: &'s BranchPoint,
    event: Event,
}

impl Search<'_, '_> {
    fn sample(&mut self, s: f64, between: [&Sample; 2]) -> Result<Sample, Miss> {
        let [low, high] = between;
        let part = (s - low.s) / (high.s - low.s);
        let chord = difference(&high.point.u, &low.point.u);
        let guess = along(&low.point.u, part, &chord);
        // Near a crossing the equations are nearly singular, and take the derivative of no other place.
        let slope = self.system.slope(&guess)?;
        let u = self.system.correct(&guess, &self.a.tangent, &slope)?;
        let (point, _) = self.system.point(u, &self.a.tangent)?;
        Ok(self.at(s, point))
    }

    fn at(&self, s: f64, point: BranchPoint) -> Sample {
        let phi = match self.event.what.by_tangent() {
            true => point.tangent[point.u.len() - 1],
            false => point.eigenvalues[self.event.place][0],
        };
        Sample { s, phi, point }
    }
}

/// The event between the points `a` and `b`; [`Miss::Lost`] where it is none, as when the step led to another curve.
pub(super) fn locate(
    system: &mut System<'_>,
    [a, b]: [&BranchPoint; 2],
    event: Event,
) -> Result<Located, Miss> {
    let mut search = Search { system, a, event };
    let long = dot(&difference(&b.u, &a.u), &a.tangent);
    let (mut low, mut high) = (search.at(0.0, a.clone()), search.at(long, b.clone()));
    if low.phi * high.phi > 0.0 {
        // One of the two stands at the root, and the sign of its eigenvalue is rounding.
        let at = [a, b].into_iter().find(|p| is_zero(p, event.place));
        return match (at, event.what.by_tangent()) {
            (Some(p), false) => Ok(Located {
                point: p.clone(),
                bend: 0.0,
            }),
            _ => Err(Miss::Lost),
        };
    }
    let fold = event.what == What::Fold;
    let beside = match event.what {
        What::Turn => BESIDE_TURN,
        _ => BESIDE,
    };
    let mut root = f64::NAN;
    let mut weights = [low.phi, high.phi];
    for _ in 0..ROUNDS {
        let next = (low.s * weights[1] - high.s * weights[0]) / (weights[1] - weights[0]);
        let settled = (next - root).abs();
        root = next;
        if high.s - low.s < 1e-12 || settled < if fold { 1e-12 } else { 0.3 * beside } {
            break;
        }
        let sample = match search.sample(root, [&low, &high]) {
            Ok(sample) => sample,
            // Too near to where curves cross for a correction; near enough to be known.
            Err(Miss::Lost) if high.s - low.s < 100.0 * beside => break,
            Err(miss) => return Err(miss),
        };
        if sample.phi == 0.0 {
            break;
        }
        // The rule of Illinois: the end that stays counts less and less.
        if (sample.phi > 0.0) == (low.phi > 0.0) {
            weights = [sample.phi, 0.5 * weights[1]];
            if weights[1].signum() != high.phi.signum() {
                weights[1] = high.phi;
            }
            low = sample;
        } else {
            weights = [0.5 * weights[0], sample.phi];
            high = sample;
        }
    }
    let near = [-1.0, 1.0].map(|side| {
        search.sample(
            root + side * if fold { BESIDE_TURN } else { beside },
            [&low, &high],
        )
    });
    let [Ok(before), Ok(after)] = near else {
        return Err(Miss::Lost);
    };
    finish(&mut search, [&before, &after], root, [&low, &high])
}

fn finish(
    search: &mut Search<'_, '_>,
    [before, after]: [&Sample; 2],
    root: f64,
    bracket: [&Sample; 2],
) -> Result<Located, Miss> {
    let chord = difference(&after.point.u, &before.point.u);
    let apart = after.s - before.s;
    // A root lies between samples that are near to each other; a jump to another curve does not.
    if dot(&chord, &chord).sqrt() > 10.0 * apart || before.phi * after.phi > 0.0 {
        return Err(Miss::Lost);
    }
    // By the arclength, of which s is the part along the tangent at `a`.
    let lean = dot(&search.a.tangent, &chord) / dot(&chord, &chord).sqrt();
    let bend = 0.5 * lean * (after.phi - before.phi) / apart;
    if search.event.what == What::Fold {
        let at = search.sample(root, bracket)?;
        return Ok(Located {
            point: at.point,
            bend,
        });
    }
    let part = before.phi / (before.phi - after.phi);
    let mut u = along(&before.point.u, part, &chord);
    let m = u.len() - 1;
    if search.event.what == What::Turn {
        // The vertex of a parabola of which a point and its slope are known, from both sides.
        let vertex = |of: &Sample| {
            let left = before.s + part * apart - of.s;
            of.point.u[m] + 0.5 * left * of.phi
        };
        u[m] = 0.5 * (vertex(before) + vertex(after));
    }
    let tangent = along(
        &before.point.tangent,
        part,
        &difference(&after.point.tangent, &before.point.tangent),
    );
    Ok(Located {
        point: search.system.describe(u, tangent)?,
        bend,
    })
}
