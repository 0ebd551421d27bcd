//! A curve of fixed points, followed from one of them in one direction.

use super::answer::{BranchPoint, End};
use super::event::{Event, between, turns_twice};
use super::locate::{Located, locate};
use super::system::{Miss, System, along, difference, dot};

/// The first step, and the shortest that is tried.
const FIRST: f64 = 1e-3;
const SHORTEST: f64 = 1e-7;
/// Steps that are tried where shorter ones have failed, the last first.
const LEAPS: [f64; 3] = [3e-2, 1e-2, 3e-3];
/// Events that a shorter step could part are taken for one below this.
const TOGETHER: f64 = 1e-3;
/// The least cosine of the angle between neighbouring tangents: 14 degrees, so that a diagram shows no corners. Steps grow above the
/// second and shrink below the third.
const COSINE: f64 = 0.97;
const STRAIGHT: f64 = 0.997;
const BENT: f64 = 0.99;
/// So many times what counts as 0 is nearly 0: beside a bifurcation steps end before it.
const NEARLY: f64 = 1e4;
/// A correction moves a point by at most this part of a step.
const MOVED: f64 = 0.3;

/// How far a curve is followed.
#[derive(Clone, Copy)]
pub(super) struct Pace {
    /// The longest step, as a part of the range; of a state ten times that part of the scale.
    pub longest: f64,
    /// Most points.
    pub points: usize,
}

/// What was met on the way.
pub(super) struct Followed {
    /// The points behind the first, and the event that stands before each, if there is one.
    pub points: Vec<(Option<(Event, Located)>, BranchPoint)>,
    pub end: End,
}

struct Step {
    event: Option<(Event, Located)>,
    point: BranchPoint,
    slope: Vec<f64>,
    cosine: f64,
}

/// From a point in the direction of its tangent. `slope` is ∂r/∂q there.
pub(super) fn follow(
    system: &mut System<'_>,
    start: &BranchPoint,
    slope: Vec<f64>,
    pace: Pace,
) -> Followed {
    let mut points: Vec<(Option<(Event, Located)>, BranchPoint)> = Vec::new();
    let (mut here, mut slope) = (start.clone(), slope);
    let (mut ds, mut most) = (FIRST, f64::INFINITY);
    let (mut way, mut leaps) = (None, 0);
    let end = loop {
        if points.len() >= pace.points {
            break End::Points;
        }
        if leaves(&here) {
            break End::Range;
        }
        if system.watch.interrupt.is_raised() {
            break End::Interrupted;
        }
        ds = ds.min(reach(&here, pace)).min(most);
        match step(system, &here, &slope, ds) {
            Ok(next) => {
                if next.cosine > STRAIGHT {
                    ds *= 1.6;
                } else if next.cosine < BENT {
                    ds *= 0.7;
                }
                if points.len() > 2
                    && let Some(whole) = closes(&here, &next.point, start)
                {
                    // What is met behind the first point was met before.
                    let met = |at: &Located| dot(&difference(&at.point.u, &here.u), &here.tangent);
                    let event = next.event.filter(|(_, at)| met(at) < whole);
                    points.push((event, start.clone()));
                    break End::Closed;
                }
                let gone = difference(&next.point.u, &here.u);
                let length = dot(&gone, &gone).sqrt();
                way = Some(gone.iter().map(|d| d / length).collect::<Vec<f64>>());
                leaps = LEAPS.len();
                here = next.point.clone();
                slope = next.slope;
                points.push((next.event, next.point));
            }
            Err(miss) => {
                ds *= 0.5;
                // A point that came to lie on a branch point, but for rounding, has the tangent of either branch: the way that led here
                // tells which, and a step over it goes on.
                if ds < SHORTEST
                    && matches!(miss, Miss::Lost)
                    && leaps > 0
                    && let Some(way) = &way
                {
                    leaps -= 1;
                    here.tangent.clone_from(way);
                    ds = LEAPS[leaps];
                    continue;
                }
                if ds < SHORTEST {
                    break match miss {
                        Miss::Invalid(why) => End::Invalid(why),
                        _ => End::Lost(reason(&here)),
                    };
                }
                if matches!(miss, Miss::Invalid(_)) {
                    most = ds;
                }
            }
        }
    };
    Followed { points, end }
}

