//! What the flow does along the directions in which it neither grows nor decays to first order (Lyapunov–Schmidt).

use super::local::{Local, Matrix, ZERO, largest};
use crate::kernels::Singular;

/// What happens along a direction whose eigenvalue is 0 as far as can be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Along {
    /// The state comes back from either side, more slowly than by any exponential: the energy rises, but its curvature is 0.
    Inward,
    /// Nothing: the fixed point is one of a line of them.
    Flat,
    /// It comes back from one side and leaves on the other, as at a fold.
    OneSided,
    /// It leaves.
    Outward,
}

impl Along {
    /// Its name in results.
    pub fn word(self) -> &'static str {
        match self {
            Along::Inward => "inward",
            Along::Flat => "flat",
            Along::OneSided => "one-sided",
            Along::Outward => "outward",
        }
    }
}

/// The same, and whether the force grows like the distance, which makes the eigenvalue small but not 0.
#[derive(Clone, Copy, Debug)]
pub(super) struct Centre {
    pub along: Along,
    pub linear: bool,
}

/// Distances at which the force is asked for, in units of the state's size: the first at which it is more than rounding
/// decides. The scale of what bends it is not known (1/β of a steep activation).
const NEAREST: f64 = 1e-13;
const TIMES: f64 = 4.0;
const DISTANCES: i32 = 22;
/// Most corrections of the other directions at each of them.
const RELAXED: usize = 12;
/// Most combinations of several directions that are tried besides the directions themselves.
const COMBINED: usize = 60;

/// A direction and what the force is measured by: `u·r` is its part along `v`.
struct Direction {
    v: Vec<f64>,
    u: Vec<f64>,
}

/// What happens along `many` directions at the fixed point `x`; `None` where it cannot be told. Of a large network `given` is the
/// only one, and the other directions are left as they are.
///
/// The force along the direction is the slope of the energy. It grows like the cube of the distance where the energy grows like
/// its fourth power, and so stands out from rounding nearer to the fixed point.
pub(super) fn along_centre(
    local: &mut Local<'_>,
    x: &[f64],
    many: usize,
    given: Option<Vec<f64>>,
) -> Option<Centre> {
    let parts = local.is_dense().then(|| {
        let m = local.matrix(x);
        Singular::new(m.rows.len(), &m.scaled()).map(|svd| (m, svd))
    });
    let parts = match parts {
        Some(parts) => Some(parts?),
        None => None,
    };
    let directions = match (&parts, given) {
        (_, Some(v)) if local.gradient => vec![measured(local, x, v)],
        (Some((m, svd)), _) if local.gradient || many == 1 => dense(local, x, many, m, svd)?,
        _ => return None,
    };
    let count = directions.len();
    let mut tried: Vec<Vec<f64>> = (0..count)
        .map(|k| (0..count).map(|j| f64::from(u8::from(j == k))).collect())
        .collect();
    if count > 1 {
        // Spread without a pattern, the same every time.
        let draw = |k: usize, j: usize| (12.9898 * (k * count + j + 1) as f64).sin();
        let combined =
            (0..COMBINED.min(4 * count)).map(|k| (0..count).map(|j| draw(k, j)).collect());
        tried.extend(combined);
    }
    let (mut flat, mut inward, mut outward, mut one_sided, mut linear) =
        (false, false, false, false, true);
    for c in tried {
        let mix = |of: fn(&Direction) -> &Vec<f64>| -> Vec<f64> {
            let sum = |i: usize| c.iter().zip(&directions).map(|(c, d)| c * of(d)[i]).sum();
            (0..x.len()).map(sum).collect()
        };
        let (v, u) = (mix(|d| &d.v), mix(|d| &d.u));
        let sides = [1.0, -1.0].map(|side| seen(local, x, &v, &u, side, many, parts.as_ref()));
        match sides {
            [None, None] => flat = true,
            [Some((a, p)), Some((b, q))] => {
                linear &= p && q;
                match (a, b) {
                    (true, true) => inward = true,
                    (false, false) => outward = true,
                    _ => one_sided = true,
                }
            }
            // Flat on one side: a kink.
            [Some((a, _)), None] | [None, Some((a, _))] => {
                linear = false;
                flat |= a;
                one_sided |= !a;
            }
        }
    }
    let along = if outward {
        Along::Outward
    } else if one_sided {
        Along::OneSided
    } else if flat {
        Along::Flat
    } else {
        debug_assert!(inward);
        Along::Inward
    };
    Some(Centre {
        along,
        linear: linear && !flat,
    })
}

