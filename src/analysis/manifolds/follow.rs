//! Follows the flow from beside a fixed point, forwards or backwards, by arclength.
//!
//! In time the flow grows like e^(kt) backwards, and waits at a saddle. By its arclength it does neither: `dx/ds = ±ẋ/|ẋ|`. The steppers of
//! `dynamics` take steps of `ẋ` alone, whose direction a network does not let them turn, so that the few steps taken here have their own
//! loop, with the coefficients of Dormand and Prince.

use super::curve::{Curve, CurveEnd, apart, difference, norm};
use crate::analysis::local::{Local, largest};
use crate::analysis::newton::newton;
use crate::dynamics::{OF_DOPRI5, Tableau};

/// How far beside the fixed point it begins, in units of 1 + max|x|. The curve leaves its tangent by the square of this.
const BESIDE: f64 = 1e-6;
/// A fixed point is reached where it is so near, in the same units.
const NEAR: f64 = 1e-7;
/// The error of a step, in the same units. The error of the curve is some hundred times this.
const ERROR: f64 = 1e-12;
/// The longest step, as a part of the box's diagonal, and in the units above: cubics through the steps' ends then err by about 1e-9.
const LONGEST: [f64; 2] = [0.005, 0.01];
/// The shortest step in the units above: where the flow jumps it is not followed.
const SHORTEST: f64 = 1e-13;
/// Most steps, and the longest curve in units of the box's diagonal.
const MOST: usize = 200_000;
const FARTHEST: f64 = 100.0;
/// Below this part of the fastest velocity so far a curve is followed by time and not by length: it may be about to end.
const SLOW: f64 = 1e-3;

/// Where to, and how far.
pub(super) struct Course<'a> {
    /// `[low, high]` of every free neuron.
    pub within: &'a [[f64; 2]],
    /// 1 with time, −1 against it.
    pub direction: f64,
}

/// One step that was tried.
struct Step {
    x: Vec<f64>,
    velocity: Vec<f64>,
    error: f64,
}

/// The curve from the fixed point `x` in the direction of `tangent`.
pub(super) fn follow(
    local: &mut Local<'_>,
    course: &Course<'_>,
    (x, tangent): (&[f64], &[f64]),
) -> Curve {
    let unit = 1.0 + largest(x);
    let square: f64 = course.within.iter().map(|[a, b]| (b - a).powi(2)).sum();
    let wide = square.sqrt().min(FARTHEST * unit);
    let longest = (LONGEST[0] * wide).min(LONGEST[1] * unit);
    let mut flow = Flow {
        direction: course.direction,
        fastest: 0.0,
        k: Vec::new(),
        local,
    };
    let mut curve = Curve {
        x: vec![x.to_vec()],
        tangents: vec![tangent.to_vec()],
        end: CurveEnd::Length,
    };
    let beside = BESIDE * unit;
    let pairs = x.iter().zip(tangent);
    let mut here: Vec<f64> = pairs.map(|(x, t)| x + beside * t).collect();
    let mut velocity = flow.velocity(&here);
    let (mut h, mut gone, mut asked) = (beside, 0.0, f64::INFINITY);
    curve.push(here.clone(), &velocity);
    for _ in 0..MOST {
        let speed = norm(&velocity);
        flow.fastest = flow.fastest.max(speed);
        if speed < 0.01 * flow.fastest && speed < 0.5 * asked {
            asked = speed;
            if let Some(end) = flow.end(&here, NEAR * unit) {
                curve.arrive(end);
                break;
            }
        }
        let step = flow.step(&here, &velocity, h);
        let error = step.error / (ERROR * unit);
        let change = match error.is_finite() {
            true => (0.9 * error.powf(-0.2)).clamp(0.1, 4.0),
            false => 0.1,
        };
        if error.is_nan() || error > 1.0 {
            h *= change;
            if h < SHORTEST * unit {
                break;
            }
            continue;
        }
        if !course.holds(flow.local, &step.x) {
            curve.leave(&mut flow, course, (&here, &velocity, h));
            break;
        }
        gone += apart(&here, &step.x);
        if gone > FARTHEST * wide {
            break;
        }
        (here, velocity) = (step.x, step.velocity);
        curve.push(here.clone(), &velocity);
        h = (h * change).min(longest);
    }
    curve
}