fn reason(here: &BranchPoint) -> String {
    let nearest = here.eigenvalues.iter().map(|[re, im]| re.hypot(*im));
    match nearest.fold(f64::INFINITY, f64::min) <= NEARLY * here.zero {
        true => "an eigenvalue is 0 here, or nearly: a bifurcation at the very end, or fixed points that are not isolated".into(),
        false => "Newton's method finds no next point: a current may bend or jump here".into(),
    }
}

/// Is it at an end of the range, on the way out?
fn leaves(here: &BranchPoint) -> bool {
    let m = here.u.len() - 1;
    let (q, t) = (here.u[m], here.tangent[m]);
    q <= 0.0 && t < 0.0 || q >= 1.0 && t > 0.0
}

fn reach(here: &BranchPoint, pace: Pace) -> f64 {
    let m = here.u.len() - 1;
    let states = here.tangent[..m].iter().fold(0.0f64, |m, t| m.max(t.abs()));
    let own = here.u[..m].iter().fold(1.0f64, |m, u| m.max(u.abs()));
    let (by_q, by_x) = (
        pace.longest / here.tangent[m].abs(),
        10.0 * pace.longest * own / states,
    );
    by_q.min(by_x)
}

/// How far from `a` the point is that the curve began at, if the way to `b` passes it.
fn closes(a: &BranchPoint, b: &BranchPoint, start: &BranchPoint) -> Option<f64> {
    let whole = dot(&difference(&b.u, &a.u), &a.tangent);
    let to = difference(&start.u, &a.u);
    let s = dot(&to, &a.tangent);
    let off = along(&to, -s, &a.tangent);
    let passes = (0.0..=whole).contains(&s) && dot(&off, &off).sqrt() <= MOVED * whole;
    (passes && dot(&a.tangent, &start.tangent) > COSINE).then_some(s)
}

fn step(system: &mut System<'_>, a: &BranchPoint, slope: &[f64], ds: f64) -> Result<Step, Miss> {
    let m = a.u.len() - 1;
    let guess = along(&a.u, ds, &a.tangent);
    let u = if (0.0..=1.0).contains(&guess[m]) {
        match system.correct(&guess, &a.tangent, slope) {
            Err(Miss::Outside(u)) => to_the_end(system, u, slope)?,
            other => other?,
        }
    } else {
        let end = f64::from(u8::from(guess[m] > 1.0));
        let part = (end - a.u[m]) / a.tangent[m];
        to_the_end(system, along(&a.u, part, &a.tangent), slope)?
    };
    let gone = difference(&u, &a.u);
    let (ahead, length) = (dot(&gone, &a.tangent), dot(&gone, &gone).sqrt());
    let aside = (length * length - ahead * ahead).max(0.0).sqrt();
    if ahead <= 0.0 || aside > MOVED * ahead || length > 1.5 * ds {
        return Err(Miss::Lost);
    }
    let (point, next) = system.point(u, &a.tangent)?;
    let cosine = dot(&point.tangent, &a.tangent);
    if cosine < COSINE {
        return Err(Miss::Lost);
    }
    let event = match between(a, &point) {
        Some((_, true)) if ds > TOGETHER => return Err(Miss::Lost),
        Some((_, true)) if turns_twice(a, &point) => None,
        Some((event, _)) => Some((event, locate(system, [a, &point], event)?)),
        None => None,
    };
    Ok(Step {
        event,
        point,
        slope: next,
        cosine,
    })
}

/// The point of the curve at the end of the range beside `u`.
fn to_the_end(system: &mut System<'_>, mut u: Vec<f64>, slope: &[f64]) -> Result<Vec<f64>, Miss> {
    let m = u.len() - 1;
    u[m] = f64::from(u8::from(u[m] > 0.5));
    let mut normal = vec![0.0; m + 1];
    normal[m] = 1.0;
    system.correct(&u, &normal, slope)
}
