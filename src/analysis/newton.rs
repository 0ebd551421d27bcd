//! Newton's method for fixed points of any kind: saddles are not reached by waiting.

use super::local::{Local, largest};

/// Newton steps before a start is given up, where a step is cheap and where it is not.
const STEPS: [usize; 2] = [60, 20];
/// The shortest part of a Newton step that is tried.
const SHORTEST: f64 = 1e-6;

/// What came of Newton's method.
pub(super) struct Newton {
    /// Where it ended.
    pub x: Vec<f64>,
    /// Largest change of a neuron by the first correction; `None` where it could not be solved for.
    pub first: Option<f64>,
    /// Is that a fixed point, as far as rounding lets be told?
    pub converged: bool,
}

/// From `x`, steps being halved until the force `τẋ` shrinks.
pub(super) fn newton(local: &mut Local<'_>, x: &[f64]) -> Newton {
    deflated(local, x, &[])
}

/// The same away from fixed points that are `known`: of the force times `m(x) = Π (1 + 1/|x − xᵢ|²)`, which has no root there (deflation;
/// Farrell, Birkisson and Funke 2015). Its Newton step is the plain step `δ`, longer or turned round: `δ / (1 − δ·∇ ln m)`.
pub(super) fn deflated(local: &mut Local<'_>, x: &[f64], known: &[&[f64]]) -> Newton {
    let away = Away(known);
    let first = away.logarithm(x);
    let steps = STEPS[usize::from(!local.is_dense())];
    let mut found = Newton {
        x: x.to_vec(),
        first: None,
        converged: false,
    };
    let scale = row_scale(local, x);
    let norm = |r: &[f64]| {
        let all = r.iter().zip(&scale);
        all.map(|(r, s)| (r * s).powi(2)).sum::<f64>().sqrt()
    };
    let mut r = local.force(x);
    let begin = largest(&r);
    let mut last: Option<(Vec<f64>, f64)> = None;
    for _ in 0..steps {
        let rounding = local.rounding(&found.x, &r);
        let still = |factor: f64| {
            let floor = 1e-14 * begin;
            r.iter()
                .zip(&rounding)
                .all(|(r, e)| r.abs() <= factor * e + floor)
        };
        if !r.iter().all(|r| r.is_finite()) {
            return found;
        }
        if still(1.0) {
            found.converged = true;
            found.first.get_or_insert(0.0);
            return found;
        }
        let Some(step) = local.correction(&found.x, &r) else {
            return found;
        };
        let long = largest(&step);
        found.first.get_or_insert(long);
        let size = norm(&r) * away.since(first, &found.x);
        let turn = away.turn(&found.x, &step);
        let step: Vec<f64> = step.iter().map(|s| turn * s).collect();
        let mut tried = |length: f64| {
            let y: Vec<f64> = found
                .x
                .iter()
                .zip(&step)
                .map(|(x, s)| x + length * s)
                .collect();
            let force = local.force(&y);
            (norm(&force) * away.since(first, &y), y, force)
        };
        // At a root of odd order 3, 5, … steps shrink by 2/3, 4/5, …: one step as long as all that would follow ends it. (By 1/2
        // they shrink between the two roots of a fold, where it would jump.)
        let ratio = last.as_ref().map_or(0.0, |(before, size)| {
            let inner: f64 = before.iter().zip(&step).map(|(a, b)| a * b).sum();
            inner / size.powi(2)
        });
        let mut next = None;
        if known.is_empty() && (0.6..0.9).contains(&ratio) {
            let leap = tried(1.0 / (1.0 - ratio));
            if leap.0 < 0.1 * size {
                next = Some((1.0, leap));
            }
        }
        let mut length = 1.0;
        while next.is_none() && length > SHORTEST {
            let trial = tried(length);
            if trial.0 < size {
                next = Some((length, trial));
            }
            length *= 0.5;
        }
        let Some((length, (_, y, force))) = next else {
            // Nothing is gained any more: rounding, a line of roots whose weights are typed with twelve digits, or no root.
            found.converged = still(64.0) || still(1e4) && long <= 1e-9 * largest(&found.x);
            return found;
        };
        (found.x, r) = (y, force);
        let size = step.iter().map(|s| s * s).sum::<f64>().sqrt();
        last = (length == 1.0).then_some((step, size));
    }
    found
}

/// What the equations are divided by, so that none outweighs the others.
fn row_scale(local: &mut Local<'_>, x: &[f64]) -> Vec<f64> {
    let mut scale = vec![0.0; x.len()];
    if local.is_dense() {
        let m = local.matrix(x);
        local
            .free
            .iter()
            .zip(&m.rows)
            .for_each(|(i, s)| scale[*i] = *s);
    } else {
        let leaks = local.network.leaks();
        for i in &local.free {
            scale[*i] = if leaks[*i] > 0.0 {
                1.0 / leaks[*i]
            } else {
                1.0
            };
        }
    }
    scale
}

/// A deflated step is at most so many times as long as the plain one.
const LONGEST: f64 = 100.0;

/// Fixed points that are kept away from.
struct Away<'a>(&'a [&'a [f64]]);

impl Away<'_> {
    /// ln m
    fn logarithm(&self, x: &[f64]) -> f64 {
        let known = self.0.iter().map(|k| (1.0 / square(x, k)).ln_1p());
        known.sum()
    }

    /// m at `x` over m where its logarithm was `first`: m itself may overflow. Exactly 1 where nothing is known.
    fn since(&self, first: f64, x: &[f64]) -> f64 {
        (self.logarithm(x) - first).exp()
    }

    /// What a Newton step is multiplied by.
    fn turn(&self, x: &[f64], step: &[f64]) -> f64 {
        let slope = |k: &&[f64]| {
            let all = x.iter().zip(*k).zip(step);
            let along: f64 = all.map(|((x, k), s)| (x - k) * s).sum();
            let square = square(x, k);
            -2.0 * along / (square * (1.0 + square))
        };
        let turn = 1.0 / (1.0 - self.0.iter().map(slope).sum::<f64>());
        match turn.is_finite() {
            true => turn.clamp(-LONGEST, LONGEST),
            false => 1.0,
        }
    }
}

fn square(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| (a - b).powi(2)).sum()
}
