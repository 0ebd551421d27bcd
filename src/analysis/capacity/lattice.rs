//! Sums of independent whole numbers, without any approximation of their law.

use std::f64::consts::{PI, TAU};

/// What may lie outside of the range that is kept, by Chernoff's bound: e^(−45) = 3e-20.
const OUTSIDE: f64 = 45.0;
/// Where the factor of a frequency is below this, it is left out.
const NOTHING: f64 = 1e-30;

/// P(S < threshold) and P(S = threshold) of the sum of `count` numbers, each of these values with these probabilities.
///
/// The law of S on a ring of M places is the inverse transform of φ(2πk/M)^count, φ the characteristic function of one number; M is so large that S goes
/// round with a probability below 1e-19.
pub(super) fn below(law: &[(i64, f64)], count: usize, threshold: i64) -> [f64; 2] {
    let unit = law
        .iter()
        .fold(0, |unit, (v, _)| divisor(unit, v.unsigned_abs()));
    let unit = unit.max(1) as i64;
    // In units of what divides all values: S < t is S/u < ⌈t/u⌉, and S = t is possible where u divides t.
    let law: Vec<(i64, f64)> = law.iter().map(|(v, p)| (v / unit, *p)).collect();
    let up = threshold.div_euclid(unit) + i64::from(threshold.rem_euclid(unit) != 0);
    let half = range(&law, count).max(up.abs() + 1);
    let places = (2 * half + 1) as f64;
    // From −half to below `up`.
    let (middle, wide) = ((up - 1 - half) as f64, (up + half) as f64);
    let [mut less, mut equal] = [wide, 1.0];
    for k in 1..=half {
        let angle = TAU * k as f64 / places;
        let [mut re, mut im] = [0.0; 2];
        for (v, p) in &law {
            let (sin, cos) = (angle * *v as f64).sin_cos();
            re += p * cos;
            im += p * sin;
        }
        let size = re.hypot(im).powf(count as f64);
        if size < NOTHING {
            continue;
        }
        let turned = im.atan2(re) * count as f64;
        // A sum of a geometric series, and one of its terms; k and −k together.
        let turn = PI * k as f64 / places;
        less += 2.0 * size * (turned - turn * middle).cos() * (turn * wide).sin() / turn.sin();
        equal += 2.0 * size * (turned - 2.0 * turn * up as f64).cos();
    }
    let exactly = if threshold.rem_euclid(unit) == 0 {
        equal
    } else {
        0.0
    };
    [less, exactly].map(|p| (p / places).clamp(0.0, 1.0))
}

/// The greatest number that divides both.
fn divisor(a: u64, b: u64) -> u64 {
    if b == 0 { a } else { divisor(b, a % b) }
}

/// How far from 0 the sum may be, up to [`OUTSIDE`].
fn range(law: &[(i64, f64)], count: usize) -> i64 {
    let largest = law.iter().map(|(v, _)| v.abs()).max().unwrap_or(0);
    let all = largest as f64 * count as f64;
    let side = |sign: f64| {
        // P(S ≥ s) ≤ E[e^(λS)] e^(−λs), for any λ > 0.
        let bound = |lambda: f64| {
            let terms = law.iter().map(|(v, p)| (p.ln(), sign * lambda * *v as f64));
            let most = terms
                .clone()
                .map(|(l, e)| l + e)
                .fold(f64::NEG_INFINITY, f64::max);
            let sum: f64 = terms.map(|(l, e)| (l + e - most).exp()).sum();
            (count as f64 * (most + sum.ln()) + OUTSIDE) / lambda
        };
        let lambdas = (0..200).map(|k| 1e3 * 0.9f64.powi(k) / (largest.max(1)) as f64);
        lambdas.map(bound).fold(all, f64::min)
    };
    side(1.0).max(side(-1.0)).ceil() as i64
}