impl Course<'_> {
    fn holds(&self, local: &Local<'_>, x: &[f64]) -> bool {
        let mut pairs = self.within.iter().zip(&local.free);
        pairs.all(|([low, high], i)| (*low..=*high).contains(&x[*i]))
    }
}

impl Curve {
    fn push(&mut self, x: Vec<f64>, along: &[f64]) {
        let size = norm(along);
        self.tangents.push(along.iter().map(|v| v / size).collect());
        self.x.push(x);
    }

    /// Ends at a fixed point, straight ahead.
    fn arrive(&mut self, end: Vec<f64>) {
        let way = difference(&end, self.last());
        if way.iter().any(|d| *d != 0.0) {
            self.push(end, &way);
        }
        self.end = CurveEnd::AtPoint;
    }

    /// Ends at the edge, within the step of length `h`.
    fn leave(
        &mut self,
        flow: &mut Flow<'_, '_>,
        course: &Course<'_>,
        (x, velocity, h): (&[f64], &[f64], f64),
    ) {
        let (mut low, mut high) = (0.0, h);
        // As far as numbers go.
        for _ in 0..60 {
            let middle = 0.5 * (low + high);
            let there = flow.step(x, velocity, middle).x;
            match course.holds(flow.local, &there) {
                true => low = middle,
                false => high = middle,
            }
        }
        let last = flow.step(x, velocity, high);
        let mut end = last.x;
        for ([least, most], i) in course.within.iter().zip(&flow.local.free) {
            end[*i] = end[*i].clamp(*least, *most);
        }
        self.push(end, &last.velocity);
        self.end = CurveEnd::LeftTheBox;
    }
}

/// The flow, in one direction of time.
struct Flow<'a, 'n> {
    local: &'a mut Local<'n>,
    direction: f64,
    /// The largest speed so far.
    fastest: f64,
    k: Vec<Vec<f64>>,
}

impl Flow<'_, '_> {
    /// `±ẋ`
    fn velocity(&mut self, x: &[f64]) -> Vec<f64> {
        let mut v = self.local.velocity(x);
        v.iter_mut().for_each(|v| *v *= self.direction);
        v
    }

    /// The direction of a velocity; by and by shorter than 1 where it is slow.
    fn slope(&self, velocity: &[f64]) -> Vec<f64> {
        let size = norm(velocity).hypot(SLOW * self.fastest);
        velocity.iter().map(|v| v / size).collect()
    }

    fn step(&mut self, x: &[f64], velocity: &[f64], h: f64) -> Step {
        let Tableau { a, b, error } = &OF_DOPRI5;
        let moved = |k: &[Vec<f64>], weights: &[f64]| -> Vec<f64> {
            let mut y = x.to_vec();
            for (w, k) in weights.iter().zip(k) {
                y.iter_mut().zip(k).for_each(|(y, k)| *y += h * w * k);
            }
            y
        };
        let mut k = std::mem::take(&mut self.k);
        k.clear();
        k.push(self.slope(velocity));
        for row in *a {
            let v = self.velocity(&moved(&k, row));
            k.push(self.slope(&v));
        }
        let end = moved(&k, b);
        let velocity = self.velocity(&end);
        k.push(self.slope(&velocity));
        let weights = error.unwrap_or_default();
        let entry = |i: usize| -> f64 { weights.iter().zip(&k).map(|(w, k)| w * k[i]).sum() };
        let error: Vec<f64> = (0..x.len()).map(|i| h * entry(i)).collect();
        self.k = k;
        Step {
            x: end,
            velocity,
            error: norm(&error),
        }
    }

    /// The fixed point that is so near.
    fn end(&mut self, x: &[f64], near: f64) -> Option<Vec<f64>> {
        let force = self.local.force(x);
        let first = self.local.correction(x, &force)?;
        if largest(&first) > near {
            return None;
        }
        let found = newton(self.local, x);
        (found.converged && largest(&difference(&found.x, x)) <= 2.0 * near).then_some(found.x)
    }
}
