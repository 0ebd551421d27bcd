//! What becomes of a box.

use super::field::Field;
use crate::kernels::{Factors, Interval};

/// Rounds of each way of shrinking a box.
const ROUNDS: usize = 30;
/// One more is made where the last one left less than this part of the widths.
const SHRUNK: f64 = 0.8;
/// A box this wide, beside 1 + |x|, that is not decided stays so.
const LEAST: f64 = 1e-6;
/// Half widths of boxes round a small one in which a fixed point is proved, beside 1 + |x|; the last one is larger than what is undecided.
const AROUND: [f64; 3] = [1e-3, 3e-5, 2e-6];
/// Where it is cut: not in the middle, where symmetric networks have fixed points.
const CUT: f64 = 0.4837;

/// What becomes of a box.
pub(super) enum Fate {
    /// There is no fixed point in it.
    Empty,
    /// There is one in the box `within`, no other in it, and it is in the tiny box `at`.
    One {
        within: Vec<Interval>,
        at: Vec<Interval>,
    },
    /// It is cut in two.
    Split([Vec<Interval>; 2]),
    /// It is tiny, and nothing is known of it.
    Undecided(Vec<Interval>),
}

/// Is `x` in the box `known`?
pub(super) fn hold(known: &[Interval], x: &[Interval]) -> bool {
    let mut pairs = known.iter().zip(x);
    pairs.all(|(k, x)| k.low <= x.low && x.high <= k.high)
}

pub(super) fn look(field: &Field<'_>, x: &[Interval]) -> Fate {
    let mut x = x.to_vec();
    for _ in 0..ROUNDS {
        let Some(next) = field.shrunk(&x) else {
            return Fate::Empty;
        };
        let has_shrunk = size(&next) < SHRUNK * size(&x);
        x = next;
        if !has_shrunk {
            break;
        }
    }
    for _ in 0..ROUNDS {
        let Some(k) = krawczyk(field, &x) else {
            break;
        };
        if is_inside(&k, &x) {
            let at = settled(field, k);
            return Fate::One { within: x, at };
        }
        let Some(next) = common(&x, &k) else {
            return Fate::Empty;
        };
        let has_shrunk = size(&next) < SHRUNK * size(&x);
        x = next;
        if !has_shrunk {
            break;
        }
    }
    let unit = |x: &Interval| 1.0 + x.size();
    if x.iter().all(|x| x.width() <= LEAST * unit(x)) {
        return around(field, &x).unwrap_or(Fate::Undecided(x));
    }
    let width = |k: &usize| x[*k].width() / unit(&x[*k]);
    let widest = (0..x.len()).max_by(|a, b| width(a).total_cmp(&width(b)));
    let k = widest.unwrap_or(0);
    let at = x[k].low + CUT * x[k].width();
    let mut halves = [x.clone(), x.clone()];
    halves[0][k].high = at;
    halves[1][k].low = at;
    Fate::Split(halves)
}

/// A fixed point on the edge of a tiny box, proved in a larger one round it; none where nothing is proved.
fn around(field: &Field<'_>, x: &[Interval]) -> Option<Fate> {
    AROUND.iter().find_map(|part| {
        let larger = |x: &Interval| {
            let half = part * (1.0 + x.size());
            Interval::between(x.middle() - half, x.middle() + half)
        };
        let within: Vec<Interval> = x.iter().map(larger).collect();
        let k = krawczyk(field, &within)?;
        is_inside(&k, &within).then(|| Fate::One {
            at: settled(field, k),
            within,
        })
    })
}

/// The only fixed point of a box that is known to have one, in a box as small as rounding allows.
fn settled(field: &Field<'_>, mut x: Vec<Interval>) -> Vec<Interval> {
    for _ in 0..ROUNDS {
        let next = krawczyk(field, &x).and_then(|k| common(&x, &k));
        match next {
            Some(next) if size(&next) < SHRUNK * size(&x) => x = next,
            _ => break,
        }
    }
    x
}

/// `K = m − Y r(m) + (1 − Y J(X)) (X − m)`; none where there is no Y.
fn krawczyk(field: &Field<'_>, x: &[Interval]) -> Option<Vec<Interval>> {
    let n = x.len();
    let middle: Vec<f64> = x.iter().map(|x| x.middle()).collect();
    let jacobian = field.jacobian(x);
    if !jacobian.iter().all(|j| j.is_bounded()) {
        return None;
    }
    let y = inverse(n, &jacobian)?;
    let force = field.force(&middle);
    let off: Vec<Interval> = x
        .iter()
        .zip(&middle)
        .map(|(x, m)| *x - Interval::at(*m))
        .collect();
    let row = |i: usize| {
        let shift: Interval = (0..n).map(|j| force[j].times(y[i * n + j])).sum();
        let rest: Interval = (0..n)
            .map(|j| {
                let product: Interval = (0..n)
                    .map(|l| jacobian[l * n + j].times(y[i * n + l]))
                    .sum();
                let one = Interval::at(if i == j { 1.0 } else { 0.0 });
                (one - product) * off[j]
            })
            .sum();
        Interval::at(middle[i]) - shift + rest
    };
    Some((0..n).map(row).collect())
}

/// About the inverse of the matrix of the middles, row by row.
fn inverse(n: usize, of: &[Interval]) -> Option<Vec<f64>> {
    let mut factors = Factors::new(n, 0);
    factors.clear(false);
    for k in 0..n {
        let [_, place] = factors.column(k);
        for (i, p) in place.iter_mut().enumerate() {
            *p = of[i * n + k].middle();
        }
    }
    if !factors.factorise(&|| true) {
        return None;
    }
    let mut found = vec![0.0; n * n];
    for k in 0..n {
        let mut column = vec![0.0; n];
        column[k] = 1.0;
        if !factors.solve(&mut column) {
            return None;
        }
        column
            .iter()
            .enumerate()
            .for_each(|(i, v)| found[i * n + k] = *v);
    }
    found.iter().all(|v| v.is_finite()).then_some(found)
}

fn common(a: &[Interval], b: &[Interval]) -> Option<Vec<Interval>> {
    a.iter().zip(b).map(|(a, b)| a.common(*b)).collect()
}

fn is_inside(a: &[Interval], b: &[Interval]) -> bool {
    a.iter().zip(b).all(|(a, b)| a.is_inside(*b))
}

/// The largest width, beside 1 + |x|.
fn size(x: &[Interval]) -> f64 {
    let widths = x.iter().map(|x| x.width() / (1.0 + x.size()));
    widths.fold(0.0, f64::max)
}