/// The right null vectors of the Jacobian, each with what the force along it is measured by.
fn dense(
    local: &mut Local<'_>,
    x: &[f64],
    many: usize,
    m: &Matrix,
    svd: &Singular,
) -> Option<Vec<Direction>> {
    let n = m.rows.len();
    if many == 0 || many > n {
        return None;
    }
    // A layer without leak has directions that no activation sees beside those that are asked for.
    let small = svd.values.iter().filter(|s| **s <= 1e-4).count();
    if !local.leaky && small > many {
        return None;
    }
    let spread = |local: &Local<'_>, v: &[f64]| {
        let mut all = vec![0.0; x.len()];
        local.free.iter().zip(v).for_each(|(i, v)| all[*i] = *v);
        all
    };
    let mut found = Vec::new();
    for k in n - many..n {
        let [left, right] = svd.vectors(k);
        let v = spread(local, &m.of_columns(&right));
        if local.gradient {
            found.push(measured(local, x, v));
            continue;
        }
        let u = spread(local, &m.of_rows(&left));
        let size = largest(&v);
        let v: Vec<f64> = v.iter().map(|v| v / size).collect();
        // The left null vector of J is Tu: along the centre ṡ = u·r/(u·Tv).
        let terms = u.iter().zip(&v).zip(local.network.rates());
        let terms: Vec<f64> = terms.map(|((u, v), rate)| u * v / rate).collect();
        let (sum, all) = (
            terms.iter().sum::<f64>(),
            terms.iter().map(|t| t.abs()).sum::<f64>(),
        );
        if sum.abs() <= 1e-6 * all {
            return None;
        }
        found.push(Direction {
            u: u.iter().map(|u| u * sum.signum()).collect(),
            v,
        });
    }
    Some(found)
}

/// Of a network with an energy `u = D H v`: then `−u·r` is the slope of the energy along `v`.
fn measured(local: &mut Local<'_>, x: &[f64], v: Vec<f64>) -> Direction {
    let size = largest(&v);
    let v: Vec<f64> = v.iter().map(|v| v / size).collect();
    let mut u = vec![0.0; v.len()];
    local.hessian(x).apply(&v, &mut u);
    let weights = local.network.energy_weights();
    u.iter_mut().zip(weights).for_each(|(u, d)| *u *= d);
    Direction { v, u }
}

/// On one side of `x`: does the state come back, and does the force grow like the distance? `None` where no force is seen.
fn seen(
    local: &mut Local<'_>,
    x: &[f64],
    v: &[f64],
    u: &[f64],
    side: f64,
    many: usize,
    parts: Option<&(Matrix, Singular)>,
) -> Option<(bool, bool)> {
    let along = |r: &[f64]| u.iter().zip(r).map(|(u, r)| u * r).sum::<f64>();
    let here = along(&local.force(x)).abs();
    let length = largest(v);
    let base = largest(x).max(1.0) / length;
    // A slope below this is 0: weights are not typed with so many digits.
    let leaks = local.network.leaks().iter();
    let leaks = leaks.map(|k| if *k > 0.0 { *k } else { 1.0 });
    let sizes = leaks.zip(u).zip(v).map(|((k, u), v)| (k * u * v).abs());
    let least = ZERO * sizes.sum::<f64>();
    let mut first: Option<f64> = None;
    for k in 0..DISTANCES {
        let s = NEAREST * TIMES.powi(k) * base;
        let mut y: Vec<f64> = x.iter().zip(v).map(|(x, v)| x + side * s * v).collect();
        let mut r = local.force(&y);
        // How far the others still are from where they rest. On a ring the line along its tangent leaves it: what then pulls back to the
        // ring is not to be taken for a force along it.
        let mut left: f64 = 0.0;
        for _ in 0..RELAXED {
            let Some((m, svd)) = parts else { break };
            let rhs: Vec<f64> = local.free.iter().map(|i| -r[*i]).collect();
            let step = m.of_columns(&svd.solve(&m.of_rows(&rhs), svd.values.len() - many));
            left = largest(&step);
            if left > s * length || left <= f64::EPSILON * largest(&y) {
                break;
            }
            local.free.iter().zip(step).for_each(|(i, d)| y[*i] += d);
            r = local.force(&y);
        }
        let pull: f64 = u
            .iter()
            .zip(local.network.leaks())
            .map(|(u, k)| (u * k).abs())
            .sum();
        let noise: f64 = local
            .rounding(&y, &r)
            .iter()
            .zip(u)
            .map(|(e, u)| (e * u).abs())
            .sum::<f64>()
            + left * pull;
        // The force back to x.
        let back = -side * along(&r);
        match first {
            None if back.abs() > (2.0 * noise + 4.0 * here).max(least * s) => {
                first = Some(back / s);
            }
            None => {}
            Some(slope) => {
                let ratio = back / s / slope;
                return Some((slope > 0.0, (0.7..1.4).contains(&ratio)));
            }
        }
    }
    None
}
